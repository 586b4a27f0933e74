//! DNSSEC from a trust anchor of one's own: a signed parent and a signed child on NSD, an Unbound in
//! between that verifies nothing, or everything.

use std::{collections::BTreeSet, process::Command};

use gonogo::{
    checks::Outcome,
    engine::dnssec::{Anchor, parse},
    finding::Severity,
    seen::{Dnssec, Observations, Standing},
    verdict::Verdict,
};

use crate::{
    dns::{Audit, Nsd, Unbound, WORLD, failed, good_policy, good_zone, undecided},
    web::Web,
};

const NAMES: &str = "@ NS ns1.child.test.\n@ NS ns2.child.test.\nns1 A 9.9.9.21\nns2 A 149.112.112.22\n";
const DELEGATION: &str =
    "child NS ns1.child.test.\nchild NS ns2.child.test.\nns1.child A 9.9.9.21\nns2.child A 149.112.112.22\n";
const LATER: &str = "20261231000000";
const SOON: &str = "20261122120000";
const PAST: &str = "20261115000000";

/// A signed zone.
#[derive(Clone)]
struct Zone {
    text: String,
    ds: String,
    /// The same with a SHA-1 digest.
    sha1: String,
    /// The DNSKEY record.
    key: String,
}

/// Signs a zone with one ECDSA key; `more` goes to ldns-signzone.
fn sign(name: &str, records: &str, until: &str, more: &[&str]) -> Zone {
    let folder = tempfile::tempdir().unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let ran = Command::new(program)
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .unwrap_or_else(|err| panic!("{program}: {err}: apt-get install ldnsutils"));
        assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
        String::from_utf8(ran.stdout).unwrap().trim().to_owned()
    };
    let soa = "@ SOA ns1.child.test. host.child.test. 1 7200 3600 1209600 300\n";
    std::fs::write(folder.path().join("zone"), format!("$ORIGIN {name}.\n$TTL 300\n{soa}{records}")).unwrap();
    let key = run("ldns-keygen", &["-a", "ECDSAP256SHA256", "-k", name]);
    let dates = ["-i", "20261101000000", "-e", until];
    run("ldns-signzone", &[&dates[..], more, &["-o", name, "-f", "signed", "zone", &key]].concat());
    let ds = run("ldns-key2ds", &["-n", "-2", &format!("{key}.key")]);
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let sha1 = run("ldns-key2ds", &["-n", "-1", &format!("{key}.key")]);
    Zone {
        text: read("signed"),
        ds: format!("{ds}\n"),
        sha1: format!("{sha1}\n"),
        key: read(&format!("{key}.key")),
    }
}

fn child_records() -> String {
    good_zone().replace("example.test", "child.test") + NAMES
}

fn child(until: &str, more: &[&str]) -> Zone {
    sign("child.test", &child_records(), until, more)
}

/// The parent zone with this DS for the child.
fn parent(ds: &str) -> Zone {
    let others =
        "dns NS ns1.dns.test.\nreports NS ns1.dns.test.\nns1.dns A 9.9.9.9\nns2.dns A 149.112.112.112\n";
    let records = format!("@ NS ns1.dns.test.\n@ NS ns2.dns.test.\n{others}{DELEGATION}{ds}");
    sign("test", &records, LATER, &[])
}

/// Everything on servers of its own.
struct Lab {
    parent: Nsd,
    /// Serves every zone, so that a resolver needs no other.
    child: Nsd,
    second: Nsd,
    cache: Unbound,
    anchors: Vec<Anchor>,
    web: Web,
}

impl Lab {
    fn new(parent: &Zone, child: &str, second: &str) -> Self {
        let hosts = "ns1 A 9.9.9.9\nns2 A 149.112.112.112\n";
        let above = Nsd::serve(&[("test.", &parent.text), ("dns.test.", hosts)]);
        let mut zones: Vec<(&str, &str)> =
            WORLD.iter().copied().filter(|(name, _)| !["reports.test.", "test."].contains(name)).collect();
        let reports = "child.test._report._dmarc TXT \"v=DMARC1\"\n@ MX 10 mx\nmx A 9.9.9.10\n";
        zones.extend([("test.", parent.text.as_str()), ("child.test.", child), ("reports.test.", reports)]);
        let below = Nsd::serve(&zones);
        let second = Nsd::serve(&[("child.test.", second)]);
        let cache = Unbound::before(&below, &[("child.test.", ""), ("reports.test.", "")]);
        Self {
            parent: above,
            child: below,
            second,
            cache,
            anchors: parse(&parent.key).unwrap(),
            web: good_policy(),
        }
    }

