//! nginx with one virtual host for each fault a certificate or a listener can have.

mod mail;
mod manners;
mod offers;
mod renegotiation;
mod servers;
mod sslyze;
mod ways;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use gonogo::{
    checks::{Outcome, judge},
    finding::Severity,
    observe::{ConnectTo, Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::Observations,
    target::{SiteTarget, Target},
    verdict::Verdict,
};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

/// A private PKI: a root, an intermediate below it, and a second root that nobody trusts.
pub(crate) struct Authority {
    pub(crate) folder: TempDir,
}

/// What a certificate is to be like; the default is a good one for 90 days.
pub(crate) struct Order<'a> {
    pub(crate) issuer: &'a str,
    pub(crate) key: &'a [&'a str],
    pub(crate) digest: &'a str,
    /// Days from now.
    pub(crate) from: i64,
    pub(crate) until: i64,
    /// Lines of the extension section; `%` stands for the host.
    pub(crate) extensions: &'a [&'a str],
}

const EC: &[&str] = &["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"];
const SAN: &str = "subjectAltName=DNS:%";
const LEAF: &str = "basicConstraints=critical,CA:FALSE";
const SERVER: &str = "extendedKeyUsage=serverAuth";
const AIA: &str = "authorityInfoAccess=caIssuers;URI:http://ca.test/intermediate.der";
const GOOD: &[&str] = &[SAN, LEAF, SERVER, AIA];

impl Default for Order<'_> {
    fn default() -> Self {
        Self { issuer: "intermediate", key: EC, digest: "sha256", from: -10, until: 80, extensions: GOOD }
    }
}

impl Authority {
    pub(crate) fn new() -> Self {
        let authority = Self { folder: tempfile::tempdir().unwrap() };
        let ca = &["basicConstraints=critical,CA:TRUE", "subjectKeyIdentifier=hash"][..];
        for root in ["root", "stranger"] {
            authority.issue(
                root,
                &Order { issuer: root, from: -400, until: 3_000, extensions: ca, ..Order::default() },
            );
        }
        authority.issue(
            "intermediate",
            &Order { issuer: "root", from: -300, until: 1_000, extensions: ca, ..Order::default() },
        );
        authority
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Makes `<name>.key` and `<name>.pem`.
    pub(crate) fn issue(&self, name: &str, order: &Order<'_>) {
        let extensions = order.extensions.join("\n").replace('%', name);
        fs::write(self.path(&format!("{name}.ext")), format!("{extensions}\n")).unwrap();
        fs::write(self.path("index.txt"), "").unwrap();
        fs::write(
            self.path("ca.cnf"),
            "[ca]\ndefault_ca=it\n[it]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\nunique_subject=no\n\
             policy=any\n[any]\ncommonName=supplied\n[req]\ndistinguished_name=name\n[name]\n",
        )
        .unwrap();
        let (key, request) = (format!("{name}.key"), format!("{name}.csr"));
        let subject = format!("/CN={name}");
        let mut arguments = vec!["req", "-config", "ca.cnf", "-new", "-nodes", "-subj", &subject];
        arguments.extend(order.key);
        arguments.extend(["-keyout", &key, "-out", &request]);
        self.openssl(&arguments);

        let (from, until) = (instant(order.from), instant(order.until));
        let (out, extensions) = (format!("{name}.pem"), format!("{name}.ext"));
        let (issuer_key, issuer) = (format!("{}.key", order.issuer), format!("{}.pem", order.issuer));
        let mut arguments = vec![
            "ca",
            "-batch",
            "-notext",
            "-config",
            "ca.cnf",
            "-in",
            &request,
            "-out",
            &out,
            "-keyfile",
            &issuer_key,
            "-startdate",
            &from,
            "-enddate",
            &until,
            "-md",
            order.digest,
            "-extfile",
            &extensions,
        ];
        if order.issuer == name {
            arguments.push("-selfsign");
        } else {
            arguments.extend(["-cert", &issuer]);
        }
        self.openssl(&arguments);
    }

    fn openssl(&self, arguments: &[&str]) {
        let output = Command::new("openssl")
            .args(arguments)
            .current_dir(self.folder.path())
            .env("OPENSSL_CONF", self.relaxed())
            .output()
            .expect("the openssl program is missing");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "openssl {}: {said}", arguments.join(" "));
    }

