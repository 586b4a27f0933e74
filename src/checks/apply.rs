//! Puts every enabled check to every observation of its kind.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
};

use rayon::prelude::*;

use super::{Check, Context, Judge, secrets};
use crate::{
    seen::{Miss, Observations, Seen},
    target::Target,
    verdict::Verdict,
};

/// What one check said about one subject.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub check: &'static Check,
    pub subject: String,
    pub verdict: Verdict,
}

/// Judges everything. The order is that of `checks`, then of the subjects' names.
pub fn judge(checks: &[&'static Check], seen: &Observations, target: &Target) -> Vec<Outcome> {
    checks.par_iter().flat_map_iter(|check| one_check(check, seen, target)).collect()
}

fn one_check(check: &'static Check, seen: &Observations, target: &Target) -> Vec<Outcome> {
    let ask = Asked { check, seen, target };
    match check.judge {
        Judge::Zone(judge) => ask.each(&seen.zones, judge),
        Judge::Delegation(judge) => ask.each(&seen.delegations, judge),
        Judge::Mail(judge) => ask.each(&seen.mail, judge),
        Judge::MailServers(judge) => ask.each(&seen.mail_servers, judge),
        Judge::Endpoint(judge) => ask.each(&seen.endpoints, judge),
        Judge::Site(judge) => ask.each(&seen.sites, judge),
        Judge::Route(judge) => ask.each(&seen.routes, judge),
        Judge::Webhook(judge) => ask.each(&seen.webhooks, judge),
        Judge::Probe(judge) => ask.each(&seen.probes, judge),
        Judge::Backend(judge) => ask.each(&seen.backends, judge),
        Judge::Environments(judge) => ask.each(&seen.environments, judge),
        Judge::Firestore(judge) => ask.each(&seen.firestore, judge),
        Judge::Realtime(judge) => ask.each(&seen.realtime, judge),
        Judge::Database(judge) => ask.each(&seen.databases, judge),
        Judge::Leak => ask.each(&seen.leaks, |leaks, context| secrets::judge_rule(check, leaks, context)),
        Judge::Leaks(judge) => ask.each(&seen.leaks, judge),
        Judge::Repository(judge) => ask.each(&seen.repositories, judge),
        Judge::Whole(_, judge) => ask.whole(judge),
    }
}

struct Asked<'a> {
    check: &'static Check,
    seen: &'a Observations,
    target: &'a Target,
}

impl Asked<'_> {
    /// A missed observation never reaches the judge: it is inconclusive by construction.
    fn each<T>(
        &self,
        observed: &BTreeMap<String, Seen<T>>,
        judge: impl Fn(&T, &Context<'_>) -> Verdict,
    ) -> Vec<Outcome> {
        let outcome = |(subject, seen): (&String, &Seen<T>)| {
            let verdict = match seen {
                Seen::Missed(miss) => Verdict::inconclusive(miss.clone()),
                Seen::Got(value) => guarded(|| judge(value, &self.context(subject))),
            };
            Outcome { check: self.check, subject: subject.clone(), verdict }
        };
        observed.iter().map(outcome).collect()
    }

    fn whole(&self, judge: fn(&Observations, &Context<'_>) -> Vec<(String, Verdict)>) -> Vec<Outcome> {
        let verdicts = catch_unwind(AssertUnwindSafe(|| judge(self.seen, &self.context(""))));
        let verdicts = verdicts.unwrap_or_else(|_| vec![(self.target.name.clone(), panicked())]);
        verdicts
            .into_iter()
            .map(|(subject, verdict)| Outcome { check: self.check, subject, verdict })
            .collect()
    }

    fn context<'a>(&'a self, subject: &'a str) -> Context<'a> {
        Context { subject, now: self.seen.now, target: self.target, seen: self.seen }
    }
}

/// A check that panics has decided nothing, and the others still speak.
fn guarded(judge: impl FnOnce() -> Verdict) -> Verdict {
    match catch_unwind(AssertUnwindSafe(judge)) {
        // A failure without a finding would be invisible.
        Ok(Verdict::Fail(findings)) if findings.is_empty() => {
            Verdict::inconclusive(Miss::Internal("the check failed without a finding".to_owned()))
        }
        Ok(verdict) => verdict,
        Err(_) => panicked(),
    }
}

fn panicked() -> Verdict {
    Verdict::inconclusive(Miss::Internal("the check panicked; please report this".to_owned()))
}
