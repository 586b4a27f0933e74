//! `gonogo plan`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    process::ExitCode,
};

use serde_json::{Value, json};

use super::{aim::Aim, page::heading, progress::label, reach::Allow, select::Select, stdout, talk::Talk};
use crate::{
    checks::Kind,
    plan::{Plan, Question, Touch, plan},
    seen::Miss,
    station::Station,
    target::{Target, diagnostic::printable},
};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo plan
  gonogo plan example.com --only mail
  gonogo plan --format json

Nothing is asked, contacted or sent; only the names of files are looked at.")]
pub(super) struct Arguments {
    #[command(flatten)]
    aim: Aim,
    #[command(flatten)]
    select: Select,
    #[command(flatten)]
    allow: Allow,
    /// How to show it
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    format: PlanFormat,
    #[command(flatten)]
    talk: Talk,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum PlanFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let selection = arguments.select.selection()?;
    let resolved = arguments.aim.resolve(&arguments.talk, jiff::Timestamp::now())?;
    let plan = plan(&resolved.target, &selection, arguments.allow.consent());
    let text = match arguments.format {
        PlanFormat::Text => text(&plan, &resolved.target, stdout::has_color()),
        PlanFormat::Json => serde_json::to_string_pretty(&as_json(&plan, &resolved.target))? + "\n",
    };
    stdout::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A question, and why it is withheld if it is.
type Entry<'a> = (&'a Question, Option<&'a Miss>);

/// The questions each enabled station needs.
fn by_station(plan: &Plan) -> BTreeMap<Station, Vec<Entry<'_>>> {
    let mut kinds: BTreeMap<Station, BTreeSet<Kind>> = BTreeMap::new();
    for check in &plan.checks {
        kinds.entry(check.station).or_default().extend(check.judge.needs());
    }
    let asked = plan.asked.iter().map(|question| (question, None));
    let withheld = plan.withheld.iter().map(|(question, miss)| (question, Some(miss)));
    let mut all: Vec<Entry<'_>> = asked.chain(withheld).collect();
    all.sort();
    let of = |kinds: &BTreeSet<Kind>| -> Vec<Entry<'_>> {
        all.iter().filter(|(question, _)| kinds.contains(&question.kind())).copied().collect()
    };
    kinds.iter().map(|(station, kinds)| (*station, of(kinds))).collect()
}

fn text(plan: &Plan, target: &Target, color: bool) -> String {
    let mut text = heading(&printable(&target.name), color);
    let stack = target.stack.summary();
    if !stack.is_empty() {
        let _ = writeln!(text, "{}", printable(&stack));
    }
    let mut met: BTreeMap<&Question, Station> = BTreeMap::new();
    for (station, entries) in by_station(plan) {
        text.push('\n');
        text.push_str(&heading(&format!("{station}: {}", station.about()), color));
        for (question, withheld) in entries {
            let first = *met.entry(question).or_insert(station);
            let _ = match withheld {
                Some(miss) => {
                    writeln!(text, "  {}: withheld ({})", label(question), printable(&miss.to_string()))
                }
                None if first != station => writeln!(text, "  {}: asked for {first}", label(question)),
                None => writeln!(text, "  {}", label(question)),
            };
            if first == station && withheld.is_none() {
                for touch in question.touches() {
                    let _ = writeln!(text, "    {}", printable(&touched(&touch)));
                }
            }
        }
        for left in plan.left_out.iter().filter(|left| left.station == station) {
            let _ = writeln!(text, "  nothing: {}", printable(&left.why));
        }
    }
    let remote = plan.asked.iter().filter(|question| question.is_remote()).count();
    let _ = writeln!(
        text,
        "\n{} questions, {remote} of them over the network; {} withheld.",
        plan.asked.len(),
        plan.withheld.len()
    );
    text
}

fn touched(touch: &Touch) -> String {
    match touch {
        Touch::Dns { name, record } => format!("dns   {name} {record}"),
        Touch::Tcp { host, port, why } => format!("tcp   {} ({why})", crate::plan::endpoint(host, *port)),
        Touch::Http { method, url, why } => format!("http  {method} {url} ({why})"),
        Touch::File { path, why } => format!("file  {path} ({why})"),
        Touch::Then { what } => format!("then  {what}"),
    }
}

fn as_json(plan: &Plan, target: &Target) -> Value {
    let entry = |(question, withheld): &Entry<'_>| {
        json!({
            "question": label(question),
            "remote": question.is_remote(),
            "withheld": withheld.map(ToString::to_string),
            "touches": question.touches(),
        })
    };
    let stations: Vec<Value> = by_station(plan)
        .iter()
        .map(|(station, entries)| {
            let left = plan.left_out.iter().find(|left| left.station == *station);
            json!({
                "station": station,
                "questions": entries.iter().map(entry).collect::<Vec<_>>(),
                "left_out": left.map(|left| &left.why),
            })
        })
        .collect();
    json!({ "schema": 1, "target": target.name, "stack": target.stack, "stations": stations })
}
