//! The enumeration against stacks of several families: exactly what each was told to offer.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    process::Command,
    time::Duration,
};

use gonogo::{
    engine::hello::{Cipher, Exchange, KeyExchange, Version},
    seen::{Endpoint, Offered, Offers, Seen},
};

use super::{Authority, Nginx, Order, free_ports, look, servers::Server};

pub(super) const RSA: &[&str] = &["-newkey", "rsa:2048"];

/// A server's name, and how nginx is told what it offers.
pub(super) struct Host {
    pub(super) name: &'static str,
    rsa: bool,
    more: &'static str,
}

pub(super) const HOSTS: &[Host] = &[
    Host {
        name: "intermediate.test",
        rsa: true,
        more: "ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off; ssl_ciphers \
               ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
               ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;",
    },
    Host {
        name: "all-versions.test",
        rsa: true,
        more: "ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3; ssl_ciphers ECDHE-RSA-AES128-SHA:AES256-SHA:@SECLEVEL=0; \
               ssl_prefer_server_ciphers on;",
    },
    Host { name: "cbc.test", rsa: true, more: "ssl_protocols TLSv1.2; ssl_ciphers AES128-SHA:@SECLEVEL=0;" },
    Host {
        name: "weak-first.test",
        rsa: true,
        more: "ssl_protocols TLSv1.2; ssl_prefer_server_ciphers on; \
               ssl_ciphers AES128-SHA:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;",
    },
    Host {
        name: "broken.test",
        rsa: true,
        more: "ssl_protocols TLSv1.2; ssl_ecdh_curve X25519; \
               ssl_ciphers NULL-SHA256:AECDH-AES128-SHA:ECDHE-RSA-NULL-SHA:@SECLEVEL=0;",
    },
    Host {
        name: "old-only.test",
        rsa: true,
        more: "ssl_protocols TLSv1 TLSv1.1; ssl_ciphers ECDHE-RSA-AES128-SHA:@SECLEVEL=0;",
    },
];

