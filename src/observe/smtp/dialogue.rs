//! The dialogue in the clear: greeting, EHLO, STARTTLS.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    engine::{
        name::unreachable,
        smtp::{Reader, Reply},
    },
    observe::Net,
    seen::{Dialogue, Miss},
};

/// Most addresses of a host that are tried.
const ADDRESSES: usize = 2;
/// A blocked port says nothing, so nobody waits long for it; one lost packet is made up for.
const CONNECT: Duration = Duration::from_millis(2_500);
/// Servers let strangers wait six seconds to see whether they speak out of turn.
const GREETING: Duration = Duration::from_secs(8);
/// Why port 25 is often silent.
const BLOCKED: &str = "; many networks block outgoing port 25, so run this from a server that may send mail";
/// A name that nobody has (RFC 2606).
const EHLO: &str = "EHLO gonogo.invalid\r\n";
const HELO: &str = "HELO gonogo.invalid\r\n";

/// A stream on which SMTP is spoken.
pub(super) struct Talk<S> {
    pub(super) stream: S,
    reader: Reader,
    name: String,
}

/// Connects to the first address that answers. Addresses that are not of the public Internet are left
/// alone unless `--connect-to` leads there.
pub(super) async fn connect(net: &Net, host: &str, port: u16) -> Result<TcpStream, Miss> {
    let redirected = net.redirected(host, port) != (host.to_owned(), port);
    let mut last = Miss::NoSuchName(host.to_owned());
    net.note_contact(host, port, "smtp");
    let peers = net.peers(host, port).await?;
    let until = Instant::now() + CONNECT.min(net.patience());
    let count = peers.len().min(ADDRESSES);
    for (index, peer) in peers.into_iter().take(ADDRESSES).enumerate() {
        if let Some(why) = unreachable(peer.ip()).filter(|_| !redirected) {
            last = Miss::Unsupported(format!("{host} has the address {}, {why}", peer.ip()));
            continue;
        }
        // A silent address must not use up the time of the one behind it, and both have no more than one.
        let share = until.saturating_duration_since(Instant::now()) / (count - index).max(1) as u32;
        match timeout(share, TcpStream::connect(peer)).await {
            Ok(Ok(tcp)) => {
                let _ = tcp.set_nodelay(true);
                return Ok(tcp);
            }
            Ok(Err(err)) => last = Miss::Refused(format!("{host}:{port} ({err})")),
            Err(_) if port == 25 => {
                last = Miss::Timeout(format!("{host}:25{BLOCKED}"));
                // If it is the network, the second address is as silent as the first.
                break;
            }
            Err(_) => last = Miss::Timeout(format!("{host}:{port}")),
        }
    }
    Err(last)
}

impl<S: AsyncRead + AsyncWrite + Unpin> Talk<S> {
    pub(super) fn new(stream: S, host: &str, port: u16) -> Self {
        Self { stream, reader: Reader::default(), name: format!("{host}:{port}") }
    }

    /// Reads the greeting and asks for the capabilities.
    pub(super) async fn begin(&mut self, net: &Net) -> Result<Dialogue, Miss> {
        // Some networks take the connection themselves and leave it silent.
        let greeting = self.hear(net, GREETING).await.map_err(|miss| match miss {
            Miss::Timeout(name) if name.ends_with(":25") => Miss::Timeout(format!("{name}{BLOCKED}")),
            other => other,
        })?;
        if greeting.code != 220 {
            return Err(Miss::Denied(format!("{} greeted with {}", self.name, greeting.code)));
        }
        let reply = self.say(net, EHLO).await?;
        if reply.code == 250 {
            return Ok(Dialogue { capabilities: reply.capabilities(), ..Dialogue::default() });
        }
        // RFC 5321 section 3.2: a server that knows no extensions turns EHLO down for good.
        if !matches!(reply.code, 500..=504 | 550) || self.say(net, HELO).await?.code != 250 {
            return Err(Miss::Denied(format!("{} answered EHLO with {}", self.name, reply.code)));
        }
        Ok(Dialogue { plain: true, ..Dialogue::default() })
    }

    /// Sends a command and waits for its reply.
    pub(super) async fn say(&mut self, net: &Net, command: &str) -> Result<Reply, Miss> {
        let sent = timeout(net.patience(), async {
            self.stream.write_all(command.as_bytes()).await?;
            self.stream.flush().await
        });
        match sent.await {
            Ok(Ok(())) => self.hear(net, net.patience()).await,
            Ok(Err(err)) => Err(Miss::Refused(format!("{} ({err})", self.name))),
            Err(_) => Err(Miss::Timeout(self.name.clone())),
        }
    }

    /// The next reply. A server that says nothing gets one patience; one that has begun may take `longest`.
    async fn hear(&mut self, net: &Net, longest: Duration) -> Result<Reply, Miss> {
        let malformed = |name: &str, why| Miss::Malformed(format!("{name}: not SMTP: {why}"));
        let patience = net.patience();
        let until = Instant::now() + longest.max(patience).min(net.left());
        let mut begun = self.is_ahead();
        let mut portion = vec![0; 4_096];
        loop {
            if let Some(reply) = self.reader.reply().map_err(|why| malformed(&self.name, why))? {
                return Ok(reply);
            }
            let left = until.saturating_duration_since(Instant::now());
            let wait = if begun { left } else { left.min(patience) };
            let read = timeout(wait, self.stream.read(&mut portion)).await;
            let count = read
                .map_err(|_| Miss::Timeout(self.name.clone()))?
                .map_err(|err| Miss::Refused(format!("{} ({err})", self.name)))?;
            if count == 0 {
                return Err(Miss::Refused(format!("{} closed the connection", self.name)));
            }
            begun = true;
            self.reader
                .take(portion.get(..count).unwrap_or_default())
                .map_err(|why| malformed(&self.name, why))?;
        }
    }

    /// Did something come behind the last reply? TLS can then no longer begin.
    pub(super) fn is_ahead(&self) -> bool {
        !self.reader.rest().is_empty()
    }
}
