//! Well-run set-ups of the usual providers, served by NSD: none may be accused.

use std::collections::BTreeMap;

use gonogo::{finding::Severity, verdict::Verdict};

use crate::{
    dns::{Audit, audit, failed, rsa_key, strings, with_world},
    web::{Pages, Web},
};

/// What every set-up has beside its mail.
const SITE: &str = "@ A 151.101.1.195\n@ AAAA 2606:4700::1111\nwww CNAME @\n@ CAA 0 issue \"letsencrypt.org\"\n\
                    _dmarc TXT \"v=DMARC1; p=quarantine; rua=mailto:dmarc@example.test\"\n";

fn key(name: &str, bytes: usize) -> String {
    format!("{name} TXT {}\n", strings(&format!("v=DKIM1; k=rsa; p={}", rsa_key(bytes))))
}

/// What fails in a set-up, the undecided checks aside from those named.
fn accused(records: &str, world: &[(&str, &str)], undecided: &[&str]) -> BTreeMap<&'static str, Vec<String>> {
    let zone = format!("{SITE}{records}");
    let zones: Vec<(&str, &str)> =
        [("example.test.", zone.as_str())].into_iter().chain(world.iter().copied()).collect();
    let server = with_world(&zones);
    let (_, outcomes) = audit("example.test", server.address);
    for outcome in &outcomes {
        if let Verdict::Inconclusive { why } = &outcome.verdict {
            assert!(undecided.contains(&outcome.check.id), "{}: {why}", outcome.check.id);
        }
    }
    failed(&outcomes, Severity::Low)
}

#[test]
fn google_workspace() {
    let records = format!(
        "@ MX 1 aspmx.l.google.com.\n@ MX 5 alt1.aspmx.l.google.com.\n@ TXT \"v=spf1 include:_spf.google.com ~all\"\n{}",
        key("google._domainkey", 256)
    );
    assert_eq!(accused(&records, &[], &[]), BTreeMap::new());
}

#[test]
fn microsoft_365() {
    let tenant =
        key("selector1-example-test._domainkey", 256) + &key("selector2-example-test._domainkey", 256);
    let records = "@ MX 0 example-test.mail.protection.outlook.com.\n@ TXT \"v=spf1 include:spf.protection.outlook.com -all\"\n\
                   @ TXT \"MS=ms12345678\"\n\
                   selector1._domainkey CNAME selector1-example-test._domainkey.example.onmicrosoft.com.\n\
                   selector2._domainkey CNAME selector2-example-test._domainkey.example.onmicrosoft.com.\n";
    let world = [
        (
            "outlook.com.",
            "example-test.mail.protection A 52.101.40.1\nspf.protection TXT \"v=spf1 ip4:40.92.0.0/15 ip4:40.107.0.0/16 -all\"\n",
        ),
        ("example.onmicrosoft.com.", tenant.as_str()),
    ];
    assert_eq!(accused(records, &world, &[]), BTreeMap::new());
}

#[test]
fn resend_on_a_subdomain() {
    let records = format!(
        "send MX 10 feedback-smtp.eu-west-1.amazonses.com.\nsend TXT \"v=spf1 include:amazonses.com ~all\"\n{}",
        key("resend._domainkey", 128)
    );
    let world = [(
        "amazonses.com.",
        "@ TXT \"v=spf1 ip4:54.240.0.0/18 -all\"\nfeedback-smtp.eu-west-1 A 54.240.1.1\n",
    )];
    let accused = accused(&records, &world, &[]);
    // Resend's keys have 1024 bits, and replies really go nowhere.
    assert_eq!(accused.keys().copied().collect::<Vec<_>>(), ["mail/dkim-key-weak", "mail/mx-missing"]);
}

#[test]
fn amazon_ses_with_selectors_that_nobody_can_guess() {
    let records = format!(
        "@ MX 10 inbound-smtp.eu-west-1.amazonaws.com.\n@ TXT \"v=spf1 include:amazonses.com -all\"\n{}",
        key("abcdefghijklmnopqrstuvwxyz234567._domainkey", 256)
    );
    let world = [
        ("amazonses.com.", "@ TXT \"v=spf1 ip4:54.240.0.0/18 -all\"\n"),
        ("amazonaws.com.", "inbound-smtp.eu-west-1 A 54.240.1.2\n"),
    ];
    assert_eq!(accused(&records, &world, &["mail/bulk-ready", "mail/dkim-missing"]), BTreeMap::new());
}

