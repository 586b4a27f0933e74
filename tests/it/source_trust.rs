//! What is verified, by whom and with what: digests compared by hand, keys that sign nothing, events that
//! are forwarded, and work that is done by services and views of classes.

use gonogo::{
    engine::handler::{read, read_with},
    seen::{Handler, Spot},
};

const DENO: &str = "supabase/functions/pay-webhook/index.ts";
const NEXT: &str = "app/api/webhooks/stripe/route.ts";
const DJANGO: &str = "shop/webhooks.py";

fn lines(spots: &[Spot]) -> Vec<u32> {
    spots.iter().map(|spot| spot.line).collect()
}

/// Reads a handler beside one other file of its repository.
fn beside(path: &str, source: &str, other: (&str, &str)) -> Handler {
    let load = |_: &str, module: &str| {
        let name = other.0.rsplit('/').next()?.split('.').next()?;
        module.contains(name).then(|| (other.0.to_owned(), other.1.to_owned()))
    };
    read_with(path, source, &load).expect("a handler")
}

/// Verified on lines 4 to 8; what follows begins on line 9.
fn next(work: &str) -> String {
    format!(
        "export async function POST(req: Request) {{\n  const raw = await req.text();\n  let event;\n  try {{\n    event = stripe.webhooks.constructEvent(raw, req.headers.get('stripe-signature')!, process.env.STRIPE_WEBHOOK_SECRET!);\n  }} catch (err) {{\n    return new Response('no', {{ status: 400 }});\n  }}\n{work}\n  return Response.json({{ received: true }});\n}}\n"
    )
}

#[test]
fn digests_that_are_compared_by_hand() {
    let ecma = |end: &str, guard: &str| {
        format!(
            "async function matches(raw, sent, secret) {{\n  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(secret), {{ name: 'HMAC', hash: 'SHA-256' }}, false, ['sign']);\n  const mac = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(raw));\n  const wanted = Array.from(new Uint8Array(mac)).map((b) => b.toString(16).padStart(2, '0')).join('');\n  if (wanted.length !== sent.length) return false;\n  let differs = 0;\n  for (let i = 0; i < wanted.length; i++) differs |= wanted.charCodeAt(i) ^ sent.charCodeAt(i);\n  {end}\n}}\nDeno.serve(async (req) => {{\n  const raw = await req.text();\n  const ok = await matches(raw, req.headers.get('x-signature') ?? '', Deno.env.get('HOOK_SECRET')!);\n  {guard}\n  await db.from('orders').update({{ paid: true }}).eq('id', JSON.parse(raw).id);\n  return new Response('ok');\n}});\n"
        )
    };
    let refuses = "if (!ok) return new Response('no', { status: 401 });";
    for end in
        ["return differs === 0;", "return 0 === differs;", "if (differs !== 0) return false;\n  return true;"]
    {
        let good = read(DENO, &ecma(end, refuses));
        assert!(good.fail_open.is_empty() && good.timing_unsafe.is_empty(), "{end}: {good:#?}");
        let open = read(DENO, &ecma(end, "if (!ok) console.warn('bad signature');"));
        assert!(!open.fail_open.is_empty(), "{end}: {open:#?}");
    }
    let python = |guard: &str| {
        format!(
            "def same(one, other):\n    differs = 0\n    for a, b in zip(one, other):\n        differs |= a ^ b\n    return differs == 0\n\n@app.post('/webhook')\nasync def webhook(request: Request):\n    raw = await request.body()\n    wanted = hmac.new(os.environ['HOOK_SECRET'].encode(), raw, hashlib.sha256).digest()\n    {guard}\n    await orders.insert_one(json.loads(raw))\n    return {{'ok': True}}\n"
        )
    };
    let sent = "bytes.fromhex(request.headers['x-signature'])";
    let good = read(
        "api/webhook.py",
        &python(&format!("if not same(wanted, {sent}):\n        raise HTTPException(status_code=401)")),
    );
    assert!(good.fail_open.is_empty(), "{good:#?}");
    let open = read(
        "api/webhook.py",
        &python(&format!("if not same(wanted, {sent}):\n        print('bad signature')")),
    );
    assert!(!open.fail_open.is_empty(), "{open:#?}");
}

