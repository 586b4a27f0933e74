//! The network as collectors see it: names, connections and HTTP, all bounded, all redirectable
//! by `--resolver`, `--connect-to` and `--ca`, and every contact written down.

mod connect;
mod dns;
mod http;
mod roots;

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::{Duration, Instant},
};

use hickory_resolver::TokioResolver;
use rustls::{RootCertStore, pki_types::CertificateDer};

pub(super) use self::dns::{Authority, Flags, all, first, presented};
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
    /// The same resolver, for questions with flags of our own.
    resolver_addresses: Vec<SocketAddr>,
    /// Questions are shared between instruments: each is put once.
    asked: dns::Asked,
    /// DNS questions sent, to the resolver and to name servers.
    sent: AtomicU32,
    /// Does the resolver validate DNSSEC? Asked once.
    validates: tokio::sync::OnceCell<bool>,
    connect_to: Vec<ConnectTo>,
    deadline: Instant,
    contacted: Mutex<BTreeSet<Contact>>,
}

impl Net {
    pub fn new(options: &Options, target: Arc<Target>, deadline: Instant) -> Result<Self, ObserveError> {
        let (resolver, resolver_name, resolver_addresses) = dns::resolver(options.resolver)?;
        let (roots, own_roots) = roots::load(&options.extra_roots)?;
        Ok(Self {
            target,
            roots: Arc::new(roots),
            own_roots,
            now: options.now,
            resolver,
            resolver_name,
            resolver_addresses,
            asked: dns::Asked::default(),
            sent: AtomicU32::new(0),
            validates: tokio::sync::OnceCell::new(),
            connect_to: options.connect_to.clone(),
            deadline,
            contacted: Mutex::default(),
        })
    }

    /// The wait for one answer: [`PATIENCE`], or what is left until the deadline.
    pub fn patience(&self) -> Duration {
        PATIENCE.min(self.deadline.saturating_duration_since(Instant::now()))
    }

    /// What is left until the deadline of the audit.
    pub fn left(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    pub fn contacted(&self) -> BTreeSet<Contact> {
        self.contacted.lock().map(|contacted| contacted.clone()).unwrap_or_default()
    }

    /// DNS questions sent so far, repeated ones included.
    pub fn questions(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    fn count_question(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    /// Every instrument writes down whom it contacts, before it does.
    pub fn note_contact(&self, host: &str, port: u16, purpose: &str) {
        if let Ok(mut contacted) = self.contacted.lock() {
            contacted.insert(Contact { host: host.to_owned(), port, purpose: purpose.to_owned() });
        }
    }
}
