//! Asks the zone of a domain.

use super::Net;
use crate::{
    plan::Touch,
    seen::{Miss, Seen, Zone},
};

pub(super) async fn observe(_net: &Net, _domain: &str) -> Seen<Zone> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(domain: &str) -> Vec<Touch> {
    vec![Touch::Dns { name: domain.to_owned(), record: "NS".to_owned() }]
}
