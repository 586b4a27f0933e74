//! How to reach the world, and what is allowed there.

use std::{fs::File, io::Read as _, net::SocketAddr, path::PathBuf, time::Duration};

use anyhow::Context as _;
use jiff::Timestamp;

use super::duration;
use crate::{
    engine::dnssec::{self, Anchor},
    observe::{ConnectTo, Options},
    plan::Consent,
};

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Consent")]
pub(super) struct Allow {
    /// Contact nobody; what would need the network is undecided
    #[arg(long, conflicts_with = "active")]
    offline: bool,
    /// Send inert, unsigned requests to hosts under active.hosts in gonogo.toml
    #[arg(long)]
    active: bool,
}

impl Allow {
    pub(super) fn consent(&self) -> Consent {
        Consent { offline: self.offline, active: self.active }
    }
}

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Network")]
pub(super) struct Reach {
    /// Resolver to ask instead of the system's
    #[arg(long, value_name = "IP:PORT")]
    resolver: Option<SocketAddr>,
    /// Send connections for HOST:PORT to ADDR:PORT, as curl does; repeatable
    #[arg(long, value_name = "HOST:PORT:ADDR:PORT")]
    connect_to: Vec<ConnectTo>,
    /// PEM file with roots to trust beside the usual ones; repeatable
    #[arg(long, value_name = "FILE")]
    ca: Vec<PathBuf>,
    /// DS or DNSKEY records, as in a zone file, to verify DNSSEC from instead of IANA's root keys;
    /// repeatable
    #[arg(long, value_name = "FILE")]
    trust_anchor: Vec<PathBuf>,
    /// Longest time for the whole audit, e.g. 30s or 2m
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = duration::parse)]
    deadline: Duration,
    /// Questions in flight at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

/// Files of trust anchors hold a few lines.
const ANCHOR_BYTES: u64 = 256 << 10;

impl Reach {
    /// Puts the given trust anchors in place of the configured ones.
    pub(super) fn anchor(&self, anchors: &mut Vec<Anchor>) -> anyhow::Result<()> {
        let mut given = Vec::new();
        for path in &self.trust_anchor {
            let shown = path.display();
            let unreadable = || format!("cannot read the trust anchors in {shown}");
            let mut text = String::new();
            let file = File::open(path).with_context(unreadable)?;
            file.take(ANCHOR_BYTES).read_to_string(&mut text).with_context(unreadable)?;
            let found = dnssec::parse(&text).with_context(unreadable)?;
            anyhow::ensure!(!found.is_empty(), "no DS or DNSKEY record in {shown}");
            given.extend(found);
        }
        if !given.is_empty() {
            *anchors = given;
        }
        Ok(())
    }

    pub(super) fn options(&self, root: Option<PathBuf>, now: Timestamp) -> Options {
        Options {
            root,
            now,
            resolver: self.resolver,
            connect_to: self.connect_to.clone(),
            extra_roots: self.ca.clone(),
            deadline: self.deadline,
            jobs: usize::from(self.jobs),
        }
    }
}
