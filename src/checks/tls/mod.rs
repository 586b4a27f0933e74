//! Checks of the station `tls`.

mod address_dead;
mod address_differs;
mod broken_suite;
mod cbc_suite;
mod certificate_profile;
mod chain_expires_soon;
mod chain_order;
mod client_auth;
mod client_renegotiation;
mod compression;
mod downgrade_unmarked;
mod early_data;
mod expired;
mod expired_cross_sign;
mod expires_soon;
mod factorable_key;
mod handshake_refused;
mod heartbeat;
mod incomplete_chain;
mod insecure_renegotiation;
mod key_identifiers;
mod kyber_draft;
mod leaf_is_ca;
mod leftover_suite;
mod legacy_version;
mod malformed_certificate;
mod md5_suite;
mod must_staple;
mod name_mismatch;
mod no_aead;
mod no_extended_master_secret;
mod no_fallback_signal;
mod no_forward_secrecy;
mod no_http2;
mod no_modern_version;
mod no_post_quantum;
mod no_resumption;
mod no_revocation_pointer;
mod no_san;
mod no_server_auth;
mod no_sni;
mod no_tls13;
mod not_yet_valid;
mod plain_http;
mod rc4_suite;
mod renewal_manual;
mod revocation_list;
mod revoked;
mod root_sent;
mod rsa_key_transport;
mod san_name_dead;
mod san_name_differs;
mod sct_invalid;
mod sct_operators;
mod self_signed;
mod serial_number;
mod small_block_suite;
mod small_exponent;
mod ssl2_offered;
mod ssl3_offered;
mod staple_invalid;
mod starttls_certificate;
mod starttls_injection;
mod starttls_legacy;
mod starttls_missing;
mod starttls_refused;
mod submission_auth_in_clear;
mod too_few_scts;
mod unknown_critical_extension;
mod unsafe_prime;
mod untrusted_chain;
mod validity_too_long;
mod weak_curve;
mod weak_dh;
mod weak_key;
mod weak_signature;
mod weak_suite_preferred;
mod wildcard_too_broad;
mod www_apex_pair;

use super::{Check, Context};
use crate::{
    engine::hello::{Suite, Version},
    finding::{Confidence, Finding, Patch, Place},
    seen::{Endpoint, MailServers, Miss, Observations, Offered, Seen},
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &address_dead::CHECK,
    &address_differs::CHECK,
    &broken_suite::CHECK,
    &cbc_suite::CHECK,
    &certificate_profile::CHECK,
    &chain_expires_soon::CHECK,
    &chain_order::CHECK,
    &client_auth::CHECK,
    &client_renegotiation::CHECK,
    &compression::CHECK,
    &downgrade_unmarked::CHECK,
    &early_data::CHECK,
    &expired::CHECK,
    &expired_cross_sign::CHECK,
    &expires_soon::CHECK,
    &factorable_key::CHECK,
    &handshake_refused::CHECK,
    &heartbeat::CHECK,
    &incomplete_chain::CHECK,
    &insecure_renegotiation::CHECK,
    &key_identifiers::CHECK,
    &kyber_draft::CHECK,
    &leaf_is_ca::CHECK,
    &leftover_suite::CHECK,
    &legacy_version::CHECK,
    &malformed_certificate::CHECK,
    &md5_suite::CHECK,
    &must_staple::CHECK,
    &name_mismatch::CHECK,
    &no_aead::CHECK,
    &no_extended_master_secret::CHECK,
    &no_fallback_signal::CHECK,
    &no_forward_secrecy::CHECK,
    &no_http2::CHECK,
    &no_modern_version::CHECK,
    &no_post_quantum::CHECK,
    &no_resumption::CHECK,
    &no_revocation_pointer::CHECK,
    &no_san::CHECK,
    &no_server_auth::CHECK,
    &no_sni::CHECK,
    &no_tls13::CHECK,
    &not_yet_valid::CHECK,
    &plain_http::CHECK,
    &rc4_suite::CHECK,
    &renewal_manual::CHECK,
    &revocation_list::CHECK,
    &revoked::CHECK,
    &root_sent::CHECK,
    &rsa_key_transport::CHECK,
    &san_name_dead::CHECK,
    &san_name_differs::CHECK,
    &sct_invalid::CHECK,
    &sct_operators::CHECK,
    &self_signed::CHECK,
    &serial_number::CHECK,
    &small_block_suite::CHECK,
    &small_exponent::CHECK,
    &ssl2_offered::CHECK,
    &ssl3_offered::CHECK,
    &staple_invalid::CHECK,
    &starttls_certificate::CHECK,
    &starttls_injection::CHECK,
    &starttls_legacy::CHECK,
    &starttls_missing::CHECK,
    &starttls_refused::CHECK,
    &submission_auth_in_clear::CHECK,
    &too_few_scts::CHECK,
    &unknown_critical_extension::CHECK,
    &unsafe_prime::CHECK,
    &untrusted_chain::CHECK,
    &validity_too_long::CHECK,
    &weak_curve::CHECK,
    &weak_dh::CHECK,
    &weak_key::CHECK,
    &weak_signature::CHECK,
    &weak_suite_preferred::CHECK,
    &wildcard_too_broad::CHECK,
    &www_apex_pair::CHECK,
];

