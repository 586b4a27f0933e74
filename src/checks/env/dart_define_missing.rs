//! Code reads a value of the build that no `--dart-define` gives.
//!
//! `String.fromEnvironment` is decided when the app is compiled. Without the option it is the empty
//! text, in the store too: requests go to an empty address, or nothing happens at all.
//!
//! ## Fix
//!
//! Give it in every build, or a default in the code:
//! ```sh
//! flutter build apk --dart-define=API_URL=https://api.example.com
//! ```
//!
//! ## References
//!
//! - <https://dart.dev/guides/environment-declarations>

use super::{conclude, nothing};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{ClueKind, Environments, Miss, Reader},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/dart-define-missing",
    title: "the app needs a build value that no build gives",
    station: Station::Env,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Environments(judge),
    source: include_str!("dart_define_missing.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let options: Vec<Option<&str>> = environments
        .clues
        .iter()
        .filter_map(|clue| match &clue.what {
            ClueKind::DartDefine { name } => Some(name.as_deref()),
            _ => None,
        })
        .collect();
    let needed =
        environments.code.uses.iter().filter(|one| one.reader == Reader::DartDefine && !one.optional);
    let needed: Vec<_> = needed.collect();
    if needed.is_empty() {
        return nothing(environments, "no value of the build is read without a default");
    }
    if options.is_empty() {
        return nothing(environments, "no build with --dart-define is in the repository");
    }
    if options.contains(&None) {
        let why = "values come from a file of --dart-define-from-file";
        return Verdict::inconclusive(Miss::Unsupported(why.to_owned()));
    }
    let missing = needed.iter().filter(|one| !options.contains(&Some(&one.name))).map(|one| {
        Finding::new(format!("{} reads {}, which no --dart-define gives", one.path, one.name))
            .at(Place::file(one.path.clone(), one.line))
            .key(one.name.clone())
            .fix(format!("Build with --dart-define={}=…, or give it a default.", one.name))
    });
    conclude(missing.collect(), environments)
}
