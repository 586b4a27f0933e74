//! The station `supabase`: from files to verdicts, and what hostile migrations do to it.

use std::{fmt::Write as _, fs, sync::Arc, time::Duration};

use gonogo::{
    engine::sql::{Caller, Command, Profile, Truth, reach, replay},
    observe::{Options, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Database, Observations, Seen},
    target::{Stack, Target},
};

#[test]
fn migrations_are_read_in_order_with_their_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let migrations = folder.path().join("supabase/migrations");
    fs::create_dir_all(&migrations).unwrap();
    fs::write(migrations.join("20240102000000_rls.sql"), "alter table t enable row level security;").unwrap();
    fs::write(migrations.join("20240101000000_init.sql"), "create table t (id int);").unwrap();
    fs::write(migrations.join("notes.sql"), "drop table t;").unwrap();
    fs::write(folder.path().join("supabase/config.toml"), "[api]\nschemas = [\"public\", \"api\"]\n")
        .unwrap();

    let database = observed(folder.path());
    let names: Vec<&str> = database.migrations.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        names,
        ["supabase/migrations/20240101000000_init.sql", "supabase/migrations/20240102000000_rls.sql"]
    );
    assert_eq!(database.exposed_schemas(), ["public", "api"]);
    let catalogue = database.catalogue().unwrap();
    assert!(catalogue.resolve(&["t".to_owned()]).unwrap().rls.enabled);
}

#[cfg(unix)]
#[test]
fn a_migration_that_leads_out_of_the_repository_is_missed_not_skipped() {
    let folder = tempfile::tempdir().unwrap();
    let outside = tempfile::NamedTempFile::new().unwrap();
    let migrations = folder.path().join("supabase/migrations");
    fs::create_dir_all(&migrations).unwrap();
    std::os::unix::fs::symlink(outside.path(), migrations.join("1_a.sql")).unwrap();
    let database = observed(folder.path());
    assert_eq!(database.missed.len(), 1);
    assert!(database.catalogue().is_err());
}

#[test]
fn hostile_migrations_end_in_a_doubt_or_a_catalogue() {
    let deep = |open: &str, close: &str| format!("select {}1{};", open.repeat(20_000), close.repeat(20_000));
    // Just under the bound, so that the parser itself is what is tried.
    let long = |part: &str, count: usize| format!("select {}1;", part.repeat(count));
    let hostile = [
        long("not ", 3_900),
        long("case when ", 1_900),
        long("1+", 1_900),
        long("a||", 1_300),
        long("(", 140),
        long("a[", 140),
        long("select 1 union ", 1_300),
        format!("do $$ {} end $$;", "begin ".repeat(3_900)),
        format!("do $$ {} $$;", "if x then null; ".repeat(3_900)),
        deep("(", ")"),
        deep("not ", ""),
        deep("case when ", ""),
        deep("1+", ""),
        deep("a||", ""),
        format!("create policy p on t using ({}true{});", "(".repeat(90), ")".repeat(90)),
        format!("create policy p on t using ({} true);", "true and".repeat(1_900)),
        format!("do $$ {} end $$;", "begin ".repeat(20_000)),
        format!("do $a$ {} $a$;", "if x then ".repeat(20_000)),
        "do $$ begin for i in 1..1000000000 loop execute 'grant all on t to anon'; end loop; end $$;".to_owned(),
        "create function f() returns void language plpgsql as $$ begin perform f(); grant all on t to anon; end $$; select f();".to_owned(),
        "create function f() returns boolean language sql as $$ select f() $$; create table t (id int); alter table t enable row level security; create policy p on t using (f());".to_owned(),
        "create policy \u{1F600} on \"\u{0}\" using ('\u{1F600}');;;".to_owned(),
        "grant".to_owned(),
        "create table ();alter table add;drop policy on;create view as;".to_owned(),
        "create policy p on t using (a = any (".to_owned(),
        "\\restrict \u{1F600}\n/* never closed".to_owned(),
        "do $$ begin execute format('%1$I %9$s %%%', 'a'); execute format('%', 1); end $$;".to_owned(),
        "select $tag$ never closed".to_owned(),
    ];
    for sql in &hostile {
        let sql = format!("create table t (id int);\n{sql}");
        let catalogue = replay(&[("1.sql", &sql)], Profile::default());
        let catalogue = catalogue.unwrap_or_else(|why| panic!("{why}: {}", &sql[..sql.len().min(120)]));
        for relation in catalogue.relations.values() {
            for caller in Caller::ALL {
                for command in Command::ALL {
                    let _ = reach(&catalogue, relation, caller, command);
                }
            }
        }
    }
}

