//! JSON for programs: stable by its schema number, apart from the internal types.

mod v1;

use super::neutral;
use crate::decide::Assessment;

pub(super) fn render(assessment: &Assessment) -> String {
    pretty(&v1::Report::of(assessment))
}

/// The JSON Schema of the report.
pub fn schema() -> String {
    pretty(&schemars::schema_for!(v1::Report))
}

/// With two spaces and a last line end; unseen characters are escaped.
pub(in crate::report) fn pretty(value: &impl serde::Serialize) -> String {
    // None of the values has a map with keys that are not strings, the one thing that can fail.
    let text = serde_json::to_string_pretty(value).unwrap_or_else(|_| "null".to_owned());
    neutral::json(&text) + "\n"
}
