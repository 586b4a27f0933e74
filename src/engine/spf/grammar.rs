//! The grammar of a record (RFC 7208 sections 4.6.1, 5, 6 and 12), with the column of each error.

use super::{
    MacroString,
    macros::Allowed,
    record::{Kind, Mechanism, Qualifier, Record, SyntaxError, Term},
};

/// Longer than any TXT record can be.
const MAX_BYTES: usize = 65_535;

/// Errors of one record that are kept.
const MAX_ERRORS: usize = 20;

/// Parses a record that begins with `v=spf1`; the error is the first one.
pub fn parse(bytes: &[u8]) -> Result<Record, SyntaxError> {
    let (record, errors) = read(bytes);
    errors.into_iter().next().map_or(Ok(record), Err)
}

/// Every error of a record, in the order of their columns.
pub fn errors(bytes: &[u8]) -> Vec<SyntaxError> {
    read(bytes).1
}

fn read(bytes: &[u8]) -> (Record, Vec<SyntaxError>) {
    let mut record = Record { terms: Vec::new() };
    let mut errors = Vec::new();
    let odd = bytes.iter().position(|byte| !(b' '..=b'~').contains(byte));
    let error = |at: usize, term: &str, why: &str| SyntaxError {
        column: at + 1,
        term: term.to_owned(),
        why: why.to_owned(),
    };
    if let Some(at) = odd {
        let why = format!("byte {:#04x} is not printable ASCII", bytes[at]);
        return (record, vec![error(at, "", &why)]);
    }
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    if text.len() > MAX_BYTES {
        let why = format!("the record has {} bytes, more than a record can have", text.len());
        return (record, vec![error(0, "", &why)]);
    }
    if !super::is_spf(text) {
        return (record, vec![error(0, "", "the record does not begin with `v=spf1`")]);
    }
    let mut at = 6;
    for word in text.get(6..).unwrap_or_default().split(' ') {
        match term(word) {
            _ if word.is_empty() => {}
            Ok(kind) if record.terms.iter().any(|term| same_modifier(&term.kind, &kind)) => {
                errors.push(error(at, word, "this modifier appears twice"));
            }
            Ok(kind) => record.terms.push(Term { column: at + 1, text: word.to_owned(), kind }),
            Err((offset, why)) => errors.push(error(at + offset, word, &why)),
        }
        if errors.len() == MAX_ERRORS {
            break;
        }
        at += word.len() + 1;
    }
    (record, errors)
}

fn same_modifier(left: &Kind, right: &Kind) -> bool {
    matches!(
        (left, right),
        (Kind::Redirect(_), Kind::Redirect(_)) | (Kind::Explanation(_), Kind::Explanation(_))
    )
}

type Wrong = (usize, String);

fn term(word: &str) -> Result<Kind, Wrong> {
    let end = word.find([':', '/', '=']).unwrap_or(word.len());
    if word[end..].starts_with('=') {
        return modifier(&word[..end], &word[end + 1..], end + 1);
    }
    let (qualifier, skip) = match word.as_bytes().first() {
        Some(b'+') => (Qualifier::Pass, 1),
        Some(b'-') => (Qualifier::Fail, 1),
        Some(b'~') => (Qualifier::Softfail, 1),
        Some(b'?') => (Qualifier::Neutral, 1),
        _ => (Qualifier::Pass, 0),
    };
    let name = word.get(skip..end).unwrap_or_default().to_ascii_lowercase();
    let arguments = Arguments { text: &word[end..], at: end };
    let mechanism = match name.as_str() {
        "all" => arguments.none().map(|()| Mechanism::All),
        "include" => arguments.domain().map(Mechanism::Include),
        "exists" => arguments.domain().map(Mechanism::Exists),
        "a" => arguments.dual().map(|(domain, v4, v6)| Mechanism::A { domain, v4, v6 }),
        "mx" => arguments.dual().map(|(domain, v4, v6)| Mechanism::Mx { domain, v4, v6 }),
        "ptr" if arguments.text.is_empty() => Ok(Mechanism::Ptr(None)),
        "ptr" => arguments.domain().map(|domain| Mechanism::Ptr(Some(domain))),
        "ip4" => arguments.network(32).map(|(address, prefix)| Mechanism::Ip4(address, prefix)),
        "ip6" => arguments.network(128).map(|(address, prefix)| Mechanism::Ip6(address, prefix)),
        "" => Err((0, "a mechanism has no name".to_owned())),
        other => Err((skip, format!("`{other}` is not a mechanism{}", hint(other)))),
    }?;
    Ok(Kind::Mechanism(qualifier, mechanism))
}

