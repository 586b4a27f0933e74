//! SPF against the public RFC 7208 suite, and the mail engines against hostile records.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use gonogo::{
    engine::{
        dkim, dmarc,
        spf::{self, Fetched, Outcome, Resolve, Sender, check_host},
    },
    seen::{Answer, Answers, Ask, Miss, Rr, Seen, escape, unescape},
};
use yaml_rust2::{Yaml, YamlLoader};

#[test]
fn spf_evaluates_the_whole_public_suite() {
    let text = std::fs::read_to_string(suite("spf/rfc7208-tests.yml")).unwrap();
    let mut failures = Vec::new();
    let mut count = 0;
    for scenario in YamlLoader::load_from_str(&text).unwrap() {
        let zone = Zone::new(&scenario["zonedata"]);
        for (name, case) in scenario["tests"].as_hash().unwrap() {
            count += 1;
            if let Err(why) = holds(&zone, case) {
                failures.push(format!("{}: {why}", name.as_str().unwrap()));
            }
        }
    }
    assert_eq!(count, 203, "the suite has another number of cases");
    assert!(failures.is_empty(), "{} of {count}:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_lookup_tree_counts_beyond_the_limit_and_always_ends() {
    let mut answers = Answers::default();
    let mut publish = |name: &str, text: String| {
        answers.insert(&Ask::new(name, Rr::Txt), Seen::Got(Answer::Records(vec![text])));
    };
    publish("example.com", "v=spf1 include:a.example.com include:b.example.com -all".to_owned());
    let twelve: Vec<String> = (0..12).map(|index| format!("exists:%{{i}}.{index}.example.com")).collect();
    publish("a.example.com", format!("v=spf1 {} -all", twelve.join(" ")));
    publish("b.example.com", "v=spf1 redirect=example.com".to_owned());
    let tree = spf::tree("example.com", &answers);
    assert_eq!(tree.lookups, 15);
    assert!(tree.nodes().iter().any(|node| matches!(node.fetched, Fetched::Loop)));
    assert!(tree.wanted.is_empty() && tree.outline().contains("13  include:a.example.com"));

    // Each level includes the next one many times: ten to the power of twenty paths.
    let mut answers = Answers::default();
    for level in 0..30 {
        let next = format!(" include:l{}.example.com", level + 1).repeat(10);
        let text = format!("v=spf1{next} -all");
        answers.insert(
            &Ask::new(format!("l{level}.example.com"), Rr::Txt),
            Seen::Got(Answer::Records(vec![text])),
        );
    }
    assert!(spf::tree("l0.example.com", &answers).lookups > 10);
}

/// A small generator, so that a failure can be repeated.
fn noise(seed: u64) -> impl Iterator<Item = u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    std::iter::repeat_with(move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    })
}

#[test]
fn no_record_makes_an_engine_panic() {
    let pieces: [&[u8]; 16] = [
        b"v=spf1",
        b" ",
        b"include:",
        b"%{",
        b"}",
        b"a//",
        b"ip4:",
        b"ip6:::",
        b"/",
        b"=",
        b"v=DMARC1;",
        b"p=",
        b"v=DKIM1;",
        b"rua=mailto:",
        b"\x1b[",
        "é".as_bytes(),
    ];
    for seed in 0..20_000 {
        let bytes: Vec<u8> = noise(seed)
            .take(12)
            .flat_map(|byte| match pieces.get(usize::from(byte % 20)) {
                Some(piece) => piece.to_vec(),
                None => vec![byte],
            })
            .collect();
        for start in [&b""[..], b"v=spf1 ", b"v=DMARC1; "] {
            let text = escape(&[start, &bytes].concat());
            assert_eq!(unescape(&text), [start, &bytes].concat());
            assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            let _ = spf::parse_text(&text);
            let _ = dmarc::reporting_hosts(&dmarc::parse(&text).rua);
            let _ = dkim::parse(&text);
        }
    }
}

