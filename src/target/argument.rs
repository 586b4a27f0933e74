//! What one word on the command line means: a folder, a domain or a URL, never a guess.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{
    Domain, LeftOut, MailUse, SiteTarget, Target,
    config::{self, ConfigError, Known},
    detect::{detect, is_git},
    name::{self, Address, Refusal, Registrable},
};
use crate::station::Station;

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// A folder, a domain or a URL; the project around `here` if absent.
    pub what: Option<&'a str>,
    /// The working directory.
    pub here: &'a Path,
    /// A configuration named by the user, who means it.
    pub config: Option<&'a Path>,
    pub today: Date,
    pub look: Look,
}

/// How much of a project is looked at to know what it is made of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Look {
    /// Everything that any station asks about: a walk over all of it.
    Whole,
    /// Whether git keeps it, which is all that a search for credentials asks.
    Git,
}

/// What is audited, and from where.
#[derive(Clone, Debug)]
pub struct Resolved {
    pub target: Target,
    /// The audited folder; none for a domain or a URL.
    pub root: Option<PathBuf>,
    /// What the user may not expect, one sentence each.
    pub notes: Vec<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("{}", .0.message)]
    Argument(Refusal),
    #[error(transparent)]
    Config(#[from] ConfigError),
}

impl From<Refusal> for TargetError {
    fn from(refusal: Refusal) -> Self {
        Self::Argument(refusal)
    }
}

/// Makes the target.
pub fn resolve(ask: Ask<'_>) -> Result<Resolved, TargetError> {
    match ask.what.map(|what| classify(what, ask.here)).transpose()? {
        None => project(ask, None),
        Some(Meant::Folder(folder)) => project(ask, Some(&folder)),
        Some(Meant::Domain(name)) => {
            let address =
                Address { origin: format!("https://{name}"), host: name, port: 443, rest: "/".to_owned() };
            live(ask, &address)
        }
        Some(Meant::Site(address)) => live(ask, &address),
    }
}

#[derive(Debug, Eq, PartialEq)]
enum Meant {
    Folder(PathBuf),
    Domain(String),
    Site(Address),
}

fn classify(what: &str, here: &Path) -> Result<Meant, Refusal> {
    if what.is_empty() {
        // Most often a variable of a script that is not set.
        return Err(Refusal::new("the target is empty").help("leave it out to audit the working directory"));
    }
    if what.contains("://") {
        return name::address(what).map(Meant::Site);
    }
    let path = here.join(what);
    let looks_like_path = what.starts_with(['.', '/', '~', '\\']) || what.contains(['/', '\\']);
    let domain = if looks_like_path { None } else { name::domain(what).ok() };
    let domain = domain.filter(|name| name::has_known_suffix(name));
    match (path.metadata(), domain) {
        (Ok(_), Some(name)) => Err(Refusal::new(format!("`{what}` is both a path here and a domain name"))
            .help(format!("write `./{what}` for the path or `https://{name}` for the domain"))),
        (Ok(found), None) if found.is_dir() => Ok(Meant::Folder(path)),
        (Ok(_), None) => Err(Refusal::new(format!("`{what}` is a file, not a folder")).help(
            "give the folder of the project; a configuration is given with --config, a recording to `gonogo replay`",
        )),
        (Err(_), Some(name)) if matches!(name::registrable(&name), Registrable::None) => {
            Err(Refusal::new(format!("`{name}` is a public suffix, not a domain")))
        }
        (Err(_), Some(name)) => Ok(Meant::Domain(name)),
        (Err(err), None) => Err(neither(what, looks_like_path, &err)),
    }
}

