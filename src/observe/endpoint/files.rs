//! Chains from files, judged like a chain that a server sent.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use rustls::pki_types::{CertificateDer, pem::PemObject};

use crate::{
    engine::certificate::path::Wanted,
    observe::{Net, ObserveError, Options},
    seen::{Endpoint, Miss, Revocation, Seen},
    target::Target,
};

/// Chains are a few kilobytes; bundles of roots some hundred.
const LIMIT: u64 = 4 << 20;
/// Revocation lists may be larger.
const LISTS: u64 = 64 << 20;

/// What chains from files are judged by.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terms<'a> {
    /// What messages call the chain, where a name is to be matched; the file's own name otherwise.
    pub host: Option<&'a str>,
    /// The revocation list in which the leaves are looked up.
    pub crl: Option<&'a Path>,
    /// The purpose and the length of the path, where they are not the usual ones.
    pub wanted: Option<Wanted>,
}

/// One chain a file (`-` is standard input), PEM or DER, the leaf first. A file that cannot be read is a
/// miss.
pub fn chains_in(
    files: &[PathBuf],
    terms: Terms<'_>,
    options: &Options,
) -> Result<Vec<(String, Seen<Endpoint>)>, ObserveError> {
    // The roots are all that is used of it: nothing is asked, so nobody needs to answer.
    let nobody = Options { resolver: Some(([127, 0, 0, 1], 9).into()), ..options.clone() };
    let net = Net::new(&nobody, Arc::new(Target::default()), Instant::now() + Duration::from_secs(1))?;
    let chain_of = |path: &Path| {
        let shown = path.display().to_string();
        let seen = match read(path) {
            Ok(sent) => {
                let name = terms.host.unwrap_or(&shown).to_owned();
                let mut endpoint = Endpoint { host: name, ..Endpoint::default() };
                super::present(&mut endpoint, &net, &sent, None);
                if let (Some(wanted), Ok(leaf)) = (terms.wanted, endpoint.leaf()) {
                    endpoint.trust = Seen::Got(super::trust::judge_for(&net, wanted, leaf, &sent));
                }
                if let (Some(crl), Ok(leaf)) = (terms.crl, endpoint.leaf()) {
                    let shown = crl.display().to_string();
                    let found = bytes_of(crl, LISTS).and_then(|list| {
                        let fault = super::revoked::fault(&net, &list);
                        match (super::revoked::look_up(&net, leaf, &sent, list, &shown)?, fault) {
                            (Revocation::Good, Some(why)) => Err(Miss::Malformed(format!("{shown}: {why}"))),
                            (found, _) => Ok(found),
                        }
                    });
                    endpoint.revocation = found.into();
                }
                Seen::Got(endpoint)
            }
            Err(miss) => Seen::Missed(miss),
        };
        (shown, seen)
    };
    Ok(files.iter().map(|path| chain_of(path)).collect())
}

fn bytes_of(path: &Path, limit: u64) -> Result<Vec<u8>, Miss> {
    let denied = |err: std::io::Error| Miss::Denied(format!("{}: {err}", path.display()));
    let mut bytes = Vec::new();
    let read = if path.as_os_str() == "-" {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).map_err(denied)?.take(limit + 1).read_to_end(&mut bytes)
    };
    read.map_err(denied)?;
    if bytes.len() as u64 > limit {
        return Err(Miss::Unsupported(format!("{} is larger than {limit} bytes", path.display())));
    }
    Ok(bytes)
}

fn read(path: &Path) -> Result<Vec<CertificateDer<'static>>, Miss> {
    let bytes = bytes_of(path, LIMIT)?;
    // DER begins with a SEQUENCE; everything else is taken for text with PEM blocks.
    if bytes.first() == Some(&0x30) {
        return Ok(vec![CertificateDer::from(bytes)]);
    }
    let malformed = |why: String| Miss::Malformed(format!("{}: {why}", path.display()));
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Err(malformed("no certificate in it".to_owned())),
        Ok(chain) => Ok(chain),
        Err(err) => Err(malformed(err.to_string())),
    }
}
