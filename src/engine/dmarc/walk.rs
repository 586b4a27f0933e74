//! The DNS tree walk (RFC 9989 section 4.10): at most eight questions.

use std::collections::BTreeSet;

use super::{Record, is_dmarc, parse};
use crate::{
    engine::name::registrable,
    seen::{Answers, Ask, Miss, Rr},
};

/// The record at one name of the walk.
#[derive(Clone, Debug)]
pub struct Found {
    /// The domain, without `_dmarc.`.
    pub domain: String,
    pub text: String,
    pub record: Record,
}

/// What the walk from one domain gave.
#[derive(Clone, Debug, Default)]
pub struct Walk {
    /// The record that applies to mail from the domain.
    pub applies: Option<Found>,
    /// Names with several records, all of which receivers ignore.
    pub multiple: Vec<(String, Vec<String>)>,
    /// The names asked, without `_dmarc.`.
    pub asked: Vec<String>,
    /// The first answer that did not come: what lies behind it is not known.
    pub missed: Option<Miss>,
    /// The question to ask next.
    pub wanted: BTreeSet<Ask>,
}

/// The domains of the walk: the domain itself, then upwards, eight at most.
pub fn names(domain: &str) -> Vec<String> {
    let labels: Vec<&str> = domain.split('.').collect();
    // A long name is cut to seven labels after its own question, so that the total stays eight.
    let first = if labels.len() < 8 { 1 } else { labels.len() - 7 };
    let above = (first..labels.len()).map(|start| labels[start..].join("."));
    std::iter::once(domain.to_owned()).chain(above).collect()
}

/// Walks over the answers so far, as far as they reach.
pub fn walk(domain: &str, answers: &Answers) -> Walk {
    let mut walk = Walk::default();
    for name in names(domain) {
        let ask = Ask::new(format!("_dmarc.{name}"), Rr::Txt);
        match answers.get(&ask.name, Rr::Txt) {
            Ok(txt) => {
                walk.asked.push(name.clone());
                let found: Vec<&String> = txt.iter().filter(|text| is_dmarc(text)).collect();
                match found.as_slice() {
                    [] => {}
                    [one] => {
                        walk.take(name, one);
                        let stops = walk.applies.as_ref().is_some_and(|found| {
                            found.domain == domain || matches!(found.record.psd, Some('y' | 'n'))
                        });
                        if stops {
                            break;
                        }
                    }
                    several => walk.multiple.push((name, several.iter().map(|&text| text.clone()).collect())),
                }
            }
            Err(miss) => {
                if answers.has(&ask) {
                    walk.missed = Some(miss.clone());
                } else {
                    walk.wanted.insert(ask);
                }
                break;
            }
        }
    }
    walk
}

/// The organizational domain by the tree walk (section 4.10.2): below a record with `psd=y`, at one
/// with `psd=n`, else where the record with the fewest labels is; the domain itself without any.
/// The error is the answer that did not come, none where it was not asked.
pub fn organization<'a>(domain: &str, answers: &'a Answers) -> Result<String, Option<&'a Miss>> {
    let mut highest = domain.to_owned();
    let mut below = domain.to_owned();
    for name in names(domain) {
        let ask = Ask::new(format!("_dmarc.{name}"), Rr::Txt);
        if !answers.has(&ask) && registrable(&name).is_none() {
            // The walk that applies a policy ended below; registries say `psd=y` if anything.
            break;
        }
        let texts = answers.get(&ask.name, Rr::Txt).map_err(|miss| answers.has(&ask).then_some(miss))?;
        let mut records = texts.iter().filter(|text| is_dmarc(text));
        if let (Some(text), None) = (records.next(), records.next()) {
            match parse(text).psd {
                Some('n') => return Ok(name),
                // Its own record does not make a domain its own parent.
                Some('y') if name != domain => return Ok(below),
                _ => highest.clone_from(&name),
            }
        }
        below = name;
    }
    Ok(highest)
}

impl Walk {
    /// Above the domain the record with the fewest labels is the organizational domain's.
    fn take(&mut self, domain: String, text: &str) {
        let record = parse(text);
        // A public suffix's own policy gives way to that of the domain below it.
        if record.psd == Some('y') && self.applies.is_some() {
            return;
        }
        self.applies = Some(Found { domain, text: text.to_owned(), record });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::{Answer, Seen};

    fn zone(records: &[(&str, &str)]) -> Answers {
        let mut answers = Answers::default();
        for name in names("a.b.c.d.e.f.g.h.i.example.com") {
            answers.insert(&Ask::new(format!("_dmarc.{name}"), Rr::Txt), Seen::Got(Answer::NoName));
        }
        for (name, text) in records {
            answers.insert(&Ask::new(name, Rr::Txt), Seen::Got(Answer::Records(vec![(*text).to_owned()])));
        }
        answers
    }

    #[test]
    fn asks_at_most_eight_names() {
        let long = names("a.b.c.d.e.f.g.h.i.example.com");
        assert_eq!(long.len(), 8);
        assert_eq!(long[1], "e.f.g.h.i.example.com");
        assert_eq!(names("mail.example.com"), ["mail.example.com", "example.com", "com"]);
    }

    #[test]
    fn finds_the_organizational_record_and_stops_at_psd() {
        let answers = zone(&[("_dmarc.example.com", "v=DMARC1; p=reject")]);
        let found = walk("h.i.example.com", &answers).applies.expect("a record");
        assert_eq!(found.domain, "example.com");
        let answers = zone(&[
            ("_dmarc.i.example.com", "v=DMARC1; p=none; psd=n"),
            ("_dmarc.example.com", "v=DMARC1; p=reject"),
        ]);
        let found = walk("h.i.example.com", &answers).applies.expect("a record");
        assert_eq!(found.domain, "i.example.com");
    }

    #[test]
    fn a_missing_answer_ends_the_walk() {
        let walk = walk("example.com", &Answers::default());
        assert_eq!(walk.wanted.len(), 1);
        assert!(walk.applies.is_none());
    }
}
