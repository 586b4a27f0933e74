//! What the checks of a live project share.

use crate::{
    engine::firestore::Analysis,
    finding::{Finding, Place},
    seen::{Account, Firebase, FirestoreRules, Observations, Seen},
    verdict::Verdict,
};

/// The project's own name for what is found about it.
pub(super) const SUBJECT: &str = "firebase";

/// Judges what Google's APIs told of the project, where they were asked.
pub(super) fn by_project(
    seen: &Observations,
    judge: impl Fn(&Firebase) -> Verdict,
) -> Vec<(String, Verdict)> {
    let verdict = |account: &Seen<Account>| match account.as_ref() {
        Ok(Account::Firebase(project)) => judge(project),
        Ok(_) => Verdict::not_applicable("another provider answered"),
        Err(miss) => Verdict::inconclusive(miss.clone()),
    };
    seen.accounts.get(SUBJECT).map(|account| (SUBJECT.to_owned(), verdict(account))).into_iter().collect()
}

/// The same for one part of it, which may not have been told.
pub(super) fn by_part<T>(
    seen: &Observations,
    part: impl Fn(&Firebase) -> &Seen<T>,
    judge: impl Fn(&Firebase, &T) -> Verdict,
) -> Vec<(String, Verdict)> {
    by_project(seen, |project| match part(project).as_ref() {
        Ok(told) => judge(project, told),
        Err(miss) => Verdict::inconclusive(miss.clone()),
    })
}

/// What is wrong with the project, at the page of the console where it is mended.
pub(super) fn finding(project: &Firebase, page: &str, message: String, fix: &str) -> Finding {
    let page = format!("https://console.firebase.google.com/project/{}/{page}", project.project);
    Finding::new(message).at(Place::url(page)).fix(fix)
}

/// Rules files of the repository with this service, by their path.
pub(super) fn in_repository<'s>(
    seen: &'s Observations,
    service: &str,
) -> Vec<(&'s String, &'s FirestoreRules, &'s Analysis)> {
    let read = seen.firestore.iter().filter_map(|(path, rules)| Some((path, rules.got()?)));
    read.map(|(path, rules)| (path, rules, rules.analysis()))
        .filter(|(.., analysis)| analysis.compiled.ruleset.service(service).is_some())
        .collect()
}
