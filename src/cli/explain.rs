//! `gonogo explain`.

use std::{fmt::Write as _, process::ExitCode};

use super::{
    failure::{Failure, meant},
    page::{Page, heading},
    stdout,
};
use crate::{
    checks::{self, Check},
    plan::nearest,
    station::Station,
};

#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  gonogo explain mail
  gonogo explain mail/spf-multiple")]
pub(super) struct Arguments {
    /// A check such as mail/spf-multiple, or a station such as mail
    #[arg(value_name = "NAME")]
    name: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let color = stdout::has_color();
    let name = arguments.name.trim_end_matches('/');
    let text = if let Some(check) = checks::by_id(name) {
        check_page(check, color)
    } else if let Some(station) = Station::from_id(name) {
        station_page(station, color)
    } else {
        let failure = Failure::new(format!("no station or check is called `{name}`"));
        return Err(failure.help(meant(nearest(name).as_deref())).into());
    };
    stdout::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn check_page(check: &Check, color: bool) -> String {
    let mut text = heading(check.id, color);
    let _ = writeln!(text, "{} · {} · confidence {}\n", check.title, check.severity, check.confidence.id());
    text + &Page { width: stdout::width(), color }.set(&check.help())
}

fn station_page(station: Station, color: bool) -> String {
    let mut text = heading(station.id(), color);
    let _ = writeln!(text, "{}\n", station.about());
    let checks: Vec<&Check> = checks::all().filter(|check| check.station == station).collect();
    let width = checks.iter().map(|check| check.id.len()).max().unwrap_or(0);
    for check in &checks {
        let _ = writeln!(text, "  {:width$}  {:8}  {}", check.id, check.severity, check.title);
    }
    let _ = writeln!(text, "\n{} in all; `gonogo explain ID` tells more.", checks.len());
    text
}
