//! The table of environments × facts: what each environment says about one thing, beside what the
//! others say, with the contradictions marked that checks found.

mod json;
mod topic;

use std::collections::BTreeMap;

pub(super) use self::json::json;
use self::topic::{Topic, topic_of};
use crate::{
    decide::{Assessment, Judged},
    finding::{Confidence, Place, Severity},
    seen::{Environments, Fact, Stage, Value},
    station::Station,
};

/// The columns in their order.
const STAGES: [Stage; 6] =
    [Stage::Production, Stage::Staging, Stage::Development, Stage::Test, Stage::Any, Stage::Example];
/// More rows than this are for a program.
const ROWS: usize = 5_000;

/// Rows with contradictions first, then facts a launch depends on, then variables by name.
pub(super) struct Table {
    pub(super) stages: Vec<Stage>,
    pub(super) rows: Vec<Row>,
}

pub(super) struct Row {
    /// `Supabase project`, or the name of a variable.
    pub(super) title: String,
    /// Several variables in one row, as opposed to one.
    pub(super) is_topic: bool,
    /// One list for each of the table's stages, maybe empty.
    pub(super) cells: Vec<Vec<Cell>>,
    /// Checks that a value of this row contradicts, with the worst severity of each.
    pub(super) marks: BTreeMap<&'static str, Severity>,
}

/// One value of one environment, at the first place that has it.
pub(super) struct Cell {
    /// Redacted: a kind, a mode, a prefix with a length, a host.
    pub(super) value: String,
    /// The variable, where the row is about several.
    pub(super) name: String,
    pub(super) path: String,
    pub(super) line: u32,
    /// Further places in this environment with the same value.
    pub(super) more: usize,
    /// The checks that speak about a place of it.
    pub(super) marks: Vec<&'static str>,
}

impl Row {
    pub(super) fn is_contradicted(&self) -> bool {
        !self.marks.is_empty()
    }
}

impl Cell {
    /// `.env.production:3 and 2 more`.
    pub(super) fn place(&self) -> String {
        let more = if self.more > 0 { format!(" +{}", self.more) } else { String::new() };
        format!("{}:{}{more}", self.path, self.line)
    }
}

/// The table of an assessment; `None` where the station looked at no file.
pub(super) fn table(assessment: &Assessment) -> Option<Table> {
    let environments = assessment.environments.as_ref()?;
    let marks = marks(assessment);
    let stages: Vec<Stage> = STAGES
        .into_iter()
        .filter(|stage| environments.facts.iter().any(|fact| fact.stage == *stage))
        .collect();
    if stages.is_empty() {
        return None;
    }
    let mut grouped: BTreeMap<(Topic, String), Vec<&Fact>> = BTreeMap::new();
    // What a variable is about in one environment it is about in all.
    let mut topics: BTreeMap<&str, Topic> = BTreeMap::new();
    for fact in &environments.facts {
        let topic = topics.entry(&fact.name).or_insert(Topic::Variable);
        *topic = (*topic).min(topic_of(fact));
    }
    for fact in &environments.facts {
        let topic = topics.get(fact.name.as_str()).copied().unwrap_or(Topic::Variable);
        let title = if topic == Topic::Variable { fact.name.clone() } else { topic.title().to_owned() };
        grouped.entry((topic, title)).or_default().push(fact);
    }
    let mut rows: Vec<Row> = grouped
        .into_iter()
        .take(ROWS)
        .map(|((topic, title), facts)| row(topic, title, &facts, &stages, &marks))
        .collect();
    // Stable: the order of topics and names stays within both halves.
    rows.sort_by_key(|row| !row.is_contradicted());
    Some(Table { stages, rows })
}

type Marks<'a> = BTreeMap<(&'a str, u32), BTreeMap<&'static str, Severity>>;

/// What the station found, by place. A guess marks nothing.
fn marks(assessment: &Assessment) -> Marks<'_> {
    let mut marks = Marks::new();
    let sure = |judged: &&Judged| judged.check.station == Station::Env && judged.confidence > Confidence::Low;
    for judged in assessment.findings.iter().filter(sure) {
        for place in &judged.finding.places {
            let Place::File { path, line: Some(line), .. } = place else { continue };
            let at =
                marks.entry((path, *line)).or_default().entry(judged.check.id).or_insert(judged.severity);
            *at = (*at).max(judged.severity);
        }
    }
    marks
}