/// The verdict on several things: what was found, else the first miss, else a pass.
fn conclude(findings: Vec<Finding>, missed: Option<Miss>) -> Verdict {
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

/// The versions with extensions to say things in, TLS 1.3 aside.
const WITH_EXTENSIONS: &[Version] = &[Version::Tls12, Version::Tls11, Version::Tls10];

/// Those of the versions under which something is amiss, as one line; a verdict where there are none.
fn amiss_under(
    endpoint: &Endpoint,
    versions: &[Version],
    amiss: impl Fn(&Offered) -> bool,
) -> Result<String, Verdict> {
    let offers = endpoint.offers().map_err(Verdict::inconclusive)?;
    let mut old = offers.known().filter(|(version, _)| versions.contains(version)).peekable();
    let missed = || offers.missed(Version::Tls12).map(Verdict::inconclusive);
    if old.peek().is_none() {
        let why = "only TLS 1.3 is offered, which has no such thing";
        return Err(missed().unwrap_or_else(|| Verdict::not_applicable(why)));
    }
    let found: Vec<&str> =
        old.filter(|(_, offered)| amiss(offered)).map(|(version, _)| version.name()).collect();
    if found.is_empty() { Err(missed().unwrap_or(Verdict::Pass)) } else { Ok(found.join(", ")) }
}

const SOUND_SUITES: &str = "ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:\
                            ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305;";

/// Judges suites of one kind, `what` in words, none of which may be offered.
fn no_suite(
    endpoint: &Endpoint,
    context: &Context<'_>,
    (what, fix): (&str, &str),
    wanted: impl Fn(Suite) -> bool,
) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    let found = offers.shown(wanted);
    if found.is_empty() {
        return offers.gap([Version::Tls12]).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} accepts {what}: {found}", context.subject))
            .root("tls/suites")
            .at(Place::endpoint(context.subject))
            .evidence("suites", found)
            .fix(fix)
            .patch(Patch::Snippet { language: "nginx".to_owned(), text: SOUND_SUITES.to_owned() }),
    )
}

/// Judges a version that must not be offered. That it is offered is certain; that it is not depends on
/// how a server of today treats so old a question.
fn no_version(endpoint: &Endpoint, context: &Context<'_>, version: Version) -> Verdict {
    let offers = match endpoint.offers() {
        Ok(offers) => offers,
        Err(miss) => return Verdict::inconclusive(miss),
    };
    if offers.offers(version).is_none() {
        return offers.missed(version).map_or(Verdict::Pass, Verdict::inconclusive);
    }
    Verdict::fail(
        Finding::new(format!("{} accepts {version}", context.subject))
            .confidence(Confidence::High)
            .root("tls/versions")
            .at(Place::endpoint(context.subject))
            .evidence("accepted", version.name())
            .fix(format!("switch {version} off and offer TLS 1.2 and 1.3 alone"))
            .patch(Patch::Snippet {
                language: "nginx".to_owned(),
                text: "ssl_protocols TLSv1.2 TLSv1.3;".to_owned(),
            }),
    )
}

/// Judges the mail servers of each domain. Where even their names are unknown, `tls/starttls-missing`
/// is undecided, once and for all of these checks.
fn each(
    seen: &Observations,
    context: &Context<'_>,
    judge: fn(&MailServers, &Context<'_>) -> Verdict,
) -> Vec<(String, Verdict)> {
    let verdict = |(domain, servers): (&String, &Seen<MailServers>)| {
        let verdict = match servers {
            Seen::Got(servers) => judge(servers, &Context { subject: domain, ..*context }),
            Seen::Missed(_) => {
                Verdict::not_applicable("the mail servers are not known: see tls/starttls-missing")
            }
        };
        (domain.clone(), verdict)
    };
    seen.mail_servers.iter().map(verdict).collect()
}

/// An early verdict where no mail server could be talked to: one check says so for all.
fn unreached(servers: &MailServers, context: &Context<'_>) -> Option<Verdict> {
    let mut all = servers.exchangers.iter().chain(&servers.submission).peekable();
    if all.peek().is_none() {
        return Some(Verdict::not_applicable(format!("{} has no mail server", context.subject)));
    }
    all.all(|server| server.dialogue.got().is_none())
        .then(|| Verdict::not_applicable("no mail server could be talked to: see tls/starttls-missing"))
}

/// The mode of the domain's MTA-STS policy, if it was fetched.
fn sts_mode<'a>(context: &Context<'a>) -> Option<&'a str> {
    let policy = context.seen.mail.get(context.subject)?.got()?.policy.got()?;
    policy.file.mode.as_deref().filter(|_| policy.status == 200)
}
