//! Ways through handlers as people write them: verdicts in objects and loops, statuses set before the
//! answer, helpers that answer, outcomes with names, promises that are caught where they are made.

use gonogo::{
    engine::handler::{read, read_with},
    seen::{Handler, Spot},
};

const NEXT: &str = "app/api/webhooks/stripe/route.ts";
const FASTIFY: &str = "api/webhooks/razorpay.js";
const FLASK: &str = "app/api/stripe_webhook.py";
const PAGES: &str = "functions/api/stripe-webhook.js";

fn lines(spots: &[Spot]) -> Vec<u32> {
    spots.iter().map(|spot| spot.line).collect()
}

/// A verified handler of Next.js around some work.
fn next(work: &str) -> Handler {
    read(NEXT, &next_source(work))
}

fn next_source(work: &str) -> String {
    format!(
        "export async function POST(req: Request) {{\n  const raw = await req.text();\n  let event;\n  try {{\n    event = stripe.webhooks.constructEvent(raw, req.headers.get('stripe-signature')!, process.env.STRIPE_WEBHOOK_SECRET!);\n  }} catch (err) {{\n    return new Response('no', {{ status: 400 }});\n  }}\n{work}\n  return Response.json({{ received: true }});\n}}\n"
    )
}

#[test]
fn a_verdict_in_an_object() {
    let source = |condition: &str| {
        format!(
            "function verifyZoom(event) {{\n  const signature = event.headers['x-zm-signature'];\n  if (!process.env.ZOOM_WEBHOOK_SECRET_TOKEN) return {{ ok: false, error: 'no secret' }};\n  if (!signature) return {{ ok: false, error: 'no signature' }};\n  const expected = crypto.createHmac('sha256', process.env.ZOOM_WEBHOOK_SECRET_TOKEN).update(event.body).digest('hex');\n  if (!crypto.timingSafeEqual(Buffer.from(signature), Buffer.from(expected))) {{\n    return {{ ok: false, error: 'bad' }};\n  }}\n  return {{ ok: true }};\n}}\nexports.handler = async function (event) {{\n  const verified = verifyZoom(event);\n  {condition}\n  await pool.query('UPDATE bookings SET status = 1 WHERE id = ?', [JSON.parse(event.body).id]);\n  return {{ statusCode: 200, body: 'ok' }};\n}};\n"
        )
    };
    let good = read(
        "netlify/functions/zoom-webhook.js",
        &source("if (!verified.ok) return { statusCode: 401, body: verified.error };"),
    );
    assert!(good.fail_open.is_empty(), "{good:#?}");
    let ignored = read("netlify/functions/zoom-webhook.js", &source("console.log(verified.ok);"));
    assert!(!ignored.fail_open.is_empty(), "{ignored:#?}");
}

#[test]
fn one_key_of_several_fits() {
    let source = |refusal: &str| {
        format!(
            "import {{ decrypt }} from './keys';\nexport default async function handler(req, res) {{\n  const raw = await buffer(req);\n  const signature = req.headers['x-razorpay-signature'];\n  const configs = await db.config.findMany();\n  let mode = null;\n  for (const config of configs) {{\n    try {{\n      const secret = decrypt(config.encrypted_secret);\n      const expected = crypto.createHmac('sha256', secret).update(raw).digest('hex');\n      if (crypto.timingSafeEqual(Buffer.from(expected), Buffer.from(signature))) {{\n        mode = config.mode;\n        break;\n      }}\n    }} catch (err) {{\n      console.warn('next key');\n    }}\n  }}\n  {refusal}\n  await prisma.order.update({{ where: {{ id: 1 }}, data: {{ paid: true }} }});\n  res.status(200).end();\n}}\n"
        )
    };
    // The exception comes out of another file, whose names are not the handler's.
    let keys = "export function decrypt(text) {\n  for (const key of [1, 2]) {\n    try { return open(text, key); } catch (err) { console.warn(err); }\n  }\n  throw new Error('no key');\n}\n";
    let load = |_: &str, module: &str| {
        module.ends_with("keys").then(|| ("api/webhooks/keys.js".to_owned(), keys.to_owned()))
    };
    let walked = |source: &str| read_with(FASTIFY, source, &load).expect("a handler");
    let good = walked(&source("if (!mode) return res.status(400).end();"));
    assert!(good.fail_open.is_empty() && !good.verified.is_empty(), "{good:#?}");
    let open = walked(&source("if (!mode) console.warn('no key fits');"));
    assert!(!open.fail_open.is_empty(), "{open:#?}");
}

