//! DKIM keys, DMARC records and their walk, senders' traces, and names as DNS and people write them.
#![no_main]

use gonogo::{
    engine::{dkim, dmarc, name, senders},
    seen::{Answer, Answers, Ask, Rr, Seen, escape, unescape},
    target::name as written,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(unescape(&escape(bytes)), bytes);
    let _ = (unescape(&text), dkim::is_key(&text), dkim::parse(&text));
    let _ = (dmarc::is_dmarc(&text), dmarc::looks_like_dmarc(&text));
    let record = dmarc::parse(&text);
    let _ = (dmarc::reporting_hosts(&record.rua), dmarc::reporting_hosts(&record.ruf));

    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let domain = lines.first().map_or("", String::as_str);
    let mut answers = Answers::default();
    for (above, record) in dmarc::names(domain).into_iter().zip(lines.iter().cycle()) {
        let ask = Ask::new(format!("_dmarc.{above}"), Rr::Txt);
        answers.insert(&ask, Seen::Got(Answer::Records(vec![record.clone()])));
        answers.insert(&Ask::new(&above, Rr::Cname), Seen::Got(Answer::Records(vec![record.clone()])));
    }
    let _ = (dmarc::walk(domain, &answers), name::chain(domain, &answers));
    let clues = senders::Clues { mx: &lines, spf: &lines, txt: &lines, ..senders::Clues::default() };
    let _ = senders::selectors(&senders::infer(&clues));

    let _ = (name::ascii(domain), name::registrable(domain), name::purchasable(domain), name::parent(domain));
    let _ = (name::mask(text.to_string()), name::masked(&text));
    for pair in lines.windows(2).take(50) {
        let _ = (name::is_within(&pair[0], &pair[1]), name::matches(&pair[0], &pair[1]));
    }
    let _ = (written::domain(&text), written::host(&text), written::address(&text), written::web_url(&text));
    let _ = (written::registrable(domain), written::has_known_suffix(domain));
});
