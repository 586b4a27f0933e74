//! Webhook handlers by their source, and endpoints by their answers on loopback.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use gonogo::{
    checks::judge,
    engine::handler::{looks_like_webhook, read},
    observe::{Options, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Observations, Runtime, Seen},
    target::{Target, WebhookTarget},
    verdict::Verdict,
};

const DENO: &str = "supabase/functions/stripe-webhook/index.ts";
const NEXT: &str = "app/api/webhooks/stripe/route.ts";

/// A correct handler; `{VERIFY}` and `{EFFECT}` are what the tests vary.
fn handler(verify: &str, effect: &str) -> String {
    format!(
        r#"import Stripe from "stripe";
const stripe = new Stripe(process.env.STRIPE_KEY!);
export async function POST(req: Request) {{
  const secret = process.env.STRIPE_WEBHOOK_SECRET;
  const signature = req.headers.get("stripe-signature");
  const raw = await req.text();
  let event;
{verify}
{effect}
  return new Response("ok", {{ status: 200 }});
}}
"#
    )
}

const VERIFIES: &str = r#"  if (!secret || !signature) return new Response("bad request", { status: 400 });
  try {
    event = stripe.webhooks.constructEvent(raw, signature, secret);
  } catch (error) {
    console.error(error);
    return new Response("bad request", { status: 400 });
  }"#;

const ONCE: &str = r#"  const seen = await db.from("webhook_events").insert({ id: event.id });
  if (seen.error) return new Response("seen", { status: 200 });
  await db.from("orders").update({ paid: true }).eq("id", event.data.object.id);"#;

#[test]
fn a_correct_handler_has_nothing_to_say() {
    let facts = read(NEXT, &handler(VERIFIES, ONCE));
    assert_eq!(facts.runtime, Runtime::Node);
    assert_eq!(facts.providers, ["stripe"]);
    assert_eq!(facts.verified.len(), 1, "{facts:#?}");
    assert!(!facts.event_id.is_empty() && !facts.writes.is_empty());
    for wrong in [&facts.fail_open, &facts.synchronous, &facts.reparsed, &facts.swallowed, &facts.leaked] {
        assert!(wrong.is_empty(), "{facts:#?}");
    }
}

#[test]
fn what_is_commented_out_or_quoted_verifies_nothing() {
    let quoted = "  // event = stripe.webhooks.constructEvent(raw, signature, secret);\n  /* wh.verify(raw) */\n  log(\"constructEvent(raw)\");\n  event = JSON.parse(raw);";
    let facts = read(NEXT, &handler(quoted, ONCE));
    assert!(facts.verified.is_empty(), "{facts:#?}");
    assert!(!facts.reads_body.is_empty());
}

#[test]
fn the_synchronous_call_throws_only_where_it_does() {
    let sync = |path: &str, code: &str| read(path, code).synchronous.len();
    let call = "Deno.serve(async (req) => { const e = stripe.webhooks.constructEvent(await req.text(), sig, secret) })";
    assert_eq!(sync(DENO, call), 1);
    assert_eq!(sync("api/hook.ts", call), 1, "Deno is known by its own names");
    assert_eq!(sync(DENO, &call.replace("constructEvent", "constructEventAsync")), 0);
    assert_eq!(
        sync(DENO, &call.replace("secret)", "secret, undefined, Stripe.createNodeCryptoProvider())")),
        0
    );
    assert_eq!(sync(DENO, &call.replace("stripe.webhooks.", "")), 0, "somebody's own function");
    assert_eq!(sync(DENO, &format!("// {call}")), 0);
    assert_eq!(sync(NEXT, &handler(VERIFIES, ONCE)), 0);
    let edge = format!("export const runtime = \"edge\";\n{}", handler(VERIFIES, ONCE));
    assert_eq!(sync(NEXT, &edge), 1);
}

