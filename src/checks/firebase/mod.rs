//! Checks of the station `firebase`.

mod anonymous_accounts;
mod anonymous_read;
mod anonymous_write;
mod any_account_read;
mod any_account_write;
mod code;
mod code_app_check_absent;
mod code_path_denied;
mod code_path_unused;
mod code_personal_data_open;
mod code_server_field_writable;
mod condition_never;
mod condition_tautology;
mod create_for_others;
mod create_trusts_input;
mod create_unvalidated;
mod database;
mod database_anonymous_read;
mod database_anonymous_write;
mod database_any_account_read;
mod database_any_account_write;
mod database_cascade;
mod database_immutable_deleted;
mod database_index_missing;
mod database_owner_changeable;
mod database_query_unbounded;
mod database_role_writable;
mod database_rules_broken;
mod database_rules_not_deployed;
mod database_test_mode;
mod database_unknown_children;
mod database_unvalidated;
mod deploy_file_absent;
mod deploy_target_unknown;
mod deployed;
mod email_unverified;
mod error_swallowed;
mod extra_fields;
mod field_size_unlimited;
mod hard_coded_identity;
mod index_missing;
mod list_never;
mod list_unlimited;
mod live;
mod live_addresses_told;
mod live_anonymous_sign_in;
mod live_app_check_off;
mod live_database_rules_differ;
mod live_domain_local;
mod live_rules_differ;
mod match_never;
mod missing_field_denies;
mod owner_changeable;
mod query_exposes;
mod recursive_wildcard;
mod remedy;
mod rules_budget;
mod rules_not_compiling;
mod rules_not_deployed;
mod rules_version_old;
mod self_escalation;
mod storage;
mod storage_anonymous_read;
mod storage_anonymous_write;
mod storage_any_account_read;
mod storage_any_account_write;
mod storage_delete_never;
mod storage_list_exposed;
mod storage_overwrite;
mod storage_recursive_wildcard;
mod storage_size_unlimited;
mod storage_test_mode;
mod storage_trusted_document_writable;
mod storage_type_loose;
mod storage_type_unrestricted;
mod subcollection_open;
mod test_mode;
mod trusted_document_writable;
mod undefined_name;
mod wildcard_overrides;

use super::{Check, Context};
use crate::{
    engine::firestore::{
        Analysis,
        access::{Access, Grant, Principal},
        ast::{Segment, Span},
        collection::{self, Content},
        prove::{Attempt, Caller, Free, Ground, Proof, Prover, Reach, Target},
        request::{Fields, Method},
        spot,
    },
    finding::{Finding, Patch, Place},
    seen::{FirestoreRules, Miss},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &anonymous_accounts::CHECK,
    &anonymous_read::CHECK,
    &anonymous_write::CHECK,
    &any_account_read::CHECK,
    &any_account_write::CHECK,
    &code_app_check_absent::CHECK,
    &code_path_denied::CHECK,
    &code_path_unused::CHECK,
    &code_personal_data_open::CHECK,
    &code_server_field_writable::CHECK,
    &condition_never::CHECK,
    &condition_tautology::CHECK,
    &create_for_others::CHECK,
    &create_trusts_input::CHECK,
    &create_unvalidated::CHECK,
    &database_anonymous_read::CHECK,
    &database_anonymous_write::CHECK,
    &database_any_account_read::CHECK,
    &database_any_account_write::CHECK,
    &database_cascade::CHECK,
    &database_immutable_deleted::CHECK,
    &database_index_missing::CHECK,
    &database_owner_changeable::CHECK,
    &database_query_unbounded::CHECK,
    &database_role_writable::CHECK,
    &database_rules_broken::CHECK,
    &database_rules_not_deployed::CHECK,
    &database_test_mode::CHECK,
    &database_unknown_children::CHECK,
    &database_unvalidated::CHECK,
    &deploy_file_absent::CHECK,
    &deploy_target_unknown::CHECK,
    &email_unverified::CHECK,
    &error_swallowed::CHECK,
    &extra_fields::CHECK,
    &field_size_unlimited::CHECK,
    &hard_coded_identity::CHECK,
    &index_missing::CHECK,
    &list_never::CHECK,
    &list_unlimited::CHECK,
    &live_addresses_told::CHECK,
    &live_anonymous_sign_in::CHECK,
    &live_app_check_off::CHECK,
    &live_database_rules_differ::CHECK,
    &live_domain_local::CHECK,
    &live_rules_differ::CHECK,
    &match_never::CHECK,
    &missing_field_denies::CHECK,
    &owner_changeable::CHECK,
    &query_exposes::CHECK,
    &recursive_wildcard::CHECK,
    &rules_budget::CHECK,
    &rules_not_compiling::CHECK,
    &rules_not_deployed::CHECK,
    &rules_version_old::CHECK,
    &self_escalation::CHECK,
    &storage_anonymous_read::CHECK,
    &storage_anonymous_write::CHECK,
    &storage_any_account_read::CHECK,
    &storage_any_account_write::CHECK,
    &storage_delete_never::CHECK,
    &storage_list_exposed::CHECK,
    &storage_overwrite::CHECK,
    &storage_recursive_wildcard::CHECK,
    &storage_size_unlimited::CHECK,
    &storage_test_mode::CHECK,
    &storage_trusted_document_writable::CHECK,
    &storage_type_loose::CHECK,
    &storage_type_unrestricted::CHECK,
    &subcollection_open::CHECK,
    &test_mode::CHECK,
    &trusted_document_writable::CHECK,
    &undefined_name::CHECK,
    &wildcard_overrides::CHECK,
];

