//! The hand-over checklist: what neither a repository nor a look from outside can show, asked of
//! people, with who answered and when.
//!
//! [`ITEMS`] is the list; a project adds its own in `gonogo.toml`. [`rows`] puts questions and answers
//! together. An answer is a person's word: it is shown as such, and it ages.

mod items;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::items::ITEMS;
use crate::finding::Place;

/// An answer holds this many days: people, contracts and set-ups change.
pub const HOLDS_DAYS: i32 = 180;

/// A question of the list.
#[derive(Clone, Copy, Debug)]
pub struct Item {
    /// Kebab-case; never changed and never used again for something else.
    pub id: &'static str,
    /// A whole question.
    pub ask: &'static str,
    /// Key of `[owners]` whose person usually knows.
    pub role: &'static str,
    pub suits: Suits,
}

/// Which products a question is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Suits {
    Every,
    /// A provider sends events.
    Payments,
    Supabase,
    Firebase,
}

/// What is known of the product before anybody is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Product {
    pub payments: bool,
    pub supabase: bool,
    pub firebase: bool,
}

impl Suits {
    fn includes(self, product: Product) -> bool {
        match self {
            Self::Every => true,
            Self::Payments => product.payments,
            Self::Supabase => product.supabase,
            Self::Firebase => product.firebase,
        }
    }
}

/// One `[[checklist]]` of `gonogo.toml`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Answer {
    /// Id of a question, or a question of the project's own.
    pub item: String,
    pub owner: Option<String>,
    /// Empty: not yet.
    pub answer: String,
    pub date: Option<Date>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A question with its answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub item: String,
    /// The question in words.
    pub ask: String,
    pub owner: Option<String>,
    pub state: State,
    pub place: Option<Place>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Said by a person, not seen by anybody else.
    Answered {
        answer: String,
        date: Date,
    },
    /// Answered longer ago than an answer holds.
    Stale {
        answer: String,
        date: Date,
        days: i32,
    },
    Open,
}

impl State {
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Stale { .. } => "stale",
            Self::Open => "open",
        }
    }
}

/// The questions that the product gives rise to, with what was answered by `today`: those of
/// [`ITEMS`] in their order, then the project's own. A question that somebody answered is among
/// them whatever the product.
pub fn rows(
    product: Product,
    owners: &std::collections::BTreeMap<String, String>,
    answers: &[Answer],
    today: Date,
) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut known = BTreeSet::new();
    for item in ITEMS {
        known.insert(item.id);
        let answer = answers.iter().find(|answer| answer.item == item.id);
        if answer.is_none() && !item.suits.includes(product) {
            continue;
        }
        let owner = answer.and_then(|answer| answer.owner.clone()).or_else(|| owners.get(item.role).cloned());
        rows.push(row(item.id, item.ask, owner, answer, today));
    }
    for answer in answers.iter().filter(|answer| !known.contains(answer.item.as_str())) {
        rows.push(row(&answer.item, &answer.item, answer.owner.clone(), Some(answer), today));
    }
    rows
}

fn row(item: &str, ask: &str, owner: Option<String>, answer: Option<&Answer>, today: Date) -> Row {
    Row {
        item: item.to_owned(),
        ask: ask.to_owned(),
        owner,
        state: answer.map_or(State::Open, |answer| state(answer, today)),
        place: answer.and_then(|answer| answer.place.clone()),
    }
}

/// Without a day, or dated ahead, nobody has answered yet.
fn state(answer: &Answer, today: Date) -> State {
    let Some(date) = answer.date.filter(|_| says_something(&answer.answer)) else { return State::Open };
    let days = date.until(today).map_or(i32::MAX, |span| span.get_days());
    let answer = answer.answer.clone();
    match days {
        ..0 => State::Open,
        0..=HOLDS_DAYS => State::Answered { answer, date },
        _ => State::Stale { answer, date, days },
    }
}