#[test]
fn keys_to_an_api_sign_nothing_where_another_secret_does() {
    let handler = |guard: &str| {
        format!(
            "const SIGNING = Deno.env.get('STRIPE_WEBHOOK_SECRET');\nconst KEY = Deno.env.get('STRIPE_SECRET_KEY');\nDeno.serve(async (req) => {{\n  const raw = await req.text();\n  const event = JSON.parse(raw);\n  {guard}\n  if (event.test && KEY) {{\n    await fetch('https://api.stripe.com/v1/refunds', {{ headers: {{ authorization: `Bearer ${{KEY}}` }} }});\n  }}\n  await db.from('orders').update({{ paid: true }}).eq('id', event.data.object.id);\n  return new Response('ok');\n}});\n"
        )
    };
    let verify =
        "await stripe.webhooks.constructEventAsync(raw, req.headers.get('stripe-signature'), SIGNING);";
    let good = read(DENO, &handler(verify));
    assert!(good.fail_open.is_empty(), "{good:#?}");
    let open = read(DENO, &handler(&format!("if (SIGNING) {verify}")));
    assert_eq!(lines(&open.fail_open), [6], "{open:#?}");
    // Some providers sign with the key to their API.
    let paystack = "export default async function handler(req, res) {\n  const key = process.env.PAYSTACK_SECRET_KEY;\n  const raw = await buffer(req);\n  if (key) {\n    const wanted = crypto.createHmac('sha512', key).update(raw).digest('hex');\n    if (!crypto.timingSafeEqual(Buffer.from(wanted), Buffer.from(req.headers['x-paystack-signature']))) return res.status(401).end();\n  }\n  await prisma.order.update({ where: { id: 1 }, data: { paid: true } });\n  res.status(200).end();\n}\n";
    assert_eq!(lines(&read("pages/api/paystack-webhook.js", paystack).fail_open), [4]);
}

#[test]
fn events_that_are_forwarded_whole() {
    let handler = |headers: &str, body: &str| {
        format!(
            "export async function POST(req: Request) {{\n  const raw = await req.text();\n  const signature = req.headers.get('stripe-signature');\n  if (!signature) return new Response('no', {{ status: 400 }});\n  const answer = await fetch('https://functions.example.com/stripe', {{ method: 'POST', headers: {headers}, body: {body} }});\n  if (!answer.ok) return new Response('failed', {{ status: 500 }});\n  return new Response('ok');\n}}\n"
        )
    };
    let good = read(NEXT, &handler("{ 'stripe-signature': signature }", "raw"));
    assert!(!good.delegated.is_empty() && good.unverified.is_empty(), "{good:#?}");
    for (headers, body) in [("{}", "raw"), ("{ 'stripe-signature': signature }", "'{}'")] {
        assert!(read(NEXT, &handler(headers, body)).delegated.is_empty(), "{headers} {body}");
    }
}

#[test]
fn a_later_exception_has_reasons_of_its_own() {
    let work = |after: &str| {
        next(&format!(
            "  try {{\n    await prisma.order.update({{ where: {{ id: 1 }}, data: {{}} }});\n  }} catch (err) {{\n    console.error(err);\n  }}\n  try {{\n    {after}\n  }} catch (err) {{\n    console.error(err);\n  }}"
        ))
    };
    let mail = "const sent = await fetch('https://mail.example.com');\n    if (!sent.ok) throw new Error(await sent.text());";
    assert_eq!(lines(&read(NEXT, &work(mail)).swallowed), [11]);
    // What is thrown on is caught by the second.
    let source = next(
        "  try {\n    try {\n      await prisma.order.update({ where: { id: 1 }, data: {} });\n    } catch (err) {\n      throw new Error('order', { cause: err });\n    }\n  } catch (err) {\n    console.error(err);\n  }",
    );
    assert_eq!(lines(&read(NEXT, &source).swallowed), [15]);
    let returned = next(
        "  try {\n    const { error } = await supabase.from('orders').insert({ id: 1 });\n    if (!error) return Response.json({ ok: true });\n    throw error;\n  } catch (err) {\n    console.error(err);\n  }",
    );
    assert_eq!(lines(&read(NEXT, &returned).swallowed), [13]);
    let thrown = next(
        "  const { error } = await supabase.from('orders').insert({ id: 1 });\n  if (error) throw new Error('insert failed');",
    );
    assert!(read(NEXT, &thrown).swallowed.is_empty());
}