#[test]
fn ways_around_are_found() {
    let cases = [
        (
            "guard with a parsing else",
            "  if (secret && signature) { event = stripe.webhooks.constructEvent(raw, signature, secret); } else { event = JSON.parse(raw); }",
        ),
        (
            "guard without an else",
            "  event = JSON.parse(raw);\n  if (signature) {\n    stripe.webhooks.constructEvent(raw, signature, secret);\n  }",
        ),
        (
            "conditional expression",
            "  event = secret ? stripe.webhooks.constructEvent(raw, signature, secret) : JSON.parse(raw);",
        ),
        (
            "guard inside the condition",
            "  event = JSON.parse(raw);\n  if (secret && !verifies(raw)) return new Response(\"no\", { status: 401 });\n  function verifies(raw: string) { return timingSafeEqual(raw, secret); }\n  if (secret && !timingSafeEqual(a, b)) return new Response(\"no\", { status: 401 });",
        ),
        (
            "guard without braces",
            "  if (secret) event = stripe.webhooks.constructEvent(raw, signature, secret);\n  else event = JSON.parse(raw);",
        ),
        (
            "catch that parses",
            "  try { event = stripe.webhooks.constructEvent(raw, signature, secret); } catch (e) { console.warn(e); event = JSON.parse(raw); }",
        ),
        (
            "catch that only logs",
            "  event = JSON.parse(raw);\n  try { stripe.webhooks.constructEvent(raw, signature, secret); } catch (e) { console.warn(e); }",
        ),
        (
            "empty key",
            "  try { event = stripe.webhooks.constructEvent(raw, signature, process.env.STRIPE_WEBHOOK_SECRET || ''); } catch (e) { return new Response(\"no\", { status: 400 }); }",
        ),
    ];
    for (name, verify) in cases {
        let facts = read(NEXT, &handler(verify, ONCE));
        assert!(!facts.fail_open.is_empty(), "{name}: {facts:#?}");
    }
}

#[test]
fn a_trace_of_a_refused_request_is_no_way_around() {
    let audits = [
        "  if (!timingSafeEqual(digest(raw), Buffer.from(signature))) {\n    await db.from(\"audit\").insert({ what: \"bad signature\" });\n    return new Response(\"no\", { status: 401 });\n  }\n  event = JSON.parse(raw);",
        "  const good = timingSafeEqual(digest(raw), Buffer.from(signature));\n  await db.from(\"audit\").insert({ good });\n  if (!good) return new Response(\"no\", { status: 401 });\n  event = JSON.parse(raw);",
        "  try { event = stripe.webhooks.constructEvent(raw, signature, secret); } catch (e) {\n    await db.from(\"audit\").insert({ what: \"bad signature\" });\n    return unauthorized();\n  }",
    ];
    for audit in audits {
        let facts = read(NEXT, &handler(audit, ONCE));
        assert!(facts.fail_open.is_empty() && !facts.verified.is_empty(), "{audit}: {facts:#?}");
    }
}

#[test]
fn what_is_called_a_verification_must_compute_something() {
    let check = |body: &str| {
        format!(
            "{}\nfunction verifySignature(raw: string, signature: string, secret: string) {{\n  {body}\n}}\n",
            handler(
                "  if (!verifySignature(raw, signature!, secret!)) return new Response(\"no\", { status: 401 });\n  event = JSON.parse(raw);",
                ONCE
            )
        )
    };
    let hollow = read(NEXT, &check("return signature.length > 0;"));
    assert_eq!(hollow.fail_open.len(), 1, "{hollow:#?}");
    let real = read(
        NEXT,
        &check(
            "return timingSafeEqual(Buffer.from(createHmac('sha256', secret).update(raw).digest('hex')), Buffer.from(signature));",
        ),
    );
    assert!(real.fail_open.is_empty(), "{real:#?}");
}

#[test]
fn a_repeat_is_told_by_what_is_stored() {
    let dedupes = |effect: &str| !read(NEXT, &handler(VERIFIES, effect)).event_id.is_empty();
    let lookup = "  const rows = await db.collection(\"payments\").where(\"intent\", \"==\", event.data.object.id).get();\n  const row = rows.docs[0].data();\n";
    let work =
        "  await db.collection(\"users\").doc(row.user).update({ credits: FieldValue.increment(5) });\n";
    assert!(dedupes(&format!(
        "{lookup}  if (row.status === \"paid\") return new Response(\"done\");\n{work}"
    )));
    assert!(!dedupes(&format!("{lookup}{work}")));
    // The branch that is left with an answer does the work itself.
    assert!(!dedupes(&format!("{lookup}  if (row) {{\n{work}    return new Response(\"done\");\n  }}")));
    let consumed = "  const pending = await prisma.pendingOrder.findUnique({ where: { id: event.data.object.id } });\n  if (!pending) return new Response(\"none\");\n  await prisma.order.create({ data: { user: pending.user } });\n";
    let deleted = "  await prisma.pendingOrder.delete({ where: { id: event.data.object.id } });\n";
    assert!(dedupes(&format!("{consumed}{deleted}")));
    assert!(!dedupes(consumed));
}

