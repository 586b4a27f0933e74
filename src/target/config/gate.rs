//! The gate, the waivers and the providers of `gonogo.toml`.

use jiff::civil::Date;
use toml::Spanned;

use super::{
    Known,
    file::{self, File},
    lines::Lines,
    meaning::Meaning,
};
use crate::{
    finding::Severity,
    station::Station,
    target::{
        PROVIDERS, Provider, Waiver,
        diagnostic::{Problem, is_secret},
        spelling::nearest,
    },
};

/// A waiver is a decision for now: at most a year.
const LONGEST_WAIVER_DAYS: i32 = 366;

pub(super) const SEVERITIES: [Severity; 5] =
    [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

pub(super) fn read(file: &File, known: &Known, lines: &Lines<'_>, out: &mut Meaning) {
    for (name, provider) in &file.providers {
        known_provider(name, out);
        variable(&provider.key_env, out);
        let id = provider.id.as_ref().map(|id| id.get_ref().clone());
        let provider = Provider { key_env: provider.key_env.get_ref().clone(), id };
        out.target.providers.insert(name.get_ref().clone(), provider);
    }
    gate(&file.gate, out);
    for waiver in &file.waivers {
        let read = waived(waiver, known, lines, out);
        out.target.waivers.extend(read);
    }
}

/// A provider that nobody can ask would silently be left out.
fn known_provider(name: &Spanned<String>, out: &mut Meaning) {
    if PROVIDERS.contains(&name.get_ref().as_str()) {
        return;
    }
    let known = nearest(name.get_ref(), PROVIDERS.iter().copied());
    let help = match known {
        Some(known) => format!("did you mean `{known}`?"),
        None => format!("one of {}", PROVIDERS.join(", ")),
    };
    out.problems.push(Problem::new(name.span(), "no API of this provider is known").help(help));
}

/// The name of an environment variable. Whatever else stands there is likely the secret itself,
/// and is not shown.
pub(super) fn variable(written: &Spanned<String>, out: &mut Meaning) {
    let name = written.get_ref();
    let begins = name.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    let is_name = begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let message = if is_secret(name) {
        "looks like the credential itself, not the name of an environment variable"
    } else if !is_name || name.len() > 100 {
        "not the name of an environment variable"
    } else {
        return;
    };
    out.secret.push(written.span());
    out.problems.push(
        Problem::new(written.span(), message).label("not shown here").help(
            "put the value into the environment and write the variable's name, e.g. `GONOGO_SESSION_A`",
        ),
    );
}

fn gate(gate: &file::Gate, out: &mut Meaning) {
    if let Some(written) = &gate.fail_on {
        let ids = SEVERITIES.map(Severity::id);
        match SEVERITIES.into_iter().find(|severity| severity.id() == written.get_ref()) {
            Some(severity) => out.target.gate.fail_on = severity,
            None => out.problems.push(unknown("severity", written, &ids)),
        }
    }
    if let Some(score) = &gate.min_score {
        match u8::try_from(*score.get_ref()).ok().filter(|score| *score <= 100) {
            Some(score) => out.target.gate.min_score = Some(score),
            None => out.problems.push(Problem::new(score.span(), "a score is between 0 and 100")),
        }
    }
    for written in &gate.required {
        match Station::from_id(written.get_ref()) {
            Some(station) => out.target.gate.required.push(station),
            None => out.problems.push(unknown("station", written, &Station::ALL.map(Station::id))),
        }
    }
}

fn waived(entry: &file::Waiver, known: &Known, lines: &Lines<'_>, out: &mut Meaning) -> Option<Waiver> {
    let before = out.problems.len();
    if !known.checks.contains(&entry.check.get_ref().as_str()) {
        let problem = unknown("check", &entry.check, &known.checks);
        let problem =
            if problem.help.is_none() { problem.help("`gonogo checks` lists them all") } else { problem };
        out.problems.push(problem);
    }
    if entry.reason.get_ref().trim().is_empty() {
        out.problems.push(
            Problem::new(entry.reason.span(), "a waiver needs a reason")
                .help("say why the finding is acceptable for now"),
        );
    }
    if let Some(print) = &entry.fingerprint {
        let hex = print.get_ref().bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if print.get_ref().len() != 32 || !hex {
            out.problems.push(
                Problem::new(print.span(), "not a fingerprint")
                    .help("copy the 32 hexadecimal digits from the report"),
            );
        }
    }
    let until = until(&entry.until, known.today).map_err(|problem| out.problems.push(problem)).ok()?;
    (out.problems.len() == before).then(|| Waiver {
        check: entry.check.get_ref().clone(),
        subject: entry.subject.as_ref().map(|subject| subject.get_ref().clone()),
        fingerprint: entry.fingerprint.as_ref().map(|print| print.get_ref().clone()),
        reason: entry.reason.get_ref().trim().to_owned(),
        until,
        place: Some(lines.place(&entry.check.span())),
    })
}

/// A day in the past is no mistake: the finding is back.
fn until(written: &Spanned<toml::Value>, today: Date) -> Result<Date, Problem> {
    let date = date(written)?;
    let ahead = today.until(date).map_or(0, |span| span.get_days());
    if ahead > LONGEST_WAIVER_DAYS {
        let latest = today.saturating_add(jiff::Span::new().days(365));
        return Err(Problem::new(written.span(), "a waiver holds for at most a year")
            .help(format!("the latest date today is `{latest}`")));
    }
    Ok(date)
}

/// A day, with or without quotes.
pub(super) fn date(written: &Spanned<toml::Value>) -> Result<Date, Problem> {
    let text = match written.get_ref() {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(date) => date.to_string(),
        _ => String::new(),
    };
    text.parse()
        .ok()
        .filter(|_| text.len() == 10)
        .ok_or_else(|| Problem::new(written.span(), "not a date").help("write e.g. `2026-12-31`"))
}

fn unknown(what: &str, written: &Spanned<String>, known: &[&str]) -> Problem {
    let text = written.get_ref();
    let message = if is_secret(text) || text.len() > 80 {
        format!("no such {what}")
    } else {
        format!("no {what} is called `{text}`")
    };
    let problem = Problem::new(written.span(), message);
    match nearest(text, known.iter().copied()) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None if known.len() <= 12 => problem.help(format!("one of {}", known.join(", "))),
        None => problem,
    }
}
