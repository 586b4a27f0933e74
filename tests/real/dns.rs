//! The stations domain and mail against NSD, and against resolvers that misbehave.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    net::{SocketAddr, TcpListener, UdpSocket},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use crate::web::{Pages, Web};
use gonogo::{
    checks::{Outcome, judge},
    engine::dnssec::Anchor,
    finding::Severity,
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Miss, Observations},
    target::{Domain, MailUse, Target},
    verdict::Verdict,
};

/// An NSD of one's own, with a root zone below which nothing exists but what the test adds.
pub(crate) struct Nsd {
    process: Child,
    pub(crate) address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Nsd {
    /// Serves zones, each a name and its records in master file form; SOA lines are added.
    pub(crate) fn serve(zones: &[(&str, &str)]) -> Self {
        Self::start(zones, "")
    }

    /// Hands its zones to anybody who asks.
    pub(crate) fn generous(zones: &[(&str, &str)]) -> Self {
        Self::start(zones, " provide-xfr: 0.0.0.0/0 NOKEY\n")
    }

    fn start(zones: &[(&str, &str)], options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let mut conf = format!(
            "server:\n ip-address: 127.0.0.1@{port}\n username: \"\"\n chroot: \"\"\n zonesdir: \"{0}\"\n \
             database: \"\"\n pidfile: \"{1}\"\n xfrdfile: \"{2}\"\n zonelistfile: \"{3}\"\n \
             cookie-secret-file: \"{4}\"\n server-count: 1\n hide-version: yes\nremote-control:\n control-enable: no\n",
            folder.path().display(),
            path("pid"),
            path("xfrd"),
            path("zonelist"),
            path("cookies"),
        );
        for (index, (name, records)) in [(".", "")].iter().chain(zones).enumerate() {
            let mut text = format!("$ORIGIN {name}\n$TTL 300\n");
            if !records.contains("SOA") {
                text += "@ SOA ns1.dns.test. host.dns.test. 1 7200 3600 1209600 300\n";
            }
            if !records.contains("@ NS") && !records.contains("RRSIG") {
                text += "@ NS ns1.dns.test.\n@ NS ns2.dns.test.\n";
            }
            text += records;
            std::fs::write(folder.path().join(format!("{index}.zone")), text).unwrap();
            write!(conf, "zone:\n name: \"{name}\"\n zonefile: \"{index}.zone\"\n{options}").unwrap();
        }
        std::fs::write(folder.path().join("nsd.conf"), conf).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new("nsd")
            .args(["-d", "-c", &path("nsd.conf")])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .expect("nsd is not installed: apt-get install nsd");
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let server = Self { process, address, folder };
        assert!(answers(server.address), "nsd does not answer:\n{}", log_in(&server.folder));
        server
    }
}

impl Drop for Nsd {
    fn drop(&mut self) {
        // SIGTERM lets it end its children too; SIGKILL would leave them.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// A caching resolver in front of an NSD, as visitors have one.
pub(crate) struct Unbound {
    process: Child,
    pub(crate) address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Unbound {
    pub(crate) fn before(server: &Nsd, zones: &[(&str, &str)]) -> Self {
        Self::start(server, zones, " module-config: \"iterator\"\n")
    }

    /// Verifies what lies below this key, at the time that the tests play in.
    pub(crate) fn validating(server: &Nsd, zones: &[(&str, &str)], key: &str) -> Self {
        let key = key.split(';').next().unwrap_or_default().trim().replace('\t', " ");
        let options = format!(
            " module-config: \"validator iterator\"\n trust-anchor: \"{key}\"\n val-override-date: \"20261121000000\"\n"
        );
        Self::start(server, zones, &options)
    }

    fn start(server: &Nsd, zones: &[(&str, &str)], options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let mut conf = format!(
            "server:\n interface: 127.0.0.1@{port}\n do-daemonize: no\n username: \"\"\n chroot: \"\"\n \
             directory: \"{0}\"\n pidfile: \"{0}/pid\"\n use-syslog: no\n do-not-query-localhost: no\n\
             {options} do-ip6: no\n num-threads: 1\nremote-control:\n control-enable: no\n",
            folder.path().display()
        );
        for (zone, _) in [(".", "")].iter().chain(WORLD).chain(zones) {
            write!(conf, "server:\n local-zone: \"{zone}\" nodefault\n").unwrap();
            writeln!(
                conf,
                "stub-zone:\n name: \"{zone}\"\n stub-addr: {}\n stub-no-cache: no",
                server.address.to_string().replace(':', "@")
            )
            .unwrap();
        }
        let path = folder.path().join("unbound.conf");
        std::fs::write(&path, conf).unwrap();
        let process = Command::new("unbound")
            .args(["-d", "-c", &path.display().to_string()])
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("log")).unwrap())
            .spawn()
            .expect("unbound is not installed: apt-get install unbound");
        let started = Self { process, address: SocketAddr::from(([127, 0, 0, 1], port)), folder };
        assert!(answers(started.address), "unbound does not answer:\n{}", log_in(&started.folder));
        started
    }
}

impl Drop for Unbound {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// Polls with a question for the root's SOA until an answer comes.
pub(crate) fn answers(address: SocketAddr) -> bool {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let question = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 6, 0, 1];
    (0..150).any(|_| {
        let _ = socket.send_to(&question, address);
        let answered = socket.recv(&mut [0; 512]).is_ok_and(|length| length > 12);
        if !answered {
            std::thread::sleep(Duration::from_millis(20));
        }
        answered
    })
}

fn log_in(folder: &tempfile::TempDir) -> String {
    std::fs::read_to_string(folder.path().join("log")).unwrap_or_default()
}

/// A port that is free for UDP and TCP.
fn free_port() -> u16 {
    for _ in 0..50 {
        let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = tcp.local_addr().unwrap().port();
        if UdpSocket::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
    panic!("no free port");
}

/// Audits `domain` in the stations domain and mail; the server answers for every authority too.
pub(crate) fn audit(domain: &str, server: SocketAddr) -> (Observations, Vec<Outcome>) {
    Audit::of(domain, server).run()
}

pub(crate) fn audit_as(domain: &str, mail: MailUse, server: SocketAddr) -> (Observations, Vec<Outcome>) {
    Audit { mail, ..Audit::of(domain, server) }.run()
}

/// An audit of one domain and where its questions go.
#[derive(Clone)]
pub(crate) struct Audit<'a> {
    pub(crate) domain: &'a str,
    pub(crate) mail: MailUse,
    pub(crate) resolver: SocketAddr,
    /// `--connect-to`
    pub(crate) rules: Vec<String>,
    /// `--ca`
    pub(crate) roots: Vec<std::path::PathBuf>,
    /// `--trust-anchor`
    pub(crate) anchors: Vec<Anchor>,
}

impl<'a> Audit<'a> {
    pub(crate) fn of(domain: &'a str, server: SocketAddr) -> Self {
        let rules = vec![format!(":53:{}:{}", server.ip(), server.port())];
        Self {
            domain,
            mail: MailUse::Unknown,
            resolver: server,
            rules,
            roots: Vec::new(),
            anchors: Vec::new(),
        }
    }