#[test]
fn what_is_read_added_to_and_written_back_adds_up() {
    let adds = |effect: &str| read(NEXT, &handler(VERIFIES, effect)).increments.len();
    let lookup = "  const { data: row } = await db.from(\"licenses\").select().eq(\"user\", event.data.object.id).single();\n";
    assert_eq!(
        adds(&format!(
            "{lookup}  await db.from(\"licenses\").update({{ total: row.total + event.data.object.quantity }});"
        )),
        1
    );
    assert_eq!(
        adds(&format!(
            "{lookup}  await db.from(\"licenses\").update({{ total: event.data.object.quantity + 1 }});"
        )),
        0
    );
}

#[test]
fn work_that_nothing_waits_for() {
    let helper = "\nasync function grant(id: string) {\n  await db.from(\"orders\").update({ paid: true }).eq(\"id\", id).throwOnError();\n}\n";
    let found = |effect: &str| {
        let code = format!("{}{helper}", handler(VERIFIES, effect));
        read(NEXT, &code).unawaited.iter().map(|spot| spot.line).collect::<Vec<_>>()
    };
    assert_eq!(found("  grant(event.data.object.id);"), [15]);
    assert_eq!(found("  event.data.object.items.forEach(async (item) => { await grant(item.id); });"), [15]);
    assert!(found("  await grant(event.data.object.id);").is_empty());
    assert!(found("  for (const item of event.data.object.items) { await grant(item.id); }").is_empty());
}

#[test]
fn a_handler_beside_a_guarded_one_is_looked_at_alone() {
    let python = "@app.post('/webhooks/a')\nasync def first(payload: Mention, tasks: BackgroundTasks):\n    tasks.add_task(work, payload)\n    return {'ok': True}\n\n@app.post('/webhooks/b')\nasync def second(request: Request, tasks: BackgroundTasks):\n    raw = await request.body()\n    if not hmac.compare_digest(request.headers['x-signature'], sign(raw)):\n        raise HTTPException(401)\n    tasks.add_task(work, raw)\n    return {'ok': True}\n";
    let facts = read("app/webhooks.py", python);
    assert_eq!(
        facts.unverified.iter().map(|spot| (spot.line, spot.what.as_str())).collect::<Vec<_>>(),
        [(1, "first")]
    );
}

#[test]
fn a_middleware_that_verifies_is_not_overlooked() {
    let router = "import { verifySignature } from \"./middleware\";\nconst hook = new Hono();\nhook.use(\"*\", verifySignature());\nhook.post(\"/\", async (c) => {\n  const payload = await c.req.json();\n  await db.insert(jobs).values({ id: payload.action });\n  return c.text(\"ok\");\n});\n";
    let facts = read("src/routes/webhook.ts", router);
    assert!(!facts.delegated.is_empty() && facts.fail_open.is_empty(), "{facts:#?}");
    let without = router.replace("hook.use(\"*\", verifySignature());\n", "");
    assert!(read("src/routes/webhook.ts", &without).delegated.is_empty());
}

#[test]
fn guards_that_refuse_are_no_ways_around() {
    let cases = [
        (
            "else refuses",
            "  if (secret && signature) { event = stripe.webhooks.constructEvent(raw, signature, secret); } else { return new Response(\"no\", { status: 400 }); }",
        ),
        (
            "refused before",
            "  if (!signature) { return new Response(\"no\", { status: 400 }); }\n  if (signature) { event = stripe.webhooks.constructEvent(raw, signature, secret); }",
        ),
        (
            "what follows refuses",
            "  if (signature) { event = stripe.webhooks.constructEvent(raw, signature, secret); return done(event); }\n  return new Response(\"no\", { status: 400 });",
        ),
        (
            "guard without braces whose else refuses",
            "  if (signature) event = stripe.webhooks.constructEvent(raw, signature, secret);\n  else return new Response(\"no\", { status: 400 });",
        ),
        ("no guard", "  event = stripe.webhooks.constructEvent(raw, signature!, secret!);"),
        (
            "empty key that is refused",
            "  const key = process.env.STRIPE_WEBHOOK_SECRET || '';\n  if (!key) throw new Error('no key');\n  event = stripe.webhooks.constructEvent(raw, signature, key);",
        ),
    ];
    for (name, verify) in cases {
        let facts = read(NEXT, &handler(verify, ONCE));
        assert!(facts.fail_open.is_empty(), "{name}: {:#?}", facts.fail_open);
        assert!(!facts.verified.is_empty(), "{name}");
    }
}

