//! DNS messages over UDP and TCP, as bytes on the wire.

use hickory_resolver::proto::{
    op::{Edns, Message, Query},
    rr::{Name, RecordType},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, UdpSocket},
};

use super::direct::Flags;
use crate::seen::Miss;

/// What fits through every network without fragments (DNS flag day 2020).
pub(super) const ROOM: u16 = 1_232;

pub(super) fn question(name: &str, record: RecordType, flags: Flags) -> Result<Message, Miss> {
    let mut fqdn =
        Name::from_ascii(name).map_err(|_| Miss::Malformed(format!("{name} is not a domain name")))?;
    fqdn.set_fqdn(true);
    let mut message = Message::query();
    message.metadata.recursion_desired = flags.recurse;
    message.metadata.checking_disabled = flags.unchecked;
    message.add_query(Query::query(fqdn, record));
    if flags.edns {
        let mut edns = Edns::new();
        edns.set_max_payload(ROOM);
        edns.set_dnssec_ok(flags.signatures);
        message.set_edns(edns);
    }
    Ok(message)
}

pub(super) fn bytes(message: &Message) -> Result<Vec<u8>, Miss> {
    message.to_vec().map_err(|err| Miss::Internal(format!("DNS question: {err}")))
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

/// All questions in one write, each with its length before it (RFC 1035 section 4.2.2).
pub(super) async fn write(stream: &mut TcpStream, questions: &[Vec<u8>]) -> Result<(), std::io::Error> {
    let mut all = Vec::new();
    for question in questions {
        all.extend(u16::try_from(question.len()).unwrap_or(u16::MAX).to_be_bytes());
        all.extend(question);
    }
    stream.write_all(&all).await
}

/// One message; none where the connection ends.
pub(super) async fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = stream.read_u16().await.ok()?;
    let mut bytes = vec![0; usize::from(length)];
    stream.read_exact(&mut bytes).await.ok()?;
    Some(bytes)
}
