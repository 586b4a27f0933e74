//! Sets of names of fields, and what to add or take back so that they are as wanted.

use super::{
    super::{
        ast::{Expr, ExprKind},
        request::Fields,
    },
    Value,
    guess::changed,
    repair::Repair,
    state::Place,
    world::read,
};

/// The names of the fields at a place: all of them, or those that differ from something.
pub(crate) struct Keys<'x> {
    place: Place,
    against: Option<&'x Expr>,
}

impl Keys<'_> {
    pub(crate) fn all(place: Place) -> Self {
        Self { place, against: None }
    }
}

impl<'x> Repair<'_, '_, '_, 'x> {
    pub(super) fn key_subject(&mut self, expr: &'x Expr) -> Option<Keys<'x>> {
        let ExprKind::Call { target: Some(target), name, args } = &expr.kind else { return None };
        if !args.is_empty() {
            return None;
        }
        match name.text.as_str() {
            "toSet" => self.key_subject(target),
            "keys" => self.resolve(target).map(Keys::all),
            "affectedKeys" | "changedKeys" | "addedKeys" | "removedKeys" => {
                let ExprKind::Call { target: Some(left), name, args } = &target.kind else { return None };
                let right = args.first().filter(|_| name.text == "diff")?;
                let sides: [(&'x Expr, &'x Expr); 2] = [(left, right), (right, left)];
                let sent = |place: &Place| matches!(place, Place::Sent(_));
                sides.into_iter().find_map(|(side, against)| {
                    let place = self.resolve(side).filter(sent)?;
                    Some(Keys { place, against: Some(against) })
                })
            }
            _ => None,
        }
        .filter(|keys| keys.place != Place::Uid)
    }

    /// The fields there now, and those that count as unchanged.
    fn fields_of(&mut self, subject: &Keys<'x>) -> Option<(Fields, Fields)> {
        let base = match subject.against {
            None => Fields::new(),
            Some(against) => match self.value(against) {
                Ok(Value::Map(map)) => map,
                _ => return None,
            },
        };
        let world = &self.state.world;
        let whole = match &subject.place {
            Place::Sent(_) => Some(&self.state.sent),
            Place::Stored(_) => Some(&world.stored),
            Place::Other(document, _) => world.others.get(document),
            _ => None,
        };
        let now = match (subject.place.fields(), whole) {
            ([], Some(whole)) => whole.clone(),
            _ => match self.current(&subject.place) {
                Some(Value::Map(map)) => map.clone(),
                _ => Fields::new(),
            },
        };
        Some((now, base))
    }

    /// Adds, removes or restores fields, so that the set of keys has what it must.
    pub(super) fn keys(&mut self, subject: &Keys<'x>, name: &str, list: &Value, truth: bool) {
        let (Value::List(items) | Value::Set(items)) = list else { return };
        let listed: Vec<&str> = items
            .iter()
            .filter_map(|item| if let Value::Text(text) = item { Some(text.as_str()) } else { None })
            .collect();
        let Some((now, base)) = self.fields_of(subject) else { return };
        let all: Vec<String> = now.keys().chain(base.keys()).cloned().collect();
        match (name, truth) {
            ("hasOnly", true) => {
                for key in all.iter().filter(|key| !listed.contains(&key.as_str())) {
                    self.revert(subject, &base, key);
                }
            }
            ("hasAny", false) => {
                for key in all.iter().filter(|key| listed.contains(&key.as_str())) {
                    self.revert(subject, &base, key);
                }
            }
            ("hasAll", true) => listed.iter().for_each(|key| self.touch(subject, &base, &now, key)),
            ("hasAny", true) => {
                if !listed.is_empty() {
                    let chosen = self.throw(listed.len() as u64) as usize;
                    self.touch(subject, &base, &now, listed[chosen]);
                }
            }
            ("hasOnly", false) => self.touch(subject, &base, &now, "extra"),
            _ => {
                if let Some(key) = listed.first() {
                    self.revert(subject, &base, key);
                }
            }
        }
    }

    /// Makes them so many.
    pub(super) fn key_count(&mut self, subject: &Keys<'x>, count: usize) {
        let Some((now, base)) = self.fields_of(subject) else { return };
        let differ: Vec<String> = now
            .keys()
            .chain(base.keys().filter(|key| !now.contains_key(*key)))
            .filter(|key| now.get(*key) != base.get(*key))
            .cloned()
            .collect();
        for key in differ.iter().skip(count) {
            self.revert(subject, &base, key);
        }
        for at in differ.len()..count.min(50) {
            self.touch(subject, &base, &now, &format!("extra{at}"));
        }
    }

    fn revert(&mut self, subject: &Keys<'x>, base: &Fields, key: &str) {
        if let Some(place) = subject.place.clone().with(key.to_owned()) {
            self.edits.push((place, base.get(key).cloned()));
        }
    }

    fn touch(&mut self, subject: &Keys<'x>, base: &Fields, now: &Fields, key: &str) {
        let differs = now.get(key) != base.get(key);
        if differs || (subject.against.is_none() && now.contains_key(key)) {
            return;
        }
        let Some(place) = subject.place.clone().with(key.to_owned()) else { return };
        let value = match base.get(key) {
            Some(value) => changed(value),
            None => read(self.plain, place.fields()).cloned().unwrap_or_else(|| Value::text("something")),
        };
        self.set(place, value);
    }
}
