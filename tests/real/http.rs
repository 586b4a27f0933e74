//! nginx with a site as it should be, one with every fault, and the two that mislead scanners.

use std::{collections::BTreeSet, fs, path::PathBuf};

use gonogo::{checks::Outcome, finding::Severity, verdict::Verdict};

use crate::tls::{Authority, Nginx, Order, audit, failed, free_ports, severity};

const PAGE: &str = "<!doctype html><html><head><title>Shop</title></head><body>Hello</body></html>";
const MIXED: &str = "<!doctype html><html><script src=http://cdn.test/a.js></script></html>";

const HEADERS: &str = r#"
    add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;
    add_header Content-Security-Policy "default-src 'self'; frame-ancestors 'none'" always;
    add_header X-Content-Type-Options nosniff always;
    add_header Set-Cookie "__Host-session=example; Path=/; Secure; HttpOnly; SameSite=Lax" always;
    add_header Set-Cookie "XSRF-TOKEN=example; Path=/; Secure; SameSite=Lax" always;
"#;

const FAULTS: &str = r#"
    server_tokens on;
    add_header X-Powered-By "PHP/8.1.2" always;
    add_header Set-Cookie "PHPSESSID=example; path=/" always;
    add_header Set-Cookie "__Host-x=example; Path=/; Secure; Domain=bad.test" always;
    add_header Access-Control-Allow-Origin $http_origin always;
    add_header Access-Control-Allow-Credentials true always;
    error_page 404 /trace.txt;
"#;

/// Four sites on loopback: a server for https and one for http each.
struct Sites {
    _nginx: Nginx,
    authority: Authority,
    rules: Vec<String>,
}

impl Sites {
    fn start() -> Self {
        let authority = Authority::new();
        let ports = free_ports(8);
        let (mut servers, mut rules) = (String::new(), Vec::new());
        let redirect = |status: u16| format!("return {status} https://$host$request_uri;");
        let sites = [
            ("good.test", HEADERS.to_owned(), redirect(301)),
            ("bad.test", FAULTS.to_owned(), String::new()),
            // A single-page application: the same page for every path.
            ("spa.test", format!("{HEADERS} location / {{ try_files $uri /index.html; }}"), redirect(302)),
            (
                "wall.test",
                "add_header cf-mitigated challenge always; error_page 403 /index.html; \
                 location / { return 403; } location = /index.html {}"
                    .to_owned(),
                redirect(301),
            ),
        ];
        for (index, (name, https, http)) in sites.into_iter().enumerate() {
            let (secure, plain) = (ports[2 * index], ports[2 * index + 1]);
            authority.issue(name, &Order::default());
            let root = folder(&authority, name);
            servers.push_str(&format!(
                "server {{ listen 127.0.0.1:{secure} ssl; server_name {name}; root {root}; \
                 ssl_certificate {chain}; ssl_certificate_key {key}; {https} }}\n\
                 server {{ listen 127.0.0.1:{plain}; server_name {name}; root {root}; {http} }}\n",
                root = root.display(),
                chain = authority.chain(name, &[name, "intermediate"]).display(),
                key = authority.path(&format!("{name}.key")).display(),
            ));
            rules.push(format!("{name}:443:127.0.0.1:{secure}"));
            rules.push(format!("{name}:80:127.0.0.1:{plain}"));
        }
        let nginx = Nginx::start(&authority, &servers, &ports);
        Self { _nginx: nginx, authority, rules }
    }

    fn audit(&self, host: &str) -> Vec<Outcome> {
        audit(&[host], &self.rules, &self.authority.path("root.pem"), "web")
    }
}