#[test]
fn nginx_is_read_exactly() {
    let authority = Authority::new();
    let ports = free_ports(HOSTS.len() + 1);
    let (mut servers, mut rules) = (String::new(), Vec::new());
    for (host, port) in HOSTS.iter().zip(&ports) {
        servers.push_str(&block(&authority, host, *port));
        rules.push(format!("{}:443:127.0.0.1:{port}", host.name));
    }
    let dh = &authority.path("dh.pem").display().to_string();
    authority.openssl(&["dhparam", "-dsaparam", "-out", dh, "1024"]);
    let more = format!(
        "ssl_protocols TLSv1.2; ssl_dhparam {dh}; ssl_ciphers DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;"
    );
    let dhe = Host { name: "dh1024.test", rsa: true, more: more.leak() };
    servers.push_str(&block(&authority, &dhe, ports[HOSTS.len()]));
    rules.push(format!("{}:443:127.0.0.1:{}", dhe.name, ports[HOSTS.len()]));
    let _nginx = Nginx::start(&authority, &servers, &ports);

    let names: Vec<&str> = HOSTS.iter().map(|host| host.name).chain([dhe.name]).collect();
    let endpoints = endpoints(&names, &rules, &authority);
    let offers = |name: &str| offers_of(&endpoints[name]);

    let modern = offers("intermediate.test");
    assert_eq!(versions(modern), [Version::Tls12, Version::Tls13]);
    assert_eq!(
        suites(modern, Version::Tls12),
        set(&[
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"
        ])
    );
    assert_eq!(
        suites(modern, Version::Tls13),
        set(&["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])
    );
    let offered = modern.offers(Version::Tls12).unwrap();
    assert_eq!(offered.own_order, Some(false));
    assert!(offered.secure_renegotiation && offered.extended_master_secret && offered.tickets);
    assert!(!offered.compression && !offered.heartbeat && !offered.sampled && offered.cut.is_none());
    assert_eq!(modern.refuses_fallback, None, "one version up to TLS 1.2 has nothing to fall back to");
    assert_eq!(modern.groups_cut, None);
    let groups: BTreeSet<&str> = modern.groups.iter().map(String::as_str).collect();
    assert!(groups.is_superset(&BTreeSet::from(["x25519", "secp256r1", "secp384r1"])), "{groups:?}");

    let all = offers("all-versions.test");
    assert_eq!(versions(all), [Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13]);
    for version in [Version::Tls10, Version::Tls11, Version::Tls12] {
        let expected = ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_256_CBC_SHA"];
        assert_eq!(all.offers(version).unwrap().suites, expected, "in the server's order");
        assert_eq!(all.offers(version).unwrap().own_order, Some(true), "{version}");
    }
    assert_eq!(all.refuses_fallback, Some(true));

    let cbc = offers("cbc.test");
    assert_eq!(versions(cbc), [Version::Tls12]);
    assert_eq!(suites(cbc, Version::Tls12), set(&["TLS_RSA_WITH_AES_128_CBC_SHA"]));
    assert_eq!(cbc.offers(Version::Tls12).unwrap().own_order, None);
    assert_eq!(endpoints["cbc.test"].leaf().unwrap().dns_names, ["cbc.test"], "its chain is in plaintext");

    let weak = offers("weak-first.test").offers(Version::Tls12).unwrap();
    assert_eq!(weak.suites, ["TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]);
    assert_eq!(weak.own_order, Some(true));

    let broken = offers("broken.test");
    assert_eq!(
        suites(broken, Version::Tls12),
        set(&[
            "TLS_RSA_WITH_NULL_SHA256",
            "TLS_ECDH_anon_WITH_AES_128_CBC_SHA",
            "TLS_ECDHE_RSA_WITH_NULL_SHA"
        ])
    );
    let exchanges = &broken.offers(Version::Tls12).unwrap().key_exchanges;
    assert_eq!(*exchanges, [KeyExchange::Ecdhe { group: 0x1d }]);

    let old = offers("old-only.test");
    assert_eq!(versions(old), [Version::Tls10, Version::Tls11]);
    assert_eq!(endpoints["old-only.test"].leaf().unwrap().dns_names, ["old-only.test"]);

    let dhe = offers("dh1024.test").offers(Version::Tls12).unwrap();
    assert_eq!(dhe.suites, ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"]);
    assert!(matches!(dhe.key_exchanges[..], [KeyExchange::Dhe { bits: 1024, .. }]), "{dhe:?}");
}

pub(super) fn block(authority: &Authority, host: &Host, port: u16) -> String {
    authority.issue(host.name, &Order { key: if host.rsa { RSA } else { super::EC }, ..Order::default() });
    let chain = authority.chain(host.name, &[host.name, "intermediate"]);
    let key = authority.path(&format!("{}.key", host.name));
    format!(
        "server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {}; ssl_certificate_key {}; {} }}\n",
        chain.display(),
        key.display(),
        host.more
    )
}

/// One server that is not nginx.
fn alone(start: impl FnOnce(&Authority, u16) -> Server) -> Endpoint {
    let authority = Authority::new();
    authority.issue("one.test", &Order { key: RSA, ..Order::default() });
    let port = free_ports(1)[0];
    let _server = start(&authority, port);
    let rules = [format!("one.test:443:127.0.0.1:{port}")];
    endpoints(&["one.test"], &rules, &authority).remove("one.test").unwrap()
}

#[test]
fn openssl_with_every_cipher_is_read_exactly() {
    let endpoint = alone(|authority, port| {
        let arguments = ["-cipher", "ALL:eNULL:@SECLEVEL=0", "-no_tls1_3", "-serverpref"];
        Server::openssl(authority, "one.test", port, &arguments)
    });
    let offers = offers_of(&endpoint);
    assert_eq!(versions(offers), [Version::Tls10, Version::Tls11, Version::Tls12]);
    let wanted = openssl_names();
    let seen = suites(offers, Version::Tls12);
    assert_eq!(seen, wanted, "{:?}", offers.offers(Version::Tls12).unwrap().cut);
    assert!(seen.len() > 60);
    assert_eq!(offers.offers(Version::Tls12).unwrap().own_order, Some(true));
}

/// What the program itself says that it would offer with an RSA certificate.
fn openssl_names() -> BTreeSet<String> {
    let output = Command::new("openssl")
        .args(["ciphers", "-s", "-tls1_2", "-stdname", "ALL:eNULL:@SECLEVEL=0"])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    let usable = |name: &&str| {
        let foreign = ["_ECDSA_", "_DSS_", "PSK", "SRP", "GOST"];
        !foreign.iter().any(|part| name.contains(part))
    };
    names.filter(usable).map(str::to_owned).collect()
}

#[test]
fn a_weak_curve_is_found_behind_a_strong_one() {
    let endpoint = alone(|authority, port| {
        let arguments = ["-cipher", "ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0", "-no_tls1_3"];
        let groups = ["-groups", "prime256v1:prime192v1"];
        Server::openssl(authority, "one.test", port, &[&arguments[..], &groups[..]].concat())
    });
    let exchanges = &offers_of(&endpoint).offers(Version::Tls12).unwrap().key_exchanges;
    assert_eq!(*exchanges, [KeyExchange::Ecdhe { group: 0x17 }, KeyExchange::Ecdhe { group: 0x13 }]);
}

#[test]
fn gnutls_is_read_exactly() {
    let endpoint = alone(|authority, port| {
        let priority = "NONE:+VERS-TLS1.2:+VERS-TLS1.1:+RSA:+ECDHE-RSA:+3DES-CBC:+ARCFOUR-128:+AES-128-GCM:\
                        +SHA1:+AEAD:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:+CTYPE-X509:%SERVER_PRECEDENCE";
        Server::gnutls(authority, "one.test", port, priority)
    });
    let offers = offers_of(&endpoint);
    assert_eq!(versions(offers), [Version::Tls11, Version::Tls12]);
    let old = [
        "TLS_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_RSA_WITH_RC4_128_SHA",
        "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_RC4_128_SHA",
    ];
    assert_eq!(suites(offers, Version::Tls11), set(&old));
    let gcm = ["TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"];
    assert_eq!(suites(offers, Version::Tls12), set(&[&old[..], &gcm[..]].concat()));
}

#[test]
fn ssl3_rc4_and_null_are_found() {
    let endpoint = alone(|authority, port| {
        let settings = "s.minVersion, s.maxVersion = (3, 0), (3, 3)\n    \
                        s.cipherNames = ['rc4', 'null', '3des', 'aes128']\n    \
                        s.macNames = ['sha', 'md5', 'sha256']\n    \
                        s.keyExchangeNames = ['rsa']";
        Server::tlslite(authority, "one.test", port, settings)
    });
    let offers = offers_of(&endpoint);
    assert_eq!(
        versions(offers),
        [Version::Ssl3, Version::Tls10, Version::Tls11, Version::Tls12],
        "{offers:?}"
    );
    let ssl3 = suites(offers, Version::Ssl3);
    for name in ["TLS_RSA_WITH_RC4_128_SHA", "TLS_RSA_WITH_NULL_SHA", "TLS_RSA_WITH_3DES_EDE_CBC_SHA"] {
        assert!(ssl3.contains(name), "{ssl3:?}");
    }
}

#[test]
fn post_quantum_groups_are_seen() {
    let endpoint = alone(|authority, port| {
        let options = "minVersion: 'TLSv1.2', ecdhCurve: 'X25519MLKEM768:X25519:prime256v1'";
        Server::node(authority, "one.test", port, options)
    });
    let offers = offers_of(&endpoint);
    assert_eq!(versions(offers), [Version::Tls12, Version::Tls13]);
    assert_eq!(offers.groups, ["X25519MLKEM768", "x25519", "secp256r1"]);
    let endpoint = alone(|authority, port| {
        Server::node(authority, "one.test", port, "minVersion: 'TLSv1.3', ecdhCurve: 'X25519:P-256'")
    });
    assert_eq!(versions(offers_of(&endpoint)), [Version::Tls13]);
    assert_eq!(offers_of(&endpoint).groups, ["x25519", "secp256r1"]);
}

/// Passes connections on and holds every answer back for a while.
fn distant(to: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for near in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut far = TcpStream::connect(("127.0.0.1", to)).unwrap();
                let (mut from_near, mut to_far) = (near.try_clone().unwrap(), far.try_clone().unwrap());
                std::thread::spawn(move || {
                    let _ = std::io::copy(&mut from_near, &mut to_far);
                    let _ = to_far.shutdown(Shutdown::Write);
                });
                let mut near = near;
                let mut portion = [0_u8; 16_384];
                while let Ok(count @ 1..) = far.read(&mut portion) {
                    std::thread::sleep(Duration::from_millis(40));
                    if near.write_all(&portion[..count]).is_err() {
                        break;
                    }
                }
                let _ = near.shutdown(Shutdown::Both);
            });
        }
    });
    port
}

