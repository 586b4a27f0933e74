//! Does a server of TLS 1.2 take part when its client begins a second handshake on a connection? Asked
//! once, on a connection of its own; the second handshake is never completed.

mod first;

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use self::first::First;
use crate::{
    engine::{
        hello::{ClientHello, Version},
        renegotiation::{Answer, Listener, Question, turns_down},
    },
    observe::Net,
    seen::{Miss, Renegotiation},
};

/// A server that neither takes part nor says so keeps nobody waiting.
const ANSWER: Duration = Duration::from_millis(1_500);
/// A server that is silent for this long is asked for a page: some leave their refusal unsent until
/// they have something to write.
const HINT: Duration = Duration::from_millis(300);
/// x25519, secp256r1 and secp384r1: those of the first handshake.
const GROUPS: &[u16] = &[0x001d, 0x0017, 0x0018];

pub(super) async fn ask(net: &Net, host: &str, port: u16) -> Result<Renegotiation, Miss> {
    let peer = format!("{host}:{port}");
    // Near the deadline of the audit only half of what is left: what was learnt must get home.
    let patience = net.patience().min(net.left() / 2);
    let shaking = async {
        let mut tcp = net.connect(host, port, "tls").await?.tcp;
        let first = first::shake(host, port, &mut tcp).await?;
        Ok((first, tcp))
    };
    let (first, tcp) = timeout(patience, Box::pin(shaking))
        .await
        .map_err(|_| Miss::Timeout(format!("TLS 1.2 handshake with {peer}")))??;
    timeout(patience.min(ANSWER), again(&peer, host, first, tcp))
        .await
        .unwrap_or_else(|_| Err(Miss::Timeout(format!("{peer}, asked for a second handshake"))))
}

pub(super) fn touches() -> String {
    "one handshake of TLS 1.2, and on the same connection the beginning of a second one and a GET".to_owned()
}

/// The second hello, and what comes of it.
async fn again(peer: &str, host: &str, first: First, mut tcp: TcpStream) -> Result<Renegotiation, Miss> {
    let bare = host.trim_matches(['[', ']']).trim_end_matches('.');
    let hello = ClientHello {
        version: Version::Tls12,
        suites: &[first.suite],
        groups: GROUPS,
        server_name: bare.parse::<std::net::IpAddr>().is_err().then_some(bare),
        alpn: first::ALPN,
        compression: false,
        fallback: false,
        random: [0x5a; 32],
        renegotiation: &[],
    };
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {bare}\r\nUser-Agent: {}\r\nConnection: close\r\n\r\n",
        concat!("gonogo/", env!("CARGO_PKG_VERSION"), " (launch audit)")
    );
    let Question { hello, request, mut listener } = first
        .session
        .ask(&hello, &request)
        .ok_or_else(|| Miss::Internal("a hello that cannot be sealed".to_owned()))?;
    let broken = |err: std::io::Error| Miss::Refused(format!("{peer}, asked for a second handshake ({err})"));
    // What is there already cannot be an answer.
    let mut portion = vec![0_u8; 16_384];
    let early = tcp.try_read(&mut portion);
    let unasked = early.as_ref().map_or(&[][..], |count| portion.get(..*count).unwrap_or_default());
    if matches!(early, Ok(0)) || listener.feed(&first.rest).or_else(|| listener.feed(unasked)).is_some() {
        return Err(Miss::Refused(format!("{peer} ends a connection right after the handshake")));
    }
    tcp.write_all(&hello).await.map_err(broken)?;
    let mut request = Some(request);
    loop {
        let Ok(read) = timeout(HINT, tcp.read(&mut portion)).await else {
            // Sent at once it could turn the answer of a server that hangs up into a reset.
            if let Some(request) = request.take() {
                tcp.write_all(&request).await.map_err(broken)?;
            }
            continue;
        };
        let count = read.map_err(broken)?;
        if count == 0 {
            return ended(peer, &listener);
        }
        if let Some(answer) = listener.feed(portion.get(..count).unwrap_or_default()) {
            return conclude(peer, answer);
        }
    }
}

fn ended(peer: &str, listener: &Listener) -> Result<Renegotiation, Miss> {
    if listener.is_between_records() {
        return Ok(Renegotiation::Refused("closed the connection".to_owned()));
    }
    Err(Miss::Refused(format!("{peer} broke off in the middle of a record")))
}

fn conclude(peer: &str, answer: Answer) -> Result<Renegotiation, Miss> {
    match answer {
        Answer::ServerHello => Ok(Renegotiation::Accepted),
        Answer::Page => Ok(Renegotiation::Refused("passed over the hello and answered a request".to_owned())),
        Answer::Malformed(why) => Err(Miss::Malformed(format!("{peer}: {why}"))),
        Answer::Alert(alert) => match turns_down(alert) {
            Some(name) => Ok(Renegotiation::Refused(format!("alert {name}"))),
            None => Err(Miss::Denied(format!(
                "{peer} answered a second handshake with alert {}",
                alert.description
            ))),
        },
    }
}
