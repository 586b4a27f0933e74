//! Zones cut out below, versions that differ, retired types, contacts and files, met on real servers.

use std::{collections::BTreeSet, net::UdpSocket, process::Command, time::Duration};

use gonogo::{checks::Outcome, finding::Severity, verdict::Verdict};
use serde_json::Value;

use crate::{
    dns::{Audit, Nsd, failed, good_zone, misbehaving, undecided, with_world},
    web::{Pages, Web},
};

const POLICY: (&str, &str) = (
    "200 OK\r\ncontent-type: text/plain",
    "version: STSv1\r\nmode: enforce\r\nmx: smtp.google.com\r\nmax_age: 604800\r\n",
);

fn ids(outcomes: &[Outcome]) -> BTreeSet<&'static str> {
    failed(outcomes, Severity::Info).into_keys().collect()
}

/// Passes questions on to a server, but fails on a name, as a resolver does whose way there ends.
fn failing_on(
    label: &'static [u8],
    server: std::net::SocketAddr,
) -> (std::net::SocketAddr, std::net::TcpListener) {
    misbehaving(move |question| {
        if question.windows(label.len()).any(|part| part.eq_ignore_ascii_case(label)) {
            let mut reply = question.to_vec();
            reply[2] |= 0x80;
            reply[3] = (reply[3] & 0xf0) | 2;
            return Some(reply);
        }
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        socket.send_to(question, server).unwrap();
        let mut buffer = [0; 4_096];
        let length = socket.recv(&mut buffer).ok()?;
        Some(buffer[..length].to_vec())
    })
}

#[test]
fn a_delegation_that_nobody_serves_is_named() {
    let served = Nsd::serve(&[("www.example.test.", "@ A 9.9.9.33\n")]);
    let lame = Nsd::serve(&[("other.test.", "")]);
    for (host, behind, wanted) in [
        ("ns1.host.test", &lame, Some((Severity::High, "servers that do not have it"))),
        ("ns1.digitalocean.com", &lame, Some((Severity::Critical, "any customer there"))),
        ("ns1.gone-host.test", &lame, Some((Severity::Critical, "nobody has registered gone-host.test"))),
        ("ns1.host.test", &served, None),
    ] {
        let zone = good_zone().replace("www CNAME @", &format!("www NS {host}."));
        let server = with_world(&[
            ("example.test.", &zone),
            ("host.test.", "ns1 A 9.9.9.34\n"),
            ("digitalocean.com.", "ns1 A 9.9.9.34\n"),
        ]);
        let (resolver, _tcp) = failing_on(b"\x03www\x07example\x04test", server.address);
        let web = Web::serve(
            &["mta-sts.example.test"],
            Pages::from([("mta-sts.example.test/.well-known/mta-sts.txt", POLICY)]),
        );
        let mut audit = Audit { resolver, ..Audit::of("example.test", server.address) }.with(&web);
        audit.rules.insert(0, format!("{host}:53:{}:{}", behind.address.ip(), behind.address.port()));
        let (_, outcomes) = audit.run();
        let cut = outcomes.iter().find(|outcome| outcome.check.id == "domain/sub-delegation").unwrap();
        match (&cut.verdict, wanted) {
            (Verdict::Pass, None) => {}
            (Verdict::Fail(findings), Some((severity, text))) => {
                assert!(findings[0].message.contains(text), "{host}: {}", findings[0].message);
                assert_eq!(findings[0].severity.unwrap_or(cut.check.severity), severity, "{host}");
            }
            (verdict, _) => panic!("{host}: {verdict:?}"),
        }
    }
}

#[test]
fn spf_in_the_retired_type_is_named() {
    let zone = good_zone();
    let old = zone.replace("@ TXT \"v=spf1 include", "@ SPF \"v=spf1 include");
    assert_ne!(old, zone);
    for (zone, wanted) in [(&zone, false), (&old, true)] {
        let server = with_world(&[("example.test.", zone)]);
        let (_, outcomes) = Audit::of("example.test", server.address).with(&crate::dns::good_policy()).run();
        assert_eq!(ids(&outcomes).contains("mail/spf-retired-type"), wanted, "{:?}", ids(&outcomes));
    }
}