#[test]
fn one_signature_of_several_fits() {
    let source = |last: &str| {
        format!(
            "async function verify(secret, headers, body) {{\n  const expected = crypto.createHmac('sha256', secret).update(body).digest('base64');\n  const sent = headers.get('svix-signature').split(' ');\n  return sent.some((one) => {last});\n}}\nexport async function POST(req) {{\n  const body = await req.text();\n  if (!(await verify(process.env.WEBHOOK_SECRET, req.headers, body))) return new Response('no', {{ status: 400 }});\n  await prisma.mail.update({{ where: {{ id: 1 }}, data: {{}} }});\n  return new Response('ok');\n}}\n"
        )
    };
    for last in ["timingSafeEqualText(one, expected)", "secure_compare(one, expected)", "one === expected"] {
        let facts = read("app/api/webhooks/resend/route.js", &source(last));
        assert!(facts.fail_open.is_empty() && !facts.verified.is_empty(), "{last}: {facts:#?}");
    }
    let hollow = read("app/api/webhooks/resend/route.js", &source("one.length > 0"));
    assert!(!hollow.fail_open.is_empty(), "{hollow:#?}");
}

#[test]
fn a_status_that_is_set_before_the_answer() {
    let source = |status: u16| {
        format!(
            "fastify.post('/webhook', async (request, reply) => {{\n  const expected = crypto.createHmac('sha256', process.env.RAZORPAY_SECRET).update(request.rawBody).digest('hex');\n  if (!crypto.timingSafeEqual(Buffer.from(expected), Buffer.from(request.headers['x-razorpay-signature']))) {{\n    reply.code(400);\n    return {{ error: 'no' }};\n  }}\n  const {{ error }} = await supabase.from('subscriptions').upsert({{ id: 1 }});\n  if (error) {{\n    console.error(error.message);\n    reply.code({status});\n    return {{ error: 'failed' }};\n  }}\n  return {{ ok: true }};\n}});\n"
        )
    };
    assert!(read(FASTIFY, &source(500)).swallowed.is_empty());
    assert_eq!(lines(&read(FASTIFY, &source(200)).swallowed), [8]);
}

#[test]
fn a_helper_that_answers() {
    let source = |helper: &str, failed: &str, done: &str| {
        format!(
            "{helper}\nexport async function onRequestPost({{ request, env }}) {{\n  const raw = await request.text();\n  let event;\n  try {{\n    event = await stripe.webhooks.constructEventAsync(raw, request.headers.get('stripe-signature'), env.STRIPE_WEBHOOK_SECRET);\n  }} catch (err) {{\n    return {failed};\n  }}\n  try {{\n    await db.collection('orders').doc('a').set({{ paid: true }});\n  }} catch (err) {{\n    console.error(err.message);\n    return {done};\n  }}\n  return {done};\n}}\n"
        )
    };
    let first = "function json(status, body) { return new Response(JSON.stringify(body), { status }); }";
    let last = "function json(data, status = 200) { return new Response(JSON.stringify(data), { status: status }); }";
    let bad = read(PAGES, &source(first, "json(400, { error: 'no' })", "json(200, { ok: true })"));
    assert_eq!((lines(&bad.swallowed), bad.wrong_status.len()), (vec![12], 0), "{bad:#?}");
    let bad = read(PAGES, &source(last, "json({ error: 'no' }, 400)", "json({ ok: true })"));
    assert_eq!((lines(&bad.swallowed), bad.wrong_status.len()), (vec![12], 0), "{bad:#?}");
    let good = read(PAGES, &source(first, "json(400, { error: 'no' })", "json(503, { ok: false })"));
    assert!(good.swallowed.is_empty(), "{good:#?}");
    let wrong = read(PAGES, &source(first, "json(200, { error: 'no' })", "json(503, { ok: false })"));
    assert_eq!(lines(&wrong.wrong_status), [8], "{wrong:#?}");
}

