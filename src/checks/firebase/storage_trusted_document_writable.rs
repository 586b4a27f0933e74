//! A Storage rule trusts a Firestore document that its subject can write.
//!
//! The condition reads a document with `firestore.get` or `firestore.exists`, and the Firestore rules of the
//! project let any account write just that document. Two requests then open the files: one makes the
//! document say what it must, the next uses it.
//!
//! ## Fix
//!
//! Let only the server write what grants access:
//! ```text
//! match /roles/{userId} { allow read: if request.auth.uid == userId; allow write: if false; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/storage/security/rules-conditions#enhance_with_firestore>

use super::storage::{things, understood};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{
        Compiled,
        access::Principal,
        prove::Caller,
        request::{Decision, Fields, Method, Query, Request, Store, decide},
        storage::{Wish, Witness},
    },
    finding::{Confidence, Finding, Severity},
    seen::{FirestoreRules, Miss, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/storage-trusted-document-writable",
    title: "files are opened by a document that the caller can write",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("storage_trusted_document_writable.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let mut findings: Vec<Finding> = Vec::new();
    let mut unknown = None;
    for pattern in files.prover.patterns() {
        for method in Method::ALL {
            let wish = Wish { over: true, ..Wish::new(Caller::Stranger, method) };
            if files.find(pattern, wish).is_some() {
                continue;
            }
            let Some(witness) = files.find(pattern, Wish { documents: true, ..wish }) else { continue };
            let grant = files.granted(&witness, pattern);
            if witness.documents.is_empty() || findings.iter().any(|finding| finding.key == grant.shown()) {
                continue;
            }
            match written(&witness, context) {
                Ok(None) => {}
                Err(miss) => unknown = Some(miss),
                Ok(Some(path)) => findings.push(
                    files
                        .finding(
                            format!(
                                "any signed-in user can write {path} such that the rules then let them {} {}",
                                method.name(),
                                things(grant)
                            ),
                            grant,
                            &witness,
                            context,
                        )
                        .root(super::ESCALATION)
                        .evidence("first request", format!("create or update of {path}"))
                        .fix("Let only the server write the document that the condition reads."),
                ),
            }
        }
    }
    if let Some(miss) = unknown.filter(|_| findings.is_empty()) {
        return Verdict::inconclusive(miss);
    }
    files.conclude(&[Principal::Stranger], &Method::ALL, findings)
}

/// The documents of a witness, if the project's Firestore rules let its caller write all of them.
fn written(witness: &Witness, context: &Context<'_>) -> Result<Option<String>, Miss> {
    let mut judged = false;
    for seen in context.seen.firestore.values() {
        let rules = match seen {
            Seen::Got(rules) => &rules.analysis().compiled,
            Seen::Missed(miss) => return Err(miss.clone()),
        };
        if rules.ruleset.service("cloud.firestore").is_none() {
            continue;
        }
        judged = true;
        let all = witness.documents.iter().all(|(path, fields)| may_write(rules, witness, path, fields));
        if all {
            return Ok(witness.documents.keys().next().cloned());
        }
    }
    if judged {
        Ok(None)
    } else {
        Err(Miss::Unsupported(
            "who may write the documents that the condition reads: no Firestore rules were seen".to_owned(),
        ))
    }
}

fn may_write(rules: &Compiled, witness: &Witness, path: &str, fields: &Fields) -> bool {
    [Method::Create, Method::Update].into_iter().any(|method| {
        let mut before = Store::new();
        if method == Method::Update {
            before.insert(path.to_owned(), Fields::new());
        }
        let after = Store::from([(path.to_owned(), fields.clone())]);
        let request = Request {
            method,
            path: path.to_owned(),
            auth: witness.request.auth.clone(),
            data: Some(fields.clone()),
            query: Query::default(),
            now: witness.request.now,
        };
        matches!(decide(rules, &request, &before, &after), Decision::Allow(_))
    })
}
