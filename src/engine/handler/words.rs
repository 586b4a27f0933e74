//! What calls and names mean, by how they are spelled.

use super::provider::providers;
use crate::engine::source::{Id, Kind, Tree};

/// How a verification says no.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Refuses {
    ByThrowing,
    ByAnswer,
    /// Nobody can tell without its source.
    Somehow,
}

/// A call that verifies, and how it refuses.
pub(super) fn verifies(tree: &Tree, callee: Id) -> Option<Refuses> {
    let path = tree.path(callee);
    let last = tree.last_name(callee);
    match last {
        "constructEvent"
        | "constructEventAsync"
        | "parseEventNotification"
        | "parseEventNotificationAsync"
        | "construct_event"
        | "parse_event_notification" => {
            (path.contains('.') && !path.starts_with("this.construct")).then_some(Refuses::ByThrowing)
        }
        "jwtVerify" | "verify_header" | "verify_oauth2_token" | "verifyIdToken" => Some(Refuses::ByThrowing),
        "timingSafeEqual"
        | "compare_digest"
        | "constant_time_compare"
        | "safeCompare"
        | "timing_safe_compare" => Some(Refuses::ByAnswer),
        "unwrap" if path.contains("webhooks.") => Some(Refuses::ByThrowing),
        _ if compares_safely(last) => Some(Refuses::ByAnswer),
        "verify" => verify(tree, callee, &path),
        _ => {
            let named = |name: &String| name == last || name.contains('.') && path.ends_with(name.as_str());
            providers().iter().any(|known| known.verify.iter().any(named)).then_some(match last {
                "verifyWebhook" | "validateEvent" | "unmarshal" | "EventWebhook" | "LinearWebhooks" => {
                    Refuses::Somehow
                }
                "verifyAndReceive" | "createNodeMiddleware" | "webhook" => Refuses::ByThrowing,
                "LinearWebhookClient" => Refuses::Somehow,
                _ => Refuses::ByAnswer,
            })
        }
    }
}

/// Names of comparisons whose time tells nothing.
fn compares_safely(last: &str) -> bool {
    let name = last.to_ascii_lowercase().replace('_', "");
    ["timingsafe", "constanttime", "securecompare", "safecompare", "safeequal", "secureequal"]
        .iter()
        .any(|word| name.contains(word))
        || name.starts_with("safeeq")
}

/// `….verify(…)`: of a key, of a token, of a webhook.
fn verify(tree: &Tree, callee: Id, path: &str) -> Option<Refuses> {
    let receiver = path.strip_suffix(".verify")?.to_lowercase();
    if receiver.ends_with("subtle") || receiver == "verifier" || receiver.contains("createverify") {
        return Some(Refuses::ByAnswer);
    }
    if receiver.ends_with("jwt") || receiver.ends_with("jsonwebtoken") || receiver.ends_with("crypto") {
        return Some(Refuses::Somehow);
    }
    let last = receiver.rsplit('.').next().unwrap_or_default().trim_end_matches("()");
    let webhook = receiver.contains("webhook") || receiver.contains("svix") || matches!(last, "wh" | "hook");
    let made = || {
        let text = tree.text();
        let Kind::Member { object, .. } = tree.kind(callee) else { return false };
        let name = tree.source(*object);
        ["new Webhook(", "Webhook("].iter().any(|class| text.contains(&format!("{name} = {class}")))
    };
    (webhook || made()).then_some(Refuses::ByThrowing)
}

/// The name of a function says that it verifies.
pub(super) fn says_verify(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "");
    let verb =
        ["verif", "validat", "authenticat", "check", "assert", "isvalid", "require", "construct", "unwrap"];
    let object = [
        "sign", "hmac", "webhook", "secret", "event", "request", "auth", "token", "payload", "stripe", "svix",
    ];
    lower.contains("verif")
        && !lower.contains("verified")
        && !lower.contains("verification")
        && !lower.contains("email")
        || verb.iter().any(|verb| lower.contains(verb))
            && object[..4].iter().any(|object| lower.contains(object))
}