#[test]
fn an_outcome_with_a_name() {
    let work = |refusal: &str| {
        format!(
            "  const {{ error }} = await supabase.from('orders').insert({{ id: 1 }});\n  const outcome = classify(error);\n  if (outcome === 'repeated') return Response.json({{ duplicate: true }});\n  {refusal}"
        )
    };
    let classify = "function classify(error) {\n  if (!error) return 'fine';\n  if (error.code === '23505') return 'repeated';\n  return 'broken';\n}\n";
    let with = |refusal: &str| read(NEXT, &format!("{}{classify}", next_source(&work(refusal))));
    let good = with("if (outcome === 'broken') return new Response('x', { status: 503 });");
    assert!(good.swallowed.is_empty(), "{good:#?}");
    assert!(!with("if (outcome === 'fine') console.log('stored');").swallowed.is_empty());
}

#[test]
fn promises_that_are_caught_where_they_are_made() {
    let work = "async function fulfil(event: any) {\n  await prisma.order.update({ where: { id: 1 }, data: {} });\n}\n";
    let with = |line: &str| read(NEXT, &format!("{}{work}", next_source(line)));
    assert_eq!(lines(&with("  fulfil(event).catch((err) => console.error(err));").unawaited), [9]);
    assert!(with("  await fulfil(event);").unawaited.is_empty());
    let silent = with("  await fulfil(event).catch(() => null);");
    assert_eq!(lines(&silent.swallowed), [9], "{silent:#?}");
    let thrown = with("  await fulfil(event).catch((err) => { throw err; });");
    assert!(thrown.swallowed.is_empty(), "{thrown:#?}");
}

#[test]
fn both_outcomes_of_a_write_that_nobody_looks_at() {
    let write = |then: &str| {
        next(&format!("  await supabase.from('orders').update({{ paid: true }}).eq('id', 1){then};"))
    };
    assert_eq!(lines(&write(".then(() => {}, () => {})").unchecked), [9]);
    assert_eq!(lines(&write("").unchecked), [9]);
    assert!(write(".then(({ error }) => { if (error) throw error; })").unchecked.is_empty());
    assert!(write(".throwOnError()").unchecked.is_empty());
}

#[test]
fn repeats_that_are_told_without_the_id_of_the_event() {
    let told = |work: &str| !next(work).event_id.is_empty();
    for work in [
        "  const { data: order } = await supabase.from('orders').update({ status: 'paid' }).eq('ref', event.data.object.id).neq('status', 'paid').select().maybeSingle();\n  if (order) await supabase.rpc('increment_credits', { id: order.id });",
        "  const session = event.data.object;\n  await db.runTransaction(async (tx) => {\n    const row = await tx.get(ref(session.customer));\n    if (row.get('lastSession') === session.id) return;\n    tx.update(row.ref, { credits: FieldValue.increment(5), lastSession: session.id });\n  });",
        "  const session = event.data.object;\n  const known = await db.select().from(purchases).where(eq(purchases.session, session.id)).limit(1);\n  if (known.length === 0) {\n    rows.push({ session: session.id });\n  }\n  await db.insert(purchases).values(rows);",
        "  const reward = await prisma.reward.findFirst({ where: { user: event.data.object.customer, status: 'PENDING' } });\n  if (!reward) return Response.json({ ok: true });\n  await prisma.org.update({ where: { id: reward.org }, data: { bonus: { increment: 1 } } });\n  await prisma.reward.update({ where: { id: reward.id }, data: { status: 'GRANTED' } });",
    ] {
        assert!(told(work), "{work}\n{:#?}", next(work));
    }
    for work in [
        "  await supabase.from('orders').update({ status: 'paid' }).eq('ref', event.data.object.id);\n  await supabase.rpc('increment_credits', { id: 1 });",
        "  const row = await prisma.user.findUnique({ where: { customer: event.data.object.customer } });\n  if (!row) return Response.json({ ok: true });\n  await prisma.user.update({ where: { id: row.id }, data: { credits: { increment: 5 } } });",
        "  const session = event.data.object;\n  await prisma.credit.create({ data: { user: session.client_reference_id, amount: 5 } });",
    ] {
        assert!(!told(work), "{work}\n{:#?}", next(work));
    }
}

