//! What the checks of Storage rules share.

use super::{place, remedy::is_tried, test_mode::is_timed};
use crate::{
    checks::Context,
    engine::firestore::{
        Analysis,
        access::{Access, Grant, Principal},
        ast::Segment,
        collection::{self, Content},
        compile,
        prove::Caller,
        request::Method,
        spot,
        storage::{Prover, SERVICE, Wish, Witness},
        value::Sources,
    },
    finding::{Confidence, Finding, Patch, Severity},
    seen::{FirestoreRules, Miss},
    verdict::Verdict,
};

/// Open rules are one fault, from whichever side they are seen.
pub(super) const OPEN: &str = "firebase-storage-open";

pub(super) const READS: [Method; 2] = [Method::Get, Method::List];
pub(super) const WRITES: [Method; 3] = [Method::Create, Method::Update, Method::Delete];
/// Methods that send a file.
pub(super) const SENDS: [Method; 2] = [Method::Create, Method::Update];

/// A file with rules for Storage.
pub(super) struct Files<'r> {
    pub(super) rules: &'r FirestoreRules,
    pub(super) analysis: &'r Analysis,
    pub(super) prover: Prover<'r>,
}

/// A statement and the requests that it lets through.
pub(super) struct Exposed<'r> {
    pub(super) grant: &'r Grant,
    pub(super) witnesses: Vec<Witness>,
}

/// The rules for Storage, where the file has any.
pub(super) fn understood<'r>(rules: &'r FirestoreRules, context: &Context<'_>) -> Result<Files<'r>, Verdict> {
    let analysis = super::understood(rules)?;
    if analysis.compiled.ruleset.service(SERVICE).is_none() {
        return Err(Verdict::not_applicable("the file has no rules for Cloud Storage"));
    }
    let prover = Prover::new(analysis, context.now.as_nanosecond());
    Ok(Files { rules, analysis, prover })
}

impl<'r> Files<'r> {
    pub(super) fn find(&self, grant: &Grant, wish: Wish<'_>) -> Option<Witness> {
        self.prover.find(&grant.pattern, wish)
    }

    /// Is it open to those without an account, which is reported as such?
    pub(super) fn is_public(&self, grant: &Grant, method: Method) -> bool {
        let wish = Wish { over: true, ..Wish::new(Caller::Anonymous, method) };
        self.find(grant, wish).is_some() || self.find(grant, Wish { over: false, ..wish }).is_some()
    }

