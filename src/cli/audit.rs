//! `gonogo audit`.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use crate::{
    checks::judge,
    decide::decide,
    observe::{ConnectTo, Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    report::{Format, Style, render},
    target::{Domain, MailUse, SiteTarget, Target},
};

#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// A path, a domain or a URL
    #[arg(default_value = ".")]
    what: String,
    #[arg(long)]
    resolver: Option<SocketAddr>,
    #[arg(long)]
    connect_to: Vec<ConnectTo>,
    #[arg(long)]
    ca: Vec<PathBuf>,
    #[arg(long)]
    offline: bool,
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    #[arg(long, value_delimiter = ',')]
    skip: Vec<String>,
    #[arg(long, default_value = "terminal")]
    format: Format,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let mut target = Target { name: arguments.what.clone(), ..Target::default() };
    let mut root = None;
    if let Some(host) = arguments.what.strip_prefix("https://") {
        let host = host.trim_end_matches('/').to_owned();
        target.sites.push(SiteTarget {
            url: format!("https://{host}"),
            host,
            port: 443,
            production: true,
            ..SiteTarget::default()
        });
    } else if std::path::Path::new(&arguments.what).exists() {
        target.repository = true;
        root = Some(PathBuf::from(&arguments.what));
    } else {
        target.domains.push(Domain {
            name: arguments.what.clone(),
            mail: MailUse::Unknown,
            dkim_selectors: vec![],
        });
    }
    let selection = Selection::new(arguments.only.clone(), arguments.skip.clone(), true)?;
    let plan = plan(&target, &selection, Consent { offline: arguments.offline, active: false });
    let options = Options {
        root,
        now: jiff::Timestamp::now(),
        resolver: arguments.resolver,
        connect_to: arguments.connect_to.clone(),
        extra_roots: arguments.ca.clone(),
        deadline: Duration::from_secs(60),
        jobs: 16,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &silent)?;
    let outcomes = judge(&plan.checks, &seen, &target);
    let assessment = decide(&target, &plan.checks, &plan.left_out, outcomes, &seen);
    let text = render(&assessment, arguments.format, Style::default());
    anstream::print!("{text}");
    Ok(ExitCode::from(assessment.decision.exit_code()))
}
