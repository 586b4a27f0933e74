//! Everything that one name server is asked, and what it says of itself.

use std::{collections::BTreeSet, pin::pin, time::Duration};

use hickory_resolver::proto::{
    op::{Message, ResponseCode},
    rr::{RData, Record, RecordType},
};
use tokio::time::timeout;

use super::{
    super::{
        Net,
        net::{Authority, Flags, presented},
    },
    STRANGER, shown,
};
use crate::seen::{Heard, Miss, Seen, Server};

/// After this long without an answer, the question without EDNS does not wait for the other any more.
const EARLY: Duration = Duration::from_millis(800);

/// A server, and what else of its answers is worth keeping.
pub(super) struct Look {
    pub(super) server: Server,
    /// The SOA, with its signature if there is one.
    pub(super) soa: Option<Message>,
    /// The zone's NS records as this server has them, sorted; none where it gave none.
    pub(super) ns: Option<Vec<String>>,
}

/// All questions at once: none waits for what another says.
pub(super) async fn look(net: &Net, authority: &Authority, zone: &str) -> Look {
    let ((udp, plain), recursion, (tcp, transfer)) = tokio::join!(
        over_udp(net, authority, zone),
        recurses(net, authority),
        net.ask_transfer(authority, zone)
    );
    let soa = udp.as_ref().ok().cloned();
    let ns = tcp.as_ref().ok().map(names_in).filter(|names| !names.is_empty());
    let reply = |answer: Result<Message, Miss>, kind: RecordType| {
        Seen::from(answer.map(|message| head(&message, kind)))
    };
    let server = Server {
        name: authority.name.clone(),
        address: authority.address,
        udp: reply(udp, RecordType::SOA),
        plain: reply(plain, RecordType::SOA),
        tcp: reply(tcp, RecordType::NS),
        recursion: recursion.into(),
        transfer: transfer.into(),
    };
    Look { server, soa, ns }
}

/// The SOA with EDNS, and without it where that fails.
async fn over_udp(
    net: &Net,
    authority: &Authority,
    zone: &str,
) -> (Result<Message, Miss>, Result<Message, Miss>) {
    let plain = || net.ask_udp(authority, zone, RecordType::SOA, Flags::PLAIN);
    let mut edns = pin!(net.ask_udp(authority, zone, RecordType::SOA, Flags::SIGNED));
    let (udp, plain) = match timeout(EARLY, &mut edns).await {
        Ok(udp) if udp.as_ref().is_ok_and(understood) => return (udp, Err(Miss::NotAsked)),
        Ok(udp) => (udp, plain().await),
        Err(_) => tokio::join!(edns, plain()),
    };
    let needed = !udp.as_ref().is_ok_and(understood);
    (udp, if needed { plain } else { Err(Miss::NotAsked) })
}

fn understood(message: &Message) -> bool {
    !matches!(message.metadata.response_code, ResponseCode::FormErr | ResponseCode::NotImp)
}

/// Does it answer for a name that it has no business with?
async fn recurses(net: &Net, authority: &Authority) -> Result<bool, Miss> {
    let message = net.ask_udp(authority, STRANGER, RecordType::SOA, Flags::RECURSE).await?;
    let head = &message.metadata;
    Ok(head.recursion_available && !head.authoritative && !message.answers.is_empty())
}

fn head(message: &Message, kind: RecordType) -> Heard {
    let serial = message.answers.iter().find_map(|record| match &record.data {
        RData::SOA(soa) => Some(soa.serial),
        _ => None,
    });
    let has = message.answers.iter().any(|record| record.record_type() == kind);
    Heard {
        code: shown(message.metadata.response_code),
        authoritative: message.metadata.authoritative && has,
        serial,
    }
}

/// The names of the NS records in an answer, sorted.
pub(super) fn names_in(message: &Message) -> Vec<String> {
    let records = message.answers.iter().filter(|record| record.record_type() == RecordType::NS);
    records.filter_map(|record| presented(&record.data)).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Type and TTL of the name's own first record: its address, or the CNAME in its place.
pub(super) fn ttl(message: &Message, name: &str) -> Option<(RecordType, u32)> {
    let is_own = |record: &&Record| record.name.to_ascii().trim_end_matches('.').eq_ignore_ascii_case(name);
    message.answers.iter().find(is_own).map(|record| (record.record_type(), record.ttl))
}
