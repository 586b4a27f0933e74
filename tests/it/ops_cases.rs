//! Small repositories, and the check of the station `ops` that must or must not speak about each.

use gonogo::verdict::Verdict;

use super::ops::audit;

/// Does it fail, and one file: its path and its text.
type Case = (bool, &'static str, &'static str);

fn judge(check: &str, cases: &[Case]) {
    let sides = |fails: bool| cases.iter().filter(|(wanted, ..)| *wanted == fails).count();
    assert!(sides(true) >= 3 && sides(false) >= 3, "{check} has too few cases");
    let mut wrong = Vec::new();
    for (fails, path, text) in cases {
        let (said, _) = audit(&[(path, text), ("supabase/config.toml", "")]);
        if matches!(said[check], Verdict::Fail(_)) != *fails {
            wrong.push(format!("{path}: {:?} in {text}", said[check]));
        }
    }
    assert!(wrong.is_empty(), "{check}:\n{}", wrong.join("\n"));
}

const EDGE: &str = "supabase/functions/sync/index.ts";
const ROUTE: &str = "app/api/sync/route.ts";
const PYTHON: &str = "backend/api/sync.py";

#[test]
fn logs_answers_and_inputs() {
    judge(
        "ops/personal-data-logged",
        &[
            (
                true,
                EDGE,
                "Deno.serve(async (req) => { const user = await who(req); console.log('for', user.email); return new Response('ok'); });",
            ),
            (
                true,
                ROUTE,
                "export async function POST(req) { const { phone } = await req.json(); console.info(`sms to ${phone}`); return Response.json({}); }",
            ),
            (true, PYTHON, "def f(user):\n    logger.info(\"in %s\", user.access_token)\n"),
            (
                false,
                EDGE,
                "Deno.serve(async (req) => { const user = await who(req); console.log('for', user.id); return new Response('ok'); });",
            ),
            (
                false,
                ROUTE,
                "export async function POST(req) { console.log('no email given'); return Response.json({}); }",
            ),
            (false, PYTHON, "def f(user):\n    logger.info(\"in %s\", mask(user.email))\n"),
        ],
    );
    judge(
        "ops/internals-answered",
        &[
            (
                true,
                EDGE,
                "Deno.serve(async () => { try { await f(); } catch (error) { return new Response(JSON.stringify({ error: error.stack }), { status: 500 }); } });",
            ),
            (true, ROUTE, "export async function GET() { return NextResponse.json(process.env); }"),
            (
                true,
                "functions/src/index.ts",
                "app.get('/debug', (req, res) => { res.json({ stack: err.stack }); });",
            ),
            (
                false,
                EDGE,
                "Deno.serve(async () => { try { await f(); } catch (error) { console.error(error.stack); return new Response('failed', { status: 500 }); } });",
            ),
            (
                false,
                ROUTE,
                "export async function GET() { return NextResponse.json({ region: process.env.VERCEL_REGION }); }",
            ),
            (
                false,
                "functions/src/index.ts",
                "app.get('/x', (req, res) => { res.json({ stack: process.env.NODE_ENV !== 'production' ? err.stack : undefined }); });",
            ),
        ],
    );
    judge(
        "ops/input-stored-whole",
        &[
            (
                true,
                EDGE,
                "Deno.serve(async (req) => { const body = await req.json(); await supabase.from('tickets').insert(body); return new Response('ok'); });",
            ),
            (
                true,
                ROUTE,
                "export async function POST(req) { await supabase.from('profiles').update(await req.json()).eq('id', 1); return Response.json({}); }",
            ),
            (
                true,
                "functions/src/index.ts",
                "exports.a = onRequest(async (req, res) => { await db.collection('orders').add(req.body); res.send('ok'); });",
            ),
            (
                false,
                EDGE,
                "Deno.serve(async (req) => { const { subject } = await req.json(); await supabase.from('tickets').insert({ subject }); return new Response('ok'); });",
            ),
            (
                false,
                ROUTE,
                "export async function POST(req) { const b = Schema.parse(await req.json()); await supabase.from('profiles').update(b).eq('id', 1); return Response.json({}); }",
            ),
            (
                false,
                "functions/src/index.ts",
                "exports.a = onRequest(async (req, res) => { await db.collection('orders').add({ at: req.body.at }); res.send('ok'); });",
            ),
        ],
    );
}

