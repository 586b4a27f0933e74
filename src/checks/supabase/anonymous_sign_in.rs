//! Anonymous sign-in is on, and policies take `authenticated` for an account.
//!
//! An anonymous user has the role `authenticated` and an id, and costs one request without an
//! e-mail address. A policy that only asks for a signed-in user is then open to everybody.
//!
//! ## Fix
//!
//! Ask for a permanent account where it matters:
//! ```sql
//! create policy "permanent accounts" on public.posts as restrictive for insert to authenticated
//!   with check (((select auth.jwt()) ->> 'is_anonymous')::boolean is false);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/auth/auth-anonymous#access-control>

use super::{ACCESS, Project, at_setting, openers};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Condition, Policy},
    finding::{Confidence, Finding, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/anonymous-sign-in",
    title: "anonymous users pass for signed-in ones",
    station: Station::Supabase,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("anonymous_sign_in.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let on = database.setting("auth.enable_anonymous_sign_ins").filter(|setting| setting.values == ["true"]);
    let Some(setting) = on else {
        return Verdict::not_applicable("anonymous sign-in is not switched on in supabase/config.toml");
    };
    let setting = at_setting(database, setting);
    let mut findings = Vec::new();
    for table in project.exposed_tables() {
        let asks = table.policies.iter().flat_map(Policy::conditions).any(Condition::asks_for_anonymity);
        let by_anybody: Vec<Command> =
            project.opened(table, Caller::Anonymous).iter().map(|(command, _)| *command).collect();
        let mut opened = project.opened(table, Caller::Stranger);
        opened.retain(|(command, _)| !by_anybody.contains(command));
        if asks || opened.is_empty() || project.sure(table, ACCESS).is_err() {
            continue;
        }
        let commands: Vec<Command> = opened.iter().map(|(command, _)| *command).collect();
        let (name, (policies, places)) = (&table.name, openers(&opened));
        findings.push(
            Finding::new(format!(
                "an anonymous user can {} every row of {name}, because policy {policies} asks for a signed-in user",
                super::verbs(&commands)
            ))
            .places(places)
            .at(setting.clone())
            .key(name.to_string())
            .fix("Ask for is_anonymous = false, or bind the policy to the owner of the row."),
        );
    }
    project.conclude(findings, None, ACCESS)
}