#[test]
fn a_distant_server_is_asked_for_classes() {
    let authority = Authority::new();
    authority.issue("one.test", &Order { key: RSA, ..Order::default() });
    let port = free_ports(1)[0];
    let arguments = ["-cipher", "ALL:eNULL:@SECLEVEL=0", "-serverpref"];
    let _server = Server::openssl(&authority, "one.test", port, &arguments);
    let rules = [format!("one.test:443:127.0.0.1:{}", distant(port))];
    let endpoint = endpoints(&["one.test"], &rules, &authority).remove("one.test").unwrap();
    let offers = offers_of(&endpoint);
    assert_eq!(versions(offers), [Version::Tls10, Version::Tls11, Version::Tls12, Version::Tls13]);
    for version in [Version::Tls10, Version::Tls11, Version::Tls12] {
        let offered = offers.offers(version).unwrap();
        assert!(offered.sampled && offered.cut.is_none(), "{offered:?}");
        assert!(offered.suites.len() <= 13, "{offered:?}");
        let has = |cipher| offered.known_suites().any(|suite| suite.cipher() == cipher);
        assert!(has(Cipher::Null), "{offered:?}");
        assert_eq!(has(Cipher::Aead), version == Version::Tls12);
        for exchange in [Exchange::Ecdhe, Exchange::Dhe, Exchange::Rsa, Exchange::Anonymous] {
            assert!(offered.known_suites().any(|suite| suite.exchange() == exchange), "{offered:?}");
        }
    }
}

pub(super) fn endpoints(
    names: &[&str],
    rules: &[String],
    authority: &Authority,
) -> BTreeMap<String, Endpoint> {
    let (_, seen) = look(names, rules, &authority.path("root.pem"), "tls");
    let endpoints = seen.endpoints.into_iter().map(|(subject, seen)| {
        let Seen::Got(endpoint) = seen else { panic!("{subject}: {seen:?}") };
        (endpoint.host.clone(), endpoint)
    });
    endpoints.collect()
}

pub(super) fn offers_of(endpoint: &Endpoint) -> &Offers {
    endpoint.offers.as_ref().unwrap_or_else(|miss| panic!("{}: {miss}", endpoint.host))
}

/// What is offered; every other version must have been refused, not missed.
fn versions(offers: &Offers) -> Vec<Version> {
    for (version, seen) in &offers.versions {
        // SSL 2.0 in an old record format is closed by some stacks without a word.
        assert!(seen.got().is_some() || *version == Version::Ssl2, "{version}: {seen:?}");
    }
    offers.known().map(|(version, _)| version).collect()
}

fn suites(offers: &Offers, version: Version) -> BTreeSet<String> {
    let offered: &Offered = offers.offers(version).unwrap();
    offered.suites.iter().cloned().collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
