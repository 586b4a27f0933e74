//! Checks of the station `web`.

mod cookie_httponly;
mod cookie_prefix;
mod cookie_samesite;
mod cookie_secure;
mod cors_reflected;
mod csp_missing;
mod csp_weak;
mod error_trace;
mod exposed_env;
mod exposed_file;
mod exposed_git;
mod framing;
mod hsts_missing;
mod hsts_weak;
mod https_redirect;
mod mixed_content;
mod nosniff;
mod redirect_elsewhere;
mod redirect_loop;
mod temporary_redirect;
mod too_many_redirects;
mod version_disclosure;

use super::Check;

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &cookie_httponly::CHECK,
    &cookie_prefix::CHECK,
    &cookie_samesite::CHECK,
    &cookie_secure::CHECK,
    &cors_reflected::CHECK,
    &csp_missing::CHECK,
    &csp_weak::CHECK,
    &error_trace::CHECK,
    &exposed_env::CHECK,
    &exposed_file::CHECK,
    &exposed_git::CHECK,
    &framing::CHECK,
    &hsts_missing::CHECK,
    &hsts_weak::CHECK,
    &https_redirect::CHECK,
    &mixed_content::CHECK,
    &nosniff::CHECK,
    &redirect_elsewhere::CHECK,
    &redirect_loop::CHECK,
    &temporary_redirect::CHECK,
    &too_many_redirects::CHECK,
    &version_disclosure::CHECK,
];
