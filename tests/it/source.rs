//! The source engine: what each rule says about handlers of several languages and frameworks.

use gonogo::{
    engine::{
        handler::{looks_like_webhook, read, read_with},
        source::{Kind, mount, parse},
    },
    seen::{Handler, Spot},
};

const NEXT: &str = "app/api/webhooks/stripe/route.ts";
const EXPRESS: &str = "server/webhook.js";
const PYTHON: &str = "api/webhooks/stripe.py";
const DENO: &str = "supabase/functions/stripe-webhook/index.ts";

/// A handler of each kind; `{}` is what follows a correct verification.
fn next(effect: &str) -> String {
    format!(
        "export async function POST(req: Request) {{\n  const raw = await req.text();\n  const sig = req.headers.get('stripe-signature');\n  if (!sig) return new Response('no', {{ status: 400 }});\n  let event;\n  try {{\n    event = stripe.webhooks.constructEvent(raw, sig, process.env.STRIPE_WEBHOOK_SECRET!);\n  }} catch (err) {{\n    return new Response('no', {{ status: 400 }});\n  }}\n{effect}\n  return new Response('ok');\n}}\n"
    )
}

fn express(effect: &str) -> String {
    format!(
        "app.post('/webhook', express.raw({{ type: 'application/json' }}), async (req, res) => {{\n  let event;\n  try {{\n    event = stripe.webhooks.constructEvent(req.body, req.headers['stripe-signature'], process.env.WEBHOOK_SECRET);\n  }} catch (err) {{\n    return res.status(400).send('no');\n  }}\n{effect}\n  res.json({{ received: true }});\n}});\n"
    )
}

fn python(effect: &str) -> String {
    format!(
        "@app.post('/webhook')\nasync def webhook(request: Request):\n    raw = await request.body()\n    try:\n        event = stripe.Webhook.construct_event(raw, request.headers['stripe-signature'], os.environ['STRIPE_WEBHOOK_SECRET'])\n    except ValueError as err:\n        raise HTTPException(status_code=400, detail='no')\n{effect}\n    return {{'ok': True}}\n"
    )
}

type Pick = fn(&Handler) -> &Vec<Spot>;

/// Each case: where, the source, and the line at which the rule must speak (0: it must not).
#[track_caller]
fn holds(rule: &str, pick: Pick, cases: &[(&str, String, u32)]) {
    for (path, source, line) in cases {
        let facts = read(path, source);
        let lines: Vec<u32> = pick(&facts).iter().map(|spot| spot.line).collect();
        let wanted: Vec<u32> = if *line == 0 { Vec::new() } else { vec![*line] };
        assert_eq!(lines, wanted, "{rule} in {path}:\n{source}\n{facts:#?}");
    }
}

#[test]
fn a_failed_write_that_is_acknowledged() {
    let caught = "  try {\n    await prisma.order.update({ where: { id }, data: { paid: true } });\n  } catch (e) {\n    console.error(e);\n  }";
    let returned = "  const { error } = await supabase.from('orders').insert({ a: 1 });\n  if (error) console.error(error);";
    let helper = "  await save(event);\n  async function save(event) {\n    try { await db.collection('orders').doc('a').set({ a: 1 }); } catch (e) { console.error(e); }\n  }";
    let python_caught = "    try:\n        await orders.update_one({'a': 1}, {'b': 2})\n    except Exception as err:\n        logger.error('failed')";
    holds(
        "swallowed",
        |facts| &facts.swallowed,
        &[
            (NEXT, next(caught), 13),
            (EXPRESS, express(caught), 10),
            (NEXT, next(returned), 12),
            (NEXT, next(helper), 13),
            (PYTHON, python(python_caught), 10),
            (NEXT, next(&caught.replace("console.error(e);", "throw e;")), 0),
            (
                NEXT,
                next(&caught.replace("console.error(e);", "return new Response('x', { status: 500 });")),
                0,
            ),
            (EXPRESS, express(&caught.replace("console.error(e);", "return res.status(500).end();")), 0),
            (NEXT, next(&returned.replace("console.error(error)", "throw error")), 0),
            (PYTHON, python(&python_caught.replace("logger.error('failed')", "raise")), 0),
        ],
    );
}

