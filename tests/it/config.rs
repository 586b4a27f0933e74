//! `gonogo.toml`: what it means, and how mistakes in it are shown.

use std::{fs, path::Path};

use gonogo::{
    checks,
    finding::{Place, Severity},
    station::Station,
    target::{
        MailUse, Target,
        argument::{Ask, Look, resolve},
        config::{self, ConfigError, Known},
        detect::detect,
    },
};

fn known() -> Known {
    let mut known = Known::on("2026-11-21".parse().unwrap());
    // The examples name this check.
    if !checks::all().any(|check| check.station == Station::Mail) {
        known.checks.push("mail/dmarc-policy-none");
    }
    known
}

fn read(text: &str) -> Result<Target, String> {
    config::understand(text, "gonogo.toml", &known()).map_err(|err| match err {
        ConfigError::Invalid(diagnostics) => diagnostics.render(false),
        unreadable @ ConfigError::Unreadable { .. } => unreadable.to_string(),
    })
}

fn mistakes(text: &str) -> String {
    read(text).expect_err("mistakes in it")
}

/// The configurations that the documents show.
fn examples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for document in ["docs/configuration.md", "README.md"] {
        let text = fs::read_to_string(document).unwrap_or_default();
        for block in text.split("```toml\n").skip(1) {
            let block = block.split("```").next().unwrap();
            if block.contains("[[") || block.contains("schema =") {
                found.push((document.to_owned(), block.to_owned()));
            }
        }
    }
    found
}

