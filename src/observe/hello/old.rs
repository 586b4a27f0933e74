//! SSL 3.0 to TLS 1.2: suites by striking out each one the server chooses, or by classes.

use super::{
    ROUNDS,
    link::{Link, Reply},
};
use crate::{
    engine::hello::{
        self, Alert, CLASSES, ClientHello, Exchange, Flight, GROUPS, KeyExchange, OLD_CURVES, ServerHello,
        Suite, Version,
    },
    seen::{Miss, Offered, Offers},
};

/// Longest list for a stack that drops long ones.
const CHUNK: usize = 60;
/// Curves below this many bits are weak (NIST SP 800-186: at least 112 bits of security).
const WEAK_CURVE: u16 = 224;
/// Most moduli of one version that are looked at closely: a server has one, seldom two.
const PRIMES: usize = 3;
/// Extension numbers (IANA, TLS ExtensionType).
const HEARTBEAT: u16 = 15;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SESSION_TICKET: u16 = 35;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// What is offered under one version, and the chain that came along.
pub(super) struct Found {
    pub(super) offered: Offered,
    pub(super) certificates: Vec<Vec<u8>>,
    /// Timestamps of transparency logs that came beside that chain.
    pub(super) timestamps: Vec<u8>,
}

/// All suites of one version, or one of each class of a distant server.
pub(super) async fn suites(link: &Link<'_>, version: Version) -> Result<Option<Found>, Miss> {
    let all = numbers(|_| true);
    let found = Found { offered: Offered::default(), certificates: Vec::new(), timestamps: Vec::new() };
    let mut asker = Asker { link, version, groups: groups(), found };
    match asker.round(&all).await {
        Ok(Some(())) if link.is_far().await => Box::pin(asker.by_class()).await,
        Ok(Some(())) => asker.strike_out(&all).await,
        // Turned down by the version's own alert or by another version: nothing else to ask.
        Ok(None) => return Ok(None),
        Err(Unclear::Alert) => {
            if !asker.in_chunks().await? {
                return Ok(None);
            }
        }
        // It may have choked on the length; if that is not it, the miss stands.
        Err(Unclear::Miss(miss @ Miss::Refused(_))) => {
            if !asker.in_chunks().await.map_err(|_| miss.clone())? {
                return Err(miss);
            }
        }
        Err(Unclear::Miss(miss)) => return Err(miss),
    }
    Ok(Some(asker.finish().await))
}

/// Why the answer to the first, long hello does not settle the matter.
enum Unclear {
    /// An alert that a long list may have caused.
    Alert,
    Miss(Miss),
}

struct Asker<'a> {
    link: &'a Link<'a>,
    version: Version,
    groups: Vec<u16>,
    found: Found,
}

