//! What a well-formed `gonogo.toml` means: names in one form, places remembered, nonsense refused.

use std::{collections::BTreeMap, ops::Range};

use toml::Spanned;

use super::{Known, attest, file, file::File, gate, lines::Lines};
use crate::{
    engine::{dnssec, env::stage_of},
    seen::{Stage, THE_REPOSITORY},
    target::{
        Domain, EnvironmentTarget, PrivateRoute, Reports, Session, SiteTarget, Target, WebhookTarget,
        diagnostic::{Problem, is_secret},
        name::{self, Refusal},
        spelling::nearest,
    },
};

/// The environments that need no table of their own.
const USUAL: [&str; 7] = ["production", "staging", "preview", "development", "test", "demo", "local"];

/// What is meant, and what cannot be.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    pub(super) target: Target,
    pub(super) problems: Vec<Problem>,
    /// Places whose text must not be shown.
    pub(super) secret: Vec<Range<usize>>,
}

pub(super) fn read(file: &File, text: &str, path: &str, known: &Known) -> Meaning {
    let mut reader = Reader { lines: Lines::new(path, text), out: Meaning::default(), seen: BTreeMap::new() };
    reader.out.target.config = Some(path.to_owned());
    reader.head(file);
    for domain in &file.domains {
        reader.domain(domain);
    }
    for site in &file.sites {
        reader.site(site, file);
    }
    for webhook in &file.webhooks {
        reader.webhook(webhook, file);
    }
    for (name, environment) in &file.environments {
        reader.environment(name, environment);
    }
    for host in &file.active.hosts {
        let host = reader.take(name::host(host.get_ref()), &host.span());
        reader.out.target.active_hosts.extend(host);
    }
    reader.proof(file.active.proof.as_ref());
    for anchor in &file.trust_anchors {
        match dnssec::parse(anchor.get_ref()) {
            Ok(anchors) => reader.out.target.trust_anchors.extend(anchors),
            Err(err) => {
                let message = format!("not a trust anchor: {}", err.why);
                reader.problem(Problem::new(anchor.span(), message));
            }
        }
    }
    let reports = &file.reports;
    reader.out.target.reports = Reports {
        coverage: reports.coverage.iter().filter_map(|path| reader.path(path)).collect(),
        lighthouse: reports.lighthouse.iter().filter_map(|path| reader.path(path)).collect(),
        axe: reports.axe.iter().filter_map(|path| reader.path(path)).collect(),
    };
    attest::read(file, &reader.lines, &mut reader.out);
    gate::read(file, known, &reader.lines, &mut reader.out);
    reader.out
}

struct Reader<'a> {
    lines: Lines<'a>,
    out: Meaning,
    /// Subjects met so far.
    seen: BTreeMap<String, u32>,
}

