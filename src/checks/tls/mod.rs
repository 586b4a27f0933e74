//! Checks of the station `tls`.

mod broken_suite;
mod certificate_profile;
mod chain_order;
mod client_auth;
mod compression;
mod expired;
mod expires_soon;
mod factorable_key;
mod handshake_refused;
mod heartbeat;
mod incomplete_chain;
mod insecure_renegotiation;
mod key_identifiers;
mod leaf_is_ca;
mod legacy_version;
mod malformed_certificate;
mod md5_suite;
mod must_staple;
mod name_mismatch;
mod no_aead;
mod no_extended_master_secret;
mod no_fallback_signal;
mod no_forward_secrecy;
mod no_modern_version;
mod no_post_quantum;
mod no_san;
mod no_server_auth;
mod no_tls13;
mod not_yet_valid;
mod plain_http;
mod rc4_suite;
mod revocation_list;
mod revoked;
mod root_sent;
mod rsa_key_transport;
mod self_signed;
mod serial_number;
mod small_block_suite;
mod small_exponent;
mod ssl2_offered;
mod ssl3_offered;
mod too_few_scts;
mod unknown_critical_extension;
mod untrusted_chain;
mod validity_too_long;
mod weak_curve;
mod weak_dh;
mod weak_key;
mod weak_signature;
mod weak_suite_preferred;
mod wildcard_too_broad;

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &broken_suite::CHECK,
    &certificate_profile::CHECK,
    &chain_order::CHECK,
    &client_auth::CHECK,
    &compression::CHECK,
    &expired::CHECK,
    &expires_soon::CHECK,
    &factorable_key::CHECK,
    &handshake_refused::CHECK,
    &heartbeat::CHECK,
    &incomplete_chain::CHECK,
    &insecure_renegotiation::CHECK,
    &key_identifiers::CHECK,
    &leaf_is_ca::CHECK,
    &legacy_version::CHECK,
    &malformed_certificate::CHECK,
    &md5_suite::CHECK,
    &must_staple::CHECK,
    &name_mismatch::CHECK,
    &no_aead::CHECK,
    &no_extended_master_secret::CHECK,
    &no_fallback_signal::CHECK,
    &no_forward_secrecy::CHECK,
    &no_modern_version::CHECK,
    &no_post_quantum::CHECK,
    &no_san::CHECK,
    &no_server_auth::CHECK,
    &no_tls13::CHECK,
    &not_yet_valid::CHECK,
    &plain_http::CHECK,
    &rc4_suite::CHECK,
    &revocation_list::CHECK,
    &revoked::CHECK,
    &root_sent::CHECK,
    &rsa_key_transport::CHECK,
    &self_signed::CHECK,
    &serial_number::CHECK,
    &small_block_suite::CHECK,
    &small_exponent::CHECK,
    &ssl2_offered::CHECK,
    &ssl3_offered::CHECK,
    &too_few_scts::CHECK,
    &unknown_critical_extension::CHECK,
    &untrusted_chain::CHECK,
    &validity_too_long::CHECK,
    &weak_curve::CHECK,
    &weak_dh::CHECK,
    &weak_key::CHECK,
    &weak_signature::CHECK,
    &weak_suite_preferred::CHECK,
    &wildcard_too_broad::CHECK,
];
