//! Folders and files made to hurt: a verdict or a clear refusal, never a panic, never a wait.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::cli::{Gonogo, Ran};

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The text so many times, `#` replaced by the number.
fn numbered(times: usize, text: &str) -> String {
    let texts: Vec<String> = (0..times).map(|index| text.replace('#', &index.to_string())).collect();
    texts.concat()
}

/// Audits the folder; whatever the decision, there is one.
fn audited(root: &Path) -> Ran {
    let ran = Gonogo::new(&["audit", ".", "--offline"]).within(root).run();
    assert!(matches!(ran.code, Some(0 | 1 | 3)), "{ran:?}");
    assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
    let escapes = |text: &str| text.chars().any(|letter| letter.is_control() && !"\n\t".contains(letter));
    assert!(!escapes(&ran.stdout) && !escapes(&ran.stderr), "{ran:?}");
    ran
}

#[test]
fn a_configuration_of_nul_bytes() {
    let here = folder();
    write(here.path(), "gonogo.toml", [0_u8; 4_096]);
    let ran = Gonogo::new(&["audit"]).within(here.path()).run();
    assert!(!ran.stderr.contains('\0'));
    ran.refused(" --> gonogo.toml:1:1");
}

#[test]
fn a_configuration_that_is_no_text() {
    let here = folder();
    write(here.path(), "gonogo.toml", b"schema = 1\n\xff\xfe\n");
    Gonogo::new(&["audit"]).within(here.path()).run().refused("line 2 is not UTF-8");
}

#[test]
fn a_configuration_of_ten_megabytes() {
    let here = folder();
    write(here.path(), "gonogo.toml", format!("x = \"{}\"", "a".repeat(10 << 20)));
    Gonogo::new(&["audit"]).within(here.path()).run().refused("larger than 256 KiB");
}

#[test]
fn a_configuration_as_large_as_is_read() {
    let here = folder();
    for text in [
        format!("x = \"{}\"", "a".repeat(200 << 10)),
        format!("x = {}{}", "[".repeat(20_000), "]".repeat(20_000)),
        "[a]\n".repeat(20_000),
        numbered(8_000, "k# = 1\n"),
        "[[domains]]\nname = 1\n".repeat(8_000),
        numbered(6_000, "[[domains]]\nname = \"-#\"\n"),
    ] {
        write(here.path(), "gonogo.toml", text);
        let ran = Gonogo::new(&["audit"]).within(here.path()).run();
        assert!(ran.stderr.len() < 100_000, "{} bytes of errors", ran.stderr.len());
        ran.refused("error: ");
    }
}

#[test]
fn escapes_in_a_configuration_do_not_reach_the_terminal() {
    let here = folder();
    write(here.path(), "gonogo.toml", "[project]\nname = \"\\u001b]0;owned\\u0007\"\n\"\\u001b[31m\" = 1\n");
    let ran = Gonogo::new(&["audit"]).within(here.path()).run();
    assert!(!ran.stderr.contains(['\u{1b}', '\u{7}']), "{:?}", ran.stderr);
    ran.refused("control character U+001B");
}

#[cfg(unix)]
#[test]
fn a_loop_of_links() {
    let here = folder();
    write(here.path(), "a/b/x.txt", "x");
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, here.path().join(at)).unwrap();
    link("../..", "a/b/up");
    link("self", "self");
    link(".", "here");
    link("/", "root");
    link("/etc/passwd", ".env");
    link("self", "firestore.rules");
    audited(here.path());
    Gonogo::new(&["audit", "self"]).within(here.path()).run().refused("neither");
    Gonogo::new(&["audit", "./self"]).within(here.path()).run().refused("cannot open");
    link("self", "gonogo.toml");
    audited(here.path());
    Gonogo::new(&["audit", "--config", "self"]).within(here.path()).run().refused("cannot read self");
}

#[cfg(unix)]
#[test]
fn pipes_and_sockets_are_not_waited_for() {
    let here = folder();
    for name in ["package.json", ".env", "pubspec.yaml", "firebase.json", "pipe"] {
        let made = std::process::Command::new("mkfifo").arg(here.path().join(name)).status().unwrap();
        assert!(made.success());
    }
    write(here.path(), "app/firebase.json", "{\"firestore\": {\"rules\": \"../pipe\"}}");
    let _socket = std::os::unix::net::UnixListener::bind(here.path().join("socket")).unwrap();
    audited(here.path());
    Gonogo::new(&["audit", ".", "--config", "pipe"]).within(here.path()).run().refused("not a regular file");
}

#[test]
fn a_line_of_ten_megabytes() {
    let here = folder();
    let line = "a".repeat(10 << 20);
    for name in ["package.json", "index.js"] {
        write(here.path(), name, &line);
    }
    audited(here.path());
}

#[test]
fn a_folder_without_git() {
    let here = folder();
    write(here.path(), "README.md", "# x\n");
    audited(here.path());
}

#[test]
fn broken_manifests() {
    let here = folder();
    write(here.path(), "package.json", "{\"dependencies\": [1, 2");
    write(here.path(), "deep/package.json", format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    write(here.path(), "firebase.json", "{\"firestore\": {\"rules\": 7}}");
    write(here.path(), "other/firebase.json", "{\"firestore\": {\"rules\": \"../../../../etc/passwd\"}}");
    write(here.path(), "pubspec.yaml", [0xff_u8, 0xfe, 0x00]);
    write(here.path(), ".git/HEAD", [0_u8; 100]);
    audited(here.path());
}

#[cfg(unix)]
#[test]
fn names_with_escapes_and_without_text() {
    use std::os::unix::ffi::OsStrExt as _;
    let here = folder();
    write(here.path(), "\u{1b}[31m/.env", "A=1\n");
    write(here.path(), "api/webhook\u{1b}]0;x\u{7}.ts", "export {}\n");
    fs::write(here.path().join(std::ffi::OsStr::from_bytes(b"\xff\xfe.env")), "A=1\n").unwrap();
    audited(here.path());
    let plan = Gonogo::new(&["plan", "."]).within(here.path()).run();
    assert!(!plan.stdout.contains('\u{1b}'), "{:?}", plan.stdout);
}

#[test]
fn a_very_deep_folder() {
    let here = folder();
    let mut path = here.path().to_path_buf();
    for _ in 0..300 {
        path.push("d");
    }
    fs::create_dir_all(&path).unwrap();
    audited(here.path());
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let here = folder();
    write(here.path(), "closed/x", "");
    let closed = here.path().join("closed");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    let ran = Gonogo::new(&["audit", "closed", "--offline"]).within(here.path()).run();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    // The superuser may read everything.
    assert!(ran.code == Some(2) && ran.stderr.contains("cannot") || ran.code != Some(101), "{ran:?}");
}
