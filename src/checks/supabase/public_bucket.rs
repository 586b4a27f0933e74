//! A storage bucket with private files is public.
//!
//! Files of a public bucket can be downloaded by anybody who knows or guesses their path; policies
//! of `storage.objects` do not apply to the download.
//!
//! ## Fix
//!
//! Make it private and serve files through signed URLs:
//! ```sql
//! update storage.buckets set public = false where id = 'invoices';
//! ```
//!
//! ## References
//!
//! - <https://supabase.com/docs/guides/storage/buckets/fundamentals>

use super::{Project, at};
use crate::{
    checks::{Check, Context, Judge},
    engine::sql::{Topics, sounds_private},
    finding::{Confidence, Finding, Patch, Severity},
    seen::Database,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "supabase/public-bucket",
    title: "a bucket with private files is public",
    station: Station::Supabase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Database(judge),
    source: include_str!("public_bucket.rs"),
};

const TOPICS: Topics =
    Topics { rls: false, policies: false, grants: false, relations: false, functions: false, buckets: true };

fn judge(database: &Database, _context: &Context<'_>) -> Verdict {
    let project = match Project::of(database) {
        Ok(project) => project,
        Err(verdict) => return verdict,
    };
    let public = project.catalogue.buckets.iter().filter(|(id, bucket)| bucket.public && sounds_private(id));
    let findings = public.map(|(id, bucket)| {
        Finding::new(format!("the bucket {id} is public, and its name says private files"))
            .at(at(&bucket.origin))
            .evidence("request", format!("curl \"$SUPABASE_URL/storage/v1/object/public/{id}/…\""))
            .key(id.clone())
            .fix(format!("Make {id} private and hand out signed URLs."))
            .patch(Patch::Snippet {
                language: "sql".to_owned(),
                text: format!(
                    "update storage.buckets set public = false where id = '{}';",
                    id.replace('\'', "''")
                ),
            })
    });
    project.conclude(findings.collect(), None, TOPICS)
}
