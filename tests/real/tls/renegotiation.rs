//! Clients that begin a second handshake: who takes part, and who refuses.

use std::{fs, process::Command};

use gonogo::{
    checks::Outcome,
    seen::{Renegotiation, Seen},
    verdict::Verdict,
};

use super::{
    Authority, Nginx, Order, audit, free_ports,
    offers::{HOSTS, RSA, block, endpoints},
    servers::{Server, node},
};

const NAME: &str = "one.test";
const SUITES: [&str; 3] =
    ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"];

/// What becomes of it at one server that is not nginx, and what the check makes of that.
fn asked(start: impl FnOnce(&Authority, u16) -> Server) -> (Seen<Renegotiation>, Verdict) {
    let authority = Authority::new();
    authority.issue(NAME, &Order { key: RSA, ..Order::default() });
    let port = free_ports(1)[0];
    let _server = start(&authority, port);
    let rules = [format!("{NAME}:443:127.0.0.1:{port}")];
    let seen = endpoints(&[NAME], &rules, &authority).remove(NAME).unwrap().renegotiation;
    let outcomes = audit(&[NAME], &rules, &authority.path("root.pem"), "tls/client-renegotiation");
    let outcome: Outcome = outcomes.into_iter().next().unwrap();
    (seen, outcome.verdict)
}

fn no_renegotiation() -> Seen<Renegotiation> {
    Seen::Got(Renegotiation::Refused("alert no_renegotiation".to_owned()))
}

#[test]
fn openssl_takes_part_where_it_is_told_to() {
    for suite in SUITES {
        let arguments = ["-tls1_2", "-cipher", suite];
        let (seen, verdict) = asked(|authority, port| Server::openssl(authority, NAME, port, &arguments));
        assert_eq!((seen, verdict), (no_renegotiation(), Verdict::Pass), "{suite}");
        let arguments = [&arguments[..], &["-client_renegotiation"]].concat();
        let (seen, verdict) = asked(|authority, port| Server::openssl(authority, NAME, port, &arguments));
        assert_eq!(seen, Seen::Got(Renegotiation::Accepted), "{suite}");
        assert!(matches!(verdict, Verdict::Fail(_)), "{suite}: {verdict:?}");
    }
}

#[test]
fn tls13_alone_has_no_renegotiation() {
    let (seen, verdict) = asked(|authority, port| {
        Server::openssl(authority, NAME, port, &["-tls1_3", "-client_renegotiation"])
    });
    assert!(matches!(seen, Seen::Missed(_)), "{seen:?}");
    assert!(matches!(verdict, Verdict::NotApplicable { .. }), "{verdict:?}");
}

#[test]
fn gnutls_serv_takes_part() {
    let (seen, verdict) = asked(|authority, port| Server::gnutls(authority, NAME, port, "NORMAL"));
    assert_eq!(seen, Seen::Got(Renegotiation::Accepted));
    assert!(matches!(verdict, Verdict::Fail(_)), "{verdict:?}");
}

#[test]
fn node_takes_part_unless_it_is_told_not_to() {
    let https = |options: &'static str| {
        move |authority: &Authority, port: u16| {
            let script = authority.path("https.js");
            let text = format!(
                "const fs = require('fs');\nconst [port, cert, key] = process.argv.slice(2);\n\
                 require('https').createServer({{ cert: fs.readFileSync(cert), key: fs.readFileSync(key), {options} }}, \
                 (question, answer) => answer.end()).listen(+port, '127.0.0.1');\n"
            );
            fs::write(&script, text).unwrap();
            let mut command = Command::new(node());
            command.arg(&script).arg(port.to_string());
            command.args(["pem", "key"].map(|end| authority.path(&format!("{NAME}.{end}"))));
            Server::start(command, port)
        }
    };
    assert_eq!(asked(https("")).0, Seen::Got(Renegotiation::Accepted));
    let never = "secureOptions: require('crypto').constants.SSL_OP_NO_RENEGOTIATION";
    assert_eq!(asked(https(never)).0, no_renegotiation());
}

#[test]
fn nginx_refuses() {
    let authority = Authority::new();
    let (host, port) = (&HOSTS[0], free_ports(1)[0]);
    let _nginx = Nginx::start(&authority, &block(&authority, host, port), &[port]);
    let rules = [format!("{}:443:127.0.0.1:{port}", host.name)];
    let seen = endpoints(&[host.name], &rules, &authority).remove(host.name).unwrap().renegotiation;
    assert_eq!(seen, no_renegotiation());
}
