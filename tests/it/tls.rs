//! TLS endpoints that are hostile or hardly TLS: what is certain is said, the rest is unknown, and
//! everything ends in time.

use std::{sync::Arc, time::Duration};

use gonogo::{
    checks::judge,
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Endpoint, Miss, Observations, Refusal, Seen},
    target::{SiteTarget, Target},
    verdict::Verdict,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Serves every connection with `serve` while the endpoint is observed.
pub(crate) fn against<F, R>(deadline: Duration, serve: F) -> Seen<Endpoint>
where
    F: Fn(TcpStream) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let seen = served(deadline, serve);
    every_check_survives(&seen);
    seen.endpoints.values().next().unwrap().clone()
}

/// The same of a server that may well show a certificate.
pub(crate) fn served<F, R>(deadline: Duration, serve: F) -> Observations
where
    F: Fn(TcpStream) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let port = listener.local_addr().unwrap().port();
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    look(port, deadline)
}

fn target() -> Target {
    let site = SiteTarget {
        url: "https://host.test".to_owned(),
        host: "host.test".to_owned(),
        port: 443,
        ..SiteTarget::default()
    };
    Target { name: "test".to_owned(), sites: vec![site], ..Target::default() }
}

fn look(port: u16, deadline: Duration) -> Observations {
    let target = target();
    let selection = Selection::new(vec!["tls".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let options = Options {
        root: None,
        now: jiff::Timestamp::now(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: vec![format!("host.test:443:127.0.0.1:{port}").parse().unwrap()],
        extra_roots: Vec::new(),
        deadline,
        jobs: 4,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    observe(&plan, &Arc::new(target), &options, &silent).unwrap()
}

/// No certificate was seen, so no check of it may pass; and where nothing is known to be offered,
/// none at all.
fn every_check_survives(seen: &Observations) {
    const CERTIFICATE: [&str; 5] =
        ["tls/expired", "tls/name-mismatch", "tls/untrusted-chain", "tls/weak-key", "tls/broken-suite"];
    let checks: Vec<_> = gonogo::checks::tls::ALL.to_vec();
    let offers_known = seen
        .endpoints
        .values()
        .any(|seen| seen.got().is_some_and(|endpoint| endpoint.offers.got().is_some()));
    for outcome in judge(&checks, seen, &target()) {
        let spoken = ["tls/plain-http", "tls/no-modern-version", "tls/handshake-refused"];
        if !spoken.contains(&outcome.check.id) {
            let id = outcome.check.id;
            let passed = matches!(outcome.verdict, Verdict::Pass);
            assert!(!passed || (offers_known && !CERTIFICATE.contains(&id)), "{id}: {:?}", outcome.verdict);
        }
    }
}

pub(crate) const LONG: Duration = Duration::from_secs(20);
/// Where the server is silent on purpose.
pub(crate) const SHORT: Duration = Duration::from_secs(1);

pub(crate) async fn hello(stream: &mut TcpStream) {
    let mut buffer = [0_u8; 4_096];
    let _ = stream.read(&mut buffer).await;
}

fn refusal(seen: &Seen<Endpoint>) -> Option<Refusal> {
    seen.got().expect("the server answered").refusal.clone()
}

#[test]
fn http_is_not_tls() {
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n").await;
    });
    assert_eq!(refusal(&seen), Some(Refusal::PlainHttp));
}

#[test]
fn an_alert_is_a_fact() {
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        let _ = stream.write_all(&[21, 3, 1, 0, 2, 2, 70]).await;
    });
    assert_eq!(refusal(&seen), Some(Refusal::Alert("protocol_version".to_owned())));
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 112]).await;
    });
    assert_eq!(refusal(&seen), Some(Refusal::Alert("unrecognized_name".to_owned())));
}

#[test]
fn an_old_version_is_a_fact() {
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        // ServerHello of TLS 1.0 with TLS_RSA_WITH_AES_128_CBC_SHA and no session.
        let mut record = vec![22, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
        record.extend([7_u8; 32]);
        record.extend([0, 0, 0x2f, 0]);
        let _ = stream.write_all(&record).await;
    });
    assert_eq!(refusal(&seen), Some(Refusal::OldVersion));
}

#[test]
fn noise_is_unknown() {
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        let _ = stream.write_all(&[0xde, 0xad, 0xbe, 0xef].repeat(4_096)).await;
    });
    assert!(matches!(seen, Seen::Missed(Miss::Malformed(_))), "{seen:?}");
}

#[test]
fn a_closed_connection_is_unknown() {
    let seen = against(LONG, |mut stream| async move { hello(&mut stream).await });
    assert!(matches!(seen, Seen::Missed(Miss::Refused(_))), "{seen:?}");
    let seen = against(LONG, |stream| async move {
        // Closing with data unread resets the connection.
        let _ = stream.set_zero_linger();
    });
    assert!(matches!(seen, Seen::Missed(Miss::Refused(_))), "{seen:?}");
}

#[test]
fn silence_and_dripping_are_unknown() {
    let seen = against(SHORT, |stream| async move {
        let _held = stream;
        std::future::pending::<()>().await;
    });
    assert!(matches!(seen, Seen::Missed(Miss::Timeout(_))), "{seen:?}");
    let seen = against(SHORT, |mut stream| async move {
        // A record that announces 16 KiB and never ends.
        let _ = stream.write_all(&[22, 3, 3, 0x40, 0]).await;
        while stream.write_all(&[2]).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(matches!(seen, Seen::Missed(Miss::Timeout(_))), "{seen:?}");
}

#[test]
fn an_endless_handshake_is_bounded() {
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        // Records of a handshake message that announces 16 MiB.
        let mut first = vec![22, 3, 3, 0x40, 0, 11, 0xff, 0xff, 0xff];
        first.resize(5 + 0x4000, 0);
        let mut next = vec![22, 3, 3, 0x40, 0];
        next.resize(5 + 0x4000, 0);
        let _ = stream.write_all(&first).await;
        for _ in 0..2_000 {
            if stream.write_all(&next).await.is_err() {
                break;
            }
        }
    });
    assert!(matches!(seen, Seen::Missed(_)), "{seen:?}");
}
