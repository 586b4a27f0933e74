//! Is the leaf revoked? By the list it points to, whose signature is verified like the chain's.

use std::{sync::Arc, time::Duration};

use rustls::{
    CertificateError, Error,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    pki_types::{CertificateDer, CertificateRevocationListDer, ServerName, UnixTime, pem::PemObject},
};

use crate::{
    engine::certificate::list_fault,
    observe::{Net, net::Request},
    seen::{Certificate, Miss, Revocation, Seen},
};

/// Larger lists exist where a CA does not partition them; they are not worth a launch's minute.
const LIMIT: usize = 10 << 20;

/// Fetches and reads the list. Plain HTTP is what CAs serve it over: the signature protects it.
pub(super) async fn judge(net: &Net, leaf: &Certificate, sent: &[CertificateDer<'_>]) -> Seen<Revocation> {
    let Some(url) = &leaf.crl_url else { return Seen::Got(Revocation::NoPointer) };
    match fetch(net, url).await {
        Ok(list) => look_up(net, leaf, sent, list, url).into(),
        Err(miss) => Seen::Missed(miss),
    }
}

async fn fetch(net: &Net, url: &str) -> Result<Vec<u8>, Miss> {
    let mut request = Request::get(url, "crl");
    request.body_limit = LIMIT;
    let (exchange, body) = net.fetch(request).await?;
    if exchange.status != 200 {
        return Err(Miss::Denied(format!("{url} answered with {}", exchange.status)));
    }
    if body.cut {
        return Err(Miss::Unsupported(format!("{url} is larger than {LIMIT} bytes")));
    }
    Ok(body.bytes)
}

/// Why a list that was given on purpose, PEM or DER, proves nothing although the leaf is not on it.
pub(super) fn fault(net: &Net, list: &[u8]) -> Option<&'static str> {
    let roots: Vec<&[u8]> = net.own_roots.iter().map(AsRef::as_ref).collect();
    if !list.starts_with(b"-----BEGIN") {
        return list_fault(list, &roots);
    }
    let mut lists = CertificateRevocationListDer::pem_slice_iter(list).filter_map(Result::ok);
    lists.find_map(|list| list_fault(&list, &roots))
}

/// Looks the leaf up in a list, or several in PEM, that came from `url` (or a file).
pub(super) fn look_up(
    net: &Net,
    leaf: &Certificate,
    sent: &[CertificateDer<'_>],
    list: Vec<u8>,
    url: &str,
) -> Result<Revocation, Miss> {
    let malformed = |why: String| Miss::Malformed(format!("{url}: {why}"));
    let lists = if list.starts_with(b"-----BEGIN") {
        let lists: Result<Vec<_>, _> = CertificateRevocationListDer::pem_slice_iter(&list).collect();
        lists.map_err(|err| malformed(err.to_string()))?
    } else {
        vec![CertificateRevocationListDer::from(list)]
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(net.roots.clone(), provider)
        .with_crls(lists)
        .only_check_end_entity_revocation()
        .enforce_revocation_expiration()
        .build()
        .map_err(|err| malformed(err.to_string()))?;
    let Some((first, rest)) = sent.split_first() else { return Err(Miss::NotAsked) };
    let seconds = net.now.clamp(leaf.not_before, leaf.not_after.max(leaf.not_before)).as_second();
    let at = UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
    // The path is built and the list consulted before the name is compared, which is another check's.
    let nobody = ServerName::try_from("name.invalid").map_err(|err| Miss::Internal(err.to_string()))?;
    match verifier.verify_server_cert(first, rest, &nobody, &[], at) {
        Ok(_) => Ok(Revocation::Good),
        Err(Error::InvalidCertificate(why)) => match why {
            CertificateError::Revoked => Ok(Revocation::Revoked),
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                Ok(Revocation::Good)
            }
            other => Err(Miss::Unsupported(format!("revocation cannot be told: {other}"))),
        },
        Err(other) => Err(malformed(other.to_string())),
    }
}
