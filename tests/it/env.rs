//! The station `env`: from files to facts that hold no value, and to verdicts.

mod cases;
mod provider;
mod table;
mod written;

use std::{fs, path::Path, sync::Arc, time::Duration};

use gonogo::{
    checks::judge,
    observe::{Options, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Environments, Observations, Seen, Stage, Value},
    target::{EnvironmentTarget, Target},
    verdict::Verdict,
};

/// Put together here, so that no scanner takes it for a real one.
fn secret(prefix: &str) -> String {
    format!("{prefix}{}", "4eC39HqLyjWDarjtT1zdp7dc")
}

#[test]
fn no_value_of_a_variable_reaches_a_recording() {
    let folder = tempfile::tempdir().unwrap();
    let values =
        [secret("sk_live_"), secret("whsec_"), "hunter2hunter2".to_owned(), "f3a9c1d27b604e58".to_owned()];
    write(
        folder.path(),
        ".env.production",
        &format!(
            "STRIPE={}\nHOOK='{}'\nDB=postgres://app:{}@db.acme.io/app\nSESSION_SECRET={}\nNAME=Acme Rockets\n",
            values[0], values[1], values[2], values[3]
        ),
    );
    let seen = observed(folder.path(), Target::default());
    let recorded = serde_json::to_string(&seen).unwrap();
    for value in values.iter().map(String::as_str).chain(["Acme Rockets"]) {
        assert!(!recorded.contains(&value[value.len() / 2..]), "{value} in {recorded}");
    }
    let facts = facts(&seen);
    assert_eq!(facts.facts.len(), 5);
    assert!(facts.facts.iter().filter(|fact| fact.is_secret()).count() == 4, "{:?}", facts.facts);
}

#[test]
fn the_same_value_has_the_same_class_in_every_file() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".env.production", "A_SECRET=f3a9c1d27b604e58\nB=one\n");
    write(folder.path(), "apps/api/.env.local", "export A_SECRET=\"f3a9c1d27b604e58\" # same\nB=two\n");
    write(folder.path(), "node_modules/x/.env", "A_SECRET=f3a9c1d27b604e58\n");
    let seen = observed(folder.path(), Target::default());
    let facts = facts(&seen);
    let of = |name: &str| -> Vec<u32> {
        facts.facts.iter().filter(|fact| fact.name == name).map(|fact| fact.class).collect()
    };
    assert_eq!(of("A_SECRET").len(), 2);
    assert_eq!(of("A_SECRET")[0], of("A_SECRET")[1]);
    assert_ne!(of("B")[0], of("B")[1]);
    assert_eq!(failed(&seen), ["env/same-secret-in-two-environments"]);
}

#[test]
fn declared_environments_override_names() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "deploy/eu/.env", "API_URL=http://localhost:3000\n");
    let production = EnvironmentTarget {
        name: "live".to_owned(),
        production: true,
        files: vec!["deploy/*/.env".to_owned()],
        hosts: vec![],
    };
    let seen = observed(folder.path(), Target { environments: vec![production], ..Target::default() });
    assert_eq!(facts(&seen).facts[0].stage, Stage::Production);
    assert_eq!(failed(&seen), ["env/local-url-in-production"]);
}

#[test]
fn a_healthy_project_raises_no_alarm() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        ".env.example",
        "NEXT_PUBLIC_SUPABASE_URL=https://your-project.supabase.co\nNEXT_PUBLIC_STRIPE_KEY=pk_test_...\nSTRIPE_SECRET_KEY=sk_test_xxx\nDATABASE_URL=postgres://postgres:postgres@localhost:5432/app\nSESSION_SECRET=changeme\n",
    );
    write(
        root,
        ".env.development",
        &format!(
            "NEXT_PUBLIC_SUPABASE_URL=http://127.0.0.1:54321\nNEXT_PUBLIC_STRIPE_KEY={}\nSTRIPE_SECRET_KEY={}\nDATABASE_URL=postgres://postgres:postgres@localhost:5432/app\nSESSION_SECRET=0d7f6a5b4c3e2f1a\n",
            secret("pk_test_"),
            secret("sk_test_")
        ),
    );
    write(
        root,
        ".env.production",
        &format!(
            "NEXT_PUBLIC_SUPABASE_URL=https://abcdefghijklmnopqrst.supabase.co\nNEXT_PUBLIC_STRIPE_KEY={}\nSTRIPE_SECRET_KEY={}\nDATABASE_URL=${{DATABASE_URL}}\nSESSION_SECRET=9f8e7d6c5b4a3928\nDEBUG=false\n",
            secret("pk_live_"),
            secret("sk_live_")
        ),
    );
    write(root, ".firebaserc", r#"{"projects":{"default":"acme-dev","prod":"acme-prod"}}"#);
    write(root, "android/app/src/dev/google-services.json", r#"{"project_info":{"project_id":"acme-dev"}}"#);
    write(
        root,
        "android/app/src/prod/google-services.json",
        r#"{"project_info":{"project_id":"acme-prod"}}"#,
    );
    write(root, "lib/firebase_options_prod.dart", "projectId: 'acme-prod',");
    write(root, "supabase/config.toml", "project_id = \"acme\"\n");
    let seen = observed(root, Target::default());
    assert_eq!(failed(&seen), Vec::<String>::new(), "{:?}", facts(&seen).facts);
}

#[test]
fn a_file_that_cannot_be_understood_is_no_all_clear() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), ".firebaserc", "{");
    let seen = observed(folder.path(), Target::default());
    assert_eq!(facts(&seen).missed.len(), 1);
    for outcome in outcomes(&seen) {
        assert!(matches!(outcome.1, Verdict::Inconclusive { .. }), "{}: {:?}", outcome.0, outcome.1);
    }
}

