//! Understanding without I/O: parsers, evaluators and matchers, each of which could be a crate of
//! its own. No engine knows checks or instruments.

pub mod archive;
pub mod bimi;
pub mod bundle;
pub mod caa;
pub mod cache;
pub mod canary;
pub mod certificate;
pub mod cookie;
pub mod csp;
pub mod dane;
pub mod der;
pub mod dkim;
pub mod dmarc;
pub mod dnssec;
pub mod env;
pub mod exposure;
pub mod firestore;
pub mod handler;
pub mod hello;
pub mod message;
pub mod mta_sts;
pub mod name;
pub mod ocsp;
pub mod pack;
pub mod page;
pub mod realtime;
pub mod sct;
pub mod secrets;
pub mod senders;
pub mod signed;
pub mod smtp;
pub mod sourcemap;
pub mod spf;
pub mod sql;
pub mod takeover;