#[test]
fn administrators_limits_and_intakes() {
    judge(
        "ops/admin-route-open",
        &[
            (
                true,
                "app/api/admin/users/route.ts",
                "export async function DELETE(req) { await db.from('users').delete().eq('id', 1); return Response.json({}); }",
            ),
            (
                true,
                "supabase/functions/admin-refund/index.ts",
                "Deno.serve(async (req) => { await refund(await req.json()); return new Response('ok'); });",
            ),
            (true, "server/index.ts", "app.post('/admin/wipe', (req, res) => { wipe(); res.send('ok'); });"),
            (
                false,
                "app/api/admin/users/route.ts",
                "export async function DELETE(req) { const u = await getUser(req); if (u.role !== 'admin') return new Response('no', { status: 403 }); await wipe(); return Response.json({}); }",
            ),
            (
                false,
                "supabase/functions/admin-refund/index.ts",
                "Deno.serve(async (req) => { if (req.headers.get('x-cron') !== Deno.env.get('CRON_SECRET')) return new Response('no', { status: 401 }); return new Response('ok'); });",
            ),
            (false, "app/api/users/route.ts", "export async function GET() { return Response.json({}); }"),
        ],
    );
    judge(
        "ops/limiter-in-memory",
        &[
            (
                true,
                EDGE,
                "const rateLimits = new Map();\nDeno.serve((req) => { const n = rateLimits.get('a') ?? 0; rateLimits.set('a', n + 1); return new Response('ok'); });",
            ),
            (
                true,
                ROUTE,
                "const hits = new Map();\nexport function POST(req) { const n = hits.get('a') ?? 0; hits.set('a', n + 1); if (n > 9) return new Response('', { status: 429 }); return Response.json({}); }",
            ),
            (
                true,
                "lib/rate-limit.ts",
                "const requestCounts = {};\nexport function f(ip) { requestCounts[ip] = (requestCounts[ip] ?? 0) + 1; return requestCounts[ip] < 9; }",
            ),
            (
                false,
                EDGE,
                "const cache = new Map();\nDeno.serve((req) => { cache.set('a', cache.get('b')); return new Response('ok'); });",
            ),
            (
                false,
                ROUTE,
                "const limiter = new Ratelimit({ redis, limiter: Ratelimit.slidingWindow(9, '1 m') });\nexport async function POST(req) { await limiter.limit('a'); return Response.json({}); }",
            ),
            (
                false,
                ROUTE,
                "export function POST(req) { const rateLimits = new Map(); rateLimits.set('a', rateLimits.get('a')); return Response.json({}); }",
            ),
        ],
    );
    judge(
        "ops/intake-unlimited",
        &[
            (
                true,
                "app/api/contact/route.ts",
                "export async function POST(req) { const b = await req.json(); await resend.emails.send(b); return Response.json({}); }",
            ),
            (
                true,
                "supabase/functions/create-ticket/index.ts",
                "Deno.serve(async (req) => { const b = await req.json(); await db.from('tickets').insert({ a: b.a }); return new Response('ok'); });",
            ),
            (
                true,
                "supabase/functions/resend-invite/index.ts",
                "Deno.serve(async (req) => { const b = await req.json(); await mailer.send({ to: b.to }); return new Response('ok'); });",
            ),
            (
                false,
                "app/api/contact/route.ts",
                "import { Ratelimit } from 'x';\nexport async function POST(req) { const b = await req.json(); await resend.emails.send(b); return Response.json({}); }",
            ),
            (
                false,
                "supabase/functions/create-ticket/index.ts",
                "Deno.serve(async (req) => { const u = await supabase.auth.getUser(); const b = await req.json(); await db.from('tickets').insert({ a: b.a }); return new Response('ok'); });",
            ),
            (false, "app/api/contact/route.ts", "export async function GET() { return Response.json({}); }"),
        ],
    );
}