#[test]
fn an_answer_that_is_read_only_to_be_logged() {
    let work = |then: &str| {
        next(&format!(
            "  const answer = await applyPayment(event);\n  if (!answer.ok) {{\n    {then}\n  }}\n  await prisma.order.update({{ where: {{ id: 1 }}, data: {{}} }});"
        ))
    };
    let logged = read(
        NEXT,
        &work("const text = await answer.text();\n    console.error('failed', text.slice(0, 200));"),
    );
    assert_eq!(lines(&logged.swallowed), [10], "{logged:#?}");
    let thrown = read(NEXT, &work("throw new Error(await answer.text());"));
    assert!(thrown.swallowed.is_empty(), "{thrown:#?}");
}

const VIEW: &str = "class PaymentWebhook(APIView):\n    permission_classes = [AllowAny]\n\n    def post(self, request):\n        raw = request.body\n        if not self._verify(request, raw):\n            return Response({'error': 'no'}, status=401)\n        try:\n            Order.objects.create(paid=True)\n        except Exception as e:\n            return Response({'error': str(e)}, status=500)\n        return Response({'ok': True})\n\n    def _verify(self, request, raw):\n        {GUARD}\n        wanted = hmac.new(settings.HOOK_SECRET.encode(), raw, hashlib.sha256).hexdigest()\n        return hmac.compare_digest(wanted, request.headers['X-Signature'])\n";

#[test]
fn views_of_classes() {
    let with = |guard: &str| read(DJANGO, &VIEW.replace("{GUARD}", guard));
    let good = with("pass");
    assert!(!good.verified.is_empty() && good.fail_open.is_empty(), "{good:#?}");
    assert_eq!(lines(&good.leaked), [11], "{good:#?}");
    let open = with("if not settings.HOOK_SECRET:\n            return True");
    assert_eq!(lines(&open.fail_open), [15], "{open:#?}");
    let unsigned = with("pass").clone();
    assert!(unsigned.unverified.is_empty());
    let bare = "class Hook(View):\n    def post(self, request):\n        Order.objects.create(paid=json.loads(request.body)['paid'])\n        return HttpResponse('ok')\n";
    assert!(!read(DJANGO, bare).unverified.is_empty());
}

#[test]
fn services_of_other_files() {
    let service = (
        "src/billing.ts",
        "export class Billing {\n  async settle(event: any) {\n    try {\n      await prisma.order.update({ where: { id: 1 }, data: {} });\n    } catch (err) {\n      console.error(err);\n    }\n  }\n}\nexport const billing = new Billing();\n",
    );
    for (imports, call) in [
        ("import { billing } from '@/billing';", "await billing.settle(event);"),
        ("import { Billing } from '@/billing';\nconst made = new Billing();", "await made.settle(event);"),
        ("import { Billing } from '@/billing';", "await new Billing().settle(event);"),
        ("import { Billing } from '@/billing';\nfunction f(x: Billing) {}", "await x.settle(event);"),
        ("import * as all from '@/billing';", "await all.settle(event);"),
    ] {
        let facts = beside(NEXT, &format!("{imports}\n{}", next(&format!("  {call}"))), service);
        let spot = facts.swallowed.first().unwrap_or_else(|| panic!("{imports} {call}\n{facts:#?}"));
        assert_eq!((spot.file.as_deref(), spot.line), (Some("src/billing.ts"), 5));
    }
    let nest = "import { Billing } from './billing';\n@Controller('webhooks')\nexport class Hooks {\n  constructor(private readonly billing: Billing) {}\n  @Post('stripe')\n  async take(@Req() req: any) {\n    const event = stripe.webhooks.constructEvent(req.rawBody, req.headers['stripe-signature'], process.env.STRIPE_WEBHOOK_SECRET);\n    await this.billing.settle(event);\n    return { ok: true };\n  }\n}\n";
    assert_eq!(lines(&beside("src/hooks.controller.ts", nest, service).swallowed), [5]);
    let python = "from app.billing import Billing\nservice = Billing()\n\n@app.post('/webhook')\nasync def webhook(request: Request):\n    event = stripe.Webhook.construct_event(await request.body(), request.headers['stripe-signature'], SECRET)\n    service.settle(event)\n    return {'ok': True}\n";
    let billing = (
        "app/billing.py",
        "class Billing:\n    def settle(self, event):\n        try:\n            orders.insert_one({'a': 1})\n        except Exception:\n            print('failed')\n",
    );
    assert_eq!(lines(&beside("app/hook.py", python, billing).swallowed), [5]);
}

