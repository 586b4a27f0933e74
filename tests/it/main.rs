//! Tests that need nothing but Rust, in one binary so that they link once.
// A test reads as a story: what these lints ask for would interrupt it.
#![allow(
    clippy::format_collect,
    clippy::needless_pass_by_value,
    clippy::unnecessary_wraps,
    clippy::duration_suboptimal_units,
    clippy::format_push_string,
    clippy::items_after_statements,
    clippy::print_stderr,
    clippy::unwrap_used
)]

mod access;
mod certificate;
mod cli;
mod config;
mod delegation;
mod demo;
mod domain;
mod env;
mod firebase;
mod firebase_answers;
mod firebase_live;
mod fixtures;
mod hello;
mod hostile;
mod hostile_mail;
mod house;
mod mail;
mod ops;
mod ops_cases;
mod ops_checklist;
mod pack;
mod provider_api;
mod realtime;
mod renegotiation;
mod replay;
mod reports;
mod rows;
mod secrets;
mod setups;
mod signed;
mod source;
mod source_cases;
mod source_python;
mod source_trust;
mod source_ways;
mod storage;
mod supabase;
mod tls;
mod web;
mod webhook;
mod webhook_money;
mod webhook_proof;
mod webhook_provider;
