//! Google's Identity Toolkit: where a Firebase project lets sign-ins come from.

use serde_json::Value;

use super::{Api, Net, Sends, project_of};
use crate::seen::{IdentityAccount, Miss};

pub(super) const BASE: &str = "https://identitytoolkit.googleapis.com";
pub(super) const PATHS: &[(&str, &str)] =
    &[("/admin/v2/projects/{id}/config", "which domains sign-ins may come from")];

pub(super) async fn observe(net: &Net, id: &str) -> Result<IdentityAccount, Miss> {
    let is_id = |text: &str| {
        (6..=30).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let project = project_of(net, id, is_id, "the id of a Firebase project")?;
    let api = Api::of(net, id, BASE, Sends::Bearer)?;
    let answer = api.get(&format!("/admin/v2/projects/{project}/config")).await?;
    read(project, &answer)
}

fn read(project: String, answer: &Value) -> Result<IdentityAccount, Miss> {
    let domains = answer["authorizedDomains"].as_array();
    let domains = domains.ok_or_else(|| Miss::Malformed("the configuration of sign-ins".to_owned()))?;
    Ok(IdentityAccount {
        project,
        authorized_domains: domains
            .iter()
            .filter_map(Value::as_str)
            .filter(|name| name.len() < 254)
            .take(500)
            .map(str::to_ascii_lowercase)
            .collect(),
        email_privacy: answer["emailPrivacyConfig"]["enableImprovedEmailPrivacy"].as_bool().unwrap_or(false),
    })
}
