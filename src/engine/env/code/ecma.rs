//! `process.env.NAME`, `process.env["NAME"]`, `const { NAME } = process.env`, `import.meta.env.NAME`
//! and `Deno.env.get("NAME")`.

use super::{Look, Reader, identifier, literal, places};

pub(super) fn look(look: &mut Look, text: &str, tried_only: bool) {
    for (word, reader) in [
        ("process.env", Reader::Node),
        ("Bun.env", Reader::Node),
        ("import.meta.env", Reader::Vite),
        ("Deno.env", Reader::Deno),
    ] {
        for (at, line) in places(text, word, "//") {
            let after = &text[at + word.len()..];
            if after.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '$')) {
                continue;
            }
            match read(after, reader) {
                Read::Name(name, rest) => {
                    let optional = is_asked_for(&text[..at], rest) || reader_has(reader, name);
                    if !tried_only {
                        look.reads(name, line, reader, optional);
                    }
                }
                Read::Whole => match taken_apart(&text[..at]) {
                    Some(names) => {
                        for (name, optional) in names.into_iter().filter(|_| !tried_only) {
                            look.reads(name, line, reader, optional);
                        }
                    }
                    None => look.computed = true,
                },
                Read::Nothing => {}
            }
        }
    }
}

enum Read<'a> {
    Name(&'a str, &'a str),
    /// The environment itself is taken, or a name made at run time.
    Whole,
    Nothing,
}

fn read(after: &str, reader: Reader) -> Read<'_> {
    if reader == Reader::Deno {
        if let Some(arguments) = after.strip_prefix(".get(") {
            let found = literal(arguments.trim_start());
            return found.map_or(Read::Whole, |(name, rest)| {
                Read::Name(name, rest.trim_start().strip_prefix(')').unwrap_or(rest))
            });
        }
        return if after.starts_with(".toObject") { Read::Whole } else { Read::Nothing };
    }
    let after = after.strip_prefix('!').unwrap_or(after);
    let after = after.strip_prefix('?').filter(|rest| rest.starts_with('.')).unwrap_or(after);
    if let Some(rest) = after.strip_prefix('.') {
        let rest = rest.trim_start();
        let name = identifier(rest);
        return match name {
            "" => rest.strip_prefix('[').map_or(Read::Nothing, in_brackets),
            name => Read::Name(name, &rest[name.len()..]),
        };
    }
    after.strip_prefix('[').map_or(Read::Whole, in_brackets)
}

fn in_brackets(rest: &str) -> Read<'_> {
    match literal(rest.trim_start()) {
        Some((name, rest)) => Read::Name(name, rest.trim_start().strip_prefix(']').unwrap_or(rest)),
        None => Read::Whole,
    }
}

/// `const { A, B: b, C = "x" } = process.env`: the names, and whether each has a default.
fn taken_apart(before: &str) -> Option<Vec<(&str, bool)>> {
    const FAR: usize = 4_000;
    let before = before.trim_end().strip_suffix('=')?.trim_end().strip_suffix('}')?;
    let from = before.floor_char_boundary(before.len().saturating_sub(FAR));
    let open = before[from..].rfind('{')? + from;
    let inner = &before[open + 1..];
    let names = inner.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts: Vec<(&str, bool)> = names.map(|part| (identifier(part), part.contains('='))).collect();
    // `...rest` takes what is not named.
    parts.iter().all(|(name, _)| !name.is_empty()).then_some(parts)
}

/// The code asks whether it is set, gives it a value of its own, or sets it.
fn is_asked_for(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches(['!', ')']).trim_start();
    let follows = after.starts_with("||")
        || after.starts_with("??")
        || after.starts_with("&&")
        || after.starts_with("?.")
        || after.starts_with("? ")
        || after.starts_with("===")
        || after.starts_with("!==")
        || after.starts_with("==")
        || after.starts_with("!=")
        || after.starts_with("= ")
        || after.starts_with(" = ");
    let before = before.trim_end();
    let tail = &before[before.floor_char_boundary(before.len().saturating_sub(12))..];
    follows
        || tail.ends_with('!')
        || tail.ends_with("if (")
        || tail.ends_with("Boolean(")
        || tail.ends_with("typeof")
        || tail.ends_with("delete")
        || tail.ends_with("||")
        || tail.ends_with("??")
        || tail.ends_with("&&")
        || tail.ends_with("===")
        || tail.ends_with("!==")
}

/// What is there without being set (vite.dev/guide/env-and-mode).
fn reader_has(reader: Reader, name: &str) -> bool {
    reader == Reader::Vite
        && matches!(
            name,
            "MODE" | "DEV" | "PROD" | "SSR" | "BASE_URL" | "SITE" | "ASSETS_PREFIX" | "env" | "VITEST"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(text: &str) -> (String, bool) {
        let mut found = Look::default();
        look(&mut found, text, false);
        let one = |(name, (line, _, optional)): (&String, &(u32, Reader, bool))| {
            format!("{name}@{line}{}", if *optional { "?" } else { "" })
        };
        (found.uses.iter().map(one).collect::<Vec<_>>().join(" "), found.computed)
    }

    #[test]
    fn what_is_read() {
        for (text, expected) in [
            ("a(process.env.KEY)", "KEY@1"),
            ("\nprocess.env.KEY!,", "KEY@2"),
            ("process.env['KEY'];", "KEY@1"),
            ("process.env.KEY || 'x'", "KEY@1?"),
            ("process.env.KEY ?? 'x'", "KEY@1?"),
            ("if (process.env.KEY) {}", "KEY@1?"),
            ("if (!process.env.KEY) throw x", "KEY@1?"),
            ("process.env.NODE_ENV === 'production'", "NODE_ENV@1?"),
            ("const { A, B: b, C = '1' } = process.env;", "A@1 B@1 C@1?"),
            ("Deno.env.get('KEY')", "KEY@1"),
            ("Deno.env.get(\"KEY\") ?? \"\"", "KEY@1?"),
            ("import.meta.env.VITE_X", "VITE_X@1"),
            ("import.meta.env.DEV", "DEV@1?"),
            ("// process.env.KEY", ""),
            ("f(); // process.env.KEY", ""),
            (" * process.env.KEY", ""),
            ("'http://x' + process.env.KEY", "KEY@1"),
            ("process.environment", ""),
        ] {
            assert_eq!(uses(text), (expected.to_owned(), false), "{text}");
        }
        for text in [
            "parse(process.env)",
            "process.env[name]",
            "{...process.env}",
            "Deno.env.toObject()",
            "const {A, ...rest} = process.env",
        ] {
            assert!(uses(text).1, "{text}");
        }
    }
}