#[test]
fn a_write_before_the_verification() {
    let early = |code: &str| {
        code.replace("  let event;\n", "  await prisma.log.create({ data: { raw: 1 } });\n  let event;\n")
    };
    let python_early = python("").replace("    try:\n", "    await audit.insert_one({'a': 1})\n    try:\n");
    holds(
        "early",
        |facts| &facts.early,
        &[
            (NEXT, early(&next("")), 5),
            (EXPRESS, early(&express("")), 2),
            (PYTHON, python_early, 4),
            (NEXT, next("  await prisma.log.create({ data: { raw: 1 } });"), 0),
            (EXPRESS, express("  await prisma.log.create({ data: { raw: 1 } });"), 0),
            (PYTHON, python("    await audit.insert_one({'a': 1})"), 0),
        ],
    );
}

#[test]
fn a_status_that_misleads() {
    let switch = "  switch (event.type) {\n    case 'a.b': break;\n    default: STATUS\n  }";
    let bad = |code: &str, to: &str| {
        code.replacen("status: 400 });\n  }\n", &format!("status: {to} }});\n  }}\n"), 1)
    };
    holds(
        "wrong status",
        |facts| &facts.wrong_status,
        &[
            (NEXT, next(&switch.replace("STATUS", "return new Response('x', { status: 400 });")), 13),
            (EXPRESS, express(&switch.replace("STATUS", "return res.status(400).end();")), 10),
            (NEXT, bad(&next("  await prisma.a.create({ data: {} });"), "500"), 9),
            (NEXT, bad(&next("  await prisma.a.create({ data: {} });"), "200"), 9),
            (PYTHON, python("").replace("status_code=400", "status_code=500"), 7),
            (NEXT, next(&switch.replace("STATUS", "console.log('x');")), 0),
            (EXPRESS, express(&switch.replace("STATUS", "break;")), 0),
            (NEXT, next("  if (event.type !== 'a') return new Response('ignored');"), 0),
            (PYTHON, python(""), 0),
        ],
    );
}

#[test]
fn a_record_that_outlives_failed_work() {
    let claim = "  await prisma.event.create({ data: { id: event.id } });\n  try {\n    await prisma.order.update({ where: { id: 1 }, data: {} });\n  } catch (e) {\n    return new Response('x', { status: 500 });\n  }";
    let undone = claim
        .replace("    return", "    await prisma.event.delete({ where: { id: event.id } });\n    return");
    let after = "  await prisma.order.update({ where: { id: 1 }, data: {} });\n  await prisma.event.create({ data: { id: event.id } });";
    let stated = claim.replace("id: event.id }", "id: event.id, status: 'pending' }");
    holds(
        "claimed early",
        |facts| &facts.claimed_early,
        &[
            (NEXT, next(claim), 11),
            (
                EXPRESS,
                express(&claim.replace("new Response('x', { status: 500 })", "res.status(500).end()")),
                8,
            ),
            (
                NEXT,
                next(
                    "  await db.collection('events').add({ id: event.id });\n  await prisma.order.update({ where: {}, data: {} });",
                ),
                11,
            ),
            (NEXT, next(&undone), 0),
            (NEXT, next(after), 0),
            (NEXT, next(&stated), 0),
        ],
    );
}

