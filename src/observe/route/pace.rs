//! Two requests a second and host: the visits are a guest's, not a load test.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use url::{Host, Url};

use crate::observe::Net;

/// Between two requests to one host.
const GAP: Duration = Duration::from_millis(500);

/// When each host may next be asked. Routes of one host take turns through it.
static NEXT: Mutex<BTreeMap<String, Instant>> = Mutex::new(BTreeMap::new());

/// Waits for the next turn at this host. Loopback is nobody's production and is not waited for.
pub(super) async fn turn(net: &Net, url: &Url) {
    if net.stays_here(url) {
        return;
    }
    let slot = {
        let Ok(mut next) = NEXT.lock() else { return };
        let entry = next.entry(url.origin().ascii_serialization()).or_insert_with(Instant::now);
        let slot = (*entry).max(Instant::now());
        *entry = slot + GAP;
        slot
    };
    tokio::time::sleep_until(slot.into()).await;
}

pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
