//! Talks SMTP with the mail servers of a domain, as far as TLS and no further: no sender, no recipient
//! and no mail is ever named.

mod dialogue;
mod secure;

use std::collections::BTreeSet;

use hickory_resolver::proto::rr::{RData, RecordType};

use super::{Net, net::all};
use crate::{
    engine::{
        dane,
        name::{is_within, registrable},
    },
    plan::Touch,
    seen::{Answer, Lookup, MailServer, MailServers, Miss, Proven, Seen, Tlsa, TlsaSet},
};

/// Most MX hosts that are talked to.
const HOSTS: usize = 5;
/// Most places to hand in mail.
const SUBMISSION: usize = 4;
/// Most TLSA records of one name.
const RECORDS: usize = 32;
const SMTP: u16 = 25;
const SUBMISSIONS: u16 = 465;

/// Talks with all servers, or else only with those that have TLSA records.
pub(super) async fn observe(net: &Net, domain: &str, talk: bool) -> Seen<MailServers> {
    let mx = |data: &RData| match data {
        RData::MX(mx) => Some((mx.preference, plain(&mx.exchange.to_ascii()))),
        _ => None,
    };
    let found: Proven<(u16, String)> = net.proven(domain, RecordType::MX, mx).await;
    let records = match found.lookup {
        Seen::Got(answer) => answer.records().to_vec(),
        Seen::Missed(miss) => return Seen::Missed(miss),
    };
    // RFC 7505: a root as host says that no mail is taken.
    let hosts: Vec<String> =
        records.into_iter().map(|(_, host)| host).filter(|host| !host.is_empty()).collect();
    let left_out = hosts.len().saturating_sub(HOSTS);
    let exchangers = all(hosts.iter().take(HOSTS).map(|host| Box::pin(exchanger(net, domain, host, talk))));
    let submission =
        async { if talk { Box::pin(submission(net, domain, &hosts)).await } else { Vec::new() } };
    let (exchangers, submission) = tokio::join!(exchangers, submission);
    Seen::Got(MailServers { exchangers, left_out, submission, mx_secure: Seen::Got(found.secure) })
}

pub(super) fn touches(domain: &str, talk: bool) -> Vec<Touch> {
    let mx = Touch::Dns { name: domain.to_owned(), record: "MX".to_owned() };
    let tlsa = Touch::Then {
        what: format!("the TLSA records of at most {HOSTS} MX hosts, and the addresses where that fails"),
    };
    if !talk {
        let what = "port 25 of the MX hosts that have TLSA records: EHLO, STARTTLS and one handshake; no mail \
                    is sent";
        return vec![mx, tlsa, Touch::Then { what: what.to_owned() }];
    }
    let srv = ["_submission._tcp", "_submissions._tcp"];
    let asked = srv.map(|label| Touch::Dns { name: format!("{label}.{domain}"), record: "SRV".to_owned() });
    let mut touches = vec![
        mx,
        Touch::Then {
            what: format!(
                "port 25 of at most {HOSTS} MX hosts: EHLO, STARTTLS and one handshake; no mail is sent. Of \
                 hosts below the domain itself also one ClientHello of each version up to TLS 1.2, and \
                 one NOOP sent along with STARTTLS, which a sound server ignores"
            ),
        },
        tlsa,
        Touch::Then {
            what: format!(
                "at most {SUBMISSION} places to hand in mail: what SRV records name, else ports 465 and 587 \
                 of an MX host below the domain itself"
            ),
        },
    ];
    touches.extend(asked);
    touches
}

/// One MX host. Unless it is to be talked to in any case, its TLSA records decide whether it is.
async fn exchanger(net: &Net, domain: &str, host: &str, talk: bool) -> MailServer {
    if !talk {
        let tlsa = tlsa(net, host, SMTP).await;
        if !tlsa.as_ref().is_ok_and(|set| !set.records.is_empty()) {
            let own = is_own(host, domain);
            let addresses_secure = addresses_secure(net, host, &tlsa).await;
            let tlsa = tlsa.into();
            let host = host.to_owned();
            return MailServer { host, port: SMTP, own, tlsa, addresses_secure, ..MailServer::default() };
        }
    }
    let (mut server, tlsa) =
        tokio::join!(Box::pin(server(net, domain, host, SMTP, talk)), tlsa(net, host, SMTP));
    let chain = server.1.take();
    server.0.addresses_secure = addresses_secure(net, host, &tlsa).await;
    server.0.tlsa = tlsa.map_or_else(Seen::Missed, |set| Seen::Got(matched(set, chain.as_deref())));
    server.0
}

