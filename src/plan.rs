//! Which questions to put to the world: only those an enabled check needs, each once.
//!
//! `--offline`, `--only`, `--skip` and consent are applied here and nowhere else.

mod part;
mod question;
mod select;

use std::collections::BTreeSet;

pub use self::{
    part::Part,
    question::{Question, Touch},
    select::{Selection, SelectionError, nearest},
};
use crate::{
    checks::{Check, Kind},
    seen::{Miss, THE_REPOSITORY},
    station::Station,
    target::{LeftOut, Target},
};

/// What may be asked, and what is said instead where it may not.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The enabled checks, in the order of the poll.
    pub checks: Vec<&'static Check>,
    pub asked: Vec<Question>,
    /// Questions that an enabled check needs and that may not be asked.
    pub withheld: Vec<(Question, Miss)>,
    /// Stations that have nothing to look at.
    pub left_out: Vec<LeftOut>,
}

/// What the user allows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Consent {
    /// Nothing leaves this machine.
    pub offline: bool,
    /// Active probes of hosts that `gonogo.toml` lists.
    pub active: bool,
}

/// Makes the plan. Questions come out sorted and unique.
pub fn plan(target: &Target, selection: &Selection, consent: Consent) -> Plan {
    let checks = selection.checks();
    let needed: BTreeSet<Kind> = checks.iter().flat_map(|check| check.judge.needs()).copied().collect();
    let candidates: BTreeSet<Question> = candidates(target, selection, &checks)
        .into_iter()
        .filter(|question| needed.contains(&question.kind()))
        // Offline the files are searched; that nobody looked at the site too is no undecided check.
        .filter(|question| !(consent.offline && matches!(question, Question::Bundle { .. })))
        .collect();

    let (mut asked, mut withheld) = (Vec::new(), Vec::new());
    for question in candidates {
        match refusal(&question, target, consent) {
            Some(miss) => withheld.push((question, miss)),
            None => asked.push(question),
        }
    }
    let left_out =
        left_out(target, &checks, asked.iter().chain(withheld.iter().map(|(question, _)| question)));
    Plan { checks, asked, withheld, left_out }
}

/// Every question the target gives rise to.
fn candidates(target: &Target, selection: &Selection, checks: &[&'static Check]) -> Vec<Question> {
    let mut questions = Vec::new();
    // Outgoing port 25 is often blocked, and silence costs seconds: only the station tls is worth them.
    let about_servers = |check: &&&Check| check.judge.needs().contains(&Kind::MailServers);
    let all = checks.iter().filter(about_servers).any(|check| check.station == Station::Tls);
    for domain in &target.domains {
        questions.push(Question::Zone { domain: domain.name.clone() });
        questions.push(Question::Delegation { domain: domain.name.clone() });
        questions
            .push(Question::Mail { domain: domain.name.clone(), selectors: domain.dkim_selectors.clone() });
        questions.push(Question::MailServers { domain: domain.name.clone(), all });
    }
    for site in &target.sites {
        if site.url.starts_with("https:") {
            questions.push(Question::Endpoint { host: site.host.clone(), port: site.port });
        }
        questions.push(Question::Site { url: site.url.clone() });
        questions.push(Question::Bundle { url: site.url.clone() });
        if !site.sessions.is_empty() {
            questions.extend(
                site.private
                    .iter()
                    .map(|route| Question::Route { site: site.url.clone(), path: route.path.clone() }),
            );
        }
    }
    for webhook in &target.webhooks {
        questions.push(Question::Webhook { subject: webhook.subject().to_owned() });
        questions.extend(webhook.url.clone().map(|url| Question::Probe { url }));
    }
    questions.extend(target.providers.keys().map(|id| Question::Provider { id: id.clone() }));
    if target.repository {
        questions.extend(in_repository(target, selection));
    }
    questions
}

fn in_repository(target: &Target, selection: &Selection) -> Vec<Question> {
    let mut questions = vec![
        Question::Leaks { history: target.stack.git && selection.history, part: selection.part.clone() },
        Question::Environments,
        Question::Repository,
    ];
    let rules = target.stack.firestore_rules.iter().chain(&target.stack.storage_rules);
    questions.extend(rules.cloned().map(|path| Question::Firestore { path }));
    questions.extend(target.stack.realtime_rules.iter().cloned().map(|path| Question::Realtime { path }));
    questions.extend(target.stack.backends.iter().cloned().map(|path| Question::Backend { path }));
    questions.extend(target.stack.migrations.iter().cloned().map(|path| Question::Database { path }));
    questions
}

/// Why a question may not be asked. Probes need `--active`, and the host listed in `gonogo.toml`.
fn refusal(question: &Question, target: &Target, consent: Consent) -> Option<Miss> {
    if consent.offline && question.is_remote() {
        return Some(Miss::Offline);
    }
    let Question::Probe { url } = question else { return None };
    let host = url::Url::parse(url).ok()?.host_str()?.to_owned();
    if !consent.active {
        Some(Miss::NotConsented(format!("sending requests to {url} needs --active")))
    } else if !target.active_hosts.contains(&host) {
        Some(Miss::NotConsented(format!("{host} is not under active.hosts in gonogo.toml")))
    } else {
        None
    }
}

/// The enabled stations without a single question.
fn left_out<'a>(
    target: &Target,
    checks: &[&'static Check],
    questions: impl Iterator<Item = &'a Question>,
) -> Vec<LeftOut> {
    let kinds: BTreeSet<Kind> = questions.map(Question::kind).collect();
    let mut left_out = target.left_out.clone();
    for station in Station::ALL {
        let mut enabled = checks.iter().filter(|check| check.station == station).peekable();
        if enabled.peek().is_none() || left_out.iter().any(|left| left.station == station) {
            continue;
        }
        let served = enabled.any(|check| check.judge.needs().iter().any(|kind| kinds.contains(kind)));
        if !served {
            left_out.push(LeftOut { station, why: nothing_to_look_at(station).to_owned() });
        }
    }
    left_out.sort_by_key(|left| left.station);
    left_out
}

fn nothing_to_look_at(station: Station) -> &'static str {
    match station {
        Station::Domain | Station::Mail => "no domain: name one on the command line or in gonogo.toml",
        Station::Tls | Station::Web => "no site: name one on the command line or in gonogo.toml",
        Station::Access => "no private route with sessions in gonogo.toml",
        Station::Webhook => "no webhook declared or detected",
        Station::Firebase => "no Firebase rules in the repository",
        Station::Supabase => "no Supabase migrations in the repository",
        Station::Env | Station::Secrets | Station::Ops => "no repository",
    }
}

/// What observations about a question are filed under.
pub fn subject_of(question: &Question) -> String {
    match question {
        Question::Zone { domain }
        | Question::Delegation { domain }
        | Question::Mail { domain, .. }
        | Question::MailServers { domain, .. } => domain.clone(),
        Question::Endpoint { host, port } => endpoint(host, *port),
        Question::Route { site, path } => format!("{site}{path}"),
        Question::Webhook { subject } => subject.clone(),
        Question::Provider { id } => id.clone(),
        Question::Site { url } | Question::Bundle { url } | Question::Probe { url } => url.clone(),
        Question::Firestore { path }
        | Question::Realtime { path }
        | Question::Database { path }
        | Question::Backend { path } => path.clone(),
        Question::Leaks { .. } | Question::Environments | Question::Repository => THE_REPOSITORY.to_owned(),
    }
}

/// A host and a port as one subject; IPv6 literals in brackets.
pub fn endpoint(host: &str, port: u16) -> String {
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
