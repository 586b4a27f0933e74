//! Mail records that somebody made to hurt: everything ends, in bounded memory, with a verdict.

use std::fmt::Write as _;

use gonogo::{
    checks::{self, judge},
    decide::decide,
    engine::{
        bimi, caa, dkim, dmarc,
        message::{self, LARGEST},
        mta_sts, senders, spf,
    },
    report::{Format, Style, render},
    seen::{Answer, Answers, Ask, Mail, Observations, Rr, Seen, escape},
    target::{Domain, MailUse, Target},
};

const DOMAIN: &str = "example.com";

fn audited(records: &[(&str, Rr, Vec<String>)], selectors: &[&str]) -> Vec<String> {
    let mut answers = Answers::default();
    for (name, rr, values) in records {
        answers.insert(&Ask::new(name, *rr), Seen::Got(Answer::Records(values.clone())));
    }
    let selectors = selectors.iter().map(|&selector| selector.to_owned()).collect();
    let mail = Mail { answers, selectors, ..Mail::default() };
    let mut seen = Observations::default();
    seen.mail.insert(DOMAIN.to_owned(), Seen::Got(mail));
    let target = Target {
        name: DOMAIN.to_owned(),
        domains: vec![Domain { name: DOMAIN.to_owned(), mail: MailUse::Unknown, dkim_selectors: vec![] }],
        ..Target::default()
    };
    let checks: Vec<_> = checks::mail::ALL.to_vec();
    let outcomes = judge(&checks, &seen, &target);
    let panicked = outcomes.iter().find(|outcome| format!("{:?}", outcome.verdict).contains("panicked"));
    assert!(panicked.is_none(), "{panicked:?}");
    let assessment = decide(&target, &checks, &[], outcomes, &seen);
    let formats = [Format::Terminal, Format::Json, Format::Zone, Format::Cloudflare, Format::Route53];
    let reports: Vec<String> =
        formats.iter().map(|format| render(&assessment, *format, Style::default())).collect();
    for report in &reports {
        assert!(report.len() < 2_000_000, "a report of {} bytes", report.len());
        assert!(!report.contains('\u{1b}'));
    }
    reports
}

fn txt(name: &str, value: String) -> (&str, Rr, Vec<String>) {
    (name, Rr::Txt, vec![value])
}

#[test]
fn a_tree_of_ten_thousand_includes_is_counted_and_not_followed() {
    let includes = (0..3_000).fold(String::new(), |mut text, index| {
        let _ = write!(text, " include:i{index}.test");
        text
    });
    let mut records = vec![txt(DOMAIN, format!("v=spf1{includes} -all"))];
    let names: Vec<String> = (0..200).map(|index| format!("i{index}.test")).collect();
    records.extend(names.iter().map(|name| txt(name, format!("v=spf1{includes} -all"))));
    let reports = audited(&records, &[]);
    assert!(reports[0].contains("needs at least 60000 DNS lookups"), "{}", reports[0]);
}

#[test]
fn long_records_of_every_kind_end() {
    let k64 = |piece: &str| piece.repeat(64 * 1024 / piece.len());
    let rua = (0..10_000).map(|index| format!("mailto:a@h{index}.test")).collect::<Vec<_>>().join(",");
    let tags = (0..12_000).fold(String::new(), |mut text, index| {
        let _ = write!(text, "t{index}=1;");
        text
    });
    for text in [
        format!("v=spf1 {}", k64("%{l1r-}")),
        format!("v=spf1 exists:{}.test -all", "%{ir-+,/_=}.".repeat(5_000)),
        format!("v=spf1 {}", k64("ip4:1.2.3.4 ")),
        format!("v=spf1 {}", k64("a ")),
        format!("v=spf1 {}", k64("x ")),
        k64("v=spf1 "),
        k64("\\255"),
        k64("("),
        format!("v=DMARC1; p=none; rua={rua}"),
        format!("v=DMARC1; {tags}"),
        format!("v=DMARC1; p=none; {}", k64("rua=bad,")),
        format!("v=DKIM1; p={}", k64("A")),
        format!("v=DKIM1; {}", k64("h=sha1:")),
        format!("v=STSv1; id={}", k64("a")),
        format!("v=BIMI1; l=https://{}", k64("a.")),
    ] {
        let names = ["", "_dmarc.", "k._domainkey.", "_mta-sts.", "_smtp._tls.", "default._bimi.", "send."];
        let names: Vec<String> = names.iter().map(|label| format!("{label}{DOMAIN}")).collect();
        let mut records: Vec<(&str, Rr, Vec<String>)> =
            names.iter().map(|name| txt(name, text.clone())).collect();
        records.push((DOMAIN, Rr::Mx, vec!["10 mx.example.com".to_owned(), format!("10 {text}")]));
        audited(&records, &["k"]);
    }
}

