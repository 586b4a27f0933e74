//! Asks the APIs of providers what they know of the product, with keys that only read.
//!
//! Consent is twofold: `gonogo.toml` names the provider and an environment variable, and the variable
//! holds a key. Every request is a GET to the provider's own address over a verified connection.

mod api;
mod cloudflare;
mod delivery;
mod facts;
mod firebase;
mod stripe;
mod supabase;

use self::api::Api;
pub(super) use self::facts::add as add_facts;
use super::Net;
use crate::{
    plan::Touch,
    seen::{Account, Miss, Seen},
};

pub(super) async fn observe(net: &Net, id: &str) -> Seen<Account> {
    let observed = match id {
        "stripe" => stripe::observe(net, id).await.map(|seen| Account::Stripe(Box::new(seen))),
        "firebase" => firebase::observe(net, id).await.map(|seen| Account::Firebase(Box::new(seen))),
        "supabase" => {
            Box::pin(supabase::observe(net, id)).await.map(|seen| Account::Supabase(Box::new(seen)))
        }
        "cloudflare" => {
            Box::pin(cloudflare::observe(net, id)).await.map(|seen| Account::Cloudflare(Box::new(seen)))
        }
        "resend" => delivery::resend(net, id).await.map(Account::Resend),
        "paypal" => delivery::paypal(net, id).await.map(Account::Delivery),
        "hubspot" => delivery::hubspot(net, id).await.map(Account::Delivery),
        _ => Err(Miss::Unsupported(format!("no API of {id} is known"))),
    };
    observed.into()
}

pub(super) fn touches(id: &str) -> Vec<Touch> {
    match id {
        "stripe" => reads(stripe::BASE, stripe::PATHS),
        "firebase" => reads("", firebase::TOUCHED),
        "supabase" => reads(supabase::BASE, supabase::PATHS),
        "cloudflare" => reads(cloudflare::BASE, cloudflare::PATHS),
        "resend" => reads(delivery::RESEND, delivery::RESEND_PATHS),
        "paypal" => reads(delivery::PAYPAL, delivery::PAYPAL_PATHS),
        "hubspot" => reads(delivery::HUBSPOT, delivery::HUBSPOT_PATHS),
        _ => Vec::new(),
    }
}

fn reads(base: &str, paths: &[(&str, &str)]) -> Vec<Touch> {
    let touch = |(path, why): &(&str, &str)| Touch::Http {
        method: "GET".to_owned(),
        url: format!("{base}{path}"),
        why: (*why).to_owned(),
    };
    paths.iter().map(touch).collect()
}

/// The project, zone or app that `gonogo.toml` names beside the key. Nobody is asked about another one.
fn project_of(net: &Net, id: &str, is_one: impl Fn(&str) -> bool, what: &str) -> Result<String, Miss> {
    let named = net.target.providers.get(id).and_then(|provider| provider.id.clone());
    named
        .filter(|named| is_one(named))
        .ok_or_else(|| Miss::Unsupported(format!("providers.{id}.id in gonogo.toml must be {what}")))
}