/// The name of a function before a handler says that it asks who is there.
pub(super) fn says_guard(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "");
    ["requireauth", "requirepermission", "requireuser", "requirelogin", "requirerole", "requireadmin"]
        .iter()
        .any(|word| lower.starts_with(word))
        || ["authenticate", "isauthenticated", "ensureauthenticated", "ensureloggedin", "isauth", "protect"]
            .contains(&lower.as_str())
}

/// The name of a function says that it tells a repeated event.
pub(super) fn says_dedupe(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "");
    ["dedup", "idempot", "alreadyprocessed", "isduplicate", "isprocessed", "markprocessed"]
        .iter()
        .any(|word| lower.contains(word))
        || lower.starts_with("claim") && (lower.contains("webhook") || lower.contains("event"))
}

/// The name of a function says that it verifies a signature.
pub(super) fn says_signature(name: &str) -> bool {
    let lower = name.to_ascii_lowercase().replace('_', "");
    let verb = ["verif", "validat", "check"].iter().any(|verb| lower.contains(verb));
    verb && ["signature", "hmac"].iter().any(|object| lower.contains(object))
}

/// Verifications that are given the parsed body, as their provider's SDK wants it.
pub(super) fn takes_parsed(name: &str) -> bool {
    matches!(
        name,
        "verifyWebhookSignature"
            | "validateRequest"
            | "validateExpressRequest"
            | "isValid"
            | "jwtVerify"
            | "verify"
    )
}

pub(super) fn is_digest(last: &str, path: &str) -> bool {
    matches!(last, "createHmac" | "hmacSha256" | "HmacSHA256" | "HmacSHA1" | "Hmac")
        || path.ends_with("subtle.sign")
        || path == "hmac.new"
        || path == "hmac.digest"
}

/// A name that stands for a secret.
pub(super) fn is_secret(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let words = [
        "secret",
        "signingkey",
        "signing_key",
        "whsec",
        "webhook_key",
        "webhookkey",
        "webhook_token",
        "paypal_webhook_id",
    ];
    words.iter().any(|word| lower.contains(word))
        && !lower.contains("secretary")
        && !lower.contains("secretversion")
}

/// A name that stands for a key to a provider's API, with which some providers sign as well.
pub(super) fn is_api_key(name: &str) -> bool {
    let lower: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let lower = lower.to_ascii_lowercase();
    ["secretkey", "apisecret", "clientsecret", "apikey"].iter().any(|word| lower.contains(word))
        && !["hook", "sign", "endpoint", "hmac", "ipn", "verif"].iter().any(|word| lower.contains(word))
}

pub(super) fn is_signature(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.contains("signature")
        || lower.contains("hmac-sha")
        || lower.ends_with("-sig")
        || lower.split(['_', '-']).any(|part| part == "sig")
        || lower.ends_with("sig") && lower.len() <= 12
}

pub(super) fn is_event(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    matches!(lower.as_str(), "event" | "evt" | "payload" | "notification" | "body" | "webhook" | "msg")
        || lower.ends_with("event")
        || lower.ends_with("payload")
}

/// An environment variable that is read here, by name.
pub(super) fn environment(tree: &Tree, id: Id) -> Option<String> {
    match tree.kind(id) {
        Kind::Member { object, property } => {
            let path = tree.path(*object);
            let env = matches!(
                path.as_str(),
                "process.env"
                    | "Bun.env"
                    | "import.meta.env"
                    | "env"
                    | "c.env"
                    | "ctx.env"
                    | "context.env"
                    | "os.environ"
                    | "environ"
                    | "platform.env"
                    | "this.env"
                    | "settings"
                    | "config"
                    | "process.env!"
            ) || path.rsplit('.').next() == Some("env");
            env.then(|| property.clone())
        }
        Kind::Call { callee, arguments, .. } => {
            let path = tree.path(*callee);
            let reads = matches!(
                path.as_str(),
                "Deno.env.get"
                    | "os.environ.get"
                    | "os.getenv"
                    | "getenv"
                    | "environ.get"
                    | "config.get"
                    | "env"
                    | "configService.get"
                    | "this.configService.get"
                    | "this.config.get"
                    | "defineSecret"
                    | "defineString"
                    | "requireEnv"
                    | "getEnv"
                    | "mustGetEnv"
                    | "getEnvVar"
                    | "required"
                    | "config"
                    | "String.fromEnvironment"
                    | "functions.config"
                    | "get_env"
                    | "this.configService.getOrThrow"
                    | "configService.getOrThrow"
                    | "current_app.config.get"
                    | "app.config.get"
            );
            let name = arguments.first().and_then(|first| tree.literal(*first));
            name.filter(|_| reads).map(str::to_owned)
        }
        _ => None,
    }
}

