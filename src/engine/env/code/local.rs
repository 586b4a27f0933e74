//! Addresses of this machine and of tunnels, written into code that is deployed.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    super::client::{host_is_local, host_is_tunnel},
    Look, places,
};
use crate::seen::ClueKind;

/// Clues kept of one file.
const CLUES: usize = 20;
/// How far back a statement is read.
const BEFORE: usize = 240;

/// Kept for developers: not deployed, or not any more.
pub(super) fn is_for_developers(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    // Angular builds production with `environment.prod.ts` in its place.
    lower.ends_with("environments/environment.ts")
        || lower.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| {
            matches!(
                word,
                "dev"
                    | "development"
                    | "mock"
                    | "mocks"
                    | "seed"
                    | "seeds"
                    | "seeder"
                    | "stories"
                    | "deprecated"
                    | "backup"
                    | "old"
                    | "archive"
                    | "emulator"
                    | "emulators"
                    | "sample"
                    | "samples"
                    | "deploy"
                    | "local"
                    | "proxy"
                    | "setup"
            )
        })
}

pub(super) fn look(look: &mut Look, path: &str, text: &str) {
    let comment = if has_ending(path, &["py"]) { "#" } else { "//" };
    let mut found = Vec::new();
    for (at, line) in places(text, "://", comment) {
        let scheme = text[..at].rfind(|letter: char| !letter.is_ascii_alphabetic()).map_or(0, |at| at + 1);
        if !matches!(&text[scheme..at], "http" | "https" | "ws" | "wss") {
            continue;
        }
        let after = &text[at + 3..];
        let near = &after[..after.floor_char_boundary(120)];
        let host =
            near.split(['/', ':', '\'', '"', '`', '?', '#', '$', ' ', ')', '\n']).next().unwrap_or_default();
        let is_tunnel = host_is_tunnel(host);
        // Names that end in `.local` stand for nothing in code, and a container's network is not this machine.
        let is_named = host != "localhost" && host.contains(|letter: char| letter.is_ascii_alphabetic());
        if !(host_is_local(host) && !is_named || is_tunnel) {
            continue;
        }
        if let Some(fallback) = written_as(text, scheme, at) {
            let client = is_client(path);
            found.push((line, ClueKind::LocalAddress { host: host.to_ascii_lowercase(), fallback, client }));
        }
        if found.len() >= CLUES {
            break;
        }
    }
    look.clues.extend(found);
}

/// Whether a literal is only taken where nothing else is set; `None` where it is not for production.
fn written_as(text: &str, literal: usize, at: usize) -> Option<bool> {
    static FALLBACK: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"(?:\|\||\?\?|defaultValue:|\breturn|[A-Za-z_]*(?i:env|get)\w*\(\s*['"][A-Z0-9_]+['"],|\?[^;\n]*:|\(\s*[^()]*\w+\s*:\s*string\s*=)\s*$"#,
        )
        .ok()
    });
    static FIXED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?:\b(?:fetch|axios(?:\.\w+)?|requests\.\w+|httpx\.\w+|http\.\w+|dio\.\w+|ky\.\w+|Uri\.parse|WebSocket|io|EventSource)\(\s*|\b(\w*(?i:url|uri|host|base|endpoint|server|backend|api)\w*)['\x22]?\s*(?::\s*\w+\s*)?(?:=>|[:=])\s*(?:const\s+)?(?:Uri\.parse\()?\s*)$",
        )
        .ok()
    });
    let before = text[..literal].strip_suffix(['\'', '"', '`'])?;
    let from = before.floor_char_boundary(before.len().saturating_sub(BEFORE));
    let near = last_lines(&before[from..], 3);
    let rest = text[at..].split('\n').next().unwrap_or_default();
    let rest = &rest[..rest.floor_char_boundary(60)];
    // The base of a parser stands in the same statement.
    if last_lines(near, 1).contains("new URL(") || is_guarded(near, rest) {
        return None;
    }
    if FALLBACK.as_ref()?.is_match(near) {
        return Some(true);
    }
    let fixed = FIXED.as_ref()?.captures(near)?;
    let named = fixed.get(1).map_or("", |name| name.as_str());
    (!is_of_developers(named)).then_some(false)
}

fn last_lines(text: &str, count: usize) -> &str {
    let start = memchr::memrchr_iter(b'\n', text.as_bytes()).nth(count - 1).map_or(0, |at| at + 1);
    &text[start..]
}

