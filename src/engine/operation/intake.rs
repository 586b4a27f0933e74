//! Endpoints that open a ticket or send a message again, for whoever asks.

use super::words;
use crate::{
    engine::source::{Kind, Tree, mount},
    seen::Intake,
};

const LIMITS: &[&str] = &[
    "ratelimit",
    "rate-limit",
    "rate_limit",
    "limiter",
    "throttle",
    "slowdown",
    "captcha",
    "turnstile",
    "arcjet",
    "429",
    "botid",
    "honeypot",
];
const SIGNED_IN: &[&str] = &[
    "getUser",
    "getSession",
    "getServerSession",
    "verifyIdToken",
    "currentUser",
    "requireAuth",
    "requireUser",
    "getClaims",
    "authenticate",
    "isAuthenticated",
    "getAuth",
    "protect",
    "withAuth",
    "authMiddleware",
    "verifyToken",
    "onCall",
    "auth",
    "verifyAuth",
    "get_current_user",
    "getToken",
    "jwtVerify",
];

/// At most one a file: the endpoint whose path says what it is for.
pub(super) fn find(path: &str, tree: &Tree) -> Option<Intake> {
    let mounted = mount::handlers(tree);
    let named = |text: &str| is_intake(text);
    let handler =
        mounted.iter().find(|mounted| mounted.route.as_deref().is_some_and(named)).or_else(|| {
            let file_based = mounted.iter().all(|mounted| mounted.route.is_none());
            mounted.first().filter(|_| file_based && named(last_folders(path)))
        })?;
    let text = tree.text();
    let lower = text.to_ascii_lowercase();
    let acts = [".insert(", ".add(", ".send(", "sendmail", ".create(", ".set("]
        .iter()
        .any(|act| lower.contains(act));
    let takes = lower.contains("post") || text.contains(".json()") || text.contains(".body");
    (acts && takes).then(|| Intake {
        path: path.to_owned(),
        line: tree.line(handler.function),
        signed_in: tree.ids().any(|id| match tree.kind(id) {
            Kind::Call { callee, .. } => SIGNED_IN.contains(&tree.last_name(*callee)),
            _ => false,
        }) || lower.contains("authorization")
            || lower.contains("signature"),
        limited: LIMITS.iter().any(|limit| lower.contains(limit)),
    })
}

/// Words of a source that asks for a role, by itself or by a guard that it imports.
const ROLES: &[&str] = &[
    "role",
    "isadmin",
    "is_admin",
    "claims",
    "permission",
    "superadmin",
    "secret",
    "x-admin",
    "admin_emails",
    "authorize",
    "requireadmin",
    "withadmin",
    "adminguard",
    "adminonly",
    "verifyadmin",
    "middleware",
];

/// An endpoint for administrators by its path. `limited` says that it asks for a role.
pub(super) fn admin(path: &str, tree: &Tree) -> Option<Intake> {
    let mounted = mount::handlers(tree);
    let is_admin = |text: &str| words(text).iter().any(|word| word == "admin");
    let named = mounted.iter().find(|mounted| mounted.route.as_deref().is_some_and(is_admin));
    let handler = named.or_else(|| {
        let file_based = mounted.iter().all(|mounted| mounted.route.is_none());
        mounted.first().filter(|_| file_based && is_admin(last_folders(path)))
    })?;
    // Its path has the words too, so they are looked for in the code alone.
    let lower = tree.text().to_ascii_lowercase();
    let asks = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    Some(Intake {
        path: path.to_owned(),
        line: tree.line(handler.function),
        signed_in: asks(&["authorization", "session", "cookie"])
            || tree.ids().any(|id| match tree.kind(id) {
                Kind::Call { callee, .. } => SIGNED_IN.contains(&tree.last_name(*callee)),
                _ => false,
            }),
        limited: asks(ROLES),
    })
}

/// The part of a path that names the endpoint.
fn last_folders(path: &str) -> &str {
    let at = ["/api/", "/functions/", "/routes/"].iter().filter_map(|part| path.rfind(part)).max();
    at.map_or_else(|| path.rsplit('/').next().unwrap_or_default(), |at| &path[at + 1..])
}

fn is_intake(route: &str) -> bool {
    let words = words(route);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    // `resend-webhook` takes the events of a company of that name.
    if has(&["webhook", "webhooks", "callback", "hook"]) {
        return false;
    }
    has(&["ticket", "tickets", "contact", "feedback", "resend", "enquiry", "inquiry"])
        || has(&["support"]) && has(&["request", "message", "create", "send", "submit"])
        || has(&["send"]) && has(&["otp", "code", "invite", "verification"])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    fn of(path: &str, text: &str) -> Option<(bool, bool)> {
        find(path, &parse(path, text).unwrap()).map(|intake| (intake.signed_in, intake.limited))
    }

    #[test]
    fn endpoints_for_administrators() {
        let of = |path: &str, text: &str| {
            admin(path, &parse(path, text).unwrap()).map(|admin| (admin.signed_in, admin.limited))
        };
        let route = "app/api/admin/users/route.ts";
        let open = "export async function POST(req) { const b = await req.json(); await db.from('users').delete().eq('id', b.id); return Response.json({}); }";
        assert_eq!(of(route, open), Some((false, false)));
        let function =
            "Deno.serve(async (req) => { await refund(await req.json()); return new Response('ok'); });";
        assert_eq!(of("supabase/functions/admin-refund/index.ts", function), Some((false, false)));
        let express = "app.post('/admin/users', (req, res) => { wipe(req.body); res.send('ok'); });";
        assert_eq!(of("server/a.ts", express), Some((false, false)));
        let asked =
            open.replace("const b", "const u = await getUser(); if (u.role !== 'admin') throw 1; const b");
        assert_eq!(of(route, &asked), Some((true, true)));
        let guarded = format!("import {{ requireAdmin }} from 'x';\n{open}");
        assert_eq!(of(route, &guarded), Some((false, true)));
        assert_eq!(of("app/api/users/route.ts", open), None);
    }

    #[test]
    fn contact_forms_are_found_with_their_limits() {
        let open = "export async function POST(req) { const b = await req.json(); await resend.emails.send(b); return Response.json({}); }";
        assert_eq!(of("app/api/contact/route.ts", open), Some((false, false)));
        assert_eq!(
            of("app/api/contact/route.ts", &format!("import {{ Ratelimit }} from 'x';\n{open}")),
            Some((false, true))
        );
        assert_eq!(
            of("app/api/tickets/route.ts", &open.replace("const b", "await getUser(); const b")),
            Some((true, false))
        );
        assert_eq!(of("app/api/orders/route.ts", open), None);
        assert_eq!(
            of("app/api/contact/route.ts", "export async function GET() { return Response.json({}); }"),
            None
        );
    }
}
