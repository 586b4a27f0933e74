//! Makes hostile text harmless, one function a format.
//!
//! What an audit saw may have been written by an adversary: a TXT record, a file name, a header.
//! Nothing of it may steer a terminal, forge a workflow command, hide behind a text direction or
//! become markup. Characters that cannot be seen are shown by their number, as in Rust: `\u{1b}`.

use std::fmt::Write as _;

/// Controls, text directions and characters without a shape: none of them is needed to read a
/// report, and each of them can make it lie.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// One line of text: line ends and tabs become one space, unseen characters their number.
pub fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut folding = false;
    for c in text.chars() {
        if matches!(c, '\n' | '\r' | '\t') {
            folding = true;
            continue;
        }
        if std::mem::take(&mut folding) && !out.is_empty() && !out.ends_with(' ') && c != ' ' {
            out.push(' ');
        }
        push_seen(&mut out, c);
    }
    out
}

/// One line for a terminal, which may be the log of a workflow: a runner obeys `::command::` at
/// the start of a line, where wrapping may put any word, and `##[command]` anywhere.
pub fn terminal(text: &str) -> String {
    let text = brackets(&line(text), "\\u{5b}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find("::") {
        let (before, command) = rest.split_at(at);
        out.push_str(before);
        let starts_word = out.chars().next_back().is_none_or(char::is_whitespace);
        let named = command[2..].starts_with(|c: char| c.is_ascii_alphabetic());
        if starts_word && named && command[2..].contains("::") {
            out.push_str("\\u{3a}:");
        } else {
            out.push_str("::");
        }
        rest = &command[2..];
    }
    out.push_str(rest);
    out
}

/// Several lines for a terminal, without trailing spaces.
pub fn terminal_lines(text: &str) -> Vec<String> {
    text.lines().map(|line| terminal(&line.replace('\t', "    ")).trim_end().to_owned()).collect()
}

/// Text between Markdown's own marks: every mark is escaped, and what GitHub would turn into a
/// link, a mention or a reference by itself is cut by an empty comment.
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    let mut chars = text.chars().peekable();
    let mut word = String::new();
    while let Some(c) = chars.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("@<!-- -->"),
            '#' if chars.peek().is_some_and(char::is_ascii_digit) => out.push_str("\\#<!-- -->"),
            ':' if chars.peek() == Some(&'/') => out.push_str(":<!-- -->"),
            '.' if word.eq_ignore_ascii_case("www") => out.push_str(".<!-- -->"),
            '-' if word.eq_ignore_ascii_case("gh") => out.push_str("-<!-- -->"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        if c.is_alphanumeric() { word.push(c) } else { word.clear() }
    }
    // At the start of a line these would begin a list or a heading.
    if out.starts_with(['-', '=', '+']) || out.starts_with(|c: char| c.is_ascii_digit()) && is_list_item(&out)
    {
        out.insert_str(0, "<!-- -->");
    }
    out
}

/// Text inside HTML, where Markdown's marks mean nothing.
pub fn html(text: &str) -> String {
    let text = line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = text.replace('"', "&quot;").replace('[', "&#91;").replace('`', "&#96;");
    text.replace('@', "@<!-- -->").replace("://", ":<!-- -->//")
}

/// Text and attribute values of an HTML file that is read by a browser.
pub fn page(text: &str) -> String {
    let text = line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    // A page is sometimes printed in the log of a workflow, whose runner obeys `##[command]`.
    text.replace('"', "&quot;").replace('\'', "&#39;").replace("##", "#&#35;")
}

/// A code span, in which nothing is markup. Empty text gives no span.
pub fn markdown_code(text: &str) -> String {
    let text = brackets(&line(text), "\\u{5b}");
    if text.trim().is_empty() {
        return String::new();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    // GitHub splits a table's cells before it looks for code.
    let text = text.replace('|', "\\|");
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A fenced block, line by line.
pub fn markdown_block(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line, '`')).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let language: String = language.chars().filter(char::is_ascii_alphanumeric).take(20).collect();
    let mut out = format!("{fence}{language}\n");
    for text in lines {
        let _ = writeln!(out, "{}", brackets(&line(&text.replace('\t', "    ")), "\\u{5b}"));
    }
    out.push_str(&fence);
    out
}

/// Text for an XML writer that escapes markup itself: XML 1.0 has no way to write most controls.
/// The file may be printed in a log too.
pub fn xml(text: &str) -> String {
    terminal(text)
}