    /// Security level 0: what is planted here is refused by default.
    fn relaxed(&self) -> PathBuf {
        let path = self.path("relaxed.cnf");
        let text = "openssl_conf=all\n[all]\nssl_conf=ssl\n[ssl]\nsystem_default=low\n[low]\n\
                    MinProtocol=TLSv1\nCipherString=ALL:@SECLEVEL=0\n";
        fs::write(&path, text).unwrap();
        path
    }

    /// Writes `<name>.chain` from the given certificates and returns its path.
    pub(crate) fn chain(&self, name: &str, parts: &[&str]) -> PathBuf {
        let text: String =
            parts.iter().map(|part| fs::read_to_string(self.path(&format!("{part}.pem"))).unwrap()).collect();
        let path = self.path(&format!("{name}.chain"));
        fs::write(&path, text).unwrap();
        path
    }
}

/// `YYYYMMDDHHMMSSZ`, as `openssl ca` wants it.
fn instant(days: i64) -> String {
    let at = Timestamp::now() + SignedDuration::from_hours(24 * days);
    at.to_string().chars().filter(char::is_ascii_digit).take(14).chain(['Z']).collect()
}

/// A server of our own, killed on drop.
pub(crate) struct Nginx(Child);

impl Nginx {
    /// Starts with the given `server` blocks and waits until all ports answer.
    pub(crate) fn start(authority: &Authority, servers: &str, ports: &[u16]) -> Self {
        let folder = authority.folder.path().display().to_string();
        let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .iter()
            .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
            .collect();
        let configuration = format!(
            "daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\n\
             events {{}}\nhttp {{\naccess_log off;\ndefault_type text/html;\nserver_tokens off;\n{temporary}{servers}\n}}\n"
        );
        let path = authority.path("nginx.conf");
        fs::write(&path, configuration).unwrap();
        let child = Command::new("nginx")
            .arg("-c")
            .arg(&path)
            .env("OPENSSL_CONF", authority.relaxed())
            .stderr(Stdio::null())
            .spawn()
            .expect("the nginx program is missing");
        let nginx = Self(child);
        for port in ports {
            let up = (0..300).any(|_| {
                let connected = TcpStream::connect(("127.0.0.1", *port)).is_ok();
                if !connected {
                    std::thread::sleep(Duration::from_millis(20));
                }
                connected
            });
            let log = fs::read_to_string(authority.path("error.log")).unwrap_or_default();
            assert!(up, "nginx does not listen on {port}: {log}");
        }
        nginx
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn free_ports(count: usize) -> Vec<u16> {
    let listeners: Vec<TcpListener> = (0..count).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
    listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect()
}

/// Audits `https://HOST` for each host, with connections redirected as the rules say.
pub(crate) fn audit(hosts: &[&str], rules: &[String], ca: &Path, only: &str) -> Vec<Outcome> {
    let (target, seen) = look(hosts, rules, ca, only);
    let selection = Selection::new(vec![only.to_owned()], Vec::new(), false).unwrap();
    judge(&plan(&target, &selection, Consent::default()).checks, &seen, &target)
}

/// What an audit of these hosts would judge.
fn look(hosts: &[&str], rules: &[String], ca: &Path, only: &str) -> (Target, Observations) {
    let sites = hosts.iter().map(|host| SiteTarget {
        url: format!("https://{host}"),
        host: (*host).to_owned(),
        port: 443,
        production: true,
        ..SiteTarget::default()
    });
    let target = Target { name: "test".to_owned(), sites: sites.collect(), ..Target::default() };
    let selection = Selection::new(vec![only.to_owned()], Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let options = Options {
        root: None,
        now: Timestamp::now(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: rules.iter().map(|rule| rule.parse::<ConnectTo>().unwrap()).collect(),
        extra_roots: vec![ca.to_owned()],
        deadline: Duration::from_mins(1),
        jobs: 16,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &silent).unwrap();
    (target, seen)
}

/// The checks that failed, by host.
pub(crate) fn failed(outcomes: &[Outcome]) -> BTreeMap<String, BTreeSet<&'static str>> {
    let mut failed: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for outcome in outcomes {
        let host = outcome.subject.trim_start_matches("https://").trim_end_matches(":443").to_owned();
        let entry = failed.entry(host).or_default();
        if let Verdict::Fail(_) = outcome.verdict {
            entry.insert(outcome.check.id);
        }
    }
    failed
}

/// One virtual host: its name, what is wrong, its certificate, the chain it sends and more of nginx's
/// configuration.
struct Case {
    name: &'static str,
    wrong: &'static [&'static str],
    order: Order<'static>,
    sends: &'static [&'static str],
    more: &'static str,
}

impl Case {
    fn new(name: &'static str, wrong: &'static [&'static str], order: Order<'static>) -> Self {
        Self { name, wrong, order, sends: &["intermediate"], more: "ssl_protocols TLSv1.2 TLSv1.3;" }
    }

    fn sending(mut self, sends: &'static [&'static str]) -> Self {
        self.sends = sends;
        self
    }

