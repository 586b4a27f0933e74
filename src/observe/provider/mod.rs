//! Asks the APIs of providers what they know of the product, with keys that only read.
//!
//! Consent is twofold: `gonogo.toml` names the provider and an environment variable, and the variable
//! holds a key. Every request is a GET to the provider's own address over a verified connection.

mod api;
mod stripe;

use self::api::{Api, Sends};
use super::Net;
use crate::{
    plan::Touch,
    seen::{Account, Miss, Seen},
};

pub(super) async fn observe(net: &Net, id: &str) -> Seen<Account> {
    let observed = match id {
        "stripe" => stripe::observe(net, id).await.map(|seen| Account::Stripe(Box::new(seen))),
        _ => Err(Miss::Unsupported(format!("no API of {id} is known"))),
    };
    observed.into()
}

pub(super) fn touches(id: &str) -> Vec<Touch> {
    match id {
        "stripe" => reads(stripe::BASE, stripe::PATHS),
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
