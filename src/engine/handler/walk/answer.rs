//! Answers, and what they say on the way that leads to them.

use super::{
    At, Met, Walk,
    state::{State, Trust, Value, Why, origin},
};
use crate::engine::source::{Id, Kind, Tree};

impl Walk<'_> {
    /// An answer with a status (`None`: computed) and what it contains.
    pub(super) fn answer(&mut self, id: Id, status: Option<u16>, given: Value, state: &mut State) {
        let at = self.here(id);
        self.note(Met::Answers, at, "answers");
        if given.has(origin::ERROR_TEXT | origin::ERROR) {
            let what = if given.has(origin::STACK) {
                "stack"
            } else if given.has(origin::ERROR_TEXT) {
                "message"
            } else {
                "text"
            };
            self.leaked(id, what);
        }
        if status.is_none_or(|status| status < 400) {
            self.settle(state);
            self.fallen_back_idly(state);
        } else {
            state.pending = None;
        }
        let Some(status) = status else {
            state.responded = Some(0);
            return;
        };
        let good = (200..300).contains(&status);
        if state.trust == Trust::Failed && !state.wrote {
            let acknowledged = good && state.why.is_some_and(|(why, _)| why == Why::Failed);
            // What else threw after the refusal is another matter.
            if acknowledged || status >= 500 && !state.threw {
                self.note(Met::WrongStatus, at, format!("a failed verification is answered with {status}"));
            }
        }
        let worked = state.wrote || state.acted;
        if state.trust == Trust::Verified && worked && state.threw && (400..500).contains(&status) {
            self.note(Met::WrongStatus, at, format!("failed work is answered with {status}"));
        }
        if state.trust != Trust::Failed
            && state.unhandled
            && (400..600).contains(&status)
            && state.failed.is_none()
            && !state.threw
        {
            self.note(
                Met::WrongStatus,
                at,
                format!("event types that are not handled are answered with {status}"),
            );
        }
        if good && !state.wrote && self.answers_absence(id, state) {
            self.note(Met::WrongStatus, at, "without a secret or signature every request is acknowledged");
        }
        if state.failed.is_some() && good {
            self.swallowed(state, Some(id));
        }
        if status >= 500 && (state.failed.is_some() || state.threw) {
            self.lost(state);
        }
        state.responded = Some(status);
    }

    /// Is the answer in the branch that a missing secret or signature leads to?
    fn answers_absence(&self, id: Id, state: &State) -> bool {
        let Some((Why::Missing, cause)) = state.why.filter(|_| state.trust == Trust::Not) else {
            return false;
        };
        let tree = self.tree();
        let branch = tree.ancestors(id).take(8).find(|outer| matches!(tree.kind(*outer), Kind::If { .. }));
        cause.module == self.module
            && branch.is_some_and(|branch| match tree.kind(branch) {
                Kind::If { condition, .. } => {
                    let (outer, inner) = (tree.node(*condition), tree.node(cause.id));
                    outer.from <= inner.from && inner.to <= outer.to
                }
                _ => false,
            })
    }

    /// Where the error's text goes into an answer: at the call of a helper, if one makes the answer.
    fn leaked(&mut self, id: Id, what: &str) {
        let site = self.sites.iter().rev().take_while(|(_, gives_error)| *gives_error).last();
        let at = site.map_or_else(|| self.here(id), |(at, _)| *at);
        self.note(Met::Leaked, at, what);
        let Some(tree) = self.modules.get(at.module).map(|module| module.tree.clone()) else { return };
        let text = tree.inside(at.id, true).into_iter().find(
            |part| matches!(tree.kind(*part), Kind::Member { property, .. } if property == "message" || property == "stack"),
        );
        if let Some(text) = text {
            self.also(Met::Leaked, at, At { id: text, ..at });
        }
    }

    /// The status of an answer that a helper of one's own makes: what it was called with, or its default.
    pub(super) fn status_of_helper(&self) -> Option<u16> {
        let (site, _) = *self.sites.last()?;
        let tree = &self.modules.get(site.module)?.tree;
        let Kind::Call { arguments, .. } = tree.kind(site.id) else { return None };
        let status = |tree: &Tree, id: Id| {
            let number = tree.number(id).filter(|number| (100..600).contains(number))?;
            u16::try_from(number).ok()
        };
        let given = arguments.iter().find_map(|argument| {
            let inner = ["status", "statusCode"].iter().find_map(|key| tree.entry(*argument, key));
            status(tree, *argument).or_else(|| status(tree, inner?))
        });
        given.or_else(|| {
            let helper = *self.calls.last()?;
            let tree = &self.modules.get(helper.module)?.tree;
            let Kind::Function(function) = tree.kind(helper.id) else { return None };
            function.parameters.iter().find_map(|parameter| match tree.kind(*parameter) {
                Kind::Assign { value, .. } => status(tree, *value),
                _ => None,
            })
        })
    }

    fn swallowed(&mut self, state: &State, answer: Option<Id>) {
        for (failed, noticed) in state.failures() {
            let at = noticed.unwrap_or(failed);
            let what = if self.is_journal(failed) {
                super::super::JOURNAL
            } else {
                "a failed write is acknowledged"
            };
            self.note(Met::Swallowed, at, what);
            self.also(Met::Swallowed, at, failed);
            if let Some(answer) = answer {
                let answer = self.here(answer);
                self.also(Met::Swallowed, at, answer);
            }
        }
    }

    /// An entry of a log: what it tells of has happened all the same.
    pub(super) fn is_journal(&self, at: At) -> bool {
        const LOGS: [&str; 8] =
            ["log", "audit", "analytic", "metric", "trace", "activity", "telemetry", "notification"];
        let Some(module) = self.modules.get(at.module) else { return false };
        let Kind::Call { callee, arguments, .. } = module.tree.kind(at.id) else { return false };
        let into = match arguments.first().and_then(|first| module.tree.literal(*first)) {
            Some(name) if module.tree.last_name(*callee) == "rpc" => name,
            _ => module.tree.source(*callee),
        };
        let into = into.to_ascii_lowercase();
        // `login`, `catalog`, `dialog` are none.
        let named = |word: &str| {
            into.match_indices(word).any(|(at, _)| {
                let before = into[..at].chars().next_back();
                let after = into[at + word.len()..].chars().next();
                let starts = before.is_none_or(|letter| !letter.is_alphabetic());
                starts || after.is_none_or(|letter| !letter.is_alphabetic() || letter == 's') && word != "log"
            })
        };
        let money = ["credit", "ledger", "payment", "transaction", "balance"];
        let kept = money.iter().any(|word| into.contains(word)) || into.contains("login");
        into.len() < 300 && !kept && LOGS.iter().any(|word| named(word))
    }

    /// The event was recorded, its work failed, and the repeat will find the record.
    fn lost(&mut self, state: &State) {
        // A row that waits for its work is done again, unless its presence alone ends the repeat.
        let left = |claimed: &At| !self.stateful.contains(claimed) || self.acknowledges;
        if let Some(claimed) = state.claimed.filter(left).filter(|_| !self.repeats_work) {
            self.note(
                Met::ClaimedEarly,
                claimed,
                "the event is recorded before its work, and stays recorded when that fails",
            );
        }
    }

    /// An unverified body was taken for the event and acknowledged, though nothing was done with it yet.
    fn fallen_back_idly(&mut self, state: &State) {
        if let (Some((Why::Missing, cause)), Some(fallback)) = (state.why, state.fallback)
            && state.trust != Trust::Verified
        {
            self.note(Met::FailOpen, cause, super::super::MISSING);
            self.also(Met::FailOpen, cause, fallback);
        }
    }

    /// A way that ends without an exception.
    pub(super) fn ended(&mut self, mut state: State) {
        if state.responded.is_none_or(|status| status < 400) {
            self.settle(&mut state);
        }
        // What was left out for want of steps may have answered.
        if state.failed.is_some() && state.responded.is_none() && !state.cut {
            self.swallowed(&state, None);
        }
    }

    /// A way that ends with one: the platform answers 500.
    pub(super) fn uncaught(&mut self, state: &State) {
        if state.responded.is_none() {
            self.lost(state);
        }
    }
}

