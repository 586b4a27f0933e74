//! The body of `POST /zones/{zone_id}/dns_records/batch`:
//! <https://developers.cloudflare.com/api/resources/dns/subresources/records/methods/batch/>.
//!
//! Records are deleted there by an id that DNS does not show, so the comment of a new record says
//! which old one has to go.

use serde::Serialize;

use super::{Change, changes, value::Value};
use crate::{decide::Assessment, report::json};

/// Characters of a comment on every plan.
const COMMENT: usize = 100;
/// Cloudflare's own choice.
const AUTOMATIC: u32 = 1;

#[derive(Serialize)]
struct Batch {
    posts: Vec<Post>,
}

#[derive(Serialize)]
struct Post {
    #[serde(rename = "type")]
    record: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    content: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    priority: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Caa>,
    ttl: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxied: Option<bool>,
    comment: String,
}

#[derive(Serialize)]
struct Caa {
    flags: u8,
    tag: String,
    value: String,
}

pub(crate) fn cloudflare(assessment: &Assessment) -> String {
    let changes = changes(assessment);
    let posts = changes.own.iter().flat_map(|change| change.added.iter().map(|value| post(change, value)));
    json::pretty(&Batch { posts: posts.collect() })
}

fn post(change: &Change, value: &Value) -> Post {
    let mut post = Post {
        record: change.record.clone(),
        name: change.name.clone(),
        content: None,
        priority: None,
        data: None,
        ttl: AUTOMATIC,
        proxied: None,
        comment: comment(change),
    };
    match value {
        Value::Text(_) => post.content = Some(value.in_zone()),
        Value::Mx { preference, host } => {
            post.content = Some(host.clone());
            post.priority = Some(*preference);
        }
        Value::Caa { flags, tag, value } => {
            post.data = Some(Caa { flags: *flags, tag: tag.clone(), value: value.clone() });
        }
        Value::Name(name) => {
            post.content = Some(name.clone());
            post.proxied = (change.record == "CNAME").then_some(false);
        }
        Value::Address(address) => {
            post.content = Some(address.to_string());
            post.proxied = Some(false);
        }
    }
    post
}

fn comment(change: &Change) -> String {
    let old = match change.removed.len() {
        0 => "",
        1 => "delete the old record; ",
        _ => "delete the old records; ",
    };
    format!("{old}{}", change.reasons()).chars().take(COMMENT).collect()
}
