//! Did the bytes come from a shared cache?

use super::{Headers, values};

/// What the headers say about where the bytes came from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Served {
    /// From a shared cache, by this header, e.g. `cf-cache-status: HIT`.
    SharedCache(String),
    /// From the origin: a cache says so.
    Origin,
    /// No header tells.
    Unsaid,
}

/// Cloudflare's statuses that mean bytes of the shared cache. `EXPIRED` was fetched anew, `DYNAMIC`
/// and `BYPASS` never entered (developers.cloudflare.com/cache/concepts/cache-responses).
const CLOUDFLARE_SHARED: &[&str] = &["HIT", "STALE", "UPDATING", "REVALIDATED"];

/// Headers in which a cache writes `HIT` or `MISS` among other words.
const WORDED: &[&str] = &[
    "x-cache",
    "x-cache-status",
    "x-vercel-cache",
    "x-nextjs-cache",
    "x-proxy-cache",
    "x-litespeed-cache",
    "x-drupal-cache",
    "cdn-cache",
];

/// Reads every header that tells of a cache; any hop that hit counts.
pub fn served(headers: &Headers) -> Served {
    let mut spoke = false;
    for value in values(headers, "cf-cache-status") {
        spoke = true;
        if CLOUDFLARE_SHARED.contains(&value.trim().to_ascii_uppercase().as_str()) {
            return Served::SharedCache(format!("cf-cache-status: {}", value.trim()));
        }
    }
    for name in WORDED {
        for value in values(headers, name) {
            spoke = true;
            if is_hit(value) {
                return Served::SharedCache(format!("{name}: {}", value.trim()));
            }
        }
    }
    for value in values(headers, "cache-status") {
        spoke = true;
        // RFC 9211: `; hit` is a parameter of the cache that answered.
        if value.split([';', ',']).any(|part| part.trim().eq_ignore_ascii_case("hit")) {
            return Served::SharedCache("cache-status: hit".to_owned());
        }
    }
    // Varnish writes the ids of this request and, on a hit, of the one that stored the object.
    if values(headers, "x-varnish").any(|value| value.split_whitespace().count() == 2) {
        return Served::SharedCache("x-varnish: two ids".to_owned());
    }
    if values(headers, "age").any(|value| value.trim().parse::<u64>().is_ok_and(|age| age > 0)) {
        return Served::SharedCache("age: more than 0".to_owned());
    }
    if spoke { Served::Origin } else { Served::Unsaid }
}

/// `MISS, HIT` (Fastly), `Hit from cloudfront`, `TCP_MEM_HIT` (Akamai), `STALE` (Vercel, Next.js).
fn is_hit(value: &str) -> bool {
    let upper = value.to_ascii_uppercase();
    upper
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .any(|word| matches!(word, "HIT" | "STALE" | "PRERENDER" | "REFRESHHIT"))
}

pub fn behind_cloudflare(headers: &Headers) -> bool {
    values(headers, "cf-cache-status").next().is_some()
        || values(headers, "cf-ray").next().is_some()
        || values(headers, "server").any(|value| value.eq_ignore_ascii_case("cloudflare"))
}

/// The body is a bot challenge, not the route's answer.
pub fn challenge(headers: &Headers) -> bool {
    values(headers, "cf-mitigated").next().is_some()
}

/// Names of the cookies an answer sets, without those that a CDN or load balancer itself adds to
/// cached answers too.
pub fn named_cookies(headers: &Headers) -> Vec<&str> {
    const EDGE: &[&str] = &[
        "__cf",
        "_cfuvid",
        "cf_",
        "AWSALB",
        "ak_bmsc",
        "bm_",
        "_abck",
        "incap_ses",
        "visid_incap",
        "nlbi_",
        "GCLB",
        "ARRAffinity",
    ];
    values(headers, "set-cookie")
        .map(|value| value.split(['=', ';']).next().unwrap_or_default().trim())
        .filter(|name| !name.is_empty() && !EDGE.iter().any(|edge| name.starts_with(edge)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(name: &str, value: &str) -> Served {
        served(&[(name.to_owned(), value.to_owned())])
    }

    #[test]
    fn knows_the_hits() {
        for (name, value) in [
            ("cf-cache-status", "HIT"),
            ("cf-cache-status", "UPDATING"),
            ("x-cache", "MISS, HIT"),
            ("x-cache", "Hit from cloudfront"),
            ("x-cache", "TCP_MEM_HIT from a1"),
            ("x-vercel-cache", "STALE"),
            ("cache-status", "\"Netlify Edge\"; hit"),
            ("x-varnish", "32770 3"),
            ("age", "12"),
        ] {
            assert!(matches!(says(name, value), Served::SharedCache(_)), "{name}: {value}");
        }
    }

    #[test]
    fn knows_what_is_no_hit() {
        for (name, value) in [
            ("cf-cache-status", "DYNAMIC"),
            ("cf-cache-status", "EXPIRED"),
            ("cf-cache-status", "BYPASS"),
            ("x-cache", "Miss from cloudfront"),
            ("cache-status", "Edge; fwd=miss; stored"),
        ] {
            assert_eq!(says(name, value), Served::Origin, "{name}: {value}");
        }
        assert_eq!(says("age", "0"), Served::Unsaid);
        assert_eq!(says("x-varnish", "32770"), Served::Unsaid);
    }

    #[test]
    fn edge_cookies_are_not_the_sites() {
        let headers = [
            ("set-cookie".to_owned(), "__cf_bm=<redacted>; path=/".to_owned()),
            ("set-cookie".to_owned(), "sid=<redacted>; HttpOnly".to_owned()),
        ];
        assert_eq!(named_cookies(&headers), ["sid"]);
    }
}
