//! Checks of the station `tls`.

mod chain_order;
mod expired;
mod expires_soon;
mod handshake_refused;
mod incomplete_chain;
mod leaf_is_ca;
mod legacy_version;
mod must_staple;
mod name_mismatch;
mod no_modern_version;
mod no_san;
mod no_server_auth;
mod no_tls13;
mod not_yet_valid;
mod plain_http;
mod root_sent;
mod self_signed;
mod too_few_scts;
mod untrusted_chain;
mod validity_too_long;
mod weak_key;
mod weak_signature;
mod wildcard_too_broad;

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &chain_order::CHECK,
    &expired::CHECK,
    &expires_soon::CHECK,
    &handshake_refused::CHECK,
    &incomplete_chain::CHECK,
    &leaf_is_ca::CHECK,
    &legacy_version::CHECK,
    &must_staple::CHECK,
    &name_mismatch::CHECK,
    &no_modern_version::CHECK,
    &no_san::CHECK,
    &no_server_auth::CHECK,
    &no_tls13::CHECK,
    &not_yet_valid::CHECK,
    &plain_http::CHECK,
    &root_sent::CHECK,
    &self_signed::CHECK,
    &too_few_scts::CHECK,
    &untrusted_chain::CHECK,
    &validity_too_long::CHECK,
    &weak_key::CHECK,
    &weak_signature::CHECK,
    &wildcard_too_broad::CHECK,
];
