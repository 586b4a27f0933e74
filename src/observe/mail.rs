//! Asks the mail records of a domain: MX, the SPF tree, DMARC, DKIM selectors, MTA-STS, TLS-RPT, BIMI.

use std::collections::BTreeSet;

use super::{Net, policy, zone::follow};
use crate::{
    engine::{
        dkim, dmarc,
        name::{is_within, purchasable, registrable},
        senders::{Clues, FACTS, SEND, gather, infer, selectors as selectors_of},
        spf::{self, Fetched},
    },
    plan::Touch,
    seen::{Answer, Answers, Ask, Mail, NO_SUCH_LABEL, Rr, Seen},
};

/// DNS questions about one domain's mail; a healthy one needs about thirty.
const LIMIT: usize = 150;
const MAX_HOSTS: usize = 12;
/// Addresses of one own mail host whose reverse names are looked at.
const MAX_ADDRESSES: usize = 4;

pub(super) async fn observe(net: &Net, domain: &str, declared: &[String]) -> Seen<Mail> {
    let answers = net.gather(LIMIT, |answers| wanted(domain, declared, answers)).await;
    let Selectors { likely, usual } = selectors(domain, declared, &answers);
    let tried = likely.into_iter().chain(usual);
    let mut selectors: Vec<String> =
        tried.filter(|one| answers.has(&Ask::new(key_name(one, domain), Rr::Txt))).collect();
    selectors.sort();
    let (policy, logo, mark) = tokio::join!(
        policy::sts(net, domain, &answers),
        policy::logo(net, domain, &answers),
        policy::mark(net, domain, &answers)
    );
    Seen::Got(Mail { answers, selectors, policy, logo, mark })
}

pub(super) fn touches(domain: &str, declared: &[String]) -> Vec<Touch> {
    let declared = declared.iter().map(|selector| key_name(selector, domain));
    let mut touches: Vec<Touch> = always(domain)
        .into_iter()
        .chain(declared.map(|name| Ask::new(name, Rr::Txt)))
        .map(|ask| Touch::Dns { name: ask.name, record: ask.rr.to_string() })
        .collect();
    touches.push(Touch::Then {
        what: format!(
            "addresses of the mail hosts and reverse names of own ones, return paths of the senders seen, targets \
             of service records, what SPF includes, the DMARC record of parents and the consent of \
             report receivers, DKIM selectors of the senders seen and {} usual ones: at most {LIMIT} DNS \
             questions in all",
            FACTS.generic_selectors.len()
        ),
    });
    touches.extend(policy::touches(domain));
    touches
}

/// What is asked about every domain.
fn always(domain: &str) -> BTreeSet<Ask> {
    let txt = ["_dmarc", "_domainkey", "_mta-sts", "_smtp._tls", "default._bimi"]
        .map(|label| Ask::new(format!("{label}.{domain}"), Rr::Txt));
    let mut asks: BTreeSet<Ask> = txt.into();
    asks.extend([Ask::new(domain, Rr::Mx), Ask::new(domain, Rr::Txt)]);
    // Transactional senders keep their return path there; without it such a domain looks mailless.
    asks.insert(Ask::new(format!("{SEND}.{domain}"), Rr::Txt));
    // Postmark's selectors cannot be guessed, and nothing else shows it.
    asks.insert(Ask::new(format!("pm-bounces.{domain}"), Rr::Cname));
    asks.extend(SERVICES.map(|service| Ask::new(format!("{service}.{domain}"), Rr::Srv)));
    asks.insert(Ask::new(policy::policy_host(domain), Rr::A));
    asks
}

/// Services whose records are left behind when a mail or telephone provider is left.
const SERVICES: [&str; 2] = ["_autodiscover._tcp", "_sipfederationtls._tcp"];

/// Everything worth asking, given the answers so far.
fn wanted(domain: &str, declared: &[String], answers: &Answers) -> BTreeSet<Ask> {
    let mut asks = always(domain);
    for host in mail_hosts(domain, answers) {
        follow(&host, answers, &mut asks);
    }
    follow(&policy::policy_host(domain), answers, &mut asks);
    spf(domain, answers, &mut asks);
    // A domain without SPF, or with left-overs of its time, may still have it in the retired type.
    if answers.get(domain, Rr::Txt).is_ok_and(|txt| {
        spf::select(txt).is_empty() && !mail_hosts(domain, answers).is_empty()
            || txt.iter().any(|text| text.to_ascii_lowercase().starts_with("spf2.0"))
    }) {
        asks.insert(Ask::new(domain, Rr::Spf));
    }
    dmarc(domain, answers, &mut asks);
    names_of_hosts(domain, answers, &mut asks);
    bounces(domain, answers, &mut asks);
    for target in services(domain, answers) {
        follow(&target, answers, &mut asks);
    }
    // Senders are inferred from everything else, so their selectors come when nothing else is open.
    if asks.iter().all(|ask| answers.has(ask)) {
        selectors(domain, declared, answers).ask(domain, answers, &mut asks);
    }
    asks
}

