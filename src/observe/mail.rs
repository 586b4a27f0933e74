//! Asks the mail records of a domain.

use super::Net;
use crate::{
    plan::Touch,
    seen::{Mail, Miss, Seen},
};

pub(super) async fn observe(_net: &Net, _domain: &str, _selectors: &[String]) -> Seen<Mail> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(domain: &str, _selectors: &[String]) -> Vec<Touch> {
    vec![Touch::Dns { name: domain.to_owned(), record: "TXT".to_owned() }]
}
