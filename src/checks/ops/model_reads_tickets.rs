//! A language model that may call tools is given the text of tickets.
//!
//! Whoever writes a ticket writes into the prompt: "refund this order" may become a call of a tool. No
//! wording of the prompt prevents that for certain; what the tools can do is the limit of the damage.
//!
//! ## Fix
//!
//! Give the model only tools that read, bound to the customer who wrote; let a person confirm what pays,
//! deletes or writes; and treat its answer as text of a stranger.
//!
//! ## References
//!
//! - <https://genai.owasp.org/llmrisk/llm01-prompt-injection/>

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/model-reads-tickets",
    title: "a language model with tools reads what customers write",
    station: Station::Ops,
    severity: Severity::Info,
    confidence: Confidence::Low,
    judge: Judge::Repository(judge),
    source: include_str!("model_reads_tickets.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let models = &repository.operation.models;
    let findings = models.iter().map(|model| {
        Finding::new(format!(
            "{} gives tickets to a language model that has tools (`{}`)",
            model.path, model.what
        ))
        .at(at(&model.path, model.line))
        .key(model.path.clone())
        .fix("allow only tools that read that customer's own data, and let a person confirm the rest")
    });
    sources(
        repository,
        findings.collect(),
        repository.operation.sources > 0,
        "no request handler of its own was found",
    )
}
