//! Does a host belong to whoever wants to probe it?
//!
//! The owner chooses a text, writes it into `gonogo.toml` as `active.proof`, and lets the host show it:
//! at `/.well-known/gonogo.txt`, or as the TXT record `_gonogo.HOST`.

use hickory_resolver::proto::rr::{RData, RecordType};
use url::Url;

use crate::{
    observe::{
        Net,
        net::{Request, Trust},
    },
    seen::{Answer, Miss, Seen},
};

const BODY: usize = 4 << 10;

pub(super) async fn of_owner(net: &Net, url: &Url) -> Result<(), Miss> {
    let host = url.host_str().unwrap_or_default();
    let Some(proof) = net.target.active_proof.clone() else {
        return Err(Miss::NotConsented(format!(
            "{host} is not this machine: set `active.proof` in gonogo.toml and let the host show it"
        )));
    };
    if shown(net, url, &proof).await || recorded(net, host, &proof).await {
        return Ok(());
    }
    Err(Miss::NotConsented(format!(
        "{host} shows `active.proof` neither at /.well-known/gonogo.txt nor in the TXT record _gonogo.{host}"
    )))
}

async fn shown(net: &Net, url: &Url, proof: &str) -> bool {
    let Ok(place) = url.join("/.well-known/gonogo.txt") else { return false };
    let mut request = Request::get(place.as_str(), "proof of ownership").trusting(Trust::Verified);
    request.body_limit = BODY;
    match net.fetch(request).await {
        Ok((exchange, body)) => exchange.status == 200 && has(&String::from_utf8_lossy(&body.bytes), proof),
        Err(_) => false,
    }
}

async fn recorded(net: &Net, host: &str, proof: &str) -> bool {
    let name = format!("_gonogo.{host}");
    let text = |data: &RData| match data {
        RData::TXT(text) => Some(String::from_utf8_lossy(&text.txt_data.concat()).into_owned()),
        _ => None,
    };
    match net.lookup(&name, RecordType::TXT, text).await {
        Seen::Got(Answer::Records(texts)) => texts.iter().any(|text| has(text, proof)),
        _ => false,
    }
}

fn has(text: &str, proof: &str) -> bool {
    text.lines().any(|line| line.trim() == proof)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_a_line_of_its_own() {
        assert!(has("a\n  proof-of-mine \r\nb", "proof-of-mine"));
        assert!(!has("this is proof-of-mine", "proof-of-mine"));
        assert!(!has("proof-of-mine2", "proof-of-mine"));
        assert!(!has("", "proof-of-mine"));
    }
}
