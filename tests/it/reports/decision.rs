//! GO, NO-GO and HOLD, and the score under them.

use gonogo::{
    checks::{self, Check, Context, Judge, judge},
    decide::{Decision, decide},
    finding::{Confidence, Finding, Severity},
    seen::{Miss, Observations, Seen, Zone},
    station::Station,
    target::{Gate, LeftOut, Target, Waiver},
    verdict::Verdict,
};

use super::launch::{Launch, check, sure, waiver};

fn fail(message: &str) -> Verdict {
    Verdict::fail(Finding::new(message))
}

fn timeout() -> Verdict {
    Verdict::inconclusive(Miss::Timeout("192.0.2.1:53".to_owned()))
}

#[track_caller]
fn close(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} is not {right}");
}

#[test]
fn all_passes_are_a_go_at_a_hundred() {
    let said = Launch::new()
        .says(sure("mail/a", Severity::Critical), "example.com", Verdict::Pass)
        .says(sure("web/a", Severity::Low), "https://example.com", Verdict::Pass)
        .decide();
    assert_eq!(said.decision, Decision::Go);
    assert!(said.reasons.is_empty());
    close(said.score.floor, 100.0);
    close(said.score.ceiling, 100.0);
    close(said.score.coverage, 100.0);
    assert_eq!(said.passed.len(), 2);
}

#[test]
fn an_unknown_is_neither_pass_nor_fail() {
    // Weights 3 and 1: the unknown could be either.
    let said = Launch::new()
        .says(sure("mail/a", Severity::Medium), "example.com", Verdict::Pass)
        .says(sure("mail/b", Severity::Low), "example.com", timeout())
        .decide();
    let mail = &said.stations[0];
    close(mail.score.floor, 75.0);
    close(mail.score.ceiling, 100.0);
    close(mail.score.coverage, 75.0);
    // Under 90 % decided.
    assert_eq!((said.decision, mail.decision), (Decision::Hold, Some(Decision::Hold)));
    assert_eq!(said.reasons, ["only 75 % of mail could be decided"]);
}

#[test]
fn ninety_percent_decided_is_enough() {
    let nine = (0..9).map(|number| sure(&format!("mail/p{number}"), Severity::Low));
    let launch = nine.fold(Launch::new(), |launch, check| launch.says(check, "example.com", Verdict::Pass));
    let said = launch.says(sure("mail/z", Severity::Low), "example.com", timeout()).decide();
    close(said.stations[0].score.coverage, 90.0);
    assert_eq!(said.decision, Decision::Go);
    close(said.score.floor, 90.0);
}

#[test]
fn a_sure_and_severe_unknown_holds_alone() {
    let many = (0..20).map(|number| sure(&format!("mail/p{number:02}"), Severity::Critical));
    let launch = many.fold(Launch::new(), |launch, check| launch.says(check, "example.com", Verdict::Pass));
    let held = launch.says(sure("mail/z", Severity::High), "example.com", timeout());
    let said = held.decide();
    assert!(said.stations[0].score.coverage > 90.0);
    assert_eq!(said.decision, Decision::Hold);
    assert_eq!(
        said.reasons,
        ["mail/z could not be decided for example.com: no answer in time: 192.0.2.1:53"]
    );
    assert!(said.inconclusive[0].holds);
}

#[test]
fn an_unknown_of_an_unsure_check_does_not_hold() {
    let many = (0..20).map(|number| sure(&format!("mail/p{number:02}"), Severity::Critical));
    let launch = many.fold(Launch::new(), |launch, check| launch.says(check, "example.com", Verdict::Pass));
    let unsure = check("mail/z", "perhaps", Severity::Critical, Confidence::Medium);
    let said = launch.says(unsure, "example.com", timeout()).decide();
    assert_eq!(said.decision, Decision::Go);
    assert!(!said.inconclusive[0].holds);
}

