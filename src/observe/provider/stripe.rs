//! Stripe: the endpoints that it delivers to, what it could not deliver, and whether the account may
//! take money.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Api, Net};
use crate::seen::{Miss, Stripe, StripeAccount, StripeEndpoint, Undelivered};

pub(super) const BASE: &str = "https://api.stripe.com";
const ENDPOINTS: &str = "/v1/webhook_endpoints?limit=100";
const ACCOUNT: &str = "/v1/account";
const FAILED: &str = "/v1/events?delivery_success=false&limit=100";
pub(super) const PATHS: &[(&str, &str)] = &[
    (ENDPOINTS, "where events are delivered"),
    (ACCOUNT, "whether the account may take money"),
    (FAILED, "events of 30 days that were not delivered"),
];

pub(super) async fn observe(net: &Net, id: &str) -> Result<Stripe, Miss> {
    let api = Api::of(net, id, BASE)?;
    let live = ["sk_live_", "rk_live_"].iter().any(|prefix| api.key_begins(prefix));
    let test = ["sk_test_", "rk_test_"].iter().any(|prefix| api.key_begins(prefix));
    if !live && !test {
        let why = format!("providers.{id}: the key is no secret or restricted key of Stripe");
        return Err(Miss::Malformed(why));
    }
    let (endpoints, account, failed) = tokio::join!(api.get(ENDPOINTS), api.get(ACCOUNT), api.get(FAILED));
    Ok(Stripe {
        live,
        endpoints: endpoints.and_then(|answer| listed(&answer, endpoint)).into(),
        account: account.and_then(|answer| of_account(&answer)).into(),
        undelivered: failed.and_then(|answer| undelivered(&answer)).into(),
    })
}

/// A list is judged whole or not at all: what is beyond its first page could be what is missing.
fn listed<T>(answer: &Value, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, Miss> {
    let rows = answer["data"].as_array().ok_or_else(|| Miss::Malformed("Stripe's list".to_owned()))?;
    if answer["has_more"].as_bool().unwrap_or(false) {
        return Err(Miss::Unsupported("the account has more than 100 endpoints".to_owned()));
    }
    let read = |row: &Value| read(row).ok_or_else(|| Miss::Malformed("a row of Stripe's list".to_owned()));
    rows.iter().map(read).collect()
}

fn endpoint(row: &Value) -> Option<StripeEndpoint> {
    let url = url::Url::parse(row["url"].as_str()?).ok()?;
    Some(StripeEndpoint {
        id: row["id"].as_str()?.to_owned(),
        url: without_secrets(url),
        enabled: row["status"].as_str()? == "enabled",
        live: row["livemode"].as_bool()?,
        api_version: row["api_version"].as_str().map(str::to_owned),
        events: texts(&row["enabled_events"]),
    })
}

/// A query or a password in an endpoint's address is a credential more often than not.
fn without_secrets(mut url: url::Url) -> String {
    url.set_query(None);
    url.set_fragment(None);
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

fn of_account(answer: &Value) -> Result<StripeAccount, Miss> {
    let flag = |name: &str| {
        answer[name].as_bool().ok_or_else(|| Miss::Malformed(format!("Stripe's account has no {name}")))
    };
    let requirements = &answer["requirements"];
    Ok(StripeAccount {
        charges: flag("charges_enabled")?,
        payouts: flag("payouts_enabled")?,
        disabled: requirements["disabled_reason"].as_str().map(str::to_owned),
        past_due: texts(&requirements["past_due"]),
    })
}

/// By kind of event; of many the newest hundred.
fn undelivered(answer: &Value) -> Result<Vec<Undelivered>, Miss> {
    let rows = answer["data"].as_array().ok_or_else(|| Miss::Malformed("Stripe's list".to_owned()))?;
    let mut kinds: BTreeMap<&str, Undelivered> = BTreeMap::new();
    for row in rows {
        let (Some(kind), Some(created)) = (row["type"].as_str(), row["created"].as_i64()) else {
            return Err(Miss::Malformed("an event of Stripe's list".to_owned()));
        };
        let moment = jiff::Timestamp::from_second(created);
        let moment = moment.map_err(|_| Miss::Malformed("an event's moment".to_owned()))?;
        let fresh = || Undelivered { kind: kind.to_owned(), count: 0, newest: moment, oldest: moment };
        let known = kinds.entry(kind).or_insert_with(fresh);
        known.count += 1;
        known.newest = known.newest.max(moment);
        known.oldest = known.oldest.min(moment);
    }
    Ok(kinds.into_values().collect())
}

/// Short texts of a list, bounded.
fn texts(list: &Value) -> Vec<String> {
    let texts = list.as_array().into_iter().flatten().filter_map(Value::as_str);
    texts.filter(|text| text.len() < 200).take(400).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_endpoint_is_kept_without_what_its_query_may_hold() {
        let row = json!({ "id": "we_1", "url": "https://ana:pw@example.com/hook?key=abc#x", "status": "disabled",
            "livemode": true, "api_version": null, "enabled_events": ["*"] });
        let read = endpoint(&row).expect("an endpoint");
        assert_eq!(read.url, "https://example.com/hook");
        assert!(!read.enabled && read.live && read.api_version.is_none());
    }

    #[test]
    fn half_a_list_is_no_list() {
        let answer = json!({ "data": [], "has_more": true });
        assert!(matches!(listed(&answer, endpoint), Err(Miss::Unsupported(_))));
        let answer = json!({ "data": [{ "id": 1 }], "has_more": false });
        assert!(matches!(listed(&answer, endpoint), Err(Miss::Malformed(_))));
        assert!(matches!(listed(&json!([]), endpoint), Err(Miss::Malformed(_))));
    }

    #[test]
    fn undelivered_events_are_counted_by_kind() {
        let answer = json!({ "data": [
            { "type": "invoice.paid", "created": 200 },
            { "type": "invoice.paid", "created": 100 },
            { "type": "charge.refunded", "created": 300 },
        ] });
        let kinds = undelivered(&answer).expect("a list");
        assert_eq!(kinds.len(), 2);
        assert_eq!((kinds[1].count, kinds[1].oldest.as_second(), kinds[1].newest.as_second()), (2, 100, 200));
    }
}