#[test]
fn a_policy_and_a_logo_of_ten_megabytes_end() {
    let policy = mta_sts::parse(&"mx: *.example.com\n".repeat(600_000));
    assert!(policy.mx.len() <= 10_000, "{} patterns kept", policy.mx.len());
    for svg in [
        "<svg>".repeat(200_000),
        format!("<svg {}>", "a=\"b\" ".repeat(300_000)),
        format!("<!DOCTYPE svg [{}]>", "<!ENTITY a \"&a;&a;\">".repeat(50_000)),
        "<".repeat(1_000_000),
        "\u{0}".repeat(1_000_000),
    ] {
        assert!(bimi::faults(svg.as_bytes()).len() < 100);
    }
}

#[test]
fn a_header_made_to_hurt_is_bounded() {
    let folded = format!("From: a@b.test\n{}", " x\n".repeat(200_000));
    let nested = format!("From: {}a@b.test\n", "(".repeat(100_000));
    let fields = "DKIM-Signature: d=a.test; s=b\n".repeat(20_000);
    let results = format!("Authentication-Results: x;{}\n", "dkim=pass header.d=a.test;".repeat(50_000));
    let quotes = format!("From: {}\n", "\"\\".repeat(100_000));
    for header in [folded, nested, fields, results, quotes, "\u{0}".repeat(LARGEST * 2)] {
        let message = message::parse(header.as_bytes());
        assert!(message.signatures.len() <= 20 && message.results.len() <= 20 && message.from.len() <= 20);
    }
}

/// A small generator, so that a failure can be repeated.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
}

const PIECES: [&[u8]; 26] = [
    b"From: ",
    b"Return-Path: <",
    b"DKIM-Signature: ",
    b"Authentication-Results: x; ",
    b"dkim=pass header.d=",
    b"spf=fail smtp.mailfrom=a@",
    b"d=a.test; ",
    b"s=b;",
    b"\r\n ",
    b"\n",
    b"(",
    b")",
    b"\"",
    b"\\",
    b"@",
    b">",
    b"version: STSv1\n",
    b"mx: *.",
    b"mode: enforce\n",
    b"max_age: ",
    b"<svg baseProfile=\"tiny-ps\"",
    b"<script>",
    b"0 issue \"",
    b"128 ",
    "é".as_bytes(),
    b"\x00",
];

#[test]
fn no_bytes_make_a_parser_panic() {
    for seed in 0..20_000_u64 {
        let bytes: Vec<u8> = noise(seed)
            .take(16)
            .flat_map(|byte| PIECES.get(usize::from(byte % 32)).map_or(vec![byte], |piece| piece.to_vec()))
            .collect();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let shown = escape(&bytes);
        let _ = (message::parse(&bytes), mta_sts::parse(&text), bimi::faults(&bytes));
        let _ = (caa::parse(&text), caa::policy(&[text.clone(), shown.clone()], true));
        let _ = (caa::organisation(&text), caa::issuer(&text));
        let _ = (spf::errors_of(&shown), spf::repair(&format!("v=spf1 {shown}")), dkim::parse(&shown));
        let mut answers = Answers::default();
        for (name, rr) in [
            (DOMAIN.to_owned(), Rr::Txt),
            (DOMAIN.to_owned(), Rr::Mx),
            (format!("_dmarc.{DOMAIN}"), Rr::Txt),
            (format!("send.{DOMAIN}"), Rr::Mx),
            (format!("k._domainkey.{DOMAIN}"), Rr::Txt),
            (format!("k._domainkey.{DOMAIN}"), Rr::Cname),
        ] {
            answers
                .insert(&Ask::new(name, rr), Seen::Got(Answer::Records(vec![shown.clone(), text.clone()])));
        }
        let gathered = senders::gather(DOMAIN, &["k".to_owned()], &answers);
        for used in senders::used(&gathered.clues()) {
            let _ = senders::alignment(&used, &gathered.ground(DOMAIN));
        }
        let _ = dmarc::organization(DOMAIN, &answers);
    }
}
