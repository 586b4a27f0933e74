//! Mail servers over SMTP: Python's standard library speaks it on top of OpenSSL.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    net::{SocketAddr, TcpStream},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use gonogo::{
    checks::{Outcome, judge},
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Miss, Observations},
    target::{Domain, MailUse, Target},
    verdict::Verdict,
};
use jiff::Timestamp;

use super::{Authority, GOOD, LEAF, Order, SERVER, free_ports};
use crate::dns::{Nsd, answers};

/// `PORT CERT KEY MODE,…` on 127.0.0.1.
const SMTP: &str = r#"
import socket, ssl, sys, threading
port, cert, key, modes = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4].split(',')
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
if 'old' in modes:
    context.set_ciphers('ALL:@SECLEVEL=0')
    context.minimum_version = ssl.TLSVersion.TLSv1
def serve(client):
    try:
        client.settimeout(10)
        if 'implicit' in modes:
            client = context.wrap_socket(client, server_side=True)
        if 'silent' in modes:
            client.recv(1000)
            client.recv(1000)
            return
        if 'http' in modes:
            return client.sendall(b'HTTP/1.1 400 Bad Request\r\n\r\n')
        if 'reject' in modes:
            return client.sendall(b'554 no thanks\r\n')
        client.sendall(b'220-mx.test ESMTP\r\n220 ready\r\n')
        held, inside = b'', 'implicit' in modes
        while True:
            while b'\n' not in held:
                more = client.recv(4096)
                if not more:
                    return
                held += more
            line, held = held.split(b'\n', 1)
            word = line.strip().upper().split(b' ')[0]
            if word == b'EHLO':
                lines = [b'mx.test', b'SIZE 1000000']
                if not inside and 'plain' not in modes:
                    lines.append(b'STARTTLS')
                if 'auth' in modes:
                    lines.append(b'AUTH PLAIN LOGIN')
                for number, one in enumerate(lines):
                    client.sendall(b'250' + (b' ' if number == len(lines) - 1 else b'-') + one + b'\r\n')
            elif word == b'STARTTLS':
                if 'broken' in modes:
                    client.sendall(b'454 TLS not available\r\n')
                    continue
                client.sendall(b'220 go\r\n')
                if 'hangs' in modes:
                    client.recv(100000)
                    client.recv(100000)
                    return
                if 'injectable' not in modes:
                    held = b''
                client = context.wrap_socket(client, server_side=True)
                inside = True
            elif word == b'QUIT':
                return client.sendall(b'221 bye\r\n')
            else:
                client.sendall(b'250 ok\r\n')
    except Exception:
        pass
    finally:
        client.close()
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(('127.0.0.1', port))
server.listen(64)
while True:
    threading.Thread(target=serve, args=(server.accept()[0],), daemon=True).start()
"#;

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn smtp(authority: &Authority, name: &str, port: u16, modes: &str) -> Running {
    let script = authority.path("smtp.py");
    fs::write(&script, SMTP).unwrap();
    let mut command = Command::new("python3");
    command.arg(&script).arg(port.to_string());
    command
        .arg(authority.path(&format!("{name}.chain")))
        .arg(authority.path(&format!("{name}.key")))
        .arg(modes);
    command.env("OPENSSL_CONF", authority.relaxed()).stderr(Stdio::null());
    let running = Running(command.spawn().expect("python3 is missing"));
    let up = (0..500).any(|_| {
        let connected = TcpStream::connect(("127.0.0.1", port)).is_ok();
        if !connected {
            std::thread::sleep(Duration::from_millis(20));
        }
        connected
    });
    assert!(up, "the SMTP server for {name} does not listen");
    running
}

/// Judges the stations tls and mail for these domains.
fn audit(
    domains: &[&str],
    resolver: SocketAddr,
    rules: &[String],
    authority: &Authority,
) -> (Observations, Vec<Outcome>) {
    audit_only(&["tls", "mail"], domains, resolver, rules, authority)
}

fn audit_only(
    stations: &[&str],
    domains: &[&str],
    resolver: SocketAddr,
    rules: &[String],
    authority: &Authority,
) -> (Observations, Vec<Outcome>) {
    let named = domains.iter().map(|name| Domain {
        name: (*name).to_owned(),
        mail: MailUse::Unknown,
        dkim_selectors: Vec::new(),
    });
    let target = Target { name: "test".to_owned(), domains: named.collect(), ..Target::default() };
    let selection =
        Selection::new(stations.iter().map(|one| (*one).to_owned()).collect(), Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let options = Options {
        root: None,
        now: Timestamp::now(),
        resolver: Some(resolver),
        connect_to: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        extra_roots: vec![authority.path("root.pem")],
        deadline: Duration::from_mins(1),
        jobs: 32,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &silent).unwrap();
    let outcomes = judge(&plan.checks, &seen, &target);
    (seen, outcomes)
}

/// The checks about mail servers that failed, by domain.
fn failed(outcomes: &[Outcome]) -> BTreeMap<String, BTreeSet<&'static str>> {
    let about =
        |id: &str| ["tls/starttls", "tls/submission", "mail/dane"].iter().any(|start| id.starts_with(start));
    let mut found: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for outcome in outcomes.iter().filter(|one| about(one.check.id)) {
        let entry = found.entry(outcome.subject.clone()).or_default();
        if let Verdict::Fail(_) = outcome.verdict {
            entry.insert(outcome.check.id);
        }
    }
    found
}