#[test]
fn a_claim_with_a_state_that_nobody_reads() {
    let work = |look: &str| {
        format!(
            "  const ref = db.collection('events').doc(event.id);\n  const known = await ref.get();\n  if ({look}) return Response.json({{ duplicate: true }});\n  await ref.set({{ type: event.type, processed: false }});\n  await db.collection('users').doc('a').set({{ paid: true }});\n  await ref.update({{ processed: true }});"
        )
    };
    assert_eq!(lines(&next(&work("known.exists")).claimed_early), [12]);
    assert!(next(&work("known.exists && known.data().processed")).claimed_early.is_empty());
}

#[test]
fn a_record_that_was_there_is_no_failure() {
    let flask = |class: &str, answer: &str| {
        read(
            FLASK,
            &format!(
                "@bp.route('/stripe/webhook', methods=['POST'])\ndef stripe_webhook():\n    raw = request.get_data()\n    try:\n        event = stripe.Webhook.construct_event(raw, request.headers['Stripe-Signature'], os.environ['STRIPE_WEBHOOK_SECRET'])\n    except ValueError:\n        return 'no', 400\n    db.session.add(WebhookEvent(event_id=event['id']))\n    try:\n        db.session.commit()\n    except {class}:\n        db.session.rollback()\n        {answer}\n    return 'ok', 200\n"
            ),
        )
    };
    let known = flask("IntegrityError", "return 'known', 200");
    assert!(known.swallowed.is_empty() && !known.event_id.is_empty(), "{known:#?}");
}

#[test]
fn paypal_is_asked() {
    let source = |guard: &str| {
        format!(
            "exports.handler = async (event) => {{\n  const id = process.env.PAYPAL_WEBHOOK_ID;\n  {guard} {{\n    const answer = await fetch('https://api-m.paypal.com/v1/notifications/verify-webhook-signature', {{ method: 'POST', body: JSON.stringify({{ transmission_sig: event.headers['paypal-transmission-sig'], webhook_id: id, webhook_event: JSON.parse(event.body) }}) }});\n    const {{ verification_status }} = await answer.json();\n    if (verification_status !== 'SUCCESS') return {{ statusCode: 400, body: 'no' }};\n  }}\n  await db.collection('subscriptions').doc('a').set({{ active: true }});\n  return {{ statusCode: 200, body: 'ok' }};\n}};\n"
        )
    };
    let path = "netlify/functions/paypal-webhook.js";
    let good = read(path, &source(""));
    assert!(!good.verified.is_empty() && good.fail_open.is_empty(), "{good:#?}");
    let open = read(path, &source("if (id && process.env.PAYPAL_SECRET)"));
    assert_eq!(lines(&open.fail_open), [3], "{open:#?}");
}

#[test]
fn what_is_logged() {
    let logged = |work: &str| next(work).logged.iter().map(|spot| spot.what.clone()).collect::<Vec<_>>();
    assert_eq!(
        logged("  const session = event.data.object;\n  console.log('done', session);"),
        ["the whole object of the event"]
    );
    assert_eq!(
        logged("  console.log(req.headers.get('stripe-signature'));"),
        [] as [&str; 0],
        "a call in the line, not a name"
    );
    assert!(logged("  const session = event.data.object;\n  console.log(session.id);").is_empty());
    assert!(logged("  console.log(event.type, event.id);").is_empty());
}

#[test]
fn a_missing_secret_is_no_reason_to_acknowledge() {
    let source = |status: u16| {
        format!(
            "export async function POST(req) {{\n  const secret = process.env.RESEND_WEBHOOK_SECRET;\n  const raw = await req.text();\n  if (!secret) return new Response('no secret', {{ status: {status} }});\n  new Webhook(secret).verify(raw, Object.fromEntries(req.headers));\n  await prisma.mail.update({{ where: {{ id: 1 }}, data: {{}} }});\n  return new Response('ok');\n}}\n"
        )
    };
    assert_eq!(lines(&read("app/api/webhooks/resend/route.js", &source(200)).wrong_status), [4]);
    assert!(read("app/api/webhooks/resend/route.js", &source(500)).wrong_status.is_empty());
}

