//! The network as collectors see it: names, connections and HTTP, all bounded, all redirectable
//! by `--resolver`, `--connect-to` and `--ca`, and every contact written down.

mod connect;
mod dns;
mod http;
mod roots;

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use hickory_resolver::TokioResolver;
use rustls::{RootCertStore, pki_types::CertificateDer};

pub(super) use self::dns::{Authority, Flags, all, presented};
pub use self::{
    connect::{ConnectTo, Stream},
    http::{Body, Request, Trust},
};
use super::{ObserveError, Options};
use crate::{seen::Contact, target::Target};

/// Longest wait for one answer; the audit's deadline may be nearer.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The one door to the network.
#[derive(Debug)]
pub struct Net {
    pub target: Arc<Target>,
    /// Roots to verify against: Mozilla's, the platform's and `--ca`.
    pub roots: Arc<RootCertStore>,
    /// Those of `--ca` again, as they were given.
    pub own_roots: Vec<CertificateDer<'static>>,
    /// The moment of the audit.
    pub now: jiff::Timestamp,
    resolver: TokioResolver,
    /// Shown in messages about DNS misses.
    resolver_name: String,
    connect_to: Vec<ConnectTo>,
    deadline: Instant,
    contacted: Mutex<BTreeSet<Contact>>,
}

impl Net {
    pub fn new(options: &Options, target: Arc<Target>, deadline: Instant) -> Result<Self, ObserveError> {
        let (resolver, resolver_name) = dns::resolver(options.resolver)?;
        let (roots, own_roots) = roots::load(&options.extra_roots)?;
        Ok(Self {
            target,
            roots: Arc::new(roots),
            own_roots,
            now: options.now,
            resolver,
            resolver_name,
            connect_to: options.connect_to.clone(),
            deadline,
            contacted: Mutex::default(),
        })
    }

    /// The wait for one answer: [`PATIENCE`], or what is left until the deadline.
    pub fn patience(&self) -> Duration {
        PATIENCE.min(self.deadline.saturating_duration_since(Instant::now()))
    }

    pub fn contacted(&self) -> BTreeSet<Contact> {
        self.contacted.lock().map(|contacted| contacted.clone()).unwrap_or_default()
    }

    /// Every instrument writes down whom it contacts, before it does.
    pub fn note_contact(&self, host: &str, port: u16, purpose: &str) {
        if let Ok(mut contacted) = self.contacted.lock() {
            contacted.insert(Contact { host: host.to_owned(), port, purpose: purpose.to_owned() });
        }
    }
}