#[test]
fn a_write_that_nothing_waits_for() {
    let write = "  await db.collection('orders').doc('a').update({ paid: true });";
    let unawaited = |facts: &str| facts.replace("  await db", "  db");
    holds(
        "unawaited",
        |facts| &facts.unawaited,
        &[
            (NEXT, next(&unawaited(write)), 11),
            (EXPRESS, express(&unawaited(write)), 8),
            (DENO, next("  supabase.from('a').insert({ b: 1 });"), 11),
            (NEXT, next(write), 0),
            (
                NEXT,
                next(
                    "  const done = db.collection('orders').doc('a').update({ paid: true });\n  await done;",
                ),
                0,
            ),
            (PYTHON, python("    session.add(order)\n    session.commit()"), 0),
        ],
    );
    holds(
        "unchecked",
        |facts| &facts.unchecked,
        &[
            (DENO, next("  await supabase.from('a').insert({ b: 1 });"), 11),
            (NEXT, next("  await supabase.from('a').update({ b: 1 }).eq('id', 2);"), 11),
            (EXPRESS, express("  await supabase.from('a').upsert({ b: 1 });"), 8),
            (
                NEXT,
                next(
                    "  const { error } = await supabase.from('a').insert({ b: 1 });\n  if (error) throw error;",
                ),
                0,
            ),
            (NEXT, next("  await supabase.from('a').insert({ b: 1 }).throwOnError();"), 0),
            (NEXT, next("  await prisma.a.create({ data: {} });"), 0),
        ],
    );
}

#[test]
fn secrets_in_logs_and_urls() {
    holds(
        "logged",
        |facts| &facts.logged,
        &[
            (NEXT, next("  console.log('secret', process.env.STRIPE_WEBHOOK_SECRET);"), 11),
            (NEXT, next("  console.log(raw);"), 11),
            (EXPRESS, express("  console.log(req.headers);"), 8),
            (PYTHON, python("    print(os.environ['STRIPE_WEBHOOK_SECRET'][:8])"), 8),
            (NEXT, next("  console.log('event', event.id, event.type);"), 0),
            (NEXT, next("  console.log('set', !!process.env.STRIPE_WEBHOOK_SECRET);"), 0),
            (
                NEXT,
                next(
                    "  const client = new Stripe(process.env.STRIPE_SECRET_KEY);\n  console.log(await client.customers.retrieve('a'));",
                ),
                0,
            ),
            (PYTHON, python("    logger.info(event['type'])"), 0),
        ],
    );
    let by_url = |part: &str| {
        format!(
            "export async function POST(req: Request) {{\n  const url = new URL(req.url);\n  if ({part} !== process.env.WEBHOOK_SECRET) return new Response('no', {{ status: 401 }});\n  const body = await req.json();\n  await prisma.a.create({{ data: body }});\n  return new Response('ok');\n}}\n"
        )
    };
    holds("query secret", |facts| &facts.query_secret, &[
        (NEXT, by_url("url.searchParams.get('secret')"), 3),
        (NEXT, by_url("req.nextUrl.searchParams.get('token')"), 3),
        (EXPRESS, "app.post('/hook', (req, res) => {\n  if (req.query.secret !== process.env.WEBHOOK_SECRET) return res.sendStatus(401);\n  db.collection('a').add(req.body);\n});".to_owned(), 2),
        (NEXT, by_url("req.headers.get('authorization')"), 0),
        (NEXT, by_url("req.headers.get('x-webhook-secret')"), 0),
        (NEXT, next(""), 0),
    ]);
}

