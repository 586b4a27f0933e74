//! Visits a private route as its owner, a stranger and nobody.
//!
//! Only GET, only the declared test sessions, every key under a random query string of its own, so
//! that no entry a real visitor could be served is ever filled; at most [`MOST`] requests.

mod pace;
mod visitor;

use std::{collections::BTreeMap, fmt::Write as _};

use url::Url;

use self::visitor::Visitors;
use super::{Net, net::Request};
use crate::{
    engine::{
        cache::{Served, challenge, served},
        canary,
    },
    plan::Touch,
    seen::{Canary, Exchange, Miss, Route, RouteAnswer, Seen, Step, Visit, Visitor},
};

/// Most requests a route.
const MOST: usize = 12;
/// Fills of one key: covers caches that store on the second request, and several workers.
const FILLS: usize = 3;
/// The query parameter that makes a URL new.
const PARAMETER: &str = "gonogo";

/// Headers that tell of caching. Values that only identify a request are reduced to `present`.
const KEPT: &[&str] = &[
    "age",
    "cache-control",
    "cache-status",
    "cdn-cache",
    "cdn-cache-control",
    "cf-cache-status",
    "cf-mitigated",
    "cloudflare-cdn-cache-control",
    "content-type",
    "expires",
    "pragma",
    "server",
    "set-cookie",
    "surrogate-control",
    "vary",
    "x-cache",
    "x-cache-status",
    "x-drupal-cache",
    "x-litespeed-cache",
    "x-nextjs-cache",
    "x-proxy-cache",
    "x-varnish",
    "x-vercel-cache",
];

pub(super) async fn observe(net: &Net, site: &str, path: &str) -> Seen<Route> {
    let visitors = match Visitors::of(&net.target, site, path) {
        Ok(visitors) => visitors,
        Err(miss) => return Seen::Missed(miss),
    };
    let mut walk = Walk::new(net, visitors);
    // What stops the walk is part of what was seen: earlier visits still prove what they prove.
    if let Err(miss) = walk.all().await {
        walk.route.stopped = Some(miss);
    }
    Seen::Got(walk.route)
}

pub(super) fn touches(site: &str, path: &str) -> Vec<Touch> {
    let url = format!("{site}{path}");
    let why = "private route, as the declared sessions and as nobody, under random query strings";
    vec![
        Touch::Http { method: "GET".to_owned(), url, why: why.to_owned() },
        Touch::Then { what: format!("at most {MOST} such requests, 2 a second, none after a 429") },
    ]
}

struct Walk<'a> {
    net: &'a Net,
    visitors: Visitors,
    /// The canaries in clear; they never leave this struct.
    canaries: Vec<String>,
    keys: u8,
    route: Route,
}

/// A key: its number and the URL that carries it.
#[derive(Clone)]
struct Key {
    number: u8,
    url: Url,
}

impl<'a> Walk<'a> {
    fn new(net: &'a Net, visitors: Visitors) -> Self {
        let route = Route {
            url: visitors.url.to_string(),
            owner: visitors.owner.name.clone(),
            stranger: visitors.stranger.as_ref().map(|session| session.name.clone()),
            ..Route::default()
        };
        Self { net, visitors, canaries: Vec::new(), keys: 0, route }
    }

    async fn all(&mut self) -> Result<(), Miss> {
        self.controls().await?;
        let filled = self.fresh()?;
        for _ in 0..FILLS {
            self.visit(Step::Fill, Visitor::Owner, &filled).await?;
        }
        self.visit(Step::Read, Visitor::Anonymous, &filled).await?;
        if self.visitors.stranger.is_some() {
            self.visit(Step::Read, Visitor::Stranger, &filled).await?;
        }
        self.visit(Step::Read, Visitor::Anonymous, &filled).await?;
        let untouched = self.fresh()?;
        self.visit(Step::Confirm, Visitor::Anonymous, &untouched).await?;
        self.visit(Step::Reverse, Visitor::Owner, &untouched).await?;
        Ok(())
    }

    /// Each visitor on a key of its own; then the canaries are known.
    async fn controls(&mut self) -> Result<(), Miss> {
        let first = self.control(Visitor::Owner).await?;
        let second = self.control(Visitor::Owner).await?;
        let stranger = match self.visitors.stranger {
            Some(_) => Some(self.control(Visitor::Stranger).await?),
            None => None,
        };
        let anonymous = self.control(Visitor::Anonymous).await?;

        let mut others = vec![anonymous.as_str()];
        others.extend(stranger.as_deref());
        let found: Vec<String> =
            canary::find([&first, &second], &others).into_iter().map(str::to_owned).collect();
        self.learn(&first, found);
        // Only now can the controls say what they showed.
        let mut pages = [Some(first), Some(second), stranger, Some(anonymous)].into_iter().flatten();
        let canaries = &self.canaries;
        for visit in &mut self.route.visits {
            if let (Seen::Got(answer), Some(page)) = (&mut visit.answer, pages.next()) {
                answer.shows = shows(&page, canaries);
            }
        }
        Ok(())
    }

    async fn control(&mut self, by: Visitor) -> Result<String, Miss> {
        let key = self.fresh()?;
        let page = self.visit(Step::Control, by, &key).await?;
        if self.last_came_from_a_cache() {
            return Err(self.isolation_failed(by, page).await);
        }
        Ok(page)
    }

