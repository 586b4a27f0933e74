//! The little Markdown of our own help pages: headings, paragraphs, lists, code and links.

use std::fmt::Write as _;

use super::super::neutral;

pub(super) fn render(out: &mut String, markdown: &str) {
    let mut paragraph: Vec<&str> = Vec::new();
    let mut lines = markdown.lines();
    let mut in_list = false;
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        let item = trimmed.strip_prefix("- ");
        if item.is_none() && in_list && !line.starts_with(' ') {
            flush(out, &mut paragraph, "li");
            out.push_str("</ul>\n");
            in_list = false;
        }
        if trimmed.is_empty() {
            flush(out, &mut paragraph, if in_list { "li" } else { "p" });
        } else if trimmed.starts_with("```") {
            flush(out, &mut paragraph, "p");
            let code = lines.by_ref().take_while(|line| !line.trim().starts_with("```"));
            let code: Vec<String> = code.map(neutral::page).collect();
            let _ = writeln!(out, "<pre>{}</pre>", code.join("\n"));
        } else if let Some(title) = trimmed.strip_prefix("## ") {
            flush(out, &mut paragraph, "p");
            let _ = writeln!(out, "<h4>{}</h4>", inline(title));
        } else if let Some(item) = item {
            flush(out, &mut paragraph, if in_list { "li" } else { "p" });
            if !in_list {
                out.push_str("<ul>\n");
                in_list = true;
            }
            paragraph.push(item);
        } else {
            paragraph.push(trimmed);
        }
    }
    flush(out, &mut paragraph, if in_list { "li" } else { "p" });
    if in_list {
        out.push_str("</ul>\n");
    }
}

fn flush(out: &mut String, paragraph: &mut Vec<&str>, tag: &str) {
    if !paragraph.is_empty() {
        let _ = writeln!(out, "<{tag}>{}</{tag}>", inline(&paragraph.join(" ")));
        paragraph.clear();
    }
}

/// `code` and `<https://…>`; everything else is text.
fn inline(text: &str) -> String {
    let mut out = String::new();
    for (at, piece) in text.split('`').enumerate() {
        if at % 2 == 1 {
            let _ = write!(out, "<code>{}</code>", neutral::page(piece));
        } else {
            out.push_str(&links(piece));
        }
    }
    out
}

fn links(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<https://") {
        let Some((address, behind)) = after.split_once('>') else { break };
        let address = neutral::page(&format!("https://{address}"));
        let _ =
            write!(out, "{}<a href=\"{address}\" rel=\"noreferrer\">{address}</a>", neutral::page(before));
        rest = behind;
    }
    out + &neutral::page(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_pages_become_html() {
        let mut out = String::new();
        render(
            &mut out,
            "A `b` <c>.\nMore.\n\n## Fix\n\n```text\n<x>\n```\n- <https://a.example/?b=\"c\">\n- two",
        );
        assert_eq!(
            out,
            "<p>A <code>b</code> &lt;c&gt;. More.</p>\n<h4>Fix</h4>\n<pre>&lt;x&gt;</pre>\n<ul>\n<li><a \
             href=\"https://a.example/?b=&quot;c&quot;\" rel=\"noreferrer\">https://a.example/?b=&quot;c&quot;</a></li>\n\
             <li>two</li>\n</ul>\n"
        );
    }
}
