//! A storage policy asks for the bucket and not for the owner.
//!
//! `bucket_id = 'avatars'` alone lets everybody the policy is for change or delete every file in
//! the bucket, those of other users included.
//!
//! ## Fix
//!
//! Bind the policy to the owner, or to a folder that is named after the user:
//! ```sql
//! create policy "own files" on storage.objects for update to authenticated
//!   using (bucket_id = 'avatars' and (select auth.uid())::text = (storage.foldername(name))[1]);
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/storage/security/access-control>

use super::{ACCESS, Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Caller, Command, Name, Policy, Relation, Truth, evaluate},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/storage-unbound-write",
    title: "files in a bucket can be written by everybody",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("storage_unbound_write.rs"),
};

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let Some(objects) = project.catalogue.relations.get(&Name::new("storage", "objects")) else {
        return Verdict::not_applicable("the project has no storage.objects");
    };
    let mut findings = Vec::new();
    for policy in objects.policies.iter().filter(|policy| policy.permissive) {
        let open = Caller::ALL.into_iter().find_map(|caller| {
            let commands = unbound(&project, objects, policy, caller);
            (!commands.is_empty()).then_some((caller, commands))
        });
        findings.extend(open.and_then(|(caller, commands)| finding(policy, caller, &commands)));
    }
    project.conclude(findings, None, ACCESS)
}

/// Writes that the policy allows by the row alone.
fn unbound(project: &Project<'_>, objects: &Relation, policy: &Policy, caller: Caller) -> Vec<Command> {
    let applies =
        Command::WRITES.into_iter().filter(|command| policy.applies(caller, *command, project.catalogue));
    applies
        .filter(|command| {
            policy.deciding(*command).is_some_and(|condition| {
                matches!(evaluate(&condition.expr, caller, objects, project.catalogue),
                    Truth::Depends(needs) if needs.iter().any(|needs| !needs.binds_caller() && needs.is_known()))
            })
        })
        .collect()
}

/// Uploads by signed-in users are what a bucket is for.
fn finding(policy: &Policy, caller: Caller, commands: &[Command]) -> Option<Finding> {
    let severity = match (caller, commands) {
        (Caller::Stranger, [Command::Insert]) => return None,
        (Caller::Anonymous, [Command::Insert]) => Severity::Medium,
        _ => Severity::High,
    };
    let text = policy.conditions().next().map(|condition| condition.text.clone()).unwrap_or_default();
    let name = policy.name.replace('"', "\"\"");
    let finding = Finding::new(format!(
        "{} can {} all files that policy \"{}\" names: {text}",
        caller.words(),
        super::verbs(commands),
        policy.name
    ))
    .at(at(&policy.origin))
    .key(policy.name.clone())
    .severity(severity)
    .fix("Bind the policy to the owner of the file or to a folder named after the user.")
    .patch(Patch::Snippet {
        language: "sql".to_owned(),
        text: format!(
            "alter policy \"{name}\" on storage.objects to authenticated\n  using ({text} and (select auth.uid())::text = (storage.foldername(name))[1]);"
        ),
    });
    Some(finding)
}