fn verdict<'a>(outcomes: &'a [Outcome], check: &str, subject: &str) -> &'a Verdict {
    &outcomes.iter().find(|one| one.check.id == check && one.subject == subject).unwrap().verdict
}

#[test]
fn every_fault_of_a_mail_server_is_found_and_nothing_else() {
    let authority = Authority::new();
    let good = Order::default;
    let cases: Vec<(&str, &str, &[&str], Order<'_>)> = vec![
        ("good.test", "", &[], good()),
        ("plain.test", "plain", &["tls/starttls-missing"], good()),
        ("broken.test", "broken", &["tls/starttls-refused"], good()),
        ("injectable.test", "injectable", &["tls/starttls-injection"], good()),
        ("old.test", "old", &["tls/starttls-legacy"], good()),
        ("expired.test", "", &["tls/starttls-certificate"], Order { from: -100, until: -10, ..good() }),
        (
            "other.test",
            "",
            &["tls/starttls-certificate"],
            Order { extensions: &["subjectAltName=DNS:elsewhere.test", LEAF, SERVER], ..good() },
        ),
        ("reject.test", "reject", &[], good()),
        ("http.test", "http", &[], good()),
        ("silent.test", "silent", &[], good()),
        ("hangs.test", "hangs", &[], good()),
    ];
    let ports = free_ports(cases.len() + 2);
    let (mut zones, mut rules, mut running) = (Vec::new(), Vec::new(), Vec::new());
    let mut expected: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for ((name, modes, wrong, order), port) in cases.iter().zip(&ports) {
        let host = format!("mx.{name}");
        authority.issue(&host, order);
        authority.chain(&host, &[&host, "intermediate"]);
        running.push(smtp(&authority, &host, *port, modes));
        rules.push(format!("{host}:25:127.0.0.1:{port}"));
        zones.push((format!("{name}."), "@ MX 10 mx\nmx A 192.0.2.25\n".to_owned()));
        expected.insert((*name).to_owned(), wrong.iter().copied().collect());
    }
    // Mail is handed in at two places that SRV records name; the first takes passwords in the clear.
    let out = "out.hands-in.test";
    authority.issue(out, &Order::default());
    authority.chain(out, &[out, "intermediate"]);
    let [clear, implicit] = ports[cases.len()..] else { panic!("two ports") };
    running.push(smtp(&authority, out, clear, "auth"));
    running.push(smtp(&authority, out, implicit, "implicit"));
    rules.push(format!("{out}:587:127.0.0.1:{clear}"));
    rules.push(format!("{out}:465:127.0.0.1:{implicit}"));
    zones.push((
        "hands-in.test.".to_owned(),
        "out A 192.0.2.26\n_submission._tcp SRV 0 1 587 out.hands-in.test.\n_submissions._tcp SRV 0 1 465 out.hands-in.test.\n"
            .to_owned(),
    ));
    expected.insert("hands-in.test".to_owned(), BTreeSet::from(["tls/submission-auth-in-clear"]));
    rules.push(":465:127.0.0.1:9".to_owned());
    rules.push(":587:127.0.0.1:9".to_owned());

    let zones: Vec<(&str, &str)> = zones.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let nsd = Nsd::serve(&zones);
    let domains: Vec<&str> = expected.keys().map(String::as_str).collect();
    let (seen, outcomes) = audit(&domains, nsd.address, &rules, &authority);
    assert_eq!(failed(&outcomes), expected);

    // What was not answered is unknown, and one check says so.
    for name in ["reject.test", "http.test", "silent.test"] {
        assert!(
            matches!(verdict(&outcomes, "tls/starttls-missing", name), Verdict::Inconclusive { .. }),
            "{name}"
        );
        assert!(
            matches!(verdict(&outcomes, "tls/starttls-injection", name), Verdict::NotApplicable { .. }),
            "{name}"
        );
    }
    assert!(matches!(
        verdict(&outcomes, "tls/starttls-refused", "hangs.test"),
        Verdict::Inconclusive { why: Miss::Timeout(_) }
    ));
    for check in
        ["tls/starttls-missing", "tls/starttls-certificate", "tls/starttls-injection", "tls/starttls-legacy"]
    {
        assert_eq!(*verdict(&outcomes, check, "good.test"), Verdict::Pass, "{check}");
    }
    let implicit = &seen.mail_servers["hands-in.test"].got().unwrap().submission[0];
    assert_eq!(
        (implicit.port, implicit.secured().unwrap().session.got().unwrap().version.as_str()),
        (465, "TLS 1.3")
    );
}

