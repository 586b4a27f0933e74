//! What a site hands to every visitor: its page, and every script, chunk, source map and manifest
//! that leads on from there, on its own origin and within bounds.

use std::collections::{BTreeSet, VecDeque};

use url::Url;

use super::{collect::Collector, piece::Pieces};
use crate::{
    engine::{
        bundle::{Part, identities, links, part_of},
        env::{classify, shown},
        sourcemap::{self, Pointer},
    },
    observe::{
        net::{Net, PATIENCE, Request},
        site::visitor::Visitor,
    },
    plan::Touch,
    seen::{End, Fact, Leaks, Miss, Seen, Stage},
};

/// Files read of one site.
const FILES: usize = 400;
/// Bytes of one file, and of all of them.
const FILE: usize = 24 << 20;
const BYTES: usize = 192 << 20;
/// Files asked for at once.
const LANES: usize = 6;

pub(in crate::observe) async fn observe(net: &Net, url: &str) -> Seen<Leaks> {
    let start = match Url::parse(url) {
        Ok(url) if url.has_host() => url,
        Ok(_) => return Seen::Missed(Miss::Unsupported(format!("{url} has no host"))),
        Err(err) => return Seen::Missed(Miss::Malformed(format!("{url}: {err}"))),
    };
    let visitor = Visitor::new(net, &start);
    let start = start.join("/").unwrap_or(start);
    let (trail, page) = Box::pin(visitor.follow(&start)).await;
    let last = match (&trail.end, trail.hops.last()) {
        (End::Arrived, Some(last)) => last,
        (End::Lost(miss), _) => return Seen::Missed(miss.clone()),
        // Where nothing listens nobody is handed anything.
        (End::Closed, _) => return Seen::Got(Leaks::default()),
        (End::Left(origin), _) if is_audited(net, origin) => return Seen::Got(Leaks::default()),
        (end, _) => return Seen::Missed(unseen(start.as_str(), end)),
    };
    let is_page = (200..300).contains(&last.status);
    let status = last.status;
    let root = Url::parse(&last.url).unwrap_or_else(|_| start.clone());
    let mut crawl = Crawl::new(root.clone());
    crawl.read(&Fetched { url: root, body: page.bytes, cut: page.cut, map: None, part: Part::Page });
    while let Some(batch) = crawl.batch() {
        if net.patience() < PATIENCE {
            crawl.late(batch.len());
            break;
        }
        for fetched in Box::pin(fetch_all(&visitor, batch)).await {
            match fetched {
                Ok(Some(fetched)) => crawl.read(&fetched),
                Ok(None) => {}
                Err(miss) => crawl.leaks.missed.push(miss),
            }
        }
    }
    let seen = crawl.finish();
    // An error page, or nothing at all, is not what the visitors get.
    // An API without a page of its own hands nothing out at its root.
    let has_no_page = matches!(status, 404 | 405 | 410);
    if !has_no_page && (!is_page || seen.tree.files == 0) {
        let why = format!("{start} answers {status} with no page to look at, so its bundle was not seen");
        return match seen {
            Leaks { leaks, .. } if leaks.is_empty() => Seen::Missed(Miss::Unsupported(why)),
            mut seen => {
                seen.missed.push(Miss::Unsupported(why));
                Seen::Got(seen)
            }
        };
    }
    Seen::Got(seen)
}

/// Is it a target of its own, whose bundle is looked at as such?
fn is_audited(net: &Net, origin: &str) -> bool {
    let same = |url: &str| Url::parse(url).is_ok_and(|url| url.origin().ascii_serialization() == origin);
    net.target.sites.iter().any(|site| same(&site.url))
}

/// Why nothing was seen of a site that leads away from itself: that is no clean bundle.
fn unseen(url: &str, end: &End) -> Miss {
    Miss::Unsupported(match end {
        End::Left(origin) => {
            format!("{url} redirects to {origin}, whose bundle is another site's: audit {origin} too")
        }
        _ => format!("{url} redirects in a circle, so no bundle was seen"),
    })
}

pub(in crate::observe) fn touches(url: &str) -> Vec<Touch> {
    let Ok(origin) = Url::parse(url) else { return Vec::new() };
    let front = origin.join("/").map_or_else(|_| url.to_owned(), String::from);
    vec![
        Touch::Http { method: "GET".to_owned(), url: front, why: "the page and what it loads".to_owned() },
        Touch::Then {
            what: format!(
                "its scripts, chunks, source maps and manifests on the same origin, at most {FILES}"
            ),
        },
    ]
}

/// A file that came back.
struct Fetched {
    url: Url,
    body: Vec<u8>,
    cut: bool,
    /// The `SourceMap` header.
    map: Option<String>,
    part: Part,
}

async fn fetch_all(visitor: &Visitor<'_>, mut batch: Vec<Url>) -> Vec<Result<Option<Fetched>, Miss>> {
    let mut lane = || {
        let url = batch.pop();
        async {
            match url {
                Some(url) => Some(fetch(visitor, url).await),
                None => None,
            }
        }
    };
    let (one, two, three) = (lane(), lane(), lane());
    let (four, five, six) = (lane(), lane(), lane());
    let (one, two, three, four, five, six) = tokio::join!(one, two, three, four, five, six);
    [one, two, three, four, five, six].into_iter().flatten().collect()
}