fn folder(authority: &Authority, name: &str) -> PathBuf {
    let root = authority.path(&format!("www-{name}"));
    fs::create_dir_all(root.join(".git")).unwrap();
    let bad = name == "bad.test";
    fs::write(root.join("index.html"), if bad { MIXED } else { PAGE }).unwrap();
    if bad {
        fs::write(root.join(".env"), "APP=shop\nDB_PASSWORD=example-only\n").unwrap();
        fs::write(root.join(".git/HEAD"), "ref: refs/heads/main\n").unwrap();
        fs::write(root.join("dump.sql"), "-- PostgreSQL database dump\n").unwrap();
        let trace = "Traceback (most recent call last):\n  File \"/srv/app/main.py\", line 3, in get\n";
        fs::write(root.join("trace.txt"), trace).unwrap();
    }
    root
}

#[test]
fn a_good_site_has_nothing_and_everything_is_decided() {
    let outcomes = Sites::start().audit("good.test");
    for outcome in &outcomes {
        let fine = matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable { .. });
        assert!(fine, "{}: {:?}", outcome.check.id, outcome.verdict);
    }
    assert!(outcomes.len() > 20);
}

#[test]
fn every_planted_fault_is_found() {
    let outcomes = Sites::start().audit("bad.test");
    let expected: BTreeSet<&str> = [
        "web/https-redirect",
        "web/hsts-missing",
        "web/csp-missing",
        "web/framing",
        "web/nosniff",
        "web/cookie-secure",
        "web/cookie-httponly",
        "web/cookie-samesite",
        "web/cookie-prefix",
        "web/version-disclosure",
        "web/error-trace",
        "web/exposed-env",
        "web/exposed-git",
        "web/exposed-file",
        "web/cors-reflected",
        "web/mixed-content",
    ]
    .into();
    assert_eq!(failed(&outcomes)["bad.test"], expected);
    assert_eq!(severity(&outcomes, "web/exposed-env", "https://bad.test"), Some(Severity::Critical));
    let said = format!("{outcomes:?}");
    assert!(said.contains("DB_PASSWORD") && !said.contains("example-only"), "a value was kept");
}

#[test]
fn a_page_for_every_path_exposes_nothing() {
    let outcomes = Sites::start().audit("spa.test");
    assert_eq!(failed(&outcomes)["spa.test"], BTreeSet::from(["web/temporary-redirect"]));
}

#[test]
fn a_challenge_decides_nothing() {
    let outcomes = Sites::start().audit("wall.test");
    assert_eq!(failed(&outcomes)["wall.test"], BTreeSet::new());
    for check in
        ["web/csp-missing", "web/hsts-missing", "web/exposed-env", "web/exposed-git", "web/cookie-secure"]
    {
        let found = outcomes.iter().find(|one| one.check.id == check).unwrap();
        assert!(matches!(found.verdict, Verdict::Inconclusive { .. }), "{check}: {:?}", found.verdict);
    }
}

#[test]
fn a_site_whose_certificate_does_not_verify_is_judged_all_the_same() {
    let sites = Sites::start();
    let outcomes = audit(&["bad.test"], &sites.rules, &sites.authority.path("stranger.pem"), "web");
    assert!(failed(&outcomes)["bad.test"].contains("web/hsts-missing"));
    assert!(failed(&outcomes)["bad.test"].contains("web/exposed-env"));
}

#[test]
fn two_runs_say_the_same() {
    let sites = Sites::start();
    let said = |outcomes: Vec<Outcome>| {
        outcomes.iter().map(|one| format!("{} {:?}", one.check.id, one.verdict)).collect::<Vec<_>>()
    };
    assert_eq!(said(sites.audit("bad.test")), said(sites.audit("bad.test")));
}

#[test]
fn the_command_says_go_for_the_good_site_and_no_go_for_the_bad_one() {
    let sites = Sites::start();
    for (host, code) in [("good.test", 0), ("bad.test", 1), ("wall.test", 3)] {
        let mut command = assert_cmd::Command::cargo_bin("gonogo").unwrap();
        command.args(["audit", &format!("https://{host}"), "--only", "tls,web", "--resolver", "127.0.0.1:9"]);
        for rule in &sites.rules {
            command.args(["--connect-to", rule]);
        }
        command.arg("--ca").arg(sites.authority.path("root.pem"));
        command.assert().code(code);
    }
}