#[test]
fn a_parsed_body_is_not_the_signed_one() {
    let reparsed = |path: &str, code: &str| read(path, code).reparsed.len();
    let json = "export async function POST(req) { const body = await req.json();\n const ok = createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex') === signature; }";
    assert_eq!(reparsed(NEXT, json), 1, "parsed, and hashed after being written again");
    let event = "export async function POST(req) { const event = stripe.webhooks.constructEvent(JSON.stringify(await req.json()), signature, secret); }";
    assert!(reparsed(NEXT, event) > 0);
    let firebase = "import { onRequest } from \"firebase-functions/v2/https\";\nexport const hook = onRequest((req, res) => { stripe.webhooks.constructEvent(req.body, signature, secret); });";
    assert_eq!(reparsed("functions/src/hook.ts", firebase), 1);
    assert_eq!(reparsed("functions/src/hook.ts", &firebase.replace("req.body", "req.rawBody")), 0);
    let pages =
        "export default async function handler(req, res) { stripe.webhooks.constructEvent(req.body, s, k); }";
    assert_eq!(reparsed("pages/api/webhook.ts", pages), 1);
    let express = "const app = express(); app.post('/hook', express.raw({ type: 'application/json' }), (req, res) => { stripe.webhooks.constructEvent(req.body, s, k); });";
    assert_eq!(reparsed("server/webhook.js", express), 0);
    assert_eq!(reparsed(NEXT, &handler(VERIFIES, ONCE)), 0);
}

#[test]
fn effects_ids_and_swallowed_errors_are_found() {
    let facts = |effect: &str| read(NEXT, &handler(VERIFIES, effect));
    let twice = facts(
        "  await db.from(\"users\").update({ credits: 5 }).eq(\"id\", user);\n  console.log(event.id);",
    );
    assert!(twice.event_id.is_empty() && !twice.writes.is_empty(), "an id in a log is no dedupe: {twice:#?}");
    assert!(!facts("  await ref.update({ credits: FieldValue.increment(5) });").increments.is_empty());
    assert!(!facts("  await fulfil(event);").hands_over.is_empty());
    assert!(facts("  const digest = createHash('sha256').update(raw).digest();").writes.is_empty());

    let logged = "  try { await db.from(\"a\").insert({ b: 1 }); } catch (e) { console.error(e); }";
    assert_eq!(facts(logged).swallowed.len(), 1);
    assert_eq!(facts(&logged.replace("console.error(e);", "console.error(e); throw e;")).swallowed.len(), 0);
    let checked =
        "  const { error } = await db.from(\"a\").insert({ b: 1 });\n  if (error) { console.error(error); }";
    assert_eq!(facts(checked).swallowed.len(), 1);
    assert_eq!(
        facts(&checked.replace("console.error(error);", "return new Response(\"x\", { status: 500 });"))
            .swallowed
            .len(),
        0
    );
}

#[test]
fn error_details_in_answers_are_found() {
    let leaked = |catch: &str| {
        read(
            NEXT,
            &handler(
                &VERIFIES.replace(
                    "return new Response(\"bad request\", { status: 400 });\n  }",
                    &format!("{catch}\n  }}"),
                ),
                ONCE,
            ),
        )
        .leaked
    };
    assert_eq!(leaked("return new Response(`Webhook Error: ${error.message}`, { status: 400 });").len(), 1);
    assert_eq!(
        leaked("return Response.json({ error: (error as Error).stack }, { status: 400 });")[0].what,
        "stack"
    );
    assert_eq!(
        leaked("console.error(error.message); return new Response(\"no\", { status: 400 });").len(),
        0
    );
}

#[test]
fn reading_a_variable_or_a_header_is_no_route() {
    let text = include_str!("../../src/demo/portal/fixed/supabase/functions/stripe-webhook/index.ts");
    let facts = read(DENO, text);
    assert!(!facts.writes.is_empty(), "the insert and the update are writes");
    assert!(!facts.event_id.is_empty(), "the insert names the event");
}

