//! What a hostile zone says about its senders.
#![no_main]

use gonogo::{
    engine::senders::{alignment, gather, infer, selectors, used},
    seen::{Answer, Answers, Ask, Rr, Seen},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let domain = "example.com";
    let mut answers = Answers::default();
    // Each line is `label TYPE value`, as in a zone file without its other columns.
    for line in text.lines().take(200) {
        let mut words = line.splitn(3, ' ');
        let (Some(label), Some(kind), Some(value)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let types = [Rr::Mx, Rr::Txt, Rr::Cname, Rr::A];
        let Some(rr) = types.into_iter().find(|rr| rr.id() == kind) else { continue };
        let name = if label == "@" { domain.to_owned() } else { format!("{label}.{domain}") };
        answers.insert(&Ask::new(name, rr), Seen::Got(Answer::Records(vec![value.to_owned()])));
    }
    let asked = ["google", "resend", "s1", "pm", "k1"].map(str::to_owned);
    let gathered = gather(domain, &asked, &answers);
    let _ = selectors(&infer(&gathered.clues()));
    for one in used(&gathered.clues()) {
        let _ = (alignment(&one, &gathered.ground(domain)), one.traces.len());
    }
});
