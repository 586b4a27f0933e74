//! What `firebase.json` says about a rules file.

use crate::{
    checks::Context,
    finding::{Finding, Place},
    seen::FirebaseConfig,
    verdict::Verdict,
};

/// Does it name the file? `sections` says where it would.
pub(super) fn judge(config: Option<&FirebaseConfig>, sections: &str, context: &Context<'_>) -> Verdict {
    let config = match understood(config) {
        Ok(config) => config,
        Err(verdict) => return verdict,
    };
    if config.rules.iter().any(|path| path == context.subject) {
        return Verdict::Pass;
    }
    let named = match config.rules.as_slice() {
        [] => "no rules file".to_owned(),
        files => files.join(", "),
    };
    Verdict::fail(
        Finding::new(format!("{} names {named}, so {} is not deployed", config.path, context.subject))
            .at(Place::file(context.subject, 1))
            .at(Place::file(config.path.clone(), 1))
            .evidence("rules in firebase.json", named)
            .fix(format!("Name the file under {sections} in firebase.json, or delete it.")),
    )
}

/// The configuration, once for all rules files that share it: the first of them speaks for it.
pub(super) fn alone<'c>(
    config: Option<&'c FirebaseConfig>,
    context: &Context<'_>,
) -> Result<&'c FirebaseConfig, Verdict> {
    let config = understood(config)?;
    let mut sharing = context.seen.firestore.iter().filter(|(_, seen)| {
        let other = seen.got().and_then(|rules| rules.firebase.as_ref());
        other.is_some_and(|other| other.path == config.path)
    });
    match sharing.next() {
        Some((first, _)) if first != context.subject => {
            Err(Verdict::not_applicable(format!("{} is judged with {first}", config.path)))
        }
        _ => Ok(config),
    }
}

fn understood(config: Option<&FirebaseConfig>) -> Result<&FirebaseConfig, Verdict> {
    let config = config.ok_or_else(|| Verdict::not_applicable("the repository has no firebase.json"))?;
    match &config.missed {
        Some(miss) => Err(Verdict::inconclusive(miss.clone())),
        None => Ok(config),
    }
}
