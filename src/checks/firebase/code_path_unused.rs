//! The rules open documents that no code of the repository uses.
//!
//! A collection that was given up keeps its rule, and what is left in it stays readable or writable for
//! strangers, without anybody looking after it.
//!
//! ## Fix
//!
//! Take the rule out; what no rule allows is denied. If another repository uses the collection, say so in a
//! waiver.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-structure>

use super::{
    OPEN,
    code::{conclude, document, overlap, understood},
    exposures, place,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, ast::Segment, request::Method},
    finding::{Confidence, Finding, Severity},
    seen::{ClientCode, FirestoreRules, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/code-path-unused",
    title: "rules open documents that no code uses",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Low,
    judge: Judge::Firestore(judge),
    source: include_str!("code_path_unused.rs"),
};

/// With less code than this the product's own is somewhere else.
const LEAST_USES: usize = 5;

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let (analysis, code) = match understood(rules) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    if code.uses.len() < LEAST_USES {
        return Verdict::not_applicable("too little code uses documents to say what is not used");
    }
    if code.unread > 0 {
        let why = format!("{} collections in the code have computed names", code.unread);
        return Verdict::inconclusive(Miss::Unsupported(why));
    }
    let v2 = analysis.compiled.ruleset.is_v2();
    let mut findings: Vec<Finding> = Vec::new();
    for (principal, who) in [(Principal::Anonymous, "anyone"), (Principal::Stranger, "any signed-in user")] {
        for exposure in exposures(analysis, principal, &Method::ALL) {
            let grant = exposure.grants[0];
            let plain = !grant.pattern.iter().any(|segment| matches!(segment, Segment::Recursive(_)));
            let known = findings.iter().any(|finding| finding.key == exposure.shown);
            if !plain || known || is_used(code, &grant.pattern, v2) {
                continue;
            }
            let message = format!(
                "no code of the repository uses {}, which {who} can {}",
                exposure.shown,
                exposure.operations()
            );
            findings.push(
                Finding::new(message)
                    .at(place(rules, context, grant.span))
                    .key(exposure.shown.clone())
                    .root(OPEN)
                    .fix("Take the rule out if nothing else uses these documents."),
            );
        }
    }
    if code.cut {
        return conclude(code, Vec::new());
    }
    conclude(code, findings)
}

/// Also where only what is below it, or all collections of its name, are used.
fn is_used(code: &ClientCode, pattern: &[Segment], v2: bool) -> bool {
    code.uses.iter().any(|seen| {
        let used = document(seen);
        let name = pattern.iter().rev().find(|segment| matches!(segment, Segment::Literal(_)));
        let group = seen.group && name.is_some_and(|name| used.contains(name));
        group || (0..=used.len()).any(|end| overlap(pattern, &used[..end], v2))
    })
}
