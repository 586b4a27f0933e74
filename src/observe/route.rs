//! Visits a private route as its owner, a stranger and nobody.

use super::Net;
use crate::{
    plan::Touch,
    seen::{Miss, Route, Seen},
};

pub(super) async fn observe(_net: &Net, _site: &str, _path: &str) -> Seen<Route> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(site: &str, path: &str) -> Vec<Touch> {
    vec![Touch::Http {
        method: "GET".to_owned(),
        url: format!("{site}{path}"),
        why: "private route".to_owned(),
    }]
}
