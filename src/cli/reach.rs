//! How to reach the world, and what is allowed there.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use jiff::Timestamp;

use super::duration;
use crate::{
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
    /// Longest time for the whole audit, e.g. 30s or 2m
    #[arg(long, value_name = "TIME", default_value = "1m", value_parser = duration::parse)]
    deadline: Duration,
    /// Questions in flight at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: u16,
}

impl Reach {
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