    /// Files are fetched from this server.
    pub(crate) fn with(mut self, web: &Web) -> Self {
        self.rules.push(web.rule());
        self.roots.push(web.root());
        self
    }

    pub(crate) fn run(&self) -> (Observations, Vec<Outcome>) {
        let target = Target {
            name: self.domain.to_owned(),
            domains: vec![Domain {
                name: self.domain.to_owned(),
                mail: self.mail,
                dkim_selectors: Vec::new(),
            }],
            trust_anchors: self.anchors.clone(),
            ..Target::default()
        };
        let selection =
            Selection::new(vec!["domain".to_owned(), "mail".to_owned()], Vec::new(), false).unwrap();
        let plan = plan(&target, &selection, Consent::default());
        let options = Options {
            root: None,
            now: "2026-11-21T00:00:00Z".parse().unwrap(),
            resolver: Some(self.resolver),
            connect_to: self.rules.iter().map(|rule| rule.parse().unwrap()).collect(),
            extra_roots: self.roots.clone(),
            deadline: Duration::from_secs(30),
            jobs: 16,
        };
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        let seen = observe(&plan, &Arc::new(target.clone()), &options, &silent).unwrap();
        let outcomes = judge(&plan.checks, &seen, &target);
        (seen, outcomes)
    }
}

/// Advice that every zone here earns unless it is signed or its servers have IPv6 addresses.
const ADVICE: [&str; 2] = ["domain/dnssec-unsigned", "domain/ns-ipv6"];

/// Ids of the checks that failed with something of at least this severity, and what they said.
pub(crate) fn failed(outcomes: &[Outcome], least: Severity) -> BTreeMap<&'static str, Vec<String>> {
    let mut failed: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|outcome| !ADVICE.contains(&outcome.check.id)) {
        if let Verdict::Fail(findings) = &outcome.verdict {
            for finding in findings {
                if finding.severity.unwrap_or(outcome.check.severity) >= least {
                    failed.entry(outcome.check.id).or_default().push(finding.message.clone());
                }
            }
        }
    }
    failed
}

