//! Values written into code where a variable should be: keys for tests, senders of mail, and the
//! origins that browsers may call from.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::{
        files::line_at,
        stage::has_extension,
        value::{classify, hosts_of},
    },
    Look, identifier, places,
};
use crate::seen::{ClueKind, Value};

/// Values kept of one file and kind.
const KEPT: usize = 40;
/// Longest list that is read.
const LIST: usize = 4_000;

pub(super) fn look(look: &mut Look, path: &str, text: &str) {
    let comment = if has_extension(path, "py") { "#" } else { "//" };
    keys(look, text, comment);
    senders(look, text, comment);
    if ["rigin", "RIGIN", "cors"].iter().any(|word| text.contains(word)) {
        origins(look, text);
        parts(look, text);
    }
}

/// Stripe's keys tell by themselves whether money moves.
fn keys(look: &mut Look, text: &str, comment: &str) {
    for word in ["k_test_", "k_live_"] {
        for (at, line) in places(text, word, comment).take(KEPT) {
            let Some(start) = at.checked_sub(1) else { continue };
            let key = text.get(start..).map(identifier).unwrap_or_default();
            let is_literal = start > 0 && matches!(text.as_bytes()[start - 1], b'\'' | b'"' | b'`');
            if is_literal && key.len() >= 32 {
                let value = classify("key", key);
                if matches!(value, Value::Stripe { .. }) {
                    look.written.push((name_before(text, start), line, value, key.to_owned()));
                }
            }
        }
    }
}

/// The name that a literal is given, in its line.
fn name_before(text: &str, literal: usize) -> String {
    let line = text[..literal].rsplit('\n').next().unwrap_or_default();
    let line = &line[line.floor_char_boundary(line.len().saturating_sub(200))..];
    let plain = line.trim_end_matches(['\'', '"', '`', ' ']);
    let named = plain.trim_end_matches(['=', ':', '(', ' ', '|', '?']);
    let start = named.rfind(|c: char| !c.is_ascii_alphanumeric() && c != '_').map_or(0, |at| at + 1);
    match named.get(start..).unwrap_or_default() {
        "" => "key".to_owned(),
        name => name.to_owned(),
    }
}

