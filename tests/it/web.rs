//! HTTP exchanges with tiny servers: what is sent, what is refused to be sent, and what is bounded.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use gonogo::{
    checks::judge,
    observe::{
        Net, Options, Progress, Silent,
        net::{Request, Trust},
        observe,
    },
    plan::{Consent, Selection, plan},
    seen::{End, Miss, Observations, Trail},
    target::{SiteTarget, Target},
    verdict::Verdict,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// Answers every connection with the same bytes and keeps what it was asked.
struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(bind: &str, answer: Vec<u8>) -> Self {
        let listener = TcpListener::bind(bind).await.unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = asked.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (answer, kept) = (answer.clone(), kept.clone());
                tokio::spawn(async move {
                    let mut buffer = vec![0_u8; 65_536];
                    let read = stream.read(&mut buffer).await.unwrap_or(0);
                    kept.lock().unwrap().push(String::from_utf8_lossy(&buffer[..read]).into_owned());
                    let _ = stream.write_all(&answer).await;
                    let _ = stream.shutdown().await;
                });
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn net(rules: &[String], deadline: Duration) -> Net {
    let options = Options {
        root: None,
        now: jiff::Timestamp::now(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: rules.iter().map(|rule| rule.parse().unwrap()).collect(),
        extra_roots: Vec::new(),
        deadline,
        jobs: 4,
    };
    Net::new(&options, Arc::new(Target::default()), Instant::now() + deadline).unwrap()
}

const LONG: Duration = Duration::from_secs(20);

fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[tokio::test]
async fn connect_to_moves_the_connection_and_not_the_name() {
    let server = Server::start("127.0.0.1:0", ok("hi")).await;
    let port = server.address.port();
    let rules = [format!("a.test:80:127.0.0.1:{port}"), format!("a.test:8080:127.0.0.1:{port}")];
    let net = net(&rules, LONG);
    for (url, host) in
        [("http://a.test/x", "host: a.test\r\n"), ("http://a.test:8080/x", "host: a.test:8080\r\n")]
    {
        let (exchange, body) = net.fetch(Request::get(url, "http")).await.unwrap();
        assert_eq!((exchange.status, body.bytes.as_slice()), (200, b"hi".as_slice()));
        let asked = server.asked().pop().unwrap().to_ascii_lowercase();
        assert!(asked.starts_with("get /x http/1.1\r\n") && asked.contains(host), "{asked}");
        assert_eq!(asked.matches("host:").count(), 1, "{asked}");
    }
    assert_eq!(net.contacted().iter().filter(|one| one.host == "a.test").count(), 2);
}

#[tokio::test]
async fn connect_to_moves_literal_addresses_too() {
    let server = Server::start("127.0.0.1:0", ok("hi")).await;
    let port = server.address.port();
    let rules = [format!("192.0.2.1:80:127.0.0.1:{port}"), format!("[2001:db8::1]:80:127.0.0.1:{port}")];
    let net = net(&rules, LONG);
    for (url, host) in
        [("http://192.0.2.1/", "host: 192.0.2.1\r\n"), ("http://[2001:db8::1]/", "host: [2001:db8::1]\r\n")]
    {
        net.fetch(Request::get(url, "http")).await.unwrap();
        let asked = server.asked().pop().unwrap().to_ascii_lowercase();
        assert!(asked.contains(host), "{asked}");
    }
}

#[tokio::test]
async fn reaches_ipv6_literals() {
    let server = Server::start("[::1]:0", ok("six")).await;
    let url = format!("http://[::1]:{}/", server.address.port());
    let (exchange, _) = net(&[], LONG).fetch(Request::get(url, "http")).await.unwrap();
    assert_eq!((exchange.status, exchange.body_bytes), (200, 3));
}

#[tokio::test]
async fn credentials_stay_at_home() {
    let server = Server::start("127.0.0.1:0", ok("hi")).await;
    let port = server.address.port();
    let net = net(&[], LONG);
    let refused = |url: String, trust: Trust, header: &'static str| {
        let request = Request::get(url, "http").header(header, "example-only").trusting(trust);
        let net = &net;
        async move { matches!(net.fetch(request).await, Err(Miss::Unsupported(_))) }
    };
    for header in ["cookie", "Authorization", "x-session", "apikey"] {
        // Plain http to another machine, and any connection whose certificate is not verified.
        assert!(refused("http://192.0.2.1/".to_owned(), Trust::Verified, header).await, "{header}");
        assert!(refused(format!("https://127.0.0.1:{port}/"), Trust::Anything, header).await, "{header}");
    }
    assert!(refused("http://user:pass@192.0.2.1/".to_owned(), Trust::Verified, "accept").await);
    assert!(server.asked().is_empty(), "something was sent");
    // To this machine it may be sent in the clear, and is not recorded.
    let url = format!("http://user:hunter2@127.0.0.1:{port}/");
    let (exchange, _) = net.fetch(Request::get(url, "http")).await.unwrap();
    assert!(server.asked()[0].to_ascii_lowercase().contains("authorization: basic "));
    assert!(!format!("{exchange:?}").contains("hunter2"));
    assert!(!refused(format!("http://127.0.0.1:{port}/"), Trust::Verified, "cookie").await);
    assert!(server.asked()[1].contains("example-only"));
}

#[tokio::test]
async fn the_limit_counts_decoded_bytes() {
    // 16 MiB of zeros in gzip.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("zeros");
    std::fs::write(&path, vec![0_u8; 16 << 20]).unwrap();
    let packed = std::process::Command::new("gzip").arg("-c").arg(&path).output().unwrap().stdout;
    assert!(packed.len() < 100_000);
    let head =
        format!("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n", packed.len());
    let server = Server::start("127.0.0.1:0", [head.into_bytes(), packed].concat()).await;
    let url = format!("http://{}/", server.address);
    let (exchange, body) = net(&[], LONG).fetch(Request::get(url, "http")).await.unwrap();
    assert!(body.cut);
    assert_eq!((body.bytes.len(), exchange.body_bytes), (1 << 20, 1 << 20));
}

#[tokio::test]
async fn an_endless_body_is_cut() {
    let endless = [b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 3 << 20]].concat();
    let server = Server::start("127.0.0.1:0", endless).await;
    let mut request = Request::get(format!("http://{}/", server.address), "http");
    request.body_limit = 1_000;
    let (_, body) = net(&[], LONG).fetch(request).await.unwrap();
    assert_eq!((body.bytes.len(), body.cut), (1_000, true));
}