#[test]
fn one_cause_is_one_reason() {
    let many = (0..60).map(|number| sure(&format!("mail/p{number:02}"), Severity::High));
    let offline = || Verdict::inconclusive(Miss::Offline);
    let launch = many.fold(Launch::new(), |launch, check| launch.says(check, "example.com", offline()));
    let said = launch.decide();
    assert_eq!(said.decision, Decision::Hold);
    assert_eq!(said.reasons.len(), 2, "{:?}", said.reasons);
    assert_eq!(
        said.reasons[0],
        "60 questions could not be decided: not asked: --offline (mail/p00 for example.com, mail/p01 for example.com, mail/p02 for example.com, and 57 more)"
    );
    close(said.score.floor, 0.0);
    close(said.score.ceiling, 100.0);
}

#[test]
fn a_probe_without_consent_holds() {
    let probe = sure("webhook/unsigned", Severity::Critical);
    let said = Launch::new()
        .says(probe, "https://example.com/hook", Verdict::inconclusive(Miss::NotConsented("…".to_owned())))
        .decide();
    assert_eq!(said.decision, Decision::Hold);
}

#[test]
fn nothing_audited_is_a_hold() {
    let said = Launch::new().decide();
    assert_eq!(said.decision, Decision::Hold);
    assert_eq!(said.reasons, ["nothing was audited"]);
    close(said.score.floor, 0.0);
    close(said.score.ceiling, 100.0);
    close(said.score.coverage, 0.0);
}

#[test]
fn what_does_not_apply_has_no_say() {
    let launch = Launch::new().says(
        sure("mail/a", Severity::High),
        "example.com",
        Verdict::not_applicable("it sends no mail"),
    );
    // Alone it is no reason to launch,
    let said = launch.decide();
    assert_eq!(said.decision, Decision::Hold);
    assert_eq!(said.stations[0].left_out.as_deref(), Some("it sends no mail"));
    assert_eq!(said.stations[0].counts.not_applicable, 1);
    // and beside another station it does not lift the mean.
    let low = sure("web/a", Severity::Low);
    let said = launch.says(low, "https://example.com", fail("no header")).decide();
    close(said.score.floor, 0.0);
}

#[test]
fn a_required_station_with_nothing_to_look_at_holds() {
    let mut launch = Launch::new().says(sure("web/a", Severity::Low), "https://example.com", Verdict::Pass);
    launch.checks.push(sure("mail/a", Severity::High));
    launch.left_out.push(LeftOut { station: Station::Mail, why: "no domain".to_owned() });
    assert_eq!(launch.decide().decision, Decision::Go);
    launch.target.gate.required = vec![Station::Mail];
    let said = launch.decide();
    assert_eq!(said.decision, Decision::Hold);
    assert_eq!(said.reasons, ["mail is required and had nothing to look at"]);
    assert_eq!(said.stations[0].decision, Some(Decision::Hold));
}

#[test]
fn an_optional_station_does_not_hold_and_still_stops() {
    let mut launch = Launch::new()
        .says(sure("web/a", Severity::High), "https://example.com", timeout())
        .says(sure("mail/a", Severity::High), "example.com", Verdict::Pass);
    launch.target.gate.required = vec![Station::Mail];
    assert_eq!(launch.decide().decision, Decision::Go);
    let said = launch.says(sure("web/b", Severity::High), "https://example.com", fail("exposed")).decide();
    assert_eq!(said.decision, Decision::NoGo);
}

#[test]
fn one_root_on_one_subject_counts_once() {
    let fault = |root| Verdict::fail(Finding::new("the name does not resolve").root(root));
    let launch = |first, second, subject: &str| {
        Launch::new()
            .says(sure("domain/a", Severity::Medium), "example.com", first)
            .says(sure("domain/b", Severity::Low), subject, second)
            .says(sure("domain/c", Severity::Medium), "example.com", Verdict::Pass)
            .decide()
    };
    // 3 of 6: the lighter of the two is the same fault.
    close(launch(fault("gone"), fault("gone"), "example.com").stations[0].score.floor, 50.0);
    // 3 of 7: another cause, or another subject, is another fault.
    close(launch(fault("gone"), fault("late"), "example.com").stations[0].score.floor, 300.0 / 7.0);
    close(launch(fault("gone"), fault("gone"), "example.org").stations[0].score.floor, 300.0 / 7.0);
}

