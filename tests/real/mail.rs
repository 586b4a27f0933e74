//! Mail beside other things, served by NSD: subdomains on platforms, and policies over https.

use std::collections::BTreeMap;

use gonogo::finding::Severity;

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
