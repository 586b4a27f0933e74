//! The rules tell accounts apart by their address, and elsewhere accept any account at all.
//!
//! With the anonymous provider an account is one call, without an address and without end. Rules that
//! take care of confirmed addresses in one place and ask only for `request.auth != null` when something
//! is written in another let those accounts write.
//!
//! ## Fix
//!
//! Leave the anonymous provider out where an account must stand for someone:
//! ```text
//! function hasAccount() {
//!   return request.auth != null && request.auth.token.firebase.sign_in_provider != 'anonymous';
//! }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/auth/web/anonymous-auth>
//! - <https://firebase.google.com/docs/reference/rules/rules.firestore.Request#auth>

use super::{Survey, place, remedy, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        prove::Caller,
        request::Method,
        survey::{Mentions, allows, is_email_verified},
    },
    finding::{Confidence, Finding, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/anonymous-accounts",
    title: "accounts of the anonymous provider pass for accounts",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("anonymous_accounts.rs"),
};

const WRITES: [Method; 3] = [Method::Delete, Method::Update, Method::Create];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let analysis = match understood(rules) {
        Ok(analysis) => analysis,
        Err(verdict) => return verdict,
    };
    let verified = Mentions::of(&analysis.compiled.ruleset, is_email_verified);
    let matters = allows(&analysis.compiled.ruleset)
        .into_iter()
        .any(|allow| allow.condition.as_ref().is_some_and(|condition| verified.is_in(condition)));
    if !matters {
        return Verdict::not_applicable("no statement asks for a confirmed address, so any account will do");
    }
    let survey = Survey::new(analysis);
    let mut open = Vec::new();
    let mut shown = None;
    for (grant, _) in survey.grounds() {
        // Open to those without an account, too, which is another fault; and where other documents
        // have to name the account, someone has let it in.
        let requests = |caller| survey.prover.requests(&grant.pattern, caller, &WRITES);
        let outside = requests(Caller::Anonymous);
        let by_will = |proof: &crate::engine::firestore::prove::Proof| {
            proof.others.is_empty() && !outside.iter().any(|other| other.method == proof.method)
        };
        let Some(proof) = requests(Caller::AnonymousProvider).into_iter().find(by_will) else { continue };
        open.push((grant.shown(), survey.granted(&proof, grant).span));
        shown = shown.or(Some(proof));
    }
    let (Some((first, _)), Some(proof)) = (open.first(), shown) else { return Verdict::Pass };
    let more = if open.len() > 1 { format!(" and {} other paths", open.len() - 1) } else { String::new() };
    let message = format!(
        "accounts of the anonymous provider can write {first}{more}, though other statements ask for a confirmed address"
    );
    let finding = Finding::new(message)
        .places(open.iter().take(20).map(|(_, span)| place(rules, context, *span)))
        .fix("Add request.auth.token.firebase.sign_in_provider != 'anonymous'.");
    Verdict::fail(remedy::shown(finding, &proof))
}
