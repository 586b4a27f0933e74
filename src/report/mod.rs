//! Reports: one file a reader. Each is a pure function from an [`Assessment`] to text.
//!
//! Everything an assessment says may be hostile (a TXT record, a file name, a header), so each
//! reporter neutralises it for its own format with [`neutral`].

mod anchor;
mod checklist;
mod environments;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
pub mod neutral;
mod records;
mod sarif;
mod terminal;
mod words;

pub use self::{
    checklist::{ListFormat, render as checklist},
    json::schema,
};
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
    /// One HTML file to hand over.
    Html,
    /// GitHub workflow annotations.
    Github,
    /// JUnit XML.
    Junit,
    /// GitLab code quality.
    Gitlab,
    /// The DNS records to publish, as zone file lines (BIND, NSD, Cloudflare's import).
    Zone,
    /// The same as the body of Cloudflare's batch request.
    Cloudflare,
    /// The same as a change batch of Amazon Route 53.
    Route53,
}

/// How the terminal report looks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Style {
    /// With ANSI colours.
    pub color: bool,
    /// Columns to fill; 0: a hundred.
    pub width: usize,
    /// From 1 (`-v`): passes, what does not apply and contacts too. Under 0 (`-q`): the poll and
    /// the decision alone.
    pub verbosity: i8,
}

/// Renders. Only the terminal report has a style. Every text ends with a line end.
pub fn render(assessment: &Assessment, format: Format, style: Style) -> String {
    match format {
        Format::Terminal => terminal::render(assessment, style),
        Format::Json => json::render(assessment),
        Format::Sarif => sarif::render(assessment),
        Format::Markdown => markdown::render(assessment),
        Format::Html => html::render(assessment),
        Format::Github => github::render(assessment),
        Format::Junit => junit::render(assessment),
        Format::Gitlab => gitlab::render(assessment),
        Format::Zone => records::zone(assessment),
        Format::Cloudflare => records::cloudflare(assessment),
        Format::Route53 => records::route53(assessment),
    }
}

/// The formats of the table of environments × facts.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, clap::ValueEnum)]
pub enum TableFormat {
    /// For people at a terminal.
    #[default]
    Terminal,
    /// For programs.
    Json,
    /// One HTML file.
    Html,
}

/// Renders what each environment says, whole, without the rest of the report.
pub fn render_environments(assessment: &Assessment, format: TableFormat, style: Style) -> String {
    match format {
        TableFormat::Terminal => terminal::environments(assessment, style),
        TableFormat::Json => environments::json(assessment),
        TableFormat::Html => html::environments(assessment),
    }
}
