//! Our SARIF against the validators of others: Microsoft's multitool and the schema it carries.
//!
//! `npm install --prefix DIR @microsoft/sarif-multitool-linux`, with `GONOGO_NODE_MODULES` naming
//! `DIR/node_modules`; without it the package is installed into a folder of its own.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use gonogo::{
    finding::{Finding, Severity},
    report::{Format, Style, render},
    verdict::Verdict,
};
use serde_json::Value;

#[path = "../it/reports/github.rs"]
mod github;
#[path = "../it/reports/launch.rs"]
mod launch;

const PACKAGE: &str = "@microsoft/sarif-multitool-linux";

#[test]
fn the_multitool_finds_no_error() {
    let tool = multitool();
    for (name, sarif) in reports() {
        let said = validate(&tool, &sarif);
        let complaints: Vec<&String> = said.iter().filter(|line| is_complaint(line)).collect();
        assert!(complaints.is_empty(), "{name}: {complaints:#?}");
    }
}

/// It exits 0 whatever it finds, so a clean answer must be shown to mean something.
#[test]
fn the_multitool_would_find_an_error() {
    let tool = multitool();
    let mut sarif: Value = serde_json::from_str(&reports()[0].1).unwrap();
    sarif["runs"][0]["results"][0].as_object_mut().unwrap().remove("locations");
    let said = validate(&tool, &sarif.to_string());
    assert!(said.iter().any(|line| line.contains("error GH")), "{said:#?}");
}

#[test]
fn the_official_schema_is_followed() {
    let text = fs::read_to_string(modules().join(PACKAGE).join("sarif-2.1.0.json")).unwrap();
    let schema: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, sarif) in reports() {
        let sarif: Value = serde_json::from_str(&sarif).unwrap();
        let errors: Vec<String> = validator.iter_errors(&sarif).map(|err| err.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
    assert!(!validator.is_valid(&serde_json::json!({"version": "2.1.0", "runs": [{}]})));
}

#[test]
fn github_accepts_them_too() {
    for (_, sarif) in reports() {
        github::assert_github_accepts(&serde_json::from_str(&sarif).unwrap());
    }
}

/// A report with a little of everything, one of nothing, and one of every real check.
fn reports() -> Vec<(&'static str, String)> {
    let mut real = launch::Launch::new();
    for check in gonogo::checks::all() {
        let finding = Finding::new(format!("{}: seen", check.title)).severity(Severity::High);
        real = real.says(check, "example.com", Verdict::fail(finding));
    }
    let sarif = |launch: &launch::Launch| render(&launch.decide(), Format::Sarif, Style::default());
    vec![
        ("rich", sarif(&launch::rich())),
        ("nothing", sarif(&launch::Launch::new())),
        ("every check", sarif(&real)),
    ]
}

/// The lines of its answer that are about the file.
fn validate(tool: &Path, sarif: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("report.sarif");
    fs::write(&file, sarif).unwrap();
    let output = Command::new(tool)
        .arg("validate")
        .arg(&file)
        .args(["--rule-kind", "Sarif;Ghas"])
        .env("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("Analysis completed successfully."), "{text}\n{output:?}");
    text.lines().filter(|line| line.contains("report.sarif(")).map(str::to_owned).collect()
}

fn is_complaint(line: &str) -> bool {
    line.contains(": error ") || line.contains(": warning ")
}

fn multitool() -> PathBuf {
    modules().join(PACKAGE).join("Sarif.Multitool")
}

/// `node_modules` with the multitool in it.
fn modules() -> PathBuf {
    static ONCE: std::sync::OnceLock<PathBuf> = std::sync::OnceLock::new();
    ONCE.get_or_init(|| {
        let modules = match env::var_os("GONOGO_NODE_MODULES") {
            Some(path) => PathBuf::from(path),
            None => installed(),
        };
        let tool = modules.join(PACKAGE).join("Sarif.Multitool");
        assert!(tool.is_file(), "{} is missing: npm install {PACKAGE}", tool.display());
        executable(&tool);
        modules
    })
    .clone()
}

fn installed() -> PathBuf {
    let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("node");
    let modules = prefix.join("node_modules");
    if !modules.join(PACKAGE).join("Sarif.Multitool").is_file() {
        let status = Command::new("npm")
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"])
            .arg(&prefix)
            .arg(PACKAGE)
            .status()
            .unwrap();
        assert!(status.success(), "npm could not install {PACKAGE}");
    }
    modules
}

/// Its install script would do this; install scripts stay off.
fn executable(tool: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let mut permissions = fs::metadata(tool).unwrap().permissions();
    if permissions.mode() & 0o100 == 0 {
        permissions.set_mode(0o755);
        fs::set_permissions(tool, permissions).unwrap();
    }
}
