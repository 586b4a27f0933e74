//! Visits a site as a stranger: passively, without credentials, and without following it to hosts
//! that are not the target's.

pub(super) mod visitor;

use sha2::{Digest, Sha256};
use url::Url;

use self::visitor::{Visitor, tidied};
use super::{
    Net,
    net::{Body, PATIENCE, Request},
};
use crate::{
    engine::{
        exposure::{self, Rule},
        name::registrable,
        page,
    },
    plan::Touch,
    seen::{Control, End, Exchange, Exposure, FOREIGN_ORIGIN, Landing, Miss, Page, Seen, Site, Trail},
};

/// Exposures are recognised by their beginning.
const EXPOSURE_LIMIT: usize = 64 << 10;

pub(super) async fn observe(net: &Net, url: &str) -> Seen<Site> {
    let origin = match Url::parse(url) {
        Ok(origin) if origin.has_host() => origin,
        Ok(_) => return Seen::Missed(Miss::Unsupported(format!("{url} has no host"))),
        Err(err) => return Seen::Missed(Miss::Malformed(format!("{url}: {err}"))),
    };
    // The questions in flight make a large future; it lives on the heap.
    Seen::Got(Box::pin(look(net, &origin)).await)
}

pub(super) fn touches(url: &str) -> Vec<Touch> {
    let Ok(origin) = Url::parse(url) else { return Vec::new() };
    let touch = |method: &str, url: String, why: &str| Touch::Http {
        method: method.to_owned(),
        url,
        why: why.to_owned(),
    };
    let at = |path: &str| origin.join(path).map_or_else(|_| url.to_owned(), String::from);
    let mut touches = vec![
        touch("GET", at("/"), "front page"),
        touch("GET", at(&control_path(&origin)), "a path that cannot exist"),
    ];
    if is_on_the_default_port(&origin) {
        touches.push(touch(
            "GET",
            format!("http://{}/", origin.host_str().unwrap_or_default()),
            "redirect to https",
        ));
    }
    touches
        .extend(twin_of(&origin).map(|twin| touch("GET", twin.into(), "the same name with or without www")));
    touches.extend(rules().iter().map(|rule| touch("GET", at(&rule.path), &rule.what)));
    touches.extend(
        cors_cases(&origin)
            .into_iter()
            .map(|(_, method, origin)| touch(method, at("/"), &format!("CORS with the origin {origin}"))),
    );
    touches.push(Touch::Then { what: "redirects within the target's hosts, at most 10".to_owned() });
    touches
}

async fn look(net: &Net, origin: &Url) -> Site {
    let visitor = Visitor::new(net, origin);
    let start = origin.join("/").unwrap_or_else(|_| origin.clone());
    let (plain, (visit, body), twin) =
        tokio::join!(plain(&visitor, origin), visitor.follow(&start), twin(net, origin));

    let mut site = Site { plain, twin, ..Site::default() };
    site.front = front(&visit);
    let base = base(&visit, &start);
    site.visit = Seen::Got(visit);
    site.page = match site.landing() {
        Ok(Landing::Page(_)) => Seen::Got(page::read(&String::from_utf8_lossy(&body.bytes), body.cut)),
        Ok(Landing::None(_)) => Seen::Got(Page::default()),
        Err(miss) => Seen::Missed(miss),
    };
    // A site that shows no front page would only cost the patience of every further question.
    if let Err(miss) = site.front.as_ref() {
        let miss = miss.clone();
        site.control = Seen::Missed(miss.clone());
        site.exposures = rules().iter().map(|rule| (rule.path.clone(), Seen::Missed(miss.clone()))).collect();
        site.cors = cors_cases(origin).into_iter().map(|case| (case.0, Seen::Missed(miss.clone()))).collect();
        return site;
    }
    site.control = control(&visitor, &base).await;
    let quarter = rules().len().div_ceil(4).max(1);
    let mut lanes = rules().chunks(quarter);
    let mut lane = || exposures(&visitor, &base, lanes.next().unwrap_or_default());
    let (one, two, three, four, cors) =
        tokio::join!(lane(), lane(), lane(), lane(), cross_origin(&visitor, origin, &start));
    site.exposures = [one, two, three, four].into_iter().flatten().collect();
    site.cors = cors.into_iter().collect();
    site
}

fn rules() -> &'static [Rule] {
    exposure::rules().unwrap_or_default()
}

fn is_on_the_default_port(origin: &Url) -> bool {
    origin.scheme() == "https" && origin.port().is_none()
}

/// `http://host/` and where it leads. A site on a port of its own has no such twin.
async fn plain(visitor: &Visitor<'_>, origin: &Url) -> Seen<Trail> {
    let host = origin.host_str().unwrap_or_default();
    let Ok(start) = Url::parse(&format!("http://{host}/")) else { return Seen::default() };
    if !is_on_the_default_port(origin) {
        return Seen::default();
    }
    let (visit, _) = visitor.follow(&start).await;
    let lost = matches!(&visit.end, End::Lost(Miss::Refused(_))) && visit.hops.is_empty();
    if lost && visitor.net.is_closed(host, 80).await {
        return Seen::Got(Trail { hops: Vec::new(), end: End::Closed });
    }
    Seen::Got(visit)
}

/// The name with `www` for the one without and the other way round, where both are usual and nobody
/// declared it as a site of its own.
fn twin_of(origin: &Url) -> Option<Url> {
    let host = origin.host_str().filter(|_| is_on_the_default_port(origin))?;
    let twin = match host.strip_prefix("www.") {
        Some(bare) => (registrable(bare)? == bare).then(|| bare.to_owned()),
        None => (registrable(host)? == host).then(|| format!("www.{host}")),
    };
    Url::parse(&format!("https://{}/", twin?)).ok()
}

