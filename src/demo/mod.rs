//! A small portal on loopback, deliberately broken, for `gonogo demo`.
//!
//! [`Portal::start`] brings up an authoritative DNS server, an HTTPS site behind a careless cache
//! and a webhook endpoint, and unpacks a repository with a history. Nothing leaves the machine:
//! every name resolves through the demo's own server and every connection is redirected to it.

mod certificates;
mod dns;
mod made_up;
mod repository;
mod site;
mod smtp;

use std::{
    io,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::net::TcpListener;

pub use self::made_up::Secrets;

/// Which portal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Variant {
    /// At least one planted fault a station.
    Broken,
    /// The same portal, mended: it may launch.
    Fixed,
}

/// A running portal. Its servers stop and its files go when it is dropped.
#[derive(Debug)]
pub struct Portal {
    /// The repository to audit.
    pub repository: PathBuf,
    /// The certificate authority that signed the portal's certificates.
    pub ca: PathBuf,
    pub dns: SocketAddr,
    pub http: SocketAddr,
    pub https: SocketAddr,
    pub smtp: SocketAddr,
    /// The two visitors' session headers, by environment variable.
    pub sessions: Vec<(&'static str, String)>,
    folder: Folder,
    // Dropping the runtime stops the servers; the field exists to be dropped.
    _runtime: tokio::runtime::Runtime,
}

impl Portal {
    /// Starts everything on free loopback ports.
    pub fn start(variant: Variant) -> io::Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        let folder = Folder::create()?;
        let secrets = Secrets::make()?;
        let repository = folder.path.join("portal");
        repository::unpack(variant, &secrets, &repository)?;

        let certificates = certificates::issue(variant)?;
        let ca = folder.path.join("demo-ca.pem");
        std::fs::write(&ca, &certificates.ca_pem)?;

        let site = Arc::new(site::Site::new(variant, &secrets));
        let (dns, http, https, smtp) = runtime.block_on(async {
            let dns = dns::serve(variant, &secrets).await?;
            let smtp = smtp::serve(variant, certificates.server.clone()).await?;
            let (http, https) = site::serve(site, certificates.server).await?;
            io::Result::Ok((dns, http, https, smtp))
        })?;
        let sessions = vec![
            ("GONOGO_DEMO_ANA", format!("session={}", secrets.session_ana)),
            ("GONOGO_DEMO_BEN", format!("session={}", secrets.session_ben)),
        ];
        Ok(Self { repository, ca, dns, http, https, smtp, sessions, folder, _runtime: runtime })
    }

    /// The arguments of the `gonogo audit` that audits it.
    pub fn audit_arguments(&self) -> Vec<String> {
        let path = |path: &Path| path.display().to_string();
        vec![
            "audit".to_owned(),
            path(&self.repository),
            "--active".to_owned(),
            "--resolver".to_owned(),
            self.dns.to_string(),
            // The portal's name servers have addresses that are not theirs to answer at.
            "--connect-to".to_owned(),
            format!(":53:{}:{}", self.dns.ip(), self.dns.port()),
            "--connect-to".to_owned(),
            format!(":53:{}:{}", self.dns.ip(), self.dns.port()),
            "--connect-to".to_owned(),
            format!(":443:{}:{}", self.https.ip(), self.https.port()),
            "--connect-to".to_owned(),
            format!(":80:{}:{}", self.http.ip(), self.http.port()),
            "--connect-to".to_owned(),
            format!(":25:{}:{}", self.smtp.ip(), self.smtp.port()),
            // Nobody hands in mail here: the ports are closed.
            "--connect-to".to_owned(),
            ":465:127.0.0.1:9".to_owned(),
            "--connect-to".to_owned(),
            ":587:127.0.0.1:9".to_owned(),
            "--ca".to_owned(),
            path(&self.ca),
        ]
    }

    /// Where its files are, until it is dropped.
    pub fn folder(&self) -> &Path {
        &self.folder.path
    }
}

/// A folder of our own under the system's temporary one.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn create() -> io::Result<Self> {
        let base = std::env::temp_dir();
        for attempt in 0..100_u32 {
            let path = base.join(format!("gonogo-demo-{}-{attempt}", std::process::id()));
            // `create_dir` refuses what is already there, also a link somebody laid in wait.
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(err) if err.kind() == io::ErrorKind::AlreadyExists => {}
                Err(err) => return Err(err),
            }
        }
        Err(io::Error::other(format!("no free folder under {}", base.display())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// A free loopback port.
async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, 0)).await
}
