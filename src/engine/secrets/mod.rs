//! Finds credentials in bytes: one pass for the literal anchors of every rule, then the pattern of
//! the few rules whose anchor was seen, then whatever can be decided offline (checksums, claims).
//!
//! Time is linear in the input: a pattern runs anchored within a fixed reach, or once over merged
//! windows, and overlapping work is never repeated. Nothing here keeps a credential: a [`Hit`] has
//! its position, a hash and a redacted form.

mod anchors;
mod attempt;
mod boundary;
mod chain;
mod encoded;
mod escaped;
mod gitleaks;
mod inherit;
mod jwt;
mod likeness;
mod local;
mod locate;
pub mod own;
mod path;
mod pragma;
mod private_key;
mod proof;
mod redact;
mod rule;
mod scan;

pub use self::{
    gitleaks::{Ignored, ignored, reported},
    inherit::{Traces, scan_and_trace, scan_made},
    locate::{Location, Locator},
    path::{applies, is_example},
    proof::Facts,
    redact::fingerprint,
    rule::{Proof, RULES, Rule, by_id},
    scan::{Hit, Scan, scan},
};