#[test]
fn digests_by_hand() {
    let by_hand = |compare: &str, clock: &str| {
        format!(
            "export async function POST(req: Request) {{\n  const raw = await req.text();\n  const header = req.headers.get('stripe-signature')!;\n  const [t, v1] = header.split(',');\n{clock}\n  const expected = createHmac('sha256', process.env.WEBHOOK_SECRET!).update(`${{t}}.${{raw}}`).digest('hex');\n  if ({compare}) return new Response('no', {{ status: 400 }});\n  await prisma.a.create({{ data: {{}} }});\n  return new Response('ok');\n}}\n"
        )
    };
    let clock =
        "  if (Math.abs(Date.now() / 1000 - Number(t)) > 300) return new Response('no', { status: 400 });";
    let safe = "!timingSafeEqual(Buffer.from(expected), Buffer.from(v1))";
    holds("timing", |facts| &facts.timing_unsafe, &[
        (NEXT, by_hand("expected !== v1", clock), 7),
        (EXPRESS, "app.post('/hook', (req, res) => {\n  const digest = crypto.createHmac('sha256', secret).update(req.rawBody).digest('hex');\n  if (digest != req.headers['x-signature']) return res.sendStatus(401);\n  db.collection('a').add({});\n});".to_owned(), 3),
        (PYTHON, "@app.post('/hook')\ndef hook(request):\n    digest = hmac.new(SECRET, request.data, 'sha256').hexdigest()\n    if digest != request.headers['X-Signature']:\n        abort(401)\n    db.session.add(Order())\n".to_owned(), 4),
        (NEXT, by_hand(safe, clock), 0),
        (NEXT, by_hand(&format!("expected.length !== v1.length || {safe}"), clock), 0),
        (PYTHON, "@app.post('/hook')\ndef hook(request):\n    digest = hmac.new(SECRET, request.data, 'sha256').hexdigest()\n    if not hmac.compare_digest(digest, request.headers['X-Signature']):\n        abort(401)\n    db.session.add(Order())\n".to_owned(), 0),
    ]);
    holds(
        "tolerance",
        |facts| &facts.no_tolerance,
        &[
            (NEXT, by_hand(safe, ""), 6),
            (EXPRESS, by_hand(safe, ""), 6),
            (
                NEXT,
                next("").replace(
                    "process.env.STRIPE_WEBHOOK_SECRET!)",
                    "process.env.STRIPE_WEBHOOK_SECRET!, 999999999)",
                ),
                7,
            ),
            (NEXT, by_hand(safe, clock), 0),
            (NEXT, next(""), 0),
            (EXPRESS, express(""), 0),
        ],
    );
}

#[test]
fn a_result_that_nobody_looks_at() {
    let ignored = "export async function POST(req: Request) {\n  const raw = await req.text();\n  timingSafeEqual(digest(raw), Buffer.from(req.headers.get('x-signature')!));\n  await prisma.a.create({ data: JSON.parse(raw) });\n  return new Response('ok');\n}\n";
    let no_return = "app.post('/webhook', express.raw({ type: '*/*' }), async (req, res) => {\n  let event = JSON.parse(req.body);\n  try {\n    stripe.webhooks.constructEvent(req.body, req.headers['stripe-signature'], secret);\n  } catch (err) {\n    res.status(400).send('no');\n  }\n  await prisma.a.create({ data: event });\n  res.json({});\n});\n";
    let guarded = python("    await orders.insert_one({'a': 1})").replace("    try:\n", "    if not os.environ.get('STRIPE_WEBHOOK_SECRET'):\n        event = json.loads(raw)\n        await orders.insert_one(event)\n        return {'ok': True}\n    try:\n");
    holds(
        "fails open",
        |facts| &facts.fail_open,
        &[
            (NEXT, ignored.to_owned(), 3),
            (EXPRESS, no_return.to_owned(), 5),
            (PYTHON, guarded, 4),
            (
                NEXT,
                ignored
                    .replace("  timingSafeEqual", "  if (!timingSafeEqual")
                    .replace("!));", "!))) return new Response('no', { status: 401 });"),
                0,
            ),
            (EXPRESS, no_return.replace("    res.status", "    return res.status"), 0),
            (PYTHON, python("    await orders.insert_one({'a': 1})"), 0),
        ],
    );
}

#[test]
fn names_literals_and_markers() {
    holds("config", |facts| &facts.removed_config, &[
        ("functions/src/webhook.ts", "import * as functions from 'firebase-functions';\nconst secret = functions.config().stripe.secret;\n".to_owned(), 2),
        ("functions/src/webhook.ts", next(""), 0),
    ]);
    holds(
        "public",
        |facts| &facts.public_secrets,
        &[
            (DENO, "const key = Deno.env.get('VITE_STRIPE_SECRET_KEY');".to_owned(), 1),
            (NEXT, "const key = process.env.NEXT_PUBLIC_WEBHOOK_SECRET;".to_owned(), 1),
            (NEXT, "const key = process.env.NEXT_PUBLIC_STRIPE_PUBLISHABLE_KEY;".to_owned(), 0),
        ],
    );
    let conflict =
        next("").replace("  let event;", "<<<<<<< HEAD\n  let event;\n=======\n  let evt;\n>>>>>>> main");
    let found = read(NEXT, &conflict).broken;
    assert_eq!(found.iter().map(|spot| spot.line).collect::<Vec<_>>(), [5, 9]);
    assert!(read(NEXT, &next("")).broken.is_empty());
    assert!(
        read("app/api/webhook.tsx", "export default function h(req, res) { return <p>a & b</p> }")
            .broken
            .is_empty()
    );
}

