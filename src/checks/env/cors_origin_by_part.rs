//! Code lets a page call the API because a part of its address looks right.
//!
//! An origin that contains `acme.io` may be `https://acme.io.attacker.example`, and one that ends in
//! `acme.io` may be `https://notacme.io`. Such a page then reads the answers in a visitor's name.
//!
//! ## Fix
//!
//! Compare whole origins:
//! ```ts
//! const ALLOWED = new Set(["https://app.example.com"]);
//! if (ALLOWED.has(origin)) headers.set("Access-Control-Allow-Origin", origin);
//! ```
//!
//! ## References
//!
//! - <https://portswigger.net/web-security/cors#errors-parsing-origin-headers>

use std::collections::BTreeMap;

use super::{conclude, cut};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Clue, ClueKind, Environments},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/cors-origin-by-part",
    title: "an origin is allowed by a part of its name",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("cors_origin_by_part.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut by_file: BTreeMap<&str, Vec<(&Clue, &str)>> = BTreeMap::new();
    for clue in &environments.clues {
        if let ClueKind::OriginPart { part } = &clue.what {
            by_file.entry(&clue.path).or_default().push((clue, part));
        }
    }
    if by_file.is_empty() && environments.code.cut {
        return Verdict::inconclusive(cut());
    }
    let findings = by_file.into_iter().map(|(path, all)| {
        let parts: Vec<String> = all.iter().map(|(_, part)| format!("`{part}`")).collect();
        Finding::new(format!("{path} allows every origin with {} in its name", parts.join(" or ")))
            .places(all.iter().map(|(clue, _)| Place::file(clue.path.clone(), clue.line)))
            .key(path.to_owned())
            .fix("Compare the whole origin with a list.")
    });
    conclude(findings.collect(), environments)
}
