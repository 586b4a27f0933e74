//! A fault of the emulator's own, and a way to tell it from a difference.
//!
//! Where an item of a list literal fails and another one follows, as in `true && ([1.5.x(), 1] is list
//! || true)`, the emulator forgets to take an operand back that belongs to the list: it then answers
//! with a type error, an evaluation error without a reason, or wrongly. `[1, 1.5.x()]` and
//! `[1.5.x()].concat([1])`, which fail as well, come out right. So a difference is put down to it only
//! if there is none once every such list is written in the second way.

use gonogo::engine::firestore::{
    ast::{Expr, ExprKind},
    compile,
    request::Request,
};

use super::{emulator::Emulator, storage::expressions};

/// Does the emulator answer as we do once no list literal has a second item?
pub(super) fn is_it(emulator: &Emulator, rules: &str, requests: &[Request], ours: bool) -> bool {
    let Some(written) = without_second_items(rules) else { return false };
    emulator.load(&written).unwrap_or_else(|refused| panic!("{refused}\n{written}"));
    let (theirs, _) = match requests {
        [request] => emulator.allows(request),
        several => emulator.commits(&several.iter().collect::<Vec<_>>()),
    };
    emulator.load(rules).unwrap();
    theirs == Some(ours)
}

/// `[a, b, c]` becomes `[a].concat([b].concat([c]))`; nothing where there is no such list.
fn without_second_items(rules: &str) -> Option<String> {
    let compiled = compile(rules);
    let mut edits: Vec<(usize, usize, String)> = Vec::new();
    for condition in expressions(&compiled) {
        condition.visit(&mut |part: &Expr| {
            let ExprKind::List(items) = &part.kind else { return };
            for pair in items.windows(2) {
                let (from, to) = (pair[0].span.end as usize, pair[1].span.start as usize);
                let comma = from + rules[from..to].find(',').expect("a comma between two items");
                edits.push((comma, comma + 1, "].concat([".to_owned()));
            }
            let end = part.span.end as usize;
            if items.len() > 1 {
                edits.push((end, end, ")".repeat(items.len() - 1)));
            }
        });
    }
    edits.sort();
    let (mut out, mut at) = (String::new(), 0);
    for (from, to, new) in &edits {
        out.push_str(&rules[at..*from]);
        out.push_str(new);
        at = *to;
    }
    (!edits.is_empty()).then(|| out + &rules[at..])
}

#[test]
fn lists_are_written_with_one_item_each() {
    let rules = |condition: &str| {
        format!(
            "rules_version = '2'; service cloud.firestore {{ match /databases/{{d}}/documents {{ match /a/{{b}} {{ allow get: if {condition}; }} }} }}"
        )
    };
    let written = without_second_items(&rules("[(1), [2, 'a,b'], 3].size() == 3 && b in ['x']"));
    let wanted = rules("[(1)].concat([ [2].concat([ 'a,b'])].concat([ 3])).size() == 3 && b in ['x']");
    assert_eq!(written, Some(wanted.clone()));
    assert!(compile(&wanted).errors.is_empty());
    assert_eq!(without_second_items(&rules("b in ['x']")), None);
}

/// The fault itself, in its smallest form: without it this file would have no reason.
#[test]
fn the_emulator_forgets_an_operand() {
    let _one = super::ONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let Some(emulator) = Emulator::start() else { return };
    let request = Request {
        method: gonogo::engine::firestore::request::Method::Get,
        path: "users/alice".to_owned(),
        auth: gonogo::engine::firestore::value::Value::Null,
        data: None,
        query: gonogo::engine::firestore::request::Query::default(),
        now: super::now(),
    };
    for (condition, allowed) in [
        ("true && ([1.5.x(), 1] is list || true)", false),
        ("true && ([1, 1.5.x()] is list || true)", true),
        ("true && ([1.5.x()].concat([1]) is list || true)", true),
        ("([1.5.x(), 1] is list || true) == true", false),
    ] {
        let body = format!("match /users/{{id}} {{ allow get: if {condition}; }}");
        emulator.load(&super::with_header("rules_version = '2';\n", &body)).unwrap();
        assert_eq!(emulator.allows(&request).0, Some(allowed), "{condition}");
    }
}
