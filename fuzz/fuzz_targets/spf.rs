//! SPF over a hostile zone: every line is a record, and a name's hash says which ones it has.
#![no_main]

use std::net::IpAddr;

use gonogo::{
    engine::spf::{Resolve, Sender, check_host, parse, parse_text, tree},
    seen::{Answer, Answers, Ask, Miss, Rr, Seen, escape},
};
use libfuzzer_sys::fuzz_target;

struct Zone(Vec<String>);

impl Zone {
    fn look_up(&self, name: &str, rr: Rr) -> Vec<String> {
        let (spf, other): (Vec<&String>, Vec<&String>) = self.0.iter().partition(|one| one.starts_with("v="));
        let all = if rr == Rr::Txt { spf } else { other };
        let hash = name.bytes().fold(5_usize, |hash, byte| hash.wrapping_mul(31) ^ usize::from(byte));
        let wanted = if rr == Rr::Txt { 1 } else { hash % 13 };
        all.iter()
            .cycle()
            .skip(hash % all.len().max(1))
            .take(wanted.min(all.len()))
            .map(|&one| one.clone())
            .collect()
    }
}

impl Resolve for Zone {
    fn resolve(&self, name: &str, rr: Rr) -> Result<Vec<String>, Miss> {
        Ok(self.look_up(name, rr))
    }
}

fuzz_target!(|bytes: &[u8]| {
    let _ = parse(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = parse_text(&text);
    let zone = Zone(text.lines().map(str::to_owned).chain([escape(bytes)]).collect());
    for ip in ["192.0.2.1", "2001:db8::1"].map(str::parse::<IpAddr>).into_iter().flatten() {
        let from = zone.0.first().map_or("example.com", String::as_str);
        let _ = check_host(&zone, &Sender::new(ip, "mail.example.com", "first.last@example.com"));
        let _ = check_host(&zone, &Sender::new(ip, from, from));
    }
    let mut answers = Answers::default();
    for _ in 0..30 {
        let tree = tree("example.com", &answers);
        let _ = (tree.outline(), tree.nodes().len(), tree.root.total());
        if tree.wanted.is_empty() {
            break;
        }
        for ask in &tree.wanted {
            let records = zone.look_up(&ask.name, ask.rr);
            answers.insert(&Ask::new(&ask.name, ask.rr), Seen::Got(Answer::Records(records)));
        }
    }
});