/// `tbd` and the like put an answer off.
fn says_something(answer: &str) -> bool {
    let plain = answer.trim().trim_end_matches(['.', '!', '?', '…']).to_lowercase();
    let put_off = [
        "",
        "-",
        "–",
        "no",
        "not yet",
        "not done",
        "none",
        "open",
        "todo",
        "to do",
        "tbd",
        "tba",
        "later",
        "pending",
        "unknown",
        "don't know",
        "no idea",
        "in progress",
        "wip",
        "fixme",
        "xxx",
    ];
    !put_off.contains(&plain.as_str())
}

/// Blocks for `gonogo.toml`, one for each open question that is not in it yet. Empty if there is none.
pub fn block(rows: &[Row], today: Date) -> String {
    let missing = rows.iter().filter(|row| row.state == State::Open && row.place.is_none());
    let entries = missing.map(|row| {
        format!(
            "# {}\n[[checklist]]\nitem = {}\nowner = {}\nanswer = \"\"\ndate = {today}\n",
            row.ask,
            text(&row.item),
            text(row.owner.as_deref().unwrap_or_default())
        )
    });
    entries.collect::<Vec<_>>().join("\n")
}

fn text(value: &str) -> String {
    toml::Value::String(value.to_owned()).to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn answered(answer: &str, date: Option<&str>) -> State {
        let answer = Answer {
            item: "uptime-monitored".to_owned(),
            answer: answer.to_owned(),
            date: date.map(day),
            ..Answer::default()
        };
        let rows = rows(Product::default(), &BTreeMap::new(), &[answer], day("2026-11-22"));
        rows.into_iter().find(|row| row.item == "uptime-monitored").unwrap().state
    }

    #[test]
    fn an_answer_needs_words_and_a_day_and_ages() {
        assert_eq!(answered("checked every minute", Some("2026-11-01")).id(), "answered");
        assert_eq!(answered("checked every minute", Some("2026-05-26")).id(), "answered");
        assert_eq!(answered("checked every minute", Some("2026-05-25")).id(), "stale");
        assert_eq!(answered("checked every minute", Some("0001-01-01")).id(), "stale");
        for (answer, date) in [
            ("checked every minute", None),
            ("checked every minute", Some("2026-11-23")),
            ("", Some("2026-11-01")),
            (" TBD… ", Some("2026-11-01")),
            ("no", Some("2026-11-01")),
        ] {
            assert_eq!(answered(answer, date), State::Open, "{answer} {date:?}");
        }
    }

    #[test]
    fn ids_are_unique_and_questions_end_as_such() {
        let ids: BTreeSet<&str> = ITEMS.iter().map(|item| item.id).collect();
        assert_eq!(ids.len(), ITEMS.len());
        for item in ITEMS {
            assert!(item.ask.ends_with('?') && item.ask.len() < 160, "{}", item.id);
            assert!(item.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", item.id);
        }
    }

    #[test]
    fn only_what_the_product_has_is_asked_unless_somebody_answered() {
        let ids = |product, answers: &[Answer]| -> Vec<String> {
            let rows = rows(product, &BTreeMap::new(), answers, day("2026-11-22"));
            rows.into_iter().map(|row| row.item).collect()
        };
        let none = ids(Product::default(), &[]);
        assert!(!none.iter().any(|id| id == "webhook-failures-alerted"), "{none:?}");
        let all = ids(Product { payments: true, supabase: true, firebase: true }, &[]);
        assert_eq!(all.len(), ITEMS.len());
        let own = Answer { item: "Is the fire door open?".to_owned(), ..Answer::default() };
        let one = Answer { item: "webhook-failures-alerted".to_owned(), ..Answer::default() };
        assert_eq!(ids(Product::default(), &[own, one]).len(), none.len() + 2);
    }

    #[test]
    fn the_block_is_toml_that_stays_open() {
        let owners = BTreeMap::from([("hosting".to_owned(), "Ana \"A\"".to_owned())]);
        let today = day("2026-11-22");
        let open = rows(Product::default(), &owners, &[], today);
        let block = block(&open, today);
        let value: toml::Value = toml::from_str(&block).unwrap();
        assert_eq!(value["checklist"].as_array().unwrap().len(), open.len());
        assert!(block.contains("Ana"), "{block}");
        assert!(super::block(&[], today).is_empty());
    }
}