#[test]
fn every_cause_counts_once_with_its_worst_finding() {
    let findings = Verdict::Fail(vec![
        Finding::new("worse").key("1").severity(Severity::High).root("gone"),
        Finding::new("milder").key("2").severity(Severity::Low).root("late"),
    ]);
    let also = Verdict::fail(Finding::new("also").root("gone"));
    let said = Launch::new()
        .says(sure("domain/a", Severity::Medium), "example.com", findings)
        .says(sure("domain/b", Severity::Medium), "example.com", also)
        .says(sure("domain/c", Severity::High), "example.com", Verdict::Pass)
        .decide();
    // 6 of 13: 6 for `gone`, 1 for `late`.
    close(said.stations[0].score.floor, 600.0 / 13.0);
}

#[test]
fn a_critical_finding_caps_the_score() {
    let many = (0..99).map(|number| sure(&format!("domain/p{number:02}"), Severity::Critical));
    let launch = many.fold(Launch::new(), |launch, check| launch.says(check, "example.com", Verdict::Pass));
    let said = launch.says(sure("domain/z", Severity::Critical), "example.com", fail("hijacked")).decide();
    close(said.stations[0].score.floor, 99.0);
    close(said.score.floor, 39.0);
    close(said.score.ceiling, 39.0);
    close(said.findings[0].points, 61.0);
}

#[test]
fn a_high_finding_caps_where_it_means_lost_data_or_money() {
    let grave = ["secrets", "webhook", "access", "firebase", "supabase"];
    for station in Station::ALL {
        let many = (0..99).map(|number| sure(&format!("{station}/p{number:02}"), Severity::High));
        let launch = many.fold(Launch::new(), |launch, check| launch.says(check, "it", Verdict::Pass));
        let said = launch.says(sure(&format!("{station}/z"), Severity::High), "it", fail("open")).decide();
        let expected = if grave.contains(&station.id()) { 69.0 } else { 99.0 };
        close(said.score.floor, expected);
    }
}

#[test]
fn the_lowest_required_station_holds_the_score_down() {
    let mut launch =
        Launch::new().says(sure("mail/a", Severity::Medium), "example.com", fail("nothing works"));
    for station in ["domain", "tls", "web", "env", "ops", "access", "webhook", "secrets"] {
        let check = sure(&format!("{station}/a"), Severity::Medium);
        launch = launch.says(check, "it", Verdict::Pass);
    }
    close(launch.decide().score.floor, 20.0);
    // A station that is not required does not hold the others down.
    launch.target.gate.required = vec![Station::Tls];
    close(launch.decide().score.floor, 800.0 / 9.0);
}

#[test]
fn a_station_weighs_as_much_as_the_worst_that_could_go_wrong_in_it() {
    let said = Launch::new()
        .says(sure("mail/a", Severity::Critical), "example.com", Verdict::Pass)
        .says(sure("ops/a", Severity::Low), "repository", fail("no owner"))
        .says(sure("ops/b", Severity::Medium), "repository", Verdict::Pass)
        .decide();
    // 10 · 100 and 3 · 75 over 13.
    close(said.score.floor, (1_000.0 + 225.0) / 13.0);
}

