//! The formats for machines and for GitHub's pages.

use std::{collections::BTreeSet, fs};

use gonogo::{
    decide::Decision,
    finding::{Finding, Place, Severity},
    report::{Format, Style, render, schema},
    seen::Miss,
    target::LeftOut,
    verdict::Verdict,
};
use quick_xml::{Reader, events::Event};
use serde_json::Value;

use super::{
    github::assert_github_accepts,
    launch::{Launch, rich, sure, waiver},
};

fn report(launch: &Launch, format: Format) -> String {
    render(&launch.decide(), format, Style::default())
}

fn json(launch: &Launch, format: Format) -> Value {
    serde_json::from_str(&report(launch, format)).unwrap()
}

#[test]
fn every_format_gives_the_same_bytes_twice() {
    for format in [
        Format::Terminal,
        Format::Json,
        Format::Sarif,
        Format::Markdown,
        Format::Html,
        Format::Github,
        Format::Junit,
        Format::Gitlab,
        Format::Zone,
        Format::Cloudflare,
        Format::Route53,
    ] {
        assert_eq!(report(&rich(), format), report(&rich(), format), "{format:?}");
    }
}

/// `GONOGO_BLESS=1 cargo test --test it reports` writes it anew.
#[test]
fn the_committed_schema_is_fresh() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/report.schema.json");
    if std::env::var_os("GONOGO_BLESS").is_some() {
        fs::create_dir_all(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).unwrap();
        fs::write(path, schema()).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), schema(), "run with GONOGO_BLESS=1");
}

#[test]
fn json_follows_its_schema() {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for launch in [rich(), Launch::new()] {
        let report = json(&launch, Format::Json);
        let errors: Vec<String> = validator.iter_errors(&report).map(|err| err.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
    // The schema must be able to say no.
    assert!(!validator.is_valid(&serde_json::json!({"schema": 1})));
}

#[test]
fn json_has_what_was_promised() {
    let report = json(&rich(), Format::Json);
    assert_eq!(report["schema"], 1);
    assert_eq!(report["tool"]["name"], "gonogo");
    assert_eq!(report["target"]["name"], "portal.example.com");
    assert_eq!(report["seen_at"], "2026-11-21T14:03:09Z");
    assert_eq!(report["decision"], "no-go");
    assert!(!report["reasons"].as_array().unwrap().is_empty());
    let mail = &report["stations"][1];
    assert_eq!((&mail["id"], &mail["status"]), (&"mail".into(), &"no-go".into()));
    assert_eq!(mail["checks"]["waived"], 1);
    let supabase = report["stations"].as_array().unwrap().iter().find(|one| one["id"] == "supabase").unwrap();
    assert_eq!(supabase["status"], "left-out");
    assert!(supabase["floor"].is_null());
    let finding = &report["findings"][0];
    assert_eq!(
        finding["places"][0],
        serde_json::json!({"kind": "dns", "dns": "example.com", "record": "TXT"})
    );
    assert_eq!(finding["remedy"]["patch"]["kind"], "dns");
    assert_eq!(finding["fingerprint"].as_str().unwrap().len(), 32);
    assert_eq!(report["inconclusive"].as_array().unwrap().len(), 4);
    assert_eq!(report["inconclusive"][0]["reason"], "timeout");
    assert_eq!(report["waived"][0]["until"], "2026-12-31");
    assert_eq!(report["expired_waivers"][0]["place"]["line"], 37);
    assert_eq!(report["contacted"][0]["host"], "192.0.2.53");
    // One decimal.
    let floor = mail["ceiling"].as_f64().unwrap();
    assert!((floor * 10.0 - (floor * 10.0).round()).abs() < 1e-9);
}

#[test]
fn sarif_is_what_github_accepts() {
    assert_github_accepts(&json(&rich(), Format::Sarif));
    assert_github_accepts(&json(&Launch::new(), Format::Sarif));
}

#[test]
fn sarif_puts_each_finding_on_a_line() {
    let sarif = json(&rich(), Format::Sarif);
    let place = |check: &str| {
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let location = &results.iter().find(|one| one["ruleId"] == check).unwrap()["locations"][0];
        let physical = &location["physicalLocation"];
        let logical = location["logicalLocations"][0]["fullyQualifiedName"].as_str();
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap();
        (uri.to_owned(), physical["region"]["startLine"].as_u64().unwrap(), logical.map(str::to_owned))
    };
    // The line that declares the subject, and the record it is about.
    assert_eq!(
        place("mail/spf-multiple"),
        ("gonogo.toml".to_owned(), 4, Some("dns:example.com/TXT".to_owned()))
    );
    assert_eq!(
        place("web/hsts-missing"),
        ("gonogo.toml".to_owned(), 9, Some("url:https://portal.example.com/".to_owned()))
    );
    assert_eq!(place("env/production-in-staging"), (".env.staging".to_owned(), 5, None));
    let (uri, line, _) = place("secrets/stripe-live-key");
    assert_eq!((uri.as_str(), line), ("src/bill%20ing/%D0%BA%D0%BB%D1%8E%D1%87%231.ts", 14));
    // Waived ones stay out, unknown ones are told.
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().all(|one| one["ruleId"] != "mail/dmarc-none"));
    let invocation = &sarif["runs"][0]["invocations"][0];
    assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 4);
    assert_eq!(invocation["exitCode"], 1);
    let first = &results[0];
    assert_eq!(first["level"], "error");
    assert_eq!(
        first["message"]["text"],
        "example.com publishes 2 records that begin with v=spf1, which receivers treat as a permanent error. Merge both into one record."
    );
}

