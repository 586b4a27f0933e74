//! Private routes behind small caching proxies, correct and wrong, on loopback.

use std::{
    collections::{BTreeMap, HashMap},
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use gonogo::{
    checks::judge,
    observe::{Options, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Observations, Seen},
    target::{PrivateRoute, Session, SiteTarget, Target},
    verdict::Verdict,
};

/// Cargo sets these for its tests; any variable with a known value serves as a session.
const SESSION_A: (&str, &str) = ("CARGO_PKG_NAME", env!("CARGO_PKG_NAME"));
const SESSION_B: (&str, &str) = ("CARGO_PKG_VERSION", env!("CARGO_PKG_VERSION"));

#[test]
fn a_cache_that_ignores_sessions_leaks() {
    let portal = Portal::start(Proxy { stores: true, ..Proxy::default() }, pages);
    let said = portal.audit(&[]);
    assert!(said.fails("access/cached-across-sessions"), "{said:#?}");
    assert!(said.passes("access/shown-to-anyone"), "{said:#?}");
    assert!(
        said.message("access/cached-across-sessions").contains("an anonymous visitor and another session")
    );
    assert!(portal.requests() <= 12, "{} requests", portal.requests());
}

#[test]
fn content_decides_where_no_header_speaks() {
    let proxy = Proxy { stores: true, silent: true, ..Proxy::default() };
    let said = Portal::start(proxy, pages).audit(&[]);
    assert!(said.fails("access/cached-across-sessions"), "{said:#?}");
}

#[test]
fn a_cache_that_stores_on_the_second_request_leaks_too() {
    let proxy = Proxy { stores: true, silent: true, after: 1, ..Proxy::default() };
    let said = Portal::start(proxy, pages).audit(&[]);
    assert!(said.fails("access/cached-across-sessions"), "{said:#?}");
}

#[test]
fn private_no_store_passes() {
    let proxy = Proxy { stores: true, heeds: true, ..Proxy::default() };
    let portal =
        Portal::start(proxy, |who, _| Page { cache_control: Some("private, no-store"), ..pages(who, 0) });
    let said = portal.audit(&["alice@example.test"]);
    for check in [
        "access/cached-across-sessions",
        "access/shown-to-anyone",
        "access/session-b-sees-a",
        "access/not-private-no-store",
        "access/public-on-private",
        "access/set-cookie-cached",
        "access/hit-without-canary",
        "access/anonymous-entry-served",
    ] {
        assert!(said.passes(check), "{check}: {said:#?}");
    }
}

#[test]
fn an_origin_that_asks_nobody_is_no_cache_leak() {
    let said = Portal::start(Proxy::default(), |_, _| pages(Who::A, 0)).audit(&["alice@example.test"]);
    assert!(said.fails("access/shown-to-anyone"), "{said:#?}");
    assert!(!said.fails("access/cached-across-sessions"), "{said:#?}");
}

#[test]
fn the_same_page_for_all_proves_nothing() {
    let said = Portal::start(Proxy::default(), |_, _| pages(Who::A, 0)).audit(&[]);
    assert!(said.is_inconclusive("access/cached-across-sessions"), "{said:#?}");
    assert!(said.is_inconclusive("access/shown-to-anyone"), "{said:#?}");
}

#[test]
fn a_key_without_the_query_stops_the_visits() {
    let proxy = Proxy { stores: true, ignores_query: true, ..Proxy::default() };
    let portal = Portal::start(proxy, pages);
    let said = portal.audit(&[]);
    assert!(said.is_inconclusive("access/cached-across-sessions"), "{said:#?}");
    assert!(said.fails("access/hit-without-canary"), "{said:#?}");
    assert!(portal.requests() <= 3, "{} requests", portal.requests());
}

#[test]
fn a_shared_entry_with_a_declared_canary_is_a_leak() {
    let proxy = Proxy { stores: true, ignores_query: true, ..Proxy::default() };
    let said = Portal::start(proxy, pages).audit(&["alice@example.test"]);
    assert!(said.fails("access/cached-across-sessions"), "{said:#?}");
}

#[test]
fn a_429_ends_the_visits() {
    let portal = Portal::start(Proxy::default(), |who, count| match count {
        0..=4 => pages(who, count),
        _ => Page { status: 429, ..Page::default() },
    });
    let said = portal.audit(&[]);
    assert!(said.is_inconclusive("access/cached-across-sessions"), "{said:#?}");
    assert!(said.is_inconclusive("access/hit-without-canary"), "{said:#?}");
    assert_eq!(portal.requests(), 6);
}

#[test]
fn a_session_that_is_not_signed_in_proves_nothing() {
    let said = Portal::start(Proxy::default(), |_, _| pages(Who::Nobody, 0)).audit(&[]);
    assert!(said.is_inconclusive("access/cached-across-sessions"), "{said:#?}");
}

#[test]
fn a_missing_variable_is_named_and_nothing_is_sent() {
    let portal = Portal::start(Proxy::default(), pages);
    let mut target = portal.target(&[]);
    target.sites[0].sessions[0].value_env = "GONOGO_NO_SUCH_VARIABLE".to_owned();
    let (said, _) = audit(&target);
    assert!(said.is_inconclusive("access/cached-across-sessions"), "{said:#?}");
    assert!(said.message("access/cached-across-sessions").contains("GONOGO_NO_SUCH_VARIABLE"));
    assert_eq!(portal.requests(), 0);
}

#[test]
fn an_anonymous_entry_reaches_the_owner() {
    // Stores only what carries no cookie, and then gives it to everybody.
    let proxy = Proxy { stores: true, only_anonymous: true, ..Proxy::default() };
    let said = Portal::start(proxy, |who, count| Page { status: 200, ..pages(who, count) }).audit(&[]);
    assert!(said.fails("access/anonymous-entry-served"), "{said:#?}");
    assert!(said.passes("access/cached-across-sessions"), "{said:#?}");
}

#[test]
fn neither_credentials_nor_canaries_are_recorded() {
    let portal = Portal::start(Proxy { stores: true, ..Proxy::default() }, |who, count| Page {
        cookie: true,
        ..pages(who, count)
    });
    let (said, seen) = audit(&portal.target(&["alice@example.test"]));
    assert!(said.fails("access/set-cookie-cached"), "{said:#?}");
    let Some(Seen::Got(route)) = seen.routes.values().next() else { panic!("no route: {seen:#?}") };
    let recorded = serde_json::to_string(route).unwrap();
    for clear in ["alice@example.test", "session-of-everybody", "gonogo="] {
        assert!(!recorded.contains(clear), "{clear} in {recorded}");
    }
    let again = audit(&portal.target(&["alice@example.test"])).1;
    assert_eq!(seen.routes, again.routes, "two runs against the same portal see the same");
}

/// Who asks, as the origin knows it.
#[derive(Clone, Copy, PartialEq)]
enum Who {
    A,
    B,
    Nobody,
}

#[derive(Clone, Default)]
struct Page {
    status: u16,
    body: String,
    cache_control: Option<&'static str>,
    cookie: bool,
}

/// A correct origin without any cache policy: each visitor's own page, or the way to the login.
fn pages(who: Who, count: usize) -> Page {
    let body = match who {
        Who::A => format!("<h1>Your account</h1> alice@example.test ACC-0000-1111 nonce-{count:08}"),
        Who::B => format!("<h1>Your account</h1> bob@example.test ACC-0000-2222 nonce-{count:08}"),
        Who::Nobody => "<h1>Please sign in</h1>".to_owned(),
    };
    let status = if who == Who::Nobody { 302 } else { 200 };
    Page { status, body, ..Page::default() }
}

/// How the proxy before the origin behaves.
#[derive(Clone, Copy, Default)]
struct Proxy {
    stores: bool,
    /// Honours `private` and `no-store`.
    heeds: bool,
    silent: bool,
    ignores_query: bool,
    only_anonymous: bool,
    /// Requests for a key before it is stored.
    after: usize,
}

struct Portal {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Portal {
    fn start(proxy: Proxy, origin: impl Fn(Who, usize) -> Page + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, ended) = (requests.clone(), stop.clone());
        std::thread::spawn(move || {
            let stored: Mutex<HashMap<String, Page>> = Mutex::default();
            let asked: Mutex<HashMap<String, usize>> = Mutex::default();
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let Some((path, who)) = request(&stream) else { continue };
                let number = count.fetch_add(1, Ordering::SeqCst);
                let key = if proxy.ignores_query { path.split('?').next().unwrap().to_owned() } else { path };
                let hit = stored.lock().unwrap().get(&key).cloned();
                let page = hit.clone().unwrap_or_else(|| origin(who, number));
                let times =
                    asked.lock().unwrap().entry(key.clone()).and_modify(|n| *n += 1).or_insert(1).to_owned();
                let forbidden =
                    proxy.heeds && page.cache_control.is_some_and(|value| value.contains("no-store"));
                let foreign = proxy.only_anonymous && who != Who::Nobody;
                if proxy.stores && !forbidden && !foreign && times > proxy.after && page.status != 429 {
                    stored.lock().unwrap().insert(key, page.clone());
                }
                answer(stream, &page, hit.is_some(), proxy.silent);
            }
        });
        Self { address, requests, stop }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn target(&self, canaries: &[&str]) -> Target {
        let session = |name: &str, value_env: &str| Session {
            name: name.to_owned(),
            header: "Cookie".to_owned(),
            value_env: value_env.to_owned(),
        };
        let site = SiteTarget {
            url: format!("http://{}", self.address),
            host: "127.0.0.1".to_owned(),
            port: self.address.port(),
            production: true,
            private: vec![PrivateRoute {
                path: "/account".to_owned(),
                canaries: canaries.iter().map(|text| (*text).to_owned()).collect(),
            }],
            sessions: vec![session("alice", SESSION_A.0), session("bob", SESSION_B.0)],
        };
        Target { name: "portal".to_owned(), sites: vec![site], ..Target::default() }
    }

    fn audit(&self, canaries: &[&str]) -> Said {
        audit(&self.target(canaries)).0
    }
}

impl Drop for Portal {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn request(stream: &TcpStream) -> Option<(String, Who)> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut lines = BufReader::new(stream).lines();
    let path = lines.next()?.ok()?.split_whitespace().nth(1)?.to_owned();
    let mut who = Who::Nobody;
    for line in lines {
        let line = line.ok()?;
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("cookie") => {
                who = if value == SESSION_A.1 { Who::A } else { Who::B };
            }
            Some(_) => {}
            None => break,
        }
    }
    Some((path, who))
}