#[test]
fn other_routes_of_a_server_are_not_the_webhooks() {
    let server = "app.get('/a', async (req, res) => { try { await db.from('x').insert({}); } catch (e) { console.log(e); } res.json({ e: e.message }); });\n\
        app.post('/webhook', express.raw({ type: 'application/json' }), (req, res) => {\n\
        const event = stripe.webhooks.constructEvent(req.body, s, k);\nres.sendStatus(200);\n});\n";
    let facts = read("server.js", server);
    assert!(facts.writes.is_empty() && facts.swallowed.is_empty() && facts.leaked.is_empty(), "{facts:#?}");
    assert_eq!((facts.verified.len(), facts.reads_body.len()), (1, 1));
    let twice = read("server.js", &server.replace("'/a'", "'/hook'"));
    assert!(!twice.writes.is_empty(), "with two webhooks nothing is left out");
}

#[test]
fn an_empty_key_is_refused_by_web_crypto() {
    let code = "const secret = Deno.env.get(\"STRIPE_WEBHOOK_SECRET\") || \"\";\nDeno.serve(async (req) => { await stripe.webhooks.constructEventAsync(await req.text(), sig, secret); });";
    assert!(read(DENO, code).fail_open.is_empty());
    let node = code
        .replace("Deno.env.get(\"STRIPE_WEBHOOK_SECRET\")", "process.env.STRIPE_WEBHOOK_SECRET")
        .replace("Deno.serve", "serve");
    assert_eq!(read(NEXT, &node).fail_open.len(), 1);
}

#[test]
fn handlers_are_told_from_other_files() {
    let code = handler(VERIFIES, ONCE);
    assert!(looks_like_webhook(NEXT, &code));
    assert!(looks_like_webhook("app/api/pay/route.ts", &code), "by the header it reads");
    assert!(!looks_like_webhook("app/api/webhooks/stripe/route.test.ts", &code));
    assert!(!looks_like_webhook("app/page.tsx", "export default function Page() { return <p>webhook</p> }"));
    assert!(!looks_like_webhook("docs/webhook.md", &code));
    assert!(!looks_like_webhook("src/webhook-types.ts", "export type Webhook = { id: string };"));
}

#[test]
fn no_source_makes_it_panic_or_hang() {
    let pieces = [
        "if (secret && ",
        "{",
        "}",
        "(",
        ")",
        "`${",
        "'",
        "/[",
        "try {",
        "catch (e) {",
        "é",
        "=>",
        "createHmac(",
        "JSON.parse(",
        " ? ",
        "!",
        "\\",
        ";",
        "event.id",
        "\n",
    ];
    for first in 0..pieces.len() {
        let text: String = (0..800).map(|at| pieces[(first + at * (first + 3)) % pieces.len()]).collect();
        read(NEXT, &text);
    }
    read(NEXT, &"(".repeat(60_000));
    read(NEXT, &"if (!secret) {".repeat(1_000));
    let nested = |open: &str| open.repeat(600) + &"}".repeat(600);
    read(NEXT, &nested("if (!secret) { createHmac("));
    read(NEXT, &nested("if (secret !== header) {"));
    read(NEXT, &nested("try { db.insert(1) } catch (e) { stripe.webhooks.constructEvent(raw, s, k);"));
}

#[test]
fn the_handler_is_found_by_its_url_and_judged() {
    let repo = Repo::new();
    repo.write(DENO, "Deno.serve(async (req) => {\n  const event = stripe.webhooks.constructEvent(await req.text(), req.headers.get(\"stripe-signature\"), secret);\n  return new Response(\"ok\");\n});\n");
    repo.write("supabase/functions/other/index.ts", "Deno.serve(() => new Response(\"hi\"));");
    repo.write("supabase/config.toml", "[functions.other]\nverify_jwt = false\n");
    let url = "https://abcdefghijklmnopqrst.supabase.co/functions/v1/stripe-webhook";
    let (said, seen) = repo.audit(&target(url, None), Consent::default());
    let Some(Seen::Got(webhook)) = seen.webhooks.get(url) else { panic!("{seen:#?}") };
    assert_eq!(webhook.provider.as_deref(), Some("stripe"));
    assert!(said.fails("webhook/sync-verification"), "{said:#?}");
    assert!(said.fails("webhook/gateway-jwt"), "{said:#?}");
    assert!(said.passes("webhook/unsigned-accepted"), "{said:#?}");
    assert!(matches!(said.0["webhook/dead-endpoint"], Verdict::NotApplicable { .. }), "{said:#?}");

    repo.write(
        "package.json",
        "{\"scripts\":{\"deploy\":\"supabase functions deploy stripe-webhook --no-verify-jwt\"}}",
    );
    let (said, _) = repo.audit(&target(url, None), Consent::default());
    assert!(said.passes("webhook/gateway-jwt"), "{said:#?}");
}

