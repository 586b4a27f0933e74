//! Documents that their own owner cannot reach, because a field is not there.
//!
//! Reading a field that is absent is an error, and an error denies (see the rules language's
//! reference). Only a document that the rules themselves let someone create so is shown.

use super::{
    super::request::{Decision, Denial, Fields, Method},
    Caller, Free, Ground, Proof, Prover, Target,
};

/// A field that the rules read but do not ask for.
#[derive(Clone, Debug)]
pub struct Needed {
    pub field: String,
    /// The document is created without it.
    pub created: Proof,
    /// The owner's request for such a document, which is refused with an error.
    pub refused: Proof,
}

impl Prover<'_> {
    /// Fields without which the owner of a document there is refused what they may do with one that
    /// has them, while the rules let it be created without.
    pub fn needed(&self, ground: &Ground, method: Method) -> Vec<Needed> {
        let nothing = Fields::new();
        let shown = |method| {
            let target = Target { caller: Caller::Owner, method, locked: &nothing, free: Free::default() };
            self.typical(ground, target).proof()
        };
        let (Some(created), Some(asked)) = (shown(Method::Create), shown(method)) else { return Vec::new() };
        let (owners, tenants) = (ground.harvest.owners(), ground.harvest.tenants());
        let names_someone = |field: &str| {
            let members = ground
                .harvest
                .fields
                .iter()
                .any(|(path, known)| known.members && path.first().is_some_and(|first| first == field));
            members || owners.contains(&field) || tenants.contains(&field)
        };
        let stored = asked.stored.clone().unwrap_or_default();
        let fields = stored.keys().filter(|field| !names_someone(field));
        fields
            .map(|field| Needed {
                field: field.clone(),
                created: created.without(field),
                refused: asked.without(field),
            })
            .filter(|needed| {
                let refused = needed.refused.decision(self.rules);
                matches!(refused, Decision::Deny(Denial::Error(_))) && needed.created.holds(self.rules)
            })
            .collect()
    }
}

impl Proof {
    /// The same with a document that lacks the field, before and after.
    fn without(&self, field: &str) -> Self {
        let mut other = self.clone();
        for document in [&mut other.stored, &mut other.sent].into_iter().flatten() {
            document.remove(field);
        }
        other
    }
}