/// `reply.code(400)` as a statement: the status of an answer that is still to come.
pub(super) fn sets_status(tree: &Tree, id: Id, callee: Id, arguments: &[Id]) -> Option<u16> {
    let path = tree.path(callee);
    let sets = matches!(
        path.as_str(),
        "reply.code"
            | "reply.status"
            | "res.status"
            | "response.status"
            | "rep.code"
            | "c.status"
            | "ctx.status"
    ) || path == "setResponseStatus";
    let alone = !tree.parent(id).is_some_and(|parent| matches!(tree.kind(parent), Kind::Member { .. }));
    (sets && alone).then(|| arguments.iter().find_map(|argument| status_of(tree, *argument)))?
}

/// The status, if a call answers; the inner `None`: it is computed.
#[allow(clippy::option_option)] // both are different answers to the question
pub(super) fn of_call(tree: &Tree, callee: Id, arguments: &[Id], new: bool) -> Option<Option<u16>> {
    let path = tree.path(callee);
    let last = tree.last_name(callee);
    let root = path.split(['.', '(']).next().unwrap_or_default();
    let option = |key: &str| arguments.iter().find_map(|argument| tree.entry(*argument, key));
    let second = || arguments.get(1).copied().filter(|second| !matches!(tree.kind(*second), Kind::Object(_)));
    let by_option = || {
        let keys = ["status", "status_code", "statusCode"];
        match keys.iter().find_map(|key| option(key)) {
            Some(status) => status_of(tree, status),
            None => Some(200),
        }
    };
    if let Some(status) = named(last) {
        return Some(Some(status));
    }
    match last {
        // Dart's shelf.
        "ok" if path == "Response.ok" => Some(Some(200)),
        "notFound" if path == "Response.notFound" => Some(Some(404)),
        "Response" | "NextResponse" | "HttpResponse" | "JsonResponse" | "JSONResponse"
        | "PlainTextResponse" | "make_response" | "DRFResponse" => {
            let first = arguments.first().and_then(|first| tree.number(*first));
            Some(match (first, second()) {
                (Some(status), _) if !new => u16::try_from(status).ok(),
                (_, Some(status)) => status_of(tree, status),
                _ => by_option(),
            })
        }
        "json" | "text" | "html" | "body" | "newResponse" if matches!(root, "c" | "ctx" | "context") => {
            Some(second().map_or_else(by_option, |status| status_of(tree, status)))
        }
        "json" if matches!(path.as_str(), "Response.json" | "NextResponse.json" | "json") => {
            // A helper of one's own that is given the status first.
            let first = arguments.first().and_then(|first| tree.number(*first));
            if let Some(first) = first.filter(|first| (100..600).contains(first)) {
                return Some(u16::try_from(first).ok());
            }
            Some(second().map_or_else(by_option, |status| status_of(tree, status)))
        }
        "json" | "send" | "end" | "sendStatus" | "jsonp" | "render"
            if matches!(root, "res" | "response" | "reply" | "resp" | "_res" | "rep") =>
        {
            if last == "sendStatus" {
                return Some(arguments.first().and_then(|first| status_of(tree, *first)));
            }
            Some(in_chain(tree, callee).unwrap_or(Some(200)))
        }
        "HTTPException" | "HttpException" | "abort" | "error" | "createError" | "HttpError"
        | "HttpsError" | "sendError"
            if last != "error" || path == "error" =>
        {
            let first = arguments.iter().find_map(|argument| status_of(tree, *argument));
            Some(
                option("status_code")
                    .or_else(|| option("statusCode"))
                    .and_then(|status| status_of(tree, status))
                    .or(first),
            )
        }
        _ => None,
    }
}