/// Neither a folder nor a domain: says what is nearest to a meaning.
fn neither(what: &str, looks_like_path: bool, err: &std::io::Error) -> Refusal {
    let host = what.split(['/', ':']).next().unwrap_or_default();
    let is_host = name::domain(host).is_ok_and(|name| name::has_known_suffix(&name));
    if is_host && !what.starts_with('.') {
        return Refusal::new(format!("`{what}` is neither a folder here nor a domain name"))
            .help(format!("for the site, write `https://{what}`"));
    }
    if looks_like_path {
        let why = match err.kind() {
            std::io::ErrorKind::NotFound => format!("there is no folder `{what}`"),
            _ => format!("cannot open the folder `{what}`: {err}"),
        };
        return Refusal::new(why);
    }
    let refusal = Refusal::new(format!("`{what}` is neither a folder here nor a domain name"));
    match name::host(what) {
        Ok(host) if host.contains(['.', ':']) => {
            let host = if host.contains(':') { format!("[{host}]") } else { host };
            refusal.help(format!("for a name or an address outside the public DNS, write `https://{host}`"))
        }
        Ok(_) => refusal.help("give an existing folder, a domain such as `example.com`, or a URL"),
        Err(wrong) => match wrong.help {
            Some(help) => refusal.help(help),
            None => refusal.help("give an existing folder, a domain such as `example.com`, or a URL"),
        },
    }
}

/// A folder: its configuration, and what is found in it.
fn project(ask: Ask<'_>, folder: Option<&Path>) -> Result<Resolved, TargetError> {
    let start = folder.unwrap_or(ask.here);
    let start = start
        .canonicalize()
        .map_err(|err| Refusal::new(format!("cannot open the folder `{}`: {err}", start.display())))?;
    std::fs::read_dir(&start)
        .map_err(|err| Refusal::new(format!("cannot read the folder `{}`: {err}", start.display())))?;
    let known = Known::on(ask.today);
    let found = if ask.config.is_none() { config::discover(&start) } else { None };
    let (root, mut target) = match (ask.config, found) {
        (Some(path), _) => {
            let root = if folder.is_some() { start.clone() } else { around(&start) };
            let target = given(path, ask.here, &root, &known)?;
            (root, target)
        }
        (None, Some(path)) => {
            let root = path.parent().unwrap_or(&start).to_path_buf();
            (root, config::read(&path, config::NAME, &known)?)
        }
        (None, None) => (if folder.is_some() { start.clone() } else { around(&start) }, Target::default()),
    };
    let mut notes = Vec::new();
    if root != start {
        let why = if target.config.is_some() { config::NAME } else { ".git" };
        notes.push(format!("auditing {}, where {why} is", root.display()));
    }
    if target.name.is_empty() {
        let name = root.file_name().map(|name| name.to_string_lossy().into_owned());
        target.name = name.unwrap_or_else(|| "repository".to_owned());
    }
    target.repository = true;
    match ask.look {
        Look::Whole => detect(&root, &mut target),
        Look::Git => target.stack.git = is_git(&root),
    }
    Ok(Resolved { target, root: Some(root), notes })
}

/// The root of the repository around a folder, or the folder.
fn around(folder: &Path) -> PathBuf {
    folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder).to_path_buf()
}

/// A configuration the user named. Reports only point into files of the audited folder.
fn given(path: &Path, here: &Path, root: &Path, known: &Known) -> Result<Target, ConfigError> {
    let full = here.join(path);
    let real = full.canonicalize().unwrap_or_else(|_| full.clone());
    if let Ok(inside) = real.strip_prefix(root) {
        return config::read(&full, &inside.to_string_lossy().replace('\\', "/"), known);
    }
    let mut target = config::read(&full, &path.to_string_lossy(), known)?;
    target.config = None;
    target.declared.clear();
    for waiver in &mut target.waivers {
        waiver.place = None;
    }
    Ok(target)
}

/// A domain or a site, without a repository.
fn live(ask: Ask<'_>, address: &Address) -> Result<Resolved, TargetError> {
    let mut notes = Vec::new();
    let mut target = match ask.config {
        // Where there is no repository, there is no file to point into.
        Some(path) => only(&given(path, ask.here, Path::new("/nowhere"), &Known::on(ask.today))?, address),
        None => only(&Target::default(), address),
    };
    if ask.config.is_none() && config::discover(ask.here).is_some() {
        notes.push(
            "gonogo.toml is only used for a folder; give --config gonogo.toml to use it here".to_owned(),
        );
    }
    if address.rest != "/" {
        notes.push(format!("the whole site {} is audited, not only {}", address.origin, address.rest));
    }
    match name::registrable(&address.host) {
        Registrable::Domain(name) => {
            if !target.domains.iter().any(|domain| domain.name == name) {
                target.domains.push(Domain { name, mail: MailUse::Unknown, dkim_selectors: Vec::new() });
            }
        }
        Registrable::Hosted { suffix } => {
            no_zone(
                &mut target,
                &format!("{} is a name below {suffix}, whose DNS is its host's", address.host),
            );
        }
        Registrable::None => no_zone(&mut target, &format!("{} has no domain of its own", address.host)),
    }
    Ok(Resolved { target, root: None, notes })
}

