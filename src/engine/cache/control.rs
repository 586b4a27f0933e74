//! `Cache-Control` and its relatives (RFC 9111 section 5.2, RFC 9213).

use super::{Headers, values};

/// The directives that decide whether a shared cache may keep an answer. Ages in seconds.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Control {
    pub public: bool,
    pub private: bool,
    pub no_store: bool,
    pub no_cache: bool,
    pub must_revalidate: bool,
    pub max_age: Option<u64>,
    pub s_maxage: Option<u64>,
}

/// Reads all fields of one name as one list; unknown directives are passed over (RFC 9111 5.2.3).
pub fn control(headers: &Headers, name: &str) -> Control {
    let mut control = Control::default();
    for directive in values(headers, name).flat_map(|value| value.split(',')) {
        let (key, value) = directive.split_once('=').unwrap_or((directive, ""));
        let seconds = || value.trim().trim_matches('"').parse::<u64>().ok();
        match key.trim().to_ascii_lowercase().as_str() {
            "public" => control.public = true,
            // `private="field"` protects only that field (RFC 9111 5.2.2.7).
            "private" if value.is_empty() => control.private = true,
            "no-store" => control.no_store = true,
            "no-cache" if value.is_empty() => control.no_cache = true,
            "must-revalidate" => control.must_revalidate = true,
            "max-age" => control.max_age = seconds(),
            "s-maxage" => control.s_maxage = seconds(),
            _ => {}
        }
    }
    control
}

impl Control {
    /// Keeps shared caches from storing the answer at all.
    pub fn forbids_sharing(&self) -> bool {
        self.private || self.no_store
    }

    /// Does not forbid storing, but every reuse asks the origin first.
    pub fn always_asks(&self) -> bool {
        self.no_cache || (self.max_age == Some(0) && self.s_maxage.unwrap_or(0) == 0)
    }
}

/// The directive that invites a shared cache to keep the answer, as `header: directive`.
///
/// Targeted fields (`CDN-Cache-Control` and Cloudflare's own) take precedence over
/// `Cache-Control` in the caches they name (RFC 9213 section 2.2).
pub fn allows_shared_storage(headers: &Headers) -> Option<String> {
    for name in ["cloudflare-cdn-cache-control", "cdn-cache-control", "surrogate-control"] {
        let targeted = control(headers, name);
        if let Some(age) = targeted.s_maxage.or(targeted.max_age)
            && age > 0
            && !targeted.forbids_sharing()
        {
            return Some(format!("{name}: max-age={age}"));
        }
    }
    let control = control(headers, "cache-control");
    if control.forbids_sharing() {
        return None;
    }
    match control {
        Control { s_maxage: Some(age), .. } if age > 0 => Some(format!("cache-control: s-maxage={age}")),
        Control { public: true, max_age: Some(0), .. } | Control { public: true, no_cache: true, .. } => None,
        Control { public: true, .. } => Some("cache-control: public".to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn private_for_one_field_is_not_private() {
        let answer = headers(&[("cache-control", "private=\"set-cookie\", max-age=60")]);
        assert!(!control(&answer, "cache-control").forbids_sharing());
    }

    #[test]
    fn several_fields_are_one_list() {
        let answer = headers(&[("cache-control", "max-age=60"), ("cache-control", "No-Store")]);
        assert!(control(&answer, "cache-control").no_store);
    }

    #[test]
    fn names_the_invitation() {
        let says = |pairs: &[(&str, &str)]| allows_shared_storage(&headers(pairs));
        assert_eq!(says(&[("cache-control", "s-maxage=60")]).as_deref(), Some("cache-control: s-maxage=60"));
        assert_eq!(says(&[("cache-control", "public, no-store")]), None);
        assert_eq!(says(&[("cache-control", "public, max-age=0, must-revalidate")]), None);
        assert_eq!(
            says(&[("cache-control", "private"), ("cdn-cache-control", "max-age=30")]).as_deref(),
            Some("cdn-cache-control: max-age=30")
        );
    }
}