pub(crate) fn undecided(outcomes: &[Outcome]) -> BTreeMap<&'static str, &Miss> {
    let undecided = outcomes.iter().filter_map(|outcome| match &outcome.verdict {
        Verdict::Inconclusive { why } => Some((outcome.check.id, why)),
        _ => None,
    });
    undecided.collect()
}

/// A SubjectPublicKeyInfo of an RSA key whose modulus has so many bytes, made up.
pub(crate) fn rsa_key(bytes: usize) -> String {
    fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
        [&[tag, 0x82, length[0], length[1]][..], contents].concat()
    }
    let modulus = element(2, &[&[0][..], &vec![0xc5; bytes]].concat());
    let pair = element(0x30, &[modulus, vec![2, 3, 1, 0, 1]].concat());
    let algorithm = vec![0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let der = element(0x30, &[algorithm, element(3, &[vec![0], pair].concat())].concat());
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD, der)
}

/// A TXT value in strings of at most 255 bytes.
pub(crate) fn strings(text: &str) -> String {
    let chunks = text.as_bytes().chunks(200).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk)));
    chunks.collect::<Vec<_>>().join(" ")
}

/// The name servers and providers that the zones under test refer to.
pub(crate) const WORLD: &[(&str, &str)] = &[
    ("test.", ""),
    ("com.", ""),
    ("net.", ""),
    ("dns.test.", "ns1 A 9.9.9.9\nns2 A 149.112.112.112\n"),
    (
        "google.com.",
        "_spf TXT \"v=spf1 include:_netblocks.google.com ~all\"\n_netblocks TXT \"v=spf1 ip4:35.190.247.0/24 ~all\"\n\
         smtp A 142.251.1.27\naspmx.l A 142.251.1.26\nalt1.aspmx.l A 142.250.1.26\n",
    ),
    ("reports.test.", "example.test._report._dmarc TXT \"v=DMARC1\"\n@ MX 10 mx\nmx A 9.9.9.10\n"),
];

pub(crate) fn with_world<'a>(zones: &[(&'a str, &'a str)]) -> Nsd {
    let all: Vec<(&str, &str)> = WORLD.iter().copied().chain(zones.iter().copied()).collect();
    Nsd::serve(&all)
}

pub(crate) fn good_zone() -> String {
    format!(
        "@ A 151.101.1.195\n@ AAAA 2606:4700::1111\nwww CNAME @\n@ CAA 0 issue \"letsencrypt.org\"\n\
         @ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com ~all\"\n\
         @ TXT \"google-site-verification=0123456789abcdef\"\n\
         _dmarc TXT \"v=DMARC1; p=reject; rua=mailto:dmarc@example.test,mailto:a@reports.test\"\n\
         google._domainkey TXT {}\n_mta-sts TXT \"v=STSv1; id=20260101\"\n\
         mta-sts A 151.101.1.196\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.test\"\n",
        strings(&format!("v=DKIM1; k=rsa; p={}", rsa_key(256)))
    )
}

/// The MTA-STS policy of the good zone.
pub(crate) fn good_policy() -> Web {
    let policy = "version: STSv1\r\nmode: enforce\r\nmx: smtp.google.com\r\nmax_age: 604800\r\n";
    let page = ("200 OK\r\ncontent-type: text/plain", policy);
    Web::serve(
        &["mta-sts.example.test", "mta-sts.child.test"],
        Pages::from([
            ("mta-sts.example.test/.well-known/mta-sts.txt", page),
            ("mta-sts.child.test/.well-known/mta-sts.txt", page),
        ]),
    )
}