/// The slips that are seen most.
fn hint(name: &str) -> &'static str {
    match name {
        "ip" | "ipv4" => "; write `ip4:`",
        "ipv6" => "; write `ip6:`",
        "includes" => "; write `include:`",
        _ if name.contains('.') => "; a host name needs `include:` or `a:` before it",
        _ => "",
    }
}

fn modifier(name: &str, value: &str, at: usize) -> Result<Kind, Wrong> {
    let mut letters = name.bytes();
    let starts_well = letters.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    if !starts_well || !letters.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        return Err((0, format!("`{name}` cannot be the name of a modifier")));
    }
    let shift = |(offset, why): Wrong| (at + offset, why);
    match name.to_ascii_lowercase().as_str() {
        "redirect" => MacroString::parse_domain(value).map(Kind::Redirect).map_err(shift),
        "exp" => MacroString::parse_domain(value).map(Kind::Explanation).map_err(shift),
        // `include=` is an unknown modifier by the grammar, but never what was meant.
        _ => MacroString::parse(value, Allowed::Domain).map(|_| Kind::Unknown).map_err(shift),
    }
}

/// What follows a mechanism's name, and where it begins.
#[derive(Clone, Copy)]
struct Arguments<'a> {
    text: &'a str,
    at: usize,
}

impl Arguments<'_> {
    fn wrong<T>(self, why: impl Into<String>) -> Result<T, Wrong> {
        Err((self.at, why.into()))
    }

    fn none(self) -> Result<(), Wrong> {
        if self.text.is_empty() { Ok(()) } else { self.wrong("`all` takes no argument") }
    }

    fn domain(self) -> Result<MacroString, Wrong> {
        match self.text.strip_prefix(':') {
            Some(domain) => {
                MacroString::parse_domain(domain).map_err(|(offset, why)| (self.at + 1 + offset, why))
            }
            None => self.wrong("a `:` and a domain must follow"),
        }
    }

    /// `[":" domain-spec] ["/" v4] ["//" v6]`
    fn dual(self) -> Result<(Option<MacroString>, u8, u8), Wrong> {
        let (rest, v6) = self.prefix(self.text, "//", 128)?;
        let (rest, v4) = self.prefix(rest, "/", 32)?;
        let (v4, v6) = (v4.unwrap_or(32), v6.unwrap_or(128));
        if rest.is_empty() {
            return Ok((None, v4, v6));
        }
        Arguments { text: rest, at: self.at }.domain().map(|domain| (Some(domain), v4, v6))
    }

    /// `":" address ["/" prefix]`
    fn network<T: std::str::FromStr>(self, longest: u8) -> Result<(T, u8), Wrong> {
        let Some(text) = self.text.strip_prefix(':') else {
            return self.wrong("a `:` and an address must follow");
        };
        let (address, prefix) = match text.split_once('/') {
            Some((address, digits)) => (address, self.number(digits, longest)?),
            None => (text, longest),
        };
        match address.parse() {
            Ok(address) => Ok((address, prefix)),
            Err(_) if longest == 32 => self.wrong(format!("`{address}` is not an IPv4 address")),
            Err(_) => self.wrong(format!("`{address}` is not an IPv6 address")),
        }
    }

    /// Takes `mark` and a number off the end, if they are there.
    fn prefix<'a>(self, text: &'a str, mark: &str, longest: u8) -> Result<(&'a str, Option<u8>), Wrong> {
        let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
        let (head, number) = text.split_at(text.len() - digits);
        let Some(rest) = head.strip_suffix(mark) else { return Ok((text, None)) };
        if mark == "/" && rest.ends_with('/') || number.is_empty() {
            return self.wrong(format!("a number must follow `{mark}`"));
        }
        Ok((rest, Some(self.number(number, longest)?)))
    }

    fn number(self, digits: &str, longest: u8) -> Result<u8, Wrong> {
        let well_formed = !digits.is_empty()
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && (digits == "0" || !digits.starts_with('0'));
        match digits.parse::<u8>() {
            Ok(number) if well_formed && number <= longest => Ok(number),
            _ => self.wrong(format!("the prefix length `/{digits}` is not between 0 and {longest}")),
        }
    }
}
