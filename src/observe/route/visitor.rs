//! Who visits, with which credentials.

use url::Url;

use super::pace::is_loopback;
use crate::{
    seen::{Miss, Visitor},
    target::{Session, SiteTarget, Target},
};

/// The declared sessions of one site, for one of its private routes.
pub(super) struct Visitors {
    pub(super) url: Url,
    pub(super) owner: SignedIn,
    pub(super) stranger: Option<SignedIn>,
    /// Declared in `gonogo.toml`.
    pub(super) canaries: Vec<String>,
}

/// A session with its header's value, which is a credential.
pub(super) struct SignedIn {
    pub(super) name: String,
    pub(super) header: String,
    pub(super) value: String,
}

impl Visitors {
    pub(super) fn of(target: &Target, site: &str, path: &str) -> Result<Self, Miss> {
        let declared = target.sites.iter().find(|declared| declared.url == site);
        let declared = declared.ok_or_else(|| Miss::Internal(format!("{site} is not declared")))?;
        let url = route_url(declared, path)?;
        let mut sessions = declared.sessions.iter();
        let owner = sessions.next().ok_or_else(|| Miss::Internal(format!("{site} has no session")))?;
        let stranger = sessions.next().map(SignedIn::of).transpose()?;
        let owner = SignedIn::of(owner)?;
        if stranger.as_ref().is_some_and(|stranger| stranger.value == owner.value) {
            return Err(Miss::Malformed(format!("the first two sessions of {site} have the same value")));
        }
        let route = declared.private.iter().find(|route| route.path == path);
        let canaries = route.map(|route| route.canaries.clone()).unwrap_or_default();
        Ok(Self { url, owner, stranger, canaries })
    }

    pub(super) fn session(&self, by: Visitor) -> Option<&SignedIn> {
        match by {
            Visitor::Owner => Some(&self.owner),
            Visitor::Stranger => self.stranger.as_ref(),
            Visitor::Anonymous => None,
        }
    }
}

impl SignedIn {
    fn of(session: &Session) -> Result<Self, Miss> {
        let named = |why: &str| {
            format!("session `{}`: the environment variable {} {why}", session.name, session.value_env)
        };
        let value = match std::env::var(&session.value_env) {
            Ok(value) if !value.trim().is_empty() => value.trim().to_owned(),
            Ok(_) => return Err(Miss::Denied(named("is empty"))),
            Err(std::env::VarError::NotPresent) => return Err(Miss::Denied(named("is not set"))),
            Err(std::env::VarError::NotUnicode(_)) => return Err(Miss::Malformed(named("is not text"))),
        };
        if value.contains(|letter: char| letter.is_control()) {
            return Err(Miss::Malformed(named("has control characters")));
        }
        let header = if session.header.is_empty() { "cookie" } else { &session.header };
        Ok(Self { name: session.name.clone(), header: header.to_ascii_lowercase(), value })
    }
}

/// The route's URL, on the site's own host and where a credential may travel.
fn route_url(site: &SiteTarget, path: &str) -> Result<Url, Miss> {
    let text = format!("{}{path}", site.url);
    let malformed = |why: &str| Miss::Malformed(format!("{text}: {why}"));
    let origin = Url::parse(&site.url).map_err(|err| malformed(&err.to_string()))?;
    let mut url = Url::parse(&text).map_err(|err| malformed(&err.to_string()))?;
    // `https://site` + `@other` or `.other` is another host, which must not get the session.
    if url.origin() != origin.origin() || !path.starts_with('/') {
        return Err(malformed("a private route is a path that begins with `/`"));
    }
    if url.scheme() != "https" && !is_loopback(&url) {
        return Err(Miss::Denied(format!("{text}: a session is not sent over plain http")));
    }
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(url: &str) -> SiteTarget {
        SiteTarget { url: url.to_owned(), ..SiteTarget::default() }
    }

    #[test]
    fn a_session_stays_at_its_site_and_off_plain_http() {
        let portal = site("https://portal.example.com");
        assert!(route_url(&portal, "/account?tab=1#top").is_ok_and(|url| url.fragment().is_none()));
        assert!(matches!(route_url(&portal, "@other.example/"), Err(Miss::Malformed(_))));
        assert!(matches!(route_url(&portal, ".other.example/"), Err(Miss::Malformed(_))));
        assert!(matches!(route_url(&site("http://portal.example.com"), "/a"), Err(Miss::Denied(_))));
        assert!(route_url(&site("http://127.0.0.1:8080"), "/a").is_ok());
    }
}