#[test]
fn sarif_without_a_declaration_falls_back() {
    let place = |launch: &Launch| {
        let sarif = json(launch, Format::Sarif);
        assert_github_accepts(&sarif);
        let physical = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
        let uri = physical["artifactLocation"]["uri"].as_str().unwrap().to_owned();
        (uri, physical["region"]["startLine"].as_u64().unwrap())
    };
    let finding = || Verdict::fail(Finding::new("bad").at(Place::endpoint("example.com:443")));
    let mut launch = Launch::new().says(sure("tls/a", Severity::High), "example.com:443", finding());
    assert_eq!(place(&launch), ("README.md".to_owned(), 1));
    launch.target.stack.supabase = Some("supabase/config.toml".to_owned());
    assert_eq!(place(&launch), ("supabase/config.toml".to_owned(), 1));
    launch.target.config = Some("./ops/gonogo.toml".to_owned());
    assert_eq!(place(&launch), ("ops/gonogo.toml".to_owned(), 1));
    launch.target.declared.insert("https://example.com".to_owned(), Place::file("ops/gonogo.toml", 7));
    assert_eq!(place(&launch), ("ops/gonogo.toml".to_owned(), 7));
    launch.target.declared.insert("example.com".to_owned(), Place::file("/etc/passwd", 9));
    assert_eq!(place(&launch), ("ops/gonogo.toml".to_owned(), 7));
}

#[test]
fn sarif_names_survive_a_move_and_differ_by_subject() {
    let at = |line, subject: &str| {
        let finding = Finding::new(format!("bad at line {line}")).at(Place::file("gonogo.toml", line));
        let launch = Launch::new().says(sure("web/a", Severity::High), subject, Verdict::fail(finding));
        let sarif = json(&launch, Format::Sarif);
        sarif["runs"][0]["results"][0]["partialFingerprints"]["primaryLocationLineHash"].clone()
    };
    assert_eq!(at(3, "https://a.example"), at(40, "https://a.example"));
    assert_ne!(at(3, "https://a.example"), at(3, "https://b.example"));
}

#[test]
fn sarif_stops_at_what_github_accepts() {
    let many = (0..25_010).map(|number| Finding::new("bad").key(number.to_string()).severity(Severity::Low));
    let mut findings: Vec<Finding> = many.collect();
    findings.push(Finding::new("the worst").key("worst"));
    let launch =
        Launch::new().says(sure("secrets/a", Severity::Critical), "repository", Verdict::Fail(findings));
    let sarif = json(&launch, Format::Sarif);
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results[0]["message"]["text"], "the worst.");
    let told = &sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"];
    assert!(told.as_str().unwrap().starts_with("11 findings left out"), "{told}");
}

#[test]
fn sarif_rules_carry_the_severity_that_was_found() {
    let milder = Verdict::fail(Finding::new("milder than usual").severity(Severity::Low));
    let launch = Launch::new().says(sure("web/a", Severity::Critical), "https://a.example", milder).says(
        sure("web/b", Severity::Critical),
        "https://a.example",
        Verdict::Pass,
    );
    let sarif = json(&launch, Format::Sarif);
    let rules = &sarif["runs"][0]["tool"]["driver"]["rules"];
    assert_eq!(rules[0]["properties"]["security-severity"], "2.5");
    assert_eq!(rules[1]["properties"]["security-severity"], "9.5");
    assert_eq!(rules[1]["name"], "WebB");
}

#[test]
fn annotations_are_ten_a_level() {
    let findings = |severity: Severity, count: u32| {
        let one = move |line| Finding::new("bad").key(format!("{line}")).at(Place::file("a,b:c.ts", line));
        let check = sure(&format!("secrets/{severity}"), severity);
        (check, Verdict::Fail((1..=count).map(one).collect()))
    };
    let mut launch = Launch::new();
    for severity in [Severity::High, Severity::Medium, Severity::Low] {
        let (check, verdict) = findings(severity, 30);
        launch = launch.says(check, "repository", verdict);
    }
    let text = report(&launch, Format::Github);
    let count = |level: &str| text.lines().filter(|line| line.starts_with(level)).count();
    assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 10));
    let first = text.lines().next().unwrap();
    assert_eq!(
        first,
        "::error file=a%2Cb%3Ac.ts,line=1,title=secrets/high%3A something is not as it should be::bad"
    );
    let last = text.lines().last().unwrap();
    assert_eq!(last, "::notice title=NO-GO for portal.example.com::score 0, 90 findings, 0 undecided");
}

