//! What the catalogue claims against what PostgreSQL does, for hand-written migrations of
//! different styles: every table, command and caller.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command as Process, Stdio},
};

use gonogo::engine::sql::{
    Caller, Catalogue, Command, Held, Profile, Relation, RelationKind, Truth, reach, replay,
};

const BOOTSTRAP: &str = include_str!("postgres/bootstrap.sql");
const STRANGER: &str = "00000000-0000-4000-8000-00000000000b";

/// Claims compared, by the word of the claim, so that a test that compares nothing fails.
#[derive(Debug, Default)]
struct Tally {
    open: usize,
    shut: usize,
    depends: usize,
}

#[test]
fn postgres_agrees_with_the_catalogue() {
    let cluster = Cluster::start();
    let mut wrong = Vec::new();
    let mut tally = Tally::default();
    for (name, text) in [
        ("tutorial", include_str!("postgres/tutorial.sql")),
        ("dump", include_str!("postgres/dump.sql")),
        ("grants", include_str!("postgres/grants.sql")),
        ("dynamic", include_str!("postgres/dynamic.sql")),
        ("teams", include_str!("postgres/teams.sql")),
    ] {
        compare(&cluster, name, &Set::read(text), &mut wrong, &mut tally);
    }
    assert!(wrong.is_empty(), "{} claims are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tally.open > 40 && tally.shut > 100, "too little was compared: {tally:?}");
    eprintln!("{tally:?}");
}

/// Conditions that policies are made of, and rows for which they differ.
const ATOMS: &[&str] = &[
    "true",
    "false",
    "null::boolean",
    "1 = 1",
    "'a' = 'b'",
    "auth.uid() = owner",
    "auth.uid() <> owner",
    "auth.uid() is null",
    "(select auth.uid()) is not null",
    "auth.role() = 'authenticated'",
    "auth.role() in ('anon', 'x')",
    "flag",
    "not flag",
    "flag is null",
    "flag is true",
    "flag is not true",
    "flag is not false",
    "v = 'a'",
    "v is not distinct from 'a'",
    "owner is null",
    "auth.uid() is distinct from owner",
    "auth.uid() is not distinct from owner",
    "exists (select 1 from m where m.uid = auth.uid())",
    "exists (select 1 from m where m.uid = owner)",
    "not exists (select 1 from m where uid = auth.uid())",
    "exists (select 1 from m where m.uid = uid)",
    "owner in (select uid from m)",
    "auth.uid() in (select uid from m)",
    "owner not in (select uid from m where uid = auth.uid())",
    "(auth.jwt() ->> 'role') = 'anon'",
    "(auth.jwt() -> 'app_metadata' ->> 'x') = 'y'",
    "(auth.jwt() -> 'app_metadata' ->> 'x') is null",
    "auth.jwt() is null",
    "coalesce(auth.uid() = owner, false)",
    "coalesce(auth.uid() = owner, true)",
    "coalesce(flag, true)",
    "auth.email() = v",
    "id between 1 and 2",
    "id not between 1 and 9",
    "auth.uid()::text = v",
    "auth.uid()::text || 'x' = v",
    "v like 'a%'",
    "v = any (array['a', 'b'])",
    "auth.role() = any ('{anon,authenticated}')",
    "(select count(*) from m) > 0",
    "(select count(*) from m where uid = auth.uid()) = 0",
    "(select uid from m where uid = auth.uid() limit 1) = owner",
    "(select uid from m where uid = auth.uid()) is null",
    "v = v",
    "id = id",
    "(auth.uid() = owner) = flag",
    "(auth.uid() is null) = true",
    "(flag) is not null",
    "nullif(v, 'a') is null",
    "length(v) > 0",
    "auth.role() <> 'anon'",
    "auth.role() is null",
    "current_setting('request.jwt.claims', true)::jsonb ->> 'role' = 'authenticated'",
    "current_user = 'anon'",
    "case when flag then true else false end",
    "mine(owner)",
    "signed_in()",
    "nobody()",
];

/// Random policies: what is claimed to be always or never true must be so for every row.
#[test]
fn postgres_agrees_about_random_policies() {
    const TABLES: usize = 400;
    let cluster = Cluster::start();
    let mut random = Random(0x5EED);
    let mut migrations = String::from(
        "create table m (uid uuid);
         create function mine(who uuid) returns boolean language sql stable as $$ select who = auth.uid() $$;
         create function signed_in() returns boolean language plpgsql as $$ begin return auth.uid() is not null; end $$;
         create function nobody() returns boolean language sql as $$ select false $$;",
    );
    let mut seed = String::from("insert into m values ('00000000-0000-4000-8000-00000000000a'), (null);");
    for table in 0..TABLES {
        write!(
            migrations,
            "create table t{table} (id int primary key, owner uuid, flag boolean, v text, extra int);"
        )
        .unwrap();
        write!(migrations, "alter table t{table} enable row level security;").unwrap();
        for policy in 0..=random.below(2) {
            let kind = if random.below(5) == 0 { "restrictive" } else { "permissive" };
            let command = ["all", "select", "update", "delete"][random.below(4)];
            let roles = ["public", "anon", "authenticated", "anon, authenticated"][random.below(4)];
            let using = random.condition(3);
            let check = if matches!(command, "all" | "update") && random.below(3) == 0 {
                random.condition(2)
            } else {
                String::new()
            };
            let check = if check.is_empty() { check } else { format!("with check ({check})") };
            writeln!(migrations, "create policy p{policy} on t{table} as {kind} for {command} to {roles} using ({using}) {check};").unwrap();
        }
        for (id, owner) in [
            (1, "null"),
            (2, "'00000000-0000-4000-8000-00000000000a'"),
            (3, "'00000000-0000-4000-8000-00000000000b'"),
        ] {
            for (more, flag, v) in [(0, "true", "'a'"), (10, "false", "'b'"), (20, "null", "null")] {
                write!(seed, "insert into t{table} values ({}, {owner}, {flag}, {v});", id + more).unwrap();
            }
        }
    }
    let set = Set { migrations, seed, probes: Vec::new() };
    let (mut wrong, mut tally) = (Vec::new(), Tally::default());
    compare(&cluster, "random", &set, &mut wrong, &mut tally);
    assert!(wrong.is_empty(), "{} claims are wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tally.open > 100 && tally.shut > 500, "too little was compared: {tally:?}");
    eprintln!("{tally:?}");
}

/// A generator that gives the same policies in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn condition(&mut self, depth: usize) -> String {
        match if depth == 0 { 9 } else { self.below(10) } {
            0 | 1 => format!("({} and {})", self.condition(depth - 1), self.condition(depth - 1)),
            2 | 3 => format!("({} or {})", self.condition(depth - 1), self.condition(depth - 1)),
            4 => format!("(not {})", self.condition(depth - 1)),
            _ => format!("({})", ATOMS[self.below(ATOMS.len())]),
        }
    }
}