#[test]
fn without_handler_and_consent_nothing_is_decided() {
    let (said, _) =
        Repo::new().audit(&target("https://portal.example.com/hooks/stripe", None), Consent::default());
    for check in ["webhook/unsigned-accepted", "webhook/sync-verification", "webhook/no-dedupe"] {
        assert!(said.is_inconclusive(check), "{check}: {said:#?}");
    }
}

#[test]
fn a_handler_outside_the_repository_is_not_read() {
    let (said, _) = Repo::new()
        .audit(&target("https://portal.example.com/a", Some("../../../etc/hook.ts")), Consent::default());
    assert!(said.is_inconclusive("webhook/unsigned-accepted"), "{said:#?}");
}

#[test]
fn acknowledging_everything_fails_and_says_no_more_than_that() {
    let endpoint = Endpoint::start(|_, _| (200, "{\"received\":true}".to_owned()));
    let (said, _) = endpoint.audit(&Repo::new(), None);
    let message = said.message("webhook/unsigned-accepted");
    assert!(message.contains("acknowledges unverified events") && !message.contains("process"), "{message}");
    assert!(endpoint.requests() <= 6);
}

#[test]
fn live_and_static_evidence_are_one_finding() {
    let repo = Repo::new();
    repo.write("api/hook.ts", &handler("  if (secret && signature) { event = stripe.webhooks.constructEvent(raw, signature, secret); } else { event = JSON.parse(raw); }", ONCE));
    let endpoint = Endpoint::start(|_, _| (200, String::new()));
    let (said, _) = endpoint.audit(&repo, Some("api/hook.ts"));
    let Verdict::Fail(findings) = &said.0["webhook/unsigned-accepted"] else { panic!("{said:#?}") };
    assert_eq!(findings[0].severity, Some(gonogo::finding::Severity::Critical));
    assert!(matches!(said.0["webhook/fails-open"], Verdict::NotApplicable { .. }), "{said:#?}");
}

#[test]
fn a_refusing_endpoint_passes_without_its_source() {
    let endpoint = Endpoint::start(|method, _| {
        if method == "POST" { (400, "bad request".to_owned()) } else { (405, String::new()) }
    });
    let (said, _) = endpoint.audit(&Repo::new(), None);
    for check in [
        "webhook/unsigned-accepted",
        "webhook/dead-endpoint",
        "webhook/server-error-on-unsigned",
        "webhook/error-details-returned",
    ] {
        assert!(said.passes(check), "{check}: {said:#?}");
    }
}

#[test]
fn a_gateway_is_not_protection() {
    let endpoint = Endpoint::start(|_, _| (401, "{\"msg\":\"Missing authorization header\"}".to_owned()));
    let (said, _) = endpoint.audit(&Repo::new(), None);
    assert!(said.fails("webhook/gateway-jwt"), "{said:#?}");
    assert!(said.is_inconclusive("webhook/unsigned-accepted"), "{said:#?}");
}

#[test]
fn redirects_errors_and_leaks_are_told_apart() {
    let moved = Endpoint::start(|_, _| (308, String::new())).audit(&Repo::new(), None).0;
    assert!(moved.fails("webhook/dead-endpoint"), "{moved:#?}");
    let broken = Endpoint::start(|_, _| {
        (500, "TypeError: x is not defined\n    at main (/app/node_modules/a.js:1:1)".to_owned())
    })
    .audit(&Repo::new(), None)
    .0;
    assert!(broken.fails("webhook/server-error-on-unsigned"), "{broken:#?}");
    assert!(broken.fails("webhook/error-details-returned"), "{broken:#?}");
    assert!(broken.is_inconclusive("webhook/unsigned-accepted"), "{broken:#?}");
}

