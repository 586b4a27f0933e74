//! No client starts App Check.
//!
//! Rules say what an account may do, App Check says whether the request comes from your app at all. Without
//! it everybody who reads the keys out of the client can sign up by script and use what the rules give to an
//! account: to copy a collection, to try passwords, or to run up a bill. It can only be enforced once the
//! clients that are out there send its tokens, so it has to be in the code well before it is needed.
//!
//! ## Fix
//!
//! ```text
//! import { initializeAppCheck, ReCaptchaEnterpriseProvider } from 'firebase/app-check';
//! initializeAppCheck(app, { provider: new ReCaptchaEnterpriseProvider(SITE_KEY), isTokenAutoRefreshEnabled: true });
//! ```
//! Watch the share of verified requests in the console, then enforce it for Firestore, Storage and Functions.
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/app-check>

use super::code::{conclude, understood};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/code-app-check-absent",
    title: "no client starts App Check",
    station: Station::Firebase,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Firestore(judge),
    source: include_str!("code_app_check_absent.rs"),
};

fn judge(rules: &FirestoreRules, _context: &Context<'_>) -> Verdict {
    let code = match understood(rules) {
        Ok((_, code)) => code,
        Err(verdict) => return verdict,
    };
    if code.app_check.is_some() {
        return Verdict::Pass;
    }
    let mut clients = code.uses.iter().filter(|seen| !seen.trusted);
    let Some(first) = clients.next() else {
        return if code.cut {
            conclude(code, Vec::new())
        } else {
            Verdict::not_applicable("no client code of the repository reads or writes documents")
        };
    };
    if code.cut {
        return conclude(code, Vec::new());
    }
    let message = format!(
        "client code uses documents ({} line {} for one), and no code of the repository starts App Check",
        first.file, first.line
    );
    Verdict::fail(
        Finding::new(message)
            .at(Place::file(first.file.clone(), first.line))
            .fix("Start App Check in each client, then enforce it in the console once nearly all requests are verified."),
    )
}
