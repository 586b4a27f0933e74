//! Set-Cookie as browsers read it (RFC 6265bis section 5.6).

/// One cookie; its value is not kept.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Cookie {
    pub name: String,
    pub secure: bool,
    pub http_only: bool,
    pub same_site: Option<SameSite>,
    pub domain: Option<String>,
    pub path: Option<String>,
    /// Seconds; zero or less removes the cookie.
    pub max_age: Option<i64>,
    /// It is being removed: by its age, a date long past, or an empty value.
    pub removed: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum SameSite {
    Strict,
    Lax,
    None,
}

/// Reads one header value; `None` for what browsers ignore.
pub fn parse(header: &str) -> Option<Cookie> {
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let name = name.trim();
    if name.is_empty() || name.len() > 256 {
        return None;
    }
    let mut cookie = Cookie { name: name.to_owned(), removed: value.trim().is_empty(), ..Cookie::default() };
    for part in parts.take(30) {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.secure = true,
            "httponly" => cookie.http_only = true,
            "samesite" => cookie.same_site = same_site(value),
            "domain" => cookie.domain = (!value.is_empty()).then(|| value.to_ascii_lowercase()),
            "path" => cookie.path = value.starts_with('/').then(|| value.to_owned()),
            "max-age" => {
                cookie.max_age = value.parse().ok();
                cookie.removed |= cookie.max_age.is_some_and(|age| age <= 0);
            }
            "expires" => cookie.removed |= ["1970", "-70 "].iter().any(|year| value.contains(year)),
            _ => {}
        }
    }
    Some(cookie)
}

fn same_site(value: &str) -> Option<SameSite> {
    match value.to_ascii_lowercase().as_str() {
        "strict" => Some(SameSite::Strict),
        "lax" => Some(SameSite::Lax),
        "none" => Some(SameSite::None),
        _ => None,
    }
}

/// Names that carry a visitor's session in common frameworks and services, in lower case.
const SESSIONS: [&str; 22] = [
    "__session",
    "_session_id",
    "access_token",
    "accesstoken",
    "asp.net_sessionid",
    ".aspxauth",
    ".aspnetcore.cookies",
    "auth",
    "auth_token",
    "authtoken",
    "connect.sid",
    "id_token",
    "jsessionid",
    "jwt",
    "laravel_session",
    "phpsessid",
    "refresh_token",
    "remember_me",
    "sessionid",
    "sid",
    "token",
    "user_session",
];

impl Cookie {
    /// Does its name say that whoever holds it is signed in? Tokens against request forgery must be
    /// readable by scripts, and load balancers' and analysts' cookies are no sessions.
    pub fn is_session(&self) -> bool {
        let name = self.name.to_ascii_lowercase();
        let bare = name.trim_start_matches("__host-").trim_start_matches("__secure-");
        if ["csrf", "xsrf", "analytics", "consent", "antiforgery"].iter().any(|word| bare.contains(word)) {
            return false;
        }
        SESSIONS.contains(&bare)
            || bare.ends_with("session")
            || bare.strip_suffix("sid").is_some_and(|rest| rest.ends_with(['_', '.']))
            || bare.ends_with("session-token")
            || bare.ends_with("session_token")
            || bare.ends_with("auth-token")
            || bare.ends_with("_session_id")
            || bare.ends_with("sessid")
            || bare.starts_with("wordpress_logged_in")
    }

    /// Supabase's browser client reads its own session cookie, so it cannot be `HttpOnly`.
    pub fn is_read_by_its_own_script(&self) -> bool {
        self.name.starts_with("sb-") && self.name.contains("-auth-token")
    }

    /// What breaks the promise of its name prefix (RFC 6265bis section 4.1.3), if anything does.
    pub fn prefix_fault(&self) -> Option<&'static str> {
        let name = self.name.to_ascii_lowercase();
        let host = name.starts_with("__host-");
        if !host && !name.starts_with("__secure-") {
            return None;
        }
        match self {
            _ if !self.secure => Some("is not Secure"),
            _ if host && self.domain.is_some() => Some("has a Domain"),
            _ if host && self.path.as_deref() != Some("/") => Some("has not Path=/"),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_attributes_in_any_case() {
        let cookie = parse("sid=x; SECURE; httponly;SameSite=lax; Path=/; Max-Age=60").expect("a cookie");
        assert!(cookie.secure && cookie.http_only && !cookie.removed);
        assert_eq!((cookie.same_site, cookie.max_age), (Some(SameSite::Lax), Some(60)));
    }

    #[test]
    fn knows_a_removal() {
        for header in ["sid=; Path=/", "sid=x; Max-Age=0", "sid=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"] {
            assert!(parse(header).expect("a cookie").removed, "{header}");
        }
    }

    #[test]
    fn tells_sessions_from_other_cookies() {
        let named = |name: &str| Cookie { name: name.to_owned(), ..Cookie::default() };
        for name in ["PHPSESSID", "connect.sid", "__Host-session", "next-auth.session-token", "_app_session"]
        {
            assert!(named(name).is_session(), "{name}");
        }
        for name in ["csrftoken", "XSRF-TOKEN", "_ga", "AWSALB", "__cf_bm", "theme", "locale", "_csrf_token"]
        {
            assert!(!named(name).is_session(), "{name}");
        }
    }

    #[test]
    fn holds_prefixes_to_their_promise() {
        let fault = |header: &str| parse(header).expect("a cookie").prefix_fault();
        assert_eq!(fault("__Host-s=x; Secure; Path=/"), None);
        assert_eq!(fault("__Host-s=x; Secure; Path=/; Domain=a.example"), Some("has a Domain"));
        assert_eq!(fault("__Host-s=x; Secure"), Some("has not Path=/"));
        assert_eq!(fault("__Secure-s=x"), Some("is not Secure"));
        assert_eq!(fault("s=x"), None);
    }

    #[test]
    fn ignores_what_browsers_ignore() {
        assert_eq!(parse("nonsense"), None);
        assert_eq!(parse("=x"), None);
    }
}
