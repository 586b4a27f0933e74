//! One provider's API: its fixed address, and a key that is sent nowhere else.

use std::borrow::Cow;

use serde_json::Value;

use crate::{
    observe::{
        Net,
        net::{Body, Request},
    },
    seen::{Exchange, Miss},
};

/// Most bytes of an answer that are read. A list of a hundred endpoints has a tenth of it.
const ANSWER: usize = 2 << 20;

/// A way to read from one provider, and only to read.
pub(super) struct Api<'a> {
    net: &'a Net,
    base: Cow<'static, str>,
    key: String,
}

impl<'a> Api<'a> {
    /// `base` is an `https` origin. Without a key in the environment variable that `gonogo.toml` names
    /// nobody is asked.
    pub(super) fn of(net: &'a Net, id: &str, base: impl Into<Cow<'static, str>>) -> Result<Self, Miss> {
        let provider = net.target.providers.get(id);
        let provider = provider.ok_or_else(|| Miss::Internal(format!("provider {id} is not declared")))?;
        Ok(Self { net, base: base.into(), key: key(id, &provider.key_env)? })
    }

    /// What the key's own text says, for prefixes such as `sk_live_`.
    pub(super) fn key_begins(&self, prefix: &str) -> bool {
        self.key.starts_with(prefix)
    }

    /// The JSON at a path with its query.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Miss> {
        let (exchange, body) = self.fetch(path).await?;
        understood(&exchange, &body)
    }

    /// The text at a path: JSON with comments, for one.
    pub(super) async fn text(&self, path: &str) -> Result<String, Miss> {
        let (exchange, body) = self.fetch(path).await?;
        whole(&exchange, &body)?;
        String::from_utf8(body.bytes)
            .map_err(|_| Miss::Malformed(format!("the answer of {} is no text", exchange.url)))
    }

    async fn fetch(&self, path: &str) -> Result<(Exchange, Body), Miss> {
        let url = format!("{}{path}", self.base);
        let mut request = Request::get(url, "provider API").header("accept", "application/json");
        request = request.header("authorization", format!("Bearer {}", self.key));
        request.body_limit = ANSWER;
        self.net.fetch(request).await
    }
}

/// The key, which is a credential: no message repeats it.
fn key(id: &str, variable: &str) -> Result<String, Miss> {
    let named = |why: &str| format!("providers.{id}: the environment variable {variable} {why}");
    let value = match std::env::var(variable) {
        Ok(value) if !value.trim().is_empty() => value.trim().to_owned(),
        Ok(_) => return Err(Miss::NotConsented(named("is empty"))),
        Err(std::env::VarError::NotPresent) => return Err(Miss::NotConsented(named("is not set"))),
        Err(std::env::VarError::NotUnicode(_)) => return Err(Miss::Malformed(named("is not text"))),
    };
    if value.len() > 4_096 || value.contains(|letter: char| !letter.is_ascii_graphic()) {
        return Err(Miss::Malformed(named("does not look like a key")));
    }
    Ok(value)
}

fn understood(exchange: &Exchange, body: &Body) -> Result<Value, Miss> {
    let url = whole(exchange, body)?;
    serde_json::from_slice(&body.bytes).map_err(|err| Miss::Malformed(format!("the answer of {url}: {err}")))
}

/// A good answer that was read to its end; its address without the query.
fn whole<'e>(exchange: &'e Exchange, body: &Body) -> Result<&'e str, Miss> {
    let url = exchange.url.split('?').next().unwrap_or_default();
    match exchange.status {
        200..=299 => {}
        401 => return Err(Miss::Denied(format!("{url} answered 401: the key is not known there"))),
        403 => return Err(Miss::Denied(format!("{url} answered 403: the key may not read that"))),
        status => return Err(Miss::Denied(format!("{url} answered {status}"))),
    }
    if body.cut {
        return Err(Miss::Unsupported(format!("the answer of {url} is longer than {ANSWER} bytes")));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<Value, Miss> {
        let url = "https://api.example.test/v1/things?limit=100".to_owned();
        let exchange = Exchange { url, status, ..Exchange::default() };
        understood(&exchange, &Body { bytes: body.as_bytes().to_vec(), cut: false })
    }

    #[test]
    fn only_a_good_answer_is_read() {
        assert_eq!(answered(200, "{\"a\":1}"), Ok(serde_json::json!({ "a": 1 })));
        for (status, why) in [(401, "not known"), (403, "may not read"), (302, "302"), (500, "500")] {
            let said = answered(status, "{}").expect_err("no good answer").to_string();
            assert!(said.contains(why) && !said.contains("limit=100"), "{said}");
        }
        assert!(matches!(answered(200, "<html>"), Err(Miss::Malformed(_))));
    }

    #[test]
    fn a_variable_that_is_not_set_is_no_consent() {
        let said = key("stripe", "GONOGO_TEST_VARIABLE_THAT_NOBODY_SETS");
        assert!(matches!(said, Err(Miss::NotConsented(_))), "{said:?}");
    }
}