/// None for what is not there: guessed names are often wrong, and many hosts answer them with a page.
async fn fetch(visitor: &Visitor<'_>, url: Url) -> Result<Option<Fetched>, Miss> {
    let mut request = Request::get(url.clone(), "http");
    request.body_limit = FILE;
    let (exchange, body) = visitor.ask(request).await?;
    let is_page = exchange.header("content-type").is_some_and(|kind| kind.contains("text/html"));
    if exchange.status != 200 || is_page {
        return Ok(None);
    }
    let map = exchange.header("sourcemap").or_else(|| exchange.header("x-sourcemap")).map(str::to_owned);
    let part = part_of(&url).unwrap_or(Part::Manifest);
    Ok(Some(Fetched { url, body: body.bytes, cut: body.cut, map, part }))
}

struct Crawl {
    root: Url,
    queue: VecDeque<Url>,
    known: BTreeSet<Url>,
    read: usize,
    collector: Collector,
    leaks: Leaks,
    facts: BTreeSet<(String, String)>,
}

impl Crawl {
    fn new(root: Url) -> Self {
        Self {
            root,
            queue: VecDeque::new(),
            known: BTreeSet::new(),
            read: 0,
            collector: Collector::default(),
            leaks: Leaks::default(),
            facts: BTreeSet::new(),
        }
    }

    /// The next files, if there are any within the bounds.
    fn batch(&mut self) -> Option<Vec<Url>> {
        let room = FILES.saturating_sub(self.read).min(LANES);
        if room == 0 || self.leaks.tree.bytes >= BYTES as u64 {
            if !self.queue.is_empty() {
                let left = self.queue.len();
                let why = format!("{left} more files of the bundle at {} were not read", self.root);
                self.leaks.missed.push(Miss::Unsupported(why));
            }
            return None;
        }
        let batch: Vec<Url> = (0..room).map_while(|_| self.queue.pop_front()).collect();
        self.read += batch.len();
        (!batch.is_empty()).then_some(batch)
    }

    fn late(&mut self, asked: usize) {
        let left = self.queue.len() + asked;
        let why = format!("{left} files of the bundle at {} were not read before the deadline", self.root);
        self.leaks.missed.push(Miss::Timeout(why));
    }

    fn read(&mut self, file: &Fetched) {
        self.known.insert(file.url.clone());
        let shown = without_query(&file.url);
        if file.cut {
            let why = format!("{shown} is larger than {} MiB: only its beginning was read", FILE >> 20);
            self.leaks.missed.push(Miss::Unsupported(why));
        }
        let mut pieces = Pieces::new(shown.clone());
        if !pieces.take(&file.body, true) {
            self.leaks.tree.binary += 1;
            return;
        }
        self.leaks.tree.files += 1;
        self.leaks.tree.bytes += pieces.bytes;
        for (hit, site) in pieces.found {
            self.collector.site(&hit, site);
        }
        let text = String::from_utf8_lossy(&file.body);
        self.learn(&shown, &text);
        let name = file.url.path().rsplit('/').next().unwrap_or_default();
        if !name.contains(".map") {
            for url in links(file.part, &file.url, &self.root, &text) {
                self.want(url);
            }
        }
        let pointed = match sourcemap::pointer(&file.body) {
            Some(Pointer::Url(url)) => Some(url),
            _ => None,
        };
        for url in [file.map.clone(), pointed].into_iter().flatten() {
            if let Ok(url) = file.url.join(&url) {
                self.want(url);
            }
        }
    }

    fn want(&mut self, url: Url) {
        if url.origin() == self.root.origin()
            && self.known.len() < FILES * 4
            && self.known.insert(url.clone())
        {
            self.queue.push_back(url);
        }
    }

    /// Project ids become facts: one for each value of a name.
    fn learn(&mut self, path: &str, text: &str) {
        for identity in identities(text) {
            let value = classify(identity.name, &identity.value);
            if self.facts.len() < 100 && self.facts.insert((identity.name.to_owned(), identity.value.clone()))
            {
                let line = memchr::memchr_iter(b'\n', &text.as_bytes()[..identity.at]).count() as u32 + 1;
                self.leaks.facts.push(Fact {
                    name: identity.name.to_owned(),
                    path: path.to_owned(),
                    line,
                    stage: Stage::Production,
                    class: self.facts.len() as u32,
                    account: None,
                    shown: shown(&value, &identity.value),
                    value,
                    code: false,
                });
            }
        }
    }

    fn finish(mut self) -> Leaks {
        self.leaks.leaks = self.collector.finish();
        self.leaks.missed.sort();
        self.leaks.missed.dedup();
        self.leaks
    }
}

/// A query may hold what must not be reported.
fn without_query(url: &Url) -> String {
    let mut shown = url.clone();
    shown.set_query(None);
    shown.into()
}