fn mail_hosts(domain: &str, answers: &Answers) -> Vec<String> {
    let records = answers.get(domain, Rr::Mx).unwrap_or_default();
    let hosts = records.iter().filter_map(|mx| mx.split_once(' ')).map(|(_, host)| host.to_owned());
    hosts.filter(|host| registrable(host).is_some()).take(MAX_HOSTS).collect()
}

/// The targets of the domain's SRV records.
fn services(domain: &str, answers: &Answers) -> Vec<String> {
    let records = SERVICES
        .iter()
        .flat_map(|service| answers.get(&format!("{service}.{domain}"), Rr::Srv).unwrap_or_default());
    let targets = records.filter_map(|record| record.rsplit_once(' ')).map(|(_, target)| target.to_owned());
    targets.filter(|target| registrable(target).is_some()).take(MAX_HOSTS).collect()
}

/// Reverse names of the domain's own mail hosts, and whether they lead back.
fn names_of_hosts(domain: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
    for host in mail_hosts(domain, answers).iter().filter(|host| is_within(host, domain)) {
        for address in answers.addresses(host).unwrap_or_default().into_iter().take(MAX_ADDRESSES) {
            let reverse = Ask::new(spf::reverse(address), Rr::Ptr);
            for name in answers.get(&reverse.name, Rr::Ptr).unwrap_or_default().iter().take(2) {
                asks.insert(Ask::new(name, if address.is_ipv4() { Rr::A } else { Rr::Aaaa }));
            }
            asks.insert(reverse);
        }
    }
}

/// Where senders that were seen keep their return paths.
fn bounces(domain: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
    let found = gather(domain, &[], answers);
    let own = infer(&found.clues());
    let names = own.iter().flat_map(|sender| sender.return_paths());
    asks.extend(names.map(|(label, rr)| Ask::new(format!("{label}.{domain}"), rr)));
    let send = format!("{SEND}.{domain}");
    if answers.answer(&send, Rr::Txt).is_ok_and(|answer| !matches!(answer, Answer::NoName)) {
        asks.insert(Ask::new(&send, Rr::Mx));
        asks.insert(Ask::new(format!("_dmarc.{send}"), Rr::Txt));
    }
}

fn spf(domain: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
    let tree = spf::tree(domain, answers);
    asks.extend(tree.wanted.iter().cloned());
    // A name that does not exist may belong to a domain that anybody can register.
    let absent = tree.nodes().into_iter().filter_map(|node| match node.fetched {
        Fetched::Missing { exists: false } => Some(node.domain.clone()),
        _ => None,
    });
    let void = tree.voids.iter().map(|(name, _)| name.clone()).filter(|name| answers.is_no_name(name));
    let gone = absent.chain(void).filter(|name| !is_within(name, domain));
    asks.extend(gone.filter_map(|name| purchasable(&name)).map(|name| Ask::new(name, Rr::Soa)));
    if answers.get(domain, Rr::Txt).is_ok_and(|txt| spf::select(txt).is_empty()) {
        asks.insert(Ask::new(format!("_spf.{domain}"), Rr::Txt));
    }
}

fn dmarc(domain: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
    let walk = dmarc::walk(domain, answers);
    asks.extend(walk.wanted.iter().cloned());
    let own = format!("_dmarc.{domain}");
    if answers.get(&own, Rr::Txt).is_ok_and(<[String]>::is_empty) {
        asks.insert(doubled(&own, domain));
    }
    // Relaxed alignment asks for the organizational domain, which may lie above the record.
    let above = dmarc::names(domain).into_iter().skip(1).filter(|name| registrable(name).is_some());
    asks.extend(above.map(|name| Ask::new(format!("_dmarc.{name}"), Rr::Txt)));
    if let Some(found) = &walk.applies {
        let uris: Vec<String> = found.record.rua.iter().chain(&found.record.ruf).cloned().collect();
        let foreign = dmarc::reporting_hosts(&uris)
            .into_iter()
            .filter(|host| registrable(host) != registrable(&found.domain));
        for host in foreign.take(8) {
            let consent = Ask::new(format!("{}._report._dmarc.{host}", found.domain), Rr::Txt);
            // A receiver that does not consent may not exist any more.
            if answers.get(&consent.name, Rr::Txt).is_ok_and(<[String]>::is_empty) {
                asks.extend(purchasable(&host).map(|owner| Ask::new(owner, Rr::Soa)));
            }
            asks.insert(consent);
        }
        let own = dmarc::reporting_hosts(&uris).into_iter().filter(|host| is_within(host, &found.domain));
        for host in own.filter(|host| *host != domain).take(4) {
            asks.insert(Ask::new(&host, Rr::Mx));
        }
    }
}

