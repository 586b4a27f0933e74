//! DMARC records, and the walk over a zone in which every line is one.
#![no_main]

use gonogo::{
    engine::dmarc,
    seen::{Answer, Answers, Ask, Rr, Seen},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let record = dmarc::parse(&text);
    assert!(record.tags.len() <= 100);
    let _ = (dmarc::reporting_hosts(&record.rua), dmarc::is_dmarc(&text), dmarc::looks_like_dmarc(&text));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let domain = lines.first().map_or("a.b.example.com", String::as_str);
    let mut answers = Answers::default();
    for (above, record) in dmarc::names(domain).into_iter().zip(lines.iter().cycle()) {
        let ask = Ask::new(format!("_dmarc.{above}"), Rr::Txt);
        answers.insert(&ask, Seen::Got(Answer::Records(vec![record.clone()])));
    }
    let _ = (dmarc::walk(domain, &answers), dmarc::organization(domain, &answers));
});
