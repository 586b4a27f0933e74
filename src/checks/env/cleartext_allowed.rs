//! The app is allowed to talk to any host without encryption.
//!
//! Android and iOS refuse plain HTTP by default, because whoever shares the network with a customer can
//! read and change it. The switch turns that off for every host, and for what libraries do too.
//!
//! ## Fix
//!
//! Take the switch out, and allow the one host that needs it in builds for developers:
//! ```xml
//! <!-- android/app/src/debug/AndroidManifest.xml -->
//! <application android:usesCleartextTraffic="true" />
//! ```
//!
//! ## References
//!
//! - <https://developer.android.com/privacy-and-security/risks/cleartext-communications>
//! - <https://developer.apple.com/documentation/bundleresources/information-property-list/nsapptransportsecurity>

use super::conclude;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{ClueKind, Environments, Stage},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/cleartext-allowed",
    title: "the app may speak without encryption",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("cleartext_allowed.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let findings = environments.clues.iter().filter_map(|clue| {
        let ClueKind::Cleartext { setting } = &clue.what else { return None };
        if matches!(clue.stage, Stage::Development | Stage::Test | Stage::Example) {
            return None;
        }
        Some(
            Finding::new(format!("{} lets the app speak without encryption: {setting}", clue.path))
                .at(Place::file(clue.path.clone(), clue.line))
                .key(clue.path.clone())
                .fix(format!("Take {setting} out of {}.", clue.path)),
        )
    });
    conclude(findings.collect(), environments)
}
