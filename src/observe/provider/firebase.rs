//! Firebase: the rules that are live, who may sign in, and where App Check is enforced.
//!
//! The key is an access token of an account that may only view the project, as `gcloud auth
//! print-access-token` prints one.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Api, Net};
use crate::seen::{Firebase, LiveRules, Miss, SignIn};

const RULES: &str = "https://firebaserules.googleapis.com";
const IDENTITY: &str = "https://identitytoolkit.googleapis.com";
const APP_CHECK: &str = "https://firebaseappcheck.googleapis.com";
const DATABASES: &str = "https://firebasedatabase.googleapis.com";
pub(super) const TOUCHED: &[(&str, &str)] = &[
    ("https://firebaserules.googleapis.com/v1/projects/PROJECT/releases", "which rules are live"),
    ("https://firebaserules.googleapis.com/v1/projects/PROJECT/rulesets/ID", "the text of live rules"),
    ("https://identitytoolkit.googleapis.com/admin/v2/projects/PROJECT/config", "who may sign in"),
    ("https://firebaseappcheck.googleapis.com/v1/projects/PROJECT/services", "where App Check is enforced"),
    (
        "https://firebasedatabase.googleapis.com/v1beta/projects/PROJECT/locations/-/instances",
        "which Realtime Databases there are",
    ),
    ("https://DATABASE.firebaseio.com/.settings/rules.json", "the text of their live rules"),
];
/// A product has one release, a database or a bucket more has one of its own.
const MOST_RELEASES: usize = 20;
/// Realtime Databases of one project; nearly all have one.
const MOST_DATABASES: usize = 10;

pub(super) async fn observe(net: &Net, id: &str) -> Result<Firebase, Miss> {
    let project = net.target.providers.get(id).and_then(|provider| provider.id.clone());
    let project = project.filter(|project| is_project(project)).ok_or_else(|| {
        Miss::Malformed(format!("providers.{id}: `id` has to be the id of a Firebase project"))
    })?;
    let api = |base| Api::of(net, id, base);
    let (rules, identity, app_check) = (api(RULES)?, api(IDENTITY)?, api(APP_CHECK)?);
    let config = format!("/admin/v2/projects/{project}/config");
    let services = format!("/v1/projects/{project}/services?pageSize=100");
    let (live, databases, config, services) = tokio::join!(
        live(&rules, &project),
        databases(net, id, &project),
        identity.get(&config),
        app_check.get(&services)
    );
    Ok(Firebase {
        project,
        rules: live.into(),
        databases: databases.into(),
        sign_in: config.and_then(|answer| sign_in(&answer)).into(),
        enforced: services.and_then(|answer| enforced(&answer)).into(),
    })
}

