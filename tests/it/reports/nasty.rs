//! Hostile text in every field, in every format.

use gonogo::{
    finding::{Confidence, Finding, Patch, Place, Severity},
    report::{Format, Style, neutral, render},
    seen::{Contact, Miss},
    target::{LeftOut, Stack, Waiver},
    verdict::Verdict,
};
use serde_json::Value;

use super::{
    github::assert_github_accepts,
    launch::{Launch, check, waiver},
};

const NASTY: &[&str] = &[
    "\u{1b}[31mred\u{1b}[0m and \u{1b}]8;;https://evil.example\u{7}link\u{1b}]8;;\u{7}",
    "\u{9b}31m and \u{90}q\u{9c}",
    "bell\u{7} back\u{8}space del\u{7f} nul\u{0}",
    "carriage\rreturn\r\nand\nline\nends\ttabs",
    "line\u{2028}and paragraph\u{2029}next\u{85}line",
    "admin\u{202e}gnp.exe\u{202c} \u{2066}isolate\u{2069} \u{61c}\u{200e}\u{200f}",
    "zero\u{200b}width\u{200d}join\u{feff}bom\u{2060}\u{ad}\u{3164}\u{115f}",
    "tags\u{e0041}\u{e007f} selectors\u{fe0f}\u{e0100}",
    "\u{fffe}\u{ffff}\u{fff9}",
    "<script>alert(1)</script><img src=x onerror=alert(1)> </details></summary>",
    "]]> --> <!-- <![CDATA[ &lt; &#60; <?xml ?>",
    "\n::set-output name=x::y\n::error file=a::b\r::stop-commands::t",
    "::add-mask::secret and ::set-env name=PATH::/tmp",
    "a, b: c%0A::error::d %25 %3A",
    "##[error]legacy ##vso[task.setvariable]x",
    "| a | b |\n|---|---|\n# heading\n- item\n> quote\n```\nfence\n```",
    "`code` ``double`` ```triple``` *b* _i_ ~~s~~ $x$",
    "[click](https://evil.example) ![img](https://evil.example/x.png) <https://evil.example>",
    "[one](1) {0} {{1}} [x]: https://evil.example",
    "@octocat #123 GH-123 octo/repo#45 www.evil.example http://evil.example a@b.example",
    "https://user:pa@evil.example/?a=b&c=d#e",
    "../../etc/passwd /etc/passwd C:\\Windows \\\\host\\share",
    "quotes \" ' \\ backslash \\u{1b} \\n",
    "=1+1 -1 +1 @SUM 1. list",
    "𝕌𝕟𝕚𝕔𝕠𝕕𝕖 ключ 日本語 🚀",
    "",
    " ",
    "\u{1b}",
];

const FORMATS: [Format; 11] = [
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
];

/// An audit in which everything that is said says this.
fn launch(text: &str) -> Launch {
    let say = || text.to_owned();
    let places = [
        Place::Dns { name: say(), record: say() },
        Place::line_of(text, 3, 2, text),
        Place::Commit { commit: say(), path: say(), line: Some(1) },
        Place::url(text),
        Place::endpoint(text),
    ];
    let patches = [
        Patch::Dns { name: say(), record: "TXT".to_owned(), values: vec![say(), say()] },
        Patch::DnsRemove { name: say(), record: say() },
        Patch::Line { path: say(), line: 3, new: say() },
        Patch::Snippet { language: say(), text: say() },
        Patch::Command { command: say() },
    ];
    let finding = |place: &Place, patch: &Patch| {
        Finding::new(text)
            .at(place.clone())
            .evidence(text, text)
            .fix(text)
            .patch(patch.clone())
            .key(format!("{place:?}"))
    };
    let one = check("mail/one", "one", Severity::Critical, Confidence::High);
    let two = check("secrets/two", "two", Severity::Low, Confidence::Medium);
    let three = check("web/three", "three", Severity::Medium, Confidence::High);
    let findings: Vec<Finding> =
        places.iter().zip(&patches).map(|(place, patch)| finding(place, patch)).collect();
    let mut launch = Launch::new()
        .says(one, text, Verdict::Fail(findings.clone()))
        .says(one, "second", Verdict::inconclusive(Miss::Malformed(say())))
        .says(two, text, Verdict::Fail(findings.clone()))
        .says(two, "second", Verdict::inconclusive(Miss::NotConsented(say())))
        .says(two, "third", Verdict::not_applicable(text))
        .says(two, "fourth", Verdict::Pass)
        .says(three, text, Verdict::Fail(findings));
    launch.target.name = say();
    launch.target.config = Some(say());
    launch.target.stack = Stack { frameworks: vec![say()], firebase: Some(say()), ..Stack::default() };
    launch.target.declared.insert(say(), Place::file(text, 2));
    launch.checks.push(check("ops/four", "four", Severity::Low, Confidence::High));
    launch.left_out.push(LeftOut { station: gonogo::station::Station::Ops, why: say() });
    launch.seen.contacted.insert(Contact { host: say(), port: 1, purpose: say() });
    launch
        .waive(Waiver { reason: say(), ..waiver("web/three") })
        .waive(Waiver {
            reason: say(),
            subject: Some(say()),
            place: Some(Place::file(text, 1)),
            ..waiver(text)
        })
        .waive(Waiver {
            until: "2026-01-01".parse().unwrap(),
            reason: say(),
            place: Some(Place::file(text, 1)),
            ..waiver(text)
        })
}

