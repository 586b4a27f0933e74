//! The authorities asked directly: a parent and a child on addresses of their own, servers that are
//! lame, silent, out of date, open or too generous.

use std::{
    collections::BTreeSet,
    io::{Read as _, Write as _},
    net::SocketAddr,
};

use gonogo::{finding::Severity, verdict::Verdict};

use crate::{
    dns::{Audit, Nsd, Unbound, WORLD, failed, good_policy, good_zone, misbehaving, undecided},
    relay::Relay,
    web::Web,
};

/// `child.test` with two servers inside it; the parent knows their addresses.
const NAMES: &str = "@ NS ns1.child.test.\n@ NS ns2.child.test.\nns1 A 9.9.9.21\nns2 A 149.112.112.22\n";

/// A parent that delegates with these records, and the zone as a resolver sees it.
struct World {
    parent: Nsd,
    child: Nsd,
    web: Web,
    zone: String,
}

impl World {
    fn new(delegation: &str, names: &str) -> Self {
        let zone = good_zone().replace("example.test", "child.test") + names;
        Self::of(delegation, zone)
    }

    fn of(delegation: &str, zone: String) -> Self {
        let hosts = "ns1 A 9.9.9.9\nns2 A 149.112.112.112\n";
        let parent = Nsd::serve(&[("test.", delegation), ("dns.test.", hosts)]);
        let mut zones: Vec<(&str, &str)> =
            WORLD.iter().copied().filter(|(name, _)| *name != "reports.test.").collect();
        zones.push(("child.test.", zone.as_str()));
        let reports = "child.test._report._dmarc TXT \"v=DMARC1\"\n@ MX 10 mx\nmx A 9.9.9.10\n";
        zones.push(("reports.test.", reports));
        let child = Nsd::serve(&zones);
        Self { parent, child, web: good_policy(), zone }
    }

    /// The parent is asked for the delegation; the second server of the zone stands elsewhere.
    fn audit(&self, second: SocketAddr) -> Audit<'static> {
        let rule = |host: &str, to: SocketAddr| format!("{host}:53:{}:{}", to.ip(), to.port());
        let (parent, child) = (self.parent.address, self.child.address);
        let rules = vec![
            rule("ns1.dns.test", parent),
            rule("ns2.dns.test", parent),
            rule("ns1.child.test", child),
            rule("ns2.child.test", second),
        ];
        Audit { rules, ..Audit::of("child.test", child) }.with(&self.web)
    }

    /// What fails when the second server is this one, checks of the zone's contents aside.
    fn with_second(&self, second: SocketAddr) -> BTreeSet<&'static str> {
        let (_, outcomes) = self.audit(second).run();
        failed(&outcomes, Severity::Info).into_keys().collect()
    }
}

const DELEGATION: &str =
    "child NS ns1.child.test.\nchild NS ns2.child.test.\nns1.child A 9.9.9.21\nns2.child A 149.112.112.22\n";

#[test]
fn a_sound_delegation_is_not_accused_and_is_asked_little() {
    let world = World::new(DELEGATION, NAMES);
    let (seen, outcomes) = world.audit(world.child.address).run();
    assert_eq!(failed(&outcomes, Severity::Info).len(), 0, "{:?}", failed(&outcomes, Severity::Info));
    assert_eq!(undecided(&outcomes).len(), 0, "{:?}", undecided(&outcomes));
    let delegation = seen.delegations["child.test"].got().unwrap();
    assert_eq!((delegation.parent.as_str(), delegation.servers.len()), ("test", 2));
    assert_eq!(delegation.referral.got().unwrap().glue.len(), 2);
    println!("{} questions for a healthy domain", seen.dns_questions);
    assert!(seen.dns_questions <= 60, "{} questions for a healthy domain", seen.dns_questions);
    for id in ["domain/glue-differs", "domain/ns-parent-differs", "domain/zone-transfer", "domain/ns-lame"] {
        let outcome = outcomes.iter().find(|outcome| outcome.check.id == id).unwrap();
        assert_eq!(outcome.verdict, Verdict::Pass, "{id}");
    }
    for server in ["ns1.child.test", "ns2.child.test", "ns1.dns.test"] {
        assert!(seen.contacted.iter().any(|contact| contact.host == server), "{server} was not noted");
    }
}

