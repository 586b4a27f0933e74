//! Tests against real servers on loopback. A missing server is a failure, not a skip.
// A test reads as a story: what these lints ask for would interrupt it.
#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_push_string,
    clippy::items_after_statements,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod delegation;
mod delegation_dnssec;
mod differing;
mod dns;
mod firestore;
mod http;
mod mail;
mod postgres;
mod realtime;
mod records;
mod relay;
mod sarif;
mod setups;
mod tls;
mod web;
mod webhook;