    fn with(mut self, more: &'static str) -> Self {
        self.more = more;
        self
    }
}

fn cases() -> Vec<Case> {
    let good = Order::default;
    vec![
        Case::new("good.test", &[], good()),
        // nginx's own list of suites, which the client chooses from.
        Case::new("rsa.test", &["tls/rsa-key-transport"], Order { key: &["-newkey", "rsa:2048"], ..good() }),
        Case::new("expired.test", &["tls/expired"], Order { from: -100, until: -10, ..good() }),
        Case::new("early.test", &["tls/not-yet-valid"], Order { from: 5, until: 90, ..good() }),
        Case::new("soon.test", &["tls/expires-soon"], Order { from: -86, until: 3, ..good() }),
        Case::new(
            "other.test",
            &["tls/name-mismatch"],
            Order { extensions: &["subjectAltName=DNS:elsewhere.test", LEAF, SERVER], ..good() },
        ),
        Case::new("nosan.test", &["tls/no-san"], Order { extensions: &[LEAF, SERVER], ..good() }),
        Case::new("incomplete.test", &["tls/incomplete-chain"], good()).sending(&[]),
        Case::new("order.test", &["tls/chain-order", "tls/root-sent"], good())
            .sending(&["root", "intermediate"]),
        Case::new("surplus.test", &["tls/chain-order"], good()).sending(&["intermediate", "stranger"]),
        Case::new("root.test", &["tls/root-sent"], good()).sending(&["intermediate", "root"]),
        Case::new("self.test", &["tls/self-signed"], Order { issuer: "self.test", ..good() }).sending(&[]),
        Case::new(
            "untrusted.test",
            &["tls/untrusted-chain", "tls/root-sent"],
            Order { issuer: "stranger", ..good() },
        )
        .sending(&["stranger"]),
        Case::new("sha1.test", &["tls/weak-signature"], Order { digest: "sha1", ..good() }),
        Case::new(
            "short.test",
            &["tls/rsa-key-transport", "tls/weak-key"],
            Order { key: &["-newkey", "rsa:1024"], ..good() },
        ),
        Case::new("long.test", &["tls/validity-too-long"], Order { from: -10, until: 815, ..good() }),
        Case::new(
            "ca.test",
            &["tls/leaf-is-ca"],
            Order { extensions: &[SAN, "basicConstraints=critical,CA:TRUE", SERVER], ..good() },
        ),
        Case::new(
            "client.test",
            &["tls/no-server-auth"],
            Order { extensions: &[SAN, LEAF, "extendedKeyUsage=clientAuth"], ..good() },
        ),
        Case::new("old.test", &["tls/no-tls13"], good()).with("ssl_protocols TLSv1.2;"),
        Case::new("legacy.test", &["tls/broken-suite", "tls/legacy-version"], good())
            .with("ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ALL:@SECLEVEL=0;"),
        Case::new(
            "staple.test",
            &["tls/must-staple"],
            Order { extensions: &[SAN, LEAF, SERVER, AIA, "tlsfeature=status_request"], ..good() },
        ),
        Case::new("ancient.test", &["tls/legacy-version", "tls/no-modern-version"], good())
            .with("ssl_protocols TLSv1 TLSv1.1;"),
        Case::new("unknown.test", &["tls/handshake-refused"], good())
            .with("ssl_protocols TLSv1.2 TLSv1.3; ssl_reject_handshake on;"),
        // Only suites that a modern handshake does not offer: the enumeration sees them.
        Case::new(
            "cbc.test",
            &["tls/no-aead", "tls/no-forward-secrecy", "tls/no-tls13"],
            Order { key: &["-newkey", "rsa:2048"], ..good() },
        )
        .with("ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA:@SECLEVEL=0;"),
    ]
}

#[test]
fn every_planted_fault_is_found_and_nothing_else() {
    let (authority, cases) = (Authority::new(), cases());
    let ports = free_ports(cases.len() + 1);
    let (mut servers, mut rules) = (String::new(), Vec::new());
    let mut expected: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for (case, port) in cases.iter().zip(&ports) {
        authority.issue(case.name, &case.order);
        let sent: Vec<&str> = std::iter::once(case.name).chain(case.sends.iter().copied()).collect();
        let chain = authority.chain(case.name, &sent);
        servers.push_str(&format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; {} }}\n",
            chain.display(),
            authority.path(&format!("{}.key", case.name)).display(),
            case.more
        ));
        rules.push(format!("{}:443:127.0.0.1:{port}", case.name));
        expected.insert(case.name.to_owned(), case.wrong.iter().copied().collect());
    }
    let plain = ports[cases.len()];
    servers.push_str(&format!("server {{ listen 127.0.0.1:{plain}; }}\n"));
    rules.push(format!("plain.test:443:127.0.0.1:{plain}"));
    expected.insert("plain.test".to_owned(), BTreeSet::from(["tls/plain-http"]));

    let _nginx = Nginx::start(&authority, &servers, &ports);
    let hosts: Vec<&str> = expected.keys().map(String::as_str).collect();
    let outcomes = audit(&hosts, &rules, &authority.path("root.pem"), "tls");
    let mut failed = failed(&outcomes);
    // Advice depends on the system's OpenSSL and on nginx's own lists; faults do not.
    for checks in failed.values_mut() {
        checks.retain(|id| !ADVICE.contains(id));
    }
    assert_eq!(failed, expected);
    unknown_is_not_pass(&outcomes);
    the_good_host_is_decided(&outcomes);
}