#[test]
fn broken_projects_are_caught() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        ".env.production",
        &format!(
            "STRIPE_SECRET_KEY={}\nNEXT_PUBLIC_STRIPE_KEY={}\nNEXT_PUBLIC_API=http://localhost:8080\nAPI=http://api.acme.io\nTOKEN=your-token\nDEBUG=true\nX=1\nX=2\n",
            secret("sk_test_"),
            secret("pk_live_")
        ),
    );
    write(
        root,
        ".env.example",
        &format!("STRIPE_SECRET_KEY={}\nVITE_STRIPE={}\n", secret("sk_live_"), secret("sk_live_")),
    );
    let seen = observed(root, Target::default());
    let expected = [
        "env/dangerous-flag-in-production",
        "env/duplicate-key",
        "env/http-url-in-production",
        "env/local-url-in-production",
        "env/missing-in-production",
        "env/placeholder-in-production",
        "env/public-prefix-on-secret",
        "env/real-value-in-example-file",
        "env/stripe-mode-mismatch",
        "env/test-key-in-production",
    ];
    assert_eq!(failed(&seen), expected);
}

#[test]
fn a_supabase_token_tells_its_project() {
    use base64::Engine as _;
    let part = |text: &str| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claims = r#"{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"service_role"}"#;
    let token = format!("{}.{}.{}", part(r#"{"alg":"HS256"}"#), part(claims), part("signature"));
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        ".env",
        &format!("VITE_SUPABASE_URL=https://tsrqponmlkjihgfedcba.supabase.co\nVITE_SUPABASE_KEY={token}\n"),
    );
    let seen = observed(folder.path(), Target::default());
    let fact = &facts(&seen).facts[1];
    assert!(matches!(&fact.value, Value::SupabaseJwt { role, .. } if role == "service_role"));
    assert_eq!(failed(&seen), ["env/supabase-ref-mismatch", "env/supabase-service-role-in-client-variable"]);
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn facts(seen: &Observations) -> &Environments {
    match seen.environments.get("repository") {
        Some(Seen::Got(facts)) => facts,
        other => panic!("{other:?}"),
    }
}

fn outcomes(seen: &Observations) -> Vec<(String, Verdict)> {
    outcomes_with(seen, &Target::default())
}

fn outcomes_with(seen: &Observations, target: &Target) -> Vec<(String, Verdict)> {
    let checks: Vec<_> = gonogo::checks::all().filter(|check| check.id.starts_with("env/")).collect();
    let outcomes = judge(&checks, seen, target);
    outcomes.into_iter().map(|outcome| (outcome.check.id.to_owned(), outcome.verdict)).collect()
}

fn failed(seen: &Observations) -> Vec<String> {
    let failed = outcomes(seen).into_iter().filter(|(_, verdict)| matches!(verdict, Verdict::Fail(_)));
    failed.map(|(id, _)| id).collect()
}

fn observed(root: &Path, target: Target) -> Observations {
    let target = Arc::new(Target { repository: true, ..target });
    let selection = Selection::new(vec!["env".to_owned()], vec![], false).unwrap();
    let plan = plan(&target, &selection, Consent { offline: true, active: false });
    let options = Options {
        root: Some(root.to_owned()),
        now: jiff::Timestamp::UNIX_EPOCH,
        resolver: None,
        connect_to: vec![],
        extra_roots: vec![],
        deadline: Duration::from_secs(60),
        jobs: 1,
    };
    let progress: Arc<dyn gonogo::observe::Progress> = Arc::new(Silent);
    observe(&plan, &target, &options, &progress).unwrap()
}
