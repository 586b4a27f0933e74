//! Checks of the station `secrets`: one for each rule under `rules/secrets/`, made at build time.

use std::sync::OnceLock;

use super::{Check, Context, Judge};
use crate::{
    engine::secrets::{Proof, Rule, by_id, is_example, own},
    finding::{Confidence, Finding, Patch, Place, Severity},
    seen::{Leak, LeakLoose, LeakPast, Leaks, Miss},
    station::Station,
    verdict::Verdict,
};

include!(concat!(env!("OUT_DIR"), "/secret_checks.rs"));

/// The checks of the rules that were brought along, if there are any.
pub fn own() -> &'static [&'static Check] {
    static CHECKS: OnceLock<Vec<&'static Check>> = OnceLock::new();
    if own::installed().next().is_none() {
        return &[];
    }
    CHECKS.get_or_init(|| {
        let check = |(rule, help, _): (&'static Rule, &'static str, _)| -> &'static Check {
            Box::leak(Box::new(Check {
                id: rule.id,
                title: rule.title,
                station: Station::Secrets,
                severity: rule.severity,
                confidence: rule.confidence,
                judge: Judge::Leak,
                source: help,
            }))
        };
        own::installed().map(check).collect()
    })
}

/// Places shown of one value.
const SHOWN: usize = 12;

/// The verdict of a rule's check: fails with the leaks that carry its id.
///
/// Without one it passes only if everything was looked at; a value that a comment in the file
/// accepts is said as the reason why the check does not apply.
pub(super) fn judge_rule(check: &Check, leaks: &Leaks, context: &Context<'_>) -> Verdict {
    let own: Vec<&Leak> = leaks.leaks.iter().filter(|leak| leak.rule == check.id).collect();
    let (live, accepted): (Vec<&Leak>, Vec<&Leak>) =
        own.into_iter().partition(|leak| !leak.sites.is_empty() || !leak.past.is_empty());
    if !live.is_empty() {
        return Verdict::Fail(live.into_iter().map(|leak| finding(check, leak, context)).collect());
    }
    if let Some((_, _, Some(why))) = own::installed().find(|(rule, ..)| rule.id == check.id) {
        return Verdict::inconclusive(Miss::Unsupported(format!("the rule is not applied: {why}")));
    }
    if let Some(miss) = leaks.missed.first() {
        return Verdict::inconclusive(in_all(miss, leaks.missed.len()));
    }
    match accepted.iter().find_map(|leak| leak.accepted.first()) {
        Some(first) => Verdict::not_applicable(format!(
            "{} accepted by a comment, the first in {}:{}: {}",
            counted(accepted.len(), "value is", "values are"),
            first.path,
            first.line,
            first.reason
        )),
        None => Verdict::Pass,
    }
}

/// The first reason, and how many more there are.
fn in_all(miss: &Miss, count: usize) -> Miss {
    if count < 2 {
        return miss.clone();
    }
    let more = |what: &str| format!("{what} (and {} more)", count - 1);
    match miss {
        Miss::Timeout(what) => Miss::Timeout(more(what)),
        Miss::Denied(what) => Miss::Denied(more(what)),
        Miss::Unsupported(what) => Miss::Unsupported(more(what)),
        Miss::Malformed(what) => Miss::Malformed(more(what)),
        other => other.clone(),
    }
}