/// Of the severity info.
const ADVICE: [&str; 4] = ["tls/no-post-quantum", "tls/no-http2", "tls/cbc-suite", "tls/leftover-suite"];

/// What was never sent can be neither good nor bad.
fn unknown_is_not_pass(outcomes: &[Outcome]) {
    for host in ["unknown.test", "plain.test"] {
        for check in ["tls/expired", "tls/untrusted-chain", "tls/name-mismatch", "tls/no-tls13"] {
            let found =
                outcomes.iter().find(|one| one.check.id == check && one.subject == format!("{host}:443"));
            let verdict = &found.unwrap().verdict;
            assert!(matches!(verdict, Verdict::Inconclusive { .. }), "{check} on {host}: {verdict:?}");
        }
    }
}

fn the_good_host_is_decided(outcomes: &[Outcome]) {
    for outcome in outcomes.iter().filter(|one| one.subject == "good.test:443") {
        let decided = matches!(outcome.verdict, Verdict::Pass | Verdict::NotApplicable { .. })
            || ADVICE.contains(&outcome.check.id)
            // Nobody answers here whether www.good.test exists.
            || outcome.check.id == "tls/www-apex-pair";
        assert!(decided, "{}: {:?}", outcome.check.id, outcome.verdict);
    }
}

#[test]
fn the_command_says_go_for_a_good_host_and_no_go_for_an_expired_one() {
    let authority = Authority::new();
    let ports = free_ports(2);
    let mut servers = String::new();
    let orders = [Order::default(), Order { from: -100, until: -10, ..Order::default() }];
    for ((name, order), port) in ["good.test", "expired.test"].into_iter().zip(orders).zip(&ports) {
        authority.issue(name, &order);
        let chain = authority.chain(name, &[name, "intermediate"]);
        let key = authority.path(&format!("{name}.key"));
        servers.push_str(&format!(
            "server {{ listen 127.0.0.1:{port} ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {}; \
             ssl_certificate_key {}; }}\n",
            chain.display(),
            key.display()
        ));
    }
    let _nginx = Nginx::start(&authority, &servers, &ports);
    for ((name, code), port) in [("good.test", 0), ("expired.test", 1)].into_iter().zip(&ports) {
        assert_cmd::Command::cargo_bin("gonogo")
            .unwrap()
            .args(["audit", &format!("https://{name}"), "--only", "tls", "--resolver", "127.0.0.1:9"])
            .args(["--connect-to", &format!("{name}:443:127.0.0.1:{port}")])
            .arg("--ca")
            .arg(authority.path("root.pem"))
            .assert()
            .code(code);
    }
}

