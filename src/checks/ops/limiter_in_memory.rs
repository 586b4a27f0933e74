//! A rate limit counts in a variable of a function whose instances come and go.
//!
//! Each instance of a serverless function has its own memory: ten instances allow ten times the limit, and
//! a fresh one has forgotten everything. The limit holds in a test and not against somebody who means it.
//!
//! ## Fix
//!
//! Count where all instances look: in Redis (for example Upstash), in the database with an atomic
//! increment, or at the CDN.

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/limiter-in-memory",
    title: "a rate limit is counted in the memory of one instance",
    station: Station::Ops,
    severity: Severity::Low,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("limiter_in_memory.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let mut findings = Vec::new();
    for limit in &operation.memory_limits {
        let finding = Finding::new(format!(
            "{} counts requests in `{}`, a variable that every instance has for itself",
            limit.path, limit.what
        ))
        .at(at(&limit.path, limit.line))
        .key(format!("{} {}", limit.path, limit.what))
        .fix("count in a store that all instances share, or limit at the CDN");
        match host(&limit.path, repository) {
            Host::Serverless => findings.push(finding),
            Host::Unknown => findings.push(finding.severity(Severity::Info).confidence(Confidence::Low)),
            // One process keeps its memory.
            Host::Own => {}
        }
    }
    sources(repository, findings, operation.sources > 0, "no request handler of its own was found")
}

enum Host {
    Serverless,
    Own,
    Unknown,
}

/// By where the file lies, or by what the repository is deployed with.
fn host(path: &str, repository: &Repository) -> Host {
    const SERVERLESS: [&str; 3] = ["vercel.json", "netlify.toml", "wrangler.toml"];
    const OWN: [&str; 5] = ["Dockerfile", "fly.toml", "Procfile", "render.yaml", "docker-compose.yml"];
    let deployed = |signs: &[&str]| repository.deployed.iter().any(|sign| signs.contains(&sign.as_str()));
    let path = format!("/{path}");
    let functions = ["/supabase/functions/", "/netlify/functions/"].iter().any(|part| path.contains(part));
    // App Hosting runs as many instances as it needs, and builds an image of its own.
    if functions || path.starts_with("/functions/") || deployed(&["apphosting.yaml"]) {
        Host::Serverless
    } else if deployed(&OWN) {
        Host::Own
    } else if deployed(&SERVERLESS) {
        Host::Serverless
    } else {
        Host::Unknown
    }
}
