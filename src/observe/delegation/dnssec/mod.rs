//! Verifies the zone's signatures ourselves: from a trust anchor to its DS, and from there to what
//! each of its own servers hands out. Where a fault shows, the resolver is asked for a second path.

mod chain;
mod denial;
mod verify;

use std::collections::{BTreeMap, BTreeSet};

use hickory_resolver::proto::{
    dnssec::{
        PublicKey as _,
        rdata::{CDNSKEY, CDS, DNSSECRData, DS},
    },
    op::{Message, ResponseCode},
    rr::{Name, RData, RecordType},
};

use self::{
    chain::{Anchors, ds_in, fqdn},
    denial::Method,
    verify::{keys_in, prove},
};
use super::super::{
    Net,
    net::{Authority, Flags, all, first},
};
use crate::seen::{Cds, Denial, Dnssec, Ds, Miss, NO_SUCH_LABEL, Resolved, Seen, Server, Signed};

/// One of the zone's servers, as far as it is known already.
pub(super) struct Heard<'a> {
    pub(super) server: &'a Server,
    /// Its answer for the SOA, asked with the DO bit.
    pub(super) soa: Option<Message>,
}

pub(super) async fn observe(
    net: &Net,
    zone: &str,
    at_parent: Result<Message, Miss>,
    heard: Vec<Heard<'_>>,
) -> Seen<Dnssec> {
    let look = async {
        let at_parent = at_parent?;
        let zone = Zone { net, name: fqdn(zone)?, text: zone, ds: Vec::new() };
        zone.look(&at_parent, heard).await
    };
    look.await.into()
}

/// The DS records, from the first server of the parent that answers.
pub(super) async fn signers(net: &Net, zone: &str, parents: &[Authority]) -> Result<Message, Miss> {
    let ask = async |parent: &Authority| {
        let message = net.ask_either(parent, zone, RecordType::DS, Flags::SIGNED).await?;
        match message.metadata.response_code {
            ResponseCode::NoError | ResponseCode::NXDomain => Ok(message),
            code => {
                let code = super::shown(code);
                Err(Miss::Denied(format!("{} for {zone} DS: {code}", parent.shown())))
            }
        }
    };
    let none = || Err(Miss::Unsupported(format!("no name server above {zone} has an address")));
    first(parents.iter().map(ask), super::STAGGER).await.unwrap_or_else(none)
}

struct Zone<'a> {
    net: &'a Net,
    name: Name,
    text: &'a str,
    ds: Vec<DS>,
}