/// What a call does to the world.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Effect {
    /// Sets a state: the second time changes nothing.
    Sets,
    /// Adds a row, sends a message: the second time does it again.
    Adds,
    /// Adds to a number.
    Increments,
}

/// A write, and whether its errors are returned instead of thrown.
pub(super) struct Write {
    pub(super) effect: Effect,
    /// supabase-js gives `{ error }`.
    pub(super) returns_error: bool,
    /// Nothing happens without `await`.
    pub(super) promised: bool,
}

pub(super) fn write(tree: &Tree, callee: Id, arguments: &[Id]) -> Option<Write> {
    let path = tree.path(callee);
    let lower = path.to_ascii_lowercase();
    let last = tree.last_name(callee);
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let promised = true;
    let plain = |effect| Some(Write { effect, returns_error: false, promised });
    if has(&[
        "createhmac",
        "createhash",
        "hmac",
        "hash.",
        "logger",
        "console",
        "localstorage",
        "headers",
        "searchparams",
        "cookies",
        "formdata",
    ]) {
        return None;
    }
    let table = from_table(tree, callee);
    if last == "rpc" && rpc_reads(tree, arguments) {
        return None;
    }
    if matches!(last, "insert" | "upsert" | "update" | "delete" | "rpc") && (table.is_some() || last == "rpc")
    {
        let effect = match last {
            "insert" => Effect::Adds,
            "rpc" if rpc_adds(tree, arguments) => Effect::Increments,
            _ => Effect::Sets,
        };
        return Some(Write { effect, returns_error: true, promised });
    }
    let known = match last {
        "createDocument" | "insert_one" | "add_all" | "bulk_create" | "insertOne" | "insertMany"
        | "createMany" | "addDoc" | "sendMail" | "sendEmail" | "send_mail" | "send_email" => {
            plain(Effect::Adds)
        }
        "get_or_create"
        | "update_or_create"
        | "updateOne"
        | "updateMany"
        | "findOneAndUpdate"
        | "findOneAndReplace"
        | "findByIdAndUpdate"
        | "replaceOne"
        | "deleteOne"
        | "deleteMany"
        | "setDoc"
        | "updateDoc"
        | "updateDocument"
        | "update_one"
        | "setCustomUserClaims"
        | "publishMessage" => plain(Effect::Sets),
        "create" | "update" | "delete" | "upsert" if is_model(tree, callee) => {
            plain(if last == "create" { Effect::Adds } else { Effect::Sets })
        }
        "create" if path.contains(".objects.") => plain(Effect::Adds),
        "add" if has(&["collection()", "collection.", "session.add", "ref.add"]) => {
            let session = has(&["session.add"]);
            Some(Write { effect: Effect::Adds, returns_error: false, promised: !session })
        }
        "set" | "update" | "delete" | "create"
            if has(&[
                "doc()",
                "ref.",
                "docref",
                "ref().",
                "batch.",
                "transaction.",
                "tx.",
                "t.",
                "snapshot.ref",
            ]) || has(&["collection()"]) =>
        {
            let promised = !has(&["batch.", "transaction.", "tx."]) && !lower.starts_with("t.");
            (!lower.starts_with("t.") || arguments.len() >= 2).then_some(Write {
                effect: Effect::Sets,
                returns_error: false,
                promised,
            })
        }
        "send" if has(&["emails.", "resend", "mail", "sqs", "sns", "sendgrid", "postmark"]) => {
            plain(Effect::Adds)
        }
        "insert" | "update" | "delete" if has(&["db.", "tx.", "drizzle", "knex", "trx."]) => {
            plain(if last == "insert" { Effect::Adds } else { Effect::Sets })
        }
        "query" | "execute" | "run" | "sql" | "executeRaw" | "$executeRaw" | "$executeRawUnsafe"
        | "queryRaw" | "unsafe" => {
            return sql(tree, arguments);
        }
        "save" if path.contains('.') => {
            Some(Write { effect: Effect::Sets, returns_error: false, promised: true })
        }
        "increment" if path.contains('.') && !has(&["fieldvalue", "metric", "counter."]) => {
            plain(Effect::Increments)
        }
        "commit" if has(&["batch", "session"]) => {
            Some(Write { effect: Effect::Sets, returns_error: false, promised: has(&["batch"]) })
        }
        _ if is_tagged(tree, callee, arguments) => return sql(tree, arguments),
        _ => None,
    };
    known.map(|write| Write { effect: increments(tree, arguments).unwrap_or(write.effect), ..write })
}