/// What an error in place of TLSA records means depends on whether the addresses are proven (RFC 7672
/// section 2.2.2).
async fn addresses_secure(net: &Net, host: &str, tlsa: &Result<TlsaSet, Miss>) -> Seen<Option<bool>> {
    if !matches!(tlsa, Err(Miss::Denied(_))) {
        return Seen::default();
    }
    let found = net.proven(host, RecordType::A, RData::ip_addr).await;
    found.records().map(|_| found.secure).map_err(Clone::clone).into()
}

type Chain = Vec<Vec<u8>>;

/// Does a host lie below the domain's own registered name?
fn is_own(host: &str, domain: &str) -> bool {
    is_within(host, &registrable(domain).unwrap_or_else(|| domain.to_owned()))
}

/// The server, and the chain that it sent; `probe` also asks for its older versions and its manners.
async fn server(net: &Net, domain: &str, host: &str, port: u16, probe: bool) -> (MailServer, Option<Chain>) {
    let own = is_own(host, domain);
    let mut server = MailServer { host: host.to_owned(), port, own, ..MailServer::default() };
    let met = secure::meet(net, host, port).await;
    server.dialogue = met.dialogue;
    server.secured = met.secured;
    // Of strangers' servers nobody here can change anything.
    if probe && own && port != SUBMISSIONS && met.spoke_tls {
        let (versions, injected) = tokio::join!(
            Box::pin(secure::versions(net, host, port)),
            Box::pin(secure::injected(net, host, port))
        );
        (server.versions, server.injected) = (versions, injected);
    }
    (server, met.chain)
}

async fn tlsa(net: &Net, host: &str, port: u16) -> Result<TlsaSet, Miss> {
    let name = format!("_{port}._tcp.{host}");
    let record = |data: &RData| match data {
        RData::TLSA(tlsa) => Some(dane::parse(
            tlsa.cert_usage.into(),
            tlsa.selector.into(),
            tlsa.matching.into(),
            &tlsa.cert_data,
        )),
        _ => None,
    };
    let found: Proven<Tlsa> = net.proven(&name, RecordType::TLSA, record).await;
    let mut records = found.records().map_err(Clone::clone)?.to_vec();
    records.truncate(RECORDS);
    Ok(TlsaSet { name, records, secure: found.secure })
}

/// Notes which records fit the chain.
fn matched(mut set: TlsaSet, chain: Option<&[Vec<u8>]>) -> TlsaSet {
    if let Some(chain) = chain {
        let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
        for record in &mut set.records {
            record.fits = Some(dane::fits(record, &chain));
        }
    }
    set
}

/// A port and a host.
type Place = (u16, String);

/// Where mail is handed in: announced by SRV (RFC 6186), or on the domain's own first MX host if the
/// port is open there.
async fn submission(net: &Net, domain: &str, mx: &[String]) -> Vec<MailServer> {
    let srv = |data: &RData| match data {
        RData::SRV(srv) => Some((srv.port, plain(&srv.target.to_ascii()))),
        _ => None,
    };
    let (first, second) = (format!("_submissions._tcp.{domain}"), format!("_submission._tcp.{domain}"));
    let (implicit, explicit): (Lookup<Place>, Lookup<Place>) =
        tokio::join!(net.lookup(&first, RecordType::SRV, srv), net.lookup(&second, RecordType::SRV, srv));
    let announced: BTreeSet<Place> = [implicit, explicit]
        .iter()
        .filter_map(|lookup| lookup.got())
        .flat_map(Answer::records)
        .filter(|(_, host)| !host.is_empty())
        .cloned()
        .collect();
    if !announced.is_empty() {
        let places = announced.iter().take(SUBMISSION);
        let met = all(places.map(|(port, host)| Box::pin(server(net, domain, host, *port, true)))).await;
        return met.into_iter().map(|(server, _)| server).collect();
    }
    let top = registrable(domain).unwrap_or_else(|| domain.to_owned());
    let Some(host) = mx.iter().find(|host| is_within(host, &top)) else { return Vec::new() };
    let met =
        all([SUBMISSIONS, 587].into_iter().map(|port| Box::pin(server(net, domain, host, port, true)))).await;
    // Nobody announced these ports: one that is closed or silent is simply not in use.
    met.into_iter().map(|(server, _)| server).filter(|server| server.dialogue.got().is_some()).collect()
}

/// Lower case, without the trailing dot; empty for the root.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
