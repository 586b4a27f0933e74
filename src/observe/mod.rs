//! The only part that does I/O: puts the planned questions to the world, all at once, under one
//! deadline, and brings back plain data.

mod backend;
mod database;
mod delegation;
mod endpoint;
mod environment;
mod firestore;
mod hello;
mod leak;
mod local;
mod mail;
pub mod net;
mod policy;
mod probe;
mod provider;
mod realtime;
mod repository;
mod route;
mod site;
mod smtp;
pub mod tape;
mod touch;
mod webhook;
mod zone;

use std::{
    path::PathBuf,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::{sync::Semaphore, task::JoinSet};

pub use self::{
    endpoint::{Terms, chains_in},
    local::Local,
    net::{ConnectTo, Net},
    touch::touches,
};
use crate::{
    plan::{Plan, Question, subject_of},
    seen::{
        Account, Backend, Database, Delegation, Endpoint, Environments, FirestoreRules, Leaks, Mail,
        MailServers, Miss, Observations, Probe, RealtimeRules, Repository, Route, Seen, Site, Webhook, Zone,
    },
    target::Target,
};

/// How to reach the world.
#[derive(Clone, Debug)]
pub struct Options {
    /// The audited repository.
    pub root: Option<PathBuf>,
    pub now: Timestamp,
    /// One resolver in place of the system's.
    pub resolver: Option<std::net::SocketAddr>,
    pub connect_to: Vec<ConnectTo>,
    /// PEM files with roots to trust beside the bundled and the platform's.
    pub extra_roots: Vec<PathBuf>,
    /// For the whole audit.
    pub deadline: Duration,
    /// Questions in flight at once.
    pub jobs: usize,
}

/// Told of each question that begins and ends.
pub trait Progress: Send + Sync {
    fn total(&self, questions: usize);
    fn done(&self, question: &Question);
}

/// A progress that nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn total(&self, _questions: usize) {}
    fn done(&self, _question: &Question) {}
}

#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    #[error("cannot read the root certificates in {path}: {why}")]
    Roots { path: PathBuf, why: String },
    #[error("cannot read the system's resolver configuration: {0} (give one with --resolver IP:PORT)")]
    Resolver(String),
    #[error("cannot start the network runtime: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Asks everything the plan asks. Questions that the plan withholds are recorded as missed.
