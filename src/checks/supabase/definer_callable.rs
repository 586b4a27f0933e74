//! A SECURITY DEFINER function can be called by anybody and asks nobody who they are.
//!
//! Functions in an exposed schema are served as `/rest/v1/rpc/<name>`, and EXECUTE is granted to
//! everybody by default. With SECURITY DEFINER row level security does not apply inside: what the
//! function does, anybody can do.
//!
//! ## Fix
//!
//! Take the right to call it away, or ask for the caller in its body:
//! ```sql
//! revoke execute on function public.delete_user(uuid) from public, anon, authenticated;
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/database/functions#security-definer-vs-invoker>
//! - <https://supabase.com/docs/guides/database/database-advisors>

use super::{Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Function, Held, Privilege, Topics},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/definer-callable",
    title: "anybody can call a SECURITY DEFINER function",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("definer_callable.rs"),
};

const TOPICS: Topics =
    Topics { rls: false, policies: false, grants: true, relations: false, functions: true, buckets: false };

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let (mut findings, mut unclear) = (Vec::new(), None);
    for function in project.catalogue.functions.iter().filter(|function| is_open(&project, function)) {
        match project.catalogue.may_be_mended(None, Topics { functions: false, ..TOPICS }) {
            Some(doubt) => unclear = Some(super::miss(doubt)),
            None => findings.push(finding(function)),
        }
    }
    project.conclude(findings, unclear, TOPICS)
}

/// Trigger functions cannot be called over HTTP.
fn is_open(project: &Project<'_>, function: &Function) -> bool {
    function.definer
        && project.exposed.contains(&function.name.schema)
        && !function.returns.contains("trigger")
        && !function.looks_at_caller()
        && reads_or_writes(function)
        && Caller::ALL.iter().any(|caller| callable(project, function, *caller))
}

fn callable(project: &Project<'_>, function: &Function, caller: Caller) -> bool {
    function.acl.held(caller.role(), Privilege::Execute, &project.catalogue.members) == Held::Whole
}

/// A function that touches no table leaks nothing by its owner's rights.
fn reads_or_writes(function: &Function) -> bool {
    let body = function.body.to_lowercase();
    body.contains(" from ") || body.contains("\nfrom ") || writes(&body)
}

fn writes(body: &str) -> bool {
    let words: Vec<&str> = body.split_whitespace().collect();
    words.windows(2).any(|pair| {
        matches!(pair, ["insert", "into"] | ["delete", "from"] | ["execute", _]) || pair[0] == "truncate"
    }) || words.windows(3).any(|three| three[0] == "update" && three[2] == "set")
}

fn finding(function: &Function) -> Finding {
    let name = &function.name;
    let arguments = function.arguments.join(", ");
    let body = function.body.to_lowercase();
    let (does, severity) = if writes(&body) {
        ("writes", Severity::High)
    } else if body.contains("vault.") || body.contains("secret") {
        ("reads secrets", Severity::High)
    } else if function.returns.contains("bool") || !function.arguments.is_empty() {
        // An answer of yes or no, or to who already knows what to ask for.
        ("reads", Severity::Low)
    } else {
        ("reads", Severity::Medium)
    };
    Finding::new(format!(
        "anybody can call {name}({arguments}), which {does} with its owner's rights and does not ask who calls"
    ))
    .at(at(&function.origin))
    .evidence(
        "request",
        format!("curl -X POST \"$SUPABASE_URL/rest/v1/rpc/{}\" -H \"apikey: $ANON_KEY\"", name.name),
    )
    .key(format!("{name}({arguments})"))
    .severity(severity)
    .fix(format!("Revoke EXECUTE on {name} from everybody who does not need it, or check auth.uid() in its body."))
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!(
            "revoke execute on function {}({arguments}) from public, anon, authenticated;",
            name.quoted()
        ),
    })
}
