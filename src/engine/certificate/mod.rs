//! X.509 certificates: their facts, their names, and what is amiss with a chain as it was sent.

mod chain;
mod factor;
mod limit;
mod list;
mod names;
mod parse;
pub mod path;
mod strength;

pub use self::{
    chain::{Diagnosis, Order, diagnose, order},
    limit::{Limit, limit},
    list::list_fault,
    names::{covers, is_overbroad},
    parse::{Unparsable, parse},
    strength::{KeyFault, key_fault, signature_fault},
};