#[test]
fn lame_silent_and_old_servers_are_named() {
    let world = World::new(DELEGATION, NAMES);
    // It has other zones, but not this one.
    let lame = Nsd::serve(&[("other.test.", "")]);
    assert_eq!(world.with_second(lame.address), BTreeSet::from(["domain/ns-lame"]));
    let (silent, _tcp) = misbehaving(|_| None);
    assert_eq!(world.with_second(silent), BTreeSet::from(["domain/ns-lame"]));
    let old = format!("@ SOA ns1.child.test. host.child.test. 0 7200 3600 1209600 300\n{}", world.zone);
    let old = Nsd::serve(&[("child.test.", &old)]);
    assert_eq!(world.with_second(old.address), BTreeSet::from(["domain/soa-serials"]));
    // An older version that also sends mail elsewhere.
    let moved = format!(
        "@ SOA ns1.child.test. host.child.test. 0 7200 3600 1209600 300\n{}",
        world.zone.replace("@ MX 1 smtp.google.com.", "@ MX 1 aspmx.l.google.com.")
    );
    let moved = Nsd::serve(&[("child.test.", &moved)]);
    let (_, outcomes) = world.audit(moved.address).run();
    let said = failed(&outcomes, Severity::Info);
    assert_eq!(
        said.keys().copied().collect::<Vec<_>>(),
        ["domain/records-differ", "domain/soa-serials"],
        "{said:?}"
    );
    assert!(said["domain/records-differ"][0].contains("mail hosts"), "{said:?}");
}

#[test]
fn open_and_generous_servers_are_named() {
    let world = World::new(DELEGATION, NAMES);
    let zones = [("child.test.", world.zone.as_str()), ("org.", ""), ("example.org.", "@ A 9.9.9.9\n")];
    let behind = Nsd::serve(&zones);
    let open = Unbound::before(&behind, &zones);
    // A resolver answers from its cache, without authority.
    assert_eq!(world.with_second(open.address), BTreeSet::from(["domain/ns-lame", "domain/open-recursion"]));
    let generous = Nsd::generous(&[("child.test.", &world.zone)]);
    assert_eq!(world.with_second(generous.address), BTreeSet::from(["domain/zone-transfer"]));
    let (seen, _) = world.audit(generous.address).run();
    let text = serde_json::to_string(&seen.delegations).unwrap();
    assert!(!text.contains("_smtp._tls"), "records of the transfer were kept");
}

#[test]
fn a_server_that_refuses_edns_or_tcp_is_named() {
    let world = World::new(DELEGATION, NAMES);
    let child = world.child.address;
    // Passes questions on, but knows no OPT record, and nobody accepts the connections.
    let (old, _tcp) = misbehaving(move |question| {
        let mut reply = question.to_vec();
        if question[11] > 0 {
            reply[2] |= 0x80;
            reply[3] = 1;
            return Some(reply);
        }
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(std::time::Duration::from_secs(2))).unwrap();
        socket.send_to(question, child).unwrap();
        let mut buffer = [0; 4096];
        let length = socket.recv(&mut buffer).ok()?;
        Some(buffer[..length].to_vec())
    });
    assert_eq!(world.with_second(old), BTreeSet::from(["domain/ns-edns", "domain/ns-tcp"]));
}

#[test]
fn a_server_that_answers_garbage_is_left_undecided() {
    let world = World::new(DELEGATION, NAMES);
    let (garbage, tcp) =
        misbehaving(|question| Some(question.iter().rev().map(|byte| byte ^ 0x5a).collect()));
    std::thread::spawn(move || {
        for mut stream in tcp.incoming().flatten() {
            let _ = stream.read(&mut [0; 512]);
            let _ = stream.write_all(&[0, 20, 1, 2, 3, 255, 255, 255, 255, 255, 255, 255]);
            let _ = stream.write_all(&[0xff; 600]);
        }
    });
    let (_, outcomes) = world.audit(garbage).run();
    let failed = failed(&outcomes, Severity::Info);
    assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["domain/ns-lame"], "{failed:?}");
    for id in ["domain/zone-transfer", "domain/open-recursion", "domain/soa-serials"] {
        let why = undecided(&outcomes).get(id).map(ToString::to_string).unwrap_or_default();
        assert!(why.contains("ns2.child.test"), "{id}: {why}");
    }
}

