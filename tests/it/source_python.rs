//! What the rules say about handlers in Python and Dart: three that speak and three that do not, each.

use gonogo::{
    engine::handler::read,
    seen::{Handler, Spot},
};

const FLASK: &str = "api/webhooks/stripe.py";
const DART: &str = "server/lib/webhook.dart";

/// Verifies correctly; what follows begins on line 9.
fn flask(effect: &str) -> String {
    format!(
        "@app.route('/webhook', methods=['POST'])\ndef webhook():\n    raw = request.get_data()\n    header = request.headers.get('Stripe-Signature')\n    try:\n        event = stripe.Webhook.construct_event(raw, header, os.environ['STRIPE_WEBHOOK_SECRET'])\n    except ValueError:\n        return 'bad request', 400\n{effect}\n    return 'ok', 200\n"
    )
}

/// The same with FastAPI; what follows begins on line 8.
fn fast(effect: &str) -> String {
    format!(
        "@app.post('/webhook')\nasync def webhook(request: Request):\n    raw = await request.body()\n    try:\n        event = stripe.Webhook.construct_event(raw, request.headers['stripe-signature'], os.environ['STRIPE_WEBHOOK_SECRET'])\n    except ValueError:\n        raise HTTPException(status_code=400, detail='bad request')\n{effect}\n    return {{'ok': True}}\n"
    )
}

/// Verifies by hand; what follows begins on line 7.
fn dart(effect: &str) -> String {
    format!(
        "Future<Response> webhook(Request request) async {{\n  final raw = await request.readAsString();\n  final expected = Hmac(sha256, utf8.encode(secret)).convert(utf8.encode(raw)).toString();\n  if (!constantTimeEqual(expected, request.headers['x-signature']!)) {{\n    return Response(401);\n  }}\n{effect}\n  return Response.ok('ok');\n}}\n"
    )
}

type Pick = fn(&Handler) -> &Vec<Spot>;

/// Each case: where, the source, and the line at which the rule must speak (0: it must not).
#[track_caller]
fn holds(pick: Pick, cases: &[(&str, String, u32)]) {
    for (path, source, line) in cases {
        let facts = read(path, source);
        let lines: Vec<u32> = pick(&facts).iter().map(|spot| spot.line).collect();
        let met = if *line == 0 { lines.is_empty() } else { lines.contains(line) };
        assert!(met, "{lines:?} instead of {line} in {path}:\n{source}\n{facts:#?}");
    }
}

const WRITE: &str = "    orders.insert_one({'a': 1})";

#[test]
fn python_ways_around() {
    let guarded = flask(WRITE).replace("    try:\n        event", "    if not header:\n        orders.insert_one(json.loads(raw))\n        return 'ok', 200\n    try:\n        event");
    let caught = flask(WRITE).replace("        return 'bad request', 400", "        event = json.loads(raw)");
    let optional = "@app.route('/webhook', methods=['POST'])\ndef webhook():\n    secret = os.environ.get('WEBHOOK_SECRET')\n    if secret and request.headers.get('x-webhook-secret') != secret:\n        return 'no', 401\n    orders.insert_one(request.json)\n    return 'ok', 200\n";
    holds(
        |facts| &facts.fail_open,
        &[
            (FLASK, guarded, 5),
            (FLASK, caught, 8),
            (FLASK, optional.to_owned(), 4),
            (FLASK, flask(WRITE), 0),
            (FLASK, fast("    await orders.insert_one({'a': 1})"), 0),
            (FLASK, optional.replace("secret and ", "not secret or "), 0),
        ],
    );
}

#[test]
fn python_keys_that_may_be_empty() {
    let hook = |key: &str| {
        format!(
            "@app.post('/hook')\ndef hook(request):\n    expected = hmac.new({key}.encode(), request.data, 'sha256').hexdigest()\n    if not hmac.compare_digest(expected, request.headers['x-signature']):\n        return 'no', 401\n    orders.insert_one(request.json)\n    return 'ok', 200\n"
        )
    };
    holds(
        |facts| &facts.fail_open,
        &[
            (FLASK, hook("os.environ.get('WEBHOOK_SECRET', '')"), 3),
            (FLASK, hook("os.getenv('WEBHOOK_SECRET', '')"), 3),
            (FLASK, hook("(os.getenv('WEBHOOK_SECRET') or '')"), 3),
            (FLASK, hook("os.environ['WEBHOOK_SECRET']"), 0),
            (FLASK, hook("os.getenv('WEBHOOK_SECRET', 'x' * 32)"), 0),
            (FLASK, hook("settings.WEBHOOK_SECRET"), 0),
        ],
    );
}

