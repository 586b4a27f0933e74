//! What the source of a webhook handler shows: verification, ways around it, effects and answers.
//!
//! The handler is walked along the ways that a request can take, into the functions of the same
//! repository that it calls. What is not there to read is said to be delegated, not guessed.

pub mod backend;
mod choice;
mod forms;
mod plain;
mod provider;
mod spot;
mod walk;
mod words;

use self::walk::{Met, Walk};
pub use self::{
    choice::{UNDERSTOOD, is_source, looks_like_webhook},
    provider::{Examples, Provider, provider, provider_named, providers},
    spot::of_line as spot_of_line,
    walk::Load,
};
use crate::{
    engine::source::{self, mount},
    seen::{Handler, Spot},
};

/// Most spots of one kind that are kept; the first ones are what a reader needs.
const SPOTS: usize = 60;

/// Said of a secret whose default is the empty text.
pub const EMPTY_KEY: &str = "a missing secret becomes an empty key";
/// Said of what only tells of the work.
pub const JOURNAL: &str = "a failed entry of a log is acknowledged";
/// The same of an error that nobody looks at.
pub const UNHEARD: &str = "the error that an entry of a log returns is not looked at";
const MISSING: &str = "is only verified if the secret or signature is there";
const FALLS_BACK: &str = "a failed verification falls back to the unverified body";
const GOES_ON: &str = "a failed verification does not end the request";
const IGNORED: &str = "the result of the verification is ignored";
const HOLLOW: &str = "is called a verification and computes nothing";
const UNREACHED: &str = "is reached on a way without verification";

/// Reads a handler on its own. `path` is relative to the repository and tells language and runtime.
pub fn read(path: &str, text: &str) -> Handler {
    read_with(path, text, &|_, _| None)
        .unwrap_or_else(|| Handler { path: path.to_owned(), ..Handler::default() })
}

/// Reads a handler together with the files of the repository that it imports. `None`: it cannot be
/// parsed, and nothing may be concluded from it.
pub fn read_with(path: &str, text: &str, load: Load<'_>) -> Option<Handler> {
    let runtime = choice::runtime(path, text);
    let tree = source::parse(path, text)?;
    let chosen = choice::handlers(path, &tree);
    let plain = plain::find(path, &tree, &chosen);
    let providers = choice::named_providers(&tree);
    let mut walk = Walk::new(path, tree, runtime, load);
    if chosen.is_empty() {
        walk.whole();
    }
    for mounted in &chosen {
        walk.handler(mounted);
    }
    let mut handler = Handler { providers, ..plain };
    path.clone_into(&mut handler.path);
    handler.runtime = runtime;
    walk.judge();
    handler.unfinished = walk.unfinished();
    fill(&mut handler, &walk);
    if handler.reads_body.is_empty() {
        // Who asks for the signature takes the provider's requests, even without a look at the body.
        let tree = &walk.modules[0].tree;
        let header = choice::first_header(tree, &chosen);
        handler.reads_body.extend(header.map(|id| spot::of_tree(tree, id, "reads the signature")));
    }
    if handler.cors.is_empty() {
        let functions: Vec<u32> = chosen.iter().map(|mounted| mounted.function).collect();
        let opened = walk.opened_by_import(&functions);
        let tree = &walk.modules[0].tree;
        handler.cors.extend(opened.map(|id| spot::of_tree(tree, id, "Access-Control-Allow-Origin: *")));
    }
    handler.names = choice::names(walk.modules.iter().map(|module| module.tree.as_ref()));
    handler.idle = idle(&handler, &walk, &chosen);
    handler.no_tolerance = replayable(&handler, &walk);
    Some(handler)
}

