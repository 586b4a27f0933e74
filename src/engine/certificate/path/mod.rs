//! Paths from a server's certificate to a trust anchor (RFC 5280 section 6), built a second time beside
//! rustls-webpki's, with the rules on top that it leaves out and browsers or the CA/Browser Forum's
//! Baseline Requirements have.

mod constraints;
mod der;
mod link;
mod profile;

use jiff::Timestamp;
use rustls::{crypto::WebPkiSupportedAlgorithms, pki_types::TrustAnchor};
use x509_parser::extensions::ParsedExtension;

use self::link::Link;
use crate::seen::Breach;

/// Intermediates of one path.
const DEPTH: usize = 8;
/// Signatures verified in one search, and steps of it: what rustls-webpki allows, or less.
const SIGNATURES: usize = 100;
const STEPS: usize = 5_000;

/// What signatures are verified by: the algorithms that rustls knows.
pub fn algorithms() -> WebPkiSupportedAlgorithms {
    rustls::crypto::aws_lc_rs::default_provider().signature_verification_algorithms
}

/// Where paths may end.
#[derive(Clone, Copy)]
pub struct Anchors<'a> {
    /// Given as certificates, which are judged too.
    pub certificates: &'a [&'a [u8]],
    /// Names and keys alone.
    pub bare: &'a [TrustAnchor<'static>],
}

/// What a certificate is wanted for, and how long its path may be.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// For a client that shows itself to a server, not for the server.
    pub client: bool,
    /// Most intermediates of a path.
    pub depth: usize,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { client: false, depth: DEPTH }
    }
}

/// [`verify_for`] a server.
///
/// # Errors
///
/// As there.
pub fn verify(
    sent: &[&[u8]],
    anchors: Anchors<'_>,
    at: Timestamp,
    algorithms: WebPkiSupportedAlgorithms,
) -> Result<Vec<Breach>, String> {
    verify_for(Wanted::default(), sent, anchors, at, algorithms)
}

/// Looks for a path from the first of `sent` over the others, in any order, to an anchor.
///
/// # Errors
///
/// What stops the path that came furthest, as the predicate of a sentence about a certificate.
pub fn verify_for(
    wanted: Wanted,
    sent: &[&[u8]],
    anchors: Anchors<'_>,
    at: Timestamp,
    algorithms: WebPkiSupportedAlgorithms,
) -> Result<Vec<Breach>, String> {
    let Some((leaf, others)) = sent.split_first() else { return Err("no certificate was sent".to_owned()) };
    let leaf = Link::read(leaf).ok_or("the first certificate cannot be parsed")?;
    let others: Vec<Link<'_>> = others.iter().filter_map(|der| Link::read(der)).collect();
    let roots: Vec<Link<'_>> = anchors.certificates.iter().filter_map(|der| Link::read(der)).collect();
    let mut search = Search {
        wanted,
        others: &others,
        roots: &roots,
        bare: anchors.bare,
        at: at.as_second(),
        algorithms,
        signatures: SIGNATURES,
        steps: STEPS,
        best: None,
        stopped: None,
    };
    search.admit(&leaf, 0)?;
    search.climb(&mut vec![&leaf]);
    match (search.best, search.stopped) {
        (Some(breaches), _) => Ok(breaches),
        (None, Some((_, why))) => Err(why),
        (None, None) => Err("no path leads to a trusted root".to_owned()),
    }
}

struct Search<'a> {
    wanted: Wanted,
    others: &'a [Link<'a>],
    roots: &'a [Link<'a>],
    bare: &'a [TrustAnchor<'static>],
    at: i64,
    algorithms: WebPkiSupportedAlgorithms,
    signatures: usize,
    steps: usize,
    /// Breaches of the most regular path.
    best: Option<Vec<Breach>>,
    /// What stopped the longest path, and its length.
    stopped: Option<(usize, String)>,
}

