//! The matrix of `gonogo rules matrix` as one page: a heat map that needs nothing but itself.

use std::fmt::Write as _;

use crate::engine::firestore::{
    access::shown,
    prove::{Answer, Caller, Row},
    request::Method,
};

const STYLE: &str = "\
:root{color-scheme:light dark;--ink:#1d2433;--dim:#5b6475;--page:#fff;--line:#d9dee7;--head:#f4f6f9;\
--always:#c2362b;--some:#e9a23b;--never:#e3ece6;--open:#c9cfdb}\
@media(prefers-color-scheme:dark){:root{--ink:#e6e9f0;--dim:#9aa4b6;--page:#12151c;--line:#2c3341;--head:#1a1f29;\
--always:#d2493d;--some:#b97a1e;--never:#1d2b24;--open:#3a4252}}\
*{box-sizing:border-box}body{margin:2rem auto;max-width:70rem;padding:0 1rem;background:var(--page);color:var(--ink);\
font:15px/1.45 system-ui,sans-serif}h1{font-size:1.4rem}h2{font:600 1rem ui-monospace,monospace;margin:2rem 0 .5rem;\
overflow-wrap:anywhere}table{border-collapse:separate;border-spacing:3px;width:100%;table-layout:fixed}\
th{font-weight:500;color:var(--dim);text-align:left;padding:.2rem .4rem}thead th{text-align:center}td{padding:.4rem;text-align:center;border-radius:4px}\
.always{background:var(--always);color:#fff;font-weight:600}.conditional{background:var(--some);color:#1d1400}\
.never{background:var(--never);color:var(--dim)}.unknown{background:var(--open)}\
.key span{display:inline-block;padding:.15rem .6rem;margin-right:.5rem;border-radius:4px}\
details{margin:.4rem 0;color:var(--dim)}summary{cursor:pointer}li{overflow-wrap:anywhere;margin:.3rem 0}\
code{font:13px ui-monospace,monospace;color:var(--ink)}";

/// The whole page.
pub(super) fn page(name: &str, rows: &[Row]) -> String {
    let mut html = format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{0}: who can do what</title>\
         <style>{STYLE}</style></head><body><h1>Who can do what: {0}</h1><p class=\"key\">\
         <span class=\"always\">always</span><span class=\"conditional\">under a condition</span>\
         <span class=\"never\">never</span><span class=\"unknown\">not decided</span></p>\n",
        escaped(name)
    );
    for row in rows {
        section(row, &mut html);
    }
    html.push_str("</body></html>\n");
    html
}

fn section(row: &Row, html: &mut String) {
    let _ = write!(html, "<section><h2>{}</h2><table><thead><tr><th></th>", escaped(&shown(&row.pattern)));
    for method in Method::ALL {
        let _ = write!(html, "<th scope=\"col\">{}</th>", method.name());
    }
    html.push_str("</tr></thead><tbody>");
    let mut notes: Vec<(String, String)> = Vec::new();
    for caller in Caller::ALL {
        let _ = write!(html, "<tr><th scope=\"row\">{}</th>", caller.id());
        for method in Method::ALL {
            let Some(answer) = row.answer(caller, method) else {
                html.push_str("<td></td>");
                continue;
            };
            let (word, note) = told(answer);
            let title = note.as_deref().map(escaped).unwrap_or_default();
            let _ = write!(html, "<td class=\"{}\" title=\"{title}\">{word}</td>", answer.word());
            if let Some(note) = note {
                let who = format!("{} {}", caller.id(), method.name());
                match notes.iter_mut().find(|(_, known)| *known == note) {
                    Some((known, _)) => {
                        let _ = write!(known, ", {who}");
                    }
                    None => notes.push((who, note)),
                }
            }
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table>");
    if !notes.is_empty() {
        html.push_str("<details><summary>conditions and requests</summary><ul>");
        for (who, note) in notes {
            let _ = write!(html, "<li>{}: {}</li>", escaped(&who), escaped(&note));
        }
        for proof in row.cells.iter().filter_map(|cell| cell.answer.proof()).take(30) {
            let _ = write!(html, "<li><code>{}</code></li>", escaped(&proof.command()));
        }
        html.push_str("</ul></details>");
    }
    html.push_str("</section>\n");
}

fn told(answer: &Answer) -> (&'static str, Option<String>) {
    match answer {
        Answer::Always => ("yes", None),
        Answer::Never => ("no", None),
        Answer::Conditional { condition, .. } => ("if", Some(format!("if {condition}"))),
        Answer::Unknown(why) => ("?", Some(format!("not decided: {why}"))),
    }
}

/// Text for an element or a quoted attribute; control characters are left out.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::firestore::{Analysis, prove::matrix};

    #[test]
    fn hostile_names_stay_text() {
        let rules = "rules_version = '2'; service cloud.firestore { match /databases/{d}/documents { \
                     match /a/{b} { allow read: if resource.data['<script>'] == '\\'\"><img src=x>'; } } }";
        let page = page("<script>alert(1)</script>", &matrix(&Analysis::of(rules)));
        assert!(!page.contains("<script") && !page.contains("<img"), "{page}");
        assert!(page.contains("&lt;script&gt;") && page.contains("class=\"conditional\""), "{page}");
    }
}
