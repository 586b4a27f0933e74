//! Checks of the station `env`.

use super::{Check, Context};
use crate::{
    engine::env::{host_is_local, host_is_tunnel},
    finding::{Finding, Place},
    seen::{Account, Environments, Fact, Miss, Observations, Seen, Stage, Value},
    verdict::Verdict,
};

mod cleartext_allowed;
mod cors_origin_by_part;
mod cors_origin_not_own;
mod dangerous_flag_in_production;
mod dart_define_missing;
mod delivery_not_own;
mod deployed_function_open;
mod deployed_redirect_not_own;
mod deployed_secret_missing;
mod dotenv_packed_into_app;
mod duplicate_key;
mod environments_share_project;
mod firebase_config_mixed;
mod firebase_platforms_differ;
mod firebase_project_mismatch;
mod http_url_in_production;
mod live_key_in_development;
mod local_address_in_code;
mod local_url_in_production;
mod mail_sender_unaligned;
mod missing_in_production;
mod placeholder_in_production;
mod public_address_contradiction;
mod public_prefix_on_secret;
mod real_value_in_example_file;
mod redirect_not_own_host;
mod same_secret_in_two_environments;
mod same_secret_under_two_names;
mod says_other_environment;
mod secret_in_pull_request;
mod secret_not_bound;
mod sender_domain_unverified;
mod sign_in_domain_not_own;
mod stage_host_in_production;
mod stripe_account_mismatch;
mod stripe_mode_mismatch;
mod stripe_version_differs;
mod supabase_deploys_elsewhere;
mod supabase_key_expired;
mod supabase_ref_mismatch;
mod supabase_service_role_in_client_variable;
mod test_key_in_production;
mod variable_undefined;
mod variable_unused;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &cleartext_allowed::CHECK,
    &cors_origin_by_part::CHECK,
    &cors_origin_not_own::CHECK,
    &dangerous_flag_in_production::CHECK,
    &dart_define_missing::CHECK,
    &delivery_not_own::CHECK,
    &deployed_function_open::CHECK,
    &deployed_redirect_not_own::CHECK,
    &deployed_secret_missing::CHECK,
    &dotenv_packed_into_app::CHECK,
    &duplicate_key::CHECK,
    &environments_share_project::CHECK,
    &firebase_config_mixed::CHECK,
    &firebase_platforms_differ::CHECK,
    &firebase_project_mismatch::CHECK,
    &http_url_in_production::CHECK,
    &live_key_in_development::CHECK,
    &local_address_in_code::CHECK,
    &local_url_in_production::CHECK,
    &mail_sender_unaligned::CHECK,
    &missing_in_production::CHECK,
    &placeholder_in_production::CHECK,
    &public_address_contradiction::CHECK,
    &public_prefix_on_secret::CHECK,
    &real_value_in_example_file::CHECK,
    &redirect_not_own_host::CHECK,
    &same_secret_in_two_environments::CHECK,
    &same_secret_under_two_names::CHECK,
    &says_other_environment::CHECK,
    &secret_in_pull_request::CHECK,
    &secret_not_bound::CHECK,
    &sender_domain_unverified::CHECK,
    &sign_in_domain_not_own::CHECK,
    &stage_host_in_production::CHECK,
    &stripe_account_mismatch::CHECK,
    &stripe_mode_mismatch::CHECK,
    &stripe_version_differs::CHECK,
    &supabase_deploys_elsewhere::CHECK,
    &supabase_key_expired::CHECK,
    &supabase_ref_mismatch::CHECK,
    &supabase_service_role_in_client_variable::CHECK,
    &test_key_in_production::CHECK,
    &variable_undefined::CHECK,
    &variable_unused::CHECK,
];

/// What a provider's API told, beside what the repository says. Without a key nobody is asked, and then
/// there is nothing to judge.
fn by_account(
    seen: &Observations,
    ids: &[&str],
    judge: impl Fn(&Account, &Environments) -> Verdict,
) -> Vec<(String, Verdict)> {
    let environments = seen.environments.values().next().map(Seen::as_ref);
    let asked = ids.iter().filter_map(|id| Some((*id, seen.accounts.get(*id)?)));
    let verdict = |account: &Seen<Account>| match (account.as_ref(), environments) {
        (Err(miss), _) | (_, Some(Err(miss))) => Verdict::inconclusive(miss.clone()),
        (Ok(account), Some(Ok(environments))) => judge(account, environments),
        (Ok(account), None) => judge(account, &Environments::default()),
    };
    asked.map(|(id, account)| (id.to_owned(), verdict(account))).collect()
}

