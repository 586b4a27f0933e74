//! Code that is deployed has an address of this machine or of a tunnel written into it.
//!
//! In a visitor's browser `localhost` is the visitor's own computer. Where the address stands for a variable
//! that is not set, one forgotten setting is enough for payments to lead back to nowhere, and no error says
//! why.
//!
//! ## Fix
//!
//! Read the address from the environment, and stop where it is missing:
//! ```ts
//! const api = process.env.API_URL;
//! if (!api) throw new Error("API_URL is not set");
//! ```
//!
//! ## References
//!
//! - <https://12factor.net/config>

use std::collections::BTreeMap;

use super::{conclude, cut};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::host_is_tunnel,
    finding::{Confidence, Finding, Place, Severity},
    seen::{Clue, ClueKind, Environments},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/local-address-in-code",
    title: "deployed code names this machine or a tunnel",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("local_address_in_code.rs"),
};

/// So many places of one finding are told.
const PLACES: usize = 20;

/// How an address is written, worst first.
#[derive(Clone, Copy, Eq, Ord, PartialEq, PartialOrd)]
enum How {
    Tunnel,
    Client,
    Server,
    Fallback,
}

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut told: BTreeMap<(How, &str), Vec<&Clue>> = BTreeMap::new();
    for clue in &environments.clues {
        let ClueKind::LocalAddress { host, fallback, client } = &clue.what else { continue };
        let how = match (host_is_tunnel(host), fallback, client) {
            (true, ..) => How::Tunnel,
            (_, true, _) => How::Fallback,
            (_, _, true) => How::Client,
            _ => How::Server,
        };
        // Fallbacks are one habit, whatever they fall back to.
        let host = if how == How::Fallback { "" } else { host.as_str() };
        told.entry((how, host)).or_default().push(clue);
    }
    if told.is_empty() && environments.code.cut {
        return Verdict::inconclusive(cut());
    }
    conclude(told.into_iter().map(|((how, host), clues)| finding(how, host, &clues)).collect(), environments)
}

fn finding(how: How, host: &str, clues: &[&Clue]) -> Finding {
    let first = &clues[0].path;
    let more = match clues.len() {
        1 => String::new(),
        count => format!(" and in {} more {}", count - 1, if count == 2 { "place" } else { "places" }),
    };
    let (message, severity) = match how {
        How::Tunnel => (
            format!("{first}{more} sends requests through a tunnel to somebody's machine: {host}"),
            Severity::High,
        ),
        How::Client => (
            format!(
                "{first}{more} sends requests of the customer's browser or app to {host}, the customer's own machine"
            ),
            Severity::Medium,
        ),
        How::Server => {
            (format!("{first}{more} has the address {host} written into the server's code"), Severity::Low)
        }
        How::Fallback => {
            (format!("{first}{more} falls back to this machine where a setting is missing"), Severity::Low)
        }
    };
    Finding::new(message)
        .places(clues.iter().take(PLACES).map(|clue| Place::file(clue.path.clone(), clue.line)))
        .key(format!("{} {host}", how as u8))
        .severity(severity)
        .fix("Read the address from the environment, and stop with an error where it is missing.")
}
