//! The built program: what is typed, what comes out, and with which exit code.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::mpsc,
    time::Duration,
};

use gonogo::{
    checks::{self, Check},
    finding::{Confidence, Severity},
};
use serde_json::{Value, json};
use tempfile::TempDir;

/// No command of these tests takes a second; one that takes this long waits for ever.
const HANGS: Duration = Duration::from_mins(2);

/// The program with nothing of this machine's environment that could change its answer.
pub(crate) struct Gonogo {
    command: Command,
}

impl Gonogo {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.env_clear().args(arguments).stdin(Stdio::null());
        Self { command }
    }

    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn run(mut self) -> Ran {
        let child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let id = child.id().to_string();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(HANGS) else {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
            panic!("{:?} hangs", self.command);
        };
        let Output { status, stdout, stderr } = output.unwrap();
        Ran {
            code: status.code(),
            stdout: String::from_utf8(stdout).unwrap(),
            stderr: String::from_utf8(stderr).unwrap(),
        }
    }
}

#[derive(Debug)]
pub(crate) struct Ran {
    /// None: killed by a signal.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn refused(self, wanted: &str) {
        assert_eq!(self.code, Some(2), "{self:?}");
        assert!(self.stderr.contains(wanted), "expected `{wanted}` in {}", self.stderr);
        assert_eq!(self.stdout, "");
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }
}

fn gonogo(arguments: &[&str]) -> Ran {
    Gonogo::new(arguments).within(&std::env::temp_dir()).run()
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A recording in which one check has to give one verdict, from that check's own fixtures.
fn recording(verdict: &str) -> Option<(&'static Check, Value)> {
    let decisive =
        |check: &&Check| check.severity == Severity::Critical && check.confidence == Confidence::High;
    checks::all().filter(decisive).find_map(|check| {
        let mut paths: Vec<PathBuf> = fs::read_dir(Path::new("fixtures").join(check.id))
            .ok()?
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.file_name().unwrap().to_string_lossy().starts_with(verdict))
            .collect();
        paths.sort();
        let fixture: toml::Value = toml::from_str(&fs::read_to_string(paths.first()?).ok()?).ok()?;
        if fixture.get("subject").is_some() {
            return None;
        }
        let part =
            |name: &str| fixture.get(name).map_or(json!({}), |part| serde_json::to_value(part).unwrap());
        let mut seen = part("seen");
        if seen.get("now").is_none() {
            seen["now"] = json!("2026-11-21T00:00:00Z");
        }
        let tape = json!({
            "gonogo_recording": 1,
            "tool": "0.1.0",
            "target": part("target"),
            "selection": { "only": [check.id], "skip": [], "history": true },
            "offline": false,
            "active": false,
            "observations": seen,
        });
        Some((check, tape))
    })
}

fn replay(verdict: &str, arguments: &[&str]) -> Option<Ran> {
    let (_, tape) = recording(verdict)?;
    let folder = folder(&[("seen.json", &tape.to_string())]);
    let all: Vec<&str> = ["replay", "seen.json"].iter().chain(arguments).copied().collect();
    Some(Gonogo::new(&all).within(folder.path()).run())
}

#[test]
fn the_exit_code_is_the_decision() {
    // Only where there is no check at all is there no fixture to decide by.
    let any = checks::all().next().is_some();
    for (verdict, code) in [("pass", 0), ("fail", 1), ("inconclusive", 3)] {
        let ran = replay(verdict, &[]);
        assert_eq!(ran.is_some(), any, "no critical check has a {verdict} fixture");
        let Some(ran) = ran else { continue };
        assert_eq!(ran.code, Some(code), "{verdict}: {ran:?}");
        for format in ["json", "sarif", "markdown", "junit", "gitlab", "github"] {
            let ran = replay(verdict, &["--format", format]).unwrap();
            assert_eq!(ran.code, Some(code), "{verdict} as {format}: {}", ran.stderr);
        }
        assert_eq!(replay(verdict, &["--exit-zero"]).unwrap().code, Some(0));
        if verdict != "inconclusive" {
            assert_eq!(replay(verdict, &["--min-score", "50"]).unwrap().code, Some(code), "{verdict}");
        }
    }
}