impl Asker<'_> {
    /// The chain and what came with it are those of one answer: a server may have two certificates.
    fn keep(&mut self, chosen: ServerHello, flight: Flight) {
        self.found.offered.take(&chosen, &flight);
        if self.found.certificates.is_empty() {
            self.found.certificates = flight.certificates;
            self.found.timestamps = chosen.timestamps;
        }
    }

    /// The first hello.
    async fn round(&mut self, suites: &[u16]) -> Result<Option<()>, Unclear> {
        match self.ask(suites).await {
            Ok(Reply::Chose(flight, chosen)) if suites.contains(&chosen.suite) => {
                self.keep(chosen, *flight);
                Ok(Some(()))
            }
            Ok(Reply::Chose(..)) => Err(Unclear::Miss(self.stranger())),
            Ok(Reply::Refused(None)) => Ok(None),
            Ok(Reply::Refused(Some(alert))) if alert.description == Alert::PROTOCOL_VERSION => Ok(None),
            Ok(Reply::Refused(Some(_))) => Err(Unclear::Alert),
            Err(miss) => Err(Unclear::Miss(miss)),
        }
    }

    /// Asks until nothing is left. What was found stays found if an answer is lost.
    async fn strike_out(&mut self, suites: &[u16]) {
        let known = |offered: &Offered, number: u16| {
            Suite::by_number(number).is_some_and(|suite| offered.suites.iter().any(|name| name == suite.name))
        };
        let mut left: Vec<u16> =
            suites.iter().copied().filter(|number| !known(&self.found.offered, *number)).collect();
        for _ in 0..ROUNDS {
            if left.is_empty() {
                return;
            }
            match self.ask(&left).await {
                Ok(Reply::Chose(flight, chosen)) if left.contains(&chosen.suite) => {
                    left.retain(|suite| *suite != chosen.suite);
                    self.keep(chosen, *flight);
                }
                Ok(Reply::Refused(_)) => return,
                Ok(Reply::Chose(..)) => return self.found.offered.cut = Some(self.stranger()),
                Err(miss) => return self.found.offered.cut = Some(miss),
            }
        }
        self.found.offered.cut = Some(Miss::Unsupported(format!("more than {ROUNDS} suites")));
    }

    /// All classes at once: two round trips whatever the number of suites.
    async fn by_class(&mut self) {
        let lists = CLASSES.map(numbers);
        let [ecdhe, dhe, fixed, anonymous, null, export, des, rc4, small, aead, cbc, leftover] = &lists;
        let this = &*self;
        let replies = tokio::join!(
            this.ask(ecdhe),
            this.ask(dhe),
            this.ask(fixed),
            this.ask(anonymous),
            this.ask(null),
            this.ask(export),
            this.ask(des),
            this.ask(rc4),
            this.ask(small),
            this.ask(aead),
            this.ask(cbc),
            this.ask(leftover),
        );
        let replies = <[_; CLASSES.len()]>::from(replies);
        self.found.offered.sampled = true;
        for (reply, list) in replies.into_iter().zip(&lists) {
            match reply {
                Ok(Reply::Chose(flight, chosen)) if list.contains(&chosen.suite) => {
                    self.found.offered.take(&chosen, &flight);
                }
                Ok(Reply::Refused(_)) => {}
                Ok(Reply::Chose(..)) => self.found.offered.cut = Some(self.stranger()),
                Err(miss) => self.found.offered.cut = Some(miss),
            }
        }
    }

    /// For a stack that drops long lists: first the common suites alone, and if it takes them, the
    /// others by portions. Says whether the version is offered.
    async fn in_chunks(&mut self) -> Result<bool, Miss> {
        let common = numbers(Suite::is_common);
        match self.ask(&common).await? {
            Reply::Refused(_) => return Ok(false),
            Reply::Chose(_, chosen) if !common.contains(&chosen.suite) => return Err(self.stranger()),
            Reply::Chose(flight, chosen) => {
                self.keep(chosen, *flight);
            }
        }
        self.strike_out(&common).await;
        for chunk in numbers(|suite| !suite.is_common()).chunks(CHUNK) {
            self.strike_out(chunk).await;
        }
        Ok(true)
    }

    /// What can only be asked once the suites are known.
    async fn finish(mut self) -> Found {
        let (own_order, weak_curve) = tokio::join!(self.own_order(), self.weak_curve());
        self.found.offered.own_order = own_order;
        match weak_curve {
            Ok(Some(flight)) => self.found.offered.take_parameters(&flight),
            Ok(None) => {}
            Err(miss) => self.found.offered.cut = self.found.offered.cut.take().or(Some(miss)),
        }
        self.found
    }

    /// Offered backwards, does the server still choose the same? Unknown where it has no choice.
    async fn own_order(&self) -> Option<bool> {
        let mut suites: Vec<u16> = self.found.offered.known_suites().map(|suite| suite.number).collect();
        suites.truncate(CHUNK);
        let first = *suites.first()?;
        (suites.len() > 1).then_some(())?;
        suites.reverse();
        match self.ask(&suites).await {
            Ok(Reply::Chose(_, chosen)) => Some(chosen.suite == first),
            _ => None,
        }
    }

    /// A key exchange over a weak curve, if the server agrees to one where nothing else is offered.
    async fn weak_curve(&self) -> Result<Option<Box<Flight>>, Miss> {
        let suites: Vec<u16> = self
            .found
            .offered
            .known_suites()
            .filter(|suite| suite.exchange() == Exchange::Ecdhe)
            .map(|suite| suite.number)
            .collect();
        // SSL 3.0 has no extension to name curves in.
        if suites.is_empty() || self.version == Version::Ssl3 {
            return Ok(None);
        }
        let weak = OLD_CURVES.iter().filter(|(.., bits)| *bits < WEAK_CURVE);
        let groups: Vec<u16> = weak.map(|(number, ..)| *number).collect();
        let hello = ClientHello { suites: &suites, groups: &groups, ..self.link.hello(self.version) };
        Ok(match self.link.ask(&hello).await? {
            Reply::Chose(flight, _) => Some(flight),
            Reply::Refused(_) => None,
        })
    }

    async fn ask(&self, suites: &[u16]) -> Result<Reply, Miss> {
        let hello = ClientHello { suites, groups: &self.groups, ..self.link.hello(self.version) };
        self.link.ask(&hello).await
    }

    fn stranger(&self) -> Miss {
        Miss::Malformed(format!("{} chose a suite that nobody offered", self.link.name()))
    }
}