/// What a configuration says about one site, and its gate.
fn only(from: &Target, address: &Address) -> Target {
    let mut target = from.clone();
    target.name.clone_from(&address.host);
    target.environments.clear();
    target.webhooks.retain(|webhook| {
        let host = webhook.url.as_deref().and_then(|url| name::address(url).ok());
        host.is_some_and(|of| of.host == address.host)
    });
    target.domains.retain(|domain| {
        domain.name == address.host
            || name::registrable(&address.host) == Registrable::Domain(domain.name.clone())
    });
    target.sites.retain(|site| site.url == address.origin);
    if target.sites.is_empty() {
        target.sites.push(SiteTarget {
            url: address.origin.clone(),
            host: address.host.clone(),
            port: address.port,
            production: true,
            ..SiteTarget::default()
        });
    }
    target
}

fn no_zone(target: &mut Target, why: &str) {
    let left = [Station::Domain, Station::Mail].map(|station| LeftOut { station, why: why.to_owned() });
    target.left_out.extend(left);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(what: &str) -> Result<Resolved, TargetError> {
        let here = std::env::temp_dir();
        resolve(Ask {
            what: Some(what),
            here: &here,
            config: None,
            look: Look::Whole,
            today: "2026-11-21".parse().expect("valid"),
        })
    }

    fn refusal(what: &str) -> String {
        match ask(what) {
            Err(TargetError::Argument(refusal)) => {
                format!("{} | {}", refusal.message, refusal.help.unwrap_or_default())
            }
            other => panic!("{what}: {other:?}"),
        }
    }

    #[test]
    fn a_domain_is_its_zone_its_mail_and_its_site() {
        let got = ask("Example.com").expect("valid").target;
        assert_eq!(got.domains[0].name, "example.com");
        assert_eq!(got.sites[0].url, "https://example.com");
        assert!(!got.repository);
        let sub = ask("portal.example.com").expect("valid").target;
        assert_eq!(sub.domains[0].name, "example.com");
        assert_eq!(sub.sites[0].host, "portal.example.com");
    }

    #[test]
    fn a_url_is_its_site_and_its_domain() {
        let got = ask("https://portal.example.com:8443/login?x").expect("valid");
        assert_eq!(got.target.sites[0].url, "https://portal.example.com:8443");
        assert_eq!(got.target.sites[0].port, 8443);
        assert_eq!(got.target.domains[0].name, "example.com");
        assert!(got.notes[0].contains("/login?x"), "{:?}", got.notes);
    }

    #[test]
    fn hosted_names_and_addresses_have_no_zone() {
        for what in ["acme.web.app", "https://192.0.2.1", "https://localhost:8443"] {
            let got = ask(what).expect("valid").target;
            assert!(got.domains.is_empty(), "{what}");
            assert_eq!(got.left_out.len(), 2, "{what}");
        }
    }

    #[test]
    fn what_is_neither_is_refused_with_the_nearest_meaning() {
        assert_eq!(refusal("./nope"), "there is no folder `./nope` | ");
        assert_eq!(refusal("src/nope"), "there is no folder `src/nope` | ");
        assert!(refusal("example.com/login").contains("`https://example.com/login`"));
        assert!(refusal("portal.example.com:8443").contains("`https://portal.example.com:8443`"));
        assert!(refusal("192.0.2.1").contains("`https://192.0.2.1`"));
        assert!(refusal("nope").contains("neither a folder here nor a domain name"));
        assert!(refusal("config.yaml").contains("neither"));
        assert!(refusal("co.uk").contains("public suffix"));
        assert!(refusal("ana@example.com").contains("write `example.com`"));
        assert!(refusal("ftp://example.com").contains("not a web site"));
        assert!(refusal("").starts_with("the target is empty"));
    }
}