/// A request that changes something at another service: not a message to people, nor a question who is
/// there.
pub(super) fn changes_elsewhere(tree: &Tree, callee: Id, arguments: &[Id]) -> bool {
    const OTHER: [&str; 20] = [
        "oauth", "token", "verif", "auth", "login", "mail", "resend", "slack", "discord", "telegram",
        "twilio", "sms", "push", "notif", "novu", "alert", "analytic", "track", "/log", "webhook",
    ];
    let path = tree.path(callee);
    let last = tree.last_name(callee).to_ascii_uppercase();
    let changes = |method: &str| matches!(method, "POST" | "PUT" | "PATCH" | "DELETE");
    let asked = match path.as_str() {
        "fetch" | "$fetch" => {
            let method = arguments.get(1).and_then(|options| tree.entry(*options, "method"));
            method.and_then(|method| tree.literal(method)).is_some_and(changes)
        }
        _ => ["axios.", "requests.", "httpx."].iter().any(|root| path.starts_with(root)) && changes(&last),
    };
    let to = arguments.first().map_or("", |first| tree.source(*first)).to_ascii_lowercase();
    asked && to.len() < 400 && !OTHER.iter().any(|word| to.contains(word))
}

/// `FieldValue.increment(…)`, `{ increment: n }`, `F("credits") +`.
fn increments(tree: &Tree, arguments: &[Id]) -> Option<Effect> {
    let text = |id: &Id| {
        let source = tree.source(*id);
        source.len() < 4_000
            && (source.contains("increment(") || source.contains("increment:") || source.contains("$inc"))
    };
    arguments.iter().any(text).then_some(Effect::Increments)
}

fn rpc_reads(tree: &Tree, arguments: &[Id]) -> bool {
    let name = arguments.first().and_then(|first| tree.literal(*first)).unwrap_or_default();
    let verb = name.split('_').next().unwrap_or_default();
    matches!(
        verb,
        "get"
            | "fetch"
            | "list"
            | "read"
            | "find"
            | "search"
            | "is"
            | "has"
            | "check"
            | "count"
            | "match"
            | "lookup"
    )
}

fn rpc_adds(tree: &Tree, arguments: &[Id]) -> bool {
    let name = arguments.first().and_then(|first| tree.literal(*first)).unwrap_or_default();
    ["increment", "add_", "credit", "grant", "topup", "top_up"].iter().any(|word| name.contains(word))
}

/// The table of a builder: `….from("orders").update(…)`.
fn from_table(tree: &Tree, callee: Id) -> Option<String> {
    let Kind::Member { object, .. } = tree.kind(callee) else { return None };
    let Kind::Call { callee, arguments, .. } = tree.kind(*object) else { return None };
    (tree.last_name(*callee) == "from" || tree.last_name(*callee) == "table")
        .then(|| arguments.first().and_then(|first| tree.literal(*first)).unwrap_or_default().to_owned())
}