/// Asks for an older version as a client that was pushed down to it (RFC 7507).
pub(super) async fn refuses_fallback(link: &Link<'_>, offers: &Offers) -> Option<bool> {
    let old = |version: &Version| (Version::Ssl3..=Version::Tls12).contains(version);
    let mut offered = Version::ALL.into_iter().filter(old).filter(|one| offers.offers(*one).is_some());
    let (_, second) = (offered.next()?, offered.next()?);
    let suites: Vec<u16> = offers.offers(second)?.known_suites().map(|suite| suite.number).collect();
    let groups = groups();
    let hello = ClientHello { suites: &suites, groups: &groups, fallback: true, ..link.hello(second) };
    match link.ask(&hello).await.ok()? {
        Reply::Refused(Some(alert)) => (alert.description == Alert::INAPPROPRIATE_FALLBACK).then_some(true),
        Reply::Refused(None) => None,
        Reply::Chose(..) => Some(false),
    }
}

impl Offered {
    pub(super) fn take(&mut self, chosen: &ServerHello, flight: &Flight) {
        let name = Suite::by_number(chosen.suite)
            .map_or_else(|| format!("0x{:04x}", chosen.suite), |suite| suite.name.to_owned());
        if !self.suites.contains(&name) {
            self.suites.push(name);
        }
        let has = |number| chosen.extensions.contains(&number);
        self.compression |= chosen.compression != 0;
        self.secure_renegotiation |= has(RENEGOTIATION_INFO);
        self.extended_master_secret |= has(EXTENDED_MASTER_SECRET);
        self.tickets |= has(SESSION_TICKET);
        self.heartbeat |= has(HEARTBEAT);
        self.staple |= flight.staple.is_some();
        if chosen.version != Version::Tls13.wire() {
            self.marks_downgrade = Some(chosen.downgraded && self.marks_downgrade != Some(false));
        }
        self.take_parameters(flight);
    }

    fn take_parameters(&mut self, flight: &Flight) {
        if let Some(exchange) = &flight.key_exchange
            && !self.key_exchanges.iter().any(|known| known.is_like(exchange))
        {
            let mut exchange = exchange.clone();
            let looked_at = self.key_exchanges.iter().filter(|one| matches!(one, KeyExchange::Dhe { .. }));
            if let (KeyExchange::Dhe { modulus, .. }, Some(prime)) = (&mut exchange, &flight.prime)
                && looked_at.count() < PRIMES
            {
                *modulus = hello::modulus(prime);
            }
            self.key_exchanges.push(exchange);
        }
    }
}

/// Suites up to TLS 1.2 by number.
fn numbers(wanted: impl Fn(Suite) -> bool) -> Vec<u16> {
    let old = Suite::all().iter().filter(|suite| !suite.is_tls13());
    old.filter(|suite| wanted(**suite)).map(|suite| suite.number).collect()
}

/// Elliptic curves alone: a server that meets a named finite field (RFC 7919) would show it in place
/// of the parameters that other clients get.
fn groups() -> Vec<u16> {
    let modern = GROUPS.iter().map(|(number, _)| *number).filter(|number| *number < 0x0100);
    modern.chain(OLD_CURVES.iter().map(|(number, ..)| *number)).collect()
}
