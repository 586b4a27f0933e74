//! Is a changed file a remedy? It must refuse what was shown, and keep what the owner had.

use super::{
    super::{
        Analysis, Compiled,
        access::grants,
        ast::Segment,
        compile,
        request::{Fields, Method},
    },
    Caller, Free, Proof, Prover, Target,
};

impl Prover<'_> {
    /// One request of each method that the class may make at a typical path of the pattern.
    pub fn requests(&self, pattern: &[Segment], caller: Caller, methods: &[Method]) -> Vec<Proof> {
        let Some(ground) = self.ground(pattern) else { return Vec::new() };
        let nothing = Fields::new();
        let request = |method: &Method| {
            let target = Target { caller, method: *method, locked: &nothing, free: Free::ALL };
            self.sites(&ground, *method).into_iter().find_map(|(grant, site)| {
                let site = site?;
                let left = self.residue(grant, &ground, caller, *method);
                if left.as_ref().is_some_and(|residue| !residue.may.yes) {
                    return None;
                }
                let left = left.as_ref().map(|residue| &residue.condition);
                self.anyhow(&site.with(left), &ground, target, self.now)
            })
        };
        methods.iter().filter_map(request).collect()
    }
}

/// Does the statement that begins there let anybody in, who is not let in by another one before it?
pub fn still_grants(text: &str, start: u32) -> bool {
    let compiled = compile(text);
    let (grants, _) = grants(&compiled, None);
    let Some(grant) = grants.iter().find(|grant| grant.span.start == start) else { return false };
    let prover = Prover::new(&compiled, &grants);
    let methods: Vec<Method> = Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).collect();
    [Caller::Owner, Caller::Stranger, Caller::Admin].into_iter().any(|caller| {
        let proofs = prover.requests(&grant.pattern, caller, &methods);
        proofs.iter().any(|proof| proof.granted_by(&compiled) == Some(grant.span))
    })
}

/// Does the new text compile, without new warnings, refuse every witness, and still let the owner of
/// a document there do what the owner could?
pub fn is_remedy(old: &Analysis, new: &str, pattern: &[Segment], witnesses: &[Proof]) -> bool {
    let new: Compiled = compile(new);
    if !new.errors.is_empty() || new.warnings.len() > old.compiled.warnings.len() || witnesses.is_empty() {
        return false;
    }
    let refused = witnesses.iter().all(|witness| witness.holds(&old.compiled) && !witness.holds(&new));
    refused && {
        let prover = Prover::new(&old.compiled, &old.grants);
        let kept = prover.requests(pattern, Caller::Owner, &Method::ALL);
        kept.iter().filter(|proof| !witnesses.contains(proof)).all(|proof| proof.holds(&new))
    }
}
