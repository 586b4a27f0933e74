//! Understanding without I/O: parsers, evaluators and matchers, each of which could be a crate of
//! its own. No engine knows checks or instruments.

pub mod certificate;
pub mod cookie;
pub mod csp;
pub mod exposure;
pub mod hello;
pub mod page;
