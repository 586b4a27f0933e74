//! Finds where a signature is verified, and over which bytes.

use std::sync::LazyLock;

use regex::Regex;

use super::{pattern, provider::providers, source::Source};
use crate::seen::{Runtime, Spot};

/// Calls that verify, sorted by offset.
pub(super) struct Verified {
    calls: Vec<Call>,
}

pub(super) struct Call {
    pub(super) at: usize,
    name: String,
}

pattern!(
    GENERIC,
    r"\b(createHmac|timingSafeEqual|crypto\.subtle\.(?:verify|sign)|subtle\.(?:verify|sign)|createVerify|createPublicKey|hmac\.compare_digest|jwtVerify|jwt\.verify)\s*\("
);
pattern!(WEBHOOK_CLASS, r"\bnew\s+(?:Standard)?Webhooks?\s*\(");
pattern!(METHOD, r"\.\s*verify\s*\(");
pattern!(
    READS,
    r"\b(?:req|request|c\.req|ctx\.request|context\.request|event\.request)\s*\.\s*(?:raw[bB]ody|body|json\s*\(|text\s*\(|arrayBuffer\s*\(|formData\s*\()|\bbuffer\s*\(\s*req|\bevent\.body\b|\breadRawBody\s*\(|\breadBody\s*\(|\bgetRawBody\s*\("
);
pattern!(
    SAYS_VERIFY,
    r"\b(\w*(?:[vV]erif(?:y|ies|ied)|VERIFY)\w*|(?:validate|check|authenticate|assert|isValid|require)\w*(?:Signature|Hmac|HMAC|Webhook|Secret|Request)\w*)\s*\("
);
pattern!(COMPARISON, r"[!=]==?");
pattern!(SECRETIVE, r"(?i)secret|authorization|auth_?header|signature|token|api_?key|passw");
pattern!(
    ENDS,
    r"\b(return|throw)\b|\.status\s*\(\s*4|\bstatus\s*:\s*4|sendStatus\s*\(\s*4|\bsend\s*\(|\bend\s*\("
);
pattern!(JSON_READ, r"\b(?:req|request|c\.req|ctx\.request)\s*\.\s*json\s*\(");
pattern!(
    RAW_READ,
    r"\.\s*(?:text|arrayBuffer|clone|blob|bytes)\s*\(|\braw_?[bB]ody\b|\brawBody\b|\bbuffer\s*\(|getRawBody|readRawBody|\.\s*raw\s*\(|\bmicro\b"
);

pub(super) fn find(source: &Source) -> Verified {
    let mut calls: Vec<Call> = Vec::new();
    let mut keep = |pattern: &Regex| {
        for at in source.find(pattern) {
            let rest = source.bare.get(at..).unwrap_or_default();
            let name: String = rest.split('(').next().unwrap_or_default().split_whitespace().collect();
            calls.push(Call { at, name: name.trim_start_matches('.').to_owned() });
        }
    };
    keep(&GENERIC);
    keep(&BY_PROVIDER);
    // `new Webhook(secret)` alone does nothing; with a `.verify(` it does.
    if WEBHOOK_CLASS.is_match(&source.bare) || source.bare.contains("createWebhook") {
        keep(&METHOD);
    }
    calls.sort_by_key(|call| call.at);
    calls.retain(|call| !is_definition(source, call.at));
    Verified { calls }
}

impl Verified {
    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    pub(super) fn calls(&self) -> &[Call] {
        &self.calls
    }

    pub(super) fn spots(&self, source: &Source) -> Vec<Spot> {
        self.calls.iter().take(20).map(|call| source.spot(call.at, call.name.clone())).collect()
    }

    /// Stripe's synchronous verification needs Node's crypto. At other runtimes the SDK falls back to
    /// Web Crypto, which is asynchronous only, and the call always throws. A crypto provider that is
    /// handed over explicitly is trusted.
    pub(super) fn synchronous(&self, source: &Source, runtime: Runtime) -> Vec<Spot> {
        if !matches!(runtime, Runtime::Deno | Runtime::Edge | Runtime::Bun)
            || source.bare.contains("NodeCryptoProvider")
        {
            return Vec::new();
        }
        let sync = |call: &&Call| {
            let name = call.name.rsplit('.').next().unwrap_or_default();
            matches!(name, "constructEvent" | "parseEventNotification") && is_stripes(source, call.at)
        };
        self.calls.iter().filter(sync).map(|call| source.spot(call.at, call.name.clone())).collect()
    }
}

/// `stripe.webhooks.constructEvent`, not a function of the same name that somebody wrote.
fn is_stripes(source: &Source, at: usize) -> bool {
    let before = source.bare.get(..at).unwrap_or_default().trim_end();
    let receiver = before.trim_end_matches(['.', '?', '!', ' ', '\n']);
    before.ends_with('.')
        && (receiver.ends_with("webhooks") || receiver.to_ascii_lowercase().ends_with("stripe"))
}

