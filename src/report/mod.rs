//! Reports: one file a reader. Each is a pure function from an [`Assessment`] to text.
//!
//! Everything an assessment says may be hostile (a TXT record, a file name, a header), so each
//! reporter neutralises it for its own format with [`neutral`].

pub mod neutral;

use crate::decide::Assessment;

/// The formats a report can be written in.
#[derive(Clone, Copy, Debug, Eq, PartialEq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal.
    Terminal,
    /// Stable, schema 1.
    Json,
    /// SARIF 2.1.0 for GitHub code scanning.
    Sarif,
    /// For a GitHub step summary or a pull request.
    Markdown,
    /// GitHub workflow annotations.
    Github,
    /// JUnit XML.
    Junit,
    /// GitLab code quality.
    Gitlab,
}

/// How the terminal report looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns to fill; 0: do not wrap.
    pub width: usize,
    /// `-v`: passes, reasons and contacts too. `-q`: the decision alone.
    pub verbosity: i8,
}

/// Renders.
pub fn render(assessment: &Assessment, format: Format, style: Style) -> String {
    let _ = (format, style);
    format!("{}\n", assessment.decision.id())
}
