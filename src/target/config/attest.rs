//! What people say in `gonogo.toml`: answers of the hand-over checklist, and when secrets were replaced.

use std::collections::BTreeMap;

use super::{
    file::{self, File},
    gate,
    lines::Lines,
    meaning::Meaning,
};
use crate::{
    engine::checklist::{Answer, ITEMS},
    target::{
        Rotated,
        diagnostic::{Problem, is_secret},
        spelling::nearest,
    },
};

pub(super) fn read(file: &File, lines: &Lines<'_>, out: &mut Meaning) {
    let mut met: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in &file.checklist {
        let item = entry.item.get_ref().trim();
        if met.insert(item, entry.item.span().start).is_some() {
            let message = "this item of the checklist is answered twice";
            out.problems.push(Problem::new(entry.item.span(), message).help("keep the newer answer"));
            continue;
        }
        match answer(entry, lines) {
            Ok(answer) => out.target.checklist.push(answer),
            Err(problem) => out.problems.push(problem),
        }
    }
    for (name, written) in &file.rotated {
        if is_secret(name.get_ref()) {
            out.secret.push(name.span());
            let problem = Problem::new(name.span(), "looks like the secret itself, not its name");
            out.problems.push(problem.label("not shown here").help("write the secret's name"));
            continue;
        }
        match gate::date(written) {
            Ok(date) => {
                let place = Some(lines.place(&name.span()));
                out.target.rotated.push(Rotated { name: name.get_ref().clone(), date, place });
            }
            Err(problem) => out.problems.push(problem),
        }
    }
}

fn answer(entry: &file::Question, lines: &Lines<'_>) -> Result<Answer, Problem> {
    let item = entry.item.get_ref().trim();
    let ids = ITEMS.iter().map(|item| item.id);
    // A misspelt id would leave the question open and look like an answer.
    if !item.contains(' ')
        && !ids.clone().any(|id| id == item)
        && let near = nearest(item, ids)
        && (near.is_some() || item.is_empty())
    {
        let problem = Problem::new(entry.item.span(), format!("no item of the checklist is called `{item}`"));
        let help = near.map_or_else(
            || "`gonogo checklist` lists them all".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        return Err(problem.help(help));
    }
    let text = |written: &Option<toml::Spanned<String>>| {
        written.as_ref().map(|text| text.get_ref().trim().to_owned()).filter(|text| !text.is_empty())
    };
    let said = text(&entry.answer);
    if entry.date.is_none()
        && let (Some(_), Some(written)) = (&said, &entry.answer)
    {
        let problem = Problem::new(written.span(), "an answer needs its day, because answers age");
        return Err(problem.help("add e.g. `date = 2026-11-01`"));
    }
    let date = entry.date.as_ref().map(gate::date).transpose()?;
    Ok(Answer {
        item: item.to_owned(),
        owner: text(&entry.owner),
        answer: said.unwrap_or_default(),
        date,
        place: Some(lines.place(&entry.item.span())),
    })
}
