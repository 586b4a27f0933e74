//! Sources that start payments, mark them as made, or hold an administrator's key.

use gonogo::engine::handler::{
    backend::{looks_like_backend, read},
    read as read_handler,
};

const NEXT: &str = "app/api/checkout/route.ts";
const FIREBASE: &str = "functions/src/index.ts";
const FASTAPI: &str = "api/payments.py";
const DENO: &str = "supabase/functions/update-profile/index.ts";

/// Lines at which the caller names the price.
fn priced(path: &str, code: &str) -> Vec<u32> {
    read(path, code).unwrap().priced.iter().map(|spot| spot.line).collect()
}

fn post(body: &str) -> String {
    format!("export async function POST(req: Request) {{\n{body}\n}}\n")
}

#[test]
fn prices_that_the_caller_names() {
    let cases = [
        (NEXT, post("  const { amount } = await req.json();\n  return stripe.paymentIntents.create({ amount, currency: \"eur\" });"), vec![3]),
        (NEXT, post("  const body = await req.json();\n  return stripe.paymentIntents.create({ amount: Math.round(body.amount * 100), currency: \"eur\" });"), vec![3]),
        (NEXT, post("  const { items } = await req.json();\n  const line_items = items.map((item) => ({\n    price_data: { currency: \"eur\", unit_amount: item.price * 100 }, quantity: item.quantity }));\n  return stripe.checkout.sessions.create({ line_items, mode: \"payment\" });"), vec![4]),
        (NEXT, post("  const { lineItems } = await req.json();\n  return stripe.checkout.sessions.create({ line_items: lineItems });"), vec![3]),
        (NEXT, post("  const url = new URL(req.url);\n  const price = Number(url.searchParams.get(\"price\"));\n  return create(price);\n}\nfunction create(price: number) {\n  return stripe.paymentIntents.create({ amount: price, currency: \"eur\" });"), vec![7]),
        (FIREBASE, "exports.pay = functions.https.onCall(async (data) => {\n  return stripe.checkout.sessions.create({ line_items: [{ price_data: {\n    unit_amount: data.amount * 100 }, quantity: 1 }] });\n});\n".to_owned(), vec![3]),
        (FIREBASE, "exports.pay = onCall(async (request) => {\n  return stripe.paymentIntents.create({ amount: request.data.total, currency: 'eur' });\n});\n".to_owned(), vec![2]),
        ("server/index.js", "app.post('/pay', async (req, res) => {\n  const { total } = req.body;\n  const intent = await stripe.paymentIntents.create({ amount: total, currency: 'eur' });\n  res.json(intent);\n});\n".to_owned(), vec![3]),
        ("app/actions.ts", "\"use server\";\nexport async function pay(amount: number) {\n  return stripe.paymentIntents.create({ amount, currency: \"eur\" });\n}\n".to_owned(), vec![3]),
        (FASTAPI, "@app.post('/pay')\ndef pay(order: Order):\n    return stripe.PaymentIntent.create(amount=int(order.amount * 100), currency='eur')\n".to_owned(), vec![3]),
        ("web/views.py", "@app.route('/pay', methods=['POST'])\ndef pay():\n    return stripe.PaymentIntent.create(amount=price(), currency='eur')\n".to_owned(), vec![]),
        ("api/order.js", "module.exports = async (req, res) => {\n  const order = await razorpay.orders.create({ amount: req.body.amount, currency: 'INR' });\n};\n".to_owned(), vec![2]),
    ];
    for (path, code, lines) in cases {
        assert_eq!(priced(path, &code), lines, "{path}: {code}\n{:#?}", read(path, &code));
    }
}