impl<'a> Search<'a> {
    /// Every way up from the last of `path`; ends at the first path without a grave breach.
    fn climb(&mut self, path: &mut Vec<&'a Link<'a>>) -> bool {
        let Some(current) = path.last().copied() else { return false };
        for root in self.roots.iter().filter(|root| root.subject == current.issuer) {
            if self.is_signed(current, root.key) && self.end(path, Some(root), None) {
                return true;
            }
        }
        let bare = self.bare.iter().filter(|anchor| anchor.subject.as_ref() == current.issuer);
        // What was given as a certificate may be among them again, as a mere name and key.
        let roots = self.roots;
        let known = |key: &[u8]| roots.iter().any(|root| root.subject == current.issuer && root.key == key);
        for anchor in bare.filter(|anchor| !known(anchor.subject_public_key_info.as_ref())) {
            if self.is_signed(current, anchor.subject_public_key_info.as_ref())
                && self.end(path, None, anchor.name_constraints.as_deref())
            {
                return true;
            }
        }
        self.climb_over_intermediates(path, current)
    }

    fn climb_over_intermediates(&mut self, path: &mut Vec<&'a Link<'a>>, current: &'a Link<'a>) -> bool {
        let mut issuers: Vec<&'a Link<'a>> =
            self.others.iter().filter(|other| other.subject == current.issuer).collect();
        // Key identifiers are a hint which of several to try first, nothing more.
        issuers.sort_by_key(|issuer| match (issuer.key_id(), current.authority_key_id()) {
            (Some(own), Some(wanted)) => own != wanted,
            _ => true,
        });
        for issuer in issuers {
            let Some(left) = self.steps.checked_sub(1) else { return false };
            self.steps = left;
            if self.is_too_long(path, issuer) {
                self.stop(path.len(), format!("no path has {} intermediates or fewer", self.wanted.depth));
                continue;
            }
            if path.iter().any(|one| one.der == issuer.der) {
                continue;
            }
            if !self.is_signed(current, issuer.key) {
                continue;
            }
            let depth = path.len();
            let mut below = path[1..].iter().filter(|one| !one.is_self_issued());
            let admitted =
                self.admit(issuer, depth).and_then(|()| keeps_length(issuer, below.by_ref().count()));
            if let Err(why) = admitted {
                self.stop(depth, why);
                continue;
            }
            path.push(issuer);
            if self.climb(path) {
                return true;
            }
            path.pop();
        }
        false
    }