/// Open rules are one fault, from whichever side they are seen.
const OPEN: &str = "firebase-open-rules";

/// Access that one gives oneself.
const ESCALATION: &str = "firebase-self-escalation";

/// The file understood; what does not compile protects nothing and cannot be judged further.
fn understood(rules: &FirestoreRules) -> Result<&Analysis, Verdict> {
    // That it is not deployed is a finding of its own, and what it says is nobody's rule.
    if let Some(instead) = rules.firebase.as_ref().and_then(|config| config.instead.as_ref()) {
        let why = format!("firebase.json deploys {instead} and not this file");
        return Err(Verdict::not_applicable(why));
    }
    let analysis = rules.analysis();
    match analysis.compiled.errors.first() {
        None => Ok(analysis),
        Some(error) => {
            let line = spot(&rules.text, error.span).line;
            let why = format!("the rules do not compile: line {line}: {}", error.message);
            Err(Verdict::inconclusive(Miss::Malformed(why)))
        }
    }
}

fn place(rules: &FirestoreRules, context: &Context<'_>, span: Span) -> Place {
    let spot = spot(&rules.text, span);
    Place::line_of(context.subject, spot.line, spot.column, spot.text)
}

/// One path that a class of callers may use at will.
struct Exposure<'a> {
    grants: Vec<&'a Grant>,
    methods: Vec<Method>,
    /// `/users/{id}`.
    shown: String,
    /// `Content` by the collection's name.
    content: Content,
    /// A recursive wildcard over the whole database.
    everything: bool,
}

