//! Tests against real servers on loopback. A missing server is a failure, not a skip.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod delegation;
mod dns;
mod firestore;
mod http;
mod mail;
mod postgres;
mod sarif;
mod tls;
mod web;
