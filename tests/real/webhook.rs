//! Nine kinds of webhook handler under Node, Deno and Python, probed live by the built binary.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::Value;

mod sdk;

const VARIABLE: &str = "EXAMPLE_SIGNING_KEY";
const KINDS: [&str; 9] = [
    "correct",
    "no_verify",
    "fail_open",
    "swallow",
    "reparsed",
    "leaking_500",
    "gateway_401",
    "no_tolerance",
    "no_dedupe",
];

#[test]
fn node_handlers_are_told_apart() {
    nine_kinds("js", "mjs", |folder| {
        let mut node = Command::new("node");
        node.arg(folder.join("main.mjs"));
        node
    });
}

#[test]
fn deno_handlers_are_told_apart() {
    nine_kinds("js", "mjs", |folder| {
        let mut deno = Command::new(modules().join(".bin/deno"));
        deno.args(["run", "--no-config", "--allow-net=127.0.0.1", "--allow-env", "--allow-read"]);
        deno.arg(folder.join("main.mjs"));
        deno
    });
}

#[test]
fn python_handlers_are_told_apart() {
    nine_kinds("py", "py", |folder| {
        let mut python = Command::new("python3");
        python.arg("-B").arg(folder.join("main.py"));
        python
    });
}

fn nine_kinds(language: &str, ending: &str, command: impl Fn(&Path) -> Command) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real/webhook").join(language);
    let secret = format!("whsec_{}", "example".repeat(4));
    let server = Server::start(command(&folder).args(KINDS), &secret);
    let said = audit(&server, &folder, ending, &secret);
    let failing = |kind: &str| said.get(kind).cloned().unwrap_or_default();
    let has = |kind: &str, check: &str| {
        let found = failing(kind);
        assert!(found.contains(check), "{language} {kind}: no {check} among {found:?}");
    };
    let has_not = |kind: &str, checks: &[&str]| {
        let found = failing(kind);
        assert!(checks.iter().all(|check| !found.contains(*check)), "{language} {kind}: {found:?}");
    };

    // All nine are alike in that they take a completed checkout for a paid one.
    let mut faults = failing("correct");
    faults.remove("payment-status-unread");
    assert_eq!(faults, BTreeSet::new(), "{language}");
    assert_eq!(server.effects("correct"), 0, "a probe has had an effect on the correct handler");

    // From outside these three look the same; their source tells which is which.
    for kind in ["no_verify", "fail_open", "swallow"] {
        has(kind, "unsigned-accepted");
    }
    has_not("no_verify", &["fails-open"]);
    assert!(said["fail_open source"].iter().any(|what| what.contains("falls back")), "{said:#?}");
    assert!(said["no_verify source"].iter().any(|what| what.contains("no verification")), "{said:#?}");
    has("swallow", "error-swallowed");
    has_not("no_verify", &["error-swallowed"]);

    // Refuses what its own secret signed, for a reason that its source shows.
    has("reparsed", "body-reparsed");
    has_not("reparsed", &["signed-event-refused", "unsigned-accepted"]);
    assert_eq!(server.effects("reparsed"), 0);

    has("leaking_500", "server-error-on-unsigned");
    has("leaking_500", "error-details-returned");
    has("gateway_401", "gateway-jwt");
    has("no_tolerance", "no-tolerance");
    has_not("no_tolerance", &["no-dedupe", "unsigned-accepted"]);
    has("no_dedupe", "no-dedupe");
    has_not("no_dedupe", &["no-tolerance", "unsigned-accepted", "signed-event-refused"]);
    // Fresh and repeated, and none for the one that is too old.
    assert_eq!(server.effects("no_dedupe"), 2);
    assert_eq!(server.effects("no_tolerance"), 1);
}

/// The failing checks of each kind, without the station; and what its source said, under `KIND source`.
fn audit(server: &Server, folder: &Path, ending: &str, secret: &str) -> BTreeMap<String, BTreeSet<String>> {
    let repository = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder).unwrap().flatten().filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), repository.path().join(file.file_name())).unwrap();
    }
    let mut config = "schema = 1\n[active]\nhosts = [\"127.0.0.1\"]\n[environments.staging]\n".to_owned();
    for kind in KINDS {
        let origin = format!("http://127.0.0.1:{}", server.port);
        writeln!(
            config,
            "[[webhooks]]\nurl = \"{origin}/hooks/{kind}\"\nprovider = \"stripe\"\nhandler = \"{kind}.{ending}\"\nenvironment = \"staging\"\nsecret_env = \"{VARIABLE}\"\neffects = \"{origin}/effects/{kind}\""
        )
        .unwrap();
    }
    std::fs::write(repository.path().join("gonogo.toml"), config).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(["audit", ".", "--only", "webhook", "--active", "--format", "json", "--exit-zero"])
        .current_dir(repository.path())
        .env(VARIABLE, secret)
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let report: Value = serde_json::from_str(&text).unwrap_or_else(|err| panic!("{err}: {output:?}"));
    assert!(!text.contains(secret), "the secret is in the report");
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let check = finding["check"].as_str().unwrap().trim_start_matches("webhook/");
        // Loopback has no certificate, and neither kind differs in how it compares.
        if matches!(check, "url-not-https" | "url-tunnel" | "timing-unsafe-comparison" | "duplicate-endpoint")
        {
            continue;
        }
        let kind = finding["subject"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let source = finding["evidence"].as_array().into_iter().flatten();
        let source = source
            .filter(|one| one["label"] == "source")
            .map(|one| one["value"].as_str().unwrap_or_default().to_owned());
        said.entry(format!("{kind} source")).or_default().extend(source);
        said.entry(kind).or_default().insert(check.to_owned());
    }
    said
}

/// A server of handlers, until the test ends.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(command: &mut Command, secret: &str) -> Self {
        let mut child = command
            .env(VARIABLE, secret)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|err| panic!("{command:?}: {err}; run ./test"));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("listening on ").and_then(|port| port.parse().ok()));
        let port = port.unwrap_or_else(|| panic!("{command:?} did not listen"));
        // What the handlers print must not block them.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    fn effects(&self, kind: &str) -> u64 {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET /effects/{kind} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let body = text.split("\r\n\r\n").nth(1).unwrap_or_default();
        body.split_whitespace().find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("{text}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The npm packages that `./test` installs.
fn modules() -> PathBuf {
    PathBuf::from(std::env::var("GONOGO_NODE_MODULES").expect("GONOGO_NODE_MODULES: run ./test"))
}
