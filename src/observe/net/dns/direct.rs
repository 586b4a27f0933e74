//! Questions to one server, past the resolver: UDP with or without EDNS, and TCP.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use hickory_resolver::proto::{
    op::{Edns, Message, Query},
    rr::{Name, RecordType},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    time::timeout,
};

use super::Net;
use crate::{engine::name::unreachable, seen::Miss};

/// Tries over UDP, and the wait for each.
pub(super) const TRIES: usize = 2;
pub(super) const TRY: Duration = Duration::from_millis(1_500);
/// What fits through every network without fragments (DNS flag day 2020).
pub(super) const ROOM: u16 = 1_232;
/// Messages of a zone transfer that are read before the connection is closed.
const TRANSFER_MESSAGES: usize = 3;

/// One address of a name server.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::observe) struct Authority {
    pub(in crate::observe) name: String,
    pub(in crate::observe) address: IpAddr,
}

/// What may be set in a question.
#[derive(Clone, Copy, Debug)]
pub(in crate::observe) struct Flags {
    pub(in crate::observe) edns: bool,
    pub(in crate::observe) recurse: bool,
    /// Signatures are wanted (the DO bit, RFC 3225).
    pub(in crate::observe) signatures: bool,
}

impl Flags {
    pub(in crate::observe) const PLAIN: Self = Self { edns: false, recurse: false, signatures: false };
    pub(in crate::observe) const EDNS: Self = Self { edns: true, ..Self::PLAIN };
    pub(in crate::observe) const RECURSE: Self = Self { recurse: true, ..Self::EDNS };
    pub(in crate::observe) const SIGNED: Self = Self { signatures: true, ..Self::EDNS };
}

impl Net {
    /// Asks over UDP; an answer that was cut comes back as it is.
    pub(in crate::observe) async fn ask_udp(
        &self,
        server: &Authority,
        name: &str,
        record: RecordType,
        flags: Flags,
    ) -> Result<Message, Miss> {
        let peer = self.dialled(server)?;
        let question = question(name, record, flags)?;
        let bytes = question.to_vec().map_err(|err| Miss::Internal(format!("DNS question: {err}")))?;
        let failed = |err: std::io::Error| Miss::Refused(format!("{}:53 ({err})", server.shown()));
        let local: IpAddr =
            if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        // A port of its own for each question, chosen at random by the kernel.
        let socket = UdpSocket::bind((local, 0)).await.map_err(failed)?;
        socket.connect(peer).await.map_err(failed)?;
        for _ in 0..TRIES {
            socket.send(&bytes).await.map_err(failed)?;
            let heard = timeout(TRY.min(self.patience()), hear(&socket, &question)).await;
            if let Ok(answer) = heard {
                return answer.map_err(failed);
            }
        }
        Err(Miss::Timeout(format!("{} over UDP", server.shown())))
    }

    /// Asks over TCP.
    pub(in crate::observe) async fn ask_tcp(
        &self,
        server: &Authority,
        name: &str,
        record: RecordType,
        flags: Flags,
    ) -> Result<Message, Miss> {
        let question = question(name, record, flags)?;
        self.over_tcp(server, &question, 1).await?.pop().ok_or_else(|| closed(server))
    }

    /// Asks for the whole zone and counts what comes in the first messages; nothing is kept.
    pub(in crate::observe) async fn count_transfer(
        &self,
        server: &Authority,
        zone: &str,
    ) -> Result<u32, Miss> {
        let question = question(zone, RecordType::AXFR, Flags::PLAIN)?;
        match self.over_tcp(server, &question, TRANSFER_MESSAGES).await {
            Ok(messages) => {
                let records: usize = messages.iter().map(|message| message.answers.len()).sum();
                // The SOA alone is how some servers say no.
                Ok(if records < 2 { 0 } else { u32::try_from(records).unwrap_or(u32::MAX) })
            }
            // So is closing the connection.
            Err(Miss::Denied(_)) => Ok(0),
            Err(miss) => Err(miss),
        }
    }