#[test]
fn the_gate_says_which_severity_stops() {
    let severities = [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    for fail_on in severities {
        for severity in severities {
            let mut launch = Launch::new().says(sure("ops/a", severity), "it", fail("bad"));
            launch.target.gate = Gate { fail_on, ..Gate::default() };
            let stops = launch.decide().decision == Decision::NoGo;
            assert_eq!(stops, severity >= fail_on, "{severity} with fail_on {fail_on}");
        }
    }
}

#[test]
fn a_finding_of_low_confidence_never_stops() {
    let unsure = check("mail/a", "perhaps", Severity::Critical, Confidence::Low);
    let said = Launch::new().says(unsure, "example.com", fail("perhaps")).decide();
    assert_eq!(said.decision, Decision::Go);
    assert!(!said.findings[0].gates);
    let medium = Verdict::fail(Finding::new("rather sure").confidence(Confidence::Medium));
    let said = Launch::new().says(unsure, "example.com", medium).decide();
    assert_eq!(said.decision, Decision::NoGo);
}

#[test]
fn the_minimum_score_stops_what_is_surely_under_it() {
    let launch = |verdict, minimum| {
        let mut launch = Launch::new()
            .says(sure("mail/a", Severity::Medium), "example.com", Verdict::Pass)
            .says(check("mail/b", "b", Severity::Low, Confidence::Low), "example.com", verdict);
        launch.target.gate.min_score = Some(minimum);
        launch.decide()
    };
    assert_eq!(launch(fail("bad"), 75).decision, Decision::Go);
    let said = launch(fail("bad"), 76);
    assert_eq!(said.decision, Decision::NoGo);
    assert_eq!(said.reasons, ["the score is 75, under the minimum of 76"]);
    // Between 75 and 100: it may be under the minimum, and nobody knows.
    let said = launch(timeout(), 76);
    assert_eq!(said.decision, Decision::Hold);
    assert!(said.reasons.contains(&"the score may be as low as 75, under the minimum of 76".to_owned()));
}

#[test]
fn a_no_go_tells_what_would_still_hold() {
    let said = Launch::new()
        .says(sure("mail/a", Severity::High), "example.com", fail("bad"))
        .says(sure("mail/b", Severity::High), "example.com", timeout())
        .decide();
    assert_eq!(said.decision, Decision::NoGo);
    assert_eq!(said.reasons, ["mail/a: bad (example.com)"]);
    assert_eq!(said.also_holding.len(), 2);
}

#[test]
fn findings_of_one_check_are_one_reason() {
    let findings = (0..12).map(|number| Finding::new(format!("table {number}")).key(format!("{number:02}")));
    let said = Launch::new()
        .says(sure("supabase/rls", Severity::High), "migrations", Verdict::Fail(findings.collect()))
        .decide();
    assert_eq!(said.reasons.len(), 1);
    assert!(said.reasons[0].ends_with(", and 11 more"), "{:?}", said.reasons);
}

#[test]
fn a_waiver_opens_the_gate_and_leaves_the_score() {
    let launch = Launch::new().says(sure("mail/a", Severity::High), "example.com", fail("bad")).says(
        sure("mail/b", Severity::High),
        "example.com",
        Verdict::Pass,
    );
    let stopped = launch.decide();
    let waived = launch.waive(waiver("mail/a")).decide();
    assert_eq!((stopped.decision, waived.decision), (Decision::NoGo, Decision::Go));
    close(stopped.stations[0].score.floor, waived.stations[0].score.floor);
    assert_eq!((waived.findings.len(), waived.waived.len()), (0, 1));
    assert_eq!(waived.stations[0].counts.waived, 1);
    assert!(waived.unused_waivers.is_empty());
}

#[test]
fn a_waiver_of_a_worse_finding_than_usual_leaves_the_score_too() {
    let worse = || Verdict::fail(Finding::new("worse").severity(Severity::High));
    let launch = Launch::new().says(sure("mail/a", Severity::Low), "example.com", worse()).says(
        sure("mail/b", Severity::High),
        "example.com",
        Verdict::Pass,
    );
    let before = launch.decide().stations[0].score;
    assert_eq!(launch.waive(waiver("mail/a")).decide().stations[0].score, before);
}

#[test]
fn a_waiver_holds_to_the_end_of_its_day() {
    let launch = |until: &str| {
        let waiver = Waiver { until: until.parse().unwrap(), ..waiver("mail/a") };
        let launch = Launch::new().says(sure("mail/a", Severity::High), "example.com", fail("bad"));
        launch.waive(waiver).decide()
    };
    assert_eq!(launch("2026-11-21").decision, Decision::Go);
    let expired = launch("2026-11-20");
    assert_eq!(expired.decision, Decision::NoGo);
    assert_eq!(expired.expired_waivers.len(), 1);
    assert!(expired.unused_waivers.is_empty());
}

#[test]
fn a_waiver_may_name_a_subject_or_a_finding() {
    let two = || Verdict::Fail(vec![Finding::new("one").key("1"), Finding::new("two").key("2")]);
    let launch = || {
        Launch::new().says(sure("mail/a", Severity::High), "example.com", two()).says(
            sure("mail/a", Severity::High),
            "example.org",
            fail("three"),
        )
    };
    let subject = Waiver { subject: Some("example.com".to_owned()), ..waiver("mail/a") };
    let said = launch().waive(subject).decide();
    assert_eq!((said.findings.len(), said.waived.len()), (1, 2));

    let print = launch().decide().findings[0].fingerprint.clone();
    let one = Waiver { fingerprint: Some(print.clone()), ..waiver("mail/a") };
    let said = launch().waive(one).decide();
    assert_eq!((said.findings.len(), said.waived.len()), (2, 1));
    assert_eq!(said.waived[0].judged.fingerprint, print);
    assert_eq!(said.decision, Decision::NoGo);
}

#[test]
fn a_partly_waived_check_still_fails() {
    let two = Verdict::Fail(vec![
        Finding::new("worse").key("1").severity(Severity::High),
        Finding::new("milder").key("2").severity(Severity::Low),
    ]);
    let launch = Launch::new().says(sure("mail/a", Severity::Medium), "example.com", two).says(
        sure("mail/b", Severity::High),
        "example.com",
        Verdict::Pass,
    );
    let whole = launch.decide();
    let print = whole.findings[0].fingerprint.clone();
    let said = launch.waive(Waiver { fingerprint: Some(print), ..waiver("mail/a") }).decide();
    close(said.stations[0].score.floor, whole.stations[0].score.floor);
    // Mending the milder one alone changes nothing while the worse one is only waived.
    close(said.findings[0].points, 0.0);
    assert_eq!(said.stations[0].counts.fail, 1);
}

#[test]
fn a_waived_critical_finding_holds() {
    let launch = Launch::new()
        .says(sure("mail/a", Severity::Critical), "example.com", fail("bad"))
        .waive(waiver("mail/a"));
    let said = launch.decide();
    assert_eq!(said.decision, Decision::Hold);
    assert_eq!(said.reasons, ["a waiver covers a critical finding: mail/a on example.com"]);
    assert_eq!(said.stations[0].decision, Some(Decision::Hold));
}

#[test]
fn a_waived_unknown_is_no_better_than_what_it_hides() {
    let launch = |severity| {
        Launch::new()
            .says(sure("mail/a", severity), "example.com", timeout())
            .waive(waiver("mail/a"))
            .decide()
    };
    assert_eq!(launch(Severity::High).decision, Decision::Go);
    assert_eq!(launch(Severity::Critical).decision, Decision::Hold);
    assert!(launch(Severity::High).unused_waivers.is_empty());
}

#[test]
fn a_waiver_that_matches_nothing_is_told() {
    let passing = || Launch::new().says(sure("mail/a", Severity::High), "example.com", Verdict::Pass);
    assert_eq!(passing().waive(waiver("mail/a")).decide().unused_waivers.len(), 1);
    // A typo too,
    assert_eq!(passing().waive(waiver("mail/aa")).decide().unused_waivers.len(), 1);
    // but not one whose finding may be behind an unknown.
    let one = Waiver { fingerprint: Some("00".repeat(16)), ..waiver("mail/a") };
    let open = Launch::new().says(sure("mail/a", Severity::High), "example.com", timeout()).waive(one);
    let said = open.decide();
    assert!(said.unused_waivers.is_empty());
    assert_eq!(said.decision, Decision::Hold);
}

#[test]
fn two_waivers_of_one_finding_are_both_used() {
    let subject = Waiver { subject: Some("example.com".to_owned()), ..waiver("mail/a") };
    let said = Launch::new()
        .says(sure("mail/a", Severity::High), "example.com", fail("bad"))
        .waive(waiver("mail/a"))
        .waive(subject)
        .decide();
    assert_eq!((said.waived.len(), said.unused_waivers.len()), (1, 0));
}

#[test]
fn findings_are_told_apart_even_where_a_check_does_not() {
    let twins = || Verdict::Fail(vec![Finding::new("one"), Finding::new("two")]);
    let said = Launch::new()
        .says(sure("mail/a", Severity::Low), "example.com", twins())
        .says(sure("mail/a", Severity::Low), "example.com", twins())
        .says(sure("mail/a", Severity::Low), "example.org", twins())
        .decide();
    let prints: std::collections::BTreeSet<&str> =
        said.findings.iter().map(|judged| judged.fingerprint.as_str()).collect();
    assert_eq!(prints.len(), 6);
}

#[test]
fn a_panicking_check_has_decided_nothing() {
    fn panics(_: &Zone, _: &Context<'_>) -> Verdict {
        panic!("on purpose")
    }
    fn empty(_: &Zone, _: &Context<'_>) -> Verdict {
        Verdict::Fail(Vec::new())
    }
    let zone = |id, judge| {
        let check = sure(id, Severity::High);
        let check: &'static Check = Box::leak(Box::new(Check {
            id: check.id,
            title: check.title,
            station: check.station,
            severity: check.severity,
            confidence: check.confidence,
            judge: Judge::Zone(judge),
            source: check.source,
        }));
        check
    };
    let checks = [zone("domain/empty", empty), zone("domain/panics", panics)];
    let mut seen = Observations::default();
    seen.zones.insert("example.com".to_owned(), Seen::Got(Zone::default()));
    let target = Target::default();
    let outcomes = judge(&checks, &seen, &target);
    let said = decide(&target, &checks, &[], outcomes, &seen);
    assert_eq!(said.decision, Decision::Hold);
    let whys: Vec<String> = said.inconclusive.iter().map(|one| one.why.to_string()).collect();
    assert_eq!(whys.len(), 2);
    assert!(whys.iter().all(|why| why.starts_with("internal error: ")), "{whys:?}");
}

