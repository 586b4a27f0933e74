//! A question of the hand-over checklist has no answer, or its answer is old.
//!
//! Whether an alert wakes somebody, a restore was tried or two accounts are apart cannot be seen in a
//! repository or from outside. Somebody has to say so, with a name and a day. Until then it is not known,
//! and after half a year it is not known any more.
//!
//! ## Fix
//!
//! Let `gonogo checklist` print the questions, and answer each in `gonogo.toml`:
//! ```toml
//! [[checklist]]
//! item = "uptime-monitored"
//! owner = "Ana"
//! answer = "every minute from two regions, the alert was tried and rang"
//! date = 2026-11-01
//! ```
//! What does not concern the product is answered too, with the reason.

use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::checklist::{HOLDS_DAYS, Row, State},
    finding::{Confidence, Finding, Severity},
    seen::{Miss, Observations, Repository, Seen},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/checklist-open",
    title: "the hand-over checklist has open questions",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::High,
    judge: Judge::Whole(&[Kind::Repository], judge),
    source: include_str!("checklist_open.rs"),
};

/// One verdict a question, so that each is counted and can be waived.
fn judge(seen: &Observations, context: &Context<'_>) -> Vec<(String, Verdict)> {
    let Some((subject, repository)) = seen.repositories.first_key_value() else { return Vec::new() };
    let whole = |verdict| vec![(subject.clone(), verdict)];
    match repository {
        Seen::Missed(miss) => whole(Verdict::inconclusive(miss.clone())),
        Seen::Got(repository) if is_handed_over(repository, context) => {
            let today = context.now.to_zoned(jiff::tz::TimeZone::UTC).date();
            let rows = context.target.checklist_rows(today);
            rows.into_iter().map(|row| (row.item.clone(), of(&row))).collect()
        }
        Seen::Got(_) => whole(Verdict::not_applicable("nothing shows that it is deployed from here")),
    }
}

fn is_handed_over(repository: &Repository, context: &Context<'_>) -> bool {
    context.target.config.is_some() || !repository.deployed.is_empty()
}

fn of(row: &Row) -> Verdict {
    match &row.state {
        State::Answered { .. } => Verdict::Pass,
        State::Open => {
            Verdict::inconclusive(Miss::Unanswered("a question of the hand-over checklist".to_owned()))
        }
        State::Stale { date, days, .. } => {
            let message = format!(
                "the answer to {} is of {date}, {days} days ago, and an answer holds {HOLDS_DAYS}",
                row.item
            );
            let finding = Finding::new(message)
                .places(row.place.clone())
                .evidence("question", row.ask.clone())
                .key(row.item.clone())
                .fix("ask again, and write the answer and its day into gonogo.toml");
            Verdict::fail(finding)
        }
    }
}