/// Migrations, rows, and statements to try.
struct Set {
    migrations: String,
    seed: String,
    /// `table command` and its statement.
    probes: Vec<(String, String)>,
}

impl Set {
    fn read(text: &str) -> Self {
        let (migrations, rest) = text.split_once("-- seed\n").unwrap();
        let (seed, probes) = rest.split_once("-- probes\n").unwrap();
        let probe = |line: &str| {
            let (what, statement) = line.split_once(": ").unwrap();
            (what.to_owned(), statement.to_owned())
        };
        Self {
            migrations: migrations.to_owned(),
            seed: seed.to_owned(),
            probes: probes.lines().map(probe).collect(),
        }
    }

    fn statement(&self, relation: &Relation, command: Command) -> String {
        let name = relation.name.quoted();
        match command {
            Command::Select => format!("select 1 from {name}"),
            Command::Delete => format!("delete from {name}"),
            // Random tables are all alike; an update that changes what the policies ask would be
            // judged by the new row as well, so it changes nothing they know.
            Command::Update if self.probes.is_empty() => format!("update {name} set extra = 1"),
            Command::Insert if self.probes.is_empty() => format!("insert into {name} (id) values (99)"),
            Command::Insert | Command::Update => {
                let wanted = format!("{} {}", relation.name, command.keyword());
                let found = self.probes.iter().find(|(what, _)| *what == wanted);
                found.unwrap_or_else(|| panic!("no probe for {wanted}")).1.clone()
            }
        }
    }
}

fn compare(cluster: &Cluster, name: &str, set: &Set, wrong: &mut Vec<String>, tally: &mut Tally) {
    cluster.sql("postgres", &format!("create database {name}"));
    cluster.sql(name, BOOTSTRAP);
    cluster.sql(name, &set.migrations);
    cluster.sql(name, &set.seed);

    let catalogue = replay(&[("migration.sql", &set.migrations)], Profile::default()).unwrap();
    assert!(catalogue.doubts.is_empty(), "{name}: {:?}", catalogue.doubts);
    let tables: Vec<&Relation> = catalogue
        .relations
        .values()
        .filter(|relation| !relation.platform && relation.kind == RelationKind::Table)
        .filter(|relation| !(set.probes.is_empty() && relation.name.name == "m"))
        .collect();
    let real =
        cluster.sql(name, "select count(*) from pg_tables where schemaname in ('public', 'api', 'private')");
    let left_out = usize::from(set.probes.is_empty());
    assert_eq!(real.trim(), (tables.len() + left_out).to_string(), "{name}: number of tables");

    let mut asked = Vec::new();
    let mut script = String::new();
    for relation in &tables {
        for caller in Caller::ALL {
            for command in Command::ALL {
                let (claims, statement) = (claims(caller), set.statement(relation, command));
                script.push_str(&format!(
                    "select coalesce(probe.try('{}', '{claims}', $q${statement}$q$), 'null') || '|' || (select count(*) from {});\n",
                    caller.role(),
                    relation.name.quoted(),
                ));
                asked.push((*relation, caller, command));
            }
        }
    }
    let answers = cluster.sql(name, &script);
    let answers: Vec<&str> = answers.lines().collect();
    assert_eq!(answers.len(), asked.len(), "{name}: {answers:?}");
    for ((relation, caller, command), answer) in asked.into_iter().zip(answers) {
        if let Err(why) = judge(&catalogue, relation, caller, command, answer, tally) {
            wrong.push(format!("{name}: {caller:?} {command:?} {}: {why}", relation.name));
        }
    }
}

