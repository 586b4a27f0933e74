//! A request's body goes into the database as it came.
//!
//! Whoever calls decides which columns are written: `role`, `price`, `user_id` or `paid` among them. Where
//! the function writes with an administrator's key, no policy stops it.
//!
//! ## Fix
//!
//! Take the fields that are meant, and refuse the rest:
//! ```ts
//! const Ticket = z.object({ subject: z.string().max(200), body: z.string().max(5000) }).strict();
//! await supabase.from("tickets").insert({ ...Ticket.parse(await req.json()), user_id: user.id });
//! ```
//!
//! ## References
//!
//! - <https://cheatsheetseries.owasp.org/cheatsheets/Mass_Assignment_Cheat_Sheet.html>

use super::{at, sources};
use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Severity},
    seen::Repository,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "ops/input-stored-whole",
    title: "a request decides which fields are written",
    station: Station::Ops,
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    judge: Judge::Repository(judge),
    source: include_str!("input_stored_whole.rs"),
};

fn judge(repository: &Repository, _context: &Context<'_>) -> Verdict {
    let operation = &repository.operation;
    let findings = operation.unvalidated.iter().map(|noted| {
        Finding::new(format!("{} gives the request's body to `{}` as it came", noted.path, noted.what))
            .at(at(&noted.path, noted.line))
            .key(format!("{} {}", noted.path, noted.line))
            .fix("parse the body with a strict schema, and write the fields that are meant")
    });
    sources(repository, findings.collect(), operation.sources > 0, "no server source was found")
}