#[test]
fn a_good_zone_is_not_accused_of_anything() {
    let zone = good_zone();
    let zones = [("example.test.", zone.as_str())];
    let server = with_world(&zones);
    let cache = Unbound::before(&server, &zones);
    let web = good_policy();
    let audit = Audit::of("example.test", server.address).with(&web);
    let (_, outcomes) = Audit { resolver: cache.address, ..audit.clone() }.run();
    assert_eq!(failed(&outcomes, Severity::Info), BTreeMap::new());
    let (seen, outcomes) = audit.run();
    assert_eq!(failed(&outcomes, Severity::Info), BTreeMap::new());
    assert_eq!(undecided(&outcomes), BTreeMap::new());
    let asked = seen.zones["example.test"].got().unwrap().answers.len()
        + seen.mail["example.test"].got().unwrap().answers.len();
    assert!(asked <= 60, "{asked} answers for a healthy domain");
    assert!(seen.dns_questions <= 60, "{} questions for a healthy domain", seen.dns_questions);

    let (again, _) = audit.run();
    assert_eq!(serde_json::to_string(&seen).unwrap(), serde_json::to_string(&again).unwrap());
}

#[test]
fn the_command_line_audits_through_the_given_resolver() {
    let zone = good_zone();
    let server = with_world(&[("example.test.", &zone), ("broken.test.", "@ TXT \"v=spf1 +all\"\n")]);
    let web = good_policy();
    for (domain, code) in [("example.test", 0), ("broken.test", 1)] {
        let status = Command::new(env!("CARGO_BIN_EXE_gonogo"))
            .args(["audit", domain, "--only", "domain,mail", "--resolver", &server.address.to_string()])
            .args(["--connect-to", &web.rule(), "--ca", &web.root().display().to_string()])
            .args(["--connect-to", &format!(":53:127.0.0.1:{}", server.address.port())])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(code), "{domain}");
    }
}

#[test]
fn every_planted_fault_is_found_and_nothing_else() {
    let aws = format!("AKIA{}", "EXAMPLE0EXAMPLE0");
    let zone = broken_zone(&aws);
    let zones = [("broken.test.", zone.as_str()), ("zoho.com.", "mx A 9.9.9.11\n")];
    let server = with_world(&zones);
    let cache = Unbound::before(&server, &zones);
    for resolver in [server.address, cache.address] {
        let (seen, outcomes) = Audit { resolver, ..Audit::of("broken.test", server.address) }.run();
        let failed = failed(&outcomes, Severity::Low);
        let found: BTreeSet<&str> = failed.keys().copied().collect();
        assert_eq!(found, BTreeSet::from(PLANTED), "{failed:#?}");
        let text = format!("{outcomes:?}{}", serde_json::to_string(&seen).unwrap());
        assert!(!text.contains(&aws), "the secret is shown or kept");
    }
}

fn broken_zone(aws: &str) -> String {
    let key = rsa_key(64);
    format!(
        "@ NS ns1.dns.test.\n@ NS ns.gone-host.test.\n@ A 10.1.2.3\nwww CNAME shop-example.azurewebsites.net.\n\
         @ CAA 128 unknown \"x\"\n\
         @ MX 10 mxalias\n@ MX 20 9.9.9.8.\n@ MX 30 aspmx.l.google.com.\n@ MX 40 mx.gone-mail.test.\n\
         @ MX 50 mx.zoho.com.\nmxalias CNAME ns1.dns.test.\n\
         @ TXT \"v=spf1 include:loop.broken.test include:gone.broken.test ptr ip4:8.0.0.0/8 a:v1.broken.test \
         a:v2.broken.test a:v3.broken.test include:_spf.google.com exists:%{{i}}.e.broken.test exists:%{{l}}.e.broken.test \
         ?all include:late.example\"\n\
         loop TXT \"v=spf1 include:broken.test -all\"\n\
         @ TXT \"v=DMARC1; p=reject\"\n@ TXT \"aws={aws}\"\n\
         _dmarc TXT \"v=DMARC1; p=none; t=y; pct=20; rua=mailto:x@unwilling.test,mailto:y@reports.test\"\n\
         google._domainkey TXT {}\n google._domainkey TXT \"v=DKIM1; p=\"\n\
         zoho._domainkey TXT {}\n zmail._domainkey CNAME key.gone-mail.test.\n zohomail._domainkey TXT {}\n\
         _mta-sts TXT \"v=STSv1; id=not-valid\"\ndefault._bimi TXT \"v=BIMI1; l=http://broken.test/logo.svg\"\n",
        strings(&format!("v=DKIM1; k=rsa; t=y; p={key}")),
        strings(&format!("v=DKIM1; k=rsa; h=sha1; p={}", rsa_key(256))),
        strings("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOC"),
    )
    .replace("\n ", "\n")
}