/// It becomes a part of addresses.
fn is_project(text: &str) -> bool {
    (4..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

async fn live(api: &Api<'_>, project: &str) -> Result<Vec<LiveRules>, Miss> {
    let answer = api.get(&format!("/v1/projects/{project}/releases?pageSize=100")).await?;
    let mut found = Vec::new();
    for (release, ruleset) in releases(&answer, project)? {
        let ruleset = api.get(&format!("/v1/{ruleset}")).await?;
        found.push(LiveRules { release, text: text(&ruleset)? });
    }
    Ok(found)
}

/// Releases of documents and files, by the name after the project's, with the ruleset of each.
fn releases(answer: &Value, project: &str) -> Result<Vec<(String, String)>, Miss> {
    if answer["nextPageToken"].as_str().is_some_and(|token| !token.is_empty()) {
        return Err(Miss::Unsupported("the project has more than 100 releases".to_owned()));
    }
    let wrong = || Miss::Malformed("a release of the Rules API".to_owned());
    let (own, rulesets) = (format!("projects/{project}/releases/"), format!("projects/{project}/rulesets/"));
    let mut found = Vec::new();
    // Without a release there is no list.
    for row in answer["releases"].as_array().into_iter().flatten() {
        let name = row["name"].as_str().and_then(|name| name.strip_prefix(&own)).ok_or_else(wrong)?;
        let ruleset = row["rulesetName"].as_str().ok_or_else(wrong)?;
        let id = ruleset.strip_prefix(&rulesets).ok_or_else(wrong)?;
        if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(wrong());
        }
        if ["cloud.firestore", "firebase.storage"].contains(&name.split('/').next().unwrap_or_default()) {
            found.push((name.to_owned(), ruleset.to_owned()));
        }
    }
    if !is_list(answer, "releases") || found.len() > MOST_RELEASES {
        return Err(Miss::Unsupported("releases of the Rules API".to_owned()));
    }
    Ok(found)
}

/// The rules of every Realtime Database that is in use.
async fn databases(net: &Net, id: &str, project: &str) -> Result<Vec<LiveRules>, Miss> {
    let api = Api::of(net, id, DATABASES)?;
    let answer = api.get(&format!("/v1beta/projects/{project}/locations/-/instances?pageSize=100")).await?;
    let mut found = Vec::new();
    for host in hosts(&answer)? {
        let database = Api::of(net, id, format!("https://{host}"))?;
        found.push(LiveRules { text: database.text("/.settings/rules.json").await?, release: host });
    }
    Ok(found)
}

/// The hosts of active databases. The key goes to them, so each is one of Google's.
fn hosts(answer: &Value) -> Result<Vec<String>, Miss> {
    let wrong = || Miss::Malformed("a database of the Realtime Database API".to_owned());
    let is_cut = answer["nextPageToken"].as_str().is_some_and(|token| !token.is_empty());
    let rows = answer["instances"].as_array().map(Vec::as_slice).unwrap_or_default();
    if !is_list(answer, "instances") || is_cut || rows.len() > MOST_DATABASES {
        return Err(Miss::Unsupported("databases of the Realtime Database API".to_owned()));
    }
    let mut hosts = Vec::new();
    for row in rows.iter().filter(|row| row["state"].as_str() == Some("ACTIVE")) {
        let url = row["databaseUrl"].as_str().ok_or_else(wrong)?;
        let host = url.strip_prefix("https://").unwrap_or(url).trim_end_matches('/');
        if !is_database(host) {
            return Err(wrong());
        }
        hosts.push(host.to_owned());
    }
    hosts.sort();
    Ok(hosts)
}

/// `shop-1-default-rtdb.firebaseio.com` or `shop-1.europe-west1.firebasedatabase.app`.
fn is_database(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() < 64
            && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    match host.split('.').collect::<Vec<_>>().as_slice() {
        [name, "firebaseio", "com"] => is_label(name),
        [name, region, "firebasedatabase", "app"] => is_label(name) && is_label(region),
        _ => false,
    }
}

/// An empty list is left out, and then nothing is there.
fn is_list(answer: &Value, name: &str) -> bool {
    answer.as_object().is_some_and(|all| all.is_empty() || all.get(name).is_some_and(Value::is_array))
}

fn text(ruleset: &Value) -> Result<String, Miss> {
    let files = ruleset["source"]["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    match files {
        [file] => file["content"].as_str().map(str::to_owned),
        _ => None,
    }
    .ok_or_else(|| Miss::Unsupported("a ruleset that is not one file".to_owned()))
}

/// What is off is left out of the answer.
fn sign_in(answer: &Value) -> Result<SignIn, Miss> {
    if !answer["name"].as_str().is_some_and(|name| name.ends_with("/config")) {
        return Err(Miss::Malformed("the settings of Identity Toolkit".to_owned()));
    }
    let is = |pointer: &str| answer.pointer(pointer).and_then(Value::as_bool).unwrap_or(false);
    let domains = answer["authorizedDomains"].as_array().into_iter().flatten();
    Ok(SignIn {
        anonymous: is("/signIn/anonymous/enabled"),
        password: is("/signIn/email/enabled"),
        addresses_hidden: is("/emailPrivacyConfig/enableImprovedEmailPrivacy"),
        sign_up_off: is("/client/permissions/disabledUserSignup"),
        domains: domains.filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

/// Services that refuse requests without App Check; one that is not listed was never set up.
fn enforced(answer: &Value) -> Result<BTreeSet<String>, Miss> {
    let is_cut = answer["nextPageToken"].as_str().is_some_and(|token| !token.is_empty());
    if !is_list(answer, "services") || is_cut {
        return Err(Miss::Malformed("the services of App Check".to_owned()));
    }
    let rows = answer["services"].as_array().into_iter().flatten();
    let on = rows.filter(|row| row["enforcementMode"].as_str() == Some("ENFORCED"));
    Ok(on.filter_map(|row| row["name"].as_str()?.rsplit('/').next().map(str::to_owned)).collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn releases_of_this_project_alone_are_followed() {
        let of = |name: &str, ruleset: &str| json!({ "releases": [{ "name": format!("projects/{name}"), "rulesetName": format!("projects/{ruleset}") }] });
        let good = of("shop-1/releases/cloud.firestore/eu", "shop-1/rulesets/0a-1");
        let found = vec![("cloud.firestore/eu".to_owned(), "projects/shop-1/rulesets/0a-1".to_owned())];
        assert_eq!(releases(&good, "shop-1"), Ok(found));
        assert_eq!(releases(&of("shop-1/releases/other", "shop-1/rulesets/1"), "shop-1"), Ok(Vec::new()));
        assert_eq!(releases(&json!({}), "shop-1"), Ok(Vec::new()));
        for wrong in [
            of("shop-2/releases/cloud.firestore", "shop-1/rulesets/1"),
            of("shop-1/releases/cloud.firestore", "shop-2/rulesets/1"),
            of("shop-1/releases/cloud.firestore", "shop-1/rulesets/../../x"),
            json!({ "nextPageToken": "a" }),
            json!([]),
            json!({ "other": 1 }),
        ] {
            assert!(releases(&wrong, "shop-1").is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_said_is_off_and_nonsense_is_nothing() {
        let seen =
            sign_in(&json!({ "name": "projects/1/config", "signIn": { "anonymous": { "enabled": true } } }));
        assert_eq!(seen, Ok(SignIn { anonymous: true, ..SignIn::default() }));
        assert!(sign_in(&json!({})).is_err() && enforced(&json!([])).is_err());
        let services = json!({ "services": [
            { "name": "projects/1/services/firestore.googleapis.com", "enforcementMode": "ENFORCED" },
            { "name": "projects/1/services/firebasestorage.googleapis.com", "enforcementMode": "UNENFORCED" },
        ] });
        assert_eq!(enforced(&services), Ok(BTreeSet::from(["firestore.googleapis.com".to_owned()])));
    }

    #[test]
    fn the_key_goes_to_databases_of_google_alone() {
        let of = |url: &str, state: &str| json!({ "instances": [{ "name": "x", "databaseUrl": url, "state": state }] });
        let good = "https://shop-1-default-rtdb.firebaseio.com";
        assert_eq!(hosts(&of(good, "ACTIVE")), Ok(vec![good["https://".len()..].to_owned()]));
        let regional = "shop-1.europe-west1.firebasedatabase.app";
        assert_eq!(hosts(&of(regional, "ACTIVE")), Ok(vec![regional.to_owned()]));
        assert_eq!(hosts(&of(good, "DISABLED")), Ok(Vec::new()));
        assert_eq!(hosts(&json!({})), Ok(Vec::new()));
        for wrong in [
            "https://evil.example/.firebaseio.com",
            "https://a.firebaseio.com.evil.example",
            "https://a@b.firebaseio.com",
            "http://shop.firebaseio.com",
            "https://a.b.firebaseio.com",
            "https://x.firebaseio.com:8443",
            "https://.firebaseio.com",
            "",
        ] {
            assert!(hosts(&of(wrong, "ACTIVE")).is_err(), "{wrong}");
        }
        assert!(hosts(&json!([])).is_err() && hosts(&json!({ "nextPageToken": "a" })).is_err());
    }

    #[test]
    fn an_id_is_no_way_out_of_the_address() {
        assert!(is_project("my-shop-1") && !is_project("a/../b") && !is_project("x?y=1") && !is_project(""));
    }
}
