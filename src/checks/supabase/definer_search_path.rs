//! A SECURITY DEFINER function has no fixed search path.
//!
//! Such a function runs with the rights of its owner, and finds unqualified names through the
//! caller's search path. Who can create objects in a schema that comes first can slip their own
//! table or function under it.
//!
//! ## Fix
//!
//! Fix the path to nothing and qualify every name in the body:
//! ```sql
//! alter function public.is_admin() set search_path = '';
//! ```
//!
//! ## References
//!
//! - <https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY>
//! - <https://supabase.com/docs/guides/database/database-advisors?lint=0011_function_search_path_mutable>

use super::{Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Function, Topics},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/definer-search-path",
    title: "a SECURITY DEFINER function has no fixed search path",
    station: Station::Supabase,
    severity: Severity::Low,
    confidence: Confidence::High,
    judge: Judge::Database(judge),
    source: include_str!("definer_search_path.rs"),
};

const TOPICS: Topics =
    Topics { rls: false, policies: false, grants: false, relations: false, functions: true, buckets: false };

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let loose = project.catalogue.functions.iter();
    let loose = loose.filter(|function| function.definer && function.search_path.is_none());
    let findings: Vec<Finding> = loose.map(finding).collect();
    match project.catalogue.may_be_mended(None, TOPICS) {
        Some(doubt) if !findings.is_empty() => Verdict::inconclusive(super::miss(doubt)),
        _ => project.conclude(findings, None, TOPICS),
    }
}

fn finding(function: &Function) -> Finding {
    let name = &function.name;
    let arguments = function.arguments.join(", ");
    Finding::new(format!(
        "{name}({arguments}) runs with its owner's rights and looks names up by the caller's search path"
    ))
    .at(at(&function.origin))
    .key(format!("{name}({arguments})"))
    .fix(format!("Set search_path to '' on {name} and qualify the names in its body."))
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!("alter function {}({arguments}) set search_path = '';", name.quoted()),
    })
}