    /// Would the path with this issuer have more intermediates than wanted? A self-issued one stands
    /// for a change of keys and is not counted (RFC 5280 section 6.1.4 (l)), but has its own bound.
    fn is_too_long(&self, path: &[&Link<'_>], issuer: &Link<'_>) -> bool {
        let intermediates = path[1..].iter().copied().chain([issuer]);
        let counted = intermediates.filter(|one| !one.is_self_issued()).count();
        counted > self.wanted.depth || path.len() > self.wanted.depth + DEPTH
    }

    fn is_signed(&mut self, link: &Link<'_>, key: &[u8]) -> bool {
        let Some(left) = self.signatures.checked_sub(1) else { return false };
        self.signatures = left;
        link.is_signed_by(key, self.algorithms)
    }

    /// What one certificate must keep wherever it stands; `depth` is 0 for the server's own.
    fn admit(&self, link: &Link<'_>, depth: usize) -> Result<(), String> {
        let no = |why: &str| Err(format!("`{}` {why}", link.shown()));
        let validity = link.parsed.validity();
        if self.at < validity.not_before.timestamp() {
            return no("is not yet valid");
        }
        if self.at > validity.not_after.timestamp() {
            return no("is expired");
        }
        if !link.algorithms_agree() {
            return no("names two signature algorithms");
        }
        let extensions = link.parsed.extensions();
        for (index, one) in extensions.iter().enumerate() {
            if extensions[..index].iter().any(|before| before.oid == one.oid) {
                return no(&format!("has the extension {} twice", one.oid));
            }
            match one.parsed_extension() {
                ParsedExtension::ParseError { .. } if one.critical || is_used(&one.oid.to_id_string()) => {
                    return no(&format!("has the malformed extension {}", one.oid));
                }
                ParsedExtension::UnsupportedExtension { .. } if one.critical => {
                    return no(&format!("has the critical extension {}, which no client knows", one.oid));
                }
                _ => {}
            }
        }
        if let Some(usage) = link.purposes()
            && !(if self.wanted.client { usage.client_auth } else { usage.server_auth })
            && !usage.any
        {
            let whom = if self.wanted.client { "clients" } else { "servers" };
            return no(&format!("is not for {whom} by its extended key usage"));
        }
        if depth == 0 {
            return Ok(());
        }
        if !link.is_ca() {
            return no("signs without being a CA");
        }
        if link.key_usage().is_some_and(|usage| !usage.key_cert_sign()) {
            return no("signs although its key usage does not allow that");
        }
        Ok(())
    }

    /// Judges a whole path. Says whether it is good enough to stop the search.
    fn end(&mut self, path: &[&Link<'_>], root: Option<&Link<'_>>, bare: Option<&[u8]>) -> bool {
        match self.judge(path, root, bare) {
            Err(why) => {
                self.stop(path.len(), why);
                false
            }
            Ok(breaches) => {
                let grave = |all: &[Breach]| all.iter().filter(|one| !one.tolerated).count();
                if self.best.as_ref().is_none_or(|best| grave(&breaches) < grave(best)) {
                    self.best = Some(breaches);
                }
                self.best.as_ref().is_some_and(|best| grave(best) == 0)
            }
        }
    }

    fn judge(
        &self,
        path: &[&Link<'_>],
        root: Option<&Link<'_>>,
        bare: Option<&[u8]>,
    ) -> Result<Vec<Breach>, String> {
        let mut breaches = Vec::new();
        let mut comparisons = constraints::COMPARISONS;
        if let Some(root) = root {
            // That it is a CA is somebody's decision: what is odd about it is a breach and no more.
            self.admit(root, 0)?;
            let below = path[1..].iter().filter(|one| !one.is_self_issued()).count();
            keeps_length(root, below)?;
            keeps_names(root, path, &mut comparisons)?;
        }
        if let Some(bare) = bare {
            for link in constrained(path) {
                constraints::check_bare(bare, link, &mut comparisons)
                    .map_err(|why| format!("the trusted root {why}"))?;
            }
        }
        for (index, authority) in path.iter().enumerate().skip(1) {
            keeps_names(authority, &path[..index], &mut comparisons)?;
        }
        if let Some((leaf, intermediates)) = path.split_first() {
            if !self.wanted.client {
                profile::of_leaf(leaf, &mut breaches);
            }
            for intermediate in intermediates {
                profile::of_intermediate(intermediate, &mut breaches);
            }
        }
        if let Some(root) = root {
            profile::of_root(root, &mut breaches);
        }
        Ok(breaches)
    }

    fn stop(&mut self, depth: usize, why: String) {
        if self.stopped.as_ref().is_none_or(|(longest, _)| depth > *longest) {
            self.stopped = Some((depth, why));
        }
    }
}

/// Extensions that something is concluded from here. What is wrong with others is nobody's concern.
fn is_used(oid: &str) -> bool {
    let used = ["2.5.29.14", "2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30", "2.5.29.35", "2.5.29.37"];
    used.contains(&oid) || oid == "1.3.6.1.5.5.7.1.1"
}

/// Names of self-issued intermediates are not constrained (RFC 5280 section 6.1.4).
fn constrained<'b>(below: &'b [&'b Link<'b>]) -> impl Iterator<Item = &'b Link<'b>> {
    below
        .iter()
        .enumerate()
        .filter(|(index, link)| *index == 0 || !link.is_self_issued())
        .map(|(_, link)| *link)
}

fn keeps_names(authority: &Link<'_>, below: &[&Link<'_>], comparisons: &mut usize) -> Result<(), String> {
    for extension in authority.parsed.extensions() {
        let ParsedExtension::NameConstraints(constraints) = extension.parsed_extension() else { continue };
        if constraints.permitted_subtrees.is_none() && constraints.excluded_subtrees.is_none() {
            return Err(format!("`{}` has empty name constraints", authority.shown()));
        }
        for link in constrained(below) {
            constraints::check(constraints, link, comparisons)
                .map_err(|why| format!("`{}` {why}", authority.shown()))?;
        }
    }
    Ok(())
}

/// `below` counts the intermediates under a CA that are not self-issued.
fn keeps_length(authority: &Link<'_>, below: usize) -> Result<(), String> {
    let most = authority.basic_constraints().and_then(|constraints| constraints.path_len_constraint);
    match most {
        Some(most) if u32::try_from(below).is_ok_and(|below| below > most) => {
            Err(format!("`{}` allows {most} intermediates below it, not {below}", authority.shown()))
        }
        _ => Ok(()),
    }
}
