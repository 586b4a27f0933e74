//! Code writes personal data where others can read it.
//!
//! The rules say who reads a collection, the code says what is in it. Together they show addresses, phone
//! numbers or dates of birth that anybody, or anybody with an account, can collect: a breach that has to be
//! reported to the authority within 72 hours once it is known (GDPR article 33).
//!
//! ## Fix
//!
//! Keep what others may see apart from what only its owner may see:
//! ```text
//! match /profiles/{userId} { allow read: if request.auth != null; }
//! match /profiles/{userId}/private/{doc} { allow read: if request.auth.uid == userId; }
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/firestore/security/rules-fields>
//! - <https://gdpr-info.eu/art-33-gdpr/>

use super::{
    Exposure, OPEN,
    code::{conclude, document, overlap, places, plain, understood},
    exposures, place, remedy,
};
use crate::{
    checks::{Check, Context, Judge},
    engine::firestore::{access::Principal, request::Method},
    finding::{Confidence, Finding, Severity},
    seen::{ClientCode, CodeUse, FirestoreRules},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/code-personal-data-open",
    title: "code writes personal data where others read it",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("code_personal_data_open.rs"),
};

/// Fields that hold what identifies or reaches a person, in one spelling.
const PERSONAL: [&str; 30] = [
    "email",
    "emailaddress",
    "useremail",
    "customeremail",
    "contactemail",
    "phone",
    "phonenumber",
    "mobile",
    "mobilenumber",
    "telephone",
    "whatsapp",
    "address",
    "homeaddress",
    "shippingaddress",
    "billingaddress",
    "street",
    "postalcode",
    "zipcode",
    "birthday",
    "birthdate",
    "dateofbirth",
    "dob",
    "ssn",
    "taxid",
    "passport",
    "nationalid",
    "iban",
    "cardnumber",
    "salary",
    "diagnosis",
];

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let (analysis, code) = match understood(rules) {
        Ok(both) => both,
        Err(verdict) => return verdict,
    };
    let mut findings = Vec::new();
    for principal in Principal::ALL {
        for exposure in exposures(analysis, principal, &[Method::Get, Method::List]) {
            let (fields, uses) = written(code, &exposure, analysis.compiled.ruleset.is_v2());
            if !fields.is_empty() {
                findings.push(finding(rules, context, &exposure, principal, &fields, &uses));
            }
        }
    }
    conclude(code, findings)
}

/// Personal fields that some code writes there, and that code.
fn written<'c>(code: &'c ClientCode, exposure: &Exposure<'_>, v2: bool) -> (Vec<String>, Vec<&'c CodeUse>) {
    let (mut fields, mut uses): (Vec<String>, Vec<&CodeUse>) = (Vec::new(), Vec::new());
    for seen in code.uses.iter().filter(|seen| overlap(&exposure.grants[0].pattern, &document(seen), v2)) {
        let personal: Vec<&String> =
            seen.fields.iter().filter(|field| PERSONAL.contains(&plain(field).as_str())).collect();
        if !personal.is_empty() {
            fields.extend(personal.into_iter().cloned());
            uses.push(seen);
        }
    }
    fields.sort();
    fields.dedup();
    (fields, uses)
}

fn finding(
    rules: &FirestoreRules,
    context: &Context<'_>,
    exposure: &Exposure<'_>,
    principal: Principal,
    fields: &[String],
    uses: &[&CodeUse],
) -> Finding {
    let who = if principal == Principal::Anonymous { "anyone" } else { "any signed-in user" };
    let message = format!(
        "{who} can {} {}, where {} line {} writes {}",
        exposure.operations(),
        exposure.shown,
        uses[0].file,
        uses[0].line,
        fields.join(", ")
    );
    let listed = exposure.methods.contains(&Method::List);
    // Who has to know a document's name first reads one at a time.
    let severity =
        if principal == Principal::Anonymous && listed { Severity::High } else { Severity::Medium };
    let mut finding = Finding::new(message)
        .at(place(rules, context, exposure.grants[0].span))
        .places(places(uses))
        .severity(severity)
        .key(format!("{} {}", exposure.shown, who))
        .root(OPEN)
        .fix("Keep these fields in a document that only its owner and the server read.");
    let proofs = exposure.proofs(rules.analysis(), principal);
    if let Some(proof) = proofs.last() {
        finding = remedy::shown(finding, proof);
    }
    finding
}
