//! TLS on top of SMTP: the handshake, older versions, and commands smuggled in before it.

use std::collections::BTreeMap;

use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::{
    super::endpoint::{
        handshake::{self, Greeting, Shaken, in_words},
        judged,
    },
    Chain, SUBMISSIONS,
    dialogue::{Talk, connect},
};
use crate::{
    engine::{
        dane,
        hello::{ClientHello, Flight, GROUPS, Progress, Reader, Suite, Version},
    },
    observe::{Net, net::all},
    seen::{Dialogue, Miss, Secured, Seen},
};

/// What a server said and presented.
pub(super) struct Met {
    pub(super) dialogue: Seen<Dialogue>,
    pub(super) secured: Seen<Secured>,
    pub(super) chain: Option<Chain>,
    /// A TLS handshake was answered, one way or another.
    pub(super) spoke_tls: bool,
}

/// One dialogue and one handshake.
pub(super) async fn meet(net: &Net, host: &str, port: u16) -> Met {
    let mut met = Met { dialogue: Seen::default(), secured: Seen::default(), chain: None, spoke_tls: false };
    let tcp = if port == SUBMISSIONS {
        // TLS comes first there (RFC 8314 section 3.3).
        let connected = connect(net, host, port).await;
        met.dialogue = connected.as_ref().map(|_| Dialogue::default()).map_err(Clone::clone).into();
        connected.ok()
    } else {
        match ask(net, host, port, "STARTTLS\r\n").await {
            Ok((dialogue, tcp)) => {
                met.dialogue = Seen::Got(dialogue);
                tcp.map(|talk| talk.stream)
            }
            Err(miss) => {
                met.dialogue = Seen::Missed(miss);
                None
            }
        }
    };
    let Some(tcp) = tcp else { return met };
    let greeting = Greeting { host, port, named: true, alpn: &[] };
    match handshake::over(net, greeting, tcp).await {
        Err(miss) => {
            met.spoke_tls = matches!(miss, Miss::Refused(_) | Miss::Malformed(_));
            met.secured = Seen::Missed(miss);
        }
        Ok(Shaken::Refused(refusal)) => {
            met.spoke_tls = true;
            let miss = Miss::Denied(format!("{host}:{port} {}", in_words(&refusal)));
            met.secured = Seen::Got(Secured {
                session: Seen::Missed(miss.clone()),
                chain: Seen::Missed(miss.clone()),
                trust: Seen::Missed(miss),
                refusal: Some(refusal),
                association: None,
            });
        }
        Ok(Shaken::Done(mut done)) => {
            met.spoke_tls = true;
            if let Some(mut stream) = done.stream.take() {
                let _ = timeout(net.patience(), stream.write_all(b"QUIT\r\n")).await;
            }
            let (chain, trust) = judged(net, &done.sent);
            let leaf: Option<&CertificateDer<'_>> = done.sent.first();
            met.secured = Seen::Got(Secured {
                session: Seen::Got(done.session),
                refusal: None,
                chain,
                trust,
                association: leaf.and_then(|leaf| dane::association(leaf, 1, 1)),
            });
            met.chain = Some(done.sent.iter().map(|one| one.to_vec()).collect());
        }
    }
    met
}

/// The dialogue, and the connection if the server is ready for TLS.
async fn ask(
    net: &Net,
    host: &str,
    port: u16,
    command: &str,
) -> Result<(Dialogue, Option<Talk<TcpStream>>), Miss> {
    let mut talk = Talk::new(connect(net, host, port).await?, host, port);
    let mut dialogue = talk.begin(net).await?;
    if !dialogue.offers("STARTTLS") {
        let _ = talk.stream.write_all(b"QUIT\r\n").await;
        return Ok((dialogue, None));
    }
    let reply = talk.say(net, command).await?;
    dialogue.starttls = Some(reply.code);
    Ok((dialogue, (reply.code == 220).then_some(talk)))
}

/// Each older version by itself.
pub(super) async fn versions(net: &Net, host: &str, port: u16) -> BTreeMap<Version, Seen<bool>> {
    let found =
        all(Version::BEFORE_13.iter().map(|version| Box::pin(offers(net, host, port, *version)))).await;
    Version::BEFORE_13.into_iter().zip(found).map(|(version, answer)| (version, answer.into())).collect()
}

async fn offers(net: &Net, host: &str, port: u16, version: Version) -> Result<bool, Miss> {
    let unready = || Miss::Denied(format!("{host}:{port} was not ready for TLS a second time"));
    let (_, talk) = ask(net, host, port, "STARTTLS\r\n").await?;
    let mut tcp = talk.ok_or_else(unready)?.stream;
    let suites: Vec<u16> = Suite::all()
        .iter()
        .filter(|suite| !suite.is_tls13() && suite.is_common())
        .map(|suite| suite.number)
        .collect();
    let groups: Vec<u16> =
        GROUPS.iter().map(|(number, _)| *number).filter(|number| *number < 0x0100).collect();
    let hello = ClientHello {
        version,
        suites: &suites,
        groups: &groups,
        server_name: Some(host),
        alpn: &[],
        compression: false,
        fallback: false,
        random: [0x5a; 32],
        renegotiation: &[],
    };
    let talk = async {
        let broken = |err: std::io::Error| Miss::Refused(format!("{host}:{port} ({err})"));
        tcp.write_all(&hello.to_bytes()).await.map_err(broken)?;
        first_flight(&mut tcp).await.map_err(broken)
    };
    let flight = timeout(net.patience(), talk)
        .await
        .map_err(|_| Miss::Timeout(format!("{host}:{port} for {}", version.name())))??;
    match (&flight.hello, flight.alert) {
        (Some(hello), _) => Ok(hello.version == version.wire()),
        (None, Some(_)) => Ok(false),
        (None, None) => {
            Err(Miss::Refused(format!("{host}:{port} answered a hello of {} by closing", version.name())))
        }
    }
}

async fn first_flight(tcp: &mut TcpStream) -> std::io::Result<Flight> {
    let (mut reader, mut portion) = (Reader::default(), vec![0; 16_384]);
    loop {
        let count = tcp.read(&mut portion).await?;
        if count == 0 || reader.feed(portion.get(..count).unwrap_or_default()) != Progress::More {
            return Ok(reader.flight());
        }
    }
}

/// Sends a NOOP along with STARTTLS, in the clear. A server that answers it inside TLS would do the same
/// with a command that an attacker slips in.
pub(super) async fn injected(net: &Net, host: &str, port: u16) -> Seen<bool> {
    act_on_injected(net, host, port).await.into()
}

async fn act_on_injected(net: &Net, host: &str, port: u16) -> Result<bool, Miss> {
    let (_, talk) = ask(net, host, port, "STARTTLS\r\nNOOP\r\n").await?;
    // Turned down, or answered in the clear: nothing was carried over.
    let Some(talk) = talk.filter(|talk| !talk.is_ahead()) else { return Ok(false) };
    let greeting = Greeting { host, port, named: true, alpn: &[] };
    match handshake::over(net, greeting, talk.stream).await {
        Ok(Shaken::Done(done)) => {
            let Some(stream) = done.stream else { return Ok(false) };
            let mut inside = Talk::new(stream, host, port);
            match inside.say(net, "QUIT\r\n").await {
                Ok(reply) => Ok(reply.code == 250),
                // It hung up on a client that spoke out of turn.
                Err(Miss::Refused(_)) => Ok(false),
                Err(miss) => Err(miss),
            }
        }
        Ok(Shaken::Refused(_)) | Err(Miss::Refused(_) | Miss::Malformed(_)) => Ok(false),
        Err(miss) => Err(miss),
    }
}
