//! Mistakes in `gonogo.toml`, shown where they are: rustc's look, neither a terminal escape nor a
//! credential in it.

use std::{fmt, ops::Range};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// Most problems shown at once.
const SHOWN: usize = 20;

/// One mistake and its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// In bytes of the source.
    pub span: Range<usize>,
    /// In lower case, one sentence.
    pub message: String,
    /// Beside the caret; may be empty.
    pub label: String,
    /// What to write instead.
    pub help: Option<String>,
}

impl Problem {
    pub(crate) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), label: String::new(), help: None }
    }

    pub(crate) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All mistakes of one file, in the order of the file.
#[derive(Clone, Debug)]
pub struct Diagnostics {
    path: String,
    /// With credentials and control characters masked, byte for byte.
    source: String,
    problems: Vec<Problem>,
}

impl Diagnostics {
    /// `secret` are places whose text must not be shown at all.
    pub(crate) fn new(path: &str, source: &str, mut problems: Vec<Problem>, secret: &[Range<usize>]) -> Self {
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        problems.dedup();
        let source = masked(source, secret);
        for problem in &mut problems {
            problem.span = within(&source, &problem.span);
        }
        Self { path: printable(path), source, problems }
    }

    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// As text for people; `color` adds ANSI styles.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let shown = self.problems.iter().take(SHOWN);
        let mut parts: Vec<String> = shown.map(|problem| self.render_one(problem, &renderer)).collect();
        if let Some(more) = self.problems.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            parts.push(format!("error: … and {more} more"));
        }
        parts.join("\n\n")
    }

    fn render_one(&self, problem: &Problem, renderer: &Renderer) -> String {
        let label = printable(&problem.label);
        let mut mark = AnnotationKind::Primary.span(problem.span.clone());
        if !label.is_empty() {
            mark = mark.label(label);
        }
        let title = Level::ERROR.primary_title(printable(&problem.message));
        let snippet = Snippet::source(self.source.as_str()).path(self.path.as_str()).annotation(mark);
        let mut group: Group<'_> = title.element(snippet);
        if let Some(help) = &problem.help {
            group = group.element(Level::HELP.message(printable(help)));
        }
        renderer.render(&[group])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// Replaces what a terminal would obey instead of show.
pub fn printable(text: &str) -> String {
    text.chars().map(|letter| if is_control(letter) { '\u{FFFD}' } else { letter }).collect()
}

/// Control characters of both sets, and the bidirectional ones that reorder a line.
pub(crate) fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Does this look like a credential rather than a name? Errs on the side of yes.
pub fn is_secret(text: &str) -> bool {
    tokens(text).any(|(_, token)| is_credential(token))
}

/// The line with every credential starred out.
pub(crate) fn redacted(line: &str) -> String {
    masked(line, &[])
}

/// Beginnings of well-known credentials.
const PREFIXES: [&str; 32] = [
    "sk_live_",
    "sk_test_",
    "rk_live_",
    "rk_test_",
    "pk_live_",
    "whsec_",
    "ghp_",
    "gho_",
    "ghs_",
    "ghu_",
    "github_pat_",
    "glpat-",
    "xoxb-",
    "xoxp-",
    "xapp-",
    "eyJ",
    "AKIA",
    "ASIA",
    "AIza",
    "ya29.",
    "re_",
    "sbp_",
    "sb_secret_",
    "SG.",
    "npm_",
    "shpat_",
    "pdl_",
    "sk-",
    "dop_v1_",
    "hf_",
    "key-",
    "pat-",
];

fn is_credential(token: &str) -> bool {
    let digits = token.bytes().filter(u8::is_ascii_digit).count();
    let lower = token.bytes().any(|byte| byte.is_ascii_lowercase());
    let upper = token.bytes().any(|byte| byte.is_ascii_uppercase());
    let known = token.len() >= 12 && PREFIXES.iter().any(|prefix| token.starts_with(prefix));
    // A name in words has few digits; random text of this length almost surely has some.
    let random = token.len() >= 24 && digits >= 2 && (lower && upper || digits * 5 >= token.len());
    (known && (digits > 0 || lower && upper)) || random
}

/// Runs of the letters credentials are made of, with their offsets.
fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+=.".contains(&byte);
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < bytes.len() && !inside(bytes[at]) {
            at += 1;
        }
        let start = at;
        while at < bytes.len() && inside(bytes[at]) {
            at += 1;
        }
        // An assignment without spaces: the value is what may be secret.
        (start < at).then(|| (start, &text[start..at]))
    })
    .flat_map(|(start, run)| {
        let cut = run.find('=').filter(|cut| !run[*cut..].bytes().all(|byte| byte == b'='));
        match cut {
            Some(cut) => vec![(start, &run[..cut]), (start + cut + 1, &run[cut + 1..])],
            None => vec![(start, run)],
        }
    })
}

/// Same number of bytes, so that spans keep their meaning.
fn masked(source: &str, secret: &[Range<usize>]) -> String {
    let mut hide: Vec<Range<usize>> = secret.iter().map(|span| within(source, span)).collect();
    hide.extend(
        tokens(source)
            .filter(|(_, token)| is_credential(token))
            .map(|(start, token)| start..start + token.len()),
    );
    hide.sort_by_key(|span| span.start);
    let mut next = hide.into_iter().peekable();
    let mut covered = 0;
    let mut out = String::with_capacity(source.len());
    for (at, letter) in source.char_indices() {
        while let Some(span) = next.next_if(|span| span.start <= at) {
            covered = covered.max(span.end);
        }
        let hidden = at < covered && letter != '\n' && letter != '\r';
        match (hidden, letter.len_utf8()) {
            (true, bytes) => out.extend(std::iter::repeat_n('*', bytes)),
            (false, 1) if matches!(letter, '\n' | '\r' | '\t') || !is_control(letter) => out.push(letter),
            (false, 1) => out.push('?'),
            (false, 2) if is_control(letter) => out.push('\u{B7}'),
            (false, 3) if is_control(letter) => out.push('\u{FFFD}'),
            (false, _) => out.push(letter),
        }
    }
    out
}

/// The span, inside the text and at character boundaries.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masking_keeps_every_byte_in_its_place() {
        let secret = ["sk_", "live_", "51Habcdefghijklm"].concat();
        let source = format!("a = \"{secret}\" # é\u{85}\u{202E}\u{1b}[31m\n");
        let out = masked(&source, &[]);
        assert_eq!(out.len(), source.len());
        assert!(!out.contains(&secret) && !out.contains('\u{1b}') && !out.contains('\u{202E}'));
        assert!(out.starts_with("a = \"****") && out.contains('é'));
    }

    #[test]
    fn names_are_not_credentials() {
        for name in [
            "GONOGO_SESSION_A",
            "STRIPE_READ_KEY",
            "supabase/functions/stripe-webhook/index.ts",
            "https://portal.example.com/api/v2/webhooks/stripe",
            "SKIP_THE_CHECKS_OF_CI",
            "2026-12-31",
        ] {
            assert!(!is_secret(name), "{name}");
        }
        for secret in [
            ["rk_", "live_abcdefgh12345678"].concat(),
            ["eyJ", "hbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.x.y"].concat(),
            ["session=", "0f8Kd72Jxm20Qz81LmNq55tA"].concat(),
            ["AK", "IAIOSFODNN7EXAMPLE"].concat(),
        ] {
            assert!(is_secret(&secret), "{secret}");
        }
    }
}