#[test]
fn junit_is_not_green_for_an_unknown_that_holds() {
    let unknown = || Verdict::inconclusive(Miss::Offline);
    let held = Launch::new().says(sure("mail/a", Severity::High), "example.com", unknown());
    let (_, tags) = junit_cases(&report(&held, Format::Junit));
    // The question itself and the decision.
    assert_eq!(tags, ["error", "error"]);
    // Held for want of coverage alone: no single question is an error, the decision is.
    let held = Launch::new().says(sure("mail/a", Severity::Low), "example.com", unknown());
    assert_eq!(held.decide().decision, Decision::Hold);
    let (_, tags) = junit_cases(&report(&held, Format::Junit));
    assert_eq!(tags, ["error", "skipped"]);
}

#[test]
fn junit_counts_every_check_and_subject() {
    let text = report(&rich(), Format::Junit);
    let (cases, tags) = junit_cases(&text);
    assert_eq!(cases, 15);
    let count = |wanted: &str| tags.iter().filter(|tag| *tag == wanted).count();
    assert_eq!((count("failure"), count("error"), count("skipped"), count("system-out")), (6, 3, 3, 1));
    assert!(
        text.contains(
            r#"<testsuites name="gonogo" tests="15" failures="6" errors="3" skipped="3" time="0">"#
        )
    );
    assert!(text.contains(r#"<skipped message="waived until 2026-12-31: accepted until the relaunch">"#));
}

/// Number of test cases, and the names of what is in them.
pub(crate) fn junit_cases(xml: &str) -> (usize, Vec<String>) {
    let mut reader = Reader::from_str(xml);
    reader.config_mut().check_end_names = true;
    let (mut cases, mut tags) = (0, Vec::new());
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return (cases, tags),
            Event::Start(start) | Event::Empty(start) => {
                for attribute in start.attributes() {
                    attribute.unwrap().normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
                }
                match String::from_utf8(start.name().as_ref().to_vec()).unwrap().as_str() {
                    "testcase" => cases += 1,
                    "testsuites" | "testsuite" => {}
                    other => tags.push(other.to_owned()),
                }
            }
            _ => {}
        }
    }
}

#[test]
fn gitlab_has_a_name_a_place_and_a_level_for_each() {
    let Value::Array(issues) = json(&rich(), Format::Gitlab) else { panic!("not a list") };
    assert_eq!(issues.len(), rich().decide().findings.len());
    let names: BTreeSet<&str> = issues.iter().map(|one| one["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(names.len(), issues.len());
    for issue in &issues {
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().unwrap())
        );
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(!issue["location"]["path"].as_str().unwrap().starts_with("./"));
        assert!(!issue["check_name"].as_str().unwrap().is_empty());
    }
}

#[test]
fn a_step_summary_fits_github() {
    let long = "x".repeat(900);
    let many = (0..2_000).map(|number| {
        Finding::new("bad")
            .key(number.to_string())
            .evidence("one", long.as_str())
            .evidence("two", long.as_str())
    });
    let launch =
        Launch::new().says(sure("secrets/a", Severity::High), "repository", Verdict::Fail(many.collect()));
    let text = report(&launch, Format::Markdown);
    assert!(text.len() <= 1024 * 1024, "{}", text.len());
    assert!(text.len() > 900_000);
    assert!(text.trim_end().ends_with("GitHub shows at most 1 MiB; see `--format json`.*"));
    assert_eq!(text.matches("<details").count(), text.matches("</details>").count());
}

#[test]
fn reports_of_nothing_are_whole() {
    let mut launch = Launch::new();
    launch.checks.push(sure("mail/a", Severity::High));
    launch.left_out.push(LeftOut { station: gonogo::station::Station::Mail, why: "no domain".to_owned() });
    let text = report(&launch.waive(waiver("mail/a")), Format::Markdown);
    assert!(text.starts_with("## HOLD for portal.example.com\n"), "{text}");
    assert!(text.contains("- nothing was audited\n"), "{text}");
    assert_eq!(junit_cases(&report(&Launch::new(), Format::Junit)).0, 1);
    assert_eq!(report(&Launch::new(), Format::Gitlab), "[]\n");
}

/// The page loads and runs nothing, and a reader finds the decision and every finding in it.
#[test]
fn html_stands_alone() {
    let page = report(&rich(), Format::Html);
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
    assert!(page.contains("default-src 'none'; style-src 'unsafe-inline'"));
    for forbidden in ["<script", " src=", "@import", "url(", "<link", "<iframe", "<form"] {
        assert!(!page.contains(forbidden), "{forbidden}");
    }
    let shown = page.matches("<article ").count();
    let findings = json(&rich(), Format::Json)["findings"].as_array().map_or(0, Vec::len);
    assert!(findings > 0 && shown == findings, "{shown} of {findings}");
    for tag in ["section", "article", "details", "table", "ul", "ol", "dl", "pre", "header", "body"] {
        let (opened, closed) = (
            page.matches(&format!("<{tag}>")).count() + page.matches(&format!("<{tag} ")).count(),
            page.matches(&format!("</{tag}>")).count(),
        );
        assert_eq!(opened, closed, "{tag}");
    }
}
