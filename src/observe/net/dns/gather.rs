//! Many questions at once, and the questions that their answers raise.

use std::{
    collections::{BTreeMap, BTreeSet},
    future::{Future, poll_fn},
    pin::Pin,
    task::Poll,
    time::Duration,
};

use hickory_resolver::proto::rr::{Record, RecordType};

use super::{
    Net,
    present::{name, present, record_type},
};
use crate::seen::{Answer, Answers, Ask, Lookup, Miss, Rr, Seen};

/// Answers depend on answers (CNAME, include, include, …), but not for ever.
const ROUNDS: usize = 24;

impl Net {
    /// Asks everything `wanted` names, again and again with the answers so far, until it names
    /// nothing new. What would go beyond `limit` questions is recorded as not asked for that reason.
    pub async fn gather(&self, limit: usize, wanted: impl Fn(&Answers) -> BTreeSet<Ask>) -> Answers {
        let mut answers = Answers::default();
        let mut asked = 0;
        for _ in 0..ROUNDS {
            let mut wanted: Vec<Ask> = wanted(&answers).into_iter().filter(|ask| !answers.has(ask)).collect();
            if wanted.is_empty() {
                break;
            }
            for beyond in wanted.split_off(wanted.len().min(limit - asked)) {
                let why = format!("more than {limit} DNS questions would be needed");
                answers.insert(&beyond, Seen::Missed(Miss::Unsupported(why)));
            }
            asked += wanted.len();
            let questions = wanted.iter().map(|ask| self.records(&ask.name, record_type(ask.rr)));
            let found = all(questions).await;
            for (ask, lookup) in wanted.iter().zip(found) {
                keep(&mut answers, ask, lookup);
            }
        }
        answers
    }
}

/// Files the answer, the CNAMEs that led to it, and the records under the names that really own them.
fn keep(answers: &mut Answers, ask: &Ask, lookup: Lookup<Record>) {
    let records = match lookup {
        Seen::Got(Answer::Records(records)) => records,
        Seen::Got(Answer::NoName) => return answers.insert(ask, Seen::Got(Answer::NoName)),
        Seen::Got(Answer::NoData) => return answers.insert(ask, Seen::Got(Answer::NoData)),
        Seen::Missed(miss) => return answers.insert(ask, Seen::Missed(miss)),
    };
    let wanted = record_type(ask.rr);
    let mut owned: BTreeMap<Ask, BTreeSet<String>> = BTreeMap::new();
    let mut values = BTreeSet::new();
    for record in &records {
        let Some(shown) = present(&record.data) else { continue };
        let owner = name(&record.name);
        if record.record_type() == wanted && (wanted != RecordType::CNAME || owner == ask.name) {
            values.insert(shown.clone());
        }
        let rr = if record.record_type() == RecordType::CNAME { Rr::Cname } else { ask.rr };
        if record.record_type() == record_type(rr) {
            owned.entry(Ask::new(owner, rr)).or_default().insert(shown);
        }
    }
    for (owner, values) in owned {
        if owner != *ask && !answers.has(&owner) {
            answers.insert(&owner, Seen::Got(Answer::Records(values.into_iter().collect())));
        }
    }
    let values: Vec<String> = values.into_iter().collect();
    answers.insert(ask, Seen::Got(if values.is_empty() { Answer::NoData } else { Answer::Records(values) }));
}

/// Waits for all of them at once; the order is kept.
pub(in crate::observe) async fn all<T>(futures: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<(Pin<Box<_>>, Option<T>)> = futures.map(|future| (Box::pin(future), None)).collect();
    poll_fn(|context| {
        let mut pending = false;
        for (future, done) in waiting.iter_mut().filter(|(_, done)| done.is_none()) {
            match future.as_mut().poll(context) {
                Poll::Ready(value) => *done = Some(value),
                Poll::Pending => pending = true,
            }
        }
        if pending { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

/// The first success, or the last failure. Each begins a little after the one before it, so that
/// most of the time only the first does anything.
pub(in crate::observe) async fn first<T>(
    futures: impl Iterator<Item = impl Future<Output = Result<T, Miss>>>,
    stagger: Duration,
) -> Option<Result<T, Miss>> {
    let mut waiting: Vec<Pin<Box<_>>> = futures
        .enumerate()
        .map(|(index, future)| {
            Box::pin(async move {
                tokio::time::sleep(stagger * u32::try_from(index).unwrap_or(u32::MAX)).await;
                future.await
            })
        })
        .collect();
    let mut last = None;
    poll_fn(|context| {
        let mut index = 0;
        while let Some(future) = waiting.get_mut(index) {
            match future.as_mut().poll(context) {
                Poll::Ready(Ok(value)) => return Poll::Ready(Some(Ok(value))),
                Poll::Ready(Err(miss)) => {
                    last = Some(miss);
                    drop(waiting.remove(index));
                }
                Poll::Pending => index += 1,
            }
        }
        if waiting.is_empty() { Poll::Ready(last.take().map(Err)) } else { Poll::Pending }
    })
    .await
}