pub fn observe(
    plan: &Plan,
    target: &Arc<Target>,
    options: &Options,
    progress: &Arc<dyn Progress>,
) -> Result<Observations, ObserveError> {
    let deadline = Instant::now() + options.deadline;
    progress.total(plan.asked.len());
    let (remote, local): (Vec<Question>, Vec<Question>) =
        plan.asked.iter().cloned().partition(Question::is_remote);

    let mut observations = Observations { now: options.now, ..Observations::default() };
    for (question, miss) in &plan.withheld {
        Observed::missed(question, miss.clone()).file(question, &mut observations);
    }

    let found = Mutex::new(Vec::with_capacity(plan.asked.len()));
    let files = Local { root: options.root.clone().unwrap_or_default(), deadline, target: target.clone() };
    let (contacted, dns_questions) = std::thread::scope(|scope| {
        // The network waits, the files work: they share no resource, so they run side by side.
        let network = (!remote.is_empty())
            .then(|| scope.spawn(|| ask_remote(remote, target, options, deadline, progress, &found)));
        rayon::scope(|scope| {
            for question in local {
                let (files, found) = (&files, &found);
                scope.spawn(move |_| {
                    let observed = ask_local(&question, files);
                    progress.done(&question);
                    keep(found, question, observed);
                });
            }
        });
        network.map_or(Ok(Traffic::default()), |thread| {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;

    for (question, observed) in found.into_inner().unwrap_or_default() {
        observed.file(&question, &mut observations);
    }
    leak::share_facts(&mut observations);
    provider::add_facts(&mut observations);
    observations.contacted = contacted;
    observations.dns_questions = dns_questions;
    Ok(observations)
}

/// Whom the network part contacted, and how many DNS questions it sent.
type Traffic = (std::collections::BTreeSet<crate::seen::Contact>, u32);
type Found = Mutex<Vec<(Question, Observed)>>;

fn keep(found: &Found, question: Question, observed: Observed) {
    if let Ok(mut found) = found.lock() {
        found.push((question, observed));
    }
}

fn ask_remote(
    questions: Vec<Question>,
    target: &Arc<Target>,
    options: &Options,
    deadline: Instant,
    progress: &Arc<dyn Progress>,
    found: &Found,
) -> Result<Traffic, ObserveError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let net = Arc::new(Net::new(options, target.clone(), deadline)?);
        let permits = Arc::new(Semaphore::new(options.jobs.max(1)));
        let mut tasks = JoinSet::new();
        for question in questions {
            let (net, permits, progress) = (net.clone(), permits.clone(), progress.clone());
            tasks.spawn(async move {
                let asked = async {
                    let _permit = permits.acquire().await;
                    ask_network(&question, &net).await
                };
                let observed = tokio::time::timeout_at(deadline.into(), asked).await.unwrap_or_else(|_| {
                    Observed::missed(&question, Miss::Timeout("the deadline of the audit".to_owned()))
                });
                progress.done(&question);
                (question, observed)
            });
        }
        while let Some(joined) = tasks.join_next().await {
            if let Ok((question, observed)) = joined {
                keep(found, question, observed);
            }
        }
        Ok((net.contacted(), net.questions()))
    })
}

async fn ask_network(question: &Question, net: &Net) -> Observed {
    match question {
        Question::Zone { domain } => Observed::Zone(zone::observe(net, domain).await),
        Question::Delegation { domain } => Observed::Delegation(delegation::observe(net, domain).await),
        Question::Mail { domain, selectors } => Observed::Mail(mail::observe(net, domain, selectors).await),
        Question::MailServers { domain, all } => {
            Observed::MailServers(smtp::observe(net, domain, *all).await)
        }
        Question::Endpoint { host, port } => {
            Observed::Endpoint(Box::new(endpoint::observe(net, host, *port).await))
        }
        Question::Site { url } => Observed::Site(site::observe(net, url).await),
        Question::Route { site, path } => Observed::Route(route::observe(net, site, path).await),
        Question::Probe { url } => Observed::Probe(probe::observe(net, url).await),
        Question::Provider { id } => Observed::Account(provider::observe(net, id).await),
        Question::Bundle { url } => Observed::Leaks(leak::bundle::observe(net, url).await),
        other => {
            Observed::missed(other, Miss::Internal("a local question was sent to the network".to_owned()))
        }
    }
}

fn ask_local(question: &Question, files: &Local) -> Observed {
    match question {
        Question::Environments => Observed::Environments(environment::observe(files)),
        Question::Firestore { path } => Observed::Firestore(firestore::observe(files, path)),
        Question::Realtime { path } => Observed::Realtime(realtime::observe(files, path)),
        Question::Database { path } => Observed::Database(database::observe(files, path)),
        Question::Leaks { history, part } => Observed::Leaks(leak::observe(files, *history, part.as_ref())),
        Question::Repository => Observed::Repository(repository::observe(files)),
        Question::Webhook { subject } => Observed::Webhook(webhook::observe(files, subject)),
        Question::Backend { path } => Observed::Backend(backend::observe(files, path)),
        other => {
            Observed::missed(other, Miss::Internal("a network question was sent to the files".to_owned()))
        }
    }
}

/// One instrument's answer.
enum Observed {
    Zone(Seen<Zone>),
    Delegation(Seen<Delegation>),
    Mail(Seen<Mail>),
    MailServers(Seen<MailServers>),
    Endpoint(Box<Seen<Endpoint>>),
    Site(Seen<Site>),
    Route(Seen<Route>),
    Webhook(Seen<Webhook>),
    Probe(Seen<Probe>),
    Account(Seen<Account>),
    Backend(Seen<Backend>),
    Environments(Seen<Environments>),
    Firestore(Seen<FirestoreRules>),
    Realtime(Seen<RealtimeRules>),
    Database(Seen<Database>),
    Leaks(Seen<Leaks>),
    Repository(Seen<Repository>),
}

impl Observed {
    fn missed(question: &Question, miss: Miss) -> Self {
        match question {
            Question::Zone { .. } => Self::Zone(Seen::Missed(miss)),
            Question::Delegation { .. } => Self::Delegation(Seen::Missed(miss)),
            Question::Mail { .. } => Self::Mail(Seen::Missed(miss)),
            Question::MailServers { .. } => Self::MailServers(Seen::Missed(miss)),
            Question::Endpoint { .. } => Self::Endpoint(Box::new(Seen::Missed(miss))),
            Question::Site { .. } => Self::Site(Seen::Missed(miss)),
            Question::Route { .. } => Self::Route(Seen::Missed(miss)),
            Question::Webhook { .. } => Self::Webhook(Seen::Missed(miss)),
            Question::Probe { .. } => Self::Probe(Seen::Missed(miss)),
            Question::Provider { .. } => Self::Account(Seen::Missed(miss)),
            Question::Backend { .. } => Self::Backend(Seen::Missed(miss)),
            Question::Environments => Self::Environments(Seen::Missed(miss)),
            Question::Firestore { .. } => Self::Firestore(Seen::Missed(miss)),
            Question::Realtime { .. } => Self::Realtime(Seen::Missed(miss)),
            Question::Database { .. } => Self::Database(Seen::Missed(miss)),
            Question::Leaks { .. } | Question::Bundle { .. } => Self::Leaks(Seen::Missed(miss)),
            Question::Repository => Self::Repository(Seen::Missed(miss)),
        }
    }

    fn file(self, question: &Question, into: &mut Observations) {
        let subject = subject_of(question);
        match self {
            Self::Zone(seen) => drop(into.zones.insert(subject, seen)),
            Self::Delegation(seen) => drop(into.delegations.insert(subject, seen)),
            Self::Mail(seen) => drop(into.mail.insert(subject, seen)),
            Self::MailServers(seen) => drop(into.mail_servers.insert(subject, seen)),
            Self::Endpoint(seen) => drop(into.endpoints.insert(subject, *seen)),
            Self::Site(seen) => drop(into.sites.insert(subject, seen)),
            Self::Route(seen) => drop(into.routes.insert(subject, seen)),
            Self::Webhook(seen) => drop(into.webhooks.insert(subject, seen)),
            Self::Probe(seen) => drop(into.probes.insert(subject, seen)),
            Self::Account(seen) => drop(into.accounts.insert(subject, seen)),
            Self::Backend(seen) => drop(into.backends.insert(subject, seen)),
            Self::Environments(seen) => drop(into.environments.insert(subject, seen)),
            Self::Firestore(seen) => drop(into.firestore.insert(subject, seen)),
            Self::Realtime(seen) => drop(into.realtime.insert(subject, seen)),
            Self::Database(seen) => drop(into.databases.insert(subject, seen)),
            Self::Leaks(seen) => drop(into.leaks.insert(subject, seen)),
            Self::Repository(seen) => drop(into.repositories.insert(subject, seen)),
        }
    }
}