    fn audit(&self) -> Audit<'static> {
        let rule = |host: &str, to: &Nsd| format!("{host}:53:{}:{}", to.address.ip(), to.address.port());
        let rules = vec![
            rule("ns1.dns.test", &self.parent),
            rule("ns2.dns.test", &self.parent),
            rule("ns1.child.test", &self.child),
            rule("ns2.child.test", &self.second),
        ];
        let audit =
            Audit { rules, anchors: self.anchors.clone(), ..Audit::of("child.test", self.cache.address) };
        audit.with(&self.web)
    }
}

fn dnssec(seen: &Observations) -> &Dnssec {
    seen.delegations["child.test"].got().unwrap().dnssec.got().unwrap()
}

fn verdict<'a>(outcomes: &'a [Outcome], id: &str) -> &'a Verdict {
    &outcomes.iter().find(|outcome| outcome.check.id == id).unwrap().verdict
}

fn ids(outcomes: &[Outcome]) -> BTreeSet<&'static str> {
    failed(outcomes, Severity::Info).into_keys().collect()
}

#[test]
fn a_healthy_signed_zone_is_verified_from_the_anchor() {
    for more in [&[][..], &["-n", "-t", "0", "-s", ""]] {
        let zone = child(LATER, more);
        let lab = Lab::new(&parent(&zone.ds), &zone.text, &zone.text);
        let (seen, outcomes) = lab.audit().run();
        assert_eq!(ids(&outcomes), BTreeSet::new(), "{:?}", failed(&outcomes, Severity::Info));
        assert_eq!(undecided(&outcomes).len(), 0, "{:?}", undecided(&outcomes));
        for id in ["bogus", "denial", "servers-differ", "expiring", "algorithm", "unsigned"] {
            assert_eq!(*verdict(&outcomes, &format!("domain/dnssec-{id}")), Verdict::Pass, "{id}");
        }
        let found = dnssec(&seen);
        let chain = found.chain.got().unwrap();
        assert_eq!((chain.anchor.as_str(), chain.standing), ("test", Standing::Secure));
        assert_eq!(found.nsec3.got(), Some(&(!more.is_empty()).then_some(0)));
        println!("{} questions for a healthy signed domain", seen.dns_questions);
        assert!(seen.dns_questions <= 60, "{} questions for a healthy signed domain", seen.dns_questions);
    }
}

#[test]
fn a_bogus_zone_is_found_behind_a_resolver_that_verifies_nothing() {
    let good = child(LATER, &[]);
    let expired = child(PAST, &[]);
    let other = child(LATER, &[]);
    // Another serial under the same signature.
    let changed = good.text.replacen(" 1 7200 3600", " 2 7200 3600", 1);
    assert_ne!(changed, good.text);
    for (name, zone, ds, why) in [
        ("expired", &expired.text, &expired.ds, "expired"),
        ("wrong DS", &good.text, &other.ds, "no DS at the parent fits"),
        ("changed", &changed, &good.ds, "SOA"),
        ("unsigned", &child_records(), &good.ds, "no keys"),
    ] {
        let lab = Lab::new(&parent(ds), zone, zone);
        let (seen, outcomes) = lab.audit().run();
        let failed = failed(&outcomes, Severity::Info);
        assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["domain/dnssec-bogus"], "{name}: {failed:?}");
        assert!(failed["domain/dnssec-bogus"][0].contains(why), "{name}: {failed:?}");
        let resolved = dnssec(&seen).resolver.got().unwrap();
        assert_eq!(resolved.code, "NOERROR", "{name}: the resolver was to give an answer");
        let now = seen.now.as_second();
        assert!(resolved.unchecked.got().unwrap().fault(now).is_some(), "{name}: the other path differs");
    }
}