/// The paths where the caller needs nothing but the will, each once.
fn exposures<'a>(analysis: &'a Analysis, principal: Principal, methods: &[Method]) -> Vec<Exposure<'a>> {
    let mut found: Vec<Exposure<'a>> = Vec::new();
    // Files have checks of their own.
    let documents =
        |grant: &&Grant| grant.service == "cloud.firestore" && match_never::reason(grant).is_none();
    // What a wide pattern shares with a narrower one is told of that.
    let is_elsewhere = |grant: &Grant, method: Method| {
        let reach = analysis.reached.iter().rev().find(|reach| {
            reach.principal == principal && reach.pattern == grant.pattern && reach.proof.method == method
        });
        let span = reach.and_then(|reach| reach.proof.granted_by(&analysis.compiled));
        let by = analysis.grants.iter().find(|other| Some(other.span) == span);
        by.is_some_and(|by| by.pattern != grant.pattern && covers(&grant.pattern, &by.pattern))
    };
    for grant in analysis.grants.iter().filter(documents) {
        let open: Vec<Method> = methods
            .iter()
            .copied()
            .filter(|method| {
                grant.access(principal, *method).is_some_and(|access| is_open(access, principal))
            })
            .filter(|method| principal == Principal::Anonymous || !anonymous_may(analysis, grant, *method))
            .filter(|method| !is_elsewhere(grant, *method))
            .collect();
        if open.is_empty() {
            continue;
        }
        let known = |exposure: &&mut Exposure<'_>| {
            exposure.grants[0].pattern == grant.pattern && exposure.grants[0].service == grant.service
        };
        if let Some(exposure) = found.iter_mut().find(known) {
            exposure.grants.push(grant);
            exposure.methods.extend(open);
            exposure.methods.sort_unstable();
            exposure.methods.dedup();
        } else {
            found.push(Exposure {
                grants: vec![grant],
                methods: open,
                shown: grant.shown(),
                content: collection::content(&grant.pattern),
                everything: matches!(grant.pattern.as_slice(), [Segment::Recursive(_)]),
            });
        }
    }
    found
}

/// A file with rules for Storage alone has nothing to say about documents.
fn of_another_product(analysis: &Analysis) -> Option<Verdict> {
    let ruleset = &analysis.compiled.ruleset;
    let other = ruleset.service("cloud.firestore").is_none() && ruleset.service("firebase.storage").is_some();
    other.then(|| Verdict::not_applicable("the file has no rules for Firestore"))
}

/// At will; and a write by someone without an account, even if only in some state of the document.
fn is_open(access: Access, principal: Principal) -> bool {
    access.is_at_will() || (access == Access::InState && principal == Principal::Anonymous)
}

/// What is open to everyone is reported as that, and not once more for those with an account.
fn anonymous_may(analysis: &Analysis, grant: &Grant, method: Method) -> bool {
    let same = |other: &&Grant| other.pattern == grant.pattern && other.service == grant.service;
    let open = |other: &Grant| {
        other.access(Principal::Anonymous, method).is_some_and(|access| is_open(access, Principal::Anonymous))
    };
    analysis.grants.iter().filter(same).any(open)
}

/// The verdict of a check about exposure: a pass needs every grant to be decided.
fn conclude(
    analysis: &Analysis,
    principal: Principal,
    methods: &[Method],
    findings: Vec<Finding>,
) -> Verdict {
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    if analysis.incomplete {
        return Verdict::inconclusive(Miss::Unsupported("more allow statements than are judged".to_owned()));
    }
    if let Some(verdict) = of_another_product(analysis) {
        return verdict;
    }
    if analysis.grants.is_empty() {
        return Verdict::not_applicable("the file has no allow statement, so it denies everything");
    }
    for grant in &analysis.grants {
        for method in methods {
            if let Some(Access::Unknown(why)) = grant.access(principal, *method) {
                let what = format!("{} on {}: {why}", method.name(), grant.shown());
                return Verdict::inconclusive(Miss::Unsupported(what));
            }
        }
    }
    Verdict::Pass
}