#[tokio::test]
async fn too_many_headers_are_a_miss_and_odd_ones_are_read() {
    let many = "x-header: 1\r\n".repeat(300);
    let server = Server::start("127.0.0.1:0", format!("HTTP/1.1 200 OK\r\n{many}\r\n").into_bytes()).await;
    let missed = net(&[], LONG).fetch(Request::get(format!("http://{}/", server.address), "http")).await;
    assert!(matches!(missed, Err(Miss::Malformed(_))), "{missed:?}");

    let long = "é".repeat(4_000);
    let odd = [b"HTTP/1.1 200 OK\r\nx-odd: \xff\xfe\r\nx-long: ", long.as_bytes(), b"\r\n\r\n"].concat();
    let server = Server::start("127.0.0.1:0", odd).await;
    let (exchange, _) =
        net(&[], LONG).fetch(Request::get(format!("http://{}/", server.address), "http")).await.unwrap();
    assert_eq!(exchange.header("x-odd"), Some("\u{fffd}\u{fffd}"));
    assert!(exchange.header("x-long").unwrap().len() <= 4_096);
}

#[tokio::test]
async fn a_cookies_value_is_not_kept() {
    let answer =
        b"HTTP/1.1 200 OK\r\nset-cookie: sid=hunter2; Secure\r\nset-cookie: hunter2; Path=/\r\n\r\n".to_vec();
    let server = Server::start("127.0.0.1:0", answer).await;
    let (exchange, _) =
        net(&[], LONG).fetch(Request::get(format!("http://{}/", server.address), "http")).await.unwrap();
    let cookies: Vec<&str> = exchange.headers_named("set-cookie").collect();
    assert_eq!(cookies, ["sid=<redacted>; Secure", "=<redacted>; Path=/"]);
    assert!(!format!("{exchange:?}").contains("hunter2"));
}