fn holds(zone: &Zone, case: &Yaml) -> Result<(), String> {
    let text = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
    let mut sender = Sender::new(text("host").parse().unwrap(), &text("helo"), &text("mailfrom"));
    "receiver.example".clone_into(&mut sender.receiver);
    let checked = check_host(zone, &sender);
    let wanted: Vec<String> = match &case["result"] {
        Yaml::Array(several) => several.iter().map(|one| one.as_str().unwrap().to_owned()).collect(),
        one => vec![one.as_str().unwrap().to_owned()],
    };
    let got = match checked.outcome {
        Outcome::None => "none",
        Outcome::Neutral => "neutral",
        Outcome::Pass => "pass",
        Outcome::Fail => "fail",
        Outcome::Softfail => "softfail",
        Outcome::Temperror => "temperror",
        Outcome::Permerror => "permerror",
    };
    if !wanted.iter().any(|one| one == got) {
        return Err(format!("{got} instead of {wanted:?}"));
    }
    match case["explanation"].as_str() {
        Some("DEFAULT") if checked.explanation.is_some() => {
            Err(format!("explained {:?}", checked.explanation))
        }
        Some(wanted) if wanted != "DEFAULT" && checked.explanation.as_deref() != Some(wanted) => {
            Err(format!("explained {:?} instead of {wanted:?}", checked.explanation))
        }
        _ => Ok(()),
    }
}

/// Written where a name has no TXT record even though it has one of type SPF.
const NONE: &str = "NONE";

/// A suite's zone: what each name answers; `TIMEOUT` for every type that is not there.
struct Zone(BTreeMap<String, Vec<(String, Option<String>)>>);

impl Zone {
    fn new(data: &Yaml) -> Self {
        let mut zone = BTreeMap::new();
        for (name, records) in data.as_hash().unwrap() {
            let records = records.as_vec().unwrap().iter().flat_map(record).collect();
            zone.insert(name.as_str().unwrap().to_ascii_lowercase(), records);
        }
        Self(zone)
    }
}

/// Type and presentation form; none means a timeout.
fn record(entry: &Yaml) -> Vec<(String, Option<String>)> {
    let Some(record) = entry.as_hash() else { return vec![("*".to_owned(), None)] };
    let (rr, value) = record.iter().next().unwrap();
    let rr = rr.as_str().unwrap().to_owned();
    let text = |one: &Yaml| one.as_str().unwrap().to_owned();
    let shown = match (rr.as_str(), value) {
        (_, Yaml::String(text)) if text == "TIMEOUT" => return vec![(rr, None)],
        ("TXT" | "SPF", Yaml::Array(strings)) => {
            let joined: String = strings.iter().map(text).collect();
            escape(joined.as_bytes())
        }
        ("TXT" | "SPF", one) => escape(text(one).as_bytes()),
        ("MX", Yaml::Array(parts)) => format!("{} {}", parts[0].as_i64().unwrap(), text(&parts[1])),
        (_, one) => text(one),
    };
    vec![(rr, Some(shown))]
}

impl Resolve for Zone {
    fn resolve(&self, name: &str, rr: Rr) -> Result<Vec<String>, Miss> {
        let mut name = name.trim_end_matches('.').to_ascii_lowercase();
        for _ in 0..8 {
            let Some(records) = self.0.get(&name) else { return Ok(Vec::new()) };
            let alias = records.iter().find(|(kind, _)| kind == "CNAME").and_then(|(_, to)| to.clone());
            if let Some(target) = alias {
                name = target.trim_end_matches('.').to_ascii_lowercase();
                continue;
            }
            // The suite writes one record of type SPF where TXT is to hold the same.
            let has_txt = records.iter().any(|(kind, _)| kind == "TXT");
            let wanted = if rr == Rr::Txt && !has_txt { "SPF" } else { rr.id() };
            let of_type = records.iter().filter(|(kind, _)| kind == wanted);
            let found: Vec<String> =
                of_type.filter_map(|(_, value)| value.clone()).filter(|text| text != NONE).collect();
            if found.is_empty() && records.iter().any(|(kind, value)| kind == "*" && value.is_none()) {
                return Err(Miss::Timeout(format!("{name} {rr}")));
            }
            return Ok(found);
        }
        Err(Miss::Denied(format!("{name}: CNAME loop")))
    }
}

/// A suite beside the repository, one or two levels up.
fn suite(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/suites", "../../shared/suites"].map(|place| root.join(place).join(name));
    let found = places.iter().find(|path| path.exists());
    found.unwrap_or_else(|| panic!("the suite {name} is in neither {places:?}")).clone()
}
