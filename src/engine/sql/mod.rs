//! PostgreSQL migrations: replayed into a catalogue, and who can do what by it.
//!
//! [`replay`] reads the statements in order; what it does not follow becomes a [`Doubt`]. [`reach`]
//! then says for a caller, a relation and a command whether every row, no row or some rows can be
//! reached, by grants and row level security alone.

mod access;
mod acl;
mod caller;
mod catalogue;
mod claims;
mod eval;
mod expr;
mod lower;
mod name;
mod platform;
mod replay;
mod rows;
mod sensitive;
mod shape;
mod split;
mod syntax;
mod truth;

pub use self::{
    access::{Command, Reach, grants, is_exposed, reach},
    acl::{Held, PUBLIC, Privilege},
    caller::{Caller, Needs},
    catalogue::*,
    eval::evaluate,
    expr::{Expr, Is, Query, Source},
    name::{Name, Origin, quote_ident},
    replay::{Profile, replay},
    sensitive::sounds_private,
    shape::{Inversion, reads_user_metadata},
    truth::{Absence, Truth},
};
