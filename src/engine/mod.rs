//! Understanding without I/O: parsers, evaluators and matchers, each of which could be a crate of
//! its own. No engine knows checks or instruments.

pub mod secrets;