#[test]
fn modules_that_pass_on_what_others_offer() {
    let work = "export async function settle(event: any) {\n  await supabase.from('orders').update({ paid: true }).eq('id', 1);\n}\n";
    let load = |_: &str, module: &str| match module {
        "@/billing" => Some((
            "src/billing/index.ts".to_owned(),
            "export { settle as finish } from './settle';\nexport * from './other';\n".to_owned(),
        )),
        "./settle" => Some(("src/billing/settle.ts".to_owned(), work.to_owned())),
        "./other" => Some(("src/billing/other.ts".to_owned(), work.replace("settle", "reverse"))),
        _ => None,
    };
    for name in ["finish", "reverse"] {
        let source =
            format!("import {{ {name} }} from '@/billing';\n{}", next(&format!("  await {name}(event);")));
        let facts = read_with(NEXT, &source, &load).expect("a handler");
        assert_eq!(lines(&facts.unchecked), [2], "{name}: {facts:#?}");
    }
}

#[test]
fn webhooks_of_customers_are_no_events() {
    let source = |table: &str| {
        format!(
            "export async function POST(req: Request) {{\n  const body = await req.json();\n  await supabase.from('{table}').insert({{ url: body.url }});\n  return Response.json({{ ok: true }});\n}}\n"
        )
    };
    assert!(read("app/api/webhooks/route.ts", &source("webhooks")).unverified.is_empty());
    assert!(!read("app/api/webhooks/route.ts", &source("webhook_events")).unverified.is_empty());
}

#[test]
fn a_secret_that_is_asked_for_elsewhere() {
    let source = |guard: &str| {
        format!(
            "export async function POST(req: Request) {{\n  const raw = await req.text();\n  const event = JSON.parse(raw);\n  const row = await prisma.hook.findUnique({{ where: {{ id: event.id }} }});\n  {guard}\n  await prisma.order.update({{ where: {{ id: 1 }}, data: {{ paid: true }} }});\n  stripe.webhooks.constructEvent(raw, req.headers.get('stripe-signature')!, process.env.STRIPE_WEBHOOK_SECRET!);\n  return Response.json({{ ok: true }});\n}}\n"
        )
    };
    let asked = read(NEXT, &source("const shown = row.webhook?.secret ? 'set' : 'none';"));
    assert!(asked.fail_open.is_empty(), "{asked:#?}");
    let around = "const secret = process.env.STRIPE_WEBHOOK_SECRET;\n  if (secret) stripe.webhooks.constructEvent(raw, req.headers.get('stripe-signature')!, secret);";
    let last = "  stripe.webhooks.constructEvent(raw, req.headers.get('stripe-signature')!, process.env.STRIPE_WEBHOOK_SECRET!);\n";
    assert_eq!(lines(&read(NEXT, &source(around).replace(last, "")).fail_open), [6]);
}

