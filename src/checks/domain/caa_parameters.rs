//! A parameter of a CAA record keeps the authority from issuing.
//!
//! `accounturi` and `validationmethods` (RFC 8657) bind issuing to one ACME account and to some ways of proving control. An account of a staging server, a method that does not exist, or no DNS method where a wildcard certificate is served: the next renewal is refused, and nobody notices before the certificate ends.
//!
//! ## Fix
//!
//! Name the account and the method that the renewal really uses:
//! ```text
//! example.com. CAA 0 issue "letsencrypt.org; accounturi=https://acme-v02.api.letsencrypt.org/acme/acct/123; validationmethods=dns-01"
//! ```
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc8657>
//! - <https://www.iana.org/assignments/acme/acme.xhtml#acme-validation-methods>

use super::{Early, alive, get};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        caa::{parameters, parse},
        name::parent,
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Rr, Zone},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "domain/caa-parameters",
    title: "a CAA parameter that keeps the authority from issuing",
    station: Station::Domain,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Zone(judge),
    source: include_str!("caa_parameters.rs"),
};

fn judge(zone: &Zone, context: &Context<'_>) -> Verdict {
    decide(zone, context).unwrap_or_else(|early| early)
}

fn decide(zone: &Zone, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    alive(zone, domain)?;
    let mut name = domain;
    let records = loop {
        let records = get(zone, name, Rr::Caa)?;
        match parent(name) {
            Some(above) if records.is_empty() => name = above,
            _ => break records,
        }
    };
    let faulty = |record: &String| {
        let property =
            parse(record).filter(|property| matches!(property.tag.as_str(), "issue" | "issuewild"))?;
        let why = fault(&property.value, property.tag == "issuewild")?;
        Some(
            Finding::new(format!("the CAA record `{record}` at {name} {why}, so the authority will not issue"))
                .at(Place::dns(name, "CAA"))
                .key(record.as_str())
                .fix("Name the account URL and the validation method that your renewal uses, or leave the parameter out."),
        )
    };
    Ok(Verdict::from_findings(records.iter().filter_map(faulty).collect()))
}

/// Why the property can never be met; unknown parameters are the authority's own affair.
fn fault(value: &str, wildcard: bool) -> Option<String> {
    let Some(parameters) = parameters(value) else {
        return Some("has a parameter that is not `name=value`".to_owned());
    };
    let of = |wanted: &str| {
        parameters.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value).collect::<Vec<_>>()
    };
    let (accounts, methods) = (of("accounturi"), of("validationmethods"));
    if accounts.len() > 1 || methods.len() > 1 {
        return Some("names a parameter twice".to_owned());
    }
    if let Some(account) = accounts.first() {
        if !account.starts_with("https://") {
            return Some(format!("names the account `{account}`, which is not an https: URL"));
        }
        if account.contains("staging") {
            return Some(format!("names `{account}`, an account of a staging server"));
        }
    }
    let methods = methods.first()?;
    let known = |method: &str| METHODS.contains(&method) || method.starts_with("ca-");
    if methods.split(',').all(|method| !known(method)) {
        return Some(format!("allows the validation methods `{methods}` alone, which no authority knows"));
    }
    let dns = methods.split(',').any(|method| method.starts_with("dns-") || method.starts_with("ca-"));
    (wildcard && !dns).then(|| format!("allows `{methods}` alone, and wildcards need a method over DNS"))
}

/// IANA's registry of ACME validation methods.
const METHODS: [&str; 8] = [
    "http-01",
    "dns-01",
    "tls-alpn-01",
    "email-reply-00",
    "tkauth-01",
    "onion-csr-01",
    "dns-account-01",
    "dns-persist-01",
];