/// Where the twin leads. Its certificate is judged elsewhere, so a visitor of its own takes any.
async fn twin(net: &Net, origin: &Url) -> Seen<Trail> {
    let Some(start) = twin_of(origin) else { return Seen::default() };
    let host = start.host_str().unwrap_or_default();
    if net.target.sites.iter().any(|site| site.host == host) {
        return Seen::default();
    }
    if let Err(miss) = net.peers(host, 443).await {
        return Seen::Missed(miss);
    }
    Seen::Got(Box::pin(Visitor::new(net, &start).follow(&start)).await.0)
}

fn front(visit: &Trail) -> Seen<Exchange> {
    match (visit.hops.first(), &visit.end) {
        (Some(first), _) => Seen::Got(first.clone()),
        (None, End::Lost(miss)) => Seen::Missed(miss.clone()),
        (None, _) => Seen::default(),
    }
}

/// Where the site really is: the origin of the page at which a visitor arrives.
fn base(visit: &Trail, start: &Url) -> Url {
    let last = visit.hops.last().filter(|_| visit.end == End::Arrived);
    let arrived = last.and_then(|hop| Url::parse(&hop.url).ok()).filter(|url| url.scheme() == "https");
    arrived.and_then(|url| url.join("/").ok()).unwrap_or_else(|| start.clone())
}

/// Cannot exist, and is the same in every run.
fn control_path(origin: &Url) -> String {
    use std::fmt::Write as _;
    let hash = Sha256::digest(format!("gonogo control {origin}"));
    hash.iter().take(8).fold("/gonogo-".to_owned(), |mut path, byte| {
        let _ = write!(path, "{byte:02x}");
        path
    })
}

async fn control(visitor: &Visitor<'_>, base: &Url) -> Seen<Control> {
    let Ok(url) = base.join(&control_path(base)) else { return Seen::default() };
    let (exchange, body) = match visitor.ask(Request::get(url, "http")).await {
        Ok(answer) => answer,
        Err(miss) => return Seen::Missed(miss),
    };
    let text = String::from_utf8_lossy(&body.bytes);
    let matched = rules().iter().filter(|rule| rule.matches(&text)).map(|rule| rule.path.clone());
    Seen::Got(Control {
        matched: matched.collect(),
        trace: page::trace(&text).map(str::to_owned),
        exchange: tidied(exchange),
    })
}

/// One after the other; after a silence the rest is not asked, because the visit has a deadline.
async fn exposures(visitor: &Visitor<'_>, base: &Url, rules: &[Rule]) -> Vec<(String, Seen<Exposure>)> {
    let mut silence: Option<Miss> = None;
    let mut found = Vec::with_capacity(rules.len());
    for rule in rules {
        if silence.is_none() && visitor.net.patience() < PATIENCE {
            silence = Some(Miss::Timeout("the deadline of the audit".to_owned()));
        }
        let seen = match &silence {
            Some(miss) => Seen::Missed(miss.clone()),
            None => one_exposure(visitor, base, rule).await,
        };
        if let Seen::Missed(miss @ Miss::Timeout(_)) = &seen {
            silence.get_or_insert_with(|| miss.clone());
        }
        found.push((rule.path.clone(), seen));
    }
    found
}

async fn one_exposure(visitor: &Visitor<'_>, base: &Url, rule: &Rule) -> Seen<Exposure> {
    let Ok(url) = base.join(&rule.path) else { return Seen::default() };
    let mut request = Request::get(url, "http");
    request.body_limit = EXPOSURE_LIMIT;
    let (exchange, Body { bytes, .. }) = match visitor.ask(request).await {
        Ok(answer) => answer,
        Err(miss) => return Seen::Missed(miss),
    };
    let text = String::from_utf8_lossy(&bytes);
    let matched = exchange.status == 200 && rule.matches(&text);
    Seen::Got(Exposure {
        status: exchange.status,
        matched,
        names: if matched { rule.names(&text) } else { Vec::new() },
        // Refusing the path is what a careful server does; only a gatekeeper says nothing of it.
        blocked: exchange.blocked().filter(|_| exchange.status != 403 || exchange.is_challenge()),
    })
}

/// Name, method and origin of each question about cross-origin access.
fn cors_cases(origin: &Url) -> Vec<(String, &'static str, String)> {
    let host = origin.host_str().unwrap_or_default();
    let foreign = FOREIGN_ORIGIN.to_owned();
    vec![
        ("GET foreign".to_owned(), "GET", foreign.clone()),
        ("OPTIONS foreign".to_owned(), "OPTIONS", foreign),
        ("GET null".to_owned(), "GET", "null".to_owned()),
        ("GET lookalike".to_owned(), "GET", lookalike(host)),
    ]
}

/// An origin that an unanchored comparison takes for the site's own.
fn lookalike(host: &str) -> String {
    format!("https://{}.gonogo-audit.example", host.trim_matches(['[', ']']).replace(':', "-"))
}

async fn cross_origin(visitor: &Visitor<'_>, origin: &Url, start: &Url) -> Vec<(String, Seen<Exchange>)> {
    let mut found = Vec::new();
    for (name, method, from) in cors_cases(origin) {
        let mut request = Request::get(start.clone(), "http").header("origin", from);
        request.body_limit = 0;
        if method == "OPTIONS" {
            request.method = reqwest::Method::OPTIONS;
            request = request.header("access-control-request-method", "GET");
            request = request.header("access-control-request-headers", "authorization");
        }
        let answer = visitor.ask(request).await.map(|(exchange, _)| tidied(exchange));
        found.push((name, answer.into()));
    }
    found
}