fn fill(handler: &mut Handler, walk: &Walk<'_>) {
    let of = |met: Met| spot::all(walk, met, SPOTS);
    handler.verified = of(Met::Verified);
    handler.compared = of(Met::Compared);
    handler.delegated = of(Met::Delegated);
    handler.synchronous = of(Met::Synchronous);
    handler.fail_open = of(Met::FailOpen);
    handler.early = of(Met::Early);
    handler.reparsed = of(Met::Reparsed);
    handler.reads_body = of(Met::ReadsBody);
    handler.writes = of(Met::Write);
    handler.adds = of(Met::Adds);
    handler.increments = of(Met::Increment);
    handler.event_id = of(Met::EventId);
    handler.hands_over = of(Met::HandsOver);
    handler.swallowed = of(Met::Swallowed);
    handler.unchecked = of(Met::Unchecked);
    handler.unawaited = of(Met::Unawaited);
    handler.leaked = of(Met::Leaked);
    handler.wrong_status = of(Met::WrongStatus);
    handler.logged = of(Met::Logged);
    handler.claimed_early = of(Met::ClaimedEarly);
    handler.timing_unsafe = of(Met::TimingUnsafe);
    handler.query_secret = of(Met::QuerySecret);
    handler.no_tolerance = of(Met::NoTolerance);
    handler.unverified = of(Met::Unverified);
}

/// Verifies, answers, and does nothing else.
fn idle(handler: &Handler, walk: &Walk<'_>, chosen: &[mount::Mounted]) -> Vec<Spot> {
    let met = |wanted: Met| walk.notes.keys().any(|(met, _)| *met == wanted);
    if walk.unfinished() || !met(Met::Answers) || met(Met::Acts) || met(Met::HandsOver) {
        return Vec::new();
    }
    let [mounted] = chosen else { return Vec::new() };
    let what = if !handler.verified.is_empty() {
        "verifies and acknowledges events, and does nothing with them"
    } else if handler.reads_body.is_empty()
        && mounted.name == "POST"
        && choice::is_named(&handler.path)
        && !gives_request(&walk.modules[0].tree, mounted.function)
    {
        "acknowledges every request and reads none"
    } else {
        return Vec::new();
    };
    vec![spot::at(&walk.modules[0], mounted.function, what)]
}

/// Is the request handed to somebody else?
fn gives_request(tree: &source::Tree, function: u32) -> bool {
    let source::Kind::Function(inner) = tree.kind(function) else { return false };
    let names: Vec<String> =
        inner.parameters.iter().flat_map(|parameter| tree.bound(*parameter)).map(|(name, _)| name).collect();
    tree.inside(function, false).into_iter().any(|id| match tree.kind(id) {
        source::Kind::Call { arguments, .. } => arguments.iter().any(|argument| {
            matches!(tree.kind(*argument), source::Kind::Name)
                && names.iter().any(|name| name == tree.source(*argument))
        }),
        _ => false,
    })
}

/// A signature with a timestamp, checked by hand, and no clock.
fn replayable(handler: &Handler, walk: &Walk<'_>) -> Vec<Spot> {
    const STAMPED: [&str; 6] = ["stripe", "slack", "paddle", "standard-webhooks", "calendly", "hubspot"];
    let found = spot::all(walk, Met::NoTolerance, SPOTS);
    let by_hand = |spot: &&Spot| {
        matches!(spot.what.as_str(), "createHmac" | "crypto.subtle.sign" | "sign" | "new" | "hmac.new")
    };
    let stamped = handler.providers.iter().any(|id| STAMPED.contains(&id.as_str()));
    let met = |wanted: Met| walk.notes.keys().any(|(met, _)| *met == wanted);
    let (clock, stamped) = (met(Met::Clock), stamped || met(Met::Stamped));
    let sdk = handler.verified.iter().any(|spot| spot.what.starts_with("construct") || spot.what == "verify");
    if !found.is_empty() || !stamped || clock || sdk || walk.unfinished() {
        return found;
    }
    let what = "no timestamp is compared with the clock";
    handler
        .verified
        .iter()
        .filter(by_hand)
        .take(1)
        .map(|spot| Spot { what: what.to_owned(), ..spot.clone() })
        .collect()
}