#[test]
fn one_server_alone_does_not_make_a_zone_bogus() {
    let good = child(LATER, &[]);
    let expired = good.text.replace("20261231000000", "20261115000000");
    for second in [expired.as_str(), &child_records(), &child(LATER, &[]).text] {
        let lab = Lab::new(&parent(&good.ds), &good.text, second);
        let (_, outcomes) = lab.audit().run();
        assert_eq!(ids(&outcomes), BTreeSet::from(["domain/dnssec-servers-differ"]));
        assert!(undecided(&outcomes).contains_key("domain/dnssec-bogus"));
        let said = &failed(&outcomes, Severity::Info)["domain/dnssec-servers-differ"];
        assert!(said[0].contains("ns2.child.test"), "{said:?}");
    }
}

#[test]
fn what_is_denied_without_proof_is_named() {
    let good = child(LATER, &[]);
    let hashed = child(LATER, &["-n", "-t", "5", "-s", "abcd"]);
    let without = |text: &str, words: &[&str]| {
        let kept = text.lines().filter(|line| !words.iter().any(|word| line.contains(word)));
        kept.collect::<Vec<_>>().join("\n") + "\n"
    };
    let bare = without(&good.text, &["\tNSEC\t"]);
    let bare = without(&bare, &["RRSIG\tNSEC "]);
    let unsigned = without(&good.text, &["RRSIG\tNSEC "]);
    let bare_hashed = without(&without(&hashed.text, &["\tNSEC3\t"]), &["RRSIG\tNSEC3 "]);
    for (name, text, zone) in
        [("bare", &bare, &good), ("unsigned", &unsigned, &good), ("bare NSEC3", &bare_hashed, &hashed)]
    {
        assert_ne!(*text, zone.text, "{name}");
        let lab = Lab::new(&parent(&zone.ds), text, text);
        let (seen, outcomes) = lab.audit().run();
        assert!(ids(&outcomes).contains("domain/dnssec-denial"), "{name}: {:?}", dnssec(&seen).denial);
        assert_eq!(*verdict(&outcomes, "domain/dnssec-bogus"), Verdict::Pass, "{name}");
        // One lagging server is not the zone.
        let lab = Lab::new(&parent(&zone.ds), text, &zone.text);
        let (_, outcomes) = lab.audit().run();
        assert!(undecided(&outcomes).contains_key("domain/dnssec-denial"), "{name}");
    }
    let lab = Lab::new(&parent(&hashed.ds), &hashed.text, &hashed.text);
    let (_, outcomes) = lab.audit().run();
    assert_eq!(ids(&outcomes), BTreeSet::from(["domain/dnssec-nsec3"]));
}

#[test]
fn a_digest_of_the_old_days_is_named() {
    let zone = child(LATER, &[]);
    let lab = Lab::new(&parent(&zone.sha1), &zone.text, &zone.text);
    let (_, outcomes) = lab.audit().run();
    assert_eq!(ids(&outcomes), BTreeSet::from(["domain/dnssec-ds-digest"]));
    let both = format!("{}{}", zone.sha1, zone.ds);
    let lab = Lab::new(&parent(&both), &zone.text, &zone.text);
    let (_, outcomes) = lab.audit().run();
    assert_eq!(ids(&outcomes), BTreeSet::new());
}

/// Somebody on the way leaves out the DS and the proof that there is none: that is not "unsigned".
#[test]
fn a_signed_parent_that_proves_nothing_decides_nothing() {
    let zone = child(LATER, &[]);
    let above = parent("");
    let kept = above.text.lines().filter(|line| !line.contains("\tNSEC\t") && !line.contains("RRSIG\tNSEC "));
    let stripped = Zone { text: kept.collect::<Vec<_>>().join("\n") + "\n", ..above.clone() };
    assert_ne!(stripped.text, above.text);
    for child in [zone.text.as_str(), &child_records()] {
        let lab = Lab::new(&stripped, child, child);
        let (_, outcomes) = lab.audit().run();
        let why = undecided(&outcomes).get("domain/dnssec-unsigned").map(ToString::to_string);
        assert!(
            why.is_some_and(|why| why.contains("without a proof")),
            "{:?}",
            verdict(&outcomes, "domain/dnssec-unsigned")
        );
        // With the proof it is what it seems to be.
        let lab = Lab::new(&above, child, child);
        let (_, outcomes) = lab.audit().run();
        assert!(matches!(verdict(&outcomes, "domain/dnssec-unsigned"), Verdict::Fail(_)));
    }
}

