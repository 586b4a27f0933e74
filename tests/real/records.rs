//! The records that mend what was found: NSD takes them, the providers' shapes hold, and a zone
//! that follows them is not accused of the same again.

use std::{
    collections::BTreeSet,
    fs,
    net::SocketAddr,
    process::{Command, Output},
};

use serde_json::Value;

use crate::dns::with_world;

/// In the form that the export writes, so that lines can be compared.
const BAD: &[&str] = &[
    "example.test. 300 IN MX 1 smtp.google.com.",
    "example.test. 300 IN TXT \"v=spf1 include:_spf.google.com ptr +all\"",
    "example.test. 300 IN TXT \"a\\\"b \\010evil.test. 300 IN A 192.0.2.66 \\\\ ##[error]x\"",
    "_dmarc.example.test. 300 IN TXT \"v=DMARC1; p=none; pct=50\"",
    "google._domainkey.example.test. 300 IN TXT \"v=DKIM1; p=\"",
];

fn gonogo(resolver: SocketAddr, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(["audit", "example.test", "--only", "mail", "--at", "2026-11-21T00:00:00Z"])
        .args(["--resolver", &resolver.to_string()])
        .args(arguments)
        .current_dir(std::env::temp_dir())
        .output()
        .unwrap()
}

fn printed(lines: &[String], format: &str) -> String {
    let zone = lines.join("\n") + "\n";
    let server = with_world(&[("example.test.", &zone)]);
    let output = gonogo(server.address, &["--format", format, "--exit-zero"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn bad() -> Vec<String> {
    BAD.iter().map(|&line| line.to_owned()).collect()
}

/// Ids of the checks that fail.
fn failing(lines: &[String]) -> BTreeSet<String> {
    let report: Value = serde_json::from_str(&printed(lines, "json")).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_zone_that_follows_the_snippet_is_mended() {
    let before = failing(&bad());
    let mended = [
        "mail/spf-all-pass",
        "mail/spf-ptr",
        "mail/dmarc-policy-none",
        "mail/dmarc-rua-missing",
        "mail/dmarc-removed-tags",
    ];
    for id in mended {
        assert!(before.contains(id), "{id} is not among {before:?}");
    }
    let snippet = printed(&bad(), "zone");
    checkzone(&snippet);
    let removed: Vec<&str> = snippet.lines().filter_map(|line| line.strip_prefix("; - ")).collect();
    let added = snippet.lines().filter(|line| !line.is_empty() && !line.starts_with(';'));
    for line in &removed {
        assert!(bad().iter().any(|own| own == line), "{line} was never there:\n{snippet}");
    }
    let mut zone: Vec<String> = bad().into_iter().filter(|line| !removed.contains(&line.as_str())).collect();
    zone.extend(added.map(str::to_owned));
    let after = failing(&zone);
    for id in mended {
        assert!(!after.contains(id), "{id} is still there:\n{snippet}");
    }
    // Nothing else of the zone was touched.
    assert!(zone.iter().any(|line| line.contains("evil.test")), "{zone:?}");
}

/// NSD's own parser takes the lines below a SOA and a name server.
fn checkzone(snippet: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zone");
    let head = "$ORIGIN example.test.\n$TTL 300\n@ SOA ns1 host 1 7200 3600 1209600 300\n@ NS ns1\nns1 A 192.0.2.53\n";
    fs::write(&path, format!("{head}{snippet}")).unwrap();
    let output = Command::new("nsd-checkzone")
        .args(["-p", "example.test"])
        .arg(&path)
        .output()
        .expect("nsd-checkzone is not installed: apt-get install nsd");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}\n{snippet}");
    // What the server understood holds no record that hostile text smuggled in.
    assert!(!text.lines().any(|line| line.starts_with("evil.test.")), "{text}");
}

#[test]
fn cloudflare_gets_a_batch_of_new_records() {
    let batch: Value = serde_json::from_str(&printed(&bad(), "cloudflare")).unwrap();
    assert_eq!(batch.as_object().unwrap().keys().collect::<Vec<_>>(), ["posts"]);
    let posts = batch["posts"].as_array().unwrap();
    assert!(!posts.is_empty());
    for post in posts {
        let object = post.as_object().unwrap();
        for key in object.keys() {
            let known = ["type", "name", "content", "priority", "data", "ttl", "proxied", "comment"];
            assert!(known.contains(&key.as_str()), "{key}");
        }
        assert!(["TXT", "MX", "CAA", "CNAME", "A", "AAAA", "NS"].contains(&post["type"].as_str().unwrap()));
        assert_eq!(post["ttl"], 1);
        assert!(post["comment"].as_str().unwrap().chars().count() <= 100);
        assert!(post["name"].as_str().unwrap().ends_with("example.test"));
        if post["type"] == "TXT" {
            strings(post["content"].as_str().unwrap());
        }
    }
    let spf = posts.iter().find(|post| post["name"] == "example.test" && post["type"] == "TXT").unwrap();
    assert_eq!(spf["content"], "\"v=spf1 include:_spf.google.com ~all\"");
    assert!(spf["comment"].as_str().unwrap().starts_with("delete the old record; "));
}

#[test]
fn route_53_gets_whole_record_sets() {
    let batch: Value = serde_json::from_str(&printed(&bad(), "route53")).unwrap();
    assert!(batch["Comment"].as_str().unwrap().len() <= 256);
    let mut seen = BTreeSet::new();
    for change in batch["Changes"].as_array().unwrap() {
        assert_eq!(change["Action"], "UPSERT");
        let set = &change["ResourceRecordSet"];
        assert_eq!(set["TTL"], 300);
        let (name, kind) = (set["Name"].as_str().unwrap(), set["Type"].as_str().unwrap());
        assert!(name.ends_with("example.test.") && seen.insert((name, kind)), "{name} {kind} twice");
        let values = set["ResourceRecords"].as_array().unwrap();
        assert!(!values.is_empty());
        for value in values {
            strings(value["Value"].as_str().unwrap());
        }
    }
    let apex = batch["Changes"].as_array().unwrap().iter().map(|change| &change["ResourceRecordSet"]);
    let apex = apex.into_iter().find(|set| set["Name"] == "example.test." && set["Type"] == "TXT").unwrap();
    let values: Vec<&str> = apex["ResourceRecords"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["Value"].as_str().unwrap())
        .collect();
    // The other record of the name goes with the set, its line feed in octal.
    assert_eq!(values.len(), 2, "{values:?}");
    assert!(values.contains(&"\"v=spf1 include:_spf.google.com ~all\""), "{values:?}");
    assert!(values.iter().any(|value| value.starts_with("\"a\\\"b \\012evil.test.")), "{values:?}");
}

/// Quoted strings of at most 255 bytes, printable, separated by one space.
fn strings(text: &str) {
    let bytes = text.as_bytes();
    assert!(bytes.iter().all(|byte| (b' '..=b'~').contains(byte)), "{text:?}");
    let mut at = 0;
    while at < bytes.len() {
        assert_eq!(bytes[at], b'"', "{text}");
        let (mut length, mut here) = (0, at + 1);
        while bytes[here] != b'"' {
            here += match bytes[here] {
                b'\\' if bytes[here + 1].is_ascii_digit() => 4,
                b'\\' => 2,
                _ => 1,
            };
            length += 1;
        }
        assert!(length <= 255, "{length} bytes in {text}");
        at = here + 1;
        if at < bytes.len() {
            assert_eq!(bytes[at], b' ', "{text}");
            at += 1;
        }
    }
}

#[test]
fn a_given_message_tells_selectors_and_alignment() {
    let key = crate::dns::strings(&format!("v=DKIM1; k=rsa; p={}", crate::dns::rsa_key(256)));
    let zone = format!(
        "@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com ~all\"\n\
         _dmarc TXT \"v=DMARC1; p=reject; rua=mailto:d@example.test\"\nodd-2026._domainkey TXT {key}\n"
    );
    let server = with_world(&[("example.test.", &zone)]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("received.eml");
    let run = |header: &str| {
        fs::write(&path, header).unwrap();
        let output = gonogo(server.address, &["--format", "json", "--message", path.to_str().unwrap()]);
        serde_json::from_slice::<Value>(&output.stdout)
            .map_err(|_| String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let failing = |report: &Value| -> BTreeSet<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["check"].as_str().unwrap().to_owned()).collect()
    };
    let open = |report: &Value| report["inconclusive"].to_string();

    let good = run("Return-Path: <b@bounce.sender.test>\nFrom: Shop <shop@example.test>\n\
        DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=odd-2026; bh=x; b=y\n\
        Authentication-Results: mx.test; dkim=pass header.d=example.test\n\nbody\n")
    .unwrap();
    assert!(!failing(&good).contains("mail/message-alignment"), "{good}");
    assert!(!open(&good).contains("dkim-missing"), "the selector was not used: {good}");

    let foreign = run("Return-Path: <b@bounce.sender.test>\nFrom: shop@example.test\n\
        DKIM-Signature: v=1; a=rsa-sha256; d=sender.test; s=s1; bh=x; b=y\n\
        Authentication-Results: mx.test; dkim=pass header.d=sender.test; spf=pass smtp.mailfrom=b@bounce.sender.test\n\n")
    .unwrap();
    assert!(failing(&foreign).contains("mail/message-alignment"), "{foreign}");
    assert!(!foreign.to_string().contains("shop@"), "an address got into the report");

    let other = run("From: a@elsewhere.test\nReturn-Path: <a@elsewhere.test>\n\n").unwrap_err();
    assert!(other.contains("elsewhere.test, which is not audited"), "{other}");
    let empty = run("hello\n").unwrap_err();
    assert!(empty.contains("show original"), "{empty}");
}

#[test]
fn a_tree_of_fourteen_lookups_is_printed_with_what_each_include_costs() {
    let mut zone = String::from(
        "@ MX 1 smtp.google.com.\n@ TXT \"v=spf1 include:_spf.google.com include:a include:_b.example.test mx ~all\"\n",
    );
    zone = zone.replace("include:a ", "include:_a.example.test ");
    let exists: Vec<String> = (0..5).map(|index| format!("exists:%{{i}}.{index}.example.test")).collect();
    zone += &format!("_a TXT \"v=spf1 {} ~all\"\n", exists.join(" "));
    zone += "_b TXT \"v=spf1 a:w1.example.test a:w2.example.test a:w3.example.test include:_c.example.test ~all\"\n\
             _c TXT \"v=spf1 ip4:192.0.2.1 ~all\"\nw1 A 192.0.2.1\nw2 A 192.0.2.2\nw3 A 192.0.2.3\n";
    let server = with_world(&[("example.test.", &zone)]);
    let output = gonogo(server.address, &["--exit-zero", "-v", "--color", "never"]);
    let text = String::from_utf8(output.stdout).unwrap();
    // 1 Google + 1 inside it, 1 + 5, 1 + 4, and mx.
    assert!(text.contains("needs 14 DNS lookups, more than the 10"), "{text}");
    for line in [
        "14  example.test\n",
        "     1  mx\n",
        "     2  include:_spf.google.com\n",
        "         1  include:_netblocks.google.com\n",
        "     6  include:_a.example.test\n",
        "         1  exists:%{i}.0.example.test\n",
        "     5  include:_b.example.test\n",
        "         1  include:_c.example.test\n",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
    assert!(text.contains("include:_a.example.test costs 6"), "{text}");
}