#[test]
fn nothing_to_look_at_holds_the_launch() {
    let empty = folder(&[]);
    let ran = Gonogo::new(&["audit", "--only", "tls"]).within(empty.path()).run();
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let ran = Gonogo::new(&["audit", "--only", "tls", "--exit-zero"]).within(empty.path()).run();
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

#[test]
fn help_and_version() {
    let version = gonogo(&["--version"]);
    assert_eq!(
        (version.code, version.stdout.as_str()),
        (Some(0), concat!("gonogo ", env!("CARGO_PKG_VERSION"), "\n"))
    );
    // In a script it must not be taken for GO.
    let bare = gonogo(&[]);
    assert_eq!(bare.code, Some(2));
    assert!(bare.stderr.contains("Usage: gonogo") && bare.stderr.contains("Exit codes"), "{}", bare.stderr);
    for command in [
        "audit",
        "secrets",
        "plan",
        "replay",
        "explain",
        "checks",
        "init",
        "demo",
        "schema",
        "completions",
        "man",
    ] {
        let help = gonogo(&[command, "--help"]);
        assert_eq!(help.code, Some(0), "{command}");
        assert!(help.stdout.contains("Usage: gonogo"), "{command}");
    }
    let audit = gonogo(&["audit", "--help"]).stdout;
    for heading in
        ["Target:", "Checks:", "Decision:", "Consent:", "Output:", "Network:", "Examples:", "Exit codes:"]
    {
        assert!(audit.contains(heading), "{heading}");
    }
}

#[test]
fn a_wrong_argument_is_refused_with_the_remedy() {
    gonogo(&["audit", "./nope"]).refused("there is no folder `./nope`");
    gonogo(&["audit", "src/nope"]).refused("there is no folder `src/nope`");
    gonogo(&["audit", "nope"]).refused("neither a folder here nor a domain name");
    gonogo(&["audit", "example.com/login"]).refused("help: for the site, write `https://example.com/login`");
    gonogo(&["audit", "https://ana:hunter2@example.com"]).refused("credentials");
    gonogo(&["audit", "\u{1b}[31mred"]).refused("neither");
    gonogo(&["audti"]).refused("audit");
    gonogo(&["audit", "--deadline", "soon"]).refused("30s");
    gonogo(&["audit", "--jobs", "0"]).refused("--jobs");
    gonogo(&["audit", "--min-score", "101"]).refused("--min-score");
    gonogo(&["audit", "--fail-on", "hihg"]).refused("high");
    gonogo(&["audit", "--connect-to", "a"]).refused("HOST:PORT:ADDR:PORT");
    gonogo(&["audit", "--offline", "--active"]).refused("--active");
    gonogo(&["audit", "--resolver", "localhost"]).refused("--resolver");
}

#[test]
fn no_answer_carries_a_terminal_escape() {
    for arguments in [["audit", "\u{1b}[31mred"], ["explain", "\u{1b}[31mred"], ["audit", "a\u{9b}31m.com"]] {
        let ran = gonogo(&arguments);
        assert_eq!(ran.code, Some(2));
        assert!(!ran.stderr.contains(['\u{1b}', '\u{9b}']), "{:?}", ran.stderr);
    }
}

#[test]
fn a_folder_that_is_a_domain_too_is_asked_about() {
    let here = folder(&[("example.com/x", ""), ("notes.txt", "")]);
    let run = |what: &str| Gonogo::new(&["plan", what]).within(here.path()).run();
    run("example.com").refused("write `./example.com` for the path or `https://example.com` for the domain");
    assert_eq!(run("./example.com").code, Some(0));
    run("notes.txt").refused("is a file");
}

#[test]
fn a_misspelt_name_is_refused_with_the_right_one() {
    for arguments in [["audit", "--only", "mial"], ["audit", "--skip", "mial"], ["plan", "--only", "mial"]] {
        gonogo(&arguments).refused("did you mean `mail`?");
    }
    gonogo(&["explain", "mial"]).refused("did you mean `mail`?");
    gonogo(&["explain", "hovercraft"]).refused("`gonogo checks` lists");
    gonogo(&["man", "adit"]).refused("did you mean `audit`?");
}

#[test]
fn a_broken_configuration_stops_the_audit() {
    let here = folder(&[
        ("gonogo.toml", "nmae = 1\n"),
        ("deep/er/x", ""),
        (".git/HEAD", "x"),
        ("valid.toml", "schema = 1\n"),
    ]);
    let run = |arguments: &[&str]| Gonogo::new(arguments).within(here.path()).run();
    run(&["audit"]).refused("unknown key `nmae`");
    run(&["audit", "deep/er"]).refused(" --> gonogo.toml:1:1");
    run(&["plan"]).refused("unknown key `nmae`");
    run(&["plan", "--config", "absent.toml"]).refused("cannot read absent.toml");
    assert_eq!(run(&["plan", "--config", "valid.toml"]).code, Some(0));
    let by_env = |file: &str| Gonogo::new(&["plan"]).within(here.path()).env("GONOGO_CONFIG", file).run();
    assert_eq!(by_env("valid.toml").code, Some(0));
    by_env("absent.toml").refused("cannot read absent.toml");
}

#[test]
fn a_configuration_is_not_taken_from_beyond_the_repository() {
    let here = folder(&[("gonogo.toml", "nmae = 1\n"), ("inner/.git/HEAD", "ref: refs/heads/main\n")]);
    assert_eq!(Gonogo::new(&["plan"]).within(&here.path().join("inner")).run().code, Some(0));
    // Outside a repository, what lies above may be anybody's.
    let shared = folder(&[("gonogo.toml", "nmae = 1\n"), ("mine/x", "")]);
    assert_eq!(Gonogo::new(&["plan", "mine"]).within(shared.path()).run().code, Some(0));
}

#[test]
fn a_domain_does_not_use_the_configuration_around() {
    let here = folder(&[("gonogo.toml", "nmae = 1\n")]);
    let run = |arguments: &[&str]| Gonogo::new(arguments).within(here.path()).run();
    let ran = run(&["plan", "example.com"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("note: gonogo.toml is only used for a folder"), "{}", ran.stderr);
    assert_eq!(run(&["plan", "example.com", "-q"]).stderr, "");
    run(&["plan", "example.com", "--config", "gonogo.toml"]).refused("unknown key");
}

#[test]
fn a_folder_in_a_project_says_what_is_audited() {
    let here = folder(&[("gonogo.toml", "schema = 1\n"), (".git/HEAD", "x"), ("apps/web/x", "")]);
    let ran = Gonogo::new(&["plan"]).within(&here.path().join("apps/web")).run();
    assert!(ran.stderr.contains("where gonogo.toml is"), "{}", ran.stderr);
}

#[test]
fn a_plan_lists_what_is_asked_and_what_is_withheld() {
    let plan = |arguments: &[&str]| {
        let all: Vec<&str> = ["plan", "--format", "json"].iter().chain(arguments).copied().collect();
        serde_json::from_str::<Value>(&gonogo(&all).stdout).unwrap()
    };
    let online = plan(&["portal.example.com"]);
    let offline = plan(&["portal.example.com", "--offline"]);
    for station in online["stations"].as_array().unwrap() {
        for question in station["questions"].as_array().unwrap() {
            assert!(question["withheld"].is_null(), "{question}");
            assert!(!question["touches"].as_array().unwrap().is_empty(), "{question}");
        }
    }
    for station in offline["stations"].as_array().unwrap() {
        for question in station["questions"].as_array().unwrap() {
            assert_eq!(question["withheld"], "not asked: --offline", "{question}");
        }
    }
}

#[test]
fn reports_are_written_whole_or_not_at_all() {
    let here = folder(&[("sub/x", "")]);
    let run = |arguments: &[&str]| {
        let all: Vec<&str> = ["audit", "--only", "tls"].iter().chain(arguments).copied().collect();
        Gonogo::new(&all).within(here.path()).run()
    };
    let ran = run(&["--output", "json=a.json", "--output", "sarif=sub/b.sarif", "--record", "seen.json"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(!ran.stdout.is_empty());
    let left: Vec<String> = fs::read_dir(here.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(left.len(), 3, "{left:?}");
    assert!(here.path().join("sub/b.sarif").exists());
    let replay = ["replay", "seen.json", "--output", "json=-"];
    let dashed = Gonogo::new(&replay).within(here.path()).run();
    assert_eq!(dashed.stdout, fs::read_to_string(here.path().join("a.json")).unwrap());
    run(&["--output", "json=absent/a.json"]).refused("there is no folder absent");
    run(&["--output", "json=sub"]).refused("it is a folder");
    run(&["--output", "jsno=a"]).refused("no format is called `jsno`");
    run(&["--output", "json"]).refused("FORMAT=FILE");
    run(&["--output", "json=a", "--output", "sarif=a"]).refused("two results in a");
    run(&["--output", "json=-", "--format", "sarif"]).refused("two reports on standard output");
    run(&["--output", "json=a", "--record", "a"]).refused("two results in a");
    run(&["--record", "absent/seen.json"]).refused("there is no folder absent");
}

#[cfg(unix)]
#[test]
fn a_link_keeps_being_a_link_and_a_device_a_device() {
    let here = folder(&[("real.json", "old")]);
    std::os::unix::fs::symlink("real.json", here.path().join("link.json")).unwrap();
    let output = ["audit", "--only", "tls", "--output", "json=link.json", "--output", "sarif=/dev/null"];
    assert_eq!(Gonogo::new(&output).within(here.path()).run().code, Some(3));
    assert!(here.path().join("link.json").symlink_metadata().unwrap().is_symlink());
    assert_ne!(fs::read_to_string(here.path().join("real.json")).unwrap(), "old");
    assert!(!Path::new("/dev/null").metadata().unwrap().is_file());
}

#[test]
fn a_replay_gives_the_same_bytes() {
    let here = folder(&[("gonogo.toml", "[project]\nname = \"Acme\"\n"), ("firestore.rules", "x")]);
    for format in ["terminal", "json", "sarif", "markdown"] {
        let audit =
            ["audit", "--offline", "--fail-on", "low", "--format", format, "--record", "/tmp-less.json"];
        let seen = here.path().join(format!("{format}.seen.json"));
        let seen = seen.to_str().unwrap();
        let audit: Vec<&str> =
            audit.iter().map(|word| if *word == "/tmp-less.json" { seen } else { word }).collect();
        let first = Gonogo::new(&audit).within(here.path()).run();
        let again = Gonogo::new(&["replay", seen, "--format", format]).within(&std::env::temp_dir()).run();
        assert_eq!((first.code, first.stdout), (again.code, again.stdout), "{format}: {}", again.stderr);
    }
}

#[test]
fn what_is_no_recording_is_refused() {
    let here = folder(&[
        ("bad.json", "{"),
        ("newer.json", r#"{"gonogo_recording":99}"#),
        ("empty.json", ""),
        ("other.json", r#"{"gonogo_recording":1,"tool":"x"}"#),
    ]);
    let run = |file: &str| Gonogo::new(&["replay", file]).within(here.path()).run();
    run("bad.json").refused("not a recording");
    run("empty.json").refused("not a recording");
    run("other.json").refused("not a recording");
    run("newer.json").refused("recording of version 99");
    run("absent.json").refused("cannot read absent.json");
}

#[test]
fn explain_and_checks_agree() {
    let list: Value = serde_json::from_str(&gonogo(&["checks", "--format", "json"]).stdout).unwrap();
    let listed = list["checks"].as_array().unwrap();
    assert_eq!(listed.len(), checks::all().count());
    for check in listed.iter().take(20) {
        let id = check["id"].as_str().unwrap();
        let page = gonogo(&["explain", id]);
        assert_eq!(page.code, Some(0));
        assert!(
            page.stdout.starts_with(&format!("{id}\n")) && page.stdout.contains("\nFix\n"),
            "{}",
            page.stdout
        );
        let station = gonogo(&["explain", check["station"].as_str().unwrap()]);
        assert!(station.stdout.contains(id));
        assert!(gonogo(&["checks"]).stdout.contains(id));
    }
}

#[test]
fn the_documented_checks_are_fresh() {
    let file = fs::read_to_string("docs/checks.md").unwrap_or_default();
    let now = gonogo(&["checks", "--format", "markdown"]).stdout;
    assert!(file == now, "run `cargo run -- checks --format markdown > docs/checks.md`");
}

#[test]
fn a_started_configuration_is_valid_and_never_written_over() {
    let here = folder(&[
        ("supabase/functions/stripe-webhook/index.ts", "export {}\n"),
        (".env.production", "A=1\n"),
    ]);
    let init = Gonogo::new(&["init"]).within(here.path()).run();
    assert_eq!(init.code, Some(0), "{init:?}");
    let text = fs::read_to_string(here.path().join("gonogo.toml")).unwrap();
    assert!(text.contains("handler = \"supabase/functions/stripe-webhook/index.ts\""), "{text}");
    assert_eq!(Gonogo::new(&["plan"]).within(here.path()).run().code, Some(0));
    Gonogo::new(&["init"]).within(here.path()).run().refused("exists already");
    assert_eq!(fs::read_to_string(here.path().join("gonogo.toml")).unwrap(), text);
    // Every line that is only commented out is valid too.
    let uncommented: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains('=') || rest.starts_with('[') => rest.to_owned(),
            _ => line.to_owned(),
        })
        .collect();
    fs::write(here.path().join("gonogo.toml"), uncommented.join("\n")).unwrap();
    let ran = Gonogo::new(&["plan"]).within(here.path()).run();
    assert_eq!(ran.code, Some(0), "{}\n{}", ran.stderr, uncommented.join("\n"));
}

#[test]
fn completions_and_manual_come_from_the_same_definitions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = gonogo(&["completions", shell]);
        assert!(script.code == Some(0) && script.stdout.contains("connect-to"), "{shell}");
    }
    assert!(gonogo(&["man"]).stdout.contains(".TH gonogo 1"));
    assert!(gonogo(&["man", "audit"]).stdout.contains("connect"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let run = |arguments: &[&str]| gonogo(arguments).stdout;
    assert!(!run(&["explain", "mail"]).contains('\u{1b}'));
    assert!(run(&["explain", "mail", "--color", "always"]).contains('\u{1b}'));
    let forced = Gonogo::new(&["explain", "mail"]).env("CLICOLOR_FORCE", "1").run();
    assert!(forced.stdout.contains('\u{1b}'));
    let never = Gonogo::new(&["explain", "mail", "--color", "never"]).env("CLICOLOR_FORCE", "1").run();
    assert!(!never.stdout.contains('\u{1b}'));
}

#[test]
fn a_closed_pipe_is_no_error() {
    for arguments in [&["completions", "bash"][..], &["checks", "--format", "markdown"], &["man"]] {
        let mut child =
            Gonogo::new(arguments).command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

/// A resolver that never answers keeps the audit waiting until it is interrupted.
#[cfg(unix)]
#[test]
fn an_interrupt_ends_with_its_own_code() {
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    silent.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let resolver = silent.local_addr().unwrap().to_string();
    let arguments = ["audit", "example.test", "--only", "domain,mail", "--resolver", &resolver];
    let child =
        Gonogo::new(&arguments).command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Once a question has arrived, the audit is under way.
    silent.recv_from(&mut [0; 512]).expect("a question");
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(output.stdout, b"");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