/// With the server this far away the answers are the same, and no question more is asked.
#[test]
fn distance_changes_nothing() {
    let world = World::new(DELEGATION, NAMES);
    let near = world.audit(world.child.address).run();
    let far = std::time::Duration::from_millis(50);
    let link = |server: SocketAddr| Relay::before(server, far);
    let (parent, child, resolver) =
        (link(world.parent.address), link(world.child.address), link(world.child.address));
    let rule = |host: &str, to: &Relay| format!("{host}:53:{}:{}", to.address.ip(), to.address.port());
    let mut audit = world.audit(world.child.address);
    audit.resolver = resolver.address;
    audit.rules.splice(
        ..4,
        [
            rule("ns1.dns.test", &parent),
            rule("ns2.dns.test", &parent),
            rule("ns1.child.test", &child),
            rule("ns2.child.test", &child),
        ],
    );
    let seen = audit.run();
    assert_eq!(failed(&seen.1, Severity::Info), failed(&near.1, Severity::Info));
    assert_eq!(undecided(&seen.1).len(), 0);
    assert_eq!(seen.0.dns_questions, near.0.dns_questions);
    let counted = parent.questions() + child.questions() + resolver.questions();
    assert!((1..=60).contains(&counted), "{counted} questions reached the servers");
    assert!(counted >= seen.0.dns_questions, "{counted} is less than the {} counted", seen.0.dns_questions);
}

#[test]
fn one_dead_server_costs_no_other_answer() {
    let world = World::new(DELEGATION, NAMES);
    let (silent, _tcp) = misbehaving(|_| None);
    let (seen, outcomes) = world.audit(silent).run();
    let failed = failed(&outcomes, Severity::Info);
    assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["domain/ns-lame"], "{failed:?}");
    let open: BTreeSet<&str> = undecided(&outcomes).into_keys().collect();
    assert!(open.contains("domain/zone-transfer"), "{open:?}");
    assert!(open.iter().all(|id| id.starts_with("domain/")), "{open:?}");
    assert!(seen.dns_questions <= 60, "{} questions", seen.dns_questions);
}

#[test]
fn what_the_parent_has_wrong_is_named() {
    let stale = DELEGATION.replace("149.112.112.22", "149.112.112.99");
    let world = World::new(&stale, NAMES);
    assert_eq!(world.with_second(world.child.address), BTreeSet::from(["domain/glue-differs"]));
    let other = DELEGATION.replace("child NS ns2.child.test.", "child NS ns2.dns.test.");
    let world = World::new(&other, NAMES);
    let failed = world.with_second(world.child.address);
    // The server that only the parent names does not have the zone either.
    assert_eq!(failed, BTreeSet::from(["domain/ns-lame", "domain/ns-parent-differs"]));
}

#[test]
fn silence_everywhere_decides_nothing() {
    let world = World::new(DELEGATION, NAMES);
    let (silent, _tcp) = misbehaving(|_| None);
    let mut audit = world.audit(silent);
    audit.rules = vec![format!(":53:{}:{}", silent.ip(), silent.port()), world.web.rule()];
    let (_, outcomes) = audit.run();
    assert_eq!(failed(&outcomes, Severity::Info).len(), 0, "{:?}", failed(&outcomes, Severity::Info));
    for id in ["domain/ns-lame", "domain/zone-transfer", "domain/open-recursion", "domain/ns-parent-differs"]
    {
        assert!(undecided(&outcomes).contains_key(id), "{id} was decided");
    }
}

#[test]
fn a_name_that_a_service_does_not_know_is_named() {
    for (body, wanted) in [
        ("<p>There isn't a GitHub Pages site here.</p>", BTreeSet::from(["domain/takeover"])),
        ("<p>File not found</p>", BTreeSet::new()),
    ] {
        let zone = good_zone().replace("www CNAME @", "www CNAME shop.github.io.");
        let mut zones: Vec<(&str, &str)> = WORLD.to_vec();
        zones.extend([
            ("example.test.", zone.as_str()),
            ("io.", ""),
            ("github.io.", "shop A 185.199.108.153\n"),
        ]);
        let server = Nsd::serve(&zones);
        let service = plain_http("HTTP/1.1 404 Not Found\r\nconnection: close\r\n\r\n", body);
        let web = good_policy();
        let mut audit = Audit::of("example.test", server.address).with(&web);
        audit.rules.insert(0, format!("www.example.test:80:{}:{}", service.ip(), service.port()));
        let (_, outcomes) = audit.run();
        assert_eq!(failed(&outcomes, Severity::Info).into_keys().collect::<BTreeSet<_>>(), wanted);
    }
}

/// Gives every request the same answer.
fn plain_http(head: &'static str, body: &'static str) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4_096]);
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    });
    address
}