/// `prisma.order.create`, `ctx.db.user.update`, `Order.create`.
fn is_model(tree: &Tree, callee: Id) -> bool {
    let path = tree.path(callee);
    let parts: Vec<&str> = path.split('.').collect();
    let [.., store, _model, _] = parts[..] else {
        return matches!(parts[..], [model, _] if model.starts_with(|first: char| first.is_ascii_uppercase())
            && !matches!(model, "Object" | "Date" | "Response" | "NextResponse" | "Stripe" | "Buffer"));
    };
    matches!(
        store.to_ascii_lowercase().as_str(),
        "prisma" | "db" | "tx" | "prismadb" | "prismaclient" | "database" | "payload"
    )
}

/// tx`update …`.
fn is_tagged(tree: &Tree, callee: Id, arguments: &[Id]) -> bool {
    let template = arguments.first().is_some_and(|first| {
        tree.source(*first).starts_with('`') && tree.node(*first).from == tree.node(callee).to
    });
    template && arguments.len() == 1
}

fn sql(tree: &Tree, arguments: &[Id]) -> Option<Write> {
    let first = *arguments.first()?;
    let source = tree.source(first);
    let text: String = source.chars().take(400).collect::<String>().to_ascii_lowercase();
    let text = text.trim_start_matches(|letter: char| !letter.is_ascii_alphabetic());
    let effect = if text.starts_with("insert") {
        if source.to_ascii_lowercase().contains("on conflict") { Effect::Sets } else { Effect::Adds }
    } else if text.starts_with("update")
        && (text.contains(" + $") || text.contains("+ ?") || text.contains(" + ${"))
    {
        Effect::Increments
    } else if text.starts_with("update") || text.starts_with("delete") || text.starts_with("upsert") {
        Effect::Sets
    } else {
        return None;
    };
    Some(Write { effect, returns_error: false, promised: true })
}

/// A call that looks something up.
pub(super) fn reads(last: &str, path: &str) -> bool {
    matches!(
        last,
        "select"
            | "findUnique"
            | "findFirst"
            | "findOne"
            | "find"
            | "findById"
            | "getDoc"
            | "getDocs"
            | "get"
            | "exists"
            | "maybeSingle"
            | "single"
            | "limit"
            | "eq"
            | "first"
            | "filter"
            | "findMany"
            | "count"
            | "has"
            | "filter_by"
            | "sismember"
            | "setnx"
            | "query"
            | "execute"
            | "where"
            | "queryRaw"
    ) && path.contains('.')
        || last.starts_with("get") && last.len() > 3
        || last.starts_with("find")
        || ["already", "isduplicate", "processed", "exists", "seen", "hasevent"]
            .iter()
            .any(|word| last.to_ascii_lowercase().contains(word))
}

pub(super) fn logs(path: &str) -> bool {
    let first = path.split(['.', '(', '[']).next().unwrap_or_default();
    matches!(
        first,
        "console"
            | "logger"
            | "log"
            | "functions"
            | "logging"
            | "print"
            | "debugPrint"
            | "Logger"
            | "logStep"
            | "winston"
            | "pino"
            | "info"
            | "warn"
            | "logError"
            | "logInfo"
    ) && !path.contains("https")
        && !path.contains("config")
        || path.contains(".logger.")
        || path.ends_with(".logger")
        || ["req.log.", "request.log.", "fastify.log.", "this.log.", "app.log", "server.log."]
            .iter()
            .any(|prefix| path.starts_with(prefix))
        || path.starts_with("this.logger")
}

/// Names of headers and tables that name an event.
pub(super) fn names_event_id(text: &str) -> bool {
    const HEADERS: [&str; 7] = [
        "webhook-id",
        "svix-id",
        "x-github-delivery",
        "x-shopify-webhook-id",
        "linear-delivery",
        "x-razorpay-event-id",
        "idempotency-key",
    ];
    let lower = text.to_ascii_lowercase();
    let of_delivery = ["webhook", "event", "delivery", "message", "notification"];
    HEADERS.iter().any(|name| lower == *name)
        || lower.ends_with("-id") && of_delivery.iter().any(|word| lower.contains(word))
}