#[test]
fn the_chain_above_is_told_apart() {
    let zone = child(LATER, &[]);
    let above = parent(&zone.ds);
    // The DS is signed by nobody.
    let broken = Zone { text: without_signature(&above.text, "child.test.", "DS"), ..above.clone() };
    let lab = Lab::new(&broken, &zone.text, &zone.text);
    let (seen, outcomes) = lab.audit().run();
    assert_eq!(dnssec(&seen).chain.got().unwrap().standing, Standing::Bogus);
    // The resolver verifies nothing: ours is the only validator that says so.
    assert_eq!(ids(&outcomes), BTreeSet::new());
    assert!(undecided(&outcomes)["domain/dnssec-bogus"].to_string().contains("one look alone"));
    // An anchor that is not the parent's.
    let lab = Lab { anchors: parse(&parent("").key).unwrap(), ..Lab::new(&above, &zone.text, &zone.text) };
    let (_, outcomes) = lab.audit().run();
    assert_eq!(ids(&outcomes), BTreeSet::new());
    assert!(undecided(&outcomes)["domain/dnssec-bogus"].to_string().contains("--trust-anchor"));
    // Signed below a parent that says nothing of it.
    let lab = Lab::new(&parent(""), &zone.text, &zone.text);
    let (_, outcomes) = lab.audit().run();
    let Verdict::Fail(findings) = verdict(&outcomes, "domain/dnssec-unsigned") else { panic!("not named") };
    assert!(findings[0].message.contains("test has no DS record"), "{}", findings[0].message);
    // An anchor for the zone itself stands in for the parent.
    let lab = Lab { anchors: parse(&zone.ds).unwrap(), ..lab };
    let (_, outcomes) = lab.audit().run();
    assert_eq!(*verdict(&outcomes, "domain/dnssec-bogus"), Verdict::Pass);
}

fn without_signature(text: &str, owner: &str, kind: &str) -> String {
    let signature = format!("RRSIG\t{kind} ");
    let kept = text.lines().filter(|line| !(line.starts_with(owner) && line.contains(&signature)));
    let kept = kept.collect::<Vec<_>>().join("\n") + "\n";
    assert_ne!(kept.trim(), text.trim());
    kept
}

#[test]
fn a_resolver_that_verifies_agrees() {
    let zone = child(LATER, &[]);
    let expired = child(PAST, &[]);
    for (zone, wanted) in [(&zone, None), (&expired, Some("domain/dnssec-bogus"))] {
        let above = parent(&zone.ds);
        let lab = Lab::new(&above, &zone.text, &zone.text);
        let strict = Unbound::validating(&lab.child, &[("child.test.", "")], &above.key);
        let mut audit = lab.audit();
        audit.resolver = strict.address;
        let (seen, outcomes) = audit.run();
        let found: BTreeSet<&str> =
            ids(&outcomes).into_iter().filter(|id| id.starts_with("domain/dnssec")).collect();
        assert_eq!(found, wanted.into_iter().collect(), "{:?}", dnssec(&seen));
        if wanted.is_some() {
            assert_eq!(dnssec(&seen).resolver.got().unwrap().code, "SERVFAIL");
        }
    }
}

#[test]
fn signatures_that_end_soon_and_requests_to_the_parent_are_named() {
    let ending = child(SOON, &[]);
    let lab = Lab::new(&parent(&ending.ds), &ending.text, &ending.text);
    let (_, outcomes) = lab.audit().run();
    assert_eq!(ids(&outcomes), BTreeSet::from(["domain/dnssec-expiring"]));
    let digest = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    for (cds, wanted) in [("0 0 0 00", "remove"), (&format!("4711 13 2 {digest}"), "does not have")] {
        let records = format!("{}@ CDS {cds}\n", child_records());
        let zone = sign("child.test", &records, LATER, &[]);
        let lab = Lab::new(&parent(&zone.ds), &zone.text, &zone.text);
        let (_, outcomes) = lab.audit().run();
        let failed = failed(&outcomes, Severity::Info);
        assert_eq!(failed.keys().copied().collect::<Vec<_>>(), ["domain/dnssec-cds"], "{failed:?}");
        assert!(failed["domain/dnssec-cds"][0].contains(wanted), "{failed:?}");
    }
}
