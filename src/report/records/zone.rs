//! Zone file lines (RFC 1035 section 5): for BIND, NSD and Knot, and for Cloudflare's import.

use std::fmt::Write as _;

use super::{
    Change, TTL, changes,
    value::{Value, absolute},
};
use crate::decide::Assessment;

pub(crate) fn zone(assessment: &Assessment) -> String {
    let changes = changes(assessment);
    let mut text =
        String::from("; The records that mend what gonogo found. Read each before you publish it.\n");
    if changes.own.is_empty() && changes.foreign.is_empty() {
        text += "; No finding asks for another record.\n";
    }
    if changes.own.iter().chain(&changes.foreign).any(|change| !change.removed.is_empty()) {
        text += "; Remove the records on lines that begin with `; -` first.\n";
    }
    for change in &changes.own {
        lines(&mut text, change, "");
    }
    if !changes.foreign.is_empty() {
        text += "\n; These names are not yours: ask their owners to publish them.\n";
        changes.foreign.iter().for_each(|change| lines(&mut text, change, "; "));
    }
    if !changes.unsure.is_empty() {
        let ids: Vec<&str> = changes.unsure.iter().copied().collect();
        let _ = writeln!(text, "\n; Left out, because it is not sure: {}.", ids.join(", "));
    }
    if changes.unwritable > 0 {
        let _ = writeln!(text, "\n; Left out: {} that no zone file can hold as seen.", changes.unwritable);
    }
    text
}

fn lines(text: &mut String, change: &Change, before: &str) {
    let owner = format!("{} {TTL} IN {}", absolute(&change.name), change.record);
    let _ = writeln!(text, "\n; {}", change.reasons());
    for value in &change.removed {
        let _ = writeln!(text, "; - {owner} {}", written(value));
    }
    if change.values.is_empty() && change.removed.is_empty() {
        let _ = writeln!(text, "; - {owner}");
    }
    for value in &change.added {
        let _ = writeln!(text, "{before}{owner} {}", written(value));
    }
}

/// A log that shows the file must not find a runner's command in it: `#` is also `\035`.
fn written(value: &Value) -> String {
    value.in_zone().replace("##", "#\\035")
}
