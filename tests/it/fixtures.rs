//! Every check against its fixtures: what was seen, and the verdict that must follow.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use gonogo::{
    checks::{self, Check, Judge, judge},
    seen::Observations,
    target::Target,
    verdict::Verdict,
};
use serde::Deserialize;

/// `fixtures/<station>/<check-id>/<verdict>-<name>.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// Why this verdict must follow, as a sentence.
    why: String,
    /// `pass`, `fail`, `inconclusive` or `not-applicable`.
    verdict: String,
    /// Must occur in the message of the first finding (or in the reason).
    message: Option<String>,
    /// Number of findings, where it matters.
    findings: Option<usize>,
    /// Judge only this subject where several were seen.
    subject: Option<String>,
    #[serde(default)]
    target: Target,
    #[serde(default)]
    seen: Observations,
}

#[test]
fn every_fixture_gets_its_verdict() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for check in checks::all() {
        for path in fixtures_of(check) {
            count += 1;
            if let Err(why) = holds(check, &path) {
                wrong.push(format!("{}: {why}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} fixtures:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_check_has_a_pass_a_fail_and_an_inconclusive() {
    let mut missing = Vec::new();
    for check in checks::all().filter(|check| !matches!(check.judge, Judge::Leak)) {
        let names: Vec<String> = fixtures_of(check).iter().map(|path| name(path)).collect();
        for verdict in ["pass", "fail", "inconclusive"] {
            if !names.iter().any(|name| name.starts_with(&format!("{verdict}-"))) {
                missing.push(format!("{}: {verdict}", check.id));
            }
        }
    }
    assert!(missing.is_empty(), "fixtures missing:\n{}", missing.join("\n"));
}

#[test]
fn every_fixture_folder_belongs_to_a_check() {
    let known: BTreeSet<&str> = checks::all().map(|check| check.id).collect();
    let mut stray = Vec::new();
    for station in folders(Path::new("fixtures")) {
        for check in folders(&station) {
            let id = format!("{}/{}", name(&station), name(&check));
            if !known.contains(id.as_str()) {
                stray.push(id);
            }
        }
    }
    assert!(stray.is_empty(), "no such check: {stray:?}");
}

fn holds(check: &'static Check, path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|err| err.to_string())?;
    let mut fixture: Fixture = toml::from_str(&text).map_err(|err| err.to_string())?;
    if fixture.why.split_whitespace().count() < 3 {
        return Err("`why` is not a sentence".to_owned());
    }
    if !name(path).starts_with(&format!("{}-", fixture.verdict)) {
        return Err(format!("file name does not begin with `{}-`", fixture.verdict));
    }
    if fixture.seen.now == jiff::Timestamp::UNIX_EPOCH {
        fixture.seen.now = "2026-11-21T00:00:00Z".parse().map_err(|err| format!("{err}"))?;
    }
    let verdicts: BTreeMap<String, Verdict> = judge(&[check], &fixture.seen, &fixture.target)
        .into_iter()
        .filter(|outcome| fixture.subject.as_ref().is_none_or(|wanted| *wanted == outcome.subject))
        .map(|outcome| (outcome.subject, outcome.verdict))
        .collect();
    let [verdict] = verdicts.values().collect::<Vec<_>>()[..] else {
        return Err(format!("{} subjects were judged, expected one", verdicts.len()));
    };
    compare(verdict, &fixture)
}

fn compare(verdict: &Verdict, fixture: &Fixture) -> Result<(), String> {
    let (kind, said, findings) = match verdict {
        Verdict::Pass => ("pass", String::new(), 0),
        Verdict::Fail(findings) => ("fail", findings[0].message.clone(), findings.len()),
        Verdict::Inconclusive { why } => ("inconclusive", why.to_string(), 0),
        Verdict::NotApplicable { why } => ("not-applicable", why.clone(), 0),
    };
    if kind != fixture.verdict {
        return Err(format!("{kind} instead of {}: {said}", fixture.verdict));
    }
    if let Some(wanted) = &fixture.message
        && !said.contains(wanted.as_str())
    {
        return Err(format!("said `{said}`, expected `{wanted}` in it"));
    }
    match fixture.findings {
        Some(wanted) if wanted != findings => Err(format!("{findings} findings, expected {wanted}")),
        _ => Ok(()),
    }
}

fn fixtures_of(check: &Check) -> Vec<PathBuf> {
    let folder = Path::new("fixtures").join(check.id);
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    paths.sort();
    paths
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