/// An answer of the wrong provider, which no instrument gives.
fn other_provider() -> Verdict {
    Verdict::inconclusive(Miss::Internal("another provider answered".to_owned()))
}

/// Facts that hold in production.
fn production(environments: &Environments) -> impl Iterator<Item = &Fact> {
    environments.facts.iter().filter(|fact| fact.stage == Stage::Production)
}

/// The line with what may be shown of its value.
fn at(fact: &Fact) -> Place {
    Place::line_of(fact.path.clone(), fact.line, 1, format!("{}={}", fact.name, fact.shown))
}

/// Tells findings about different variables apart.
fn key(fact: &Fact) -> String {
    format!("{} {}", fact.path, fact.name)
}

/// Fails with the findings; without any, a file that could not be read may have held one.
fn conclude(findings: Vec<Finding>, environments: &Environments) -> Verdict {
    if !findings.is_empty() {
        return Verdict::Fail(findings);
    }
    if let Some(unread) = environments.missed.first() {
        return Verdict::inconclusive(unread.why.clone());
    }
    if environments.files.is_empty() {
        return Verdict::not_applicable("the repository has no files that configure an environment");
    }
    Verdict::Pass
}

/// Nothing to judge among what was read; what was not read may hold it.
fn nothing(environments: &Environments, why: &str) -> Verdict {
    match environments.missed.first() {
        Some(unread) => Verdict::inconclusive(unread.why.clone()),
        None if environments.code.cut => Verdict::inconclusive(cut()),
        None => Verdict::not_applicable(why),
    }
}

