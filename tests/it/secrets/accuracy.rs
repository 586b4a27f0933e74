//! The labelled set against the matcher, as the scan of a tree asks it.

use std::collections::BTreeMap;

use gonogo::{
    checks::by_id,
    engine::secrets::{applies, scan},
    finding::Severity,
};

use super::set::{PROVIDERS, Sample, samples};

/// The ids of what is said of it; what is public by design is no alarm.
fn alarms(sample: &Sample) -> Vec<&'static str> {
    let hits = scan(sample.text.as_bytes()).hits;
    let spoken = hits.iter().filter(|hit| applies(hit.rule, &sample.path)).map(|hit| hit.rule.id);
    spoken.filter(|id| by_id(id).is_some_and(|check| check.severity > Severity::Info)).collect()
}

#[derive(Default)]
struct Tally {
    all: u32,
    said: u32,
    wrong: Vec<String>,
}

fn tally() -> BTreeMap<String, Tally> {
    let mut families: BTreeMap<String, Tally> = BTreeMap::new();
    for sample in samples() {
        let found = alarms(&sample);
        let family = sample.group.split(':').next().unwrap_or_default();
        let tally = families.entry(format!("{}{family}", if sample.leaks { "" } else { "no " })).or_default();
        tally.all += 1;
        tally.said += u32::from(!found.is_empty());
        if found.is_empty() == sample.leaks {
            tally.wrong.push(format!("{} {found:?} | {}", sample.group, sample.text.replace('\n', "\\n")));
        }
    }
    families
}

#[test]
fn what_leaks_is_found_and_what_does_not_is_left_alone() {
    let families = tally();
    let mut text = String::new();
    for (name, Tally { all, said, wrong }) in &families {
        text.push_str(&format!("{name}: {said} of {all} found\n"));
        for one in wrong {
            text.push_str(&format!("    {}\n", one.chars().take(260).collect::<String>()));
        }
    }
    let share = |is_part: &dyn Fn(&str) -> bool| {
        let part = families.iter().filter(|(name, _)| is_part(name)).map(|(_, tally)| tally);
        let (all, said) = part.fold((0, 0), |(all, said), tally| (all + tally.all, said + tally.said));
        f64::from(said) / f64::from(all)
    };
    let providers = share(&|name| PROVIDERS.contains(&name));
    let recall = share(&|name| !name.starts_with("no "));
    let alarms = share(&|name| name.starts_with("no "));
    let head = format!("providers {providers:.4}, recall {recall:.4}, false alarms {alarms:.4}");
    assert!(providers >= 0.99 && recall >= 0.98 && alarms <= 0.005, "{head}\n{text}");
}