    /// The messages that answer, `most` at most; fewer where the server closes the connection.
    async fn over_tcp(
        &self,
        server: &Authority,
        question: &Message,
        most: usize,
    ) -> Result<Vec<Message>, Miss> {
        let peer = self.dialled(server)?;
        let bytes = question.to_vec().map_err(|err| Miss::Internal(format!("DNS question: {err}")))?;
        let failed = |err: std::io::Error| Miss::Refused(format!("{}:53 over TCP ({err})", server.shown()));
        let asked = async {
            let mut stream = TcpStream::connect(peer).await.map_err(failed)?;
            let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
            stream.write_all(&[&length[..], &bytes].concat()).await.map_err(failed)?;
            let mut messages: Vec<Message> = Vec::new();
            while messages.len() < most {
                let Some(message) = read(&mut stream).await else { break };
                let Ok(message) = Message::from_vec(&message) else {
                    return Err(Miss::Malformed(format!("{} over TCP", server.shown())));
                };
                let last = message.metadata.id != question.metadata.id
                    || message.metadata.response_code != 0.into()
                    || is_end(&messages, &message);
                messages.push(message);
                if last {
                    break;
                }
            }
            if messages.is_empty() { Err(closed(server)) } else { Ok(messages) }
        };
        let late = || Miss::Timeout(format!("{} over TCP", server.shown()));
        timeout((TRY * 2).min(self.patience()), asked).await.unwrap_or_else(|_| Err(late()))
    }

    /// Where questions to this address really go: a rule for the server's name or address on port
    /// 53 decides. Without one, addresses that are not of the public Internet are left alone.
    fn dialled(&self, server: &Authority) -> Result<SocketAddr, Miss> {
        let literal = server.address.to_string();
        for meant in [server.name.as_str(), literal.as_str()] {
            let (host, port) = self.redirected(meant, 53);
            if (host.as_str(), port) != (meant, 53) {
                let address = if host == meant { Ok(server.address) } else { host.parse() };
                let unfit = |_| Miss::Unsupported(format!("--connect-to {host}: DNS needs an address"));
                self.note_contact(&server.name, 53, "dns");
                return address.map(|address| SocketAddr::new(address, port)).map_err(unfit);
            }
        }
        if let Some(why) = unreachable(server.address) {
            return Err(Miss::Unsupported(format!("{} is {why}, so it was not asked", server.shown())));
        }
        self.note_contact(&server.name, 53, "dns");
        Ok(SocketAddr::new(server.address, 53))
    }
}

impl Authority {
    pub(in crate::observe) fn shown(&self) -> String {
        format!("{} ({})", self.name, self.address)
    }
}

fn question(name: &str, record: RecordType, flags: Flags) -> Result<Message, Miss> {
    let mut fqdn =
        Name::from_ascii(name).map_err(|_| Miss::Malformed(format!("{name} is not a domain name")))?;
    fqdn.set_fqdn(true);
    let mut message = Message::query();
    message.metadata.recursion_desired = flags.recurse;
    message.add_query(Query::query(fqdn, record));
    if flags.edns {
        let mut edns = Edns::new();
        edns.set_max_payload(ROOM);
        edns.set_dnssec_ok(flags.signatures);
        message.set_edns(edns);
    }
    Ok(message)
}

/// Waits for a datagram that answers this question; anything else is passed over.
pub(super) async fn hear(socket: &UdpSocket, question: &Message) -> Result<Message, std::io::Error> {
    let mut buffer = vec![0; 4_096];
    loop {
        let length = socket.recv(&mut buffer).await?;
        let Ok(message) = Message::from_vec(buffer.get(..length).unwrap_or_default()) else { continue };
        // Servers that understand nothing of the question may leave it out.
        let fits = message.queries.is_empty() || message.queries == question.queries;
        if message.metadata.id == question.metadata.id && fits {
            return Ok(message);
        }
    }
}

/// One message with its length before it (RFC 1035 section 4.2.2); none where the connection ends.
async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = stream.read_u16().await.ok()?;
    let mut bytes = vec![0; usize::from(length)];
    stream.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}

/// Does a message end a transfer: with the SOA that began it (RFC 5936 section 2.2)?
fn is_end(before: &[Message], message: &Message) -> bool {
    let count = before.iter().chain([message]).map(|message| message.answers.len()).sum::<usize>();
    count > 1 && message.answers.last().is_some_and(|record| record.record_type() == RecordType::SOA)
}

fn closed(server: &Authority) -> Miss {
    Miss::Denied(format!("{} closed the connection", server.shown()))
}