impl Exposure<'_> {
    /// `get and list`.
    fn operations(&self) -> String {
        let names: Vec<&str> = self.methods.iter().map(|method| method.name()).collect();
        match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            names => names.concat(),
        }
    }

    /// `documents at /users/{id}`.
    fn things(&self) -> String {
        if self.everything {
            format!("all documents ({})", self.shown)
        } else {
            format!("documents at {}", self.shown)
        }
    }

    /// The same, as those of others: what is all of them is not only theirs.
    fn of_others(&self) -> String {
        if self.everything { self.things() } else { format!("other people's {}", self.things()) }
    }

    /// Places, key, evidence and a patch, which every exposure has alike.
    fn finish(
        &self,
        finding: Finding,
        rules: &FirestoreRules,
        context: &Context<'_>,
        principal: Principal,
    ) -> Finding {
        let proofs = self.proofs(rules.analysis(), principal);
        let reach = self.reach(rules.analysis(), principal).map(|reach| &reach.proof);
        let proof = reach.or_else(|| proofs.iter().max_by_key(|proof| telling(proof.method)));
        // Another statement may be the one that lets it through: a wildcard beside a strict rule.
        let by = proof.and_then(|proof| proof.granted_by(&rules.analysis().compiled));
        let own = self.grants.iter().map(|grant| grant.span);
        let spans = by.into_iter().chain(own.filter(|span| Some(*span) != by));
        let finding =
            finding.places(spans.map(|span| place(rules, context, span))).key(self.shown.clone()).root(OPEN);
        let finding = proof.into_iter().fold(finding, remedy::shown);
        match self.closed(rules, context, &proofs, principal) {
            Some(patch) => finding.patch(patch),
            None => finding,
        }
    }

    /// A request of each open method.
    fn proofs(&self, analysis: &Analysis, principal: Principal) -> Vec<Proof> {
        let grant = self.grants[0];
        if grant.service != "cloud.firestore" || !grant.rooted {
            return Vec::new();
        }
        let caller = match principal {
            Principal::Anonymous => Caller::Anonymous,
            Principal::Stranger => Caller::Stranger,
        };
        Prover::new(&analysis.compiled, &analysis.grants).requests(&grant.pattern, caller, &self.methods)
    }

    /// The only grant of the path, closed to all but the owner; or to those without an account.
    fn closed(
        &self,
        rules: &FirestoreRules,
        context: &Context<'_>,
        proofs: &[Proof],
        principal: Principal,
    ) -> Option<Patch> {
        let [grant] = self.grants.as_slice() else { return None };
        let analysis = rules.analysis();
        let ground = Prover::new(&analysis.compiled, &analysis.grants).ground(&grant.pattern)?;
        let methods: Vec<Method> =
            Method::ALL.into_iter().filter(|method| grant.speaks_of(*method)).collect();
        let mut conditions = remedy::of_owner(&grant.pattern, &ground.harvest, &methods);
        if principal == Principal::Anonymous {
            conditions.push("request.auth != null".to_owned());
        }
        remedy::closing(rules, context, grant, proofs, &conditions)
    }

    /// The request that was found where the condition depends on both sides.
    fn reach<'r>(&self, analysis: &'r Analysis, principal: Principal) -> Option<&'r Reach> {
        let pattern = &self.grants[0].pattern;
        let mut reached = analysis.reached.iter().rev();
        reached.find(|reach| {
            reach.principal == principal
                && reach.pattern == *pattern
                && self.methods.contains(&reach.proof.method)
        })
    }

    /// The only fields that can be changed, where nothing but an update of them is open.
    fn limited(&self, analysis: &Analysis, principal: Principal) -> Option<Vec<String>> {
        let reach = self.reach(analysis, principal)?;
        if self.methods.as_slice() == [Method::Update] { reach.changeable.clone() } else { None }
    }

    /// The methods that are open only while the document is in some state.
    fn in_state(&self, principal: Principal) -> Vec<Method> {
        let at_will = |method: &Method| {
            self.grants.iter().any(|grant| grant.access(principal, *method).is_some_and(Access::is_at_will))
        };
        self.methods.iter().copied().filter(|method| !at_will(method)).collect()
    }
}

/// Does the pattern cover every document of the other? A recursive wildcard covers what is below it.
fn covers(wide: &[Segment], narrow: &[Segment]) -> bool {
    match (wide, narrow) {
        ([], []) | ([Segment::Recursive(_)], [_, ..]) => true,
        ([Segment::Literal(a), wide @ ..], [Segment::Literal(b), narrow @ ..]) if a == b => {
            covers(wide, narrow)
        }
        ([Segment::Capture(_), wide @ ..], [Segment::Literal(_) | Segment::Capture(_), narrow @ ..]) => {
            covers(wide, narrow)
        }
        _ => wide == narrow,
    }
}

