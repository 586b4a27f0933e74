//! The other ways to a site: each address, no server name, the other names of its certificate; and
//! what is stapled to it.

use std::{
    collections::BTreeSet, fs, net::SocketAddr, path::Path, process::Command, sync::Arc, time::Duration,
};

use gonogo::{
    checks::{Outcome, judge},
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Observations, OcspStatus, Signature},
    target::{SiteTarget, Target},
    verdict::Verdict,
};
use jiff::{SignedDuration, Timestamp};

use super::{AIA, Authority, LEAF, Nginx, Order, SAN, SERVER, free_ports};
use crate::dns::Nsd;

/// The checks that this is about; the others have their own tests.
const ABOUT: &[&str] = &[
    "tls/address-dead",
    "tls/address-differs",
    "tls/no-sni",
    "tls/revoked",
    "tls/san-name-dead",
    "tls/san-name-differs",
    "tls/staple-invalid",
    "tls/www-apex-pair",
];

fn audit(
    host: &str,
    resolver: SocketAddr,
    rules: &[String],
    authority: &Authority,
    now: Timestamp,
) -> (Observations, Vec<Outcome>) {
    let site = SiteTarget {
        url: format!("https://{host}"),
        host: host.to_owned(),
        port: 443,
        production: true,
        ..SiteTarget::default()
    };
    let target = Target { name: "test".to_owned(), sites: vec![site], ..Target::default() };
    let selection = Selection::new(vec!["tls".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let options = Options {
        root: None,
        now,
        resolver: Some(resolver),
        connect_to: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        extra_roots: vec![authority.path("root.pem")],
        deadline: Duration::from_mins(1),
        jobs: 4,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &silent).unwrap();
    let outcomes = judge(&plan.checks, &seen, &target);
    (seen, outcomes)
}

fn failed(outcomes: &[Outcome]) -> BTreeSet<&'static str> {
    let failed = outcomes.iter().filter(|one| matches!(one.verdict, Verdict::Fail(_)));
    failed.map(|one| one.check.id).filter(|id| ABOUT.contains(id)).collect()
}

fn message(outcomes: &[Outcome], check: &str) -> String {
    let verdict = &outcomes.iter().find(|one| one.check.id == check).unwrap().verdict;
    match verdict {
        Verdict::Fail(findings) => findings[0].message.clone(),
        other => panic!("{check}: {other:?}"),
    }
}

/// A `server` block for a certificate, listening as told.
fn block(authority: &Authority, listen: &str, name: &str, certificate: &str, more: &str) -> String {
    let chain = authority.chain(certificate, &[certificate, "intermediate"]);
    let key = authority.path(&format!("{certificate}.key"));
    let listen: String = listen.split(' ').map(|one| format!("listen {one} ssl; ")).collect();
    format!(
        "server {{ {listen} server_name {name}; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {}; ssl_certificate_key {}; {more} }}\n",
        chain.display(),
        key.display()
    )
}

#[test]
fn every_way_leads_to_the_same_site_or_is_named() {
    let authority = Authority::new();
    let two = &["subjectAltName=DNS:san.test,DNS:gone.san.test,DNS:moved.san.test", LEAF, SERVER, AIA];
    for (name, order) in [
        ("both.test", Order::default()),
        ("dual.test", Order::default()),
        ("dead.test", Order::default()),
        ("six.test", Order::default()),
        ("shy.test", Order::default()),
        ("pair.test", Order::default()),
        (
            "old.test",
            Order {
                from: -100,
                until: -10,
                extensions: &["subjectAltName=DNS:dual.test", LEAF, SERVER],
                ..Order::default()
            },
        ),
        ("default.test", Order::default()),
        ("san.test", Order { extensions: two, ..Order::default() }),
        ("moved.san.test", Order { issuer: "stranger", ..Order::default() }),
    ] {
        authority.issue(name, &order);
    }
    let ports = free_ports(8);
    let four = |index: usize| format!("127.0.0.1:{}", ports[index]);
    let six = |index: usize| format!("[::1]:{}", ports[index]);
    let servers = [
        block(&authority, &format!("{} {}", four(0), six(0)), "both.test", "both.test", ""),
        block(&authority, &four(1), "dual.test", "dual.test", ""),
        block(&authority, &six(1), "dual.test", "old.test", ""),
        block(&authority, &four(2), "dead.test", "dead.test", ""),
        block(&authority, &format!("{} {}", six(3), four(7)), "six.test", "six.test", ""),
        block(&authority, &four(4), "default.test", "default.test", ""),
        block(&authority, &four(4), "shy.test", "shy.test", ""),
        block(&authority, &four(5), "pair.test", "pair.test", ""),
        block(&authority, &four(6), "san.test", "san.test", ""),
        block(&authority, &four(6), "moved.san.test", "moved.san.test", ""),
    ];
    let waited: Vec<u16> = [0, 1, 2, 4, 5, 6, 7].map(|index| ports[index]).to_vec();
    let _nginx = Nginx::start(&authority, &servers.concat(), &waited);
    let here = "@ A 127.0.0.1\n";
    let nsd = Nsd::serve(&[
        ("both.test.", "@ A 127.0.0.1\n@ AAAA ::1\n"),
        ("dual.test.", "@ A 127.0.0.1\n@ AAAA ::1\n"),
        ("dead.test.", "@ A 127.0.0.1\n@ AAAA ::1\n"),
        ("six.test.", "@ AAAA ::1\n"),
        ("shy.test.", here),
        ("pair.test.", "@ A 127.0.0.1\nwww A 127.0.0.1\n"),
        ("san.test.", "@ A 127.0.0.1\nmoved A 127.0.0.1\n"),
    ]);
    let cases: [(&str, usize, &[&str], &str); 7] = [
        ("both.test", 0, &[], ""),
        ("dual.test", 1, &["tls/address-differs"], "a chain that expired"),
        ("dead.test", 2, &["tls/address-dead"], "at ::1, one of its AAAA records"),
        ("six.test", 3, &[], ""),
        ("shy.test", 4, &["tls/no-sni"], "a certificate for default.test"),
        ("pair.test", 5, &["tls/www-apex-pair"], "www.pair.test presents a certificate for pair.test"),
        ("san.test", 6, &["tls/san-name-dead", "tls/san-name-differs"], "names gone.san.test"),
    ];
    for (host, index, wrong, said) in cases {
        let rules = [format!(":443::{}", ports[index])];
        let (seen, outcomes) = audit(host, nsd.address, &rules, &authority, Timestamp::now());
        assert!(seen.endpoints[&format!("{host}:443")].got().is_some(), "{host}: {:?}", seen.endpoints);
        assert_eq!(failed(&outcomes), wrong.iter().copied().collect(), "{host}");
        if let Some(first) = wrong.first() {
            let message = message(&outcomes, first);
            assert!(message.contains(said), "{message}");
        }
    }
}

/// Writes an OCSP response about `name` and returns its path.
fn response(authority: &Authority, name: &str, signer: &str, revoked: bool) -> String {
    let index = index(authority, name, revoked);
    let out = format!("{name}.{signer}.ocsp");
    authority.openssl(&[
        "ocsp",
        "-index",
        &index,
        "-CA",
        "intermediate.pem",
        "-issuer",
        "intermediate.pem",
        "-cert",
        &format!("{name}.pem"),
        "-rsigner",
        &format!("{signer}.pem"),
        "-rkey",
        &format!("{signer}.key"),
        "-ndays",
        "7",
        "-respout",
        &out,
        "-noverify",
    ]);
    authority.path(&out).display().to_string()
}

/// A database with one line, as `openssl ca` writes it.
fn index(authority: &Authority, name: &str, revoked: bool) -> String {
    let serial = Command::new("openssl")
        .args(["x509", "-noout", "-serial", "-in"])
        .arg(authority.path(&format!("{name}.pem")))
        .output()
        .unwrap();
    let serial = String::from_utf8_lossy(&serial.stdout).trim().trim_start_matches("serial=").to_owned();
    let (state, at) = if revoked { ("R", "261101000000Z") } else { ("V", "") };
    let path = format!("{name}.{state}.index");
    fs::write(
        authority.path(&path),
        format!("{state}\t350101000000Z\t{at}\t{serial}\tunknown\t/CN={name}\n"),
    )
    .unwrap();
    path
}

#[test]
fn stapled_responses_are_verified() {
    let authority = Authority::new();
    let responder = Order { extensions: &[LEAF, "extendedKeyUsage=OCSPSigning"], ..Order::default() };
    authority.issue("responder", &responder);
    authority.issue("nobody", &Order { extensions: &[LEAF, SERVER], ..Order::default() });
    authority.issue(
        "foreign",
        &Order {
            issuer: "stranger",
            extensions: &[LEAF, "extendedKeyUsage=OCSPSigning"],
            ..Order::default()
        },
    );
    let ports = free_ports(8);
    let week = Timestamp::now() + SignedDuration::from_hours(24 * 8);
    let cases: [(&str, &str, bool, Timestamp, &[&str]); 7] = [
        ("good.test", "intermediate", false, Timestamp::now(), &[]),
        ("delegated.test", "responder", false, Timestamp::now(), &[]),
        ("revoked.test", "intermediate", true, Timestamp::now(), &["tls/revoked"]),
        ("stale.test", "intermediate", false, week, &["tls/staple-invalid"]),
        ("unfit.test", "nobody", false, Timestamp::now(), &["tls/staple-invalid"]),
        ("foreign.test", "foreign", false, Timestamp::now(), &["tls/staple-invalid"]),
        ("swapped.test", "intermediate", false, Timestamp::now(), &["tls/staple-invalid"]),
    ];
    let mut servers = String::new();
    for ((name, signer, revoked, ..), port) in cases.iter().zip(&ports) {
        authority.issue(name, &Order { extensions: &[SAN, LEAF, SERVER, AIA], ..Order::default() });
        let about = if *name == "swapped.test" { "good.test" } else { name };
        let file = response(&authority, about, signer, *revoked);
        let more = format!("ssl_stapling on; ssl_stapling_file {file};");
        servers += &block(&authority, &format!("127.0.0.1:{port}"), name, name, &more);
    }
    let _nginx = Nginx::start(&authority, &servers, &ports[..cases.len()]);
    for ((name, signer, revoked, now, wrong), port) in cases.iter().zip(&ports) {
        let rules = [format!("{name}:443:127.0.0.1:{port}")];
        let (seen, outcomes) = audit(name, "127.0.0.1:9".parse().unwrap(), &rules, &authority, *now);
        let endpoint = seen.endpoints[&format!("{name}:443")].got().unwrap();
        let staple =
            endpoint.staple.got().unwrap().as_ref().unwrap_or_else(|| panic!("{name} stapled nothing"));
        assert_eq!(failed(&outcomes), wrong.iter().copied().collect(), "{name}: {staple:?}");
        let sound = !["nobody", "foreign"].contains(signer);
        assert_eq!(staple.signature == Signature::Verified, sound, "{name}: {staple:?}");
        let expected = matches!(staple.status, Some(OcspStatus::Revoked { .. }));
        assert_eq!(expected, *revoked, "{name}");
    }
}

#[test]
fn the_responder_is_asked_where_there_is_no_list() {
    let authority = Authority::new();
    let ports = free_ports(4);
    let pointer = "authorityInfoAccess=OCSP;URI:http://ocsp.test/";
    let mut servers = String::new();
    for (name, port) in [("fine.test", ports[0]), ("withdrawn.test", ports[1])] {
        authority.issue(name, &Order { extensions: &[SAN, LEAF, SERVER, pointer], ..Order::default() });
        servers += &block(&authority, &format!("127.0.0.1:{port}"), name, name, "");
    }
    let _nginx = Nginx::start(&authority, &servers, &ports[..2]);
    for (name, port, responder, revoked) in
        [("fine.test", ports[0], ports[2], false), ("withdrawn.test", ports[1], ports[3], true)]
    {
        let index = index(&authority, name, revoked);
        let _responder = serve(&authority, &index, responder);
        let rules = [format!("{name}:443:127.0.0.1:{port}"), format!("ocsp.test:80:127.0.0.1:{responder}")];
        let (seen, outcomes) =
            audit(name, "127.0.0.1:9".parse().unwrap(), &rules, &authority, Timestamp::now());
        let said = &seen.endpoints[&format!("{name}:443")].got().unwrap().ocsp;
        assert_eq!(said.got().map(|one| &one.signature), Some(&Signature::Verified), "{name}: {said:?}");
        assert_eq!(failed(&outcomes).contains("tls/revoked"), revoked, "{name}: {said:?}");
    }
}

struct Responder(std::process::Child);

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// OpenSSL's own responder.
fn serve(authority: &Authority, index: &str, port: u16) -> Responder {
    let child = Command::new("openssl")
        .args([
            "ocsp",
            "-port",
            &port.to_string(),
            "-index",
            index,
            "-CA",
            "intermediate.pem",
            "-rsigner",
            "intermediate.pem",
        ])
        .args(["-rkey", "intermediate.key", "-ndays", "7"])
        .current_dir(Path::new(authority.folder.path()))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("the openssl program is missing");
    let responder = Responder(child);
    // It serves one connection at a time, and one that only looks would keep it busy.
    let up = (0..300).any(|_| {
        let taken = std::net::TcpListener::bind(("127.0.0.1", port)).is_err();
        if !taken {
            std::thread::sleep(Duration::from_millis(20));
        }
        taken
    });
    assert!(up, "the responder does not listen on {port}");
    responder
}
