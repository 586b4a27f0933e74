//! Which composite index a query needs, and whether those at hand serve it.
//!
//! Fields alone have their indexes by themselves, and equalities are answered by several of them together.
//! A query that also has an order or a range over another field needs one index that ends in that order
//! (<https://firebase.google.com/docs/firestore/query-data/index-overview>).

use std::collections::{BTreeMap, BTreeSet};

use crate::seen::{By, Clause, CodeUse, Composite};

/// What the index has to hold: fields that are compared with values, and then the order.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Need {
    /// With whether the field is an array that has the value.
    pub compared: BTreeMap<String, bool>,
    /// Fields, and whether they descend.
    pub order: Vec<(String, bool)>,
}

/// Nothing where no composite index is needed, or where it is not known which.
pub fn needed(seen: &CodeUse) -> Option<Need> {
    let of = |kind: By| seen.clauses.iter().filter(move |clause| clause.by == kind);
    let names = |kind: By| of(kind).map(|clause| clause.field.as_str()).collect::<BTreeSet<_>>();
    let (equal, ranges) = (names(By::Equal), names(By::Range));
    let is_order = |clause: &&Clause| matches!(clause.by, By::Ascending | By::Descending);
    let ordered = seen.clauses.iter().filter(is_order);
    let mut order: Vec<(String, bool)> =
        ordered.map(|clause| (clause.field.clone(), clause.by == By::Descending)).collect();
    match (ranges.len(), order.first()) {
        (0, _) => {}
        // The order of a range is its own.
        (1, None) => order.extend(ranges.first().map(|field| ((*field).to_owned(), false))),
        (1, Some((first, _))) if ranges.contains(first.as_str()) => {}
        _ => return None,
    }
    // All that is found has the same value there.
    order.retain(|(field, _)| !equal.contains(field.as_str()));
    let by_name = |clause: &Clause| clause.field == "__name__";
    if seen.computed || order.is_empty() || seen.clauses.iter().any(by_name) {
        return None;
    }
    let mut compared: BTreeMap<String, bool> =
        equal.into_iter().map(|field| (field.to_owned(), false)).collect();
    compared.extend(of(By::Contains).map(|clause| (clause.field.clone(), true)));
    (compared.len() + order.len() > 1).then_some(Need { compared, order })
}

/// Is it served by these indexes, alone or several with the same order together?
pub fn is_served(need: &Need, collection: &str, group: bool, indexes: &[Composite]) -> bool {
    let mut covered: Option<BTreeSet<&str>> = None;
    // An index of all collections of a name has those of one, too.
    let is_near = |index: &&Composite| index.collection == collection && (index.group || !group);
    for index in indexes.iter().filter(is_near) {
        let fields: Vec<&Clause> = index.fields.iter().filter(|field| field.field != "__name__").collect();
        let Some(head) = fields.len().checked_sub(need.order.len()) else { continue };
        let (head, tail) = fields.split_at(head);
        // It may be read from either end.
        let runs = |reversed: bool| {
            tail.iter().zip(&need.order).all(|(field, (name, descends))| {
                field.field == *name && (field.by == By::Descending) == (*descends != reversed)
            })
        };
        let compares = |field: &&Clause| need.compared.get(&field.field) == Some(&(field.by == By::Contains));
        if head.iter().all(compares) && (runs(false) || runs(true)) {
            covered.get_or_insert_default().extend(head.iter().map(|field| field.field.as_str()));
        }
    }
    covered.is_some_and(|covered| covered.into_iter().eq(need.compared.keys().map(String::as_str)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(clauses: &[(&str, By)]) -> CodeUse {
        CodeUse {
            clauses: clauses.iter().map(|(field, by)| clause(field, *by)).collect(),
            ..CodeUse::default()
        }
    }

    fn clause(field: &str, by: By) -> Clause {
        Clause { field: field.to_owned(), by }
    }

    fn index(fields: &[(&str, By)]) -> Composite {
        let fields = fields.iter().map(|(field, by)| clause(field, *by)).collect();
        Composite { collection: "orders".to_owned(), group: false, fields }
    }

    #[test]
    fn single_fields_and_equalities_need_nothing() {
        use By::{Ascending, Contains, Descending, Equal, Range};
        for free in [
            query(&[]),
            query(&[("a", Equal), ("b", Equal)]),
            query(&[("a", Range)]),
            query(&[("a", Range), ("a", Descending)]),
            query(&[("a", Ascending)]),
            query(&[("a", Equal), ("a", Ascending)]),
            query(&[("a", Contains)]),
            query(&[("a", Equal), ("__name__", Ascending)]),
            CodeUse { computed: true, ..query(&[("a", Equal), ("b", Ascending)]) },
        ] {
            assert_eq!(needed(&free), None, "{free:?}");
        }
        for composite in [
            query(&[("a", Equal), ("b", Ascending)]),
            query(&[("a", Equal), ("b", Range)]),
            query(&[("a", Contains), ("b", Descending)]),
            query(&[("a", Ascending), ("b", Descending)]),
        ] {
            assert!(needed(&composite).is_some(), "{composite:?}");
        }
    }

    #[test]
    fn an_index_serves_from_both_ends_and_together_with_others() {
        use By::{Ascending, Contains, Descending, Equal};
        let need = needed(&query(&[("a", Equal), ("b", Equal), ("c", Descending)])).expect("an index");
        let served = |indexes: &[Composite]| is_served(&need, "orders", false, indexes);
        let whole = index(&[("a", Ascending), ("b", Ascending), ("c", Ascending)]);
        assert!(served(&[index(&[("b", Ascending), ("a", Ascending), ("c", Descending)])]));
        assert!(served(std::slice::from_ref(&whole)));
        let halves = [("a", Ascending), ("b", Ascending)].map(|half| index(&[half, ("c", Descending)]));
        assert!(served(&halves) && !served(&halves[..1]) && !served(&[]));
        assert!(!served(&[index(&[("a", Contains), ("b", Ascending), ("c", Ascending)])]));
        assert!(!is_served(&need, "orders", true, std::slice::from_ref(&whole)));
        assert!(!is_served(&need, "others", false, &[whole]));
        let two = needed(&query(&[("a", Ascending), ("b", Descending)])).expect("an index");
        assert!(is_served(&two, "orders", false, &[index(&[("a", Descending), ("b", Ascending)])]));
        assert!(!is_served(&two, "orders", false, &[index(&[("a", Ascending), ("b", Ascending)])]));
    }
}
