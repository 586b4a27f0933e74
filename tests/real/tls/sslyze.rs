//! Suite by suite agreement with sslyze (PyPI) on servers of several families.

use std::{collections::BTreeSet, fs, path::PathBuf, process::Command};

use gonogo::{engine::hello::Version, seen::Offers};
use serde_json::Value;

use super::{
    Authority, Nginx, free_ports,
    offers::{HOSTS, RSA, block, endpoints, offers_of},
    servers::{Server, run, tools},
};
use crate::tls::Order;

/// What we find and sslyze does not, each with the reason.
const NOT_KNOWN_TO_SSLYZE: &[(&str, &str)] = &[
    ("TLS_DH_anon_WITH_CAMELLIA_128_CBC_SHA256", "not on its list of suites"),
    ("TLS_DH_anon_WITH_CAMELLIA_256_CBC_SHA256", "not on its list of suites"),
];

/// What its OpenSSL can no longer offer, by the part of a name that shows it.
const NOT_SPOKEN_BY_SSLYZE: &[&str] = &["_CCM_8", "_GOST"];

/// Offers nothing but NULL and anonymous suites, with which sslyze's first handshake does not succeed.
const OUT_OF_ITS_REACH: &str = "broken.test";

const VERSIONS: [(Version, &str); 5] = [
    (Version::Tls13, "tls_1_3"),
    (Version::Tls12, "tls_1_2"),
    (Version::Tls11, "tls_1_1"),
    (Version::Tls10, "tls_1_0"),
    (Version::Ssl3, "ssl_3_0"),
];

#[test]
fn nginx_is_read_as_sslyze_reads_it() {
    let authority = Authority::new();
    let ports = free_ports(HOSTS.len());
    let (mut servers, mut rules) = (String::new(), Vec::new());
    for (host, port) in HOSTS.iter().zip(&ports) {
        servers.push_str(&block(&authority, host, *port));
        rules.push(format!("{}:443:127.0.0.1:{port}", host.name));
    }
    let _nginx = Nginx::start(&authority, &servers, &ports);
    let names: Vec<&str> = HOSTS.iter().map(|host| host.name).collect();
    let ours = endpoints(&names, &rules, &authority);
    for (host, port) in HOSTS.iter().zip(&ports).filter(|(host, _)| host.name != OUT_OF_ITS_REACH) {
        compare(host.name, offers_of(&ours[host.name]), &sslyze(&authority, host.name, *port));
    }
}

#[test]
fn other_stacks_are_read_as_sslyze_reads_them() {
    let everything = ["-cipher", "ALL:eNULL:@SECLEVEL=0", "-serverpref"];
    alone("openssl.test", |authority, port| Server::openssl(authority, "openssl.test", port, &everything));
    let priority = "NORMAL:+VERS-TLS1.0:+VERS-TLS1.1";
    alone("gnutls.test", |authority, port| Server::gnutls(authority, "gnutls.test", port, priority));
    let settings = "s.minVersion = (3, 1)";
    alone("tlslite.test", |authority, port| Server::tlslite(authority, "tlslite.test", port, settings));
}

fn alone(name: &str, start: impl FnOnce(&Authority, u16) -> Server) {
    let authority = Authority::new();
    authority.issue(name, &Order { key: RSA, ..Order::default() });
    let port = free_ports(1)[0];
    let _server = start(&authority, port);
    let ours = endpoints(&[name], &[format!("{name}:443:127.0.0.1:{port}")], &authority);
    compare(name, offers_of(&ours[name]), &sslyze(&authority, name, port));
}

fn compare(host: &str, ours: &Offers, theirs: &Value) {
    for (version, key) in VERSIONS {
        let result = &theirs[format!("{key}_cipher_suites")]["result"];
        let Some(accepted) = result["accepted_cipher_suites"].as_array() else {
            panic!("{host}: sslyze says nothing about {version}: {theirs}");
        };
        let theirs: BTreeSet<&str> =
            accepted.iter().filter_map(|one| one["cipher_suite"]["name"].as_str()).collect();
        let offered = ours.offers(version);
        let ours: BTreeSet<&str> =
            offered.into_iter().flat_map(|offered| offered.suites.iter().map(String::as_str)).collect();
        assert_eq!(ours.is_empty(), theirs.is_empty(), "{host}: {version}: {ours:?} and {theirs:?}");
        let missed: Vec<_> = theirs.difference(&ours).collect();
        assert!(missed.is_empty(), "{host}: {version}: sslyze alone finds {missed:?}");
        let unknown = |name: &str| {
            NOT_KNOWN_TO_SSLYZE.iter().any(|(known, _)| *known == name)
                || NOT_SPOKEN_BY_SSLYZE.iter().any(|part| name.contains(part))
        };
        let more: Vec<_> = ours.difference(&theirs).filter(|name| !unknown(name)).collect();
        assert!(more.is_empty(), "{host}: {version}: sslyze does not find {more:?}");
    }
    curves(host, ours, theirs);
}

/// Groups of TLS 1.3 that sslyze knows as curves; it asks every version at once.
fn curves(host: &str, ours: &Offers, theirs: &Value) {
    let Some(curves) = theirs["elliptic_curves"]["result"]["supported_curves"].as_array() else { return };
    let theirs: BTreeSet<String> =
        curves.iter().filter_map(|curve| curve["name"].as_str()).map(str::to_lowercase).collect();
    for group in
        ours.groups.iter().filter(|group| ["x25519", "secp256r1", "secp384r1"].contains(&group.as_str()))
    {
        assert!(theirs.contains(&group.to_lowercase()), "{host}: {group} is not among {theirs:?}");
    }
}

fn sslyze(authority: &Authority, host: &str, port: u16) -> Value {
    let report = authority.path(&format!("{host}.json"));
    let output = Command::new(program())
        .args(["--sslv3", "--tlsv1", "--tlsv1_1", "--tlsv1_2", "--tlsv1_3", "--elliptic_curves", "--quiet"])
        .arg("--json_out")
        .arg(&report)
        .arg(format!("{host}:{port}{{127.0.0.1}}"))
        .output()
        .unwrap();
    let text = fs::read_to_string(&report)
        .unwrap_or_else(|err| panic!("{host}: {err}: {}", String::from_utf8_lossy(&output.stdout)));
    let report: Value = serde_json::from_str(&text).unwrap();
    report["server_scan_results"][0]["scan_result"].clone()
}

fn program() -> PathBuf {
    let _one = super::servers::INSTALLING.lock();
    let venv = tools().join("sslyze");
    let program = venv.join("bin/sslyze");
    if !program.is_file() {
        run("python3", &["-m", "venv", &venv.display().to_string()]);
        let python = venv.join("bin/python").display().to_string();
        run(&python, &["-m", "pip", "install", "--quiet", "sslyze==6.3.1"]);
    }
    program
}