#[test]
fn a_logo_is_fetched_and_judged() {
    let record = "default._bimi TXT \"v=BIMI1; l=https://example.test/logo.svg\"\n";
    let zone = good_zone() + record;
    let server = with_world(&[("example.test.", &zone)]);
    let good = "<svg version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 64 64\" \
                xmlns=\"http://www.w3.org/2000/svg\"><title>Shop</title><rect width=\"9\" height=\"9\"/></svg>";
    let scripted = "<svg version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 64 64\" \
                    xmlns=\"http://www.w3.org/2000/svg\"><title>Shop</title><script>1</script></svg>";
    for (body, wanted) in [(good, false), (scripted, true)] {
        let web = Web::serve(
            &["mta-sts.example.test", "example.test"],
            Pages::from([
                ("mta-sts.example.test/.well-known/mta-sts.txt", POLICY),
                ("example.test/logo.svg", ("200 OK\r\ncontent-type: image/svg+xml", body)),
            ]),
        );
        let (_, outcomes) = Audit::of("example.test", server.address).with(&web).run();
        let said = failed(&outcomes, Severity::Info);
        assert_eq!(said.contains_key("mail/bimi-logo"), wanted, "{said:?}");
        assert!(!undecided(&outcomes).contains_key("mail/bimi-logo"));
    }
}

#[test]
fn a_contact_that_mail_cannot_reach_is_named() {
    for (host, wanted) in [("reports.test", false), ("gone-mail.test", true)] {
        let zone = format!("{}@ CAA 0 iodef \"mailto:security@{host}\"\n", good_zone());
        let server = with_world(&[("example.test.", &zone)]);
        let (seen, outcomes) =
            Audit::of("example.test", server.address).with(&crate::dns::good_policy()).run();
        assert_eq!(ids(&outcomes).contains("domain/caa-contact"), wanted, "{host}: {:?}", ids(&outcomes));
        assert!(seen.dns_questions <= 60, "{} questions", seen.dns_questions);
    }
}

#[test]
fn www_is_followed_to_where_it_leads() {
    let zone = good_zone();
    let server = with_world(&[("example.test.", &zone)]);
    let page = ("200 OK\r\ncontent-type: text/html", "<!doctype html><title>Shop</title>");
    for (www, wanted) in [
        (("301 Moved Permanently\r\nlocation: https://example.test/", ""), None),
        (page, Some("neither of the two names redirects to the other")),
        (("302 Found\r\nlocation: https://parking.test/", ""), Some("leads to https://parking.test")),
        (("404 Not Found", ""), Some("answers with the status 404")),
    ] {
        let pages = Pages::from([("example.test/", page), ("www.example.test/", www)]);
        let web = Web::serve(&["example.test", "www.example.test"], pages);
        let closed = format!(":80:127.0.0.1:{}", free());
        let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(["audit", "example.test", "--only", "domain,web", "--format", "json", "--exit-zero"])
            .args(["--resolver", &server.address.to_string(), "--connect-to", &web.rule()])
            .args(["--ca", &web.root().display().to_string(), "--connect-to", &closed])
            .args(["--connect-to", &format!(":53:127.0.0.1:{}", server.address.port())])
            .current_dir(std::env::temp_dir())
            .output()
            .unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let said = findings.iter().find(|finding| finding["check"] == "domain/www-other-site");
        let said = said.map(|finding| finding["message"].as_str().unwrap());
        match (said, wanted) {
            (None, None) => {}
            (Some(said), Some(wanted)) => assert!(said.contains(wanted), "{said}"),
            other => panic!("{other:?}: {}", report["inconclusive"]),
        }
    }
}

/// A port on which nobody listens.
fn free() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