fn row(topic: Topic, title: String, facts: &[&Fact], stages: &[Stage], marks: &Marks<'_>) -> Row {
    let letters = letters(facts);
    let mut row = Row {
        title,
        is_topic: topic != Topic::Variable,
        cells: stages.iter().map(|_| Vec::new()).collect(),
        marks: BTreeMap::new(),
    };
    for fact in facts {
        let Some(cells) =
            stages.iter().position(|stage| *stage == fact.stage).and_then(|at| row.cells.get_mut(at))
        else {
            continue;
        };
        let value = shown(fact, &letters);
        let mut own: Vec<&'static str> = Vec::new();
        for (check, severity) in marks.get(&(fact.path.as_str(), fact.line)).into_iter().flatten() {
            own.push(check);
            let worst = row.marks.entry(check).or_insert(*severity);
            *worst = (*worst).max(*severity);
        }
        match cells.iter_mut().find(|cell: &&mut Cell| cell.value == value && cell.marks == own) {
            Some(cell) => cell.more += 1,
            None => cells.push(Cell {
                value,
                name: if row.is_topic { fact.name.clone() } else { String::new() },
                path: fact.path.clone(),
                line: fact.line,
                more: 0,
                marks: own,
            }),
        }
    }
    row
}

/// A letter for each of several values that do not show themselves, so that equal ones are seen.
fn letters(facts: &[&Fact]) -> BTreeMap<u32, char> {
    let mut classes: Vec<u32> = Vec::new();
    for fact in facts.iter().filter(|fact| is_hidden(fact)) {
        if !classes.contains(&fact.class) && classes.len() < 26 {
            classes.push(fact.class);
        }
    }
    if classes.len() < 2 {
        return BTreeMap::new();
    }
    classes.into_iter().zip('a'..='z').collect()
}

fn is_hidden(fact: &Fact) -> bool {
    matches!(
        fact.value,
        Value::Opaque | Value::Text | Value::Number | Value::Stripe { .. } | Value::Key { .. }
    ) || fact.value == Value::SupabaseKey { secret: true }
}

/// The value as far as it may be shown.
fn shown(fact: &Fact, letters: &BTreeMap<u32, char>) -> String {
    let text = match &fact.value {
        Value::Empty => "empty".to_owned(),
        Value::Placeholder => "placeholder".to_owned(),
        Value::Reference => "elsewhere".to_owned(),
        Value::Number => "number".to_owned(),
        Value::Text => "text".to_owned(),
        Value::Opaque => format!("secret {}", fact.shown.trim_start_matches("… ")),
        Value::Stripe { live, .. } => format!("{} {}", mode(*live), fact.shown),
        Value::Key { provider, live: Some(live), .. } => format!("{} {provider} {}", mode(*live), fact.shown),
        Value::Key { provider, .. } => format!("{provider} {}", fact.shown),
        Value::SupabaseJwt { role, project, .. } => {
            format!("{role} of {}", project.as_deref().unwrap_or("an unnamed project"))
        }
        Value::Mode { live } => mode(*live).to_owned(),
        _ => fact.shown.clone(),
    };
    match letters.get(&fact.class) {
        Some(letter) if is_hidden(fact) => format!("{text} ({letter})"),
        _ => text,
    }
}

const fn mode(live: bool) -> &'static str {
    if live { "live" } else { "test" }
}

/// How many rows there are and how many are contradicted, in words.
pub(super) fn summary(table: &Table) -> String {
    let contradicted = table.rows.iter().filter(|row| row.is_contradicted()).count();
    format!("{} of {} contradicted", contradicted, super::words::count(table.rows.len(), "fact"))
}

/// Were files left out of the table, because they could not be read?
pub(super) fn unread(environments: &Environments) -> Option<String> {
    let missed = environments.missed.len();
    (missed > 0)
        .then(|| format!("{} could not be read and is not in it", super::words::count(missed, "file")))
}