#[test]
fn cloudflare_email_routing() {
    let records = format!(
        "@ MX 10 route1.mx.cloudflare.net.\n@ MX 20 route2.mx.cloudflare.net.\n\
         @ TXT \"v=spf1 include:_spf.mx.cloudflare.net ~all\"\n{}",
        key("cf2024-1._domainkey", 256)
    );
    let world = [(
        "cloudflare.net.",
        "route1.mx A 162.159.205.11\nroute2.mx A 162.159.205.12\n_spf.mx TXT \"v=spf1 ip4:104.30.0.0/20 ~all\"\n",
    )];
    assert_eq!(accused(&records, &world, &[]), BTreeMap::new());
}

#[test]
fn a_subdomain_on_a_platform() {
    let records = "portal CNAME cname.platform.test.\n@ MX 0 .\n@ TXT \"v=spf1 -all\"\n";
    let zone = format!("{SITE}{records}");
    let server = with_world(&[
        ("example.test.", &zone),
        ("platform.test.", "cname A 76.76.21.21\ncname AAAA 2606:4700::2222\n"),
    ]);
    let (_, outcomes) = audit("portal.example.test", server.address);
    assert_eq!(failed(&outcomes, Severity::Low), BTreeMap::new());
}

#[test]
fn mta_sts_policies_are_fetched_and_held_against_the_mail_hosts() {
    let zone = |mx: &str| {
        format!(
            "{SITE}@ MX 1 {mx}\n@ TXT \"v=spf1 include:_spf.google.com ~all\"\n_mta-sts TXT \"v=STSv1; id=1\"\n\
             _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.test\"\nmta-sts A 151.101.1.196\n{}",
            key("google._domainkey", 256)
        )
    };
    let text = "200 OK\r\ncontent-type: text/plain";
    let good = "version: STSv1\nmode: enforce\nmx: *.google.com\nmax_age: 604800\n";
    for (mx, page, wanted) in [
        ("smtp.google.com.", (text, good), None),
        ("aspmx.l.google.com.", (text, good), Some("mail/mta-sts-mx")),
        (
            "smtp.google.com.",
            (text, "version: STSv1\nmode: testing\nmx: *.google.com\nmax_age: 86400\n"),
            Some("mail/mta-sts-mode"),
        ),
        ("smtp.google.com.", (text, "mode: enforce\n"), Some("mail/mta-sts-policy")),
        (
            "smtp.google.com.",
            ("301 Moved\r\nlocation: https://example.test/", ""),
            Some("mail/mta-sts-fetch"),
        ),
        ("smtp.google.com.", ("200 OK\r\ncontent-type: text/html", good), Some("mail/mta-sts-fetch")),
    ] {
        let zone = zone(mx);
        let server = with_world(&[("example.test.", &zone)]);
        let pages = Pages::from([("mta-sts.example.test/.well-known/mta-sts.txt", page)]);
        let web = Web::serve(&["mta-sts.example.test"], pages.clone());
        let (_, outcomes) = Audit::of("example.test", server.address).with(&web).run();
        let found: Vec<&str> = failed(&outcomes, Severity::Low).into_keys().collect();
        assert_eq!(found, wanted.into_iter().collect::<Vec<_>>(), "{mx} {page:?}");

        // The same policy under a certificate for another name, or of nobody's authority.
        let other = Web::serve(&["example.test"], pages.clone());
        let stranger =
            Audit { roots: vec![other.root()], ..Audit::of("example.test", server.address).with(&web) };
        for audit in [Audit::of("example.test", server.address).with(&other), stranger] {
            let (_, outcomes) = audit.run();
            let found: Vec<&str> = failed(&outcomes, Severity::Low).into_keys().collect();
            assert_eq!(found, ["mail/mta-sts-fetch"]);
        }
    }
}
