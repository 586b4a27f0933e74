//! A Supabase key's own expiry date has passed.
//!
//! Keys of the older kind are tokens with an end. From that second on every request with it is answered
//! with 401, in the app that is deployed too.
//!
//! ## Fix
//!
//! Copy a new key from the project's API settings, or change to the keys that begin with
//! `sb_publishable_` and `sb_secret_`, which do not expire.
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/api/api-keys>

use super::{at, conclude, key};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::{Environments, Stage, Value},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "env/supabase-key-expired",
    title: "a Supabase key has expired",
    station: Station::Env,
    severity: Severity::High,
    confidence: Confidence::High,
    judge: Judge::Environments(judge),
    source: include_str!("supabase_key_expired.rs"),
};

fn judge(environments: &Environments, context: &Context<'_>) -> Verdict {
    let expired = environments.facts.iter().filter(|fact| fact.stage != Stage::Example).filter_map(|fact| {
        let Value::SupabaseJwt { role, expires: Some(expires), .. } = &fact.value else { return None };
        (*expires <= context.now).then(|| {
            Finding::new(format!(
                "{} in {}, a key of the role {role}, expired at {expires}",
                fact.name, fact.path
            ))
            .at(at(fact))
            .key(key(fact))
            .fix(format!("Replace the value of {} by a key that is valid.", fact.name))
        })
    });
    conclude(expired.collect(), environments)
}
