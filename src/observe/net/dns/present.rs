//! Records as text.

use hickory_resolver::proto::rr::{
    Name, RData, RecordType,
    rdata::svcb::{SVCB, SvcParamValue},
};

use crate::{
    engine::name::mask,
    seen::{Rr, escape},
};

pub(super) const fn record_type(rr: Rr) -> RecordType {
    match rr {
        Rr::A => RecordType::A,
        Rr::Aaaa => RecordType::AAAA,
        Rr::Caa => RecordType::CAA,
        Rr::Cname => RecordType::CNAME,
        Rr::Https => RecordType::HTTPS,
        Rr::Mx => RecordType::MX,
        Rr::Ns => RecordType::NS,
        Rr::Ptr => RecordType::PTR,
        Rr::Soa => RecordType::SOA,
        Rr::Spf => RecordType::Unknown(99),
        Rr::Srv => RecordType::SRV,
        Rr::Txt => RecordType::TXT,
    }
}

/// Presentation form, as [`crate::seen::Answers`] keeps it; types that are never asked are passed over.
pub(in crate::observe) fn present(data: &RData) -> Option<String> {
    match data {
        RData::A(address) => Some(address.0.to_string()),
        RData::AAAA(address) => Some(address.0.to_string()),
        RData::CNAME(target) => Some(name(&target.0)),
        RData::NS(host) => Some(name(&host.0)),
        RData::PTR(host) => Some(name(&host.0)),
        RData::MX(mx) => Some(format!("{} {}", mx.preference, host_or_root(&mx.exchange))),
        RData::SRV(srv) => {
            Some(format!("{} {} {} {}", srv.priority, srv.weight, srv.port, host_or_root(&srv.target)))
        }
        RData::CAA(caa) => {
            let value = escape(&caa.value).replace('"', "\\\"");
            Some(format!("{} {} \"{value}\"", caa.flags(), escape(caa.tag.as_bytes())))
        }
        RData::SOA(soa) => Some(format!(
            "{} {} {} {} {} {} {}",
            name(&soa.mname),
            name(&soa.rname),
            soa.serial,
            soa.refresh,
            soa.retry,
            soa.expire,
            soa.minimum
        )),
        RData::TXT(txt) => Some(mask(escape(&txt.txt_data.concat()))),
        RData::HTTPS(https) => Some(service(https)),
        RData::Unknown { code: RecordType::Unknown(99), rdata } => {
            Some(mask(escape(&strings(&rdata.anything))))
        }
        _ => None,
    }
}

/// Priority, target and the parameters that are judged, e.g. `1 . alpn=h2,h3 ipv4hint=192.0.2.1`
/// (RFC 9460 section 2.1); of ECH keys only that they are there.
fn service(svcb: &SVCB) -> String {
    let mut text = format!("{} {}", svcb.svc_priority, host_or_root(&svcb.target_name));
    for (key, value) in svcb.svc_params.iter().take(16) {
        let value = match value {
            SvcParamValue::Alpn(alpn) => {
                format!("alpn={}", escape(alpn.0.join(",").as_bytes()).replace(' ', "\\032"))
            }
            SvcParamValue::NoDefaultAlpn => "no-default-alpn".to_owned(),
            SvcParamValue::Port(port) => format!("port={port}"),
            SvcParamValue::Ipv4Hint(hint) => format!("ipv4hint={}", listed(hint.0.iter().map(|one| one.0))),
            SvcParamValue::Ipv6Hint(hint) => format!("ipv6hint={}", listed(hint.0.iter().map(|one| one.0))),
            SvcParamValue::EchConfigList(_) => "ech".to_owned(),
            _ => key.to_string(),
        };
        text = format!("{text} {value}");
    }
    text
}

fn listed(values: impl Iterator<Item = impl ToString>) -> String {
    values.take(16).map(|value| value.to_string()).collect::<Vec<_>>().join(",")
}

/// Character strings put together (RFC 1035 section 3.3.14); what is cut short is left out.
fn strings(mut bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some((length, rest)) = bytes.split_first() {
        let Some((string, tail)) = rest.split_at_checked(usize::from(*length)) else { break };
        text.extend_from_slice(string);
        bytes = tail;
    }
    text
}

/// Lower case, without the trailing dot.
pub(super) fn name(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

/// RFC 7505 writes "no mail host" as the root.
fn host_or_root(host: &Name) -> String {
    if host.is_root() { ".".to_owned() } else { name(host) }
}