#[test]
fn python_bodies_that_are_written_again() {
    let hook = |signed: &str| {
        format!(
            "@app.post('/hook')\ndef hook(request):\n    expected = hmac.new(KEY, {signed}, 'sha256').hexdigest()\n    if not hmac.compare_digest(expected, request.headers['x-signature']):\n        return 'no', 401\n    return 'ok', 200\n"
        )
    };
    let event = fast("").replace("construct_event(raw", "construct_event(json.dumps(await request.json())");
    holds(
        |facts| &facts.reparsed,
        &[
            (FLASK, hook("json.dumps(request.json).encode()"), 3),
            (FLASK, hook("json.dumps(request.get_json()).encode()"), 3),
            (FLASK, event, 5),
            (FLASK, hook("request.data"), 0),
            (FLASK, hook("request.get_data()"), 0),
            (FLASK, fast(""), 0),
        ],
    );
}

#[test]
fn python_failed_writes_that_are_acknowledged() {
    let caught = "    try:\n        orders.update_one({'a': 1}, {'b': 2})\n    except Exception:\n        logger.exception('failed')";
    let answered = "    try:\n        db.session.commit()\n    except Exception as err:\n        db.session.rollback()\n        return 'logged', 200";
    holds(
        |facts| &facts.swallowed,
        &[
            (FLASK, flask(caught), 11),
            (FLASK, fast(caught), 10),
            (FLASK, flask(answered), 11),
            (FLASK, flask(&caught.replace("logger.exception('failed')", "raise")), 0),
            (
                FLASK,
                fast(&caught.replace("logger.exception('failed')", "raise HTTPException(status_code=500)")),
                0,
            ),
            (FLASK, flask(&answered.replace("200", "500")), 0),
        ],
    );
}

#[test]
fn python_repeats() {
    let counts = "    user = users.find_one({'customer': event['data']['object']['customer']})\n    user.credits += 5\n    user.save()";
    holds(
        |facts| &facts.adds,
        &[
            (FLASK, flask(WRITE), 9),
            (FLASK, flask("    Order.objects.create(amount=1)"), 9),
            (FLASK, fast("    await orders.insert_one({'a': 1})"), 8),
            (FLASK, flask("    orders.update_one({'a': 1}, {'b': 2})"), 0),
            (FLASK, flask("    print('nothing')"), 0),
            (FLASK, flask("    Order.objects.get_or_create(amount=1)"), 0),
        ],
    );
    holds(|facts| &facts.increments, &[(FLASK, flask(counts), 10)]);
    holds(
        |facts| &facts.event_id,
        &[
            (FLASK, flask("    if events.find_one({'id': event['id']}):\n        return 'seen', 200"), 9),
            (FLASK, flask("    events.insert_one({'id': event['id']})"), 9),
            (FLASK, fast("    await r.setnx(event['id'], 1)"), 8),
            (FLASK, flask(WRITE), 0),
            (FLASK, flask("    logger.info(event['id'])"), 0),
            (FLASK, fast("    print(event['type'])"), 0),
        ],
    );
}

#[test]
fn python_answers() {
    let leaks = |what: &str| {
        flask("")
            .replace("except ValueError:", "except ValueError as err:")
            .replace("'bad request', 400", what)
    };
    holds(
        |facts| &facts.leaked,
        &[
            (FLASK, leaks("str(err), 400"), 8),
            (FLASK, leaks("jsonify({'error': str(err)}), 400"), 8),
            (
                FLASK,
                fast("")
                    .replace("except ValueError:", "except ValueError as err:")
                    .replace("'bad request'", "str(err)"),
                7,
            ),
            (FLASK, leaks("'bad request', 400"), 0),
            (FLASK, leaks("jsonify({'error': 'bad request'}), 400"), 0),
            (FLASK, fast(""), 0),
        ],
    );
    holds(
        |facts| &facts.wrong_status,
        &[
            (FLASK, flask("").replace("'bad request', 400", "'bad request', 200"), 8),
            (FLASK, flask("").replace("'bad request', 400", "'bad request', 500"), 8),
            (FLASK, fast("").replace("status_code=400", "status_code=500"), 7),
            (FLASK, flask(""), 0),
            (FLASK, flask("").replace("400", "401"), 0),
            (FLASK, fast(""), 0),
        ],
    );
}

