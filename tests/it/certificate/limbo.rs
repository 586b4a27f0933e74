//! C2SP's x509-limbo, where it is at hand: `limbo.json` at `GONOGO_LIMBO` or in the suites beside the
//! repository. Every case of it but those of BetterTLS goes through `gonogo cert`.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::cli::Gonogo;

/// Of the suite's 208 cases.
const WANTED: usize = 190;

/// Where we differ, and why.
const DIFFERENCES: &[(&str, &str)] = &[
    ("pathlen::validation-ignores-pathlen-in-leaf", "a CA certificate is no server's (webpki::ca-as-leaf)"),
    ("rfc5280::ca-as-leaf", "a CA certificate is no server's (webpki::ca-as-leaf)"),
    ("rfc5280::aki::leaf-missing-aki", "private CAs leave it out and no client minds"),
    ("rfc5280::aki::intermediate-missing-aki", "private CAs leave it out and no client minds"),
    ("rfc5280::aki::cross-signed-root-missing-aki", "a root is trusted as it is"),
    ("rfc5280::ski::root-missing-ski", "private CAs leave it out and no client minds"),
    ("rfc5280::nc::permitted-dn-match", "a server's certificate without a DNS name or address"),
    ("rfc5280::nc::permitted-dns-match-noncritical", "webpki::nc::permitted-dns-match-noncritical"),
    ("webpki::eku::ee-without-eku", "rfc5280::eku::ee-without-eku"),
];

#[test]
fn limbo_is_passed() {
    let Some(path) = suite() else {
        eprintln!("x509-limbo is not at hand: left out");
        return;
    };
    let suite: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let explained: BTreeMap<_, _> = DIFFERENCES.iter().copied().collect();
    let folder = tempfile::tempdir().unwrap();
    let (mut passed, mut differing) = (0, Vec::new());
    let cases = suite["testcases"].as_array().unwrap();
    let cases = cases.iter().filter(|case| !text(case, "id").starts_with("bettertls::"));
    for case in cases {
        let accepted = accepts(case, folder.path());
        if accepted == (text(case, "expected_result") == "SUCCESS") {
            passed += 1;
        } else {
            differing.push((text(case, "id"), accepted));
        }
    }
    let surprising: Vec<_> = differing.iter().filter(|(id, _)| !explained.contains_key(id)).collect();
    assert!(surprising.is_empty(), "{passed} passed; unexplained: {surprising:?}");
    assert!(passed >= WANTED, "{passed} passed: {differing:?}");
}

fn suite() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = ["../shared/suites/x509-limbo", "../../shared/suites/x509-limbo"].map(|at| here.join(at));
    let named = env::var_os("GONOGO_LIMBO").map(PathBuf::from);
    let files = named.into_iter().chain(beside);
    files.map(|at| if at.is_dir() { at.join("limbo.json") } else { at }).find(|file| file.is_file())
}

fn accepts(case: &Value, folder: &Path) -> bool {
    let write = |name: &str, parts: Vec<&str>| {
        let path = folder.join(name);
        fs::write(&path, parts.join("\n")).unwrap();
        path.display().to_string()
    };
    let sent = std::iter::once(text(case, "peer_certificate")).chain(list(case, "untrusted_intermediates"));
    let chain = write("chain.pem", sent.collect());
    let roots = write("roots.pem", list(case, "trusted_certs").collect());
    let lists: Vec<&str> = list(case, "crls").collect();
    let listed = (!lists.is_empty()).then(|| write("crl.pem", lists));
    let at = text(case, "validation_time").replace("+00:00", "Z");
    let mut arguments = vec!["cert", &chain, "--roots", &roots];
    if !at.is_empty() {
        arguments.extend(["--at", &at]);
    }
    let client = text(case, "validation_kind") == "CLIENT";
    if let Some(name) = case["expected_peer_name"]["value"].as_str().filter(|_| !client) {
        arguments.extend(["--name", name]);
    }
    let depth = case["max_chain_depth"].as_u64().map(|depth| depth.to_string());
    if let Some(depth) = &depth {
        arguments.extend(["--max-depth", depth]);
    }
    if client {
        arguments.push("--client");
    }
    if let Some(list) = &listed {
        arguments.extend(["--crl", list]);
    }
    let output = Gonogo::new(&arguments).run();
    let code = output.code.expect("not killed");
    assert!([0, 1, 3].contains(&code), "{}: {}", text(case, "id"), output.stderr);
    code == 0
}

fn text<'a>(case: &'a Value, field: &str) -> &'a str {
    case[field].as_str().unwrap_or_default()
}

fn list<'a>(case: &'a Value, field: &str) -> impl Iterator<Item = &'a str> {
    case[field].as_array().into_iter().flatten().filter_map(Value::as_str)
}
