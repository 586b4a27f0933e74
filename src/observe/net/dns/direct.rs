//! Questions to one server with flags of our own: UDP with or without EDNS, and TCP.

use std::{
    future::Future,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use hickory_resolver::proto::{
    op::Message,
    rr::{Record, RecordType},
};
use tokio::{
    net::{TcpStream, UdpSocket},
    time::{Instant, timeout, timeout_at},
};

use super::{
    Net,
    wire::{bytes, hear, question, read, write},
};
use crate::{engine::name::unreachable, seen::Miss};

/// How long to wait over UDP before asking again, and then before giving up. A server that takes
/// longer than the sum is gone for resolvers too.
const WAITS: [Duration; 2] = [Duration::from_millis(800), Duration::from_millis(1_400)];
/// For a whole exchange over TCP.
const OVER_TCP: Duration = Duration::from_millis(2_500);
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
    /// The resolver is not to verify them (the CD bit, RFC 4035 section 3.2.2).
    pub(in crate::observe) unchecked: bool,
}

impl Flags {
    pub(in crate::observe) const PLAIN: Self =
        Self { edns: false, recurse: false, signatures: false, unchecked: false };
    pub(in crate::observe) const EDNS: Self = Self { edns: true, ..Self::PLAIN };
    pub(in crate::observe) const RECURSE: Self = Self { recurse: true, ..Self::EDNS };
    pub(in crate::observe) const SIGNED: Self = Self { signatures: true, ..Self::EDNS };
    pub(in crate::observe) const CHECKED: Self = Self { recurse: true, ..Self::SIGNED };
    pub(in crate::observe) const UNCHECKED: Self = Self { unchecked: true, ..Self::CHECKED };
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
        self.udp(peer, &server.shown(), &question(name, record, flags)?).await
    }

    /// Asks over UDP, and over TCP where the answer was cut.
    pub(in crate::observe) async fn ask_either(
        &self,
        server: &Authority,
        name: &str,
        record: RecordType,
        flags: Flags,
    ) -> Result<Message, Miss> {
        let message = self.ask_udp(server, name, record, flags).await?;
        if message.metadata.truncation {
            return self.ask_tcp(server, name, record, flags).await;
        }
        Ok(message)
    }

    /// Asks over TCP.
    pub(in crate::observe) async fn ask_tcp(
        &self,
        server: &Authority,
        name: &str,
        record: RecordType,
        flags: Flags,
    ) -> Result<Message, Miss> {
        let peer = self.dialled(server)?;
        self.tcp(peer, &server.shown(), &question(name, record, flags)?).await
    }

    /// Asks several questions over one connection, all at once (RFC 7766 section 6.2.1.1); what is
    /// not answered before the server closes it is asked again by itself.
    pub(in crate::observe) async fn ask_together(
        &self,
        server: &Authority,
        asks: &[(&str, RecordType)],
        flags: Flags,
    ) -> Vec<Result<Message, Miss>> {
        let mut answers: Vec<Option<Message>> = asks.iter().map(|_| None).collect();
        let failed = match self.together(server, asks, flags, &mut answers).await {
            Err(miss @ Miss::Denied(_)) if answers.iter().any(Option::is_some) => Err(miss),
            Err(miss) => Ok(miss),
            Ok(()) => Ok(closed(&server.shown())),
        };
        let mut complete = Vec::new();
        for (answer, (name, record)) in answers.into_iter().zip(asks) {
            complete.push(match (answer, &failed) {
                (Some(message), _) => Ok(message),
                (None, Err(_)) => self.ask_tcp(server, name, *record, flags).await,
                (None, Ok(miss)) => Err(miss.clone()),
            });
        }
        complete
    }

    async fn together(
        &self,
        server: &Authority,
        asks: &[(&str, RecordType)],
        flags: Flags,
        answers: &mut [Option<Message>],
    ) -> Result<(), Miss> {
        let peer = self.dialled(server)?;
        let shown = server.shown();
        let questions: Vec<Message> =
            asks.iter().map(|(name, record)| question(name, *record, flags)).collect::<Result<_, _>>()?;
        let written: Vec<Vec<u8>> = questions.iter().map(bytes).collect::<Result<_, _>>()?;
        self.within(&shown, async {
            let mut stream = connect(peer, &shown).await?;
            (0..written.len()).for_each(|_| self.count_question());
            write(&mut stream, &written).await.map_err(|err| unreached(&shown, &err))?;
            while answers.iter().any(Option::is_none) {
                let message = read(&mut stream).await.ok_or_else(|| closed(&shown))?;
                let message = Message::from_vec(&message).map_err(|_| garbled(&shown))?;
                let fits = |question: &Message| question.metadata.id == message.metadata.id;
                let index = questions.iter().position(fits).ok_or_else(|| garbled(&shown))?;
                if let Some(answer) = answers.get_mut(index) {
                    *answer = Some(message);
                }
            }
            Ok(())
        })
        .await
    }

    /// Asks for the zone's NS records and for the whole zone over one connection; of the transfer,
    /// records are counted and nothing is kept.
    pub(in crate::observe) async fn ask_transfer(
        &self,
        server: &Authority,
        zone: &str,
    ) -> (Result<Message, Miss>, Result<u32, Miss>) {
        let (mut answer, mut transfer) = (None, Transfer::default());
        let outcome = self.transfer(server, zone, &mut answer, &mut transfer).await;
        let answer = match (answer, &outcome) {
            (Some(message), _) => Ok(message),
            // Some servers close the connection at the sight of the second question.
            (None, Err(Miss::Denied(_)) | Ok(())) => {
                self.ask_tcp(server, zone, RecordType::NS, Flags::PLAIN).await
            }
            (None, Err(miss)) => Err(miss.clone()),
        };
        let records = u32::try_from(transfer.records).unwrap_or(u32::MAX);
        let count = match (outcome, &answer) {
            // The SOA alone is how some servers say no; so is closing the connection.
            (Ok(()) | Err(Miss::Denied(_)), Ok(_)) => Ok(if records < 2 { 0 } else { records }),
            (Err(_), _) if records >= 2 => Ok(records),
            (Err(miss), _) => Err(miss),
            (Ok(()), Err(miss)) => Err(miss.clone()),
        };
        (answer, count)
    }

    async fn transfer(
        &self,
        server: &Authority,
        zone: &str,
        answer: &mut Option<Message>,
        transfer: &mut Transfer,
    ) -> Result<(), Miss> {
        let peer = self.dialled(server)?;
        let shown = server.shown();
        let plain = question(zone, RecordType::NS, Flags::PLAIN)?;
        let whole = question(zone, RecordType::AXFR, Flags::PLAIN)?;
        let written = [bytes(&plain)?, bytes(&whole)?];
        self.within(&shown, async {
            let mut stream = connect(peer, &shown).await?;
            (0..written.len()).for_each(|_| self.count_question());
            write(&mut stream, &written).await.map_err(|err| unreached(&shown, &err))?;
            while answer.is_none() || !transfer.ended {
                let message = read(&mut stream).await.ok_or_else(|| closed(&shown))?;
                let message = Message::from_vec(&message).map_err(|_| garbled(&shown))?;
                if message.metadata.id == plain.metadata.id {
                    *answer = Some(message);
                } else if message.metadata.id == whole.metadata.id {
                    transfer.take(&message);
                } else {
                    return Err(garbled(&shown));
                }
            }
            Ok(())
        })
        .await
    }

    /// Asks the resolver with flags of our own, over UDP and, where the answer was cut, over TCP.
    pub(in crate::observe) async fn ask_recursive(
        &self,
        name: &str,
        record: RecordType,
        flags: Flags,
    ) -> Result<Message, Miss> {
        let question = question(name, record, flags)?;
        let shown = format!("{} for {name} {record}", self.resolver_name);
        let mut last = Miss::Unsupported("no resolver is configured".to_owned());
        for peer in self.resolver_addresses.iter().take(2) {
            self.note_contact(&self.resolver_name, 53, "dns");
            let answer = match self.udp(*peer, &shown, &question).await {
                Ok(message) if message.metadata.truncation => self.tcp(*peer, &shown, &question).await,
                other => other,
            };
            match answer {
                Ok(message) => return Ok(message),
                Err(miss) => last = miss,
            }
        }
        Err(last)
    }

    async fn udp(&self, peer: SocketAddr, shown: &str, question: &Message) -> Result<Message, Miss> {
        let bytes = bytes(question)?;
        let failed = |err: std::io::Error| Miss::Refused(format!("{shown}:53 ({err})"));
        let local: IpAddr =
            if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
        // A port of its own for each question, chosen at random by the kernel.
        let socket = UdpSocket::bind((local, 0)).await.map_err(failed)?;
        socket.connect(peer).await.map_err(failed)?;
        for wait in WAITS {
            self.count_question();
            socket.send(&bytes).await.map_err(failed)?;
            if let Ok(answer) = timeout(wait.min(self.patience()), hear(&socket, question)).await {
                return answer.map_err(failed);
            }
        }
        Err(Miss::Timeout(format!("{shown} over UDP")))
    }

    async fn tcp(&self, peer: SocketAddr, shown: &str, question: &Message) -> Result<Message, Miss> {
        let written = [bytes(question)?];
        self.within(shown, async {
            let mut stream = connect(peer, shown).await?;
            self.count_question();
            write(&mut stream, &written).await.map_err(|err| unreached(shown, &err))?;
            let message = read(&mut stream).await.ok_or_else(|| closed(shown))?;
            let message = Message::from_vec(&message).map_err(|_| garbled(shown))?;
            if message.metadata.id == question.metadata.id { Ok(message) } else { Err(garbled(shown)) }
        })
        .await
    }

    async fn within<T>(
        &self,
        shown: &str,
        exchange: impl Future<Output = Result<T, Miss>>,
    ) -> Result<T, Miss> {
        let until = Instant::now() + OVER_TCP.min(self.patience());
        let late = |_| Err(Miss::Timeout(format!("{shown} over TCP")));
        timeout_at(until, exchange).await.unwrap_or_else(late)
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

/// How much of a zone came.
#[derive(Default)]
struct Transfer {
    messages: usize,
    records: usize,
    ended: bool,
}

impl Transfer {
    fn take(&mut self, message: &Message) {
        self.messages += 1;
        self.records += message.answers.len();
        // A transfer ends with the SOA that began it (RFC 5936 section 2.2).
        let is_soa = |record: &Record| record.record_type() == RecordType::SOA;
        let last = self.records > 1 && message.answers.last().is_some_and(is_soa);
        let refused = message.metadata.response_code != 0.into() || message.answers.is_empty();
        self.ended = last || refused || self.messages >= TRANSFER_MESSAGES;
    }
}

async fn connect(peer: SocketAddr, shown: &str) -> Result<TcpStream, Miss> {
    let stream = TcpStream::connect(peer).await.map_err(|err| unreached(shown, &err))?;
    // Two short writes in a row would otherwise wait for each other.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

fn unreached(shown: &str, err: &std::io::Error) -> Miss {
    Miss::Refused(format!("{shown}:53 over TCP ({err})"))
}

fn closed(shown: &str) -> Miss {
    Miss::Denied(format!("{shown} closed the connection"))
}

fn garbled(shown: &str) -> Miss {
    Miss::Malformed(format!("{shown} over TCP"))
}
