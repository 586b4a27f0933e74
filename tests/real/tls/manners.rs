//! What a handshake and its aftermath show: tickets, early data, HTTP/2, the mark of a downgrade, the
//! modulus of Diffie-Hellman.

use gonogo::{
    engine::hello::{KeyExchange, Modulus, Version},
    verdict::Verdict,
};

use super::{
    Authority, Nginx, Order, audit, free_ports,
    offers::{RSA, endpoints, offers_of},
    servers::Server,
};

const CHECKS: [&str; 5] =
    ["tls/early-data", "tls/no-resumption", "tls/no-http2", "tls/downgrade-unmarked", "tls/unsafe-prime"];

#[test]
fn manners_are_judged_as_they_were_configured() {
    let authority = Authority::new();
    let dh = authority.path("dsa.pem").display().to_string();
    authority.openssl(&["dhparam", "-dsaparam", "-out", &dh, "1024"]);
    let hosts = [
        ("modern.test", "http2", "ssl_protocols TLSv1.2 TLSv1.3;".to_owned()),
        ("early.test", "", "ssl_protocols TLSv1.2 TLSv1.3; ssl_early_data on;".to_owned()),
        (
            "dsa.test",
            "http2",
            format!(
                "ssl_protocols TLSv1.2; ssl_dhparam {dh}; ssl_ciphers \
                 ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0;"
            ),
        ),
    ];
    let ports = free_ports(hosts.len() + 1);
    let (mut servers, mut rules) = (String::new(), Vec::new());
    for ((name, listen, more), port) in hosts.iter().zip(&ports) {
        authority.issue(name, &Order { key: RSA, ..Order::default() });
        let chain = authority.chain(name, &[name, "intermediate"]);
        servers.push_str(&format!(
            "server {{ listen 127.0.0.1:{port} ssl {listen}; ssl_certificate {}; ssl_certificate_key {}; {more} }}\n",
            chain.display(),
            authority.path(&format!("{name}.key")).display(),
        ));
        rules.push(format!("{name}:443:127.0.0.1:{port}"));
    }
    let _nginx = Nginx::start(&authority, &servers, &ports[..hosts.len()]);
    let last = ports[hosts.len()];
    authority.issue("ticketless.test", &Order { key: RSA, ..Order::default() });
    let arguments = ["-num_tickets", "0", "-no_ticket", "-no_cache"];
    let _ticketless = Server::openssl(&authority, "ticketless.test", last, &arguments);
    rules.push(format!("ticketless.test:443:127.0.0.1:{last}"));

    let names = ["modern.test", "early.test", "dsa.test", "ticketless.test"];
    let outcomes = audit(&names, &rules, &authority.path("root.pem"), "tls");
    let failed = |name: &str| -> Vec<&str> {
        let about = outcomes.iter().filter(|one| one.subject == format!("{name}:443"));
        let failed = about.filter(|one| matches!(one.verdict, Verdict::Fail(_)));
        failed.map(|one| one.check.id).filter(|id| CHECKS.contains(id)).collect()
    };
    assert_eq!(failed("modern.test"), [""; 0]);
    assert_eq!(failed("early.test"), ["tls/early-data", "tls/no-http2"]);
    assert_eq!(failed("dsa.test"), ["tls/unsafe-prime"]);
    assert_eq!(failed("ticketless.test"), ["tls/no-http2", "tls/no-resumption"]);
    for outcome in outcomes.iter().filter(|one| one.subject == "modern.test:443") {
        let known = outcome.verdict == Verdict::Pass || !CHECKS.contains(&outcome.check.id);
        assert!(known, "{}: {:?}", outcome.check.id, outcome.verdict);
    }

    let seen = endpoints(&names, &rules, &authority);
    let modulus = |name: &str| {
        let offered = offers_of(&seen[name]).offers(Version::Tls12).unwrap();
        offered.key_exchanges.iter().find_map(|one| match one {
            KeyExchange::Dhe { modulus, .. } => *modulus,
            KeyExchange::Ecdhe { .. } => None,
        })
    };
    assert_eq!(modulus("dsa.test"), Some(Modulus::Prime));
    let marks = |name: &str| offers_of(&seen[name]).offers(Version::Tls12).unwrap().marks_downgrade;
    assert_eq!((marks("modern.test"), marks("dsa.test")), (Some(true), Some(false)));
}