const PLANTED: [&str; 34] = [
    "domain/address-private",
    "domain/caa-syntax",
    "domain/cname-dangling",
    "domain/ns-few",
    "domain/ns-takeover",
    "domain/txt-secret",
    "mail/bimi-record",
    "mail/dkim-dangling",
    "mail/dkim-key-broken",
    "mail/dkim-key-weak",
    "mail/dkim-multiple",
    "mail/dkim-sha1",
    "mail/dkim-testing",
    "mail/dmarc-policy-none",
    "mail/dmarc-removed-tags",
    "mail/dmarc-rua-takeover",
    "mail/dmarc-rua-unauthorised",
    "mail/dmarc-stray-txt",
    "mail/mta-sts-fetch",
    "mail/mta-sts-record",
    "mail/mx-address",
    "mail/mx-alias",
    "mail/mx-mixed",
    "mail/mx-ptr",
    "mail/mx-takeover",
    "mail/spf-after-all",
    "mail/spf-all-neutral",
    "mail/spf-broad-ip",
    "mail/spf-include-missing",
    "mail/spf-lookups",
    "mail/spf-loop",
    "mail/spf-ptr",
    "mail/spf-void",
    "mail/tls-rpt-missing",
];

#[test]
fn loops_wildcards_and_doubled_records_are_named() {
    let server = with_world(&[
        ("loop.test.", "@ A 9.9.9.12\nwww CNAME a\na CNAME b\nb CNAME www\n@ TXT \"v=spf1 -all\"\n"),
        (
            "wild.test.",
            "@ A 9.9.9.12\n* A 9.9.9.12\n* TXT \"v=spf1 -all\"\n@ TXT \"v=spf1 ip4:1.1.1.1/33 -all\"\n",
        ),
        (
            "two.test.",
            "@ A 9.9.9.12\nwww A 9.9.9.12\n@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 a -all\"\n@ TXT \"v=spf1 mx ~all\"\n\
             _dmarc TXT \"v=DMARC1; p=none\"\n_dmarc TXT \"v=DMARC1; p=reject\"\n",
        ),
        (
            "doubled.test.",
            "@ A 9.9.9.12\nwww A 9.9.9.12\n@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 a -all\"\n\
             _dmarc.doubled.test TXT \"v=DMARC1; p=reject\"\n",
        ),
    ]);
    for (domain, wanted) in [
        ("loop.test", &["domain/cname-loop"][..]),
        ("wild.test", &["domain/wildcard-policy", "mail/spf-syntax"]),
        ("two.test", &["mail/spf-multiple", "mail/dmarc-multiple", "mail/dkim-missing"]),
        ("unborn.test", &["domain/no-such-domain"]),
        ("doubled.test", &["mail/name-doubled", "mail/spf-sender-missing", "mail/dmarc-missing"]),
    ] {
        let (_, outcomes) = audit(domain, server.address);
        let failed = failed(&outcomes, Severity::Low);
        for id in wanted {
            assert!(failed.contains_key(id), "{domain}: {id} in {failed:#?}");
        }
    }
}

#[test]
fn a_domain_that_refuses_mail_is_left_in_peace() {
    let zone = "@ A 9.9.9.12\nwww A 9.9.9.12\n@ CAA 0 issue \"letsencrypt.org\"\n@ MX 0 .\n@ TXT \"v=spf1 -all\"\n\
                _dmarc TXT \"v=DMARC1; p=reject\"\n";
    let server = with_world(&[("quiet.test.", zone), ("bare.test.", "@ A 9.9.9.12\nwww A 9.9.9.12\n")]);
    let (_, outcomes) = audit("quiet.test", server.address);
    assert_eq!(failed(&outcomes, Severity::Low), BTreeMap::new());
    let (_, outcomes) = audit_as("bare.test", MailUse::None, server.address);
    let failed = failed(&outcomes, Severity::High);
    assert_eq!(failed, BTreeMap::new());
}

#[test]
fn hostile_text_arrives_as_harmless_text() {
    let zone = "@ A 9.9.9.12\nwww A 9.9.9.12\n@ TXT \"v=spf1 a:\\027[31mred\\027]0;owned\\007 -all\"\n\
                _dmarc TXT \"v=DMARC1; p=\\027[2J\"\n";
    let server = with_world(&[("hostile.test.", zone)]);
    let (seen, outcomes) = audit("hostile.test", server.address);
    assert!(failed(&outcomes, Severity::High).contains_key("mail/spf-syntax"));
    let text = format!("{outcomes:?}{}", serde_json::to_string(&seen).unwrap());
    assert!(!text.contains('\u{1b}') && !text.contains("\\u{1b}"), "an escape character got through");
    assert!(text.contains("027[31m"), "the text itself was lost");
}