fn cut() -> Miss {
    Miss::Unsupported("not every source was looked through".to_owned())
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Without values that a later line of the same file sets anew.
fn effective(environments: &Environments) -> Vec<&Fact> {
    let mut met = std::collections::BTreeSet::new();
    let mut last: Vec<&Fact> = environments
        .facts
        .iter()
        .rev()
        .filter(|fact| met.insert((fact.path.as_str(), fact.stage, fact.name.as_str())))
        .collect();
    last.reverse();
    last
}

/// Read together: one environment of one file, or production's files of one folder.
fn same_deployment(one: &Fact, other: &Fact) -> bool {
    one.stage == other.stage
        && (one.path == other.path
            || one.stage == Stage::Production && folder(&one.path) == folder(&other.path))
}

/// The domain under which its owner may make names; the host itself where there is none.
fn site_of(host: &str) -> &str {
    psl::domain_str(host).unwrap_or(host)
}

fn is_below(host: &str, domain: &str) -> bool {
    host == domain || host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'))
}

/// The domains of production: those that are declared, else those of its public addresses.
fn own_domains(environments: &Environments, context: &Context<'_>) -> Vec<String> {
    let declared = context.target.production_hosts();
    let mut own: Vec<String> = declared.iter().map(|host| site_of(host).to_owned()).collect();
    if own.is_empty() {
        own.extend(production(environments).filter(|fact| fact.is_public_address()).filter_map(|fact| {
            match &fact.value {
                Value::Url { host, .. }
                    if host.contains('.') && !host_is_local(host) && !host_is_tunnel(host) =>
                {
                    Some(site_of(host).to_owned())
                }
                _ => None,
            }
        }));
    }
    own.sort();
    own.dedup();
    own
}

/// Words of a name that do not say what it is for, taken away: two names of one purpose are left equal.
fn purpose(name: &str, words: &[&str]) -> Vec<String> {
    const EVERYWHERE: &[&str] =
        &["NEXT", "PUBLIC", "VITE", "EXPO", "REACT", "NUXT", "SECRET", "KEY", "TOKEN"];
    let name = name.to_ascii_uppercase();
    let says = |word: &&str| !words.contains(word) && !EVERYWHERE.contains(word);
    name.split(['_', '.', '-']).filter(says).map(str::to_owned).collect()
}

/// Set by a platform, a framework or a tool, or read by a library that never names it in the sources.
fn is_known_variable(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "NODE_ENV",
        "PORT",
        "HOST",
        "HOSTNAME",
        "CI",
        "TZ",
        "HOME",
        "PWD",
        "PATH",
        "USER",
        "SHELL",
        "TMPDIR",
        "TERM",
        "LANG",
        "DEBUG",
        "LOG_LEVEL",
        "npm_package_version",
        "SUPABASE_URL",
        "SUPABASE_ANON_KEY",
        "SUPABASE_SERVICE_ROLE_KEY",
        "SUPABASE_DB_URL",
        "SUPABASE_PUBLISHABLE_KEYS",
        "SUPABASE_SECRET_KEYS",
        "SB_REGION",
        "SB_EXECUTION_ID",
        "DENO_REGION",
        "DENO_DEPLOYMENT_ID",
        "GCLOUD_PROJECT",
        "GCP_PROJECT",
        "GOOGLE_CLOUD_PROJECT",
        "FIREBASE_CONFIG",
        "FUNCTION_NAME",
        "FUNCTION_TARGET",
        "FUNCTION_REGION",
        "FUNCTIONS_EMULATOR",
        "K_SERVICE",
        "K_REVISION",
        "K_CONFIGURATION",
        "GOOGLE_APPLICATION_CREDENTIALS",
        "FIRESTORE_EMULATOR_HOST",
        "FIREBASE_AUTH_EMULATOR_HOST",
        "FIREBASE_STORAGE_EMULATOR_HOST",
        "FIREBASE_DATABASE_EMULATOR_HOST",
        "VERCEL",
        "NETLIFY",
        "URL",
        "DEPLOY_URL",
        "DEPLOY_PRIME_URL",
        "CONTEXT",
        "BRANCH",
        "HEAD",
        "COMMIT_REF",
        "SITE_NAME",
        "CF_PAGES",
        "CF_PAGES_URL",
        "CF_PAGES_BRANCH",
        "CF_PAGES_COMMIT_SHA",
        "RENDER",
        "DYNO",
        "ANALYZE",
        "NEXT_RUNTIME",
        "NEXT_PHASE",
        "ASSETS_PREFIX",
        "AUTH_SECRET",
        "AUTH_URL",
        "AUTH_TRUST_HOST",
        "NEXTAUTH_URL",
        "NEXTAUTH_SECRET",
        "DATABASE_URL",
        "DIRECT_URL",
        "SHADOW_DATABASE_URL",
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "RESEND_API_KEY",
        "REPLICATE_API_TOKEN",
        "BLOB_READ_WRITE_TOKEN",
        "KV_REST_API_URL",
        "KV_REST_API_TOKEN",
        "UPSTASH_REDIS_REST_URL",
        "UPSTASH_REDIS_REST_TOKEN",
        "SKIP_ENV_VALIDATION",
        "EXPO_OS",
        "EAS_BUILD_PROFILE",
        "PYTHONPATH",
        "WEBSITE_HOSTNAME",
        "AWS_REGION",
        "GENERATE_SOURCEMAP",
        "BROWSER",
        "FAST_REFRESH",
        "ESLINT_NO_DEV_ERRORS",
        "DISABLE_ESLINT_PLUGIN",
        "INLINE_RUNTIME_CHUNK",
    ];
    const BEGINNINGS: &[&str] = &[
        "VERCEL_",
        "NEXT_PUBLIC_VERCEL_",
        "NETLIFY_",
        "GITHUB_",
        "RUNNER_",
        "CI_",
        "npm_",
        "FLY_",
        "RENDER_",
        "RAILWAY_",
        "HEROKU_",
        "AWS_",
        "AZURE_",
        "SENTRY_",
        "CLERK_",
        "NEXT_PUBLIC_CLERK_",
        "AUTH_",
        "POSTGRES_",
        "PG",
        "MYSQL_",
        "REDIS_",
        "MONGO_",
        "DD_",
        "OTEL_",
        "NEW_RELIC_",
        "TURBO_",
        "NX_",
        "EAS_",
        "LANGCHAIN_",
        "LANGSMITH_",
        "STORYBOOK_",
        "NEXT_TELEMETRY",
        "NODE_",
        "CODESPACE",
        "GITPOD_",
        "REPL_",
        "REPLIT_",
        "COMPOSE_",
        "DOCKER_",
        "SUPABASE_AUTH_",
        "JEST_",
        "VITEST_",
        "PLAYWRIGHT_",
        "CYPRESS_",
        "EXPO_",
        "GOOGLE_CLOUD_",
        "PRISMA_",
        "LIVEKIT_",
        "UPLOADTHING_",
        "PUPPETEER_",
        "SST_",
    ];
    NAMES.contains(&name) || BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
}
