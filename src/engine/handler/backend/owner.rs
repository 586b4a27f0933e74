//! Rows that the request names, written with an administrator's key for whoever asks.

use super::{
    super::{choice, words},
    origin::{Origin, Origins},
    spot_of,
};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Backend,
};

/// Words of a file that asks who calls, or that compares a secret.
const ASKS: &[&str] = &[
    "getuser",
    "getclaims",
    "getsession",
    "jwtverify",
    "verifyjwt",
    "verify_jwt",
    "verifytoken",
    "jose",
    "djwt",
    "verifyauth",
    "requireauth",
    "authenticate",
    "authorize",
    "getauth",
    "checkauth",
    "isadmin",
    "hmac",
    "signature",
    "constructevent",
    "timingsafe",
    "_secret",
    "secret_",
    "apikey",
    "api_key",
    "x-api",
    "cron",
    "bearer",
    "withsupabase",
    "authorization\")",
    "authorization')",
    "atob(",
    "decode(",
    "hook",
    "currentuser",
    "validateuser",
    "assertuser",
    "getuserid",
    "captcha",
    "turnstile",
    "otp",
];

/// Columns that only the right person knows the value of.
const SECRET_COLUMNS: &[&str] = &["token", "code", "secret", "hash", "slug", "nonce", "key", "session"];

pub(super) fn find(path: &str, tree: &Tree, origins: &Origins<'_>, seen: &mut Backend) {
    let text = tree.text();
    let lower = text.to_ascii_lowercase();
    let admin = lower.contains("service_role") && lower.contains("createclient(");
    if !path.contains("supabase/functions/")
        || !admin
        || path.contains("/_shared/")
        || is_guarded(tree, &lower)
    {
        return;
    }
    for (id, callee, arguments) in super::calls(tree) {
        if let Some(what) = named_row(tree, origins, callee, arguments) {
            seen.unasked.push(spot_of(tree, id, &what));
        }
    }
}

/// Something in the file asks who calls, or another file may.
fn is_guarded(tree: &Tree, lower: &str) -> bool {
    let imported = |id: Id| match tree.kind(id) {
        Kind::Import { names, .. } => names.iter().any(|(name, _)| {
            let name = name.to_ascii_lowercase();
            words::says_verify(&name) || name.contains("auth") || name.contains("user")
        }),
        _ => false,
    };
    ASKS.iter().any(|word| lower.contains(word))
        || tree.ids().any(imported)
        || tree.ids().any(|id| is_gate(tree, id))
        || !choice::named_providers(tree).is_empty() && lower.contains("event")
}

/// `await requireAdmin(req, client)`: a function of one's own that is given the request before the work.
fn is_gate(tree: &Tree, id: Id) -> bool {
    const GATES: [&str; 14] = [
        "require",
        "ensure",
        "assert",
        "guard",
        "only",
        "restrict",
        "protect",
        "permission",
        "admin",
        "role",
        "access",
        "caller",
        "session",
        "allowed",
    ];
    let Kind::Call { callee, arguments, .. } = tree.kind(id) else { return false };
    let name = tree.last_name(*callee).to_ascii_lowercase();
    let request = |argument: &Id| {
        matches!(tree.source(*argument), "req" | "request" | "c" | "ctx" | "event") || {
            let text = tree.source(*argument);
            text.len() < 80 && text.contains("headers")
        }
    };
    matches!(tree.kind(*callee), Kind::Name)
        && GATES.iter().any(|word| name.contains(word))
        && arguments.iter().any(request)
}

/// `.update(…).eq("id", body.id)`, `.delete().eq(…)`, `admin.deleteUser(body.id)`.
fn named_row(tree: &Tree, origins: &Origins<'_>, callee: Id, arguments: &[Id]) -> Option<String> {
    let path = tree.path(callee);
    let client = |id: &Id| origins.of_value(*id) == Origin::Client;
    let last = tree.last_name(callee);
    if path.contains("auth.admin.") && matches!(last, "deleteUser" | "updateUserById" | "generateLink") {
        return arguments.first().filter(|id| client(id)).map(|_| format!("auth.admin.{last}"));
    }
    let writes =
        ["update()", "delete()", "upsert()"].into_iter().find(|word| path.contains(&format!(".{word}")))?;
    if !matches!(last, "eq" | "match") || !path.contains(".from()") {
        return None;
    }
    let column = arguments.first().and_then(|first| tree.literal(*first))?.to_ascii_lowercase();
    let own = column == "id" || column.ends_with("_id") || column.ends_with("email");
    // Another condition on the same row may be something that only its owner knows.
    let chain = tree.source(callee).to_ascii_lowercase();
    let secret = SECRET_COLUMNS.iter().any(|word| {
        column.contains(word)
            || chain.contains(&format!(".eq(\"{word}"))
            || chain.contains(&format!(".eq('{word}"))
    });
    let named = arguments.get(1).is_some_and(client);
    (own && !secret && named).then(|| format!("{}where {column} is the caller's", writes.replace("()", " ")))
}
