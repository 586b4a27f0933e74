//! Shakes hands with a TLS endpoint.

use super::Net;
use crate::{
    plan::Touch,
    seen::{Endpoint, Miss, Seen},
};

pub(super) async fn observe(_net: &Net, _host: &str, _port: u16) -> Seen<Endpoint> {
    Seen::Missed(Miss::NotAsked)
}
pub(super) fn touches(host: &str, port: u16) -> Vec<Touch> {
    vec![Touch::Tcp { host: host.to_owned(), port, why: "TLS handshake".to_owned() }]
}