fn every_report(mut look: impl FnMut(&str, Format, &str)) {
    for text in NASTY {
        let assessment = launch(text).decide();
        for format in FORMATS {
            for verbosity in [-1, 0, 1] {
                let style = Style { verbosity, width: 60, ..Style::default() };
                look(text, format, &render(&assessment, format, style));
            }
        }
    }
}

#[test]
fn nothing_unseen_gets_through() {
    every_report(|text, format, report| {
        let unseen = report.chars().find(|c| *c != '\n' && neutral::is_unseen(*c));
        assert!(unseen.is_none(), "{format:?} of {text:?} has {unseen:?}");
        assert!(report.ends_with('\n') && !report.ends_with("\n\n\n"), "{format:?} of {text:?}");
    });
}

#[test]
fn no_runner_finds_a_command() {
    every_report(|text, format, report| {
        for line in report.lines() {
            assert!(!line.contains("##[") && !line.contains("##vso["), "{format:?} of {text:?}: {line}");
            let start = line.trim_start();
            let own = ["::error file=", "::warning file=", "::notice file=", "::notice title="];
            let is_command = start.starts_with("::")
                && start[2..].starts_with(|c: char| c.is_ascii_alphabetic())
                && start[2..].contains("::");
            let is_own = format == Format::Github && own.iter().any(|own| line.starts_with(own));
            // A step summary is a file, not a log.
            assert!(
                !is_command || is_own || matches!(format, Format::Markdown | Format::Html),
                "{format:?} of {text:?}: {line}"
            );
            assert!(format != Format::Github || is_own, "{format:?} of {text:?}: {line}");
        }
    });
}

#[test]
fn no_markup_is_made() {
    let ours = [
        "<!-- -->",
        "<details>",
        "<details open>",
        "</details>",
        "<summary>",
        "</summary>",
        "<b>",
        "</b>",
        "<code>",
        "</code>",
    ];
    every_report(|text, format, report| match format {
        Format::Json | Format::Sarif | Format::Gitlab | Format::Cloudflare | Format::Route53 => {
            assert!(!report.contains('<'), "{format:?} of {text:?}");
        }
        Format::Markdown => {
            let prose = without_code(report);
            let bare = ours.iter().fold(prose.clone(), |text, tag| text.replace(tag, "\u{1}"));
            assert!(!bare.contains('<'), "{text:?}: {bare}");
            for (at, _) in prose.match_indices('@') {
                assert!(prose[at..].starts_with("@<!-- -->"), "{text:?}: a mention in {prose}");
            }
            assert!(!prose.contains("://"), "{text:?}: a bare link in {prose}");
            let marks = ["\\\\", "\\[", "\\]", "\\`", "\\*", "\\_"];
            let bare = marks.iter().fold(prose, |text, mark| text.replace(mark, ""));
            assert!(!bare.contains(['[', '`']), "{text:?}: a mark in {bare}");
        }
        Format::Html => only_our_tags(text, report),
        Format::Terminal | Format::Github | Format::Junit | Format::Zone => {}
    });
}

