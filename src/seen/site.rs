//! What a web site answers to an anonymous, passive visitor.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Exchange, Miss, Seen};

/// An origin that no site has a reason to trust (RFC 2606 reserves the name).
pub const FOREIGN_ORIGIN: &str = "https://gonogo-audit.example";

/// One declared site, by its origin.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// The https front page, redirects not followed.
    pub front: Seen<Exchange>,
    /// `http://host/` and where it leads. Not asked for a site on a port of its own.
    pub plain: Seen<Trail>,
    /// The front page and where it leads.
    pub visit: Seen<Trail>,
    /// The front page of the same name with or without `www`, and where that leads; asked of a
    /// registered name on the default port that is not a site by itself.
    #[serde(skip_serializing_if = "is_unasked")]
    pub twin: Seen<Trail>,
    /// What the document at the end of `visit` contains, if it is HTML.
    pub page: Seen<Page>,
    /// The answer to a path that cannot exist.
    pub control: Seen<Control>,
    /// Paths that must not be public, by the path.
    pub exposures: BTreeMap<String, Seen<Exposure>>,
    /// The front page asked from other origins: `GET foreign`, `OPTIONS foreign`, `GET null`,
    /// `GET lookalike`.
    pub cors: BTreeMap<String, Seen<Exchange>>,
}

fn is_unasked(trail: &Seen<Trail>) -> bool {
    matches!(trail, Seen::Missed(Miss::NotAsked))
}

/// A way through redirects. URLs are without their queries.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Trail {
    pub hops: Vec<Exchange>,
    pub end: End,
}

/// How a visit ended.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// At something that is no redirect.
    #[default]
    Arrived,
    /// At a URL that was visited before.
    Loop,
    /// After the most redirects that are followed.
    TooMany,
    /// With a redirect to a host that is not the target's; its origin.
    Left(String),
    /// Before it began: every address refuses connections.
    Closed,
    /// With a hop that could not be seen.
    Lost(Miss),
}

/// What stands at the end of a visit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Landing<'a> {
    /// An HTML document.
    Page(&'a Exchange),
    /// No document of this site, for the reason given.
    None(&'static str),
}

impl Site {
    /// The document an anonymous visitor arrives at.
    pub fn landing(&self) -> Result<Landing<'_>, Miss> {
        let visit = self.visit.as_ref().map_err(Clone::clone)?;
        match &visit.end {
            End::Arrived => {}
            End::Left(_) => return Ok(Landing::None("the front page redirects to another site")),
            End::Lost(miss) => return Err(miss.clone()),
            End::Closed => return Err(Miss::Refused("every address of the site".to_owned())),
            End::Loop | End::TooMany => return Err(Miss::Denied("the redirects do not end".to_owned())),
        }
        let Some(last) = visit.hops.last() else { return Err(Miss::NotAsked) };
        if let Some(miss) = last.blocked() {
            return Err(miss);
        }
        Ok(match last.status {
            400.. => Landing::None("the front page answers with an error"),
            _ if last.is_html() => Landing::Page(last),
            _ => Landing::None("the front page is not HTML"),
        })
    }

    /// Does a gatekeeper answer for the site, so that a refusal says nothing? A bare 403 for a path that
    /// cannot exist is how object stores say "not found" where the front page is served.
    pub fn gatekeeper(&self) -> Option<Miss> {
        let front = self.front.got().and_then(Exchange::blocked);
        let control = self.control.got().map(|control| &control.exchange);
        let control = control.filter(|answer| answer.status != 403 || answer.is_challenge());
        front.or_else(|| control.and_then(Exchange::blocked))
    }

    /// Every answer of the site over https, for what any response may carry.
    pub fn answers(&self) -> impl Iterator<Item = &Exchange> {
        let visits = [&self.visit, &self.plain].into_iter().filter_map(Seen::got);
        visits.flat_map(|visit| &visit.hops).filter(|hop| hop.url.starts_with("https:"))
    }
}

/// What a document contains.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Page {
    /// Content loaded over plain http, without queries.
    pub insecure: Vec<Insecure>,
    /// `<meta http-equiv="content-security-policy">`.
    pub policies: Vec<String>,
    /// There was more than was read.
    pub cut: bool,
}

/// A reference to plain http in a document.
#[derive(Clone, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Insecure {
    /// The element, e.g. `script`.
    pub element: String,
    pub url: String,
    /// Scripts, styles, frames: browsers block them. Otherwise an image or the like.
    pub active: bool,
}

/// The answer to a path that cannot exist.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Control {
    pub exchange: Exchange,
    /// Paths whose marker the answer contains all the same: the site says yes to everything.
    pub matched: Vec<String>,
    /// The kind of stack trace or debug page it shows, e.g. `Django debug page`.
    pub trace: Option<String>,
}

/// The answer to a path that must not be public.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Exposure {
    pub status: u16,
    /// The body is what it would be if the file were public.
    pub matched: bool,
    /// Names found in it (keys of an environment file), never values.
    pub names: Vec<String>,
    /// Set where a gatekeeper answered in place of the site.
    pub blocked: Option<Miss>,
}