#[test]
fn the_same_outcomes_in_another_order_decide_alike() {
    let launch = super::launch::rich();
    let (mut turned, straight) = (super::launch::rich(), launch.decide());
    turned.outcomes.reverse();
    let turned = turned.decide();
    assert_eq!(turned.score, straight.score);
    assert_eq!(turned.decision, straight.decision);
    let names = |said: &gonogo::decide::Assessment| -> Vec<(String, f64)> {
        said.findings.iter().map(|judged| (judged.fingerprint.clone(), judged.points)).collect()
    };
    assert_eq!(names(&turned), names(&straight));
}

#[test]
fn rules_that_find_nothing_are_one_good_answer() {
    let rules: Vec<&'static Check> =
        checks::all().filter(|check| matches!(check.judge, Judge::Leak)).take(40).collect();
    let clean = rules[1..]
        .iter()
        .fold(Launch::new(), |launch, check| launch.says(check, "repository", Verdict::Pass));
    let leak = Verdict::fail(Finding::new("a key is in the repository").severity(Severity::Critical));
    let said = clean.says(rules[0], "repository", leak).decide();
    assert!(said.stations[0].score.floor <= 50.0, "{:?}", said.stations[0].score);
}

#[test]
fn a_station_of_small_things_does_not_drag_the_score_down() {
    let small = sure("ops/small", Severity::Low);
    let grave = sure("mail/grave", Severity::High);
    let said = Launch::new()
        .says(small, "repository", fail("a small thing is missing"))
        .says(grave, "example.com", Verdict::Pass)
        .decide();
    assert_eq!(said.decision, Decision::Go);
    assert!(said.score.floor > 80.0, "{:?}", said.score);
}
