//! Names and URLs as people write them, turned into the one form everything else compares.

use std::net::IpAddr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use url::{Host, Url};

use super::diagnostic::is_secret;

/// Why something a person wrote is not taken, and what to write instead.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Refusal {
    /// In lower case, a whole sentence without a full stop.
    pub message: String,
    pub help: Option<String>,
}

impl Refusal {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// A site's address in parts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Address {
    /// `https://host[:port]`, the port only where it is not the scheme's own.
    pub origin: String,
    /// A-labels or an IP literal without brackets.
    pub host: String,
    pub port: u16,
    /// Path, query and fragment as given; `/` if none.
    pub rest: String,
}

/// A domain name: lower case, A-labels, no trailing dot (RFC 1034 section 3.1, UTS #46).
pub fn domain(text: &str) -> Result<String, Refusal> {
    let name = host(text)?;
    if name.parse::<IpAddr>().is_ok() {
        return Err(Refusal::new(format!("`{name}` is an address, not a domain name")));
    }
    if !name.contains('.') {
        return Err(Refusal::new(format!("`{name}` is a single label, not a domain name"))
            .help("write the whole name, e.g. `example.com`"));
    }
    Ok(name)
}

/// A host name or an IP literal, without a port.
pub fn host(text: &str) -> Result<String, Refusal> {
    let bare = text.trim_matches(['[', ']']);
    if let Ok(literal) = bare.parse::<IpAddr>() {
        return Ok(literal.to_string());
    }
    if let Some((_, rest)) = text.split_once("://") {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let inside = rest.get(..end).unwrap_or_default();
        let wrong = Refusal::new("this is a URL, and only the host belongs here");
        let hold = inside.contains('@');
        return Err(if hold { wrong } else { wrong.help(format!("write `{inside}`")) });
    }
    if let Some((_, rest)) = text.split_once('@') {
        return Err(Refusal::new("this is a mail address, and only the domain belongs here")
            .help(format!("write `{rest}`")));
    }
    if let Some((name, port)) = text.split_once(':')
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return Err(Refusal::new("a port does not belong to a host name").help(format!("write `{name}`")));
    }
    if let Some(rest) = text.strip_prefix("*.") {
        return Err(Refusal::new("a wildcard cannot be audited").help(format!("write `{rest}`")));
    }
    let dotless = text.strip_suffix('.').unwrap_or(text);
    Uts46::new()
        .to_ascii(dotless.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Refusal::new(format!("{} is not a host name", quoted(text))))
}

/// An `http` or `https` URL without credentials.
pub fn address(text: &str) -> Result<Address, Refusal> {
    let url = web_url(text)?;
    let name = match url.host() {
        Some(Host::Domain(name)) => host(name)?,
        Some(Host::Ipv4(literal)) => literal.to_string(),
        Some(Host::Ipv6(literal)) => literal.to_string(),
        None => return Err(Refusal::new("the URL has no host")),
    };
    let shown = if name.contains(':') { format!("[{name}]") } else { name.clone() };
    let port = url.port_or_known_default().unwrap_or(443);
    let origin = match url.port() {
        Some(port) => format!("{}://{shown}:{port}", url.scheme()),
        None => format!("{}://{shown}", url.scheme()),
    };
    let rest = url[url::Position::BeforePath..].to_owned();
    Ok(Address { origin, host: name, port, rest })
}

/// A whole `http` or `https` URL without credentials, in its normal form.
pub fn web_url(text: &str) -> Result<Url, Refusal> {
    let wrong = |why: String| Refusal::new(why).help("write e.g. `https://portal.example.com`");
    // A parse error of a bare host name is most often a forgotten scheme.
    let url = match Url::parse(text) {
        Ok(url) => url,
        Err(url::ParseError::RelativeUrlWithoutBase) if host(text).is_ok() => {
            let help = format!("write `https://{}`", host(text).unwrap_or_default());
            return Err(Refusal::new("the URL has no scheme").help(help));
        }
        Err(err) => return Err(wrong(format!("{} is not a URL: {err}", quoted(text)))),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong(format!("a `{}` URL is not a web site", url.scheme())));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::new("the URL holds credentials")
            .help("take them out; a session's header is named by an environment variable"));
    }
    Ok(url)
}

