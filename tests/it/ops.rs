//! What a repository shows of its owners and operation.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use gonogo::{
    checks::judge,
    observe::{Options, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Repository, Seen},
    target::Target,
    verdict::Verdict,
};

const HANDLER: &str =
    "Deno.serve(async (req) => { req.headers.get(\"stripe-signature\"); await req.text(); });";

#[test]
fn a_bare_library_is_accused_of_nothing() {
    let (said, seen) = audit(&[("src/lib.rs", "pub fn a() {}"), ("README.md", "# a"), ("Cargo.toml", "")]);
    assert!(said.values().all(|verdict| matches!(verdict, Verdict::NotApplicable { .. })), "{said:#?}");
    assert_eq!((seen.files, seen.readme.as_deref()), (3, Some("README.md")));
}

#[test]
fn what_is_deployed_without_owners_and_ci_is_told() {
    let (said, seen) = audit(&[
        ("supabase/functions/stripe-webhook/index.ts", HANDLER),
        ("supabase/migrations/1.sql", "select 1;"),
        ("supabase/migrations/2.sql", "select 2;"),
        ("supabase/config.toml", ""),
        ("node_modules/x/api/health.ts", "/health"),
    ]);
    for check in ["ops/codeowners-missing-critical-paths", "ops/ci-missing", "ops/health-route-missing"] {
        assert!(matches!(said[check], Verdict::Fail(_)), "{check}: {said:#?}");
    }
    let critical: Vec<(&str, &str)> =
        seen.critical.iter().map(|path| (path.path.as_str(), path.what.as_str())).collect();
    assert_eq!(
        critical,
        [
            ("supabase/functions/stripe-webhook/index.ts", "webhook handler"),
            ("supabase/migrations/2.sql", "migrations")
        ]
    );
}

#[test]
fn owners_ci_and_health_route_pass() {
    let (said, seen) = audit(&[
        ("supabase/functions/stripe-webhook/index.ts", HANDLER),
        ("supabase/functions/health/index.ts", "Deno.serve(() => new Response(\"ok\"));"),
        ("supabase/config.toml", ""),
        ("firestore.rules", "service cloud.firestore {}"),
        ("firebase.json", "{\"firestore\":{\"rules\":\"firestore.rules\"}}"),
        (".github/workflows/ci.yml", "on: push"),
        (".github/CODEOWNERS", "* @team\n"),
    ]);
    for check in ["ops/codeowners-missing-critical-paths", "ops/ci-missing", "ops/health-route-missing"] {
        assert_eq!(said[check], Verdict::Pass, "{check}");
    }
    assert!(seen.firebase.is_some_and(|deploys| deploys.firestore && !deploys.storage));
}

#[cfg(unix)]
#[test]
fn links_out_of_the_repository_are_not_read() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("CODEOWNERS"), "* @stranger").unwrap();
    std::os::unix::fs::symlink(outside.path().join("CODEOWNERS"), root.path().join("CODEOWNERS")).unwrap();
    std::os::unix::fs::symlink(root.path(), root.path().join("loop")).unwrap();
    std::fs::write(root.path().join("firestore.rules"), "").unwrap();
    let (said, seen) = audit_root(root.path());
    assert_eq!(seen.codeowners, None);
    assert!(matches!(said["ops/codeowners-missing-critical-paths"], Verdict::Fail(_)), "{said:#?}");
}

fn audit(files: &[(&str, &str)]) -> (BTreeMap<&'static str, Verdict>, Repository) {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let full = root.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }
    audit_root(root.path())
}

fn audit_root(root: &std::path::Path) -> (BTreeMap<&'static str, Verdict>, Repository) {
    let target = Target { name: "portal".to_owned(), repository: true, ..Target::default() };
    let selection = Selection::new(vec!["ops".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let options = Options {
        root: Some(root.to_owned()),
        now: "2026-11-21T00:00:00Z".parse().unwrap(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: Vec::new(),
        extra_roots: Vec::new(),
        deadline: Duration::from_mins(1),
        jobs: 4,
    };
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &(Arc::new(Silent) as _)).unwrap();
    let outcomes = judge(&plan.checks, &seen, &target);
    let said = outcomes.into_iter().map(|outcome| (outcome.check.id, outcome.verdict)).collect();
    let Some(Seen::Got(repository)) = seen.repositories.values().next() else { panic!("{seen:#?}") };
    (said, repository.clone())
}