fn judge(
    catalogue: &Catalogue,
    relation: &Relation,
    caller: Caller,
    command: Command,
    answer: &str,
    tally: &mut Tally,
) -> Result<(), String> {
    let (done, total) = answer.split_once('|').unwrap();
    let all = if command == Command::Insert { "1" } else { total };
    assert_ne!(total, "0", "{} has no rows to try on", relation.name);
    let reach = reach(catalogue, relation, caller, command);
    let said = format!("{:?} {:?}, but PostgreSQL did {done} of {all}", reach.held, reach.truth);
    match (&reach.held, &reach.truth) {
        (Held::Nothing, _) => {
            tally.shut += 1;
            if done == "denied" { Ok(()) } else { Err(said) }
        }
        (_, Truth::Never(_)) => {
            tally.shut += 1;
            if done == "0" || done == "denied" { Ok(()) } else { Err(said) }
        }
        // An insert of columns that are not granted is refused.
        (Held::Columns(_), Truth::True) if command == Command::Insert => Ok(()),
        (_, Truth::True) => {
            tally.open += 1;
            if done == all { Ok(()) } else { Err(said) }
        }
        (_, Truth::Depends(needs)) => {
            tally.depends += 1;
            // The seeded rows are not the stranger's alone, and nobody gave the stranger anything.
            let bound = needs.iter().all(|needs| needs.binds_caller() && needs.is_known());
            if bound && done == all { Err(said) } else { Ok(()) }
        }
    }
}

fn claims(caller: Caller) -> String {
    match caller {
        Caller::Anonymous => r#"{"role": "anon"}"#.to_owned(),
        Caller::Stranger => format!(
            r#"{{"role": "authenticated", "sub": "{STRANGER}", "email": "stranger@example.com", "aal": "aal1", "app_metadata": {{}}, "user_metadata": {{}}}}"#
        ),
    }
}

/// A PostgreSQL of its own in a temporary folder, reachable through its socket alone.
struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
}

impl Cluster {
    fn start() -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("pg").tempdir_in("/tmp").unwrap();
        let cluster = Self { folder, programs };
        let path = cluster.folder.path();
        // The server refuses to run as root.
        assert!(run(Process::new("chown").arg("postgres").arg(path)) || !is_root(), "chown");
        let data = cluster.data();
        cluster.server("initdb", &["-D", &data, "-U", "postgres", "-A", "trust", "--no-sync"]);
        let options =
            format!("-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off", path.display());
        let log = path.join("log").display().to_string();
        cluster.server("pg_ctl", &["-D", &data, "-l", &log, "-w", "-t", "60", "-o", &options, "start"]);
        cluster.sql(
            "postgres",
            "create role anon nologin; create role authenticated nologin; create role service_role nologin bypassrls;",
        );
        cluster
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn server(&self, program: &str, arguments: &[&str]) {
        let mut process = as_postgres(&self.programs.join(program));
        let output = process.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        // pg_ctl hands its output to the server, so a pipe would never close.
        let status = output.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        assert!(status.success(), "{program} failed: is PostgreSQL installed?");
    }

    /// Runs a script and gives what it printed; an error in it is a failure of the test.
    fn sql(&self, database: &str, script: &str) -> String {
        let mut psql = as_postgres(&self.programs.join("psql"))
            .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "postgres", "-h"])
            .arg(self.folder.path())
            .args(["-d", database])
            .current_dir(self.folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        psql.stdin.take().unwrap().write_all(script.as_bytes()).unwrap();
        let output = psql.wait_with_output().unwrap();
        assert!(output.status.success(), "{database}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.data();
        let mut process = as_postgres(&self.programs.join("pg_ctl"));
        let _ = process.args(["-D", &data, "-m", "immediate", "stop"]).stdout(Stdio::null()).status();
    }
}

fn as_postgres(program: &Path) -> Process {
    if is_root() {
        let mut process = Process::new("runuser");
        process.args(["-u", "postgres", "--"]).arg(program);
        process
    } else {
        Process::new(program)
    }
}

fn is_root() -> bool {
    let output = Process::new("id").arg("-u").output().unwrap();
    output.stdout.starts_with(b"0\n")
}

fn run(process: &mut Process) -> bool {
    process.status().is_ok_and(|status| status.success())
}

/// Debian keeps the server's programs out of the path.
fn programs() -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|version| version.path().join("bin")).collect();
    folders.retain(|folder| folder.join("initdb").exists());
    folders.sort();
    folders.pop().expect("PostgreSQL's server programs (Debian: apt-get install postgresql)")
}
