//! Finds what a handler does with an event: effects, the event's id, failures and answers.

use super::{
    pattern,
    source::{BlockKind, Source},
    verification::defines,
};
use crate::seen::Spot;

pattern!(
    WRITE,
    r"(?:\)|\]|\w)\s*\.\s*(?:insert|upsert|rpc|insertOne|updateOne|insertMany|updateMany|findOneAndUpdate|findOneAndReplace|createMany|increment|executeRaw|runTransaction)\s*\(|\bfrom\s*\([^)]*\)\s*\.\s*(?:update|delete)\s*\(|\bprisma\.\w+\.\s*(?:create|update|delete|upsert)\w*\s*\(|(?:\)|[rR]ef|[dD]oc)\s*\.\s*(?:set|update)\s*\(\s*\{|\bcollection\s*\([^)]*\)\s*\.\s*add\s*\(|\b(?:setDoc|addDoc|updateDoc|sendMail|sendEmail)\s*\(|\.emails\.send\s*\(|\bdb\s*\.\s*(?:insert|update|delete|query|execute)\s*\(|\w\s*\.\s*save\s*\("
);
pattern!(HASHING, r"createHmac|createHash|\bhmac\b|\bhash\b");
pattern!(INCREMENT, r"\bincrement\s*[(:]");
pattern!(RPC_INCREMENT, r#"\.rpc\s*\(\s*["'`][^"'`\n]*(?:increment|add_|credit|grant|topup)"#);
pattern!(
    EVENT_ID,
    r"\b(?:event|evt|stripeEvent|payload|webhookEvent|notification)\s*\??\.\s*(?:id|event_id|eventId)\b|\{[^{}]*\bid\b[^{}]*\}\s*=\s*(?:await\s+)?\w*(?:event|evt|Event)\b|\b(?:event_id|eventId|idempotency\w*|idempotent\w*|dedup\w*|already[pP]rocessed|processed\w*)\b"
);
pattern!(
    ID_HEADER,
    r#"(?i)["'`](?:webhook-id|svix-id|x-github-delivery|x-shopify-webhook-id|linear-delivery|x-razorpay-event-id|\w*(?:webhook|stripe|processed)_events?)["'`]"#
);
pattern!(LOGS, r"\b(?:console|logger|log)\s*\.\s*\w+\s*\(|\blog\s*\(");
pattern!(
    GIVES_EVENT,
    r"\b(\w+)\s*\(\s*(?:event|evt|stripeEvent|payload|webhookEvent)\b\s*(?:as\s+[\w.]+\s*)?[,)]"
);
pattern!(ERROR_LOGGED, r"\bif\s*\(\s*\w*[eE]rr(?:or)?\w*\s*\)");
pattern!(
    LEAVES,
    r"\b(?:return|throw|continue)\b|\bstatus\b|Response\s*\(|\bres\s*\.|\breject\s*\(|\bnext\s*\(|\bretry|\benqueue|\bfailures?\b|\berrors?\s*\.\s*push|\bstatusCode\b|="
);
pattern!(
    SUCCESS,
    r"status\s*[:(]\s*200|sendStatus\s*\(\s*20|\breceived\s*:\s*true|\bok\s*:\s*true|\bsuccess\s*:\s*true"
);
pattern!(ANSWER, r"\bnew\s+Response\s*\(|\bResponse\.json\s*\(|\.\s*(?:send|json|end)\s*\(");
pattern!(
    DETAILS,
    r"\b(?:err|error|e|ex|exception)\b[^,;{}]{0,24}?\.\s*(message|stack)\b|\bString\s*\(\s*(?:err|error|e)\s*\)"
);

pub(super) fn writes(source: &Source) -> Vec<Spot> {
    let found = source.find(&WRITE).into_iter();
    // `createHmac(…).update(…)` hashes.
    let effects = found.filter(|at| {
        let start = source.statement_start(*at);
        !HASHING.is_match(source.bare.get(start..*at + 1).unwrap_or_default())
    });
    effects.map(|at| source.spot(at, "write")).collect()
}

pub(super) fn increments(source: &Source) -> Vec<Spot> {
    let mut spots = source.spots(&INCREMENT, "increment");
    let rpc = RPC_INCREMENT.find_iter(&source.strings).take(200);
    spots.extend(rpc.map(|hit| source.spot(hit.start(), "increment")));
    spots.sort();
    spots.dedup_by_key(|spot| spot.line);
    spots
}

/// Uses of what names the event, other than inside a call that logs.
pub(super) fn event_id(source: &Source) -> Vec<Spot> {
    let logs: Vec<(usize, usize)> =
        LOGS.find_iter(&source.bare).take(500).filter_map(|hit| source.arguments(hit.start())).collect();
    let unlogged = |at: &usize| !logs.iter().any(|(from, to)| (from..to).contains(&at));
    let mut found: Vec<usize> = EVENT_ID.find_iter(&source.bare).map(|hit| hit.start()).take(200).collect();
    found.extend(ID_HEADER.find_iter(&source.strings).map(|hit| hit.start()).take(200));
    found.sort_unstable();
    found.into_iter().filter(unlogged).take(200).map(|at| source.spot(at, "event id")).collect()
}

/// Calls that give the event to a function of another file.
pub(super) fn hands_over(source: &Source) -> Vec<Spot> {
    const NOT: &[&str] = &[
        "if",
        "switch",
        "while",
        "String",
        "stringify",
        "log",
        "info",
        "debug",
        "warn",
        "error",
        "json",
        "send",
        "Boolean",
        "keys",
        "parse",
        "function",
        "catch",
    ];
    let mut spots = Vec::new();
    for found in GIVES_EVENT.captures_iter(&source.bare).take(200) {
        let Some(name) = found.get(1) else { continue };
        if !NOT.contains(&name.as_str()) && !defines(source, name.as_str()) {
            spots.push(source.spot(name.start(), name.as_str()));
        }
    }
    spots
}

/// Failed writes after which the handler goes on to acknowledge.
pub(super) fn swallowed(source: &Source) -> Vec<Spot> {
    let mut spots = Vec::new();
    for attempt in source.blocks.iter().filter(|block| block.kind == BlockKind::Try).take(200) {
        let Some(caught) = source.next_block(attempt, BlockKind::Catch) else { continue };
        if !WRITE.is_match(source.inside(attempt)) {
            continue;
        }
        let text = source.inside(caught);
        if SUCCESS.is_match(text) {
            spots.push(source.spot(caught.open, "a failed write is answered with success"));
        } else if !LEAVES.is_match(text) {
            spots.push(source.spot(caught.open, "a failed write is only logged"));
        }
    }
    for hit in ERROR_LOGGED.find_iter(&source.bare).take(200) {
        let after = source.bare.get(hit.end()..).unwrap_or_default();
        let block = source.blocks.iter().find(|block| block.head.is_some_and(|head| head.1 + 1 == hit.end()));
        let text =
            block.map_or_else(|| after.split(';').next().unwrap_or_default(), |block| source.inside(block));
        let followed = block.is_some_and(|block| source.next_block(block, BlockKind::Else).is_some());
        let before = source.bare.get(..hit.start()).unwrap_or_default();
        let near =
            before.get(before.floor_char_boundary(before.len().saturating_sub(400))..).unwrap_or_default();
        if WRITE.is_match(near) && LOGS.is_match(text) && !LEAVES.is_match(text) && !followed {
            spots.push(source.spot(hit.start(), "a failed write is only logged"));
        }
    }
    spots.sort();
    spots.dedup_by_key(|spot| spot.line);
    spots
}

/// Error details inside the arguments of a response.
pub(super) fn leaked(source: &Source) -> Vec<Spot> {
    let mut spots = Vec::new();
    for hit in ANSWER.find_iter(&source.bare).take(500) {
        let Some(arguments) = source.arguments(hit.start()) else { continue };
        for details in DETAILS.captures_iter(source.code(arguments)).take(5) {
            let at = arguments.0 + details.get(0).map_or(0, |whole| whole.start());
            let what = details.get(1).map_or("error text", |part| part.as_str());
            spots.push(source.spot(at, what));
        }
    }
    spots.sort();
    spots.dedup_by_key(|spot| (spot.line, spot.what.clone()));
    spots
}
