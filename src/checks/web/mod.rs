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

use super::{Check, Context};
use crate::{
    engine::exposure::{self, Rule},
    finding::Finding,
    seen::{Exposure, Miss, Seen, Site},
    verdict::Verdict,
};

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

/// Judges the paths of one check of exposures; `found` says what is wrong with one that is public.
fn exposed(
    site: &Site,
    context: &Context<'_>,
    name: &str,
    found: fn(&Rule, &Exposure, &str) -> Finding,
) -> Verdict {
    let control = match site.control.as_ref() {
        Ok(control) => control,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let mut findings = Vec::new();
    let mut missed = None;
    for rule in exposure::rules().unwrap_or_default().iter().filter(|rule| rule.check == name) {
        match site.exposures.get(&rule.path).map(Seen::as_ref) {
            // A site that says the same to everything has exposed nothing.
            Some(Ok(exposure)) if exposure.matched && control.matched.contains(&rule.path) => {}
            Some(Ok(exposure)) if exposure.matched => findings.push(found(rule, exposure, context.subject)),
            Some(Ok(exposure)) => missed = missed.or_else(|| exposure.blocked.clone()),
            Some(Err(miss)) => missed = missed.or_else(|| Some(miss.clone())),
            None => missed = missed.or(Some(Miss::NotAsked)),
        }
    }
    // Where a gatekeeper answers for the whole site, a refused path proves nothing.
    match (findings.is_empty(), missed.or_else(|| site.gatekeeper())) {
        (true, Some(miss)) => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}