fn finding(check: &Check, leak: &Leak, context: &Context<'_>) -> Finding {
    let expired = leak.expires.is_some_and(|at| at < context.now.as_second());
    let mut finding = Finding::new(message(check, leak, expired))
        .key(leak.fingerprint.clone())
        .places(places(leak))
        .evidence("value", format!("{} {} bytes, sha256 {}", leak.redacted, leak.length, leak.fingerprint))
        .fix(remedy(check, leak))
        .severity(severity(check, leak, expired))
        .confidence(confidence(check, leak));
    if let Some(note) = &leak.note {
        finding = finding.evidence("says", note.clone());
    }
    if let Some(expires) = leak.expires.and_then(|at| jiff::Timestamp::from_second(at).ok()) {
        finding = finding.evidence("expires", expires.to_string());
    }
    if let Some(past) = leak.past.iter().find(|past| past.first.is_some()) {
        finding = dated(finding, leak, past);
    }
    if let Some(source) = leak.sites.iter().find_map(|site| site.source.as_ref()) {
        finding = finding.evidence("original source", format!("{}:{}", source.path, source.line));
    }
    for accepted in &leak.accepted {
        let text = format!("{}:{}: {}", accepted.path, accepted.line, accepted.reason);
        finding = finding.evidence("accepted elsewhere", text);
    }
    match purge(check, leak) {
        Some(patch) => finding.patch(patch),
        None => finding,
    }
}

/// When it came, and whether and when it left.
fn dated(finding: Finding, leak: &Leak, past: &LeakPast) -> Finding {
    let commit = |id: Option<&String>, time: Option<i64>| {
        let day = time.and_then(|time| jiff::Timestamp::from_second(time).ok());
        let day = day.map(|day| format!(", {}", day.strftime("%Y-%m-%d"))).unwrap_or_default();
        format!("{}{day}", id.map_or("", String::as_str))
    };
    // The oldest speaks for the value, at whatever path.
    let first = leak.past.iter().filter(|past| past.first.is_some()).min_by_key(|past| past.first_time);
    let first = first.unwrap_or(past);
    let in_head = leak.past.iter().any(|past| past.in_head);
    let finding = finding
        .evidence("first commit", commit(first.first.as_ref(), first.first_time))
        .evidence("still in HEAD", yes_or_no(in_head));
    let still_in = leak.past.iter().find_map(|past| past.still_in.as_ref()).filter(|_| !in_head);
    let left = leak.past.iter().filter(|past| past.left.is_some()).max_by_key(|past| past.left_time);
    match (still_in, left.filter(|_| !in_head)) {
        (Some(name), _) => finding.evidence("still in", name.clone()),
        (None, Some(past)) => finding.evidence("removed by", commit(past.left.as_ref(), past.left_time)),
        (None, None) => finding,
    }
}

/// Removes files that are gone from the tree from the history too. Files that still exist need
/// `--replace-text` with the value itself, which must not be written here.
fn purge(check: &Check, leak: &Leak) -> Option<Patch> {
    let is_gone = leak.sites.is_empty()
        && leak.past.iter().all(|past| {
            past.first.is_some() && past.loose.is_none() && !past.in_head && is_plain(&past.path)
        });
    if !is_gone || leak.past.is_empty() || check.severity <= Severity::Low {
        return None;
    }
    let quoted = |past: &LeakPast| format!(" --path '{}'", past.path.replace('\'', "'\\''"));
    let paths: String = leak.past.iter().filter(|past| !past.path.starts_with('(')).map(quoted).collect();
    let command = format!("git filter-repo --invert-paths{paths}");
    (!paths.is_empty()).then_some(Patch::Command { command })
}

/// Can it be written in a command as it is?
fn is_plain(path: &str) -> bool {
    !path.chars().any(|letter| letter.is_control() || letter == char::REPLACEMENT_CHARACTER)
}

fn message(check: &Check, leak: &Leak, expired: bool) -> String {
    let what = format!("{} {} ({} bytes)", check.title, leak.redacted, leak.length);
    let expired = if expired { ", expired," } else { "" };
    let paths = leak.past.len();
    match leak.sites.first() {
        Some(site) if leak.site_count > 1 => {
            let more = leak.site_count - 1;
            format!(
                "{what}{expired} is in {}:{} and {}",
                site.path,
                site.line,
                counted(more as usize, "more place", "more places")
            )
        }
        Some(site) => format!("{what}{expired} is in {}:{}", site.path, site.line),
        None if is_unreachable(leak) => {
            let is_reflog = leak.past.iter().any(|past| past.loose == Some(LeakLoose::Reflog));
            let kept = if is_reflog { ", kept by a reflog alone" } else { "" };
            format!("{what}{expired} is in the git objects of this clone, in no branch or tag{kept}")
        }
        None => {
            let path = leak.past.first().map(|past| past.path.as_str()).unwrap_or_default();
            let more = if paths > 1 {
                format!(" and {}", counted(paths - 1, "more path", "more paths"))
            } else {
                String::new()
            };
            format!("{what}{expired} is in the git history of {path}{more}")
        }
    }
}