#[test]
fn files_are_judged_like_what_a_server_sends() {
    let authority = Authority::new();
    authority.issue("files.test", &Order::default());
    let chain = authority.chain("files.test", &["files.test", "intermediate"]);
    let alone = authority.chain("alone", &["files.test"]);
    let later = instant_of(200);
    let judged = |chain: &Path, more: &[&str]| {
        let output = assert_cmd::Command::cargo_bin("gonogo")
            .unwrap()
            .arg("cert")
            .arg(chain)
            .args(["--format", "json", "--roots"])
            .arg(authority.path("root.pem"))
            .args(more)
            .output()
            .unwrap();
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["stations"].as_array().unwrap().len(), 1);
        let ids = report["findings"].as_array().unwrap().iter();
        let ids: Vec<String> = ids.map(|one| one["check"].as_str().unwrap().to_owned()).collect();
        (output.status.code().unwrap(), ids)
    };
    assert_eq!(judged(&chain, &["--name", "files.test"]), (0, vec![]));
    assert_eq!(judged(&chain, &["--name", "other.test"]), (1, vec!["tls/name-mismatch".to_owned()]));
    assert_eq!(judged(&chain, &["--at", &later]), (1, vec!["tls/expired".to_owned()]));
    assert_eq!(judged(&alone, &[]), (1, vec!["tls/incomplete-chain".to_owned()]));
    // A file without a certificate decides nothing.
    assert_eq!(judged(&authority.path("files.test.key"), &[]), (3, vec![]));
}

impl Authority {
    /// The intermediate's revocation list, DER, with these certificates on it.
    fn revoke(&self, list: &str, names: &[&str]) -> PathBuf {
        let mut index = String::new();
        for name in names {
            let file = format!("{name}.pem");
            let output = Command::new("openssl")
                .args(["x509", "-noout", "-serial", "-in", &file])
                .current_dir(self.folder.path())
                .output()
                .unwrap();
            let text = String::from_utf8(output.stdout).unwrap();
            let serial = text.trim().trim_start_matches("serial=");
            index.push_str(&format!("R\t300101000000Z\t260101000000Z\t{serial}\tunknown\t/CN={name}\n"));
        }
        fs::write(self.path("index.txt"), index).unwrap();
        let (pem, der) = (format!("{list}.crl.pem"), format!("{list}.crl"));
        let signer = ["-keyfile", "intermediate.key", "-cert", "intermediate.pem", "-md", "sha256"];
        let arguments =
            ["ca", "-config", "ca.cnf", "-gencrl", "-crldays", "7", "-crlexts", "crl", "-out", &pem];
        let configuration = fs::read_to_string(self.path("ca.cnf")).unwrap();
        fs::write(self.path("ca.cnf"), format!("{configuration}[crl]\nauthorityKeyIdentifier=keyid\n"))
            .unwrap();
        fs::write(self.path("crlnumber"), "01\n").unwrap();
        let configuration = fs::read_to_string(self.path("ca.cnf")).unwrap();
        let numbered = configuration.replace("[it]\n", "[it]\ncrlnumber=crlnumber\n");
        fs::write(self.path("ca.cnf"), numbered).unwrap();
        self.openssl(&[&arguments[..], &signer[..]].concat());
        self.openssl(&["crl", "-in", &pem, "-outform", "DER", "-out", &der]);
        self.path(&der)
    }
}