/// The domain to which a host belongs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Registrable {
    /// The name its owner registered.
    Domain(String),
    /// Handed out below a name of a hosting company (`*.web.app`): no zone of one's own.
    Hosted { suffix: String },
    /// An IP address, a single label, or a public suffix itself.
    None,
}

/// By the Public Suffix List; names below reserved top-level domains count as registered with
/// their last two labels.
pub fn registrable(host: &str) -> Registrable {
    if host.parse::<IpAddr>().is_ok() {
        return Registrable::None;
    }
    let Some(suffix) = psl::suffix(host.as_bytes()) else { return Registrable::None };
    let shown = String::from_utf8_lossy(suffix.as_bytes()).into_owned();
    if suffix.typ() == Some(psl::Type::Private) && shown.contains('.') {
        return Registrable::Hosted { suffix: shown };
    }
    psl::domain_str(host).map_or(Registrable::None, |name| Registrable::Domain(name.to_owned()))
}

/// Top-level domains that never are delegated, for tests and networks at home (RFC 6761, RFC 9476).
const RESERVED: [&str; 9] =
    ["test", "example", "invalid", "localhost", "local", "internal", "lan", "alt", "arpa"];

/// Can a name end like this in the public or a private DNS? Tells domains from file names.
pub fn has_known_suffix(name: &str) -> bool {
    let reserved = name.rsplit('.').next().is_some_and(|last| RESERVED.contains(&last));
    reserved || psl::suffix(name.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

/// For messages: bounded, and never a credential.
fn quoted(text: &str) -> String {
    if is_secret(text) {
        return "the value (it looks like a credential and is not shown)".to_owned();
    }
    let short: String = text.chars().take(80).collect();
    if short.len() < text.len() { format!("`{short}…`") } else { format!("`{short}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_one_form() {
        assert_eq!(domain("Example.COM.").expect("valid"), "example.com");
        assert_eq!(domain("bücher.example").expect("valid"), "xn--bcher-kva.example");
        assert_eq!(host("[::1]").expect("valid"), "::1");
    }

    #[test]
    fn what_is_no_name_is_refused_with_the_remedy() {
        let help = |text: &str| domain(text).expect_err("refused").help;
        assert_eq!(help("https://example.com/x").as_deref(), Some("write `example.com`"));
        assert_eq!(help("ana@example.com").as_deref(), Some("write `example.com`"));
        assert_eq!(help("example.com:443").as_deref(), Some("write `example.com`"));
        assert_eq!(help("*.example.com").as_deref(), Some("write `example.com`"));
        for wrong in ["", ".", "a b.com", "-a.com", "a..com", "exa_mple.com", "192.0.2.1", "localhost"] {
            assert!(domain(wrong).is_err(), "{wrong}");
        }
        assert!(domain(&format!("{}.com", "a".repeat(64))).is_err());
    }

    #[test]
    fn addresses_come_apart() {
        let got = address("HTTPS://Portal.Example.com:443/a?b").expect("valid");
        assert_eq!((got.origin.as_str(), got.port), ("https://portal.example.com", 443));
        assert_eq!(got.rest, "/a?b");
        let six = address("http://[::1]:8080").expect("valid");
        assert_eq!((six.origin.as_str(), six.host.as_str()), ("http://[::1]:8080", "::1"));
        assert!(
            address("https://ana:hunter2@example.com").expect_err("refused").message.ends_with("credentials")
        );
        let bare = address("portal.example.com").expect_err("refused");
        assert_eq!(bare.help.as_deref(), Some("write `https://portal.example.com`"));
    }

    #[test]
    fn the_registrable_domain_is_the_owners() {
        let domain = |name: &str| Registrable::Domain(name.to_owned());
        assert_eq!(registrable("portal.example.com"), domain("example.com"));
        assert_eq!(registrable("www.example.co.uk"), domain("example.co.uk"));
        assert_eq!(registrable("a.b.test"), domain("b.test"));
        assert_eq!(registrable("co.uk"), Registrable::None);
        assert_eq!(registrable("192.0.2.1"), Registrable::None);
        assert_eq!(registrable("acme.web.app"), Registrable::Hosted { suffix: "web.app".to_owned() });
        assert_eq!(registrable("a.b.xn--55qx5d.cn"), domain("b.xn--55qx5d.cn"));
    }
}
