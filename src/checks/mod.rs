//! The checks: pure functions from one observation to one verdict.
//!
//! `checks/<station>/<check_id>.rs` holds one check; its leading `//!` is its help page. Each
//! station lists its checks in `ALL`, and a test keeps the list equal to the folder.

pub mod access;
mod apply;
mod check;
pub mod domain;
pub mod env;
pub mod firebase;
pub mod mail;
pub mod ops;
pub mod secrets;
pub mod supabase;
pub mod tls;
pub mod web;
pub mod webhook;

pub use self::{
    apply::{Outcome, judge},
    check::{Check, Context, Judge, Kind},
};

/// Every check there is, in the order of the poll.
pub fn all() -> impl Iterator<Item = &'static Check> {
    let lists: [&[&'static Check]; 12] = [
        domain::ALL,
        mail::ALL,
        tls::ALL,
        web::ALL,
        access::ALL,
        webhook::ALL,
        env::ALL,
        firebase::ALL,
        supabase::ALL,
        secrets::ALL,
        secrets::own(),
        ops::ALL,
    ];
    lists.into_iter().flatten().copied()
}

pub fn by_id(id: &str) -> Option<&'static Check> {
    all().find(|check| check.id == id)
}