#[test]
fn entries_of_logs_and_mails_weigh_less_than_work() {
    let what = |work: &str| {
        let facts = read(NEXT, &next(work));
        facts.swallowed.into_iter().chain(facts.unchecked).map(|spot| spot.what).collect::<Vec<_>>()
    };
    let said = |work: &str, words: &str| {
        let found = what(work);
        assert!(
            found.iter().any(|what| what.contains(words)) || found.is_empty() && words.is_empty(),
            "{work}: {found:?}"
        );
    };
    for table in ["audit_log", "activity_logs", "webhook_logs", "analytics_events"] {
        said(&format!("  await supabase.from('{table}').insert({{ a: 1 }});"), "an entry of a log");
    }
    for table in ["orders", "blog_posts", "catalog", "credit_logs", "login_grants"] {
        said(&format!("  await supabase.from('{table}').insert({{ a: 1 }});"), "the write");
    }
    said(
        "  await prisma.auditLog.create({ data: {} }).catch((err) => console.error(err));",
        "entry of a log",
    );
    said("  await sendEmail('a@example.com').catch((err) => console.error(err));", "");
    said("  await prisma.order.create({ data: {} }).catch((err) => console.error(err));", "a failed write");
}

#[test]
fn defaults_of_settings_in_another_file() {
    let source = "from app.core.config import settings\n\n@app.post('/webhook')\nasync def webhook(request: Request):\n    raw = await request.body()\n    try:\n        event = stripe.Webhook.construct_event(raw, request.headers['stripe-signature'], settings.WEBHOOK_SECRET)\n    except ValueError:\n        raise HTTPException(status_code=400)\n    await orders.insert_one({'a': 1})\n    return {'ok': True}\n";
    let with = |line: &str| {
        let config = format!(
            "class Settings(BaseSettings):\n    DEBUG: bool = False\n    {line}\n\nsettings = Settings()\n"
        );
        lines(&beside("app/hook.py", source, ("app/core/config.py", &config)).fail_open)
    };
    for open in [
        "WEBHOOK_SECRET: str = ''",
        "WEBHOOK_SECRET = os.getenv('WEBHOOK_SECRET', '')",
        "WEBHOOK_SECRET: str = Field(default='')",
    ] {
        assert_eq!(with(open), [7], "{open}");
    }
    for good in
        ["WEBHOOK_SECRET: str", "WEBHOOK_SECRET = os.environ['WEBHOOK_SECRET']", "OTHER_SECRET: str = ''"]
    {
        assert_eq!(with(good), [0; 0], "{good}");
    }
}

#[test]
fn origins_that_another_file_lets_in() {
    let source = "import { corsHeaders } from '../_shared/cors.ts';\nDeno.serve(async (req) => {\n  if (req.method === 'OPTIONS') return new Response(null, { headers: corsHeaders });\n  const event = await stripe.webhooks.constructEventAsync(await req.text(), req.headers.get('stripe-signature'), secret);\n  return new Response('ok');\n});\n";
    let with = |origin: &str| {
        let cors = format!("export const corsHeaders = {{ 'Access-Control-Allow-Origin': {origin} }};\n");
        lines(&beside(DENO, source, ("supabase/functions/_shared/cors.ts", &cors)).cors)
    };
    assert_eq!(with("'*'"), [3]);
    assert_eq!(with("'https://shop.example.com'"), [0; 0]);
}