/// The statement asks where it runs, prints the address, or takes it for a parser's base.
fn is_guarded(before: &str, rest: &str) -> bool {
    let lower = format!("{before}\u{0}{rest}").to_ascii_lowercase();
    [
        "emulator",
        "development",
        "isdev",
        "is_dev",
        "__dev__",
        "kdebugmode",
        "kreleasemode",
        "env.dev",
        "env.prod",
        "hostname",
        "console.",
        "print(",
        "logger",
        "log(",
        "placeholder",
        "example",
        "expect(",
        "mock",
        "node_env",
        ".mode",
        "islocal",
        "is_local",
        "startswith(",
        "includes(",
        "indexof(",
        "endswith(",
        "isproduction",
        "is_production",
        "isprod",
        "flavor",
        "debug",
        "testing",
    ]
    .iter()
    .any(|word| lower.contains(word))
}

/// `localApiUrl`, `DEV_URL`: the name says whom it is for.
fn is_of_developers(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["dev", "local", "test", "debug", "internal", "proxy", "redis", "database", "mongo", "nbi"]
        .iter()
        .any(|word| lower.contains(word))
}

fn has_ending(path: &str, endings: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, ending)| endings.contains(&ending))
}

/// Runs in a browser or in an app.
pub(super) fn is_client(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let is_server = lower.split('/').any(|part| {
        matches!(part, "functions" | "server" | "backend" | "api" | "supabase" | "workers" | "services-api")
    }) || lower.ends_with("/route.ts")
        || lower.ends_with("/route.js")
        || has_ending(&lower, &["py"]);
    !is_server
        && (has_ending(&lower, &["tsx", "jsx", "vue", "svelte", "dart", "astro"])
            || lower.split('/').any(|part| {
                matches!(
                    part,
                    "src" | "app" | "client" | "web" | "frontend" | "components" | "hooks" | "pages"
                )
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clues(path: &str, text: &str) -> Vec<String> {
        let mut found = Look::default();
        look(&mut found, path, text);
        let told = |what: ClueKind| match what {
            ClueKind::LocalAddress { host, fallback, client } => format!(
                "{host}{}{}",
                if fallback { " fallback" } else { "" },
                if client { " client" } else { "" }
            ),
            other => format!("{other:?}"),
        };
        found.clues.into_iter().map(|(line, what)| format!("{line} {}", told(what))).collect()
    }

    #[test]
    fn addresses_that_are_deployed() {
        for (text, wanted) in [
            ("fetch('http://127.0.0.1:7478/ingest/x', { method: 'POST' });", "1 127.0.0.1 client"),
            ("const API_URL = 'http://localhost:8000';", "1 localhost client"),
            ("export const baseUrl: string = \"http://192.168.1.20:3000\";", "1 192.168.1.20 client"),
            (
                "const url = import.meta.env.VITE_API_URL || 'http://localhost:3001';",
                "1 localhost fallback client",
            ),
            ("const a = {\n  baseURL: 'https://abc.ngrok-free.app/api',\n};", "2 abc.ngrok-free.app client"),
            ("return 'http://localhost:3000';", "1 localhost fallback client"),
            (
                "const u = typeof window !== 'undefined' ? location : 'http://localhost:3001';",
                "1 localhost fallback client",
            ),
        ] {
            assert_eq!(clues("src/api.ts", text), [wanted], "{text}");
        }
        assert_eq!(
            clues(
                "lib/api.dart",
                "final url = String.fromEnvironment('API', defaultValue: 'http://10.0.2.2:80');"
            ),
            ["1 10.0.2.2 fallback client"]
        );
        assert_eq!(
            clues("backend/app.py", "API = os.getenv(\"API_URL\", \"http://localhost:8000\")"),
            ["1 localhost fallback"]
        );
    }

    #[test]
    fn addresses_that_are_for_developers() {
        for text in [
            "connectAuthEmulator(auth, 'http://127.0.0.1:9099');",
            "const base = process.env.NODE_ENV === 'production' ? x : 'http://localhost:3000';",
            "// const API_URL = 'http://localhost:8000';",
            "console.log('http://localhost:3000');",
            "const u = new URL(request.url, 'http://localhost');",
            "const DEV_URL = 'http://localhost:3000';",
            "const API_URL = 'https://api.acme.io';",
            "if (location.hostname === 'localhost') {\n  url = 'http://localhost:3000';\n}",
            "<input placeholder=\"x\" value='http://localhost:3000' />",
        ] {
            assert_eq!(clues("src/api.ts", text), Vec::<String>::new(), "{text}");
        }
    }
}
