//! What the visits to one private route prove. Content decides, headers only annotate.

use std::collections::BTreeSet;

use super::{Served, served};
use crate::seen::{Miss, Route, RouteAnswer, Seen, Step, Visit, Visitor};

/// How much of the owner's page an answer shows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shown {
    Nothing,
    /// A minority of the automatic canaries: coincidence or a fragment, nobody can say which.
    Few,
    /// A declared canary, or most of the automatic ones.
    Page,
}

/// How much of the owner's page this answer shows.
pub fn shown(route: &Route, answer: &RouteAnswer) -> Shown {
    let steady = steady(route);
    let has = |hash: &str| answer.shows.iter().any(|shown| shown == hash);
    if route.canaries.iter().any(|canary| canary.declared && has(&canary.hash)) {
        return Shown::Page;
    }
    let of_steady = steady.iter().filter(|hash| has(hash)).count();
    if of_steady == 0 {
        Shown::Nothing
    } else if of_steady * 2 > steady.len() {
        Shown::Page
    } else {
        Shown::Few
    }
}

/// Visits by others to the key that the owner filled, which show the owner's page although the same
/// visitor is not shown it on a key of his own: a cache gave it to them.
pub fn leaks(route: &Route) -> Vec<&Visit> {
    let visits = route.visits.iter().filter(|visit| visit.by != Visitor::Owner);
    let page = |visit: &Visit| visit.answer.got().is_some_and(|answer| shown(route, answer) == Shown::Page);
    visits
        .filter(|visit| page(visit))
        .filter(|visit| match visit.step {
            Step::Read => !shows_alone(route, visit.by),
            // On a key that nobody had asked: only a cache that ignores the query, and says so.
            Step::Control | Step::Confirm => visit.answer.got().is_some_and(is_cached),
            Step::Fill | Step::Reverse => false,
        })
        .collect()
}

/// Visits on fresh keys in which a visitor without a session is shown the owner's page by, as far as
/// anyone can tell, the origin itself.
pub fn shown_to_anyone(route: &Route) -> Vec<&RouteAnswer> {
    let alone = [Step::Control, Step::Confirm];
    let answers = alone.into_iter().flat_map(|step| route.answers(step, Visitor::Anonymous));
    answers.filter(|answer| shown(route, answer) == Shown::Page && !is_cached(answer)).collect()
}

/// Why the visits prove nothing, if they do.
pub fn decisive_gap(route: &Route) -> Option<Miss> {
    if let Some(miss) = &route.stopped {
        return Some(miss.clone());
    }
    if let Some(miss) = route.visits.iter().find_map(|visit| match &visit.answer {
        Seen::Missed(miss) => Some(miss.clone()),
        Seen::Got(_) => None,
    }) {
        return Some(miss);
    }
    if let Some(answer) = route.answers(Step::Control, Visitor::Owner).find(|answer| !answer.is_success()) {
        return Some(Miss::Denied(format!(
            "session `{}` was answered {} by {}; is it still signed in?",
            route.owner, answer.status, route.url
        )));
    }
    let unproven = |what: &str| Some(Miss::Unsupported(format!("{}: {what}", route.url)));
    if route.canaries.is_empty() {
        return unproven(
            "nothing on the owner's page is absent from the others' pages (an application shell?); \
             name the route that carries the data, or its canaries",
        );
    }
    if steady(route).is_empty() {
        return unproven("the owner's page did not keep showing a canary");
    }
    let reads = route.visits.iter().filter(|visit| visit.step == Step::Read);
    let answers: Vec<&RouteAnswer> = reads.filter_map(|visit| visit.answer.got()).collect();
    if answers.is_empty() || route.answers(Step::Confirm, Visitor::Anonymous).next().is_none() {
        return unproven("the visits are not complete");
    }
    if answers.iter().any(|answer| shown(route, answer) == Shown::Few) {
        return unproven("somebody else was shown a few of the owner's texts; declare canaries to decide");
    }
    None
}

/// Is this visitor shown the owner's page without anybody having filled the key?
fn shows_alone(route: &Route, by: Visitor) -> bool {
    let alone = route.answers(Step::Control, by).chain(route.answers(Step::Confirm, by));
    alone.into_iter().any(|answer| shown(route, answer) == Shown::Page)
}

fn is_cached(answer: &RouteAnswer) -> bool {
    matches!(served(&answer.headers), Served::SharedCache(_))
}

/// The canaries that every one of the owner's answers shows; before the fills, those of the
/// controls. A time of day that two controls shared by chance is not among them.
fn steady(route: &Route) -> BTreeSet<&str> {
    let step =
        if route.answers(Step::Fill, Visitor::Owner).next().is_some() { Step::Fill } else { Step::Control };
    let known = route.canaries.iter().map(|canary| canary.hash.as_str());
    known
        .filter(|hash| {
            route.answers(step, Visitor::Owner).all(|answer| answer.shows.iter().any(|shown| shown == hash))
        })
        .collect()
}
