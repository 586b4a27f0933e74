//! Records as text.

use hickory_resolver::proto::rr::{Name, RData, RecordType};

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
        Rr::Mx => RecordType::MX,
        Rr::Ns => RecordType::NS,
        Rr::Ptr => RecordType::PTR,
        Rr::Soa => RecordType::SOA,
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
        _ => None,
    }
}

/// Lower case, without the trailing dot.
pub(super) fn name(name: &Name) -> String {
    name.to_ascii().trim_end_matches('.').to_ascii_lowercase()
}

/// RFC 7505 writes "no mail host" as the root.
fn host_or_root(host: &Name) -> String {
    if host.is_root() { ".".to_owned() } else { name(host) }
}