fn answer(mut stream: TcpStream, page: &Page, hit: bool, silent: bool) {
    let mut head = format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\n", page.status, page.body.len());
    head += "connection: close\r\ncontent-type: text/html\r\n";
    if let Some(value) = page.cache_control {
        head.extend(["cache-control: ", value, "\r\n"]);
    }
    if page.cookie {
        head += "set-cookie: sid=session-of-everybody; HttpOnly\r\n";
    }
    if !silent {
        head += if hit { "x-cache: HIT\r\nage: 1\r\n" } else { "x-cache: MISS\r\n" };
    }
    let _ = stream.write_all(format!("{head}\r\n{}", page.body).as_bytes());
}

/// The verdicts of the station, by check.
#[derive(Debug)]
struct Said(BTreeMap<&'static str, Verdict>);

impl Said {
    fn fails(&self, check: &str) -> bool {
        matches!(self.0[check], Verdict::Fail(_))
    }

    fn passes(&self, check: &str) -> bool {
        self.0[check] == Verdict::Pass
    }

    fn is_inconclusive(&self, check: &str) -> bool {
        matches!(self.0[check], Verdict::Inconclusive { .. })
    }

    fn message(&self, check: &str) -> String {
        match &self.0[check] {
            Verdict::Fail(findings) => findings[0].message.clone(),
            Verdict::Inconclusive { why } => why.to_string(),
            other => panic!("{other:?}"),
        }
    }
}

fn audit(target: &Target) -> (Said, Observations) {
    let selection = Selection::new(vec!["access".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(target, &selection, Consent::default());
    let options = Options {
        root: None,
        now: "2026-11-21T00:00:00Z".parse().unwrap(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: Vec::new(),
        extra_roots: Vec::new(),
        deadline: Duration::from_mins(1),
        jobs: 4,
    };
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &(Arc::new(Silent) as _)).unwrap();
    let outcomes = judge(&plan.checks, &seen, target);
    (Said(outcomes.into_iter().map(|outcome| (outcome.check.id, outcome.verdict)).collect()), seen)
}