#[test]
fn python_logs_comparisons_and_clocks() {
    holds(
        |facts| &facts.logged,
        &[
            (FLASK, flask("    print(raw)"), 9),
            (FLASK, flask("    logger.info(request.headers)"), 9),
            (FLASK, flask("    logger.debug(os.environ['STRIPE_WEBHOOK_SECRET'])"), 9),
            (FLASK, flask("    logger.info(event['type'])"), 0),
            (FLASK, flask("    print(len(raw))"), 0),
            (FLASK, flask("    logger.info('received')"), 0),
        ],
    );
    let hook = |comparison: &str| {
        format!(
            "@app.post('/hook')\ndef hook(request):\n    expected = hmac.new(KEY, request.data, 'sha256').hexdigest()\n    if {comparison}:\n        return 'no', 401\n    return 'ok', 200\n"
        )
    };
    holds(
        |facts| &facts.timing_unsafe,
        &[
            (FLASK, hook("expected != request.headers['x-signature']"), 4),
            (FLASK, hook("not (expected == request.headers['x-signature'])"), 4),
            (FLASK, hook("request.headers.get('x-signature') != expected"), 4),
            (FLASK, hook("not hmac.compare_digest(expected, request.headers['x-signature'])"), 0),
            (FLASK, hook("not constant_time_compare(expected, request.headers['x-signature'])"), 0),
            (FLASK, flask(""), 0),
        ],
    );
    let stamped = |clock: &str| {
        format!(
            "@app.post('/slack')\ndef slack(request):\n    stamp = request.headers['X-Slack-Request-Timestamp']\n{clock}    expected = hmac.new(KEY, f'v0:{{stamp}}:{{request.data}}'.encode(), 'sha256').hexdigest()\n    if not hmac.compare_digest('v0=' + expected, request.headers['X-Slack-Signature']):\n        return 'no', 401\n    return 'ok', 200\n"
        )
    };
    holds(
        |facts| &facts.no_tolerance,
        &[
            (FLASK, stamped(""), 4),
            (FLASK, stamped("    started = time.time()\n"), 5),
            (FLASK, stamped("    print(datetime.now())\n"), 5),
            (FLASK, stamped("    if abs(time.time() - int(stamp)) > 300:\n        return 'old', 401\n"), 0),
            (FLASK, stamped("    if datetime.now() - parse(stamp) > LIMIT:\n        return 'old', 401\n"), 0),
            (FLASK, flask(""), 0),
        ],
    );
}

#[test]
fn dart_handlers() {
    let write = "  await db.collection('orders').doc('a').set({'a': 1});";
    assert!(!read(DART, &dart(write)).verified.is_empty());
    let open = "Future<Response> webhook(Request request) async {\n  final event = jsonDecode(await request.readAsString());\n  if (event['type'] == 'order.paid') {\n    await db.collection('orders').doc('a').set({'a': 1});\n  }\n  return Response.ok('ok');\n}\n";
    let facts = read(DART, open);
    assert!(facts.verified.is_empty() && !facts.reads_body.is_empty(), "{facts:#?}");
    let compared = |condition: &str| {
        dart(write).replace("!constantTimeEqual(expected, request.headers['x-signature']!)", condition)
    };
    holds(
        |facts| &facts.timing_unsafe,
        &[
            (DART, compared("request.headers['x-signature'] != expected"), 4),
            (DART, compared("expected != request.headers['x-signature']"), 4),
            (DART, compared("!(expected == request.headers['x-signature'])"), 4),
            (DART, dart(write), 0),
            (DART, compared("!secureCompare(expected, request.headers['x-signature']!)"), 0),
            (DART, open.to_owned(), 0),
        ],
    );
    let caught = "  try {\n    await db.collection('orders').doc('a').set({'a': 1});\n  } catch (e) {\n    print('failed');\n  }";
    holds(
        |facts| &facts.swallowed,
        &[
            (DART, dart(caught), 9),
            (DART, dart(&caught.replace("set({'a': 1})", "update({'a': 1})")), 9),
            (DART, dart(&caught.replace("print('failed');", "return Response.ok('later');")), 9),
            (DART, dart(&caught.replace("print('failed');", "rethrow;")), 0),
            (DART, dart(&caught.replace("print('failed');", "return Response.internalServerError();")), 0),
            (DART, dart(write), 0),
        ],
    );
}