#[test]
fn work_is_followed_into_other_files() {
    let load = |_: &str, module: &str| {
        (module == "./save").then(|| ("lib/save.ts".to_owned(), "export async function save(event) {\n  try {\n    await prisma.a.create({ data: {} });\n  } catch (e) {\n    console.error(e);\n  }\n}\n".to_owned()))
    };
    let source = format!("import {{ save }} from './save';\n{}", next("  await save(event);"));
    let facts = read_with(NEXT, &source, &load).unwrap();
    assert_eq!(facts.swallowed.len(), 1, "{facts:#?}");
    assert_eq!((facts.swallowed[0].file.as_deref(), facts.swallowed[0].line), (Some("lib/save.ts"), 4));
    assert!(facts.hands_over.is_empty());
    assert!(!read(NEXT, &source).hands_over.is_empty(), "without the file it is said to be elsewhere");
}

#[test]
fn frameworks_mount_their_handlers() {
    let count = |path: &str, text: &str| mount::handlers(&parse(path, text).unwrap()).len();
    for (path, text) in [
        ("a.ts", "export const POST = async (req) => {};"),
        ("a.ts", "export const POST = wrap(async (req) => {});"),
        ("a.ts", "export default async function handler(req, res) {}"),
        ("a.ts", "const handler = async (req, res) => {}; export default cors(handler);"),
        ("a.ts", "Deno.serve(async (req) => new Response());"),
        ("a.ts", "serve(handle); async function handle(req) {}"),
        ("a.ts", "export const hook = onRequest({ secrets: [] }, async (req, res) => {});"),
        ("a.ts", "export const hook = functions.https.onRequest(async (req, res) => {});"),
        ("a.ts", "export default { async fetch(request, env) { return new Response(); } };"),
        ("a.ts", "export const action = async ({ request }) => {};"),
        ("a.js", "exports.handler = async (event) => {};"),
        ("a.js", "module.exports = (req, res) => {};"),
        ("a.js", "app.post('/hook', express.raw(), (req, res) => {});"),
        ("a.ts", "class A { @Post('hook') async hook(@Req() req) {} }"),
        ("a.ts", "export default defineEventHandler(async (event) => {});"),
        ("a.py", "@app.route('/hook', methods=['POST'])\ndef hook():\n    pass\n"),
        ("a.py", "@router.post('/hook')\nasync def hook(request: Request):\n    pass\n"),
        ("a.py", "@csrf_exempt\ndef hook(request):\n    pass\n"),
        ("a.dart", "Future<Response> onRequest(RequestContext context) async { return Response(); }"),
    ] {
        assert_eq!(count(path, text), 1, "{path}: {text}");
    }
    assert_eq!(count("a.ts", "const map = new Map(); map.get('key'); env.get('/x');"), 0);
}

#[test]
fn dart_is_a_tree_like_the_others() {
    let tree = parse("bin/server.dart", "Future<Response> hook(Request request) async {\n  final body = await request.readAsString();\n  if (!verify(body)) { return Response.forbidden('no'); }\n  try { await db.save(body); } catch (e) { print(e); }\n  return Response.ok('ok');\n}\n").unwrap();
    let has = |wanted: fn(&Kind) -> bool| tree.ids().any(|id| wanted(tree.kind(id)));
    assert!(has(
        |kind| matches!(kind, Kind::Function(function) if function.name == "hook" && function.parameters.len() == 1)
    ));
    assert!(
        has(|kind| matches!(kind, Kind::If { .. }))
            && has(|kind| matches!(kind, Kind::Try { catches, .. } if catches.len() == 1))
    );
    assert!(has(|kind| matches!(kind, Kind::Await(_))) && has(|kind| matches!(kind, Kind::Not(_))));
    let calls: Vec<String> = tree
        .ids()
        .filter_map(|id| match tree.kind(id) {
            Kind::Call { callee, .. } => Some(tree.path(*callee)),
            _ => None,
        })
        .collect();
    assert!(
        calls.contains(&"request.readAsString".to_owned())
            && calls.contains(&"Response.forbidden".to_owned()),
        "{calls:?}"
    );
}