#[tokio::test]
async fn hostile_answers_are_misses() {
    let answers: BTreeMap<&str, &[u8]> = [
        ("nothing", b"".as_slice()),
        ("noise", b"\xde\xad\xbe\xef".as_slice()),
        ("cut head", b"HTTP/1.1 200 OK\r\ncontent-le".as_slice()),
        ("cut body", b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort".as_slice()),
        ("bad chunk", b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".as_slice()),
    ]
    .into();
    for (name, answer) in answers {
        let server = Server::start("127.0.0.1:0", answer.to_vec()).await;
        let seen = net(&[], LONG).fetch(Request::get(format!("http://{}/", server.address), "http")).await;
        assert!(matches!(seen, Err(Miss::Malformed(_) | Miss::Refused(_))), "{name}: {seen:?}");
    }
    let refused = net(&[], LONG).fetch(Request::get("http://127.0.0.1:1/", "http")).await;
    assert!(matches!(refused, Err(Miss::Refused(_))), "{refused:?}");
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let seen = net(&[], Duration::from_millis(500)).fetch(Request::get(url, "http")).await;
    assert!(matches!(seen, Err(Miss::Timeout(_))), "{seen:?}");
}

#[tokio::test]
async fn knows_a_closed_port() {
    let server = Server::start("127.0.0.1:0", ok("hi")).await;
    let net = net(&[format!("a.test:443:127.0.0.1:{}", server.address.port())], LONG);
    assert!(net.connect("a.test", 443, "tls").await.is_ok());
    assert!(!net.is_closed("a.test", 443).await);
    assert!(net.is_closed("127.0.0.1", 1).await);
    // What cannot be resolved is not known to be closed.
    assert!(!net.is_closed("nowhere.test", 80).await);
}

/// Visits `https://a.test`, whose http twin is the server and whose https port is closed.
async fn visit(answer: &str) -> Observations {
    let server = Server::start("127.0.0.1:0", answer.as_bytes().to_vec()).await;
    let site = SiteTarget {
        url: "https://a.test".to_owned(),
        host: "a.test".to_owned(),
        port: 443,
        ..SiteTarget::default()
    };
    let target = Target { sites: vec![site], ..Target::default() };
    let selection = Selection::new(vec!["web".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let rule = |port: u16, to: u16| format!("a.test:{port}:127.0.0.1:{to}").parse().unwrap();
    let options = Options {
        root: None,
        now: jiff::Timestamp::now(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: vec![rule(80, server.address.port()), rule(443, 1)],
        extra_roots: Vec::new(),
        deadline: LONG,
        jobs: 4,
    };
    let observing = move || {
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        observe(&plan, &Arc::new(target), &options, &silent).unwrap()
    };
    tokio::task::spawn_blocking(observing).await.unwrap()
}

fn plain(seen: &Observations) -> &Trail {
    seen.sites["https://a.test"].got().unwrap().plain.got().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_itself_is_a_loop() {
    let seen = visit("HTTP/1.1 302 Found\r\nlocation: /#x\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!((plain(&seen).hops.len(), &plain(&seen).end), (1, &End::Loop));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_way_is_left() {
    // Each hop goes one folder deeper.
    let seen = visit("HTTP/1.1 302 Found\r\nlocation: x/\r\ncontent-length: 0\r\n\r\n").await;
    assert_eq!((plain(&seen).hops.len(), &plain(&seen).end), (11, &End::TooMany));
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_are_not_visited_and_queries_not_kept() {
    let seen =
        visit("HTTP/1.1 302 Found\r\nlocation: https://b.test/in?code=hunter2\r\ncontent-length: 0\r\n\r\n")
            .await;
    assert_eq!(plain(&seen).end, End::Left("https://b.test".to_owned()));
    assert!(seen.contacted.iter().all(|contact| contact.host != "b.test"));
    assert!(!format!("{seen:?}").contains("hunter2"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_reached_is_unknown() {
    let seen = visit("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi").await;
    let checks = gonogo::checks::web::ALL.to_vec();
    for outcome in judge(&checks, &seen, &Target::default()) {
        let id = outcome.check.id;
        match outcome.verdict {
            Verdict::Inconclusive { .. } => {}
            Verdict::NotApplicable { .. } => assert!(id.contains("redirect"), "{id}"),
            Verdict::Fail(_) => assert_eq!(id, "web/https-redirect"),
            Verdict::Pass => panic!("{id} passed without having seen the site"),
        }
    }
}
