//! Enumerates what a TLS server offers: one connection, one ClientHello, one answer, repeated.
//!
//! A timeout or a reset says nothing about what is offered and becomes a miss, never a "no".

use std::collections::BTreeMap;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    time::timeout,
};

use super::Net;
use crate::{
    engine::hello::{
        Alert, ClientHello, Flight, GROUPS, OLD_CURVES, Progress, Reader, ServerHello, Suite, Version,
        group_name, sslv2_hello,
    },
    seen::{Miss, Offered, Offers, Seen},
};

/// Connections for one version at most: the longest list of suites ever met is 61.
const ROUNDS: usize = 128;
/// Extension numbers (IANA, TLS ExtensionType).
const HEARTBEAT: u16 = 15;
const EXTENDED_MASTER_SECRET: u16 = 23;
const SESSION_TICKET: u16 = 35;
const RENEGOTIATION_INFO: u16 = 0xff01;

/// Asks for every version at once; within a version each answer decides the next question.
pub(super) async fn enumerate(net: &Net, host: &str, port: u16) -> Offers {
    let server = Server { net, host, port };
    let (tls13, tls12, tls11, tls10, ssl3, ssl2) = tokio::join!(
        server.tls13(),
        server.suites(Version::Tls12),
        server.suites(Version::Tls11),
        server.suites(Version::Tls10),
        server.suites(Version::Ssl3),
        server.ssl2(),
    );
    let (tls13, groups) = match tls13 {
        Ok(Some((offered, groups))) => (Seen::Got(Some(offered)), groups),
        Ok(None) => (Seen::Got(None), Vec::new()),
        Err(miss) => (Seen::Missed(miss), Vec::new()),
    };
    let versions = BTreeMap::from([
        (Version::Tls13, tls13),
        (Version::Tls12, tls12.into()),
        (Version::Tls11, tls11.into()),
        (Version::Tls10, tls10.into()),
        (Version::Ssl3, ssl3.into()),
        (Version::Ssl2, ssl2.into()),
    ]);
    let mut offers = Offers { versions, groups, refuses_fallback: None };
    offers.refuses_fallback = server.refuses_fallback(&offers).await;
    offers
}

struct Server<'a> {
    net: &'a Net,
    host: &'a str,
    port: u16,
}

