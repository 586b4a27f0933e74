//! One hello, one answer.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::{OnceCell, Semaphore},
    time::timeout,
};

use super::{ABREAST, Net};
use crate::{
    engine::hello::{Alert, ClientHello, Flight, Progress, Reader, ServerHello, Version},
    observe::net::PATIENCE,
    seen::Miss,
};

/// Beyond this round trip only classes are asked for.
const FAR: Duration = Duration::from_millis(30);
/// How often a slow answer is doubted, and how long each time.
const SECOND_LOOKS: u32 = 3;
const GLANCE: Duration = Duration::from_millis(400);
/// A server that resets under load gets a moment.
const PAUSE: Duration = Duration::from_millis(40);
/// Most bytes of an answer that are kept for SSL 2.0.
const KEPT: usize = 1_024;

/// The way to one server.
pub(super) struct Link<'a> {
    net: &'a Net,
    host: &'a str,
    port: u16,
    permits: Semaphore,
    /// The shortest wait for an answer so far, in microseconds.
    round_trip: AtomicU64,
    far: OnceCell<bool>,
}

/// A definite answer to a hello.
pub(super) enum Reply {
    Chose(Box<Flight>, ServerHello),
    /// Turned down, by an alert or by choosing another version.
    Refused(Option<Alert>),
}

impl<'a> Link<'a> {
    pub(super) fn new(net: &'a Net, host: &'a str, port: u16) -> Self {
        let permits = Semaphore::new(ABREAST);
        Self { net, host, port, permits, round_trip: AtomicU64::new(u64::MAX), far: OnceCell::new() }
    }

    pub(super) fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// Is the server so distant that asking for each suite would take seconds? Decided once. One slow
    /// answer may be a busy moment on either side, so there is a second look.
    pub(super) async fn is_far(&self) -> bool {
        *self.far.get_or_init(|| Box::pin(self.look_again())).await
    }

    async fn look_again(&self) -> bool {
        // Nobody accepts this suite, so the answer costs the server nothing.
        let hello = ClientHello { suites: &[0x0000], ..self.hello(Version::Tls12) }.to_bytes();
        for _ in 0..SECOND_LOOKS {
            if !self.seems_far() {
                return false;
            }
            let _ = timeout(GLANCE, self.exchange(&hello, |all| !all.is_empty())).await;
        }
        self.seems_far()
    }

    fn seems_far(&self) -> bool {
        self.round_trip.load(Ordering::Relaxed) > FAR.as_micros() as u64
    }

    /// A hello without suites and groups, which the caller adds.
    pub(super) fn hello(&self, version: Version) -> ClientHello<'_> {
        let bare = self.host.trim_matches(['[', ']']).trim_end_matches('.');
        ClientHello {
            version,
            suites: &[],
            groups: &[],
            server_name: bare.parse::<std::net::IpAddr>().is_err().then_some(bare),
            alpn: &[b"h2", b"http/1.1"],
            // RFC 8446 section 4.1.2: a server must refuse a hello of TLS 1.3 that offers any.
            compression: version != Version::Tls13,
            fallback: false,
            // No key is ever agreed, so nothing depends on chance; a fixed value gives equal runs.
            random: [0x5a; 32],
            renegotiation: &[],
        }
    }

    /// Asks, once more after a reset, which a busy server sends without meaning it.
    pub(super) async fn ask(&self, hello: &ClientHello<'_>) -> Result<Reply, Miss> {
        let flight = match self.once(&hello.to_bytes()).await {
            Err(Miss::Refused(_)) => {
                tokio::time::sleep(PAUSE).await;
                self.once(&hello.to_bytes()).await?
            }
            other => other?,
        };
        if let Some(chosen) = flight.hello.clone() {
            return Ok(if chosen.version == hello.version.wire() {
                Reply::Chose(Box::new(flight), chosen)
            } else {
                Reply::Refused(None)
            });
        }
        match flight.alert {
            Some(Alert { description: Alert::UNRECOGNIZED_NAME, .. }) => {
                Err(Miss::Denied(format!("{} does not know the name", self.name())))
            }
            Some(alert) => Ok(Reply::Refused(Some(alert))),
            None => Err(Miss::Malformed(format!("{}: an answer without a ServerHello", self.name()))),
        }
    }

    async fn once(&self, hello: &[u8]) -> Result<Flight, Miss> {
        let mut reader = Reader::default();
        let (mut broken, mut fed) = (None, 0);
        self.exchange(hello, |all| {
            let new = &all[fed..];
            fed = all.len();
            match reader.feed(new) {
                Progress::More => false,
                Progress::Done => true,
                Progress::Malformed(why) => {
                    broken = Some(why);
                    true
                }
            }
        })
        .await?;
        match broken {
            Some(why) => Err(Miss::Malformed(format!("{}: {why}", self.name()))),
            None => Ok(reader.flight()),
        }
    }

    /// [`Self::exchange`], once more after a reset.
    pub(super) async fn exchange_twice<F: FnMut(&[u8]) -> bool>(
        &self,
        bytes: &[u8],
        enough: impl Fn() -> F,
    ) -> Result<Vec<u8>, Miss> {
        match self.exchange(bytes, enough()).await {
            Err(Miss::Refused(_)) => {
                tokio::time::sleep(PAUSE).await;
                self.exchange(bytes, enough()).await
            }
            other => other,
        }
    }

    /// Sends once and reads until `enough` says so of everything received. An end of the stream
    /// after a beginning of an answer is an answer.
    async fn exchange(&self, bytes: &[u8], mut enough: impl FnMut(&[u8]) -> bool) -> Result<Vec<u8>, Miss> {
        let _permit = self.permits.acquire().await;
        let mut stream = self.net.connect(self.host, self.port, "tls").await?.tcp;
        let talk = async {
            let reset = |err: std::io::Error| Miss::Refused(format!("{}: {err}", self.name()));
            let asked = Instant::now();
            stream.write_all(bytes).await.map_err(reset)?;
            let (mut all, mut portion) = (Vec::new(), vec![0_u8; 16_384]);
            loop {
                let count = stream.read(&mut portion).await.map_err(reset)?;
                if count == 0 && all.is_empty() {
                    return Err(Miss::Refused(format!("{}: closed without an answer", self.name())));
                }
                if all.is_empty() {
                    self.round_trip.fetch_min(asked.elapsed().as_micros() as u64, Ordering::Relaxed);
                }
                all.extend_from_slice(&portion[..count]);
                if count == 0 || enough(&all) {
                    all.truncate(KEPT);
                    return Ok(all);
                }
            }
        };
        timeout(self.wait(), talk).await.unwrap_or_else(|_| Err(Miss::Timeout(self.name())))
    }

    /// Near the deadline of the audit only half of what is left: what was learnt must get home.
    fn wait(&self) -> Duration {
        let patience = self.net.patience();
        if patience < PATIENCE { patience / 2 } else { patience }
    }
}