/// Signs a zone and returns it with its DS record.
fn signed(name: &str, records: &str) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).current_dir(folder.path()).output();
        let output = output.unwrap_or_else(|err| panic!("{program}: {err} (apt-get install ldnsutils)"));
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let key = run("ldns-keygen", &["-a", "ECDSAP256SHA256", "-k", name]);
    let text = format!(
        "$ORIGIN {name}.\n$TTL 300\n@ SOA ns1.dns.test. host.dns.test. 1 7200 3600 1209600 300\n@ NS ns1.dns.test.\n{records}"
    );
    fs::write(folder.path().join("zone"), text).unwrap();
    run("ldns-signzone", &["-o", name, "-f", "signed", "zone", &key]);
    let ds = run("ldns-key2ds", &["-n", "-2", &format!("{key}.key")]);
    (fs::read_to_string(folder.path().join("signed")).unwrap(), ds)
}

/// An unbound that validates what lies below the given DS records.
fn validating(nsd: &Nsd, zones: &[&str], anchors: &[String]) -> (Running, SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_ports(1)[0];
    fs::write(folder.path().join("anchors"), anchors.join("\n") + "\n").unwrap();
    let mut conf = format!(
        "server:\n interface: 127.0.0.1@{port}\n do-daemonize: no\n username: \"\"\n chroot: \"\"\n directory: \"{0}\"\n \
         pidfile: \"{0}/pid\"\n use-syslog: no\n do-not-query-localhost: no\n module-config: \"validator iterator\"\n \
         do-ip6: no\n num-threads: 1\n trust-anchor-file: \"{0}/anchors\"\nremote-control:\n control-enable: no\n",
        folder.path().display()
    );
    for zone in ["."].iter().chain(zones) {
        write!(conf, "server:\n local-zone: \"{zone}\" nodefault\n").unwrap();
        let address = nsd.address.to_string().replace(':', "@");
        write!(conf, "stub-zone:\n name: \"{zone}\"\n stub-addr: {address}\n").unwrap();
    }
    let path = folder.path().join("unbound.conf");
    fs::write(&path, conf).unwrap();
    let child = Command::new("unbound")
        .args(["-d", "-c", &path.display().to_string()])
        .stdout(Stdio::null())
        .stderr(fs::File::create(folder.path().join("log")).unwrap())
        .spawn()
        .expect("unbound is not installed: apt-get install unbound");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let running = Running(child);
    assert!(
        answers(address),
        "unbound: {}",
        fs::read_to_string(folder.path().join("log")).unwrap_or_default()
    );
    (running, address, folder)
}

/// The data of a TLSA record for a certificate's public key or for the whole of it, made by OpenSSL.
fn digest(authority: &Authority, name: &str, key: bool) -> String {
    let script = if key {
        format!(
            "openssl x509 -in {name}.pem -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r"
        )
    } else {
        format!("openssl x509 -in {name}.pem -outform DER | openssl dgst -sha256 -r")
    };
    let output =
        Command::new("sh").args(["-c", &script]).current_dir(authority.folder.path()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).split(' ').next().unwrap().to_owned()
}