impl Server<'_> {
    /// All suites of one version up to TLS 1.2, by striking out each one the server chooses.
    async fn suites(&self, version: Version) -> Result<Option<Offered>, Miss> {
        let mut left: Vec<u16> =
            Suite::all().iter().filter(|suite| !suite.is_tls13()).map(|suite| suite.number).collect();
        let groups: Vec<u16> = old_groups();
        let mut offered = Offered::default();
        for _ in 0..ROUNDS {
            let hello = ClientHello { suites: &left, groups: &groups, ..self.hello(version) };
            let flight = match self.ask(&hello.to_bytes()).await {
                Ok(flight) => flight,
                // Once something was offered, a lost answer must not shorten the list unnoticed.
                Err(miss) => return Err(miss),
            };
            let Some(chosen) = accepted(&flight, version) else { break };
            if !left.contains(&chosen.suite) {
                return Err(Miss::Malformed(format!("{}: a suite that nobody offered", self.name())));
            }
            left.retain(|suite| *suite != chosen.suite);
            offered.take(chosen, &flight);
        }
        if offered.suites.is_empty() {
            return Ok(None);
        }
        offered.own_order = self.own_order(version, &offered, &groups).await;
        Ok(Some(offered))
    }

    /// Offered backwards, does the server still choose the same? Unknown where it has no choice.
    async fn own_order(&self, version: Version, offered: &Offered, groups: &[u16]) -> Option<bool> {
        let by_name = |name: &String| Suite::all().iter().find(|suite| suite.name == name);
        let mut suites: Vec<u16> =
            offered.suites.iter().filter_map(by_name).map(|suite| suite.number).collect();
        let first = *suites.first()?;
        (suites.len() > 1).then_some(())?;
        suites.reverse();
        let hello = ClientHello { suites: &suites, groups, ..self.hello(version) };
        let flight = self.ask(&hello.to_bytes()).await.ok()?;
        accepted(&flight, version).map(|chosen| chosen.suite == first)
    }

    /// TLS 1.3: an empty key_share makes the server name suite and group without any key.
    async fn tls13(&self) -> Result<Option<(Offered, Vec<String>)>, Miss> {
        let mut suites: Vec<u16> =
            Suite::all().iter().filter(|suite| suite.is_tls13()).map(|suite| suite.number).collect();
        let mut groups: Vec<u16> = GROUPS.iter().map(|(number, _)| *number).collect();
        let (mut offered, mut named) = (Offered::default(), Vec::new());
        let mut strongest = None;
        for _ in 0..ROUNDS {
            let hello = ClientHello { suites: &suites, groups: &groups, ..self.hello(Version::Tls13) };
            let flight = self.ask(&hello.to_bytes()).await?;
            let Some(chosen) = accepted(&flight, Version::Tls13) else { break };
            strongest = strongest.or(Some(chosen.suite));
            offered.take(chosen, &flight);
            suites.retain(|suite| *suite != chosen.suite);
        }
        let Some(suite) = strongest else { return Ok(None) };
        for _ in 0..GROUPS.len() {
            let hello = ClientHello { suites: &[suite], groups: &groups, ..self.hello(Version::Tls13) };
            let flight = self.ask(&hello.to_bytes()).await?;
            let Some(group) = accepted(&flight, Version::Tls13).and_then(|chosen| chosen.group) else {
                break;
            };
            if !groups.contains(&group) {
                break;
            }
            named.push(group_name(group));
            groups.retain(|known| *known != group);
        }
        Ok(Some((offered, named)))
    }

    async fn ssl2(&self) -> Result<Option<Offered>, Miss> {
        let answer = self.exchange(&sslv2_hello([7; 16]), &mut |bytes| bytes.len() >= 3).await?;
        // A SERVER-HELLO: a two-byte header with the high bit set, then message type 4.
        let is_hello = answer.len() >= 3 && answer[0] & 0x80 != 0 && answer[2] == 4;
        Ok(is_hello.then(|| Offered { suites: vec!["SSL 2.0".to_owned()], ..Offered::default() }))
    }

    /// Asks for the second best version as a client that was pushed down to it.
    async fn refuses_fallback(&self, offers: &Offers) -> Option<bool> {
        let both = offers.offers(Version::Tls13).or(offers.offers(Version::Tls12)).is_some();
        let older = [Version::Tls12, Version::Tls11, Version::Tls10, Version::Ssl3];
        let best = Version::ALL.into_iter().find(|version| offers.offers(*version).is_some())?;
        let second =
            older.into_iter().find(|version| *version < best && offers.offers(*version).is_some())?;
        both.then_some(())?;
        let suites: Vec<u16> =
            Suite::all().iter().filter(|suite| !suite.is_tls13()).map(|suite| suite.number).collect();
        let groups = old_groups();
        let hello = ClientHello { suites: &suites, groups: &groups, fallback: true, ..self.hello(second) };
        let flight = self.ask(&hello.to_bytes()).await.ok()?;
        match flight.alert {
            Some(alert) if alert.description == Alert::INAPPROPRIATE_FALLBACK => Some(true),
            _ => flight.hello.map(|_| false),
        }
    }

    fn hello(&self, version: Version) -> ClientHello<'_> {
        ClientHello {
            version,
            suites: &[],
            groups: &[],
            server_name: self.host.parse::<std::net::IpAddr>().is_err().then_some(self.host),
            alpn: &[b"h2", b"http/1.1"],
            compression: true,
            fallback: false,
            // No key is ever agreed, so nothing depends on chance; a fixed value gives equal runs.
            random: [0x5a; 32],
        }
    }

    async fn ask(&self, hello: &[u8]) -> Result<Flight, Miss> {
        let mut reader = Reader::default();
        let mut broken = None;
        self.exchange(hello, &mut |bytes| match reader.feed(bytes) {
            Progress::More => false,
            Progress::Done => true,
            Progress::Malformed(why) => {
                broken = Some(why);
                true
            }
        })
        .await?;
        match broken {
            Some(why) => Err(Miss::Malformed(format!("{}: {why}", self.name()))),
            None => Ok(reader.flight()),
        }
    }

    /// Sends once and reads until `enough` says so. Portions go to `enough` one by one.
    async fn exchange(
        &self,
        bytes: &[u8],
        enough: &mut (dyn FnMut(&[u8]) -> bool + Send),
    ) -> Result<Vec<u8>, Miss> {
        let mut stream = self.net.connect(self.host, self.port, "tls").await?.tcp;
        let talk = async {
            let reset = |err: std::io::Error| Miss::Refused(format!("{}: {err}", self.name()));
            stream.write_all(bytes).await.map_err(reset)?;
            let (mut all, mut portion) = (Vec::new(), vec![0_u8; 16_384]);
            loop {
                let count = stream.read(&mut portion).await.map_err(reset)?;
                if count == 0 {
                    return if all.is_empty() {
                        Err(Miss::Refused(format!("{}: closed without an answer", self.name())))
                    } else {
                        Ok(all)
                    };
                }
                all.extend_from_slice(&portion[..count.min(1_024)]);
                if enough(&portion[..count]) {
                    return Ok(all);
                }
            }
        };
        timeout(self.net.patience(), talk).await.unwrap_or_else(|_| Err(Miss::Timeout(self.name())))
    }

    fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

impl Offered {
    fn take(&mut self, chosen: &ServerHello, flight: &Flight) {
        let name = Suite::by_number(chosen.suite)
            .map_or_else(|| format!("0x{:04x}", chosen.suite), |suite| suite.name.to_owned());
        self.suites.push(name);
        let has = |number| chosen.extensions.contains(&number);
        self.compression |= chosen.compression != 0;
        self.secure_renegotiation |= has(RENEGOTIATION_INFO);
        self.extended_master_secret |= has(EXTENDED_MASTER_SECRET);
        self.tickets |= has(SESSION_TICKET);
        self.heartbeat |= has(HEARTBEAT);
        self.staple |= flight.staple.is_some();
        if let Some(exchange) = &flight.key_exchange
            && !self.key_exchanges.contains(exchange)
        {
            self.key_exchanges.push(exchange.clone());
        }
    }
}

/// The server's choice, if it chose the version that was asked for; an answer in another version is
/// a refusal of this one.
fn accepted(flight: &Flight, version: Version) -> Option<&ServerHello> {
    flight.hello.as_ref().filter(|hello| hello.version == version.wire())
}

fn old_groups() -> Vec<u16> {
    let modern = GROUPS.iter().map(|(number, _)| *number).filter(|number| *number < 0x1000);
    modern.chain(OLD_CURVES.iter().map(|(number, ..)| *number)).collect()
}