/// Deterministic noise: what is thrown at the parser is the same every time.
#[test]
fn no_bytes_make_it_panic_or_hang() {
    let seeds = [
        next("  await db.insert(1);"),
        express(""),
        python("    pass"),
        "Future<void> f() async { a?.b..c(); }".to_owned(),
    ];
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below.max(1) as u64) as usize
    };
    for round in 0..48 {
        let mut bytes = seeds[round % seeds.len()].clone().into_bytes();
        for _ in 0..=random(12) {
            let at = random(bytes.len());
            if bytes.is_empty() {
                break;
            }
            match random(4) {
                0 => bytes[at] = random(256) as u8,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b"{}()`'\"\\\n<>&"[random(12)]),
                _ => bytes.truncate(at + 1),
            }
        }
        let text = String::from_utf8_lossy(&bytes);
        for path in [NEXT, "a.tsx", PYTHON, "a.dart"] {
            read(path, &text);
            looks_like_webhook(path, &text);
        }
    }
    for open in ["(", "[", "{", "if (a) ", "f(", "`${", "<a>", "!", "a ? "] {
        read(NEXT, &open.repeat(4_000));
    }
    read(NEXT, &format!("const a = \"{}\";", "x".repeat(1_000_000)));
}

#[test]
fn handlers_are_found_by_what_they_show() {
    let found: [(&str, String); 14] = [
        ("functions/src/stripe.ts", "export const stripe = onRequest(async (req, res) => { const e = stripe.webhooks.constructEvent(req.rawBody, req.headers['stripe-signature'], key); res.json({}); });".to_owned()),
        ("functions/index.js", "exports.hello = onRequest((req, res) => res.send('hi'));\nexports.payments = onRequest((req, res) => { if (req.headers['stripe-signature']) { res.send('ok'); } });".to_owned()),
        ("api/payments.ts", "export default async function handler(req, res) { switch (req.body.type) { case 'checkout.session.completed': await db.add(1); } res.end(); }".to_owned()),
        ("main.py", "@app.post('/payments')\nasync def payments(request: Request):\n    event = stripe.Webhook.construct_event(await request.body(), request.headers['stripe-signature'], key)\n".to_owned()),
        ("app.py", "@app.route('/stripe', methods=['POST'])\ndef stripe_events():\n    if event['type'] == 'invoice.paid':\n        save()\n".to_owned()),
        ("shop/views.py", "@csrf_exempt\ndef notify(request):\n    sig = request.META['HTTP_STRIPE_SIGNATURE']\n    if event.type == 'payment_intent.succeeded':\n        pass\n".to_owned()),
        ("server.js", "app.post('/webhook', express.raw(), (req, res) => { res.send('ok'); });".to_owned()),
        ("src/index.ts", "app.post('/hooks/github', (c) => { const s = c.req.header('x-hub-signature-256'); return c.text('ok'); });".to_owned()),
        ("src/routes/pay/+server.ts", "export const POST = async ({ request }) => { const s = request.headers.get('stripe-signature'); return new Response('ok'); };".to_owned()),
        ("netlify/functions/pay.mjs", "export const handler = async (event) => { const s = event.headers['stripe-signature']; return { statusCode: 200 }; };".to_owned()),
        ("server/koa.js", "router.post('/payments', async (ctx) => { const s = ctx.get('stripe-signature'); ctx.status = 200; });".to_owned()),
        ("controllers/payment.js", "exports.stripeEvents = async function stripeEvents(req, res) { const s = req.headers['stripe-signature']; res.send('ok'); };".to_owned()),
        ("routes/webhooks/stripe.dart", "Future<Response> onRequest(RequestContext context) async {\n  final sig = context.request.headers['stripe-signature'];\n  return Response();\n}".to_owned()),
        ("bin/server.dart", "Future<Response> onRequest(RequestContext context) async {\n  final sig = context.request.headers['svix-signature'];\n  return Response();\n}".to_owned()),
    ];
    for (path, text) in found {
        assert!(looks_like_webhook(path, &text), "{path}: {text}");
    }
    let code = "export const POST = async (req) => { const s = req.headers.get('stripe-signature'); };";
    for path in [
        "tests/api/pay.ts",
        "examples/pay.ts",
        "node_modules/stripe/index.js",
        "src/__mocks__/pay.ts",
        "app/api/pay.test.ts",
        "public/app.min.js",
        "src/client.generated.ts",
        "docs/pay.md",
    ] {
        assert!(!looks_like_webhook(path, code), "{path}");
    }
    for (path, text) in [
        ("src/events.ts", "export const EVENTS = ['checkout.session.completed', 'invoice.paid'];"),
        ("src/send.ts", "await axios.post('/webhook', { type: 'invoice.paid' });"),
        (
            "src/verify.ts",
            "export function verify(raw, header) { return stripe.webhooks.constructEvent(raw, header['stripe-signature'], key); }",
        ),
        (
            "src/Settings.tsx",
            "export default function Settings() { return <p>checkout.session.completed</p>; }",
        ),
        ("tool.py", "def label(event):\n    return event == 'invoice.paid'\n"),
    ] {
        assert!(!looks_like_webhook(path, text), "{path}: {text}");
    }
}