impl Zone<'_> {
    async fn look(mut self, at_parent: &Message, heard: Vec<Heard<'_>>) -> Result<Dnssec, Miss> {
        self.ds = ds_in(at_parent, &self.name);
        // Whoever gives an anchor for this very zone wants it checked, delegated or not.
        if let Some(anchors) = Anchors::above(self.net, self.text).filter(|anchors| anchors.zone == self.text)
        {
            self.ds.extend(anchors.ds());
        }
        let ds: BTreeSet<Ds> = self.ds.iter().map(shortened).collect();
        let mut dnssec = Dnssec { ds: ds.into_iter().collect(), ..Dnssec::default() };
        let serving: Vec<Heard<'_>> = heard.into_iter().filter(|heard| heard.server.serves()).collect();
        if self.ds.is_empty() {
            self.denied(at_parent).await?;
            dnssec.keys = self.unclaimed(&serving).await.into();
            return Ok(dnssec);
        }
        let (chain, ()) = tokio::join!(chain::walk(self.net, self.text, at_parent), async {
            self.servers(&serving, &mut dnssec).await;
        });
        dnssec.chain = chain.into();
        let now = self.net.now.as_second();
        let faulty =
            dnssec.servers.values().any(|seen| seen.got().is_some_and(|one| one.fault(now).is_some()));
        let broken = dnssec.chain.got().is_some_and(|chain| chain.standing == crate::seen::Standing::Bogus);
        if faulty || broken || dnssec.chain.got().is_none() {
            dnssec.resolver = self.through_resolver(faulty || broken).await.into();
        }
        Ok(dnssec)
    }

    /// A signed parent proves that it has no DS (RFC 4035 section 3.1.4.1); anybody on the way could leave
    /// out both. Whether the parent is signed is only asked where no proof came.
    async fn denied(&self, at_parent: &Message) -> Result<(), Miss> {
        let proof = [RecordType::NSEC, RecordType::NSEC3];
        if at_parent.authorities.iter().any(|record| proof.contains(&record.record_type())) {
            return Ok(());
        }
        let chain = chain::walk(self.net, self.text, at_parent).await;
        match chain {
            Ok(chain) if chain.standing == crate::seen::Standing::Secure => Err(Miss::Malformed(format!(
                "the zone above {} is signed, and its answer that there is no DS comes without a proof",
                self.text
            ))),
            // A parent that is not signed, or a world of which no trust anchor is known.
            _ => Ok(()),
        }
    }

    /// The keys of a zone that its parent says nothing of.
    async fn unclaimed(&self, serving: &[Heard<'_>]) -> Result<Vec<u16>, Miss> {
        let heard =
            serving.first().ok_or_else(|| Miss::Denied(format!("no name server serves {}", self.text)))?;
        let authority = authority(heard.server);
        let message = self.net.ask_either(&authority, self.text, RecordType::DNSKEY, Flags::EDNS).await?;
        ensured(&message, &authority, self.text)?;
        let tags = keys_in(&message, &self.name).into_iter().filter_map(|key| key.calculate_key_tag().ok());
        Ok(tags.collect::<BTreeSet<u16>>().into_iter().collect())
    }

    /// Every server's keys; of the first, also what it denies and what it asks of the parent.
    async fn servers(&self, serving: &[Heard<'_>], dnssec: &mut Dnssec) {
        let missing = format!("{NO_SUCH_LABEL}.{}", self.text);
        let rest = [
            (missing.as_str(), RecordType::A),
            (self.text, RecordType::CDS),
            (self.text, RecordType::CDNSKEY),
        ];
        let asked = all(serving.iter().enumerate().map(async |(index, heard)| {
            let mut asks = vec![(self.text, RecordType::DNSKEY)];
            if index == 0 {
                asks.extend(rest);
            }
            self.ask(&authority(heard.server), &asks, heard.server.tcp.got().is_some()).await
        }))
        .await;
        let now = self.net.now.as_second();
        let mut answers: Vec<(Authority, Vec<Result<Message, Miss>>)> = Vec::new();
        for (heard, mut messages) in serving.iter().zip(asked) {
            let authority = authority(heard.server);
            let soa = self.soa(heard, &authority).await;
            let signed = match (&messages[0], &soa) {
                (Ok(keys), Ok(soa)) => ensured(keys, &authority, self.text)
                    .and_then(|()| ensured(soa, &authority, self.text))
                    .map(|()| prove(&self.name, &self.ds, keys, soa, now)),
                (Err(miss), _) | (_, Err(miss)) => Err(miss.clone()),
            };
            dnssec.servers.insert(authority.shown(), signed.into());
            messages.truncate(4);
            answers.push((authority, messages));
        }
        let Some((authority, messages)) = answers.first() else { return };
        let [keys, no_name, cds, cdnskey] = messages.as_slice() else { return };
        dnssec.cds = read_cds(&self.name, keys, cds, cdnskey).into();
        let negative: Vec<&Message> = [no_name, cds, cdnskey].into_iter().flatten().collect();
        match denial::method(&negative) {
            Some(Method::Nsec3 { iterations, salted }) => {
                dnssec.nsec3 = Seen::Got(Some(iterations));
                dnssec.salted = salted;
            }
            Some(Method::Nsec) => dnssec.nsec3 = Seen::Got(None),
            None => {
                let miss = no_name.as_ref().err().cloned();
                let none = || Miss::Malformed(format!("{} sends no NSEC or NSEC3 record", authority.shown()));
                dnssec.nsec3 = Seen::Missed(miss.unwrap_or_else(none));
            }
        }
        let questions = [(missing.as_str(), RecordType::A), (self.text, RecordType::CDS)];
        self.denials(authority, keys, &questions, &[no_name, cds], &mut dnssec.denial);
        let faulty = dnssec.denial.values().any(|seen| seen.got().is_some_and(|one| one.fault().is_some()));
        if let (true, Some((second, messages))) = (faulty, answers.get(1)) {
            let again = self.ask(second, &questions, true).await;
            let again: Vec<&Result<Message, Miss>> = again.iter().collect();
            self.denials(second, &messages[0], &questions, &again, &mut dnssec.denial);
        }
    }

    fn denials(
        &self,
        authority: &Authority,
        keys: &Result<Message, Miss>,
        questions: &[(&str, RecordType)],
        answers: &[&Result<Message, Miss>],
        into: &mut BTreeMap<String, Seen<Denial>>,
    ) {
        let now = self.net.now.as_second();
        for ((name, kind), answer) in questions.iter().zip(answers) {
            let judged = match (keys, answer) {
                (Err(miss), _) | (_, Err(miss)) => Err(miss.clone()),
                (Ok(keys), Ok(message)) => fqdn(name).and_then(|fqdn| {
                    let keys = keys_in(keys, &self.name);
                    let code = super::shown(message.metadata.response_code);
                    denial::judge(message, &fqdn, *kind, &self.name, &keys, now).ok_or_else(|| {
                        Miss::Denied(format!("{} for {name} {kind}: {code}", authority.shown()))
                    })
                }),
            };
            into.insert(format!("{} {name} {kind}", authority.shown()), judged.into());
        }
    }

    /// Over TCP where the server has it, because signed keys rarely fit a datagram; what was cut there
    /// must not look like a zone without keys.
    async fn ask(
        &self,
        authority: &Authority,
        asks: &[(&str, RecordType)],
        tcp: bool,
    ) -> Vec<Result<Message, Miss>> {
        if tcp {
            return self.net.ask_together(authority, asks, Flags::SIGNED).await;
        }
        all(asks.iter().map(|(name, kind)| self.net.ask_either(authority, name, *kind, Flags::SIGNED))).await
    }

    /// The SOA with its signature, as it came when the server was first asked.
    async fn soa(&self, heard: &Heard<'_>, authority: &Authority) -> Result<Message, Miss> {
        match &heard.soa {
            Some(message) if !message.metadata.truncation => Ok(message.clone()),
            _ => self.net.ask_tcp(authority, self.text, RecordType::SOA, Flags::SIGNED).await,
        }
    }

    /// The second path: what the resolver says when it may check, and, where something is wrong,
    /// what it hands out unchecked.
    async fn through_resolver(&self, wrong: bool) -> Result<Resolved, Miss> {
        let checked = self.net.ask_recursive(self.text, RecordType::SOA, Flags::CHECKED);
        let unchecked = async { if wrong { self.unchecked().await } else { Err(Miss::NotAsked) } };
        let (checked, unchecked) = tokio::join!(checked, unchecked);
        let head = checked?.metadata;
        let code = super::shown(head.response_code);
        Ok(Resolved { code, authentic: head.authentic_data, unchecked: unchecked.into() })
    }

    async fn unchecked(&self) -> Result<Signed, Miss> {
        let (keys, soa) = tokio::join!(
            self.net.ask_recursive(self.text, RecordType::DNSKEY, Flags::UNCHECKED),
            self.net.ask_recursive(self.text, RecordType::SOA, Flags::UNCHECKED),
        );
        let (keys, soa) = (keys?, soa?);
        let has_soa = soa.answers.iter().any(|record| record.record_type() == RecordType::SOA);
        if has_soa {
            return Ok(prove(&self.name, &self.ds, &keys, &soa, self.net.now.as_second()));
        }
        Err(Miss::Denied(format!("the resolver has no SOA of {}", self.text)))
    }
}

fn authority(server: &Server) -> Authority {
    Authority { name: server.name.clone(), address: server.address }
}

fn ensured(message: &Message, authority: &Authority, zone: &str) -> Result<(), Miss> {
    match message.metadata.response_code {
        ResponseCode::NoError => Ok(()),
        code => {
            let code = super::shown(code);
            Err(Miss::Denied(format!("{} for the keys of {zone}: {code}", authority.shown())))
        }
    }
}

fn shortened(ds: &DS) -> Ds {
    Ds { tag: ds.key_tag(), algorithm: ds.algorithm().into(), digest: ds.digest_type().into() }
}

/// What the zone asks its parent to publish.
fn read_cds(
    zone: &Name,
    keys: &Result<Message, Miss>,
    cds: &Result<Message, Miss>,
    cdnskey: &Result<Message, Miss>,
) -> Result<Cds, Miss> {
    let cloned = |miss: &Miss| miss.clone();
    let (keys, cds, cdnskey) =
        (keys.as_ref().map_err(cloned)?, cds.as_ref().map_err(cloned)?, cdnskey.as_ref().map_err(cloned)?);
    for message in [cds, cdnskey] {
        if message.metadata.response_code != ResponseCode::NoError {
            let code = super::shown(message.metadata.response_code);
            return Err(Miss::Denied(format!("the question for CDS of {zone}: {code}")));
        }
    }
    let all: Vec<_> = keys_in(keys, zone);
    let as_ds: Vec<&CDS> = of(cds, |data| match data {
        DNSSECRData::CDS(cds) => Some(cds),
        _ => None,
    });
    let as_keys: Vec<&CDNSKEY> = of(cdnskey, |data| match data {
        DNSSECRData::CDNSKEY(key) => Some(key),
        _ => None,
    });
    let delete = as_ds.iter().any(|cds| cds.is_delete()) || as_keys.iter().any(|key| key.is_delete());
    let wanted: Vec<DS> = as_ds
        .iter()
        .filter_map(|cds| {
            Some(DS::new(cds.key_tag(), cds.algorithm()?, cds.digest_type(), cds.digest().to_vec()))
        })
        .collect();
    let has_key = |ds: &DS| all.iter().any(|key| ds.covers(zone, key).unwrap_or(false));
    let publics: Vec<_> = as_keys.iter().filter_map(|key| key.public_key()).collect();
    let known = |public: &[u8]| all.iter().find(|key| key.public_key().public_bytes() == public);
    let tags = publics.iter().filter_map(|public| known(public.public_bytes())?.calculate_key_tag().ok());
    let ds: BTreeSet<Ds> = wanted.iter().map(shortened).collect();
    Ok(Cds {
        ds: ds.into_iter().collect(),
        keys: tags.collect::<BTreeSet<u16>>().into_iter().collect(),
        delete,
        fits: delete
            || (wanted.iter().all(has_key)
                && publics.iter().all(|public| known(public.public_bytes()).is_some())),
    })
}

fn of<'a, T>(message: &'a Message, pick: impl Fn(&'a DNSSECRData) -> Option<T>) -> Vec<T> {
    let records = message.answers.iter().filter_map(|record| match &record.data {
        RData::DNSSEC(data) => pick(data),
        _ => None,
    });
    records.take(16).collect()
}
