//! Facts about a file that need no ways: literals, names, broken syntax.

use super::{spot, words};
use crate::{
    engine::source::{Id, Kind, Language, Tree, mount::Mounted},
    seen::{Handler, Spot},
};

/// Prefixes under which frameworks give variables to browsers.
const PUBLIC: [&str; 8] =
    ["NEXT_PUBLIC_", "VITE_", "EXPO_PUBLIC_", "REACT_APP_", "NUXT_PUBLIC_", "GATSBY_", "VUE_APP_", "PUBLIC_"];

/// Calls that ask for a signed-in user: a page of one's own, not a provider.
const SIGNED_IN: [&str; 12] = [
    "getServerSession",
    "getSession",
    "getUser",
    "auth",
    "currentUser",
    "requireAuth",
    "requireUser",
    "getAuth",
    "verifyIdToken",
    "requireSession",
    "getCurrentUser",
    "authenticateUser",
];

pub(super) fn find(path: &str, tree: &Tree, chosen: &[Mounted]) -> Handler {
    let mut facts = Handler {
        broken: broken(path, tree, chosen),
        removed_config: removed_config(tree),
        ..Handler::default()
    };
    for id in tree.ids() {
        if let Some(name) = words::environment(tree, id)
            && is_public_secret(&name)
        {
            facts.public_secrets.push(spot::of_tree(tree, id, &name));
        }
        if let Kind::Text(text) = tree.kind(id)
            && is_signing_secret(text)
        {
            facts.hard_coded.push(spot::of_tree(tree, id, "a signing secret is written into the source"));
        }
        if let Kind::Text(text) = tree.kind(id)
            && let Some(mode) = key_mode(text)
        {
            let what = format!("a {mode} API key is written into the source");
            facts.hard_coded.push(spot::of_tree(tree, id, &what));
        }
        if let Kind::Text(text) = tree.kind(id)
            && is_event_type(tree, id)
        {
            facts.event_types.push(spot::of_tree(tree, id, text));
        }
        if let Kind::Call { callee, .. } = tree.kind(id)
            && SIGNED_IN.contains(&tree.last_name(*callee))
        {
            facts.authenticated.push(spot::of_tree(tree, id, tree.last_name(*callee)));
        }
        if opens_to_all(tree, id) {
            facts.cors.push(spot::of_tree(tree, id, "Access-Control-Allow-Origin: *"));
        }
        if opens_by_package(tree, id) {
            facts.cors.push(spot::of_tree(tree, id, "CORS for every origin"));
        }
        if opens_middleware(tree, id) {
            facts.cors.push(spot::of_tree(tree, id, "CORS for every origin"));
        }
        if lets_all_in(tree, id, chosen) {
            facts.cors.push(spot::of_tree(tree, id, "cors: true"));
        }
    }
    for spots in [
        &mut facts.public_secrets,
        &mut facts.removed_config,
        &mut facts.hard_coded,
        &mut facts.cors,
        &mut facts.event_types,
        &mut facts.authenticated,
    ] {
        spots.sort();
        spots.dedup_by_key(|spot| spot.line);
        spots.truncate(super::SPOTS);
    }
    facts
}

/// Calls of what firebase-functions v7 removed.
pub(super) fn removed_config(tree: &Tree) -> Vec<Spot> {
    let calls = tree.ids().filter(
        |id| matches!(tree.kind(*id), Kind::Call { callee, .. } if tree.path(*callee) == "functions.config"),
    );
    calls.map(|id| spot::of_tree(tree, id, "functions.config()")).collect()
}

/// A text that is compared with what names the type of an event.
fn is_event_type(tree: &Tree, id: Id) -> bool {
    let names = |id: Id| {
        let name = tree.last_name(id).to_ascii_lowercase();
        ["type", "event", "topic", "action", "eventname", "alert_name"]
            .iter()
            .any(|word| name.ends_with(word))
    };
    match tree.parent(id).map(|parent| (parent, tree.kind(parent))) {
        Some((_, Kind::Binary { left, right, .. })) => names(*left) || names(*right),
        Some((case, Kind::Case { .. })) => match tree.parent(case).map(|parent| tree.kind(parent)) {
            Some(Kind::Switch { subject, .. }) => names(*subject),
            _ => false,
        },
        _ => false,
    }
}

fn is_public_secret(name: &str) -> bool {
    PUBLIC.iter().any(|prefix| name.starts_with(prefix))
        && ["SECRET", "SERVICE_ROLE", "PRIVATE_KEY", "SIGNING_KEY", "WHSEC"]
            .iter()
            .any(|word| name.contains(word))
}

fn is_signing_secret(text: &str) -> bool {
    text.strip_prefix("whsec_").is_some_and(|rest| {
        rest.len() >= 16
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=".contains(&byte))
            && !["xxx", "your", "test", "placeholder", "example", "dummy", "mock", "fake", "build"]
                .iter()
                .any(|word| rest.to_ascii_lowercase().contains(word))
    })
}

