//! A deliberately broken portal on loopback, audited end to end without a network.
