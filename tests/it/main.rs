//! Tests that need nothing but Rust, in one binary so that they link once.
// A test reads as a story: what these lints ask for would interrupt it.
#![allow(
    clippy::duration_suboptimal_units,
    clippy::format_push_string,
    clippy::items_after_statements,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod access;
mod cli;
mod config;
mod demo;
mod domain;
mod env;
mod firebase;
mod fixtures;
mod hostile;
mod house;
mod mail;
mod ops;
mod pack;
mod replay;
mod reports;
mod secrets;
mod source;
mod supabase;
mod tls;
mod web;
mod webhook;