/// Selectors to try, and whether somebody uses them for certain or they are merely usual.
struct Selectors {
    /// Declared, or of a sender that was seen.
    likely: BTreeSet<String>,
    /// Tried where none of the likely ones has a key although the domain may have keys.
    usual: BTreeSet<String>,
}

impl Selectors {
    fn ask(&self, domain: &str, answers: &Answers, asks: &mut BTreeSet<Ask>) {
        for name in self.likely.iter().map(|selector| key_name(selector, domain)) {
            asks.insert(Ask::new(&name, Rr::Txt));
            // Where there is no key there may be a CNAME that leads nowhere.
            if answers.answer(&name, Rr::Txt).is_ok_and(|answer| !answer.exists()) {
                asks.insert(Ask::new(&name, Rr::Cname));
                asks.insert(doubled(&name, domain));
                for target in answers.get(&name, Rr::Cname).unwrap_or_default().iter().take(1) {
                    follow(target, answers, asks);
                }
            }
        }
        // Where there are keys, a wildcard may be what answers.
        if self.likely.iter().chain(&self.usual).any(|selector| has_key(&key_name(selector, domain), answers))
        {
            asks.insert(Ask::new(key_name(NO_SUCH_LABEL, domain), Rr::Txt));
        }
        // A domain that does nothing with mail may say so to every selector at once.
        let exists =
            |name: &str| answers.answer(name, Rr::Txt).is_ok_and(|answer| !matches!(answer, Answer::NoName));
        if mail_hosts(domain, answers).is_empty() && exists(&format!("_domainkey.{domain}")) {
            asks.insert(Ask::new(key_name(NO_SUCH_LABEL, domain), Rr::Txt));
        }
        asks.extend(self.usual.iter().map(|selector| Ask::new(key_name(selector, domain), Rr::Txt)));
    }
}

fn selectors(domain: &str, declared: &[String], answers: &Answers) -> Selectors {
    let mx = mail_hosts(domain, answers);
    let tree = spf::tree(domain, answers);
    let spf: Vec<String> = tree.nodes().into_iter().skip(1).map(|node| node.domain.clone()).collect();
    let txt = answers.get(domain, Rr::Txt).unwrap_or_default();
    let bounced = gather(domain, &[], answers).bounces;
    let mut likely: BTreeSet<String> = declared.iter().map(|one| one.to_ascii_lowercase()).collect();
    likely.extend(selectors_of(&infer(&Clues { mx: &mx, spf: &spf, txt, keys: &[], bounces: &bounced })));
    // Resend's return path is the one that is always asked.
    if answers.get(&format!("{SEND}.{domain}"), Rr::Txt).is_ok_and(|txt| !spf::select(txt).is_empty()) {
        likely.insert("resend".to_owned());
    }
    let none_exist = matches!(answers.answer(&format!("_domainkey.{domain}"), Rr::Txt), Ok(Answer::NoName));
    let settled = likely.iter().all(|one| answers.has(&Ask::new(key_name(one, domain), Rr::Txt)));
    let hit = likely.iter().any(|one| has_key(&key_name(one, domain), answers));
    let mut usual = BTreeSet::new();
    if !none_exist && settled && !hit {
        usual.extend(FACTS.generic_selectors.iter().filter(|one| !likely.contains(*one)).cloned());
    }
    Selectors { likely, usual }
}

/// Forms that add the domain themselves make `_dmarc.example.com.example.com`.
fn doubled(name: &str, domain: &str) -> Ask {
    Ask::new(format!("{name}.{domain}"), Rr::Txt)
}

fn has_key(name: &str, answers: &Answers) -> bool {
    answers.get(name, Rr::Txt).is_ok_and(|txt| txt.iter().any(|text| dkim::is_key(text)))
}

fn key_name(selector: &str, domain: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}
