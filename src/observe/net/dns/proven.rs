//! Questions to the resolver that ask for its DNSSEC verdict too (RFC 6840 section 5.7: the AD bit).
//!
//! The resolver's word is as good as the way to it; the records themselves are the same either way.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use hickory_resolver::proto::{
    op::{Edns, Message, Query, ResponseCode},
    rr::{Name, RData, RecordType},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
    time::timeout,
};

use super::{
    Net,
    wire::{ROOM, hear},
};
use crate::seen::{Answer, Miss, Proven, Seen};

/// Tries over UDP, and the wait for each.
const TRIES: usize = 2;
const TRY: Duration = Duration::from_millis(1_500);

impl Net {
    /// The records of one type at one name, sorted, and whether the resolver has validated them. None
    /// where it validates nothing at all.
    pub(in crate::observe) async fn proven<T: Ord>(
        &self,
        name: &str,
        record: RecordType,
        extract: impl Fn(&RData) -> Option<T>,
    ) -> Proven<T> {
        let Ok(message) = self.ask_for_proof(name, record).await else {
            // A way that drops such questions still leads to the records themselves.
            return Proven { lookup: self.lookup(name, record, extract).await, secure: None };
        };
        let secure = if message.metadata.authentic_data {
            Some(true)
        } else {
            self.validates().await.then_some(false)
        };
        let lookup = match message.metadata.response_code {
            ResponseCode::NXDomain => Seen::Got(Answer::NoName),
            ResponseCode::NoError => {
                let mut found: Vec<T> = message
                    .answers
                    .iter()
                    .filter(|one| one.record_type() == record)
                    .filter_map(|one| extract(&one.data))
                    .collect();
                found.sort();
                Seen::Got(if found.is_empty() { Answer::NoData } else { Answer::Records(found) })
            }
            code => Seen::Missed(self.errored(name, record, &code.to_string())),
        };
        Proven { lookup, secure }
    }

    /// The root is signed: a resolver that does not say so of its SOA validates nothing.
    async fn validates(&self) -> bool {
        let ask = || async {
            let answer = self.ask_for_proof(".", RecordType::SOA).await;
            answer.is_ok_and(|message| message.metadata.authentic_data)
        };
        *self.validates.get_or_init(ask).await
    }

    async fn ask_for_proof(&self, name: &str, record: RecordType) -> Result<Message, Miss> {
        let question = question(name, record)?;
        self.note_contact(&self.resolver_name, 53, "dns");
        let mut last = self.silent(name, record);
        for peer in self.resolver_addresses.iter().take(2) {
            self.count_question();
            match udp(*peer, &question, TRY.min(self.patience())).await {
                Ok(message) if message.metadata.truncation => {
                    self.count_question();
                    match timeout(TRY.min(self.patience()), tcp(*peer, &question)).await {
                        Ok(Ok(message)) => return Ok(message),
                        _ => last = self.silent(name, record),
                    }
                }
                Ok(message) => return Ok(message),
                Err(err) if err.kind() == std::io::ErrorKind::ConnectionRefused => {
                    last = Miss::Refused(self.resolver_name.clone());
                }
                Err(_) => last = self.silent(name, record),
            }
        }
        Err(last)
    }
}

fn question(name: &str, record: RecordType) -> Result<Message, Miss> {
    let malformed = || Miss::Malformed(format!("{name} is not a domain name"));
    let mut fqdn = Name::from_ascii(name).map_err(|_| malformed())?;
    fqdn.set_fqdn(true);
    let mut message = Message::query();
    message.metadata.recursion_desired = true;
    message.metadata.authentic_data = true;
    message.add_query(Query::query(fqdn, record));
    let mut edns = Edns::new();
    edns.set_max_payload(ROOM);
    edns.set_dnssec_ok(true);
    message.set_edns(edns);
    Ok(message)
}

async fn udp(peer: SocketAddr, question: &Message, patience: Duration) -> std::io::Result<Message> {
    let local: IpAddr =
        if peer.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let bytes = question.to_vec().map_err(std::io::Error::other)?;
    let socket = UdpSocket::bind((local, 0)).await?;
    socket.connect(peer).await?;
    for _ in 0..TRIES {
        socket.send(&bytes).await?;
        if let Ok(answer) = timeout(patience, hear(&socket, question)).await {
            return answer;
        }
    }
    Err(std::io::ErrorKind::TimedOut.into())
}

async fn tcp(peer: SocketAddr, question: &Message) -> std::io::Result<Message> {
    let bytes = question.to_vec().map_err(std::io::Error::other)?;
    let mut stream = TcpStream::connect(peer).await?;
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX).to_be_bytes();
    stream.write_all(&[&length[..], &bytes].concat()).await?;
    let length = stream.read_u16().await?;
    let mut answer = vec![0; usize::from(length)];
    stream.read_exact(&mut answer).await?;
    let message = Message::from_vec(&answer).map_err(std::io::Error::other)?;
    if message.metadata.id == question.metadata.id {
        Ok(message)
    } else {
        Err(std::io::ErrorKind::InvalidData.into())
    }
}
