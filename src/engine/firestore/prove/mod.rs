//! Who can do what, shown by requests.
//!
//! The abstract layer ([`super::access`]) proves what holds for everything that may be stored. Where
//! it can only say "it depends", this one builds small worlds (two people, two tenants, a typical
//! document), looks for something to send, and puts every request it finds to the evaluator. A
//! search that fails proves nothing; a refusal is claimed only where no input at all would do.

mod absent;
mod call;
mod chosen;
mod class;
mod guess;
mod harvest;
mod inline;
mod keys;
mod known;
mod lock;
mod matrix;
mod mend;
mod origin;
mod places;
mod plain;
mod refine;
mod repair;
mod sample;
mod search;
mod site;
mod solve;
mod state;
mod steps;
mod words;
mod world;

pub use self::refine::Reach;
pub(super) use self::{class::residue, inline::inline, refine::refine, sample::sample, world::auth};
use super::value::Value;

pub use self::{
    absent::Needed,
    chosen::Chosen,
    harvest::Harvest,
    matrix::{Answer, Cell, Row, answer_at, matrix, matrix_at},
    mend::{is_remedy, still_grants},
    plain::plain,
    search::{Attempt, Ground, Proof, Prover, Target},
    state::Free,
    steps::Cost,
    words::words,
    world::World,
};

/// Whole classes of callers.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Caller {
    /// No token.
    Anonymous,
    /// An account of the anonymous provider: no address, one call to make.
    AnonymousProvider,
    /// An account with a confirmed address, and a document that belongs to another.
    Stranger,
    /// The same, with the tenant claim of the document.
    SameTenant,
    /// The one whom the document names.
    Owner,
    /// An account with every claim that the rules ask for.
    Admin,
}

impl Caller {
    pub const ALL: [Self; 6] = [
        Self::Anonymous,
        Self::AnonymousProvider,
        Self::Stranger,
        Self::SameTenant,
        Self::Owner,
        Self::Admin,
    ];

    pub fn id(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::AnonymousProvider => "anonymous-provider",
            Self::Stranger => "stranger",
            Self::SameTenant => "same-tenant",
            Self::Owner => "owner",
            Self::Admin => "admin",
        }
    }
}