#[test]
fn a_walk_that_ends_early_says_so() {
    let forks: String =
        (0..400).map(|at| format!("  if (flag{at}) {{ value{at} = await load{at}(); }}\n")).collect();
    let tangled = next(&forks.repeat(6));
    assert!(read(NEXT, &tangled).unfinished);
    assert!(!read(NEXT, &next("  await prisma.a.create({ data: {} });")).unfinished);
}

#[test]
fn what_real_handlers_taught() {
    let refused = next("  await prisma.a.create({ data: {} });")
        .replace(
            "export async function POST(req: Request) {",
            "export async function POST(req: Request) {\n  try {",
        )
        .replace(
            "  return new Response('ok');\n}",
            "  return new Response('ok');\n  } catch (e) { return new Response('x', { status: 500 }); }\n}",
        );
    assert!(read(NEXT, &refused).wrong_status.is_empty(), "{:?}", read(NEXT, &refused).wrong_status);
    let asked = "app.post('/webhook', async (req, res) => {\n  const { id } = req.body;\n  const paid = await verifyTransaction(id);\n  if (!paid) return res.sendStatus(400);\n  await db.collection('a').add({ id });\n  res.send('ok');\n});\nasync function verifyTransaction(id) { const r = await fetch('https://api.example.com/' + id); return r.ok; }\n";
    let facts = read(EXPRESS, asked);
    assert!(facts.fail_open.is_empty() && facts.delegated.len() == 1, "{facts:#?}");
    let pretends = "export async function handleWebhook(req, res) {\n  const signature = req.headers['stripe-signature'];\n  res.status(200).json({ ok: true });\n}\n";
    let facts = read("functions/index.ts", pretends);
    assert_eq!(facts.reads_body.iter().map(|spot| spot.line).collect::<Vec<_>>(), [2], "{facts:#?}");
    let open = "export const hook = onRequest({ cors: true }, async (req, res) => { res.send('ok'); });";
    assert_eq!(read("functions/src/hook.ts", open).cors.len(), 1);
    assert!(read("functions/src/hook.ts", &open.replace("true", "false")).cors.is_empty());
    let key = format!("const stripe = new Stripe('sk_{}_{}');", "test", "4eC39HqLyjWDarjtT1zdp7dc");
    assert_eq!(read("functions/src/hook.ts", &key).hard_coded.len(), 1);
    assert!(read("functions/src/hook.ts", "const k = 'sk_test_your_placeholder_key';").hard_coded.is_empty());
}