    /// The query is not in the key: filling would reach real visitors. One anonymous look, as any
    /// visitor makes it, still tells whether the shared entry is somebody's page.
    async fn isolation_failed(&mut self, by: Visitor, page: String) -> Miss {
        self.route.shared_key = true;
        self.learn(&page, Vec::new());
        let canaries = self.canaries.clone();
        if let Some(Visit { answer: Seen::Got(answer), .. }) = self.route.visits.last_mut() {
            answer.shows = shows(&page, &canaries);
        }
        if by != Visitor::Anonymous
            && let Ok(key) = self.fresh()
            && let Err(miss) = self.visit(Step::Control, Visitor::Anonymous, &key).await
        {
            return miss;
        }
        Miss::Unsupported(format!(
            "{}: a cache answered a URL that nobody had asked before, so its key ignores the query; \
             testing further would touch entries of real visitors",
            self.route.url
        ))
    }

    /// Takes the declared canaries that the owner's page really shows, and those found.
    fn learn(&mut self, owners_page: &str, found: Vec<String>) {
        let declared = self.visitors.canaries.iter().filter(|text| canary::shows(owners_page, text));
        let mut known: BTreeMap<String, bool> = found.into_iter().map(|text| (text, false)).collect();
        known.extend(declared.map(|text| (text.clone(), true)));
        let named =
            |(text, declared): (&String, &bool)| Canary { hash: canary::hash(text), declared: *declared };
        self.route.canaries = known.iter().map(named).collect();
        self.route.canaries.sort();
        self.canaries = known.into_keys().collect();
    }

    fn last_came_from_a_cache(&self) -> bool {
        let last = self.route.visits.last().and_then(|visit| visit.answer.got());
        last.is_some_and(|answer| matches!(served(&answer.headers), Served::SharedCache(_)))
    }

    /// A URL that nobody has ever asked for.
    fn fresh(&mut self) -> Result<Key, Miss> {
        let mut random = [0_u8; 12];
        rustls::crypto::aws_lc_rs::default_provider()
            .secure_random
            .fill(&mut random)
            .map_err(|_| Miss::Internal("no randomness for a fresh URL".to_owned()))?;
        let text = random.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let mut url = self.visitors.url.clone();
        url.query_pairs_mut().append_pair(PARAMETER, &text);
        self.keys += 1;
        Ok(Key { number: self.keys, url })
    }

    /// One request; its body is handed over and only what it shows is kept.
    async fn visit(&mut self, step: Step, by: Visitor, key: &Key) -> Result<String, Miss> {
        if self.route.visits.len() >= MOST {
            return Err(Miss::Internal(format!("more than {MOST} requests for {}", self.route.url)));
        }
        pace::turn(self.net, &self.visitors.url).await;
        let mut request = Request::get(key.url.clone(), "access");
        if let Some(session) = self.visitors.session(by) {
            request = request.header(session.header.clone(), session.value.clone());
        }
        let (exchange, body) = self.net.fetch(request).await.map_err(|miss| self.unkeyed(miss))?;
        let page = String::from_utf8_lossy(&body.bytes).into_owned();
        let refusal = self.refusal(&exchange);
        let shows = shows(&page, &self.canaries);
        let answer = RouteAnswer { status: exchange.status, headers: kept(&exchange), shows };
        self.route.visits.push(Visit { step, by, key: key.number, answer: Seen::Got(answer) });
        refusal.map_or(Ok(page), Err)
    }

    /// Answers after which a guest leaves.
    fn refusal(&self, exchange: &Exchange) -> Option<Miss> {
        let url = &self.route.url;
        if challenge(&exchange.headers) {
            return Some(Miss::Denied(format!("{url}: a bot challenge instead of the page")));
        }
        match exchange.status {
            429 => {
                let wait = exchange.header("retry-after").map_or(String::new(), |after| {
                    format!(" (retry after {})", after.chars().take(40).collect::<String>())
                });
                Some(Miss::Denied(format!("{url}: 429 too many requests{wait}")))
            }
            503 => Some(Miss::Denied(format!("{url}: 503 service unavailable"))),
            _ => None,
        }
    }

    /// A miss names the route, not the random key, so that two runs say the same.
    fn unkeyed(&self, miss: Miss) -> Miss {
        let named = |text: String| match text.split_once(&format!("{PARAMETER}=")) {
            Some((_, rest)) => {
                let why = rest.split_once(' ').map_or("", |(_, why)| why);
                format!("{} {why}", self.route.url).trim_end().to_owned()
            }
            None => text,
        };
        match miss {
            Miss::Timeout(text) => Miss::Timeout(named(text)),
            Miss::Refused(text) => Miss::Refused(named(text)),
            Miss::Malformed(text) => Miss::Malformed(named(text)),
            other => other,
        }
    }
}

/// Hashes of the canaries on a page, sorted.
fn shows(page: &str, canaries: &[String]) -> Vec<String> {
    let on_page = canaries.iter().filter(|text| canary::shows(page, text));
    let mut hashes: Vec<String> = on_page.map(|text| canary::hash(text)).collect();
    hashes.sort();
    hashes
}

fn kept(exchange: &Exchange) -> Vec<(String, String)> {
    let headers = exchange.headers.iter().filter(|(name, _)| KEPT.contains(&name.as_str()));
    let mut kept: Vec<(String, String)> =
        headers.map(|(name, value)| (name.clone(), value.chars().take(300).collect())).collect();
    if exchange.header("cf-ray").is_some() {
        kept.push(("cf-ray".to_owned(), "present".to_owned()));
    }
    kept
}