    /// What these wishes come to, by the statement that grants them.
    pub(super) fn exposed(&self, wishes: &[Wish<'_>]) -> Vec<Exposed<'r>> {
        let mut found: Vec<Exposed<'r>> = Vec::new();
        for pattern in self.prover.patterns() {
            for wish in wishes {
                let Some(witness) = self.find(pattern, *wish) else { continue };
                if wish.caller != Caller::Anonymous && self.is_public(pattern, wish.method) {
                    continue;
                }
                let grant = self.granted(&witness, pattern);
                // What is open until a date is reported as that.
                if is_timed(grant) {
                    continue;
                }
                match found.iter_mut().find(|known| known.grant.pattern == grant.pattern) {
                    Some(known)
                        if known.witnesses.iter().any(|other| other.request.method == wish.method) => {}
                    Some(known) => known.witnesses.push(witness),
                    None => found.push(Exposed { grant, witnesses: vec![witness] }),
                }
            }
        }
        found
    }

    pub(super) fn granted(&self, witness: &Witness, otherwise: &'r Grant) -> &'r Grant {
        let span = witness.granted_by(&self.analysis.compiled);
        self.analysis.grants.iter().find(|grant| Some(grant.span) == span).unwrap_or(otherwise)
    }

    /// A finding about a statement, with the request that shows it.
    pub(super) fn finding(
        &self,
        message: String,
        grant: &Grant,
        witness: &Witness,
        context: &Context<'_>,
    ) -> Finding {
        Finding::new(message)
            .at(place(self.rules, context, grant.span))
            .key(grant.shown())
            .evidence("allowed request", witness.told())
            .evidence("as a command", witness.command())
    }

    /// The first condition that, added to the statement's own, refuses the requests and keeps what an
    /// owner (or an administrator) may do.
    pub(super) fn patch(
        &self,
        exposed: &Exposed<'_>,
        conditions: &[String],
        context: &Context<'_>,
    ) -> Option<Patch> {
        if !is_tried(self.rules, exposed.grant) {
            return None;
        }
        let (start, end) = (exposed.grant.span.start as usize, exposed.grant.span.end as usize);
        let text = &self.rules.text;
        let statement = text.get(start..end)?;
        let own = exposed.grant.conditional.then(|| statement.split_once(':')).flatten();
        let own = own.and_then(|(_, rest)| rest.trim().strip_prefix("if")).map(str::trim);
        let kept: Vec<Witness> = Method::ALL
            .into_iter()
            .filter_map(|method| self.find(exposed.grant, Wish::new(Caller::Owner, method)))
            .collect();
        conditions.iter().find_map(|condition| {
            let condition = match own.filter(|own| *own != "true") {
                None => condition.clone(),
                Some(own) => format!("({own}) && {condition}"),
            };
            let new = format!("allow {}: if {condition}", exposed.grant.methods.join(", "));
            let changed = compile(&format!("{}{new}{}", text.get(..start)?, text.get(end..)?));
            let closes = changed.errors.is_empty()
                && !exposed.witnesses.iter().any(|witness| witness.holds(&changed))
                && kept.iter().all(|witness| witness.holds(&changed));
            closes.then(|| {
                let spot = spot(text, exposed.grant.span);
                let line = text.lines().nth(spot.line as usize - 1).unwrap_or_default();
                if line.contains(statement) && !new.contains('\n') {
                    let new = line.replacen(statement, &new, 1);
                    Patch::Line { path: context.subject.to_owned(), line: spot.line, new }
                } else {
                    Patch::Snippet { language: "firestore".to_owned(), text: format!("{new};") }
                }
            })
        })
    }

    /// A pass needs every statement to be decided, for the callers and methods that were looked at.
    pub(super) fn conclude(
        &self,
        principals: &[Principal],
        methods: &[Method],
        findings: Vec<Finding>,
    ) -> Verdict {
        if !findings.is_empty() {
            return Verdict::Fail(findings);
        }
        if self.analysis.incomplete {
            return Verdict::inconclusive(Miss::Unsupported(
                "more allow statements than are judged".to_owned(),
            ));
        }
        if self.prover.is_exhausted() {
            return Verdict::inconclusive(Miss::Unsupported(
                "the search for requests took too long".to_owned(),
            ));
        }
        for grant in self.analysis.grants.iter().filter(|grant| grant.service == SERVICE) {
            let asked = grant
                .access
                .iter()
                .filter(|(principal, method, _)| principals.contains(principal) && methods.contains(method));
            for (principal, method, access) in asked {
                let why = match access {
                    Access::Unknown(why) => *why,
                    Access::Depends(_) if self.is_open_question(grant, *principal, *method, *access) => {
                        "the caller may find something to send that is let through"
                    }
                    _ => continue,
                };
                let what = format!("{} on {}: {why}", method.name(), grant.shown());
                return Verdict::inconclusive(Miss::Unsupported(what));
            }
        }
        Verdict::Pass
    }

    /// Only what the caller chooses stands in the way, and the search found no choice that is let
    /// through: that proves nothing.
    fn is_open_question(&self, grant: &Grant, principal: Principal, method: Method, access: Access) -> bool {
        let Access::Depends(on) = access else { return false };
        let chosen = Sources::SENT.and(Sources::QUERY).and(Sources::PATH).and(Sources::TIME);
        let caller = match principal {
            Principal::Anonymous => Caller::Anonymous,
            Principal::Stranger => Caller::Stranger,
        };
        let wish = Wish::new(caller, method);
        on.is_within(chosen)
            && [false, true].iter().all(|over| self.find(grant, Wish { over: *over, ..wish }).is_none())
    }
}

/// Who can read, and how loudly it is said.
pub(super) struct Reading {
    pub(super) caller: Caller,
    /// What they can do, of an exposure.
    pub(super) told: fn(&Exposed<'_>) -> String,
    /// For everything, and by what the folder's name says.
    pub(super) weight: fn(&Grant) -> (Severity, Confidence),
    pub(super) fix: &'static str,
}

/// Every path whose files the caller can read, but for those that are public by their name.
pub(super) fn readable(reading: &Reading, rules: &FirestoreRules, context: &Context<'_>) -> Verdict {
    let files = match understood(rules, context) {
        Ok(files) => files,
        Err(verdict) => return verdict,
    };
    let finding = |exposed: &Exposed<'_>| {
        let Exposed { grant, witnesses } = exposed;
        let (severity, confidence) = (reading.weight)(grant);
        let witness = witnesses.last().unwrap_or(&witnesses[0]);
        let finding = files
            .finding((reading.told)(exposed), grant, witness, context)
            .severity(severity)
            .confidence(confidence)
            .root(OPEN)
            .fix(reading.fix);
        let conditions = of_owner(grant, reading.caller == Caller::Anonymous);
        files.patch(exposed, &conditions, context).into_iter().fold(finding, Finding::patch)
    };
    let wishes = [Method::Get, Method::List].map(|method| Wish::new(reading.caller, method));
    let exposed = files.exposed(&wishes);
    let is_meant = |exposed: &&Exposed<'_>| content(exposed.grant) == Content::Public;
    let findings = exposed.iter().filter(|exposed| !is_meant(exposed)).map(finding).collect();
    let principal =
        if reading.caller == Caller::Anonymous { Principal::Anonymous } else { Principal::Stranger };
    files.conclude(&[principal], &READS, findings)
}

/// `get and list`.
pub(super) fn operations(witnesses: &[Witness]) -> String {
    let mut methods: Vec<Method> = witnesses.iter().map(|witness| witness.request.method).collect();
    methods.sort_unstable();
    let names: Vec<&str> = methods.into_iter().map(Method::name).collect();
    match names.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        names => names.concat(),
    }
}

/// `files at /avatars/{name}`.
pub(super) fn things(grant: &Grant) -> String {
    if is_everything(grant) {
        format!("all files ({})", grant.shown())
    } else {
        format!("files at {}", grant.shown())
    }
}

/// `other people's files at /avatars/{name}`.
pub(super) fn of_others(grant: &Grant) -> String {
    if is_everything(grant) { things(grant) } else { format!("other people's {}", things(grant)) }
}

pub(super) fn is_everything(grant: &Grant) -> bool {
    matches!(grant.pattern.as_slice(), [Segment::Recursive(_)])
}

/// What the folder's name says; pictures and assets are meant to be seen.
pub(super) fn content(grant: &Grant) -> Content {
    const SEEN: [&str; 13] = [
        "image",
        "images",
        "photos",
        "avatars",
        "avatar",
        "thumbnails",
        "thumbs",
        "icons",
        "logos",
        "banners",
        "static",
        "media",
        "covers",
    ];
    let named = |segment: &Segment| matches!(segment, Segment::Literal(name) if SEEN.contains(&name.to_lowercase().as_str()));
    match collection::content(&grant.pattern) {
        Content::Unknown if grant.pattern.iter().any(named) => Content::Public,
        content => content,
    }
}

/// Conditions that leave a file to the one whom its folder names, or to those with an account.
pub(super) fn of_owner(grant: &Grant, anonymous: bool) -> Vec<String> {
    let folder = grant.pattern.iter().enumerate().find_map(|(at, segment)| match segment {
        Segment::Capture(name) if at + 1 < grant.pattern.len() && names_a_person(name) => Some(name),
        _ => None,
    });
    let mut conditions: Vec<String> = folder
        .map(|name| format!("request.auth != null && request.auth.uid == {name}"))
        .into_iter()
        .collect();
    if anonymous {
        conditions.push("request.auth != null".to_owned());
    }
    conditions
}

/// `{uid}`, `{userId}`, `{owner}`: other folders are named after a chat or an order, and their fix is
/// another.
fn names_a_person(name: &str) -> bool {
    let name = name.to_lowercase();
    ["uid", "user", "owner", "account", "member", "profile"].iter().any(|word| name.contains(word))
}

/// Does the condition look at this property of a file?
pub(super) fn mentions(files: &Files<'_>, grant: &Grant, property: &str) -> bool {
    use crate::engine::firestore::{
        ast::ExprKind,
        survey::{Mentions, allows},
    };
    fn of_type(expr: &crate::engine::firestore::ast::Expr) -> bool {
        matches!(&expr.kind, ExprKind::Member(_, name) if name.text == "contentType")
    }
    fn of_sent(expr: &crate::engine::firestore::ast::Expr) -> bool {
        crate::engine::firestore::survey::is_sent_data(expr)
    }
    let ruleset = &files.analysis.compiled.ruleset;
    let mentions = Mentions::of(ruleset, if property == "contentType" { of_type } else { of_sent });
    let allows = allows(ruleset);
    let allow = allows.iter().find(|allow| allow.span == grant.span);
    allow.and_then(|allow| allow.condition.as_ref()).is_some_and(|condition| mentions.is_in(condition))
}