#[test]
fn what_is_never_true_survives_negation() {
    // NULL AND FALSE is FALSE, so its negation lets rows through: no claim of "never" may be made.
    let sql = "create table t (id int, owner uuid, private boolean);
        alter table t enable row level security;
        create policy p on t for select using (not (auth.uid() = owner and private));";
    let catalogue = replay(&[("1.sql", sql)], Profile::default()).unwrap();
    let table = catalogue.resolve(&["t".to_owned()]).unwrap();
    let reach = reach(&catalogue, table, Caller::Anonymous, Command::Select);
    assert!(matches!(reach.truth, Truth::Depends(_)), "{:?}", reach.truth);
}

#[test]
fn adding_a_permissive_policy_never_closes_anything() {
    let policies = [
        "using (true)",
        "using (auth.uid() = owner)",
        "using (auth.uid() is null)",
        "using (not private)",
        "to authenticated using (true)",
        "using (owner in (select owner from t where private))",
        "using (allowed(id))",
    ];
    for one in policies {
        for other in policies {
            for caller in Caller::ALL {
                let before = openness(&[one], caller);
                let after = openness(&[one, other], caller);
                assert!(after >= before, "{one} + {other}: {caller:?} {before} -> {after}");
            }
        }
    }
}

/// 0 closed, 1 depends, 2 open.
fn openness(policies: &[&str], caller: Caller) -> u8 {
    let mut sql =
        "create table t (id int, owner uuid, private boolean); alter table t enable row level security;"
            .to_owned();
    for (number, policy) in policies.iter().enumerate() {
        write!(sql, "create policy p{number} on t for select {policy};").unwrap();
    }
    let catalogue = replay(&[("1.sql", &sql)], Profile::default()).unwrap();
    let table = catalogue.resolve(&["t".to_owned()]).unwrap();
    match reach(&catalogue, table, caller, Command::Select).truth {
        Truth::Never(_) => 0,
        Truth::Depends(_) => 1,
        Truth::True => 2,
    }
}

#[test]
fn projects_without_default_grants_need_grants() {
    let sql = "create table t (id int);";
    let catalogue = replay(&[("1.sql", sql)], Profile { default_grants: false }).unwrap();
    let table = catalogue.resolve(&["t".to_owned()]).unwrap();
    assert!(reach(&catalogue, table, Caller::Anonymous, Command::Select).is_closed());
}

fn observed(root: &std::path::Path) -> Database {
    let stack = Stack { migrations: vec!["supabase/migrations".to_owned()], ..Stack::default() };
    let target = Arc::new(Target { repository: true, stack, ..Target::default() });
    let seen = observations(root, &target);
    let Some(Seen::Got(database)) = seen.databases.get("supabase/migrations") else {
        panic!("{:?}", seen.databases)
    };
    database.clone()
}

fn observations(root: &std::path::Path, target: &Arc<Target>) -> Observations {
    let selection = Selection::new(vec!["supabase".to_owned()], vec![], false).unwrap();
    let plan = plan(target, &selection, Consent { offline: true, active: false });
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
    observe(&plan, target, &options, &progress).unwrap()
}