#[test]
fn requests_that_change_something_elsewhere() {
    let found = |work: &str| read(NEXT, &next(work));
    let post = "await fetch('https://crm.example.com/deals', { method: 'POST', body: '{}' })";
    let caught = found(&format!("  try {{\n    {post};\n  }} catch (err) {{\n    console.error(err);\n  }}"));
    assert_eq!(lines(&caught.swallowed), [11], "{caught:#?}");
    let asked = |then: &str| lines(&found(&format!("  const answer = {post};\n{then}")).swallowed);
    assert_eq!(asked("  if (!answer.ok) console.error(answer.status);"), [10]);
    assert_eq!(asked("  if (answer.ok) console.log('done');\n  else console.error(answer.status);"), [10]);
    assert_eq!(asked("  if (!answer.ok) throw new Error('crm');"), [0; 0]);
    for quiet in
        ["https://hooks.slack.com/x", "https://api.resend.com/emails", "https://api.example.com/oauth2/token"]
    {
        let work = format!(
            "  try {{\n    await fetch('{quiet}', {{ method: 'POST' }});\n  }} catch (err) {{\n    console.error(err);\n  }}"
        );
        assert!(found(&work).swallowed.is_empty(), "{quiet}");
    }
    // What nobody waits for is not thrown here, and leaves the record of the event as it is.
    let queue = "  const { error } = await supabase.from('raw_events').insert({ id: event.id });\n  if (error) throw error;\n  fetch('https://functions.example.com/work', { method: 'POST' }).catch((err) => console.warn(err));";
    let queued = found(queue);
    assert!(queued.claimed_early.is_empty() && queued.swallowed.is_empty(), "{queued:#?}");
}

#[test]
fn a_provider_that_is_asked_for_what_was_named() {
    let source = |ask: &str| {
        format!(
            "Deno.serve(async (req) => {{\n  const body = await req.json();\n  {ask}\n  const payment = await answer.json();\n  await db.from('orders').update({{ status: payment.status }}).eq('id', payment.external_reference);\n  return new Response('ok');\n}});\n"
        )
    };
    let asks = "const answer = await fetch(`https://api.pay.example/v1/payments/${body.data.id}`, { headers: { Authorization: `Bearer ${Deno.env.get('PAY_TOKEN')}` } });";
    let good = read(DENO, &source(asks));
    assert!(!good.delegated.is_empty() && good.fail_open.is_empty() && good.early.is_empty(), "{good:#?}");
    let own = "const answer = await fetch('https://api.pay.example/v1/rates', { headers: { Authorization: 'Bearer x' } });";
    assert!(read(DENO, &source(own)).delegated.is_empty());
}

#[test]
fn a_case_of_a_known_text() {
    let source = |provider: &str| {
        format!(
            "function verifyHook(kind, req, raw) {{\n  switch (kind) {{\n    case 'sms':\n      return safeEqual(req.query.token, process.env.SMS_SECRET);\n    case 'mail':\n      return safeEqual(crypto.createHmac('sha256', process.env.MAIL_SECRET).update(raw).digest('hex'), req.headers['x-signature']);\n    default:\n      return false;\n  }}\n}}\nexport default async function handler(req, res) {{\n  const raw = await buffer(req);\n  if (!verifyHook('{provider}', req, raw)) return res.status(401).end();\n  await prisma.mail.update({{ where: {{ id: 1 }}, data: {{}} }});\n  res.status(200).end();\n}}\n"
        )
    };
    let path = "pages/api/webhooks/mail.js";
    assert!(read(path, &source("mail")).query_secret.is_empty());
    assert_eq!(lines(&read(path, &source("sms")).query_secret), [4]);
}

#[test]
fn errors_that_are_not_a_repeat() {
    let work = |then: &str| {
        next(&format!(
            "  const {{ error }} = await supabase.from('sessions').insert({{ id: event.data.object.id }});\n  if (error && error.code !== '23505') {then}\n  await supabase.from('orders').update({{ paid: true }}).eq('id', 1).throwOnError();"
        ))
    };
    assert!(read(NEXT, &work("throw error;")).swallowed.is_empty());
    assert_eq!(lines(&read(NEXT, &work("console.error(error);")).swallowed), [10]);
}

#[test]
fn tools_beside_webhooks_take_no_events() {
    let source = "export default async function handler(req, res) {\n  await prisma.check.create({ data: { body: req.body } });\n  res.status(200).end();\n}\n";
    for (path, takes) in
        [("pages/api/orders-webhook.js", true), ("pages/api/cron/webhook-health-check.js", false)]
    {
        assert_eq!(gonogo::engine::handler::looks_like_webhook(path, source), takes, "{path}");
    }
}