#[test]
fn work_that_reports_its_failure() {
    let work =
        |branch: &str| next(&format!("  const result = await fulfil(event);\n  if (!result.ok) {branch}"));
    assert_eq!(lines(&work("console.warn('failed', result.error);").swallowed), [10]);
    assert!(work("throw new Error(result.error);").swallowed.is_empty());
    assert!(work("return new Response('x', { status: 500 });").swallowed.is_empty());
}

#[test]
fn templates_do_not_tangle_a_handler() {
    let rows: String = (0..60)
        .map(|at| format!("<p>${{order.a{at} ? esc(order.a{at}) : esc(order.b{at} || '-')}}</p>"))
        .collect();
    let source = next_source(
        "  const order = event.data.object;\n  await resend.emails.send({ html: page(order) });\n  try {\n    await prisma.order.update({ where: { id: 1 }, data: {} });\n  } catch (err) {\n    console.error(err);\n  }",
    ) + &format!(
        "const esc = (text: string) => String(text).replace(/[<>]/g, (c) => (c === '<' ? '&lt;' : '&gt;'));\nfunction page(order: any) {{\n  return `{rows}`;\n}}\n"
    );
    let facts = read(NEXT, &source);
    assert!(!facts.unfinished, "{facts:#?}");
    assert_eq!(lines(&facts.swallowed), [13], "{facts:#?}");
}

#[test]
fn a_clock_among_the_parameters() {
    let source = |check: &str| {
        format!(
            "export function verifyPaddle(raw: string, header: string, secret: string, now: Date = new Date()): boolean {{\n  const parts = new Map(header.split(';').map((part) => part.split('=') as [string, string]));\n  const ts = parts.get('ts');\n  {check}\n  const digest = createHmac('sha256', secret).update(`${{ts}}:${{raw}}`).digest('hex');\n  return timingSafeEqual(Buffer.from(digest), Buffer.from(parts.get('h1')!));\n}}\nexport async function POST(req: Request) {{\n  const raw = await req.text();\n  if (!verifyPaddle(raw, req.headers.get('paddle-signature')!, process.env.PADDLE_WEBHOOK_SECRET!)) return new Response('no', {{ status: 401 }});\n  await prisma.order.update({{ where: {{ id: 1 }}, data: {{}} }});\n  return new Response('ok');\n}}\n"
        )
    };
    let path = "app/api/webhooks/paddle/route.ts";
    let fresh = read(path, &source("if (Math.abs(now.getTime() / 1000 - Number(ts)) > 300) return false;"));
    assert!(fresh.no_tolerance.is_empty(), "{fresh:#?}");
    assert_eq!(lines(&read(path, &source("if (!ts) return false;")).no_tolerance), [5]);
    // Another time that is compared with the clock says nothing of the signature's.
    let renewal = source("if (!ts) return false;")
        .replace("data: {}", "data: { over: Date.now() > Date.parse(JSON.parse(raw).data.ends_at) }");
    assert_eq!(lines(&read(path, &renewal).no_tolerance), [5]);
}

#[test]
fn browsers_let_in_by_a_package() {
    let source = |cors: &str| {
        format!(
            "import {{ buffer }} from 'micro';\nimport Cors from 'micro-cors';\nconst cors = {cors};\nexport const config = {{ api: {{ bodyParser: false }} }};\nconst handler = async (req, res) => {{\n  const event = stripe.webhooks.constructEvent(await buffer(req), req.headers['stripe-signature'], process.env.STRIPE_WEBHOOK_SECRET);\n  await prisma.order.update({{ where: {{ id: event.id }}, data: {{}} }});\n  res.json({{}});\n}};\nexport default cors(handler);\n"
        )
    };
    let path = "pages/api/webhooks/index.js";
    assert_eq!(lines(&read(path, &source("Cors({ allowMethods: ['POST'] })")).cors), [3]);
    assert_eq!(lines(&read(path, &source("Cors({ origin: '*' })")).cors), [3]);
    let named = source("Cors({ allowMethods: ['POST'], origin: 'https://portal.example' })");
    assert!(read(path, &named).cors.is_empty());
}
