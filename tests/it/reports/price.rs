//! What mending a finding is worth is what a new audit would say after it was mended.

use std::time::Instant;

use gonogo::{
    decide::{Assessment, Judged},
    finding::{Finding, Severity},
    verdict::Verdict,
};

use super::launch::{Launch, rich, sure, waiver};

/// The same audit after the findings that share `judged`'s cause were mended.
fn mended(launch: &Launch, judged: &Judged) -> Assessment {
    let is_gone = |subject: &str, check: &str, finding: &Finding| {
        let same_root = finding.root.is_some() && finding.root == judged.finding.root;
        let same = check == judged.check.id && *finding == judged.finding;
        subject == judged.subject && (same || same_root)
    };
    let mut after = Launch { target: launch.target.clone(), outcomes: Vec::new(), ..copy(launch) };
    for outcome in &launch.outcomes {
        let mut outcome = outcome.clone();
        if let Verdict::Fail(findings) = &outcome.verdict {
            let left = findings.iter().filter(|one| !is_gone(&outcome.subject, outcome.check.id, one));
            outcome.verdict = Verdict::from_findings(left.cloned().collect());
        }
        after.outcomes.push(outcome);
    }
    after.decide()
}

fn copy(launch: &Launch) -> Launch {
    Launch {
        target: launch.target.clone(),
        checks: launch.checks.clone(),
        left_out: launch.left_out.clone(),
        outcomes: launch.outcomes.clone(),
        seen: launch.seen.clone(),
    }
}

#[track_caller]
fn prices_are_true(launch: &Launch) {
    let now = launch.decide();
    for judged in &now.findings {
        let gain = (mended(launch, judged).score.floor - now.score.floor).max(0.0);
        assert!(
            (gain - judged.points).abs() <= 0.05 + 1e-9,
            "{} on {}: said {}, is {gain}",
            judged.check.id,
            judged.subject,
            judged.points
        );
    }
}

#[test]
fn a_price_is_what_a_new_audit_would_add() {
    prices_are_true(&rich());
    for seed in 0..60 {
        prices_are_true(&random(seed, 40));
    }
}

#[test]
fn mending_one_by_one_reaches_a_hundred() {
    for seed in 0..20 {
        let mut launch = random(seed, 30);
        launch.target.waivers.clear();
        launch.outcomes.retain(|outcome| !matches!(outcome.verdict, Verdict::Inconclusive { .. }));
        let mut floor = launch.decide().score.floor;
        while let Some(judged) = launch.decide().findings.first().cloned() {
            for outcome in &mut launch.outcomes {
                if outcome.check.id == judged.check.id
                    && outcome.subject == judged.subject
                    && let Verdict::Fail(findings) = &outcome.verdict
                {
                    let left = findings.iter().filter(|one| **one != judged.finding).cloned();
                    outcome.verdict = Verdict::from_findings(left.collect());
                }
            }
            let now = launch.decide().score.floor;
            assert!(now >= floor - 1e-9, "seed {seed}: mending lowered the score from {floor} to {now}");
            floor = now;
        }
        assert!((floor - 100.0).abs() < 1e-9, "seed {seed}: {floor}");
    }
}

#[test]
fn a_shared_cause_is_priced_as_one_fix() {
    let gone = || Verdict::fail(Finding::new("the name does not resolve").root("gone"));
    let said = Launch::new()
        .says(sure("domain/a", Severity::Medium), "example.com", gone())
        .says(sure("domain/b", Severity::Medium), "example.com", gone())
        .decide();
    assert!(said.findings.iter().all(|judged| (judged.points - 100.0).abs() < 1e-9));
}

#[test]
fn five_hundred_findings_among_two_thousand_entries_are_priced_at_once() {
    let mut launch = Launch::new();
    for number in 0..2_000 {
        let station = ["secrets", "supabase", "env", "web"][number % 4];
        let verdict = match number % 4 {
            0 => Verdict::fail(Finding::new("bad").key(number.to_string())),
            _ => Verdict::Pass,
        };
        let check = sure(&format!("{station}/c{:03}", number / 8), Severity::Medium);
        launch.outcomes.push(gonogo::checks::Outcome { check, subject: format!("s{}", number % 8), verdict });
    }
    let start = Instant::now();
    assert_eq!(launch.decide().findings.len(), 500);
    eprintln!("500 findings priced in {:?}", start.elapsed());
    let many = (0..5_000).map(|number| Finding::new("many").key(number.to_string()));
    launch = launch.says(sure("secrets/many", Severity::High), "repository", Verdict::Fail(many.collect()));
    let start = Instant::now();
    let said = launch.decide();
    eprintln!("{} findings priced in {:?}", said.findings.len(), start.elapsed());
    assert_eq!(said.findings.len(), 5_500);
    prices_are_true_for(&launch, &said, 3);
}

fn prices_are_true_for(launch: &Launch, now: &Assessment, some: usize) {
    for judged in now.findings.iter().rev().take(some) {
        let gain = (mended(launch, judged).score.floor - now.score.floor).max(0.0);
        assert!((gain - judged.points).abs() <= 0.05 + 1e-9);
    }
}

/// Random outcomes from a linear congruential generator: the same for a seed everywhere.
fn random(seed: u64, entries: usize) -> Launch {
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(99);
    let mut pick = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    let roots = [None, None, Some("gone"), Some("late")];
    let stations = ["domain", "mail", "secrets", "env"];
    let mut launch = Launch::new();
    for number in 0..entries {
        let check = sure(&format!("{}/c{number:02}", stations[pick(4)]), severities[pick(5)]);
        let subject = ["example.com", "example.org"][pick(2)];
        let finding = |pick: &mut dyn FnMut(usize) -> usize, key: usize| {
            let mut finding = Finding::new("bad").key(key.to_string());
            finding.severity = (pick(2) == 0).then(|| severities[pick(5)]);
            finding.root = roots[pick(4)];
            finding
        };
        let verdict = match pick(6) {
            0 => Verdict::inconclusive(gonogo::seen::Miss::Offline),
            1 => Verdict::not_applicable("not here"),
            2 | 3 => Verdict::Pass,
            _ => Verdict::Fail((0..=pick(3)).map(|key| finding(&mut pick, key)).collect()),
        };
        if pick(5) == 0 {
            launch = launch.waive(waiver(check.id));
        }
        launch = launch.says(check, subject, verdict);
    }
    // Some single findings are waived too.
    let prints: Vec<(String, &'static str)> =
        launch.decide().findings.iter().map(|judged| (judged.fingerprint.clone(), judged.check.id)).collect();
    for (print, check) in prints.into_iter().filter(|_| pick(4) == 0) {
        launch = launch.waive(gonogo::target::Waiver { fingerprint: Some(print), ..waiver(check) });
    }
    launch
}
