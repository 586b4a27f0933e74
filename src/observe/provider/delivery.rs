//! Resend's domains, and where PayPal and HubSpot deliver events to.

use serde_json::Value;

use super::{Api, Net, project_of};
use crate::seen::{DeliveryAccount, Miss, ResendAccount, SendingDomain};

pub(super) const RESEND: &str = "https://api.resend.com";
pub(super) const RESEND_PATHS: &[(&str, &str)] = &[("/domains", "which domains mail may be sent from")];
pub(super) const PAYPAL: &str = "https://api-m.paypal.com";
pub(super) const PAYPAL_PATHS: &[(&str, &str)] =
    &[("/v1/notifications/webhooks", "where events are delivered")];
pub(super) const HUBSPOT: &str = "https://api.hubapi.com";
pub(super) const HUBSPOT_PATHS: &[(&str, &str)] =
    &[("/webhooks/v3/{id}/settings", "where events are delivered")];

/// Rows kept of one list.
const ROWS: usize = 500;

pub(super) async fn resend(net: &Net, id: &str) -> Result<ResendAccount, Miss> {
    let answer = Api::of(net, id, RESEND)?.get("/domains").await?;
    domains(&answer)
}

fn domains(answer: &Value) -> Result<ResendAccount, Miss> {
    let malformed = || Miss::Malformed("Resend's list of domains".to_owned());
    let rows = answer["data"].as_array().ok_or_else(malformed)?;
    let domain = |row: &Value| {
        let text = |key: &str| row[key].as_str().filter(|text| text.len() < 254).map(str::to_ascii_lowercase);
        Some(SendingDomain { name: text("name")?, status: text("status")? })
    };
    if answer["has_more"].as_bool().unwrap_or(false) || rows.len() > ROWS {
        return Err(Miss::Unsupported("the account has more domains than one answer shows".to_owned()));
    }
    let domains: Option<Vec<_>> = rows.iter().map(domain).collect();
    Ok(ResendAccount { domains: domains.ok_or_else(malformed)? })
}

pub(super) async fn paypal(net: &Net, id: &str) -> Result<DeliveryAccount, Miss> {
    let answer = Api::of(net, id, PAYPAL)?.get("/v1/notifications/webhooks").await?;
    let malformed = || Miss::Malformed("PayPal's list of webhooks".to_owned());
    let rows = answer["webhooks"].as_array().ok_or_else(malformed)?;
    let urls: Option<Vec<String>> = rows.iter().take(ROWS).map(|row| plain(row["url"].as_str()?)).collect();
    Ok(DeliveryAccount { urls: urls.ok_or_else(malformed)? })
}

pub(super) async fn hubspot(net: &Net, id: &str) -> Result<DeliveryAccount, Miss> {
    let is_app = |text: &str| text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    let app = project_of(net, id, is_app, "the number of an app")?;
    let answer = Api::of(net, id, HUBSPOT)?.get(&format!("/webhooks/v3/{app}/settings")).await?;
    let url = answer["targetUrl"].as_str().and_then(plain);
    let url = url.ok_or_else(|| Miss::Malformed("HubSpot's settings of webhooks".to_owned()))?;
    Ok(DeliveryAccount { urls: vec![url] })
}

/// Without what may be a credential.
fn plain(url: &str) -> Option<String> {
    let mut url = url::Url::parse(url).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    Some(url.into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn domains_are_read_whole_or_not_at_all() {
        let answer = json!({ "data": [{ "name": "Acme.io", "status": "verified", "id": "1" }] });
        let read = domains(&answer).expect("domains");
        assert_eq!((read.domains[0].name.as_str(), read.domains[0].status.as_str()), ("acme.io", "verified"));
        assert!(domains(&json!({ "data": [{ "name": "acme.io" }] })).is_err());
        assert!(domains(&json!({ "data": [], "has_more": true })).is_err());
        assert_eq!(plain("https://a:b@acme.io/hook?key=1#x").as_deref(), Some("https://acme.io/hook"));
    }
}