/// The most telling operation: lists before gets, deletions before creations.
fn telling(method: Method) -> u8 {
    match method {
        Method::Get => 0,
        Method::Create => 1,
        Method::Update => 2,
        Method::List => 3,
        Method::Delete => 4,
    }
}

/// Searches over all paths of a file, which remember what they could not decide.
struct Survey<'a> {
    analysis: &'a Analysis,
    prover: Prover<'a>,
    undecided: Option<String>,
}

impl<'a> Survey<'a> {
    fn new(analysis: &'a Analysis) -> Self {
        let prover = Prover::new(&analysis.compiled, &analysis.grants);
        Self { analysis, prover, undecided: None }
    }

    /// Each path of `service cloud.firestore` once, with the first grant there.
    fn grounds(&self) -> Vec<(&'a Grant, Ground)> {
        let mut seen: Vec<&[Segment]> = Vec::new();
        let mut grounds = Vec::new();
        for grant in &self.analysis.grants {
            let is_new = !seen.contains(&grant.pattern.as_slice());
            if grant.rooted && grant.service == "cloud.firestore" && is_new {
                seen.push(&grant.pattern);
                grounds.extend(self.prover.ground(&grant.pattern).map(|ground| (grant, ground)));
            }
        }
        grounds
    }

    /// Is it open to any account at will, there or by a wildcard above, which is reported as such?
    fn is_open(&self, at: &Grant, method: Method) -> bool {
        let wide = |grant: &&Grant| {
            grant.service == at.service && grant.rooted && covers(&grant.pattern, &at.pattern)
        };
        self.analysis.grants.iter().filter(wide).any(|grant| {
            let access = grant.access(Principal::Stranger, method);
            match method {
                // What is sent is how ownership begins.
                Method::Create => access == Some(Access::Always),
                _ => access.is_some_and(Access::is_at_will),
            }
        })
    }

    fn attempt(&mut self, ground: &Ground, caller: Caller, method: Method, locked: &Fields) -> Attempt {
        let free = Free::default();
        let attempt = self.prover.typical(ground, Target { caller, method, locked, free });
        if let Attempt::Undecided(why) = attempt {
            let what = format!("{} at /{}: {why}", method.name(), ground.path);
            self.undecided.get_or_insert(what);
        }
        attempt
    }

    /// A search that ran out proves nothing about what was not tried.
    fn note_exhaustion(&mut self, ground: &Ground) {
        if self.prover.is_exhausted() {
            self.undecided.get_or_insert_with(|| format!("/{}: the search took too long", ground.path));
        }
    }

    /// The grant that let it through, and where it stands.
    fn granted(&self, proof: &Proof, otherwise: &'a Grant) -> &'a Grant {
        let span = proof.granted_by(&self.analysis.compiled);
        self.analysis.grants.iter().find(|grant| Some(grant.span) == span).unwrap_or(otherwise)
    }

    fn looks_at_what_is_sent(&self, ground: &Ground, method: Method) -> bool {
        self.prover.mentions_sent(ground, method)
    }

    fn is_about_others(&self, ground: &Ground, method: Method) -> bool {
        self.prover.mentions_others(ground, method)
    }

    /// A write of another document by a stranger, and the request that it opens.
    fn two_steps(&mut self, ground: &Ground, method: Method) -> Option<(Proof, Proof, Fields)> {
        self.prover.two_steps(ground, method)
    }

    /// What a search did not settle is never a pass.
    fn conclude(self, findings: Vec<Finding>) -> Verdict {
        match self.undecided {
            _ if !findings.is_empty() => Verdict::Fail(findings),
            Some(what) => Verdict::inconclusive(Miss::Unsupported(what)),
            None if self.analysis.incomplete => {
                Verdict::inconclusive(Miss::Unsupported("more allow statements than are judged".to_owned()))
            }
            None => of_another_product(self.analysis).unwrap_or(Verdict::Pass),
        }
    }
}