#[test]
fn a_cut_udp_answer_is_asked_again_over_tcp() {
    let long: String = (0..30).fold(String::new(), |mut zone, index| {
        writeln!(zone, "@ TXT \"verification-{index}={}\"", "x".repeat(180)).unwrap();
        zone
    });
    let zone = format!("{}{long}", good_zone());
    let server = with_world(&[("example.test.", &zone)]);
    let (seen, outcomes) = Audit::of("example.test", server.address).with(&good_policy()).run();
    let found: Vec<&str> = failed(&outcomes, Severity::Info).into_keys().collect();
    assert_eq!(found, ["mail/spf-size"], "the answer is too long for some receivers, and nothing else");
    let records = seen.mail["example.test"].got().unwrap().answers.get("example.test", gonogo::seen::Rr::Txt);
    assert_eq!(records.unwrap().len(), 32);
}

#[test]
fn an_answer_of_64_kilobytes_is_read_and_bounded() {
    let long: String = (0..255).fold(String::new(), |mut zone, index| {
        writeln!(zone, "@ TXT \"verification-{index}={}\"", "x".repeat(220)).unwrap();
        zone
    });
    let zone = format!("{}{long}", good_zone());
    let server = with_world(&[("example.test.", &zone)]);
    let (seen, outcomes) = Audit::of("example.test", server.address).with(&good_policy()).run();
    let found: Vec<&str> = failed(&outcomes, Severity::Low).into_keys().collect();
    assert_eq!(found, ["mail/spf-size"], "the answer is too long for some receivers, and nothing else");
    let records =
        seen.zones["example.test"].got().unwrap().answers.get("example.test", gonogo::seen::Rr::Txt);
    assert_eq!(records.unwrap().len(), 257);
}

/// A resolver that does with each question what the closure says.
pub(crate) fn misbehaving(
    answer: impl Fn(&[u8]) -> Option<Vec<u8>> + Send + 'static,
) -> (SocketAddr, TcpListener) {
    let port = free_port();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let socket = UdpSocket::bind(address).unwrap();
    // Connections are taken by the kernel and never served.
    let tcp = TcpListener::bind(address).unwrap();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(reply) = answer(&buffer[..length]) {
                let _ = socket.send_to(&reply, from);
            }
        }
    });
    (address, tcp)
}

#[test]
fn a_resolver_that_does_not_answer_decides_nothing() {
    let servfail = |question: &[u8]| {
        let mut reply = question.to_vec();
        reply[2] |= 0x80;
        reply[3] = (reply[3] & 0xf0) | 2;
        Some(reply)
    };
    type Reply = Box<dyn Fn(&[u8]) -> Option<Vec<u8>> + Send>;
    let kinds: [(&str, Reply); 3] = [
        ("silent", Box::new(|_| None)),
        ("garbage", Box::new(|question| Some(question.iter().rev().map(|byte| byte ^ 0x5a).collect()))),
        ("servfail", Box::new(servfail)),
    ];
    for (kind, reply) in kinds {
        let (address, _tcp) = misbehaving(reply);
        let begun = Instant::now();
        let (_, outcomes) = audit("example.test", address);
        assert!(begun.elapsed() < Duration::from_secs(30), "{kind}: beyond the deadline");
        assert_eq!(failed(&outcomes, Severity::Info), BTreeMap::new(), "{kind}");
        let undecided = undecided(&outcomes);
        for outcome in &outcomes {
            assert!(!matches!(outcome.verdict, Verdict::Pass), "{kind}: {} passes", outcome.check.id);
        }
        for id in [
            "domain/ns-few",
            "mail/spf-missing",
            "mail/dmarc-missing",
            "mail/mx-missing",
            "mail/dkim-missing",
        ] {
            let why = undecided.get(id).unwrap_or_else(|| panic!("{kind}: {id} was decided"));
            let named = why.to_string();
            assert!(
                named.contains(&address.to_string()) && named.contains("example.test"),
                "{kind}: {named}"
            );
        }
    }
}