fn places(leak: &Leak) -> Vec<Place> {
    let sites = leak.sites.iter().map(|site| {
        if is_served(&site.path) {
            return Place::url(site.path.clone());
        }
        Place::line_of(site.path.clone(), site.line, site.column, site.snippet.clone())
    });
    let commits = leak.past.iter().filter_map(|past| {
        let commit = past.first.clone()?;
        Some(Place::Commit { commit, path: past.path.clone(), line: Some(past.line) })
    });
    sites.chain(commits).take(SHOWN).collect()
}

fn remedy(check: &Check, leak: &Leak) -> String {
    let rotate = by_id(check.id).map(|rule| rule.rotate).unwrap_or_default();
    if check.severity == Severity::Info {
        return rotate.to_owned();
    }
    let then = match (leak.sites.first(), leak.past.is_empty()) {
        (Some(site), _) if is_served(&site.path) => {
            "Every visitor has it: keep the new one on the server, and call the provider from there."
                .to_owned()
        }
        (Some(site), true) => format!("Then read it from the environment instead of {}.", site.path),
        (Some(site), false) => format!(
            "Then read it from the environment instead of {}, and purge the history if others can read it.",
            site.path
        ),
        (None, _) => {
            "It stays in the history, so only replacing it helps; purge the history afterwards.".to_owned()
        }
    };
    format!("{rotate} {then}")
}

fn severity(check: &Check, leak: &Leak, expired: bool) -> Severity {
    if expired {
        return Severity::Info.min(check.severity);
    }
    if leak.sites.is_empty() && is_unreachable(leak) {
        return check.severity.min(Severity::Medium);
    }
    if is_home_made(check) && is_only_in_examples(leak) {
        return check.severity.min(Severity::Low);
    }
    check.severity
}

/// Less sure if it lives only where examples live.
fn confidence(check: &Check, leak: &Leak) -> Confidence {
    match check.confidence {
        _ if !is_only_in_examples(leak) => check.confidence,
        Confidence::High if !is_home_made(check) => Confidence::Medium,
        _ => Confidence::Low,
    }
}

fn is_only_in_examples(leak: &Leak) -> bool {
    let mut paths = leak.sites.iter().map(|site| &site.path).chain(leak.past.iter().map(|past| &past.path));
    paths.all(|path| !is_served(path) && is_example(path))
}

/// Tests make keys and passwords of their own, which open nothing; nobody makes a provider's token up.
/// Anybody makes a webhook's secret: its form is that of a standard.
fn is_home_made(check: &Check) -> bool {
    const MADE: &[&str] = &[
        "secrets/docker-config-auth",
        "secrets/jwk-private-key",
        "secrets/npm-registry-password",
        "secrets/stripe-webhook-secret",
        "secrets/supabase-jwt-secret",
    ];
    MADE.contains(&check.id)
        || by_id(check.id).is_none_or(|rule| {
            matches!(
                rule.proof,
                Proof::PrivateKey
                    | Proof::EncryptedPrivateKey
                    | Proof::Generic
                    | Proof::Password
                    | Proof::NamedPassword
                    | Proof::NamedUuid
                    | Proof::OtherJwt
                    | Proof::UrlPassword
            )
        })
}

/// Is it what a site hands to its visitors, and no file of the repository?
fn is_served(path: &str) -> bool {
    path.starts_with("https://") || path.starts_with("http://")
}

fn is_unreachable(leak: &Leak) -> bool {
    !leak.past.is_empty() && leak.past.iter().all(|past| past.loose.is_some() || past.first.is_none())
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

fn yes_or_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}
