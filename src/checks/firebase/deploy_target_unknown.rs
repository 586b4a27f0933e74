//! `firebase.json` names a deploy target that `.firebaserc` maps to nothing.
//!
//! A target stands for a bucket, a database or a site. Where no project maps it, `firebase deploy` stops and
//! the rules of that bucket or database stay as they are.
//!
//! ## Fix
//!
//! Map it, which writes `.firebaserc`:
//! ```sh
//! firebase target:apply storage main my-project.appspot.com
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/cli/targets>

use super::deployed;
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::FirestoreRules,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/deploy-target-unknown",
    title: "firebase.json names an unknown deploy target",
    station: Station::Firebase,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Firestore(judge),
    source: include_str!("deploy_target_unknown.rs"),
};

fn judge(rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let config = match deployed::alone(rules.firebase.as_ref(), context) {
        Ok(config) => config,
        Err(verdict) => return verdict,
    };
    let finding = |target: &String| {
        let (product, name) = target.split_once(':').unwrap_or(("hosting", target));
        let message = format!(
            "{} deploys {product} to the target {name}, which .firebaserc maps to nothing",
            config.path
        );
        Finding::new(message)
            .at(Place::file(config.path.clone(), 1))
            .key(target.clone())
            .fix("Map the target to its bucket, database or site, or take it out of firebase.json.")
            .patch(Patch::Command { command: format!("firebase target:apply {product} {name} RESOURCE") })
    };
    Verdict::from_findings(config.unknown_targets.iter().map(finding).collect())
}
