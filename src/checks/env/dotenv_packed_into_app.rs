//! The app carries a `.env` file among its assets.
//!
//! flutter_dotenv reads it at run time, so it is in every copy of the app, and anybody who downloads one
//! can unpack it: on the web it is at `/assets/.env`. Whatever secret it holds is public.
//!
//! ## Fix
//!
//! Keep secrets on a server. Give the app only public values, at build time:
//! ```sh
//! flutter build apk --dart-define-from-file=config/production.json
//! ```
//!
//! ## References
//!
//! - <https://pub.dev/packages/flutter_dotenv>
//! - <https://docs.flutter.dev/deployment/obfuscate>

use super::{conclude, folder};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::{Clue, ClueKind, Environments, Fact, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/dotenv-packed-into-app",
    title: "a file of variables is packed into the app",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("dotenv_packed_into_app.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    for clue in &environments.clues {
        if let ClueKind::Shipped { asset } = &clue.what {
            findings.extend(shipped(clue, asset, environments));
        }
    }
    conclude(findings, environments)
}

fn shipped(clue: &Clue, asset: &str, environments: &Environments) -> Option<Finding> {
    let own: Vec<&Fact> = environments.facts.iter().filter(|fact| fact.path == asset).collect();
    let is_there = environments.files.iter().any(|file| file.path == asset);
    // The file itself is not committed; its example says what it holds.
    let examples = environments.files.iter().filter(|file| file.variables && file.stage == Stage::Example);
    let example = examples.map(|file| file.path.as_str()).find(|path| folder(path) == folder(asset));
    let listed = environments.facts.iter().filter(|fact| Some(fact.path.as_str()) == example);
    let facts: Vec<&Fact> = if is_there { own } else { listed.collect() };
    let secret: Vec<&Fact> = facts.iter().copied().filter(|fact| is_for_servers(fact)).collect();
    let finding = |message: String| {
        Finding::new(message)
            .at(Place::file(clue.path.clone(), clue.line))
            .key(asset.to_owned())
            .fix(format!("Take {asset} out of the assets, and replace every secret that it ever held."))
    };
    match secret.first() {
        Some(_) => {
            let names = secret.iter().take(6).map(|fact| fact.name.as_str()).collect::<Vec<_>>().join(", ");
            let finding =
                finding(format!("{} packs {asset} into the app, with the secrets {names}", clue.path));
            let confidence = if is_there { Confidence::High } else { Confidence::Medium };
            Some(finding.places(secret.iter().take(4).map(|fact| super::at(fact))).confidence(confidence))
        }
        None if facts.is_empty() => Some(
            finding(format!("{} packs {asset} into the app, whatever it holds", clue.path))
                .severity(Severity::Low),
        ),
        None => None,
    }
}

/// Secret by its value, or a secret by a name that no public key has.
fn is_for_servers(fact: &Fact) -> bool {
    let name = fact.name.to_ascii_uppercase();
    let says = [
        "SECRET",
        "SERVICE_ROLE",
        "PRIVATE_KEY",
        "PASSWORD",
        "OPENAI",
        "ANTHROPIC",
        "GEMINI_API",
        "SENDGRID",
        "RESEND",
        "TWILIO_AUTH",
    ]
    .iter()
    .any(|word| name.contains(word));
    fact.is_surely_secret() || says && (fact.value != Value::Empty || fact.stage == Stage::Example)
}