/// `from: "Acme <hello@acme.io>"` in a file that sends mail.
fn senders(look: &mut Look, text: &str, comment: &str) {
    static LITERAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"^['"]?\s*[:=]\s*(?:[\w.?()\[\]'"]+\s*(?:\|\||\?\?)\s*)?[`'"]([^`'"\n]{3,120})[`'"]"#)
            .ok()
    });
    const SENDS: &[&str] = &[
        "resend",
        "Resend",
        "sendgrid",
        "nodemailer",
        "mailgun",
        "postmark",
        "sendMail",
        "sendEmail",
        "send_email",
        "SES",
    ];
    if !SENDS.iter().any(|word| text.contains(word)) {
        return;
    }
    let mut met = Vec::new();
    for word in ["from", "From", "FROM", "sender", "Sender"] {
        for (at, line) in places(text, word, comment).take(KEPT * 4) {
            let after = &text[at + word.len()..];
            let near = &after[..after.floor_char_boundary(260)];
            let Some(found) = LITERAL.as_ref().and_then(|pattern| pattern.captures(near)) else { continue };
            let Some(address) = found.get(1) else { continue };
            let value = classify("MAIL_FROM", address.as_str());
            let own = line + memchr::memchr_iter(b'\n', &near.as_bytes()[..address.start()]).count() as u32;
            if matches!(value, Value::Mailbox(_)) && !met.contains(&own) {
                met.push(own);
                look.written.push(("from".to_owned(), own, value, address.as_str().to_owned()));
            }
        }
    }
    trial_senders(look, text, comment, &mut met);
}

/// The sender that Resend gives for trials, wherever it stands.
fn trial_senders(look: &mut Look, text: &str, comment: &str, met: &mut Vec<u32>) {
    for (_, line) in places(text, "onboarding@resend.dev", comment).take(KEPT) {
        if !met.contains(&line) {
            met.push(line);
            let value = Value::Mailbox("resend.dev".to_owned());
            look.written.push(("from".to_owned(), line, value, "onboarding@resend.dev".to_owned()));
        }
    }
}

/// A list of allowed origins. One that names this machine alone is for developers.
fn origins(look: &mut Look, text: &str) {
    static LIST_OF: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)\b(\w*origins?\w*|cors\w*)['"]?\s*(?:(?::\s*[\w<>|]{1,30}(?:\[\])?\s*)?[:=]\s*(?:new\s+Set(?:<\w+>)?\(\s*)?|[^\n\[\]]{0,80}(?:\[\])?[^\n\[\]]{0,20}\{(?:[^\[\]]{0,400}?)\breturn\s*)\["#).ok()
    });
    static ITEM: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"['"`]((?:https?://[^'"`\s]{1,200})|\*)['"`]"#).ok());
    for found in LIST_OF.iter().flat_map(|pattern| pattern.captures_iter(text)).take(10) {
        let (Some(whole), Some(name)) = (found.get(0), found.get(1)) else { continue };
        // `remotePatterns`, `allowedDevOrigins` and the like are something else.
        let lower = name.as_str().to_ascii_lowercase();
        if lower.contains("dev") || lower.contains("original") || is_comment_line(text, whole.start()) {
            continue;
        }
        let body = &text[whole.end()..];
        let body = &body[..body.floor_char_boundary(LIST)];
        let body = &body[..body.find(']').unwrap_or(0)];
        let mut hosts: Vec<(usize, Vec<String>, &str)> = Vec::new();
        for item in ITEM
            .iter()
            .flat_map(|pattern| pattern.captures_iter(body))
            .filter_map(|item| item.get(1))
            .take(KEPT)
        {
            if !is_conditional(body, item.start()) {
                hosts.push((whole.end() + item.start(), hosts_of(item.as_str()), item.as_str()));
            }
        }
        let is_public =
            |host: &String| !crate::engine::env::host_is_local(host.trim_start_matches(['*', '.']));
        if hosts.iter().any(|(_, hosts, _)| hosts.iter().any(is_public)) {
            let name =
                if lower.contains("origin") { name.as_str().to_owned() } else { "cors.origin".to_owned() };
            for (at, hosts, item) in hosts.into_iter().filter(|(_, hosts, _)| !hosts.is_empty()) {
                look.written.push((name.clone(), line_at(text, at), Value::Hosts(hosts), item.to_owned()));
            }
        }
    }
}

fn line_of(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let line = text[start..].split('\n').next().unwrap_or_default();
    &line[..line.floor_char_boundary(400)]
}

fn is_comment_line(text: &str, at: usize) -> bool {
    let line = line_of(text, at).trim_start();
    line.starts_with("//") || line.starts_with('*') || line.starts_with('#')
}

/// The item's own line says when it is in the list, or it is taken out by a comment.
fn is_conditional(body: &str, at: usize) -> bool {
    let line = line_of(body, at);
    let code = match line.find(" //") {
        Some(comment) => &line[..comment],
        None => line,
    };
    is_comment_line(body, at) || code.contains(" ? ") || code.contains("&&") || code.contains("...")
}

/// `origin.includes("acme.io")` lets `https://acme.io.attacker.example` in.
fn parts(look: &mut Look, text: &str) {
    static PART: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?m)^([^\n]*?)\b(\w*[oO]rigin)\??\.(includes|indexOf|endsWith)\(\s*['"]([^'"\n]{3,60})['"]"#,
        )
        .ok()
    });
    let lower = text.to_ascii_lowercase();
    if !lower.contains("access-control-allow-origin") && !lower.contains("cors") {
        return;
    }
    for found in PART.iter().flat_map(|pattern| pattern.captures_iter(text)).take(KEPT) {
        let (Some(before), Some(method), Some(part)) = (found.get(1), found.get(3), found.get(4)) else {
            continue;
        };
        let before = before.as_str();
        let is_end = method.as_str() == "endsWith"
            && (part.as_str().starts_with('.') || part.as_str().contains("://"));
        // The page's own address is asked where it runs.
        if !is_end && !before.ends_with("location.") && !before.trim_start().starts_with("//") {
            look.clues
                .push((line_at(text, part.start()), ClueKind::OriginPart { part: part.as_str().to_owned() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<(u32, Value)>, usize) {
        let mut found = Look::default();
        look(&mut found, "functions/a.ts", text);
        (found.written.into_iter().map(|(_, line, value, _)| (line, value)).collect(), found.clues.len())
    }

    #[test]
    fn senders_and_keys() {
        let key = format!("pk_test_5{}", "1T5i3BGkN1GwbSVbzsRG8ydeiHybphDBkRIKrZtSC3Ybao8J");
        let text = format!(
            "const KEY = '{key}';\nimport {{ Resend }} from 'resend';\nsend({{ from: 'Acme <hello@acme.io>' }});\n// from: 'Acme <onboarding@resend.dev>'\nsend({{\n  from: Deno.env.get('FROM') || 'x <onboarding@resend.dev>',\n}});"
        );
        assert_eq!(
            found(&text).0,
            [
                (1, Value::Stripe { secret: false, live: false }),
                (3, Value::Mailbox("acme.io".into())),
                (6, Value::Mailbox("resend.dev".into())),
            ]
        );
        assert!(found("const KEY = 'pk_test_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx';").0.is_empty());
    }

    #[test]
    fn lists_of_origins() {
        let hosts = |name: &str| Value::Hosts(vec![name.to_owned()]);
        let text = "const ALLOWED_ORIGINS = [\n  'https://acme.io',\n  'http://localhost:3000', // Development\n  // 'http://localhost:1',\n  ...(dev ? ['http://localhost:2'] : []),\n];";
        assert_eq!(found(text).0, [(2, hosts("acme.io")), (3, hosts("localhost"))]);
        assert_eq!(found("const origins = ['http://localhost:3000'];").0, []);
        assert_eq!(found("onCall({ cors: ['https://*.vercel.app'] }, f)").0, [(1, hosts("*.vercel.app"))]);
        assert_eq!(found("// cors\nif (origin.includes('acme.io')) ok();").1, 1);
        assert_eq!(found("// cors\nif (origin.endsWith('.acme.io')) ok();").1, 0);
        assert_eq!(found("// cors\nif (window.location.origin.includes('localhost')) ok();").1, 0);
        assert_eq!(found("// cors\nif (allowedOrigins.includes(origin)) ok();").1, 0);
    }
}