fn named(last: &str) -> Option<u16> {
    Some(match last {
        "HttpResponseBadRequest" | "BadRequestException" | "badRequest" | "BadRequestError" => 400,
        "UnauthorizedException" | "unauthorized" => 401,
        "HttpResponseForbidden" | "ForbiddenException" | "forbidden" => 403,
        "HttpResponseNotAllowed" | "MethodNotAllowedException" => 405,
        "HttpResponseServerError" | "InternalServerErrorException" | "internalServerError" => 500,
        _ => return None,
    })
}

#[allow(clippy::option_option)] // as above
/// `res.status(400).send`: what `status` or `code` was given. The inner `None`: computed.
fn in_chain(tree: &Tree, callee: Id) -> Option<Option<u16>> {
    let mut at = callee;
    for _ in 0..10 {
        match tree.kind(at) {
            Kind::Member { object, .. } => at = *object,
            Kind::Call { callee, arguments, .. } => {
                if matches!(tree.last_name(*callee), "status" | "code" | "writeHead" | "sendStatus") {
                    return Some(arguments.first().and_then(|first| status_of(tree, *first)));
                }
                at = *callee;
            }
            _ => return None,
        }
    }
    None
}

/// Is this a call on the context of Hono and its like, which answers as well as reads?
pub(super) fn is_context(path: &str) -> bool {
    let root = path.split(['.', '(']).next().unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default();
    matches!(root, "c" | "ctx" | "context")
        && matches!(last, "json" | "text" | "html" | "body")
        && path.split('.').count() == 2
}

/// `return unauthorized()`, `throw new ApiError(401)`: a refusal that is made elsewhere.
pub(super) fn refuses(tree: &Tree, id: Id, callee: Id, arguments: &[Id]) -> Option<u16> {
    let leaves = tree.ancestors(id).take(3).find(|outer| !matches!(tree.kind(*outer), Kind::Await(_)));
    if !leaves.is_some_and(|outer| matches!(tree.kind(outer), Kind::Return(_) | Kind::Throw(_))) {
        return None;
    }
    let given = arguments.iter().find_map(|argument| status_of(tree, *argument));
    if let Some(status) = given.filter(|status| (400..600).contains(status)) {
        return Some(status);
    }
    let name = tree.last_name(callee).to_ascii_lowercase();
    let words = [
        ("unauthor", 401),
        ("forbid", 403),
        ("badrequest", 400),
        ("reject", 400),
        ("deny", 403),
        ("invalid", 400),
    ];
    words.into_iter().find(|(word, _)| name.contains(word)).map(|(_, status)| status)
}

/// `400`, `HttpStatus.BAD_REQUEST`, `status.HTTP_400_BAD_REQUEST`.
fn status_of(tree: &Tree, id: Id) -> Option<u16> {
    if let Some(number) = tree.number(id) {
        return u16::try_from(number).ok();
    }
    let name = tree.last_name(id).to_ascii_uppercase();
    if let Some(rest) = name.strip_prefix("HTTP_") {
        return rest.get(..3)?.parse().ok();
    }
    Some(match name.as_str() {
        "OK" => 200,
        "BAD_REQUEST" | "BADREQUEST" => 400,
        "UNAUTHORIZED" => 401,
        "FORBIDDEN" => 403,
        "INTERNAL_SERVER_ERROR" | "INTERNALSERVERERROR" => 500,
        _ => return None,
    })
}
