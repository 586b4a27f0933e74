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

pub(crate) fn audit(files: &[(&str, &str)]) -> (BTreeMap<&'static str, Verdict>, Repository) {
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

#[test]
fn sources_and_results_of_other_tools_are_judged() {
    let crm = "export async function POST(req) { const body = await req.text();\n  await fetch('https://api.hubapi.com/crm/v3/objects/contacts', { method: 'POST', body });\n  return Response.json({}); }";
    let limit = "const rateLimitMap = new Map();\nDeno.serve(async (req) => { const n = rateLimitMap.get('a') ?? 0; rateLimitMap.set('a', n + 1); });";
    let slow = "{\"lighthouseVersion\":\"12\",\"finalUrl\":\"https://a.example/\",\"categories\":{\"performance\":{\"score\":0.4}}}";
    let axe = "[{\"url\":\"https://a.example/\",\"violations\":[{\"id\":\"label\",\"impact\":\"serious\",\"nodes\":[{}]}]}]";
    let (said, seen) = audit(&[
        ("supabase/functions/stripe-webhook/index.ts", HANDLER),
        ("supabase/functions/limit/index.ts", limit),
        ("app/api/crm/route.ts", crm),
        (".gitignore", "coverage\n.lighthouseci\n"),
        (
            "coverage/lcov.info",
            "SF:supabase/functions/stripe-webhook/index.ts\nDA:1,1\nDA:2,0\nDA:3,0\nend_of_record\n",
        ),
        (".lighthouseci/lhr-1.json", slow),
        ("axe-results.json", axe),
    ]);
    for check in [
        "ops/call-status-ignored",
        "ops/call-without-timeout",
        "ops/limiter-in-memory",
        "ops/handler-coverage-low",
        "ops/lighthouse-performance-low",
        "ops/axe-violations",
    ] {
        assert!(matches!(said[check], Verdict::Fail(_)), "{check}: {said:#?}");
    }
    assert!(seen.operation.unread.is_empty() && seen.operation.sources == 3, "{:?}", seen.operation);
}

#[test]
fn what_is_broken_is_undecided() {
    let (said, seen) = audit(&[
        ("supabase/functions/stripe-webhook/index.ts", HANDLER),
        ("supabase/functions/odd/index.ts", "a\0b"),
        ("coverage/lcov.info", "nothing"),
        ("lhr-1.json", "{"),
        ("axe-results.json", "[]"),
    ]);
    assert_eq!(seen.operation.unread, ["supabase/functions/odd/index.ts"]);
    for check in [
        "ops/call-status-ignored",
        "ops/handler-coverage-low",
        "ops/lighthouse-performance-low",
        "ops/axe-violations",
        "ops/limiter-in-memory",
    ] {
        assert!(matches!(said[check], Verdict::Inconclusive { .. }), "{check}: {said:#?}");
    }
}

#[test]
fn no_bytes_stop_the_readers() {
    let seeds = [
        ("a.ts", HANDLER.to_owned()),
        ("b.py", "def f(b):\n    requests.post('https://api.close.com/', json=b)\n".to_owned()),
        ("c.tsx", "const u = `https://${a}.zendesk.com/${b}`; fetch(u, { method: 'POST' });".to_owned()),
        ("d.sql", "create table a (id int primary key, b text unique); do $x$ begin end $x$; create index on a (b);".to_owned()),
        ("e", "SF:a.ts\nDA:1,1\nLF:1\nend_of_record\n".to_owned()),
        ("f", "{\"lighthouseVersion\":\"1\",\"categories\":{\"performance\":{\"score\":1}}}".to_owned()),
    ];
    let mut state = 7_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    for round in 0..600 {
        let (path, text) = &seeds[round % seeds.len()];
        let mut letters: Vec<char> = text.chars().collect();
        for _ in 0..=random(6) {
            if letters.is_empty() {
                break;
            }
            let at = random(letters.len());
            match random(3) {
                0 => drop(letters.remove(at)),
                1 => letters.insert(at, ['$', '`', '\'', '(', 'é', '\n', '{', '\u{0}'][random(8)]),
                _ => letters.truncate(at.max(1)),
            }
        }
        let text: String = letters.into_iter().collect();
        let _ = gonogo::engine::operation::read(path, &text, &mut gonogo::seen::Operation::default());
        let _ = gonogo::engine::operation::keys([text.as_str()]);
        let _ = gonogo::engine::operation::read_lcov(&text, "a", &["a.ts".to_owned()]);
        let _ = gonogo::engine::operation::read_lighthouse(&text);
        let _ = gonogo::engine::operation::read_axe(&text);
    }
}
