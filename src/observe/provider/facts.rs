//! What providers tell becomes facts of production, beside those of the files.

use crate::seen::{Account, Environments, Fact, Observations, Seen, Stage, Value};

/// Facts of one account that are kept.
const FACTS: usize = 500;

/// Adds the accounts' facts to the repository's.
pub(in crate::observe) fn add(observations: &mut Observations) {
    let mut facts = Vec::new();
    for account in observations.accounts.values().filter_map(Seen::got) {
        let mut told = of(account);
        told.truncate(FACTS);
        facts.extend(told);
    }
    let files = observations.environments.values_mut().next();
    let Some(Seen::Got(environments)) = files else { return };
    number(&mut facts, environments);
    environments.facts.extend(facts);
}

/// A class for each value that no fact of a file has.
fn number(facts: &mut [Fact], environments: &Environments) {
    let mut next = environments.facts.iter().map(|fact| fact.class).max().unwrap_or(0);
    for fact in facts {
        next += 1;
        fact.class = next;
    }
}

fn of(account: &Account) -> Vec<Fact> {
    match account {
        Account::Supabase(account) => {
            let at = format!("api.supabase.com/v1/projects/{}", account.project);
            let mut facts = vec![fact(
                "deployed.project",
                &at,
                Value::SupabaseProject(account.project.clone()),
                &account.project,
            )];
            if let Ok(auth) = account.auth.as_ref() {
                let at = format!("{at}/config/auth");
                facts.push(hosts("deployed.site_url", &at, std::slice::from_ref(&auth.site_url)));
                facts.push(hosts("deployed.redirects", &at, &auth.redirects));
            }
            let secrets = account.secrets.as_ref().map(Vec::as_slice).unwrap_or_default();
            facts.extend(
                secrets
                    .iter()
                    .map(|secret| fact(&secret.name, &format!("{at}/secrets"), Value::Reference, "")),
            );
            facts
        }
        Account::Firebase(account) => {
            let at = format!("firebase.googleapis.com/projects/{}", account.project);
            let project = Value::FirebaseProject(account.project.clone());
            let mut facts = vec![fact("deployed.project", &at, project, &account.project)];
            if let Ok(sign_in) = account.sign_in.as_ref() {
                facts.push(hosts("deployed.authorizedDomains", &at, &sign_in.domains));
            }
            facts
        }
        Account::Cloudflare(account) => {
            let at = format!("api.cloudflare.com/client/v4/zones/{}/settings/ssl", account.zone);
            let mode = account.ssl.as_ref().map(String::as_str);
            mode.map(|mode| fact("deployed.ssl", &at, Value::Text, mode)).into_iter().collect()
        }
        Account::Resend(account) => {
            let names: Vec<String> = account.domains.iter().map(|domain| domain.name.clone()).collect();
            vec![hosts("deployed.sending_domains", "api.resend.com/domains", &names)]
        }
        Account::Delivery(account) => {
            vec![hosts("deployed.webhooks", "the provider's webhooks", &account.urls)]
        }
        Account::Stripe(_) => Vec::new(),
    }
}

fn hosts(name: &str, at: &str, urls: &[String]) -> Fact {
    let host = |url: &String| {
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        rest.split(['/', ':', '?']).next().unwrap_or_default().to_ascii_lowercase()
    };
    let mut hosts: Vec<String> = urls.iter().map(host).collect();
    hosts.dedup();
    let shown = hosts.iter().take(6).cloned().collect::<Vec<_>>().join(", ");
    fact(name, at, Value::Hosts(hosts), &shown)
}

fn fact(name: &str, path: &str, value: Value, shown: &str) -> Fact {
    Fact {
        name: name.to_owned(),
        path: path.to_owned(),
        line: 1,
        stage: Stage::Production,
        value,
        class: 0,
        account: None,
        shown: shown.to_owned(),
        code: false,
    }
}
