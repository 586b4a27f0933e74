//! An SPF record, understood.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::MacroString;

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Record {
    pub terms: Vec<Term>,
}

impl Record {
    /// The `all` mechanism, after which nothing is looked at.
    pub fn all(&self) -> Option<(usize, Qualifier)> {
        self.terms.iter().enumerate().find_map(|(index, term)| match term.kind {
            Kind::Mechanism(qualifier, Mechanism::All) => Some((index, qualifier)),
            _ => None,
        })
    }

    pub fn redirect(&self) -> Option<(&Term, &MacroString)> {
        self.terms.iter().find_map(|term| match &term.kind {
            Kind::Redirect(target) => Some((term, target)),
            _ => None,
        })
    }

    pub fn explanation(&self) -> Option<&MacroString> {
        self.terms.iter().find_map(|term| match &term.kind {
            Kind::Explanation(target) => Some(target),
            _ => None,
        })
    }

    /// The mechanisms in order, up to and with `all`.
    pub fn evaluated(&self) -> impl Iterator<Item = (&Term, Qualifier, &Mechanism)> {
        let end = self.all().map_or(self.terms.len(), |(index, _)| index + 1);
        self.terms.iter().take(end).filter_map(|term| match &term.kind {
            Kind::Mechanism(qualifier, mechanism) => Some((term, *qualifier, mechanism)),
            _ => None,
        })
    }
}

/// One term as it is written, and what it means.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Term {
    /// Of its first character in the record, from 1.
    pub column: usize,
    pub text: String,
    pub kind: Kind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Kind {
    Mechanism(Qualifier, Mechanism),
    Redirect(MacroString),
    Explanation(MacroString),
    /// An unknown modifier, which receivers ignore.
    Unknown,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Qualifier {
    Pass,
    Fail,
    Softfail,
    Neutral,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Mechanism {
    All,
    Include(MacroString),
    A { domain: Option<MacroString>, v4: u8, v6: u8 },
    Mx { domain: Option<MacroString>, v4: u8, v6: u8 },
    Ptr(Option<MacroString>),
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    Exists(MacroString),
}

impl Mechanism {
    /// Does it count against the ten lookups?
    pub fn looks_up(&self) -> bool {
        !matches!(self, Self::All | Self::Ip4(..) | Self::Ip6(..))
    }
}

/// Why a record is not SPF grammar, and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SyntaxError {
    /// From 1, in bytes of the record.
    pub column: usize,
    /// The term that is wrong.
    pub term: String,
    /// In lower case, without the term: `the prefix is longer than 32`.
    pub why: String,
}