/// Without `##[`, which a runner obeys anywhere in a line.
fn brackets(text: &str, bracket: &str) -> String {
    if !text.contains("##[") && !text.contains("##vso[") {
        return text.to_owned();
    }
    text.replace("##[", &format!("##{bracket}")).replace("##vso[", &format!("##vso{bracket}"))
}

/// The message of a workflow command. The runner decodes `%25`, `%0D` and `%0A`.
pub fn github_data(text: &str) -> String {
    brackets(&line(text), "\\u{5b}").replace('%', "%25")
}

/// A property of a workflow command, where `:` and `,` end it.
pub fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Serialised JSON with everything unseen, and `<`, in `\u` escapes: the same value, but it can
/// be shown, embedded and logged. Outside strings JSON has none of these characters.
pub fn json(serialised: &str) -> String {
    let serialised = brackets(serialised, "\\u005b");
    let mut out = String::with_capacity(serialised.len());
    let mut units = [0; 2];
    for c in serialised.chars() {
        if c == '<' || (c != '\n' && is_unseen(c)) {
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Plain text of a SARIF message, where `[text](target)` would be a link.
pub fn sarif(text: &str) -> String {
    line(text).replace("](", "] (")
}

/// A relative path as a URI reference (RFC 3986): everything but unreserved characters and `/` is
/// percent-encoded, so that neither `:` makes a scheme nor `#` a fragment.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn push_seen(out: &mut String, c: char) {
    if is_unseen(c) {
        let _ = write!(out, "{}", c.escape_unicode());
    } else {
        out.push(c);
    }
}

fn longest_run(text: &str, wanted: char) -> usize {
    text.split(|c| c != wanted).map(str::len).max().unwrap_or(0)
}

fn is_list_item(text: &str) -> bool {
    text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with(['.', ')'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_folded_and_shows_what_cannot_be_seen() {
        assert_eq!(line("a\r\n\tb"), "a b");
        assert_eq!(line("\n a \n"), " a ");
        assert_eq!(line("\u{1b}[31m\u{202e}\u{200b}"), "\\u{1b}[31m\\u{202e}\\u{200b}");
        assert_eq!(line("ключ 日本 ü"), "ключ 日本 ü");
    }

    #[test]
    fn a_terminal_line_gives_no_command() {
        assert_eq!(terminal("::error::x"), "\\u{3a}:error::x");
        assert_eq!(terminal("see ::add-mask::x"), "see \\u{3a}:add-mask::x");
        // Addresses and paths stay as they are.
        for text in ["::1", "connect to ::1 and 2001:db8::1", "fe80::a::", "std::fs::read", "a::"] {
            assert_eq!(terminal(text), text);
        }
        assert_eq!(terminal("##[error]"), "##\\u{5b}error]");
    }

    #[test]
    fn markdown_has_no_marks() {
        assert_eq!(markdown("a_b [c](d) <e> |"), "a\\_b \\[c\\](d) &lt;e&gt; \\|");
        assert_eq!(markdown("@octocat #12 #x"), "@<!-- -->octocat \\#<!-- -->12 \\#x");
        assert_eq!(markdown("1. item"), "<!-- -->1. item");
        assert_eq!(markdown("10 items"), "10 items");
    }

    #[test]
    fn code_outgrows_its_backticks() {
        assert_eq!(markdown_code("a"), "`a`");
        assert_eq!(markdown_code("`a``"), "``` `a`` ```");
        assert_eq!(markdown_code(" \n"), "");
        let lines = ["````".to_owned(), "a\tb".to_owned()];
        assert_eq!(markdown_block("sh <", &lines), "`````sh\n````\na    b\n`````");
    }

    #[test]
    fn json_keeps_its_value() {
        let text = "<\u{7f}\u{e0041}##[";
        let escaped = json(&serde_json::to_string(text).unwrap_or_default());
        assert_eq!(escaped, "\"\\u003c\\u007f\\udb40\\udc41##\\u005b\"");
        assert_eq!(serde_json::from_str::<String>(&escaped).ok().as_deref(), Some(text));
    }

    #[test]
    fn a_path_is_a_relative_reference() {
        assert_eq!(uri("a b/c#d?e:f%/ü"), "a%20b/c%23d%3Fe%3Af%25/%C3%BC");
    }
}