#[test]
fn calls_to_others() {
    judge(
        "ops/call-status-ignored",
        &[
            (
                true,
                EDGE,
                "Deno.serve(async (req) => { await fetch('https://api.hubapi.com/crm/v3/objects/contacts', { method: 'POST', body: '{}' }); return new Response('ok'); });",
            ),
            (
                true,
                ROUTE,
                "export async function POST(req) { const r = await fetch('https://api.pipedrive.com/v1/persons', { method: 'PUT', body: '{}' }); console.log(r.status); return Response.json({}); }",
            ),
            (true, PYTHON, "def f(b):\n    requests.post('https://api.close.com/lead', json=b)\n"),
            (
                false,
                EDGE,
                "Deno.serve(async (req) => { const r = await fetch('https://api.hubapi.com/crm/v3/objects/contacts', { method: 'POST', body: '{}' }); if (!r.ok) throw new Error('crm'); return new Response('ok'); });",
            ),
            (
                false,
                ROUTE,
                "export async function GET() { const r = await fetch('https://api.acme.com/rates'); return Response.json(await r.json()); }",
            ),
            (
                false,
                PYTHON,
                "def f(b):\n    requests.post('https://api.close.com/lead', json=b, timeout=5).raise_for_status()\n",
            ),
        ],
    );
    judge(
        "ops/call-without-timeout",
        &[
            (
                true,
                EDGE,
                "Deno.serve(async (req) => { const r = await fetch('https://api.hubapi.com/x'); return new Response(await r.text()); });",
            ),
            (
                true,
                ROUTE,
                "export async function POST(req) { const r = await fetch('https://api.openai.com/v1/x', { method: 'POST' }); return Response.json(await r.json()); }",
            ),
            (true, PYTHON, "def f(b):\n    return requests.get('https://api.close.com/lead').json()\n"),
            (
                false,
                EDGE,
                "Deno.serve(async (req) => { const r = await fetch('https://api.hubapi.com/x', { signal: AbortSignal.timeout(5000) }); return new Response(await r.text()); });",
            ),
            (
                false,
                ROUTE,
                "export async function POST(req) { const c = new AbortController(); setTimeout(() => c.abort(), 5000); const r = await fetch('https://api.openai.com/v1/x', { signal: c.signal }); return Response.json(await r.json()); }",
            ),
            (
                false,
                PYTHON,
                "def f(b):\n    return requests.get('https://api.close.com/lead', timeout=5).json()\n",
            ),
        ],
    );
    judge(
        "ops/function-without-retry",
        &[
            (
                true,
                "functions/src/index.ts",
                "import { onDocumentCreated } from 'firebase-functions/v2/firestore';\nexport const a = onDocumentCreated({ document: 'orders/{id}' }, async (e) => { await fetch('https://api.hubapi.com/x', { method: 'POST' }); });",
            ),
            (
                true,
                "functions/src/index.ts",
                "import { onDocumentCreated } from 'firebase-functions/v2/firestore';\nexport const a = onDocumentCreated('orders/{id}', async (e) => { await fetch('https://api.hubapi.com/x', { method: 'POST' }); });",
            ),
            (
                true,
                "functions/src/index.ts",
                "import { onDocumentUpdated } from 'firebase-functions/v2/firestore';\nexport const a = onDocumentUpdated({ document: 'orders/{id}', retry: false }, async (e) => { await fetch('https://api.hubapi.com/x', { method: 'POST' }); });",
            ),
            (
                false,
                "functions/src/index.ts",
                "import { onDocumentCreated } from 'firebase-functions/v2/firestore';\nexport const a = onDocumentCreated({ document: 'orders/{id}', retry: true }, async (e) => { await fetch('https://api.hubapi.com/x', { method: 'POST' }); });",
            ),
            (
                false,
                "functions/src/index.ts",
                "import { onDocumentCreated } from 'firebase-functions/v2/firestore';\nexport const a = onDocumentCreated({ document: 'orders/{id}' }, async (e) => { await db.doc('a/b').set({ a: 1 }); });",
            ),
            (
                false,
                "functions/src/index.ts",
                "export const a = onRequest(async (req, res) => { await fetch('https://api.hubapi.com/x', { method: 'POST' }); res.send('ok'); });",
            ),
        ],
    );
}

#[test]
fn inboxes_and_reports_of_errors() {
    judge(
        "ops/support-mail-personal",
        &[
            (
                true,
                "supabase/functions/contact/index.ts",
                "Deno.serve(async (req) => { await resend.emails.send({ to: 'acmedesk@gmail.com', subject: 'x' }); return new Response('ok'); });",
            ),
            (true, "src/support.tsx", "export const a = <a href=\"mailto:acmedesk@outlook.com\">x</a>;"),
            (
                true,
                "app/api/support/route.ts",
                "const SUPPORT_EMAIL = 'acmedesk@yahoo.com';\nexport async function POST(req) { await send(SUPPORT_EMAIL); return Response.json({}); }",
            ),
            (
                false,
                "supabase/functions/contact/index.ts",
                "Deno.serve(async (req) => { await resend.emails.send({ to: 'support@acme.io', subject: 'x' }); return new Response('ok'); });",
            ),
            (false, "src/support.tsx", "export const a = <input placeholder=\"your.name@gmail.com\" />;"),
            (
                false,
                "app/api/support/route.ts",
                "export async function POST(req) { const b = await req.json(); await send({ to: b.to }); return Response.json({}); }",
            ),
        ],
    );
    judge(
        "ops/errors-unreported",
        &[
            (true, EDGE, "Deno.serve(() => new Response('ok'));"),
            (true, ROUTE, "export async function GET() { return Response.json({}); }"),
            (true, PYTHON, "def f():\n    return 1\n"),
            (
                false,
                EDGE,
                "import * as Sentry from 'npm:@sentry/deno';\nDeno.serve(() => new Response('ok'));",
            ),
            (false, "package.json", "{\"dependencies\":{\"@bugsnag/js\":\"8\"}}"),
            (false, "requirements.txt", "sentry-sdk==2.0\n"),
        ],
    );
}
