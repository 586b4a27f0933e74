//! Visits a site as a stranger.

use super::Net;
use crate::{
    plan::Touch,
    seen::{Miss, Seen, Site},
};

pub(super) async fn observe(_net: &Net, _url: &str) -> Seen<Site> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(url: &str) -> Vec<Touch> {
    vec![Touch::Http { method: "GET".to_owned(), url: url.to_owned(), why: "front page".to_owned() }]
}