impl Reader<'_> {
    fn head(&mut self, file: &File) {
        if let Some(version) = file.schema.as_ref().filter(|version| *version.get_ref() != 1) {
            let message = format!("schema {} is not known to this gonogo", version.get_ref());
            self.problem(Problem::new(version.span(), message).help("this gonogo reads `schema = 1`"));
        }
        if let Some(name) = &file.project.name {
            name.get_ref().trim().clone_into(&mut self.out.target.name);
            if self.out.target.name.is_empty() {
                self.problem(Problem::new(name.span(), "the project's name is empty"));
            }
        }
        for (what, who) in &file.owners {
            if who.get_ref().trim().is_empty() {
                let message = format!("nobody is named for `{}`", what.get_ref());
                self.problem(Problem::new(who.span(), message).help("name a person, or take the line out"));
            }
            self.out.target.owners.insert(what.get_ref().clone(), who.get_ref().trim().to_owned());
        }
        let place = self.lines.place(&(0..0));
        self.out.target.declared.insert(THE_REPOSITORY.to_owned(), place);
    }

    fn domain(&mut self, entry: &file::Domain) {
        let Some(name) = self.take(name::domain(entry.name.get_ref()), &entry.name.span()) else { return };
        match name::registrable(&name) {
            name::Registrable::Hosted { suffix } => {
                let message = format!("`{name}` is a name below `{suffix}`, which is not yours to configure");
                self.problem(
                    Problem::new(entry.name.span(), message)
                        .help("declare it as a site: [[sites]] url = \"https://…\""),
                );
                return;
            }
            name::Registrable::None => {
                let message = format!("`{name}` is a public suffix, not a domain");
                self.problem(Problem::new(entry.name.span(), message));
                return;
            }
            name::Registrable::Domain(_) => {}
        }
        let mut dkim_selectors = Vec::new();
        for selector in &entry.dkim_selectors {
            if is_selector(selector.get_ref()) {
                dkim_selectors.push(selector.get_ref().to_ascii_lowercase());
            } else {
                self.problem(
                    Problem::new(selector.span(), "not a DKIM selector")
                        .help("write only the part before `._domainkey`, e.g. `resend`"),
                );
            }
        }
        if self.declare(&name, &entry.name.span(), "domain") {
            self.out.target.domains.push(Domain { name, mail: entry.mail, dkim_selectors });
        }
    }

    fn site(&mut self, entry: &file::Site, file: &File) {
        let span = entry.url.span();
        let production = self.is_production(entry.environment.as_ref(), file);
        let sessions = entry.sessions.iter().filter_map(|session| self.session(session)).collect();
        let private: Vec<PrivateRoute> =
            entry.private.iter().filter_map(|route| self.private(route)).collect();
        let Some(address) = self.take(name::address(entry.url.get_ref()), &span) else { return };
        if address.rest != "/" {
            let help = format!("write `{}`; private pages go under [[sites.private]]", address.origin);
            self.problem(Problem::new(span, "a site is an origin, without a path").help(help));
            return;
        }
        if !self.declare(&address.origin, &span, "site") {
            return;
        }
        self.note(&crate::plan::endpoint(&address.host, address.port), &span);
        for (route, written) in private.iter().zip(&entry.private) {
            let subject = format!("{}{}", address.origin, route.path);
            self.declare(&subject, &written.path.span(), "private route");
        }
        self.out.target.sites.push(SiteTarget {
            url: address.origin,
            host: address.host,
            port: address.port,
            production,
            private,
            sessions,
        });
    }

    fn session(&mut self, entry: &file::Session) -> Option<Session> {
        let before = self.out.problems.len();
        let header = entry.header.get_ref();
        let token = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
        if header.is_empty() || !header.chars().all(token) {
            self.out.secret.push(entry.header.span());
            self.problem(
                Problem::new(entry.header.span(), "not the name of a request header")
                    .help("write only its name, e.g. `Cookie`; the value comes from `value_env`"),
            );
        }
        gate::variable(&entry.value_env, &mut self.out);
        (self.out.problems.len() == before).then(|| Session {
            name: entry.name.get_ref().clone(),
            header: header.clone(),
            value_env: entry.value_env.get_ref().clone(),
        })
    }

    fn private(&mut self, entry: &file::Private) -> Option<PrivateRoute> {
        let before = self.out.problems.len();
        let path = entry.path.get_ref();
        if !path.starts_with('/') || path.starts_with("//") || path.contains(['#', '\\', ' ']) {
            self.problem(
                Problem::new(entry.path.span(), "not a path on the site")
                    .help("begin with one slash and encode spaces, e.g. `/account`"),
            );
        }
        for canary in entry.canaries.iter().filter(|canary| canary.get_ref().chars().count() < 4) {
            self.problem(
                Problem::new(canary.span(), "a text this short occurs on every page")
                    .help("use a text of the account, e.g. its mail address"),
            );
        }
        let canaries = entry.canaries.iter().map(|canary| canary.get_ref().clone()).collect();
        (self.out.problems.len() == before).then(|| PrivateRoute { path: path.clone(), canaries })
    }

    fn webhook(&mut self, entry: &file::Webhook, file: &File) {
        let before = self.out.problems.len();
        let production = self.is_production(entry.environment.as_ref(), file);
        let url = entry.url.as_ref().and_then(|url| self.take(name::web_url(url.get_ref()), &url.span()));
        if let (Some(url), Some(written)) = (&url, &entry.url)
            && url.query().is_some_and(is_secret)
        {
            self.out.secret.push(written.span());
            self.problem(
                Problem::new(written.span(), "the URL's query looks like a credential")
                    .label("not shown here")
                    .help("leave the query out; the provider keeps it to itself"),
            );
        }
        let url = url.map(String::from);
        let handler = entry.handler.as_ref().and_then(|path| self.path(path));
        let Some(written) = entry.url.as_ref().or(entry.handler.as_ref()) else {
            let span = entry.provider.as_ref().map_or(0..0, Spanned::span);
            self.problem(
                Problem::new(span, "a webhook without `url` and `handler`").help("give at least one"),
            );
            return;
        };
        let provider = entry.provider.as_ref().map(|provider| provider.get_ref().to_ascii_lowercase());
        if let Some(name) = &entry.secret_env {
            gate::variable(name, &mut self.out);
        }
        let effects = entry.effects.as_ref().and_then(|url| self.effects(url, entry.url.as_ref()));
        let secret_env = entry.secret_env.as_ref().map(|name| name.get_ref().clone());
        let webhook = WebhookTarget { url, provider, handler, production, secret_env, effects };
        if self.out.problems.len() == before && self.declare(webhook.subject(), &written.span(), "webhook") {
            self.out.target.webhooks.push(webhook);
        }
    }

    /// Where effects are counted: on the endpoint's own host and nowhere else.
    fn effects(&mut self, written: &Spanned<String>, endpoint: Option<&Spanned<String>>) -> Option<String> {
        let url = self.take(name::web_url(written.get_ref()), &written.span())?;
        let endpoint = endpoint.and_then(|url| name::web_url(url.get_ref()).ok());
        if endpoint.is_none_or(|endpoint| endpoint.origin() != url.origin()) {
            self.problem(Problem::new(written.span(), "`effects` is not on the endpoint's own host"));
            return None;
        }
        Some(url.into())
    }

    fn proof(&mut self, proof: Option<&Spanned<String>>) {
        let Some(proof) = proof else { return };
        if proof.get_ref().len() < 16 || !proof.get_ref().bytes().all(|byte| byte.is_ascii_graphic()) {
            let problem = Problem::new(proof.span(), "a proof has 16 or more visible ASCII characters");
            return self.problem(problem.help("e.g. the output of `openssl rand -hex 16`"));
        }
        self.out.target.active_proof = Some(proof.get_ref().clone());
    }

    fn environment(&mut self, name: &Spanned<String>, entry: &file::Environment) {
        let files = entry.files.iter().filter_map(|path| self.path(path)).collect();
        let mut hosts = Vec::new();
        for host in &entry.hosts {
            hosts.extend(self.take(name::host(host.get_ref()), &host.span()));
        }
        let name = name.get_ref().clone();
        let production = says_production(&name);
        self.out.target.environments.push(EnvironmentTarget { name, production, files, hosts });
    }

    /// A misspelt `production` would silently take a site out of the gate.
    fn is_production(&mut self, written: Option<&Spanned<String>>, file: &File) -> bool {
        let Some(written) = written else { return true };
        let name = written.get_ref().as_str();
        let tables = file.environments.keys().map(|name| name.get_ref().as_str());
        let known: Vec<&str> = tables.chain(USUAL).collect();
        if !known.contains(&name) {
            let near = nearest(name, known.iter().copied());
            let help = near.map_or_else(
                || format!("add a table [environments.{name}]"),
                |near| format!("did you mean `{near}`?"),
            );
            self.problem(
                Problem::new(written.span(), format!("no environment is called `{name}`")).help(help),
            );
        }
        says_production(name)
    }

    /// A path or glob inside the folder of the configuration, with `/`.
    fn path(&mut self, written: &Spanned<String>) -> Option<String> {
        let text = written.get_ref().strip_prefix("./").unwrap_or(written.get_ref());
        let leaves = text.starts_with(['/', '~'])
            || text.split(['/', '\\']).any(|part| part == "..")
            || text.get(1..3).is_some_and(|rest| rest == ":\\");
        if text.is_empty() || leaves {
            self.problem(
                Problem::new(written.span(), "not a path inside the repository")
                    .help("write it relative to gonogo.toml, without `..`"),
            );
            return None;
        }
        Some(text.replace('\\', "/"))
    }

    /// Remembers where a subject is written; false and a problem if it was already.
    fn declare(&mut self, subject: &str, span: &Range<usize>, what: &str) -> bool {
        let line = match self.lines.place(span) {
            crate::finding::Place::File { line: Some(line), .. } => line,
            _ => 0,
        };
        if let Some(first) = self.seen.insert(format!("{what} {subject}"), line) {
            let message = format!("the {what} `{subject}` is declared twice");
            self.problem(Problem::new(span.clone(), message).label(format!("first in line {first}")));
            return false;
        }
        self.note(subject, span);
        true
    }

    fn note(&mut self, subject: &str, span: &Range<usize>) {
        let place = self.lines.place(span);
        self.out.target.declared.entry(subject.to_owned()).or_insert(place);
    }

    fn take<T>(&mut self, result: Result<T, Refusal>, span: &Range<usize>) -> Option<T> {
        result.map_err(|refusal| self.problem(refused(refusal, span.clone()))).ok()
    }

    fn problem(&mut self, problem: Problem) {
        self.out.problems.push(problem);
    }
}

fn refused(refusal: Refusal, span: Range<usize>) -> Problem {
    let problem = Problem::new(span, refusal.message);
    match refusal.help {
        Some(help) => problem.help(help),
        None => problem,
    }
}

/// Labels before `._domainkey` (RFC 6376 section 3.1).
fn is_selector(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
    };
    text.len() <= 190 && text.split('.').all(label) && !text.contains("_domainkey")
}

/// `production`, and what people call it for short: `prod`, `live-eu`.
fn says_production(name: &str) -> bool {
    stage_of(name) == Stage::Production
}