/// The calls that the provider table names.
static BY_PROVIDER: LazyLock<Regex> = LazyLock::new(|| {
    let names: Vec<String> = providers()
        .iter()
        .flat_map(|provider| &provider.verify)
        .map(|name| regex::escape(name).replace(r"\.", r"\s*\??\.\s*"))
        .collect();
    super::compiled(&format!(r"\b(?:{})\s*\(", names.join("|")))
});

/// `function verify(` defines, it does not call.
fn is_definition(source: &Source, at: usize) -> bool {
    let before = source.bare.get(..at).unwrap_or_default().trim_end();
    before.ends_with("function") || before.ends_with("function*")
}

pub(super) fn reads_body(source: &Source) -> Vec<Spot> {
    source.spots(&READS, "reads the body")
}

/// An `if` that compares something secret and then ends the request.
pub(super) fn compared(source: &Source) -> Vec<Spot> {
    pattern!(IF, r"\bif\s*\(");
    let mut spots = Vec::new();
    for at in IF.find_iter(&source.bare).map(|hit| hit.start()).take(200) {
        let Some(head) = source.arguments(at) else { continue };
        let text = source.with_strings(head);
        // A comparison with nothing only asks whether the secret is there.
        let nothing =
            ["null", "undefined", "''", "\"\""].iter().any(|nothing| text.trim_end().ends_with(nothing));
        if nothing || !COMPARISON.is_match(source.code(head)) || !SECRETIVE.is_match(text) {
            continue;
        }
        let after = source.bare.get(head.1 + 1..).unwrap_or_default();
        let body = after.trim_start();
        let block = source.blocks.iter().find(|block| block.head == Some(head));
        let text =
            block.map_or_else(|| body.split(';').next().unwrap_or_default(), |block| source.inside(block));
        if ENDS.is_match(text) {
            spots.push(source.spot(at, "compares a secret"));
        }
    }
    spots
}

/// Calls whose name says that they verify, of functions that this file does not define.
pub(super) fn delegated(source: &Source) -> Vec<Spot> {
    let known = find(source);
    let mut spots = Vec::new();
    for found in SAYS_VERIFY.captures_iter(&source.bare).take(200) {
        let Some(name) = found.get(1) else { continue };
        if known.calls.iter().any(|call| call.at == name.start())
            || is_definition(source, name.start())
            || defines(source, name.as_str())
        {
            continue;
        }
        spots.push(source.spot(name.start(), name.as_str()));
    }
    spots
}

/// Does the file itself say what this name is?
pub(super) fn defines(source: &Source, name: &str) -> bool {
    let escaped = regex::escape(name);
    super::compiled(&format!(
        r"\b(?:function\*?|const|let|var|class)\s+{escaped}\b|\b{escaped}\s*\([^)\n]*\)\s*\{{"
    ))
    .is_match(&source.bare)
}

/// Bytes that were parsed and written again are not the bytes that were signed.
pub(super) fn reparsed(path: &str, source: &Source, verified: &Verified) -> Vec<Spot> {
    let mut spots = Vec::new();
    for call in verified.calls() {
        let Some(arguments) = source.arguments(call.at) else { continue };
        let text = source.code(arguments);
        if text.contains("JSON.stringify(") && !call.name.contains("sign") {
            spots.push(source.spot(call.at, format!("{} over JSON.stringify(…)", call.name)));
        } else if text.trim_start().starts_with("req.body") && parses_before(path, source) {
            spots.push(source.spot(call.at, format!("{} over req.body, which is parsed here", call.name)));
        }
    }
    let first = verified.calls().first().map_or(0, |call| call.at);
    if spots.is_empty() && first > 0 && !RAW_READ.is_match(&source.bare) {
        let consumed = source.find(&JSON_READ).into_iter().find(|at| *at < first);
        spots.extend(consumed.map(|at| source.spot(at, "the body is parsed before it is verified")));
    }
    let hmac_over_json = source.find(&HMAC_OVER_JSON);
    spots.extend(hmac_over_json.into_iter().map(|at| source.spot(at, "a digest over JSON.stringify(…)")));
    spots.sort();
    spots.dedup_by_key(|spot| spot.line);
    spots
}

pattern!(HMAC_OVER_JSON, r"createHmac\s*\([^;]{0,200}?\.update\s*\(\s*JSON\.stringify\s*\(");

/// Does the framework parse the body before the handler sees it?
fn parses_before(path: &str, source: &Source) -> bool {
    let firebase = ["firebase-functions", "@google-cloud/functions-framework"];
    if firebase.iter().any(|module| source.strings.contains(module)) {
        return true;
    }
    // Next.js pages and plain Vercel functions; an Express application there brings its own parser.
    (path.contains("pages/api/") || path.starts_with("api/"))
        && source.bare.contains("export default")
        && !source.strings.contains("express")
        && !super::compiled(r"bodyParser\s*:\s*false").is_match(&source.bare)
}