#[test]
fn tlsa_records_are_held_against_what_the_mail_host_presents() {
    let authority = Authority::new();
    authority.issue("mx.mail.test", &Order { extensions: GOOD, ..Order::default() });
    authority.chain("mx.mail.test", &["mx.mail.test", "intermediate"]);
    let ports = free_ports(2);
    let _good = smtp(&authority, "mx.mail.test", ports[0], "");
    let _plain = smtp(&authority, "mx.mail.test", ports[1], "plain");
    let key = digest(&authority, "mx.mail.test", true);
    let whole = digest(&authority, "mx.mail.test", false);
    let anchor = digest(&authority, "intermediate", false);
    let wrong = "00".repeat(32);
    let cases: [(&str, String, u16, &[&str]); 7] = [
        ("fits", format!("3 1 1 {key}"), ports[0], &[]),
        ("anchor", format!("2 0 1 {anchor}"), ports[0], &[]),
        ("wrong", format!("3 1 1 {wrong}"), ports[0], &["mail/dane-mismatch"]),
        ("next", format!("3 1 1 {wrong}\n_25._tcp.mx.mail TLSA 3 1 1 {key}"), ports[0], &[]),
        ("whole", format!("3 0 1 {whole}"), ports[0], &["mail/dane-rollover"]),
        ("pkix", format!("1 1 1 {key}"), ports[0], &["mail/dane-unusable"]),
        ("clear", format!("3 1 1 {key}"), ports[1], &["mail/dane-mismatch", "tls/starttls-missing"]),
    ];
    for (case, record, port, wrong) in cases {
        let zone = format!("mail MX 10 mx.mail\nmx.mail A 192.0.2.25\n_25._tcp.mx.mail TLSA {record}\n");
        let (zone, ds) = signed("test", &zone);
        let nsd = Nsd::serve(&[("test.", &zone)]);
        let (_unbound, resolver, _folder) = validating(&nsd, &["test"], &[ds]);
        let rules = [
            format!("mx.mail.test:25:127.0.0.1:{port}"),
            ":465:127.0.0.1:9".to_owned(),
            ":587:127.0.0.1:9".to_owned(),
        ];
        let (seen, outcomes) = audit(&["mail.test"], resolver, &rules, &authority);
        let server = &seen.mail_servers["mail.test"].got().unwrap().exchangers[0];
        assert_eq!(server.tlsa.got().unwrap().secure, Some(true), "{case}: {:?}", server.tlsa);
        let expected: BTreeSet<&str> = wrong.iter().copied().collect();
        assert_eq!(failed(&outcomes)["mail.test"], expected, "{case}");
    }
    // The station mail by itself talks to such a host, because the records must fit.
    let zone = format!(
        "@ MX 10 mx\n@ MX 20 bare\nmx A 192.0.2.25\nbare A 192.0.2.26\n_25._tcp.mx TLSA 3 1 1 {key}\n"
    );
    let nsd = Nsd::serve(&[("mail.test.", &zone)]);
    let rules = [format!("mx.mail.test:25:127.0.0.1:{}", ports[0])];
    let (seen, outcomes) = audit_only(&["mail"], &["mail.test"], nsd.address, &rules, &authority);
    let servers = seen.mail_servers["mail.test"].got().unwrap();
    assert_eq!(servers.exchangers[0].tlsa.got().unwrap().records[0].fits, Some(true));
    assert!(servers.exchangers[1].dialogue.got().is_none());
    let talked: Vec<&str> =
        seen.contacted.iter().filter(|one| one.purpose == "smtp").map(|one| one.host.as_str()).collect();
    assert_eq!(talked, ["mx.mail.test"]);
    assert!(failed(&outcomes)["mail.test"].contains("mail/dane-partial"));

    // A resolver that does not validate cannot say whether senders would use a record.
    let zone = format!("@ MX 10 mx\nmx A 192.0.2.25\n_25._tcp.mx TLSA 3 1 1 {wrong}\n");
    let nsd = Nsd::serve(&[("mail.test.", &zone)]);
    let rules = [
        format!("mx.mail.test:25:127.0.0.1:{}", ports[0]),
        ":465:127.0.0.1:9".to_owned(),
        ":587:127.0.0.1:9".to_owned(),
    ];
    let (_, outcomes) = audit(&["mail.test"], nsd.address, &rules, &authority);
    for check in ["mail/dane-mismatch", "mail/dane-unsigned"] {
        assert!(matches!(verdict(&outcomes, check, "mail.test"), Verdict::Inconclusive { .. }), "{check}");
    }
}

#[test]
fn the_station_mail_leaves_port_25_alone_where_nothing_depends_on_it() {
    let authority = Authority::new();
    let nsd = Nsd::serve(&[("mail.test.", "@ MX 10 mx\nmx A 192.0.2.25\n")]);
    // Nobody ever takes a connection from its queue, as behind a firewall that drops packets.
    let deaf = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    deaf.set_nonblocking(true).unwrap();
    let port = deaf.local_addr().unwrap().port();
    let rules = [25, 465, 587].map(|from| format!("mx.mail.test:{from}:127.0.0.1:{port}"));
    let (seen, outcomes) = audit_only(&["domain", "mail"], &["mail.test"], nsd.address, &rules, &authority);
    assert!(deaf.accept().is_err(), "somebody connected");
    assert!(seen.contacted.iter().all(|one| one.purpose != "smtp"), "{:?}", seen.contacted);
    let server = &seen.mail_servers["mail.test"].got().unwrap().exchangers[0];
    assert!(server.tlsa.got().unwrap().records.is_empty());
    assert!(matches!(verdict(&outcomes, "mail/dane-mismatch", "mail.test"), Verdict::NotApplicable { .. }));
}
