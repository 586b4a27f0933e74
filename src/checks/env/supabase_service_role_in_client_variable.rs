//! The service role key of Supabase is in a variable of the client.
//!
//! The service role passes by every row level security policy. In a variable that the bundler copies
//! into the client, or under a name the client uses for the anon key, every visitor can read and
//! change the whole database.
//!
//! ## Fix
//!
//! Put the anon or publishable key there, and rotate the service role key if a build was published:
//! ```text
//! NEXT_PUBLIC_SUPABASE_ANON_KEY=<the key whose role is anon>
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/api/api-keys>

use super::{at, conclude};
use crate::{
    checks::{Check, Context, Judge},
    engine::env::client_prefix,
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/supabase-service-role-in-client-variable",
    title: "the service role key is bundled into the client",
    station: Station::Env,
    severity: Severity::Critical,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("supabase_service_role_in_client_variable.rs"),
};

fn judge(environments: &Environments, _context: &Context<'_>) -> Verdict {
    let mut findings = Vec::new();
    for fact in &environments.facts {
        let is_service = matches!(&fact.value, Value::SupabaseJwt { role, .. } if role == "service_role")
            || fact.value == (Value::SupabaseKey { secret: true });
        let name = fact.name.to_ascii_uppercase();
        let how = match client_prefix(&fact.name) {
            Some(prefix) => format!("which {prefix} puts into the client's code"),
            None if name.contains("ANON") || name.contains("PUBLISHABLE") => {
                "a name the client uses".to_owned()
            }
            None => continue,
        };
        // Without a prefix it is this check's; a secret key with a prefix is told by its value elsewhere.
        if !is_service
            || (fact.value == (Value::SupabaseKey { secret: true }) && client_prefix(&fact.name).is_some())
        {
            continue;
        }
        findings.push(
            Finding::new(format!("{} in {} holds the service role key, {how}", fact.name, fact.path))
                .at(at(fact))
                .evidence("value", fact.shown.clone())
                .key(fact.name.clone())
                .fix(format!(
                    "Put the anon key into {}, and rotate the service role key if it was ever published.",
                    fact.name
                )),
        );
    }
    conclude(findings, environments)
}
