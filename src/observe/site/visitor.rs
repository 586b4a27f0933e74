//! Follows redirects hop by hop, within the target's own hosts.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicBool, Ordering},
};

use url::Url;

use crate::{
    observe::net::{Body, Net, PATIENCE, Request, Trust},
    seen::{End, Exchange, Miss, Trail},
};

/// Most redirects followed.
const HOPS: usize = 10;

/// A stranger with no cookies. Once a certificate did not verify, it takes any: that is the tls
/// station's finding, and the rest of the site is judged all the same.
pub(in crate::observe) struct Visitor<'a> {
    pub(in crate::observe) net: &'a Net,
    hosts: BTreeSet<String>,
    lenient: AtomicBool,
}

impl<'a> Visitor<'a> {
    pub(in crate::observe) fn new(net: &'a Net, origin: &Url) -> Self {
        let mut hosts: BTreeSet<String> = net.target.sites.iter().map(|site| site.host.clone()).collect();
        if let Some(host) = origin.host_str() {
            let sibling = host.strip_prefix("www.").map_or_else(|| format!("www.{host}"), str::to_owned);
            hosts.extend([host.to_owned(), sibling]);
        }
        Self { net, hosts, lenient: AtomicBool::new(false) }
    }

    /// One exchange, verified where possible.
    pub(in crate::observe) async fn ask(&self, request: Request) -> Result<(Exchange, Body), Miss> {
        if self.lenient.load(Ordering::Relaxed) {
            return self.net.fetch(request.trusting(Trust::Anything)).await;
        }
        let verified = self.net.fetch(request.clone()).await;
        if !request.url.starts_with("https:")
            || !matches!(verified, Err(Miss::Denied(_) | Miss::Malformed(_)))
        {
            return verified;
        }
        let anyhow = self.net.fetch(request.trusting(Trust::Anything)).await;
        if anyhow.is_err() {
            return verified;
        }
        self.lenient.store(true, Ordering::Relaxed);
        anyhow
    }

    /// Starts at a URL and follows redirects; the body is the last answer's.
    pub(in crate::observe) async fn follow(&self, start: &Url) -> (Trail, Body) {
        let (mut visit, mut body) = (Trail::default(), Body::default());
        let mut visited = BTreeSet::new();
        let mut next = start.clone();
        visit.end = loop {
            if !visited.insert(next.clone()) {
                break End::Loop;
            }
            if visit.hops.len() > HOPS {
                break End::TooMany;
            }
            // What the first hops used up is not there for the rest of the site.
            if !visit.hops.is_empty() && self.net.patience() < PATIENCE {
                break End::Lost(Miss::Timeout("the deadline of the audit".to_owned()));
            }
            let (exchange, read) = match self.ask(Request::get(next.clone(), "http")).await {
                Ok(answer) => answer,
                Err(miss) => break End::Lost(miss),
            };
            let target = target(&exchange, &next);
            visit.hops.push(tidied(exchange));
            body = read;
            match target {
                None => break End::Arrived,
                Some(Err(miss)) => break End::Lost(miss),
                Some(Ok(url)) if !self.is_own(&url) => break End::Left(url.origin().ascii_serialization()),
                Some(Ok(url)) => next = url,
            }
        };
        (visit, body)
    }

    fn is_own(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| self.hosts.contains(host))
    }
}

/// Where a redirect leads, without its fragment.
fn target(exchange: &Exchange, from: &Url) -> Option<Result<Url, Miss>> {
    let location = exchange.header("location").filter(|_| exchange.is_redirect())?;
    let parsed = from.join(location).map_err(|err| Miss::Malformed(format!("{location}: {err}")));
    Some(parsed.map(|mut url| {
        url.set_fragment(None);
        url
    }))
}

/// Queries and fragments of redirects carry states and tokens: neither is judged, and neither may be
/// recorded.
pub(in crate::observe) fn tidied(mut exchange: Exchange) -> Exchange {
    exchange.url = without_query(&exchange.url);
    for (name, value) in &mut exchange.headers {
        if matches!(name.as_str(), "location" | "content-location" | "link" | "refresh") {
            *value = without_query(value);
        }
    }
    exchange
}

fn without_query(url: &str) -> String {
    url.find(['?', '#']).map_or_else(|| url.to_owned(), |end| format!("{}?…", &url[..end]))
}
