//! Sends inert, unsigned requests to a webhook endpoint, with consent.

use super::Net;
use crate::{
    plan::Touch,
    seen::{Miss, Probe, Seen},
};

pub(super) async fn observe(_net: &Net, _url: &str) -> Seen<Probe> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(url: &str) -> Vec<Touch> {
    vec![Touch::Http { method: "POST".to_owned(), url: url.to_owned(), why: "unsigned event".to_owned() }]
}