#[test]
fn a_revoked_certificate_is_found_on_its_list() {
    let authority = Authority::new();
    let ports = free_ports(2);
    let (mut servers, mut rules) = (String::new(), Vec::new());
    let web = ports[1];
    rules.push(format!("crl.test:80:127.0.0.1:{web}"));
    let folder = authority.folder.path().display().to_string();
    servers.push_str(&format!("server {{ listen 127.0.0.1:{web}; location / {{ root {folder}; }} }}\n"));
    const POINTS: &[&str] = &[SAN, LEAF, SERVER, "crlDistributionPoints=URI:http://crl.test/ca.crl"];
    const NOWHERE: &[&str] = &[SAN, LEAF, SERVER, "crlDistributionPoints=URI:http://crl.test/none.crl"];
    let hosts = [("revoked.test", POINTS), ("kept.test", POINTS), ("lost.test", NOWHERE)];
    for (name, extensions) in hosts {
        authority.issue(name, &Order { extensions, ..Order::default() });
        let chain = authority.chain(name, &[name, "intermediate"]);
        let key = authority.path(&format!("{name}.key"));
        servers.push_str(&format!(
            "server {{ listen 127.0.0.1:{} ssl; server_name {name}; ssl_protocols TLSv1.2 TLSv1.3; \
             ssl_certificate {}; ssl_certificate_key {}; }}\n",
            ports[0],
            chain.display(),
            key.display()
        ));
        rules.push(format!("{name}:443:127.0.0.1:{}", ports[0]));
    }
    let list = authority.revoke("ca", &["revoked.test"]);
    let _nginx = Nginx::start(&authority, &servers, &ports);
    let names = hosts.map(|(name, _)| name);
    let outcomes = audit(&names, &rules, &authority.path("root.pem"), "tls/revoked");
    let verdict = |name: &str| {
        let found = outcomes.iter().find(|one| one.subject == format!("{name}:443"));
        found.unwrap().verdict.clone()
    };
    assert!(matches!(verdict("revoked.test"), Verdict::Fail(_)), "{:?}", verdict("revoked.test"));
    assert_eq!(verdict("kept.test"), Verdict::Pass);
    assert!(matches!(verdict("lost.test"), Verdict::Inconclusive { .. }), "{:?}", verdict("lost.test"));

    for (name, code) in [("revoked.test", 1), ("kept.test", 0)] {
        assert_cmd::Command::cargo_bin("gonogo")
            .unwrap()
            .args(["cert", "--format", "json", "--name", name, "--roots"])
            .arg(authority.path("root.pem"))
            .arg("--crl")
            .arg(&list)
            .arg(authority.path(&format!("{name}.chain")))
            .assert()
            .code(code);
    }
}

fn instant_of(days: i64) -> String {
    (Timestamp::now() + SignedDuration::from_hours(24 * days)).to_string()
}

/// The worst severity among the findings of one check on one subject.
pub(crate) fn severity(outcomes: &[Outcome], check: &str, subject: &str) -> Option<Severity> {
    let found = outcomes.iter().find(|one| one.check.id == check && one.subject == subject)?;
    let Verdict::Fail(findings) = &found.verdict else { return None };
    findings.iter().map(|finding| finding.severity.unwrap_or(found.check.severity)).max()
}
