//! `gonogo cert` as a command: where it reads from, and what hostile files do to it.

use std::{
    fs,
    io::Write as _,
    process::{Command, Stdio},
};

use super::{Chain, judged};
use crate::cli::Gonogo;

#[test]
fn der_and_several_files_are_read() {
    let (made, other) = (Chain::default().make(), Chain::default().make());
    let paths =
        [made.path("chain.pem"), other.path("leaf.der"), made.path("root.pem"), other.path("chain.pem")]
            .map(|path| path.display().to_string());
    let [chain, der, root, second] = paths.each_ref().map(String::as_str);
    // The leaf of another chain leads nowhere.
    let (code, findings) = judged(&["cert", chain, der, "--roots", root, "--format", "json"]);
    assert_eq!(code, 1);
    assert!(findings.iter().all(|one| one.contains("leaf.der")), "{findings:?}");
    let other_root = other.path("root.pem").display().to_string();
    let both = ["cert", chain, second, "--roots", root, "--roots", &other_root, "--format", "json"];
    assert_eq!(judged(&both), (0, Vec::new()));
}

#[test]
fn standard_input_is_read() {
    let made = Chain::default().make();
    let mut child = Command::new(env!("CARGO_BIN_EXE_gonogo"))
        .args(["cert", "-", "--roots"])
        .arg(made.path("root.pem"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&fs::read(made.path("chain.pem")).unwrap()).unwrap();
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn hostile_files_are_no_certificates() {
    let made = Chain::default().make();
    let good = fs::read(made.path("chain.pem")).unwrap();
    let many = good.repeat(500);
    let files: [(&str, Vec<u8>); 6] = [
        ("empty", Vec::new()),
        ("garbage", (0_u32..300_000).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()),
        ("ten-megabytes", b"-----BEGIN CERTIFICATE-----\n".repeat(360_000)),
        ("deep", [0x30, 0x80].repeat(100_000)),
        ("lying-length", vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x30]),
        ("cut", good[..good.len() / 3].to_vec()),
    ];
    for (name, bytes) in files {
        let path = made.path(name);
        fs::write(&path, bytes).unwrap();
        let output = Gonogo::new(&["cert", path.to_str().unwrap()]).run();
        assert_eq!(output.code, Some(3), "{name}: {}", output.stdout);
    }
    // A thousand certificates: the path is found among the first, and nobody waits for the rest.
    fs::write(made.path("many.pem"), many).unwrap();
    let (path, root) = (made.path("many.pem"), made.path("root.pem"));
    let arguments = ["cert", path.to_str().unwrap(), "--roots", root.to_str().unwrap(), "--format", "json"];
    let (code, _) = judged(&arguments);
    assert!([0, 1, 3].contains(&code));
}