/// Stripe's secret and restricted keys say in which mode they work.
fn key_mode(text: &str) -> Option<&'static str> {
    let modes =
        [("sk_test_", "test-mode"), ("rk_test_", "test-mode"), ("sk_live_", "live"), ("rk_live_", "live")];
    modes.into_iter().find_map(|(prefix, mode)| {
        let rest = text.strip_prefix(prefix)?;
        let random = rest.len() >= 16 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let lower = rest.to_ascii_lowercase();
        let stands_in =
            ["xxx", "your", "placeholder", "example", "dummy"].iter().any(|word| lower.contains(word));
        (random && !stands_in).then_some(mode)
    })
}

/// `onRequest({ cors: true }, handler)` answers any origin.
fn lets_all_in(tree: &Tree, id: Id, chosen: &[Mounted]) -> bool {
    let Kind::Call { callee, arguments, .. } = tree.kind(id) else { return false };
    let options = arguments.first().and_then(|first| tree.entry(*first, "cors"));
    tree.last_name(*callee) == "onRequest"
        && options.is_some_and(|cors| matches!(tree.kind(cors), Kind::True))
        && chosen.iter().any(|mounted| arguments.contains(&mounted.function))
}

/// `NextCors(req, res, { origin: "*" })`, `Cors({ allowMethods })`, whose origin is any unless it is named.
fn opens_by_package(tree: &Tree, id: Id) -> bool {
    let Kind::Call { callee, arguments, .. } = tree.kind(id) else { return false };
    let name = tree.last_name(*callee).to_ascii_lowercase();
    if !matches!(name.as_str(), "cors" | "nextcors" | "microcors") {
        return false;
    }
    let Some(options) = arguments.iter().find(|id| matches!(tree.kind(**id), Kind::Object(_))) else {
        return false;
    };
    let origin = tree.entry(*options, "origin");
    match origin {
        Some(origin) => tree.literal(origin) == Some("*"),
        // What micro-cors lets in by default.
        None => tree.entry(*options, "allowMethods").is_some(),
    }
}

/// `app.add_middleware(CORSMiddleware, allow_origins=["*"])`.
fn opens_middleware(tree: &Tree, id: Id) -> bool {
    let Kind::Call { callee, arguments, .. } = tree.kind(id) else { return false };
    let named = arguments.first().is_some_and(|first| tree.last_name(*first) == "CORSMiddleware");
    let origins = arguments.iter().find_map(|argument| tree.entry(*argument, "allow_origins"));
    tree.last_name(*callee) == "add_middleware"
        && named
        && origins.is_some_and(|origins| match tree.kind(origins) {
            Kind::List(items) => items.iter().any(|item| tree.literal(*item) == Some("*")),
            _ => false,
        })
}

pub(super) fn opens_to_all(tree: &Tree, id: Id) -> bool {
    let is_header = |text: &str| text.eq_ignore_ascii_case("access-control-allow-origin");
    let star = |id: Id| tree.literal(id) == Some("*");
    match tree.kind(id) {
        Kind::Text(text) if text == "*" => match tree.parent(id).map(|parent| tree.kind(parent)) {
            Some(Kind::Object(entries)) => {
                entries.iter().any(|entry| entry.value == id && is_header(&entry.key))
            }
            Some(Kind::Call { arguments, .. }) => {
                arguments.first().and_then(|first| tree.literal(*first)).is_some_and(is_header)
                    && arguments.get(1).is_some_and(|second| star(*second))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Merge markers anywhere; broken syntax inside a handler. TSX is left out: its grammar stumbles over
/// text between tags that is correct.
fn broken(path: &str, tree: &Tree, chosen: &[Mounted]) -> Vec<Spot> {
    let marker =
        |line: &str| ["<<<<<<< ", ">>>>>>> ", "||||||| "].iter().any(|marker| line.starts_with(marker));
    let mut spots: Vec<Spot> = Vec::new();
    for (line, number) in tree.text().lines().zip(1_u32..).filter(|(line, _)| marker(line)) {
        let what = format!("the merge marker `{}`", line.split(' ').next().unwrap_or_default());
        spots.push(Spot { line: number, column: 1, what, snippet: spot::bare(line), ..Spot::default() });
        if spots.len() >= 6 {
            break;
        }
    }
    if !spots.is_empty() || !matches!(Language::of(path), Some(Language::TypeScript | Language::Python)) {
        return spots;
    }
    let inside = |line: u32| {
        chosen.iter().any(|mounted| {
            let node = tree.node(mounted.function);
            (tree.place(node.from).0..=tree.place(node.to).0).contains(&line)
        })
    };
    let lines = tree.broken.iter().copied().filter(|line| inside(*line)).take(1);
    spots.extend(lines.map(|line| Spot {
        line,
        column: 1,
        what: "syntax that cannot be parsed".to_owned(),
        ..Spot::default()
    }));
    spots
}