#[test]
fn prices_that_the_server_knows() {
    let cases = [
        (NEXT, post("  const { plan } = await req.json();\n  return stripe.checkout.sessions.create({ line_items: [{ price: PRICES[plan], quantity: 1 }] });")),
        (NEXT, format!("const PRICES = {{ a: 500, b: 900 }};\n{}", post("  const { plan } = await req.json();\n  return stripe.paymentIntents.create({ amount: PRICES[plan], currency: \"eur\" });"))),
        (NEXT, post("  const { id, quantity } = await req.json();\n  const product = await prisma.product.findUnique({ where: { id } });\n  return stripe.paymentIntents.create({ amount: product.price * quantity, currency: \"eur\" });")),
        (NEXT, post("  const { quantity } = await req.json();\n  return stripe.paymentIntents.create({ amount: quantity * 1500, currency: \"eur\" });")),
        (NEXT, post("  const { amount, plan } = await req.json();\n  const wanted = await priceOf(plan);\n  if (amount !== wanted) return new Response(\"no\", { status: 400 });\n  return stripe.paymentIntents.create({ amount, currency: \"eur\" });")),
        (NEXT, format!("{}function total(items) {{\n  return 1400;\n}}\n", post("  const { items } = await req.json();\n  return stripe.paymentIntents.create({ amount: total(items), currency: \"eur\" });"))),
        (FASTAPI, "@app.post('/pay')\ndef pay(order: Order, db: Session):\n    row = db.get(Product, order.product)\n    return stripe.PaymentIntent.create(amount=row.price, currency='eur')\n".to_owned()),
        (FIREBASE, "exports.pay = onCall(async (request) => {\n  const item = (await db.collection('items').doc(request.data.id).get()).data();\n  return stripe.paymentIntents.create({ amount: item.price, currency: 'eur' });\n});\n".to_owned()),
    ];
    for (path, code) in cases {
        assert!(priced(path, &code).is_empty(), "{path}: {code}\n{:#?}", read(path, &code));
        assert!(!read(path, &code).unwrap().payments.is_empty(), "{code}");
    }
}

#[test]
fn donors_choose_and_other_files_are_not_guessed() {
    let donation = post(
        "  const { amount } = await req.json();\n  return stripe.paymentIntents.create({ amount, currency: \"eur\", description: \"donation\" });",
    );
    let seen = read("app/api/donate/route.ts", &donation).unwrap();
    assert!(seen.priced.is_empty() && seen.chosen.len() == 1, "{seen:#?}");
    let library = "export async function startPayment(amount: number) {\n  return stripe.paymentIntents.create({ amount, currency: \"eur\" });\n}\n";
    let seen = read("lib/stripe.ts", library).unwrap();
    assert!(seen.priced.is_empty() && seen.unclear.len() == 1, "{seen:#?}");
}

#[test]
fn pages_that_mark_payments_as_made() {
    let granted = |path: &str, code: &str| read(path, code).unwrap().granted.len();
    let page = "export default function Success() {\n  const id = useSearchParams().get(\"session_id\");\n  useEffect(() => {\n    supabase.from(\"orders\").update({ status: \"paid\" }).eq(\"id\", id);\n  }, []);\n}\n";
    assert_eq!(granted("app/success/page.tsx", page), 1);
    let server = "export default async function Page({ searchParams }) {\n  await prisma.user.update({ where: { id: searchParams.user }, data: { isPremium: true } });\n  return checkout;\n}\n";
    assert_eq!(granted("app/payment/success/page.tsx", server), 1);
    let sheet = "Future<void> pay() async {\n  await Stripe.instance.presentPaymentSheet();\n  await FirebaseFirestore.instance.collection('orders').doc(id).update({'status': 'paid'});\n}\n";
    assert_eq!(granted("lib/pay.dart", sheet), 1);

    let asked = page.replace(
        "  useEffect",
        "  const session = await stripe.checkout.sessions.retrieve(id);\n  useEffect",
    );
    assert_eq!(granted("app/success/page.tsx", &asked), 0);
    assert_eq!(granted("app/profile/page.tsx", page), 0, "no page that a provider sends buyers to");
    assert_eq!(granted("app/success/page.tsx", &page.replace("status: \"paid\"", "seen: true")), 0);
    assert_eq!(granted("lib/pay.dart", &sheet.replace("'paid'", "'pending'")), 0);
}