/// Every tag of the page is one of ours, with attributes of ours.
fn only_our_tags(text: &str, report: &str) {
    let (_, body) = report.split_once("<body>").unwrap();
    let ours = "header section article footer details summary table thead tbody tr th td p div h1 h2 h3 h4 ol ul li \
                dl dt dd pre code span strong small i b a body html";
    for tag in body.split('<').skip(1) {
        let (tag, _) = tag.split_once('>').unwrap_or_else(|| panic!("{text:?}: {tag}"));
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(ours.split_whitespace().any(|known| known == name), "{text:?}: <{tag}>");
        for (at, _) in tag.match_indices('=') {
            let attribute = tag[..at].rsplit(' ').next().unwrap();
            let known = ["class", "style", "role", "aria-label", "scope", "colspan", "href", "rel"];
            let is_in_value = tag[..at].matches('"').count() % 2 == 1;
            assert!(is_in_value || known.contains(&attribute), "{text:?}: <{tag}>");
        }
    }
}

/// Markdown without its fenced blocks and code spans, in which nothing is markup.
fn without_code(report: &str) -> String {
    let mut prose = String::new();
    let mut fence: Option<String> = None;
    for line in report.lines() {
        match &fence {
            Some(open) if line == open => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => {
                fence = Some(line.chars().take_while(|c| *c == '`').collect());
            }
            None => {
                prose.push_str(&without_spans(line));
                prose.push('\n');
            }
        }
    }
    assert!(fence.is_none(), "a fence stays open");
    prose
}

/// By the rule of CommonMark: a run of backticks ends at the next run of the same length.
fn without_spans(line: &str) -> String {
    let bytes = line.as_bytes();
    let run = |at: usize| bytes[at..].iter().take_while(|byte| **byte == b'`').count();
    let (mut out, mut at) = (String::new(), 0);
    while at < line.len() {
        if bytes[at] == b'\\' && at + 1 < line.len() {
            let end = at + 1 + line[at + 1..].chars().next().unwrap().len_utf8();
            out.push_str(&line[at..end]);
            at = end;
            continue;
        }
        let length = run(at);
        if length == 0 {
            let c = line[at..].chars().next().unwrap();
            out.push(c);
            at += c.len_utf8();
            continue;
        }
        let mut end = at + length;
        while end < line.len() && run(end) != length {
            end += run(end).max(1);
        }
        assert!(end < line.len(), "a code span stays open: {line}");
        at = end + length;
    }
    out
}

#[test]
fn json_says_exactly_what_was_seen() {
    for text in NASTY {
        let report = render(&launch(text).decide(), Format::Json, Style::default());
        let json: Value = serde_json::from_str(&report).unwrap();
        assert_eq!(json["target"]["name"], **text);
        assert_eq!(json["findings"][0]["message"], **text);
        assert_eq!(json["findings"][0]["evidence"][0]["value"], **text);
    }
}

#[test]
fn sarif_is_accepted_whatever_was_seen() {
    for text in NASTY {
        let report = render(&launch(text).decide(), Format::Sarif, Style::default());
        let sarif: Value = serde_json::from_str(&report).unwrap();
        assert_github_accepts(&sarif);
        assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 10);
    }
}

#[test]
fn junit_stays_well_formed() {
    for text in NASTY {
        let report = render(&launch(text).decide(), Format::Junit, Style::default());
        let (cases, _) = super::formats::junit_cases(&report);
        // The decision, and one for each check and subject.
        assert_eq!(cases, 8, "{text:?}");
    }
}

#[test]
fn gitlab_paths_stay_inside() {
    for text in NASTY {
        let report = render(&launch(text).decide(), Format::Gitlab, Style::default());
        let issues: Vec<Value> = serde_json::from_str(&report).unwrap();
        for issue in issues {
            let path = issue["location"]["path"].as_str().unwrap();
            assert!(!path.is_empty() && !path.starts_with('/'), "{path}");
            assert!(path.split(['/', '\\']).all(|part| part != ".."), "{path}");
        }
    }
}
