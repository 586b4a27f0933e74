//! The demo's certificate authority and the certificates of its two hosts.

use std::{collections::HashMap, io, sync::Arc};

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use time_of::Window;

use super::Variant;

pub(super) struct Certificates {
    pub(super) ca_pem: String,
    pub(super) server: Arc<ServerConfig>,
}

const PORTAL: &[&str] = &["portal.acme.example"];
const WEBSITE: &[&str] = &["acme.example", "www.acme.example", "mta-sts.acme.example"];

const MAIL: &[&str] = &["mx1.mailer.example", "mx2.mailer.example", "mail.acme.example"];

/// The portal's certificate is good; the website's has expired unless the portal is fixed.
pub(super) fn issue(variant: Variant) -> io::Result<Certificates> {
    let ca_key = KeyPair::generate().map_err(io::Error::other)?;
    let mut ca = CertificateParams::default();
    ca.distinguished_name.push(DnType::CommonName, "gonogo demo CA");
    ca.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    ca.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (ca.not_before, ca.not_after) = Window::around(365, 365).dates();
    let ca_pem = ca.self_signed(&ca_key).map_err(io::Error::other)?.pem();
    let issuer = Issuer::new(ca, ca_key);

    let website = match variant {
        Variant::Broken => Window::around(93, -3),
        Variant::Fixed => Window::around(20, 70),
    };
    let mut names = HashMap::new();
    for (hosts, window) in
        [(PORTAL, Window::around(20, 70)), (MAIL, Window::around(20, 70)), (WEBSITE, website)]
    {
        let key = Arc::new(leaf(hosts, &window, &issuer)?);
        names.extend(hosts.iter().map(|host| ((*host).to_owned(), key.clone())));
    }
    let provider = Arc::new(aws_lc_rs::default_provider());
    let server = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(ByName(names)));
    Ok(Certificates { ca_pem, server: Arc::new(server) })
}

fn leaf(hosts: &[&str], window: &Window, issuer: &Issuer<'_, KeyPair>) -> io::Result<CertifiedKey> {
    let key = KeyPair::generate().map_err(io::Error::other)?;
    let names: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
    let mut leaf = CertificateParams::new(names).map_err(io::Error::other)?;
    leaf.distinguished_name.push(DnType::CommonName, hosts[0]);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    leaf.use_authority_key_identifier_extension = true;
    (leaf.not_before, leaf.not_after) = window.dates();
    let certificate = leaf.signed_by(&key, issuer).map_err(io::Error::other)?;
    let chain = vec![CertificateDer::from(certificate.der().to_vec())];
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let signer = aws_lc_rs::sign::any_supported_type(&private).map_err(io::Error::other)?;
    Ok(CertifiedKey::new(chain, signer))
}

#[derive(Debug)]
struct ByName(HashMap<String, Arc<CertifiedKey>>);

impl ResolvesServerCert for ByName {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.get(hello.server_name()?).cloned()
    }
}

mod time_of {
    //! Validity windows around the present day.

    use std::time::{Duration, SystemTime};

    /// From so many days ago until so many days ahead (negative: already over).
    pub(super) struct Window {
        days_ago: i64,
        days_ahead: i64,
    }

    impl Window {
        pub(super) fn around(days_ago: i64, days_ahead: i64) -> Self {
            Self { days_ago, days_ahead }
        }

        pub(super) fn dates(&self) -> (time::OffsetDateTime, time::OffsetDateTime) {
            (moved(-self.days_ago), moved(self.days_ahead))
        }
    }

    fn moved(days: i64) -> time::OffsetDateTime {
        let span = Duration::from_hours(24 * days.unsigned_abs());
        let now = SystemTime::now();
        time::OffsetDateTime::from(if days < 0 { now - span } else { now + span })
    }
}