#[test]
fn administrators_keys_for_whoever_asks() {
    let function = |check: &str, work: &str| {
        format!(
            "import {{ createClient }} from \"npm:@supabase/supabase-js\";\nDeno.serve(async (req) => {{\n  const db = createClient(Deno.env.get(\"SUPABASE_URL\"), Deno.env.get(\"SUPABASE_SERVICE_ROLE_KEY\"));\n  const body = await req.json();\n{check}\n{work}\n  return new Response(\"ok\");\n}});\n"
        )
    };
    let unasked = |check: &str, work: &str| read(DENO, &function(check, work)).unwrap().unasked.len();
    assert_eq!(
        unasked("", "  await db.from(\"profiles\").update({ name: body.name }).eq(\"id\", body.id);"),
        1
    );
    assert_eq!(unasked("", "  await db.from(\"notes\").delete().eq(\"user_id\", body.user);"), 1);
    assert_eq!(unasked("", "  await db.auth.admin.deleteUser(body.id);"), 1);

    let update = "  await db.from(\"profiles\").update({ name: body.name }).eq(\"id\", body.id);";
    assert_eq!(unasked("  const { data } = await db.auth.getUser(token);", update), 0);
    assert_eq!(
        unasked("", "  await db.from(\"invites\").update({ used: true }).eq(\"token\", body.token);"),
        0
    );
    assert_eq!(unasked("", "  await db.from(\"messages\").insert({ text: body.text });"), 0);
    let elsewhere = read("app/api/x/route.ts", &function("", update)).unwrap();
    assert!(elsewhere.unasked.is_empty(), "only where a function stands alone");
}

#[test]
fn settings_that_were_removed_are_found_in_any_source() {
    let code = "const stripe = new Stripe(functions.config().stripe.key);\nexports.a = functions.https.onCall(() => 1);\n";
    assert_eq!(read(FIREBASE, code).unwrap().removed_config.len(), 1);
    assert!(looks_like_backend(FIREBASE, code));
    assert!(!looks_like_backend("functions/src/index.test.ts", code));
    assert!(!looks_like_backend(FIREBASE, "exports.a = onCall(() => config.value());"));
}

#[test]
fn a_catch_answers_for_its_own_write_alone() {
    let code = |first: &str| {
        format!(
            "export async function POST(req: Request) {{\n  const event = stripe.webhooks.constructEvent(await req.text(), req.headers.get(\"stripe-signature\"), process.env.SECRET);\n  try {{\n    await db.collection(\"orders\").doc(event.id).set({{ paid: true }});\n  }} catch (error) {{\n    {first}\n  }}\n  try {{\n    await mailer.sendMail({{ to: \"a\" }});\n  }} catch (error) {{\n    console.error(error);\n  }}\n  return new Response(\"ok\");\n}}\n"
        )
    };
    let facts = read_handler("app/api/webhooks/stripe/route.ts", &code("throw error;"));
    assert!(facts.swallowed.is_empty(), "{facts:#?}");
    let work = code("console.error(error);").replace("doc(event.id)", "doc(order)");
    let facts = read_handler("app/api/webhooks/stripe/route.ts", &work);
    let lines: Vec<u32> = facts.swallowed.iter().map(|spot| spot.line).collect();
    assert_eq!(lines.len(), 1, "{facts:#?}");
    assert!(lines[0] < 8, "the mail's catch is not to blame: {facts:#?}");
}

#[test]
fn no_source_makes_it_panic_or_hang() {
    let pieces = [
        "stripe.checkout.sessions.create({ line_items: ",
        "a = b;",
        "b = a;",
        "function a(b) { return a(b); }",
        "({",
        "})",
        "[",
        "]",
        "é",
        "await req.json()",
        ".map((x) => ",
        ")",
        "const { a, b: { c } } = ",
        "a * ",
    ];
    let mut seed = 7_u32;
    for _ in 0..300 {
        let mut text = String::new();
        for _ in 0..40 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[(seed >> 16) as usize % pieces.len()]);
        }
        let _ = read(NEXT, &text);
    }
    let deep = format!(
        "function f(a0) {{ {} return stripe.paymentIntents.create({{ amount: a200 }}); }}",
        (0..200).map(|n| format!("const a{} = a{n} + a{n};", n + 1)).collect::<String>()
    );
    assert!(read(NEXT, &deep).is_some());
}