#[test]
fn only_inert_events_are_sent_and_only_with_consent() {
    let endpoint = Endpoint::start(|_, body| {
        let inert = body.is_empty()
            || body == "gonogo"
            || (body.contains("\"gonogo.probe\"") && body.contains("\"livemode\": false"));
        if inert { (400, String::new()) } else { (200, body.to_owned()) }
    });
    let (said, _) = endpoint.audit(&Repo::new(), None);
    assert!(said.passes("webhook/unsigned-accepted"), "{said:#?}");
    assert_eq!(endpoint.requests(), 6);

    let silent = Endpoint::start(|_, _| (200, String::new()));
    let mut target = silent.target(None);
    target.active_hosts.clear();
    Repo::new().audit(&target, Consent { offline: false, active: true });
    Repo::new().audit(&silent.target(None), Consent::default());
    assert_eq!(silent.requests(), 0);
}

fn target(url: &str, handler: Option<&str>) -> Target {
    let webhook = WebhookTarget {
        url: Some(url.to_owned()),
        handler: handler.map(str::to_owned),
        production: true,
        ..WebhookTarget::default()
    };
    Target { name: "portal".to_owned(), repository: true, webhooks: vec![webhook], ..Target::default() }
}

struct Repo(tempfile::TempDir);

impl Repo {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.0.path().join(path);
        std::fs::create_dir_all(full.parent().unwrap()).unwrap();
        std::fs::write(full, text).unwrap();
    }

    fn audit(&self, target: &Target, consent: Consent) -> (Said, Observations) {
        audit(self.0.path(), target, consent)
    }
}

fn audit(root: &Path, target: &Target, consent: Consent) -> (Said, Observations) {
    let selection = Selection::new(vec!["webhook".to_owned()], Vec::new(), false).unwrap();
    let plan = plan(target, &selection, consent);
    let options = Options {
        root: Some(root.to_owned()),
        now: "2026-11-21T00:00:00Z".parse().unwrap(),
        resolver: Some("127.0.0.1:9".parse().unwrap()),
        connect_to: Vec::new(),
        extra_roots: Vec::new(),
        deadline: Duration::from_mins(1),
        jobs: 4,
    };
    let seen = observe(&plan, &Arc::new(target.clone()), &options, &(Arc::new(Silent) as _)).unwrap();
    let outcomes = judge(&plan.checks, &seen, target);
    (Said(outcomes.into_iter().map(|outcome| (outcome.check.id, outcome.verdict)).collect()), seen)
}

/// An endpoint that answers as a function of method and body.
struct Endpoint {
    address: SocketAddr,
    requests: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
}

impl Endpoint {
    fn start(answer: impl Fn(&str, &str) -> (u16, String) + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (requests, stop) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, ended) = (requests.clone(), stop.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    return;
                }
                let Ok(mut stream) = stream else { continue };
                let Some((method, body)) = request(&stream) else { continue };
                count.fetch_add(1, Ordering::SeqCst);
                let (status, text) = answer(&method, &body);
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nlocation: /elsewhere?x=1\r\nconnection: close\r\n\r\n",
                    text.len()
                );
                let _ = stream.write_all(format!("{head}{text}").as_bytes());
            }
        });
        Self { address, requests, stop }
    }

    fn requests(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    fn target(&self, handler: Option<&str>) -> Target {
        let mut target = target(&format!("http://{}/hooks/stripe", self.address), handler);
        target.active_hosts = vec!["127.0.0.1".to_owned()];
        target
    }

    fn audit(&self, repo: &Repo, handler: Option<&str>) -> (Said, Observations) {
        repo.audit(&self.target(handler), Consent { offline: false, active: true })
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.address);
    }
}

fn request(stream: &TcpStream) -> Option<(String, String)> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let method = line.split_whitespace().next()?.to_owned();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.split_once(": ") {
            Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                length = value.trim().parse().ok()?;
            }
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((method, String::from_utf8(body).ok()?))
}

/// The verdicts of the station, by check.
#[derive(Debug)]
struct Said(BTreeMap<&'static str, Verdict>);

impl Said {
    fn fails(&self, check: &str) -> bool {
        matches!(self.0[check], Verdict::Fail(_))
    }

    fn passes(&self, check: &str) -> bool {
        self.0[check] == Verdict::Pass
    }

    fn is_inconclusive(&self, check: &str) -> bool {
        matches!(self.0[check], Verdict::Inconclusive { .. })
    }

    fn message(&self, check: &str) -> String {
        match &self.0[check] {
            Verdict::Fail(findings) => findings[0].message.clone(),
            other => panic!("{other:?}"),
        }
    }
}
