//! Fetches the files that mail records point to: the MTA-STS policy and the BIMI logo.

use super::{
    Net,
    net::{Body, Request},
};
use crate::{
    engine::{bimi, mta_sts},
    plan::Touch,
    seen::{Answers, Exchange, Fetched, Logo, MarkCertificate, Miss, Rr, Seen, StsPolicy},
};

/// Largest policy that senders read (RFC 8461 section 3.3).
const POLICY_BYTES: usize = 64 * 1024;

pub(super) fn policy_host(domain: &str) -> String {
    format!("mta-sts.{domain}")
}

fn policy_url(domain: &str) -> String {
    format!("https://{}/.well-known/mta-sts.txt", policy_host(domain))
}

pub(super) fn touches(domain: &str) -> Vec<Touch> {
    vec![
        Touch::Http {
            method: "GET".to_owned(),
            url: policy_url(domain),
            why: "the MTA-STS policy, where a record or the host exists".to_owned(),
        },
        Touch::Then {
            what: "the logo and the certificate that a BIMI record names: one GET over https each".to_owned(),
        },
    ]
}

/// The policy, where a record announces it or its host exists.
pub(super) async fn sts(net: &Net, domain: &str, answers: &Answers) -> Seen<Fetched<StsPolicy>> {
    let announced = answers
        .get(&format!("_mta-sts.{domain}"), Rr::Txt)
        .is_ok_and(|txt| txt.iter().any(|text| text.to_ascii_lowercase().starts_with("v=sts")));
    let hosted = answers.addresses(&policy_host(domain)).is_ok_and(|found| !found.is_empty());
    if !announced && !hosted {
        return Seen::Missed(Miss::NotAsked);
    }
    let mut request = Request::get(policy_url(domain), "mta-sts");
    request.body_limit = POLICY_BYTES;
    let read = |body: &Body| mta_sts::parse(&String::from_utf8_lossy(&body.bytes));
    fetched(net.fetch(request).await, read).into()
}

/// The logo of the BIMI record.
pub(super) async fn logo(net: &Net, domain: &str, answers: &Answers) -> Seen<Fetched<Logo>> {
    let records = answers.get(&format!("default._bimi.{domain}"), Rr::Txt).unwrap_or_default();
    let record = records.iter().find(|text| text.to_ascii_lowercase().starts_with("v=bimi"));
    let url = record.and_then(|record| record.split(';').find_map(|part| part.trim().strip_prefix("l=")));
    let Some(url) = url.map(str::trim).filter(|url| url.starts_with("https://")) else {
        return Seen::Missed(Miss::NotAsked);
    };
    let mut request = Request::get(url, "bimi");
    request.body_limit = bimi::LARGEST;
    let read = |body: &Body| Logo { faults: bimi::faults(&body.bytes) };
    fetched(net.fetch(request).await, read).into()
}

/// The certificate of the logo (`a=`), as one PEM file.
pub(super) async fn mark(net: &Net, domain: &str, answers: &Answers) -> Seen<Fetched<MarkCertificate>> {
    let records = answers.get(&format!("default._bimi.{domain}"), Rr::Txt).unwrap_or_default();
    let Some(url) = records.iter().find_map(|record| bimi::evidence(record)) else {
        return Seen::Missed(Miss::NotAsked);
    };
    let mut request = Request::get(url, "bimi");
    request.body_limit = bimi::LARGEST_EVIDENCE;
    let read = |body: &Body| bimi::mark(&body.bytes);
    fetched(net.fetch(request).await, read).into()
}

fn fetched<T: Default>(
    answer: Result<(Exchange, Body), Miss>,
    read: impl Fn(&Body) -> T,
) -> Result<Fetched<T>, Miss> {
    let (exchange, body) = answer?;
    if let Some(miss) = exchange.blocked() {
        return Err(miss);
    }
    let bounded = |name: &str| exchange.header(name).map(|text| text.chars().take(300).collect());
    Ok(Fetched {
        url: exchange.url.clone(),
        status: exchange.status,
        content_type: bounded("content-type"),
        location: bounded("location").filter(|_| exchange.is_redirect()),
        too_large: body.cut,
        file: if exchange.status == 200 { read(&body) } else { T::default() },
    })
}
