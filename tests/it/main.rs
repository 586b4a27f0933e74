//! Tests that need nothing but Rust, in one binary so that they link once.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

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
mod supabase;
mod tls;
mod web;
mod webhook;
