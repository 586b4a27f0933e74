//! Understanding without I/O: parsers, evaluators and matchers, each of which could be a crate of
//! its own. No engine knows checks or instruments.

pub mod bimi;
pub mod caa;
pub mod cache;
pub mod canary;
pub mod certificate;
pub mod cookie;
pub mod csp;
pub mod dkim;
pub mod dmarc;
pub mod env;
pub mod exposure;
pub mod firestore;
pub mod handler;
pub mod hello;
pub mod mta_sts;
pub mod name;
pub mod pack;
pub mod page;
pub mod secrets;
pub mod senders;
pub mod source;
pub mod spf;
pub mod sql;
pub mod takeover;
