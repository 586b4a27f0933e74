//! What people read.

use gonogo::{
    finding::{Finding, Place, Severity},
    report::{Format, Style, render},
    seen::Miss,
    verdict::Verdict,
};

use super::launch::{Launch, rich, sure};

fn text(launch: &Launch, style: Style) -> String {
    render(&launch.decide(), Format::Terminal, style)
}

fn plain(launch: &Launch) -> String {
    text(launch, Style::default())
}

macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ snapshot_path => "../snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!($name, $text);
        });
    };
}

#[test]
fn a_rich_audit_reads_well() {
    snapshot!("terminal", plain(&rich()));
    snapshot!("terminal-quiet", text(&rich(), Style { verbosity: -1, ..Style::default() }));
    snapshot!(
        "terminal-verbose-narrow",
        text(&rich(), Style { verbosity: 1, width: 64, ..Style::default() })
    );
    snapshot!("markdown", render(&rich().decide(), Format::Markdown, Style::default()));
}

#[test]
fn an_offline_audit_says_so_once() {
    let stations = ["domain", "mail", "tls", "web"];
    let many = (0..60).map(|number| sure(&format!("{}/c{number:02}", stations[number % 4]), Severity::High));
    let offline = || Verdict::inconclusive(Miss::Offline);
    let launch = many.fold(Launch::new(), |launch, check| launch.says(check, "example.com", offline()));
    snapshot!("terminal-offline", plain(&launch));
}

#[test]
fn all_is_well_in_a_few_lines() {
    let launch = Launch::new()
        .says(sure("mail/a", Severity::High), "example.com", Verdict::Pass)
        .says(sure("web/a", Severity::High), "https://example.com", Verdict::Pass)
        .says(sure("web/b", Severity::High), "https://example.com", Verdict::Pass);
    snapshot!("terminal-go", plain(&launch));
}

#[test]
fn one_is_not_many() {
    let launch =
        Launch::new().says(sure("mail/a", Severity::High), "example.com", Verdict::fail(Finding::new("bad")));
    let text = plain(&launch);
    assert!(text.contains("mend mail/a on example.com to reach GO"), "{text}");
    assert!(text.ends_with("next: gonogo explain mail/a\n"), "{text}");
    assert!(!text.contains("1 findings") && !text.contains("(s)"), "{text}");
}

#[test]
fn a_shared_cause_is_one_thing_to_mend() {
    let gone = || Verdict::fail(Finding::new("it does not resolve").root("gone"));
    let launch = Launch::new().says(sure("domain/a", Severity::High), "example.com", gone()).says(
        sure("domain/b", Severity::High),
        "example.com",
        gone(),
    );
    assert!(plain(&launch).contains("mend domain/a on example.com to reach GO"), "{}", plain(&launch));
}

#[test]
fn many_findings_of_a_check_are_folded() {
    let many = (1..=12).map(|line| {
        Finding::new(format!("line {line} is bad")).key(line.to_string()).at(Place::file("a.ts", line))
    });
    let launch =
        Launch::new().says(sure("env/a", Severity::Medium), "repository", Verdict::Fail(many.collect()));
    let text = plain(&launch);
    assert!(text.contains("  and 9 more of env/a; see --format json\n"), "{text}");
    assert!(text.contains("line 3 is bad") && !text.contains("line 4 is bad"), "{text}");
}

#[test]
fn lines_end_where_they_end() {
    for width in [0, 1, 40, 64, 80, 200] {
        for color in [false, true] {
            for verbosity in [-1, 0, 1] {
                let text = text(&rich(), Style { color, width, verbosity });
                for line in text.lines() {
                    assert!(!line.ends_with(' '), "a trailing space in {line:?}");
                }
                assert!(!text.contains("\n\n\n"), "two empty lines at width {width}");
            }
        }
    }
}

#[test]
fn colour_changes_nothing_but_colour() {
    let colored = text(&rich(), Style { color: true, ..Style::default() });
    let mut bare = String::new();
    let mut rest = colored.as_str();
    while let Some(at) = rest.find("\u{1b}[") {
        bare.push_str(&rest[..at]);
        rest = &rest[at..][rest[at..].find('m').unwrap() + 1..];
    }
    bare.push_str(rest);
    assert!(colored.len() > bare.len());
    assert_eq!(bare, plain(&rich()));
}

#[test]
fn prose_is_wrapped_and_what_is_copied_is_not() {
    let wide = text(&rich(), Style { width: 60, ..Style::default() });
    let record = "example.com. TXT \"v=spf1 include:_spf.a.example include:_spf.b.example ~all\"";
    for line in wide.lines().filter(|line| !line.contains(record) && !line.contains("add_header")) {
        let longest = line.split(' ').map(|word| word.chars().count()).max().unwrap();
        assert!(line.chars().count() <= 60 || longest > 40, "{line:?}");
    }
    assert!(wide.contains(record), "{wide}");
}