#[test]
fn the_documents_examples_are_valid_and_match_the_schema() {
    let schema = serde_json::from_str(&config::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let examples = examples();
    assert!(examples.iter().any(|(document, _)| document == "docs/configuration.md"));
    for (document, text) in examples {
        read(&text).unwrap_or_else(|err| panic!("{document}:\n{err}"));
        let value: toml::Value = toml::from_str(&text).unwrap();
        let errors: Vec<String> = validator
            .iter_errors(&serde_json::to_value(value).unwrap())
            .map(|err| format!("{}: {err}", err.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{document}: {errors:?}");
    }
}

#[test]
fn the_schema_refuses_what_the_reader_refuses() {
    let schema = serde_json::from_str(&config::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for text in [
        "nmae = 1",
        "[[domains]]\nmail = \"none\"",
        "[gate]\nfail_on = \"hihg\"",
        "[gate]\nmin_score = 101",
        "[gate]\nrequired = [\"secret\"]",
        "[providers.stripe]\nkey_env = \"not a name\"",
        "schema = 2",
    ] {
        let value: toml::Value = toml::from_str(text).unwrap();
        assert!(!validator.is_valid(&serde_json::to_value(value).unwrap()), "the schema takes {text}");
        mistakes(text);
    }
}

#[test]
fn the_schema_file_is_fresh() {
    let file = fs::read_to_string("docs/gonogo.schema.json").unwrap_or_default();
    assert!(file == config::schema(), "run `cargo run -- schema config > docs/gonogo.schema.json`");
}

#[test]
fn the_example_means_what_it_says() {
    let (_, text) = examples().remove(0);
    let target = read(&text).unwrap();
    assert_eq!(target.name, "Acme portal");
    assert_eq!(target.domains[0].mail, MailUse::SendAndReceive);
    let site = &target.sites[0];
    assert_eq!((site.host.as_str(), site.port, site.production), ("portal.example.com", 443, true));
    assert_eq!(site.sessions.len(), 2);
    assert_eq!(site.private[0].path, "/account");
    assert_eq!(target.webhooks[0].subject(), "https://example.com/api/stripe");
    assert_eq!(target.gate.fail_on, Severity::High);
    assert_eq!(target.gate.required, [Station::Secrets, Station::Domain]);
    assert_eq!(target.waivers[0].until, "2026-12-31".parse().unwrap());
    let lines: Vec<&str> = text.lines().collect();
    for (subject, written) in [
        ("example.com", "name = \"example.com\""),
        ("https://portal.example.com", "url = \"https://portal.example.com\""),
        ("portal.example.com:443", "url = \"https://portal.example.com\""),
        ("https://portal.example.com/account", "path = \"/account\""),
        ("https://example.com/api/stripe", "url = \"https://example.com/api/stripe\""),
    ] {
        let Some(Place::File { path, line: Some(line), column: Some(column), snippet: Some(snippet) }) =
            target.declared.get(subject)
        else {
            panic!("{subject} is not declared anywhere: {:?}", target.declared);
        };
        assert_eq!((path.as_str(), snippet.as_str()), ("gonogo.toml", written));
        let line = lines[usize::try_from(*line).unwrap() - 1];
        assert_eq!(line, written);
        assert_eq!(line.find('"').unwrap() + 1, usize::try_from(*column).unwrap());
    }
}

#[test]
fn names_get_their_normal_form() {
    let target = read(
        "domains = [{ name = \"BÜCHER.example.\" }]\n\
         sites = [{ url = \"HTTPS://Shop.BÜCHER.example:443/\" }]\n\
         [active]\nhosts = [\"SHOP.bücher.example\"]\n",
    )
    .unwrap();
    assert_eq!(target.domains[0].name, "xn--bcher-kva.example");
    assert_eq!(target.sites[0].url, "https://shop.xn--bcher-kva.example");
    assert_eq!(target.active_hosts, ["shop.xn--bcher-kva.example"]);
}

#[test]
fn a_waiver_that_has_ended_is_no_mistake() {
    let waiver = |until: &str| {
        format!("[[waivers]]\ncheck = \"{}\"\nreason = \"seen\"\nuntil = {until}\n", known().checks[0])
    };
    assert_eq!(read(&waiver("2020-01-31")).unwrap().waivers[0].until, "2020-01-31".parse().unwrap());
    assert!(read(&waiver("\"2027-11-21\"")).is_ok());
    assert!(mistakes(&waiver("2027-11-30")).contains("at most a year"));
    assert!(mistakes(&waiver("\"soon\"")).contains("not a date"));
    assert!(mistakes(&waiver("2026-12-31T10:00:00Z")).contains("not a date"));
}

#[test]
fn a_misspelt_key_is_shown_with_the_right_one() {
    insta::assert_snapshot!(mistakes("[[sites]]\nurl = \"https://example.com\"\nsesions = []\n"), @r#"
    error: unknown key `sesions`
     --> gonogo.toml:3:1
      |
    3 | sesions = **
      | ^^^^^^^
      |
      = help: did you mean `sessions`?
    "#);
}

#[test]
fn every_mistake_is_shown_at_once() {
    let text = "\
schema = 2

[[domains]]
name = \"example.com:443\"
mail = \"send-and-recieve\"

[[domains]]
mail = \"none\"

[[sites]]
url = \"https://portal.example.com/login\"
environment = \"prodution\"

[gate]
fail_on = \"hihg\"
min_score = 200
required = [\"secret\"]
";
    insta::assert_snapshot!(mistakes(text), @r#"
    error: schema 2 is not known to this gonogo
     --> gonogo.toml:1:10
      |
    1 | schema = 2
      |          ^
      |
      = help: this gonogo reads `schema = 1`

    error: a port does not belong to a host name
     --> gonogo.toml:4:8
      |
    4 | name = "example.com:443"
      |        ^^^^^^^^^^^^^^^^^
      |
      = help: write `example.com`

    error: unknown value `send-and-recieve`
     --> gonogo.toml:5:8
      |
    5 | mail = "send-and-recieve"
      |        ^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `send-and-receive`?

    error: `name` is missing
     --> gonogo.toml:7:1
      |
    7 | [[domains]]
      | ^^^^^^^^^^^ needs `name`

    error: a site is an origin, without a path
      --> gonogo.toml:11:7
       |
    11 | url = "https://portal.example.com/login"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
       |
       = help: write `https://portal.example.com`; private pages go under [[sites.private]]

    error: no environment is called `prodution`
      --> gonogo.toml:12:15
       |
    12 | environment = "prodution"
       |               ^^^^^^^^^^^
       |
       = help: did you mean `production`?

    error: no severity is called `hihg`
      --> gonogo.toml:15:11
       |
    15 | fail_on = "hihg"
       |           ^^^^^^
       |
       = help: did you mean `high`?

    error: a score is between 0 and 100
      --> gonogo.toml:16:13
       |
    16 | min_score = 200
       |             ^^^

    error: no station is called `secret`
      --> gonogo.toml:17:13
       |
    17 | required = ["secret"]
       |             ^^^^^^^^
       |
       = help: did you mean `secrets`?
    "#);
}

#[test]
fn a_syntax_error_is_shown_at_its_place() {
    insta::assert_snapshot!(mistakes("[[domains]]\nname = example.com\n"), @r#"
    error: string values must be quoted, expected literal string
     --> gonogo.toml:2:8
      |
    2 | name = example.com
      |        ^^^^^^^^^^^
      |
      = help: texts stand in quotes: name = "value"
    "#);
}

#[test]
fn wrong_types_are_told_in_the_files_own_words() {
    insta::assert_snapshot!(mistakes("owners = \"ana\"\n[project]\nname = 3\n[[sites]]\nurl = [\"https://a.example\"]\n"), @r#"
    error: expected a table, found a text in quotes
     --> gonogo.toml:1:10
      |
    1 | owners = *****
      |          ^^^^^ not a table

    error: expected a text in quotes, found a whole number
     --> gonogo.toml:3:8
      |
    3 | name = 3
      |        ^ not a text in quotes

    error: expected a text in quotes, found a list
     --> gonogo.toml:5:7
      |
    5 | url = ["https://a.example"]
      |       ^^^^^^^^^^^^^^^^^^^^^ not a text in quotes
    "#);
}

#[test]
fn waivers_need_a_known_check_a_reason_and_a_near_end() {
    let text = "\
[[waivers]]
check = \"mail/dmarc-polcy-none\"
reason = \" \"
until = \"2029-01-01\"
";
    let mut known = known();
    known.checks = vec!["mail/dmarc-policy-none", "mail/spf-multiple"];
    let err = config::understand(text, "gonogo.toml", &known).unwrap_err();
    insta::assert_snapshot!(err.to_string(), @r#"
    error: no check is called `mail/dmarc-polcy-none`
     --> gonogo.toml:2:9
      |
    2 | check = "mail/dmarc-polcy-none"
      |         ^^^^^^^^^^^^^^^^^^^^^^^
      |
      = help: did you mean `mail/dmarc-policy-none`?

    error: a waiver needs a reason
     --> gonogo.toml:3:10
      |
    3 | reason = " "
      |          ^^^
      |
      = help: say why the finding is acceptable for now

    error: a waiver holds for at most a year
     --> gonogo.toml:4:9
      |
    4 | until = "2029-01-01"
      |         ^^^^^^^^^^^^
      |
      = help: the latest date today is `2027-11-21`
    "#);
}

#[test]
fn a_credential_in_place_of_a_name_is_never_shown() {
    let secret = ["sk_", "live_", "51HEXAMPLEexample0123456789"].concat();
    let cookie = ["session=", "0f8Kd72Jxm20Qz81LmNq55tA"].concat();
    let texts = [
        format!("[providers.stripe]\nkey_env = \"{secret}\"\n"),
        format!("[providers]\nstripe = \"{secret}\"\n"),
        format!("[providers.stripe]\nkey = \"{secret}\"\n"),
        format!("[providers.stripe]\nkey_env = {secret}\n"),
        format!("[gate]\nfail_on = \"{secret}\"\n"),
        format!("[[domains]]\nname = \"example.com\"\nmail = \"{secret}\"\n"),
        format!("\"{secret}\" = 1\n"),
        format!("[[sites]]\nurl = \"https://ana:{secret}@example.com\"\n"),
        format!("[[waivers]]\ncheck = \"{secret}\"\nreason = \"x\"\nuntil = 2026-12-01\n"),
        format!(
            "[[sites]]\nurl = \"https://example.com\"\nsessions = [{{ name = \"a\", header = \"Cookie: {cookie}\", value_env = \"{cookie}\" }}]\n"
        ),
    ];
    for text in texts {
        let shown = mistakes(&text);
        assert!(!shown.contains("51HEXAMPLE") && !shown.contains("0f8Kd72J"), "{shown}");
    }
    // Short and plain values are hidden too where a name belongs.
    let shown = mistakes("[providers.stripe]\nkey_env = \"hunter 2\"\n");
    assert!(!shown.contains("hunter 2"), "{shown}");
}

#[test]
fn terminal_escapes_are_refused_and_not_passed_on() {
    for text in [
        "[owners]\n\"\\u001b[31mdns\" = \"ana\"\n",
        "[project]\nname = \"a\\u001b]0;owned\\u0007\"\n",
        "\"\\u001b[2Jkey\" = 1\n",
        "[project]\nname = \"a\u{1b}[31m\"\n",
        "[project]\nname = \"a\u{9b}31m\"\n",
        "[project]\nname = \"a\u{202e}b\"\n",
        "[[domains]]\nname = \"example.com\"\nmail = \"\\u001b[31m\"\n",
        "\u{0}\u{0}\u{0}",
    ] {
        let shown = mistakes(text);
        let bad =
            shown.chars().find(|letter| letter.is_control() && *letter != '\n' || *letter == '\u{202e}');
        assert!(bad.is_none(), "{bad:?} in {shown:?}");
    }
}

#[test]
fn nonsense_is_refused() {
    for (text, wanted) in [
        ("[[domains]]\nname = \"co.uk\"\n", "public suffix"),
        ("[[domains]]\nname = \"acme.web.app\"\n", "not yours to configure"),
        ("[[domains]]\nname = \"192.0.2.1\"\n", "an address"),
        ("[[domains]]\nname = \"a.com\"\n[[domains]]\nname = \"A.com.\"\n", "declared twice"),
        ("[[sites]]\nurl = \"ftp://example.com\"\n", "not a web site"),
        ("[[sites]]\nurl = \"https://example.com\"\nprivate = [{ path = \"account\" }]\n", "not a path"),
        (
            "[[sites]]\nurl = \"https://a.example\"\nprivate = [{ path = \"/a\", canaries = [\"a\"] }]\n",
            "short",
        ),
        ("[[webhooks]]\nprovider = \"stripe\"\n", "without `url` and `handler`"),
        ("[[webhooks]]\nhandler = \"../elsewhere.ts\"\n", "inside the repository"),
        ("[[webhooks]]\nhandler = \"/etc/passwd\"\n", "inside the repository"),
        ("[environments.production]\nhosts = [\"https://a.example\"]\n", "only the host"),
        ("[owners]\ndns = \" \"\n", "nobody"),
        ("[[webhooks]]\nurl = \"https://a.example/hook?token=0f8Kd72Jxm20Qz81LmNq55tA\"\n", "credential"),
    ] {
        let shown = mistakes(text);
        assert!(shown.contains(wanted), "{wanted}: {shown}");
    }
}

#[test]
fn a_staging_site_is_not_production() {
    let target = read("[[sites]]\nurl = \"https://a.example\"\nenvironment = \"staging\"\n").unwrap();
    assert!(!target.sites[0].production);
    let own = "[environments.eu]\n[[sites]]\nurl = \"https://a.example\"\nenvironment = \"eu\"\n";
    assert!(!read(own).unwrap().sites[0].production);
}

#[test]
fn a_site_of_prod_is_production() {
    let own = "[environments.prod]\n[[sites]]\nurl = \"https://a.example\"\nenvironment = \"prod\"\n";
    assert!(read(own).unwrap().sites[0].production);
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn detected(root: &Path) -> Target {
    let mut target = Target::default();
    detect(root, &mut target);
    target
}

#[test]
fn a_monorepo_shows_all_its_parts() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for (path, text) in [
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", ".env*\nignored/\n"),
        (".env.production", "A=1\n"),
        ("apps/web/.env", "A=1\n"),
        (
            "apps/web/package.json",
            r#"{"dependencies":{"next":"15","react":"19"},"devDependencies":{"vite":"7"}}"#,
        ),
        ("apps/web/app/api/webhooks/stripe/route.ts", "export {}\n"),
        ("apps/mobile/pubspec.yaml", "dependencies:\n  flutter:\n    sdk: flutter\n"),
        ("firebase/firebase.json", r#"{"firestore":[{"rules":"a.rules"},{"rules":"../shared/b.rules"}]}"#),
        ("firebase/firestore.rules", "rules_version = '2';\n"),
        ("supabase/config.toml", "project_id = \"x\"\n"),
        ("supabase/migrations/1_a.sql", "select 1;\n"),
        ("packages/db/supabase/migrations/1_a.sql", "select 1;\n"),
        ("supabase/functions/stripe-webhook/index.ts", "export {}\n"),
        ("node_modules/x/firestore.rules", "\n"),
        ("node_modules/x/.env", "A=1\n"),
        ("ignored/firestore.rules", "\n"),
    ] {
        write(root, path, text);
    }
    let target = detected(root);
    let stack = &target.stack;
    assert!(stack.git);
    assert_eq!(stack.firebase.as_deref(), Some("firebase/firebase.json"));
    assert_eq!(stack.firestore_rules, ["firebase/a.rules", "firebase/firestore.rules", "shared/b.rules"]);
    assert_eq!(stack.supabase.as_deref(), Some("supabase/config.toml"));
    assert_eq!(stack.migrations, ["packages/db/supabase/migrations", "supabase/migrations"]);
    assert_eq!(stack.flutter.as_deref(), Some("apps/mobile/pubspec.yaml"));
    assert_eq!(stack.frameworks, ["next", "react", "vite"]);
    assert_eq!(stack.env_files, [".env.production", "apps/web/.env"]);
    let handlers: Vec<&str> =
        target.webhooks.iter().filter_map(|webhook| webhook.handler.as_deref()).collect();
    assert_eq!(
        handlers,
        ["apps/web/app/api/webhooks/stripe/route.ts", "supabase/functions/stripe-webhook/index.ts"]
    );
    assert!(target.webhooks.iter().all(|webhook| webhook.provider.as_deref() == Some("stripe")));
    assert!(target.left_out.is_empty());
}

#[test]
fn worktrees_and_bare_repositories_are_git() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!detected(folder.path()).stack.git);
    write(folder.path(), "worktree/.git", "gitdir: /elsewhere\n");
    assert!(detected(&folder.path().join("worktree")).stack.git);
    write(folder.path(), "bare/HEAD", "ref: refs/heads/main\n");
    write(folder.path(), "bare/objects/info/x", "");
    write(folder.path(), "bare/refs/x", "");
    assert!(detected(&folder.path().join("bare")).stack.git);
    write(folder.path(), "other/.git", "not a repository\n");
    assert!(!detected(&folder.path().join("other")).stack.git);
}

#[test]
fn a_declared_handler_is_not_detected_again() {
    let folder = tempfile::tempdir().unwrap();
    let handler = "supabase/functions/stripe-webhook/index.ts";
    write(folder.path(), handler, "export {}\n");
    let mut target =
        read(&format!("[[webhooks]]\nurl = \"https://a.example/hook\"\nhandler = \"./{handler}\"\n"))
            .unwrap();
    detect(folder.path(), &mut target);
    assert_eq!(target.webhooks.len(), 1);
}

#[test]
fn a_domain_takes_its_own_part_of_a_configuration_that_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = "\
[[domains]]
name = \"example.com\"
mail = \"none\"
[[domains]]
name = \"example.org\"
[[sites]]
url = \"https://portal.example.com\"
environment = \"staging\"
[[sites]]
url = \"https://example.org\"
[[webhooks]]
url = \"https://example.org/hook\"
[gate]
min_score = 70
";
    write(folder.path(), "gonogo.toml", text);
    let resolved = resolve(Ask {
        what: Some("portal.example.com"),
        here: folder.path(),
        config: Some(Path::new("gonogo.toml")),
        look: Look::Whole,
        today: "2026-11-21".parse().unwrap(),
    });
    let target = resolved.unwrap().target;
    assert_eq!(target.domains.len(), 1);
    assert_eq!(target.domains[0].mail, MailUse::None);
    assert_eq!(target.sites.len(), 1);
    assert!(!target.sites[0].production);
    assert_eq!(target.gate.min_score, Some(70));
    assert!(target.webhooks.is_empty() && target.declared.is_empty() && target.config.is_none());
}

#[test]
fn a_detected_handler_joins_the_endpoint_it_answers() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "app/api/webhooks/stripe/route.ts", "export {}\n");
    let mut target = read("[[webhooks]]\nurl = \"https://a.example/api/webhooks/stripe\"\n").unwrap();
    detect(folder.path(), &mut target);
    assert_eq!(target.webhooks.len(), 1);
    assert_eq!(target.webhooks[0].handler.as_deref(), Some("app/api/webhooks/stripe/route.ts"));
    assert_eq!(target.webhooks[0].provider.as_deref(), Some("stripe"));
}

#[test]
fn no_mutation_of_a_configuration_panics() {
    let (_, text) = examples().remove(0);
    let scraps =
        ["\"", "[", "]", "{", "\n", "=", ".", ",", "#", "é", "\u{0}", "\u{1b}", "'", "[[x]]", "1", "-"];
    // Knuth's generator: the same mutations on every run.
    let mut state = 7_u64;
    let mut random = |limit: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % limit
    };
    for _ in 0..1_500 {
        let mut mutant = text.clone();
        for _ in 0..=random(3) {
            let start = mutant.floor_char_boundary(random(mutant.len()));
            let end = mutant.ceil_char_boundary((start + random(12)).min(mutant.len()));
            mutant.replace_range(start..end, scraps[random(scraps.len())]);
        }
        if let Err(shown) = read(&mutant) {
            assert!(shown.starts_with("error: "), "{shown}");
        }
    }
}

#[test]
fn what_was_not_searched_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let deep: String = (0..14).map(|_| "d/").collect();
    write(folder.path(), &format!("{deep}firestore.rules"), "\n");
    let target = detected(folder.path());
    assert!(target.stack.firestore_rules.is_empty());
    assert!(
        target.left_out.iter().any(|left| left.station == Station::Firebase && left.why.contains("deep"))
    );
}
