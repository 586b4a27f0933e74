//! What a class of callers may come to, for everything that may be stored and sent.
//!
//! A condition is evaluated with nothing known but the class; what remains of it is the part that
//! has still to be met, without the alternatives that are out of this class's reach.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use super::{
    super::{
        access::{Grant, account, open, open_evaluator},
        ast::{Expr, ExprKind, Operator, Segment},
        eval::{BUDGET, Evaluator, Frame, outcomes},
        fault::Fault,
        request::Method,
        scope::Level,
        value::{NOT_BEFORE, Outcomes, Sources, Symbol, Unknown},
    },
    Caller, Value,
    harvest::Harvest,
    world::is_of_tenant,
};

/// What a condition may come to, and what is left of it to be met.
#[derive(Clone, Debug)]
pub(crate) struct Residue {
    pub(crate) may: Outcomes,
    pub(crate) on: Sources,
    pub(crate) condition: Expr,
    /// Expressions evaluated for it.
    pub(crate) steps: u32,
}

/// A grant, by where it lies, and who asks it for what.
type Asked = (*const Grant, Caller, Method);

/// Residues of the path that was asked about last: one search after the other starts from them.
#[derive(Debug, Default)]
pub(super) struct Residues(RefCell<(String, HashMap<Asked, Rc<Residue>>)>);

impl Residues {
    /// The residue, and the expressions evaluated for it now.
    pub(super) fn of(&self, path: &str, asked: Asked, make: impl FnOnce() -> Residue) -> (Rc<Residue>, u32) {
        let mut kept = self.0.borrow_mut();
        if kept.0 != path {
            *kept = (path.to_owned(), HashMap::new());
        }
        if let Some(known) = kept.1.get(&asked) {
            return (Rc::clone(known), 0);
        }
        let residue = Rc::new(make());
        let steps = residue.steps;
        kept.1.insert(asked, Rc::clone(&residue));
        (residue, steps)
    }
}

/// What a written-out condition may come to for a class of callers, at `now` or later.
pub(crate) fn residue(
    grant: &Grant,
    condition: &Expr,
    caller: Caller,
    method: Method,
    harvest: &Harvest,
    now: i128,
) -> Residue {
    under(grant, condition, class(caller, harvest), method, now)
}

/// Can it come true for anyone at all, whoever they are?
pub(crate) fn is_dead(grant: &Grant, condition: &Expr, method: Method) -> bool {
    [Value::Null, anyone()].into_iter().all(|auth| !under(grant, condition, auth, method, NOT_BEFORE).may.yes)
}

/// Is it an error for everyone?
pub(crate) fn is_error(grant: &Grant, expr: &Expr, method: Method) -> bool {
    under(grant, expr, anyone(), method, NOT_BEFORE).may == Outcomes::ERROR
}

/// An account of which nothing is known.
fn anyone() -> Value {
    Value::map([("uid", open(Symbol::Any, Sources::TOKEN)), ("token", Value::unknown(Sources::TOKEN))])
}

fn under(grant: &Grant, condition: &Expr, auth: Value, method: Method, now: i128) -> Residue {
    let names: Vec<String> = (0..grant.captures().len()).map(super::inline::numbered).collect();
    let last = matches!(grant.pattern.last(), Some(Segment::Capture(_))).then(|| names.len() - 1);
    let recursive = grant.is_recursive();
    let captures: Vec<(usize, &str, Result<Value, Fault>)> = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let value = if index < grant.leading {
                Ok(Value::text("(default)"))
            } else if method == Method::List && last == Some(index) {
                Err(Fault::null())
            } else {
                let may = Outcomes::EITHER.with_error(recursive);
                Ok(Value::Unknown(Unknown { may, on: Sources::PATH, symbol: Symbol::Any }))
            };
            (0, name.as_str(), value)
        })
        .collect();
    let levels: [Level<'_>; 1] = [&[]];
    let frame = Frame { levels: &levels, captures: &captures, locals: Vec::new() };
    let storage = grant.service == "firebase.storage";
    let mut evaluator = open_evaluator(auth, method, storage, None);
    if let Value::Map(request) = &mut evaluator.request {
        let earliest = i64::try_from(now.div_euclid(1_000_000_000)).unwrap_or_default();
        request.insert("time".to_owned(), open(Symbol::Now(earliest), Sources::TIME));
    }
    evaluator.budget = BUDGET * 4;
    let (may, on, left) = reduce(&mut evaluator, &frame, condition, true);
    let steps = BUDGET * 4 - evaluator.budget;
    if evaluator.exhausted {
        return Residue { may: Outcomes::ANY, on: Sources::OPAQUE, condition: condition.clone(), steps };
    }
    Residue { may, on, condition: left, steps }
}

/// Outcomes, and the expression without what cannot help it to come to `truth`.
fn reduce<'a>(
    evaluator: &mut Evaluator<'_>,
    frame: &Frame<'_, 'a>,
    expr: &'a Expr,
    truth: bool,
) -> (Outcomes, Sources, Expr) {
    let rebuilt = |kind| Expr { kind, ..leaf(expr) };
    match &expr.kind {
        ExprKind::Binary(operator @ (Operator::And | Operator::Or), left, right) => {
            let is_and = *operator == Operator::And;
            let (left_may, left_on, left) = reduce(evaluator, frame, left, truth);
            let (right_may, right_on, right) = reduce(evaluator, frame, right, truth);
            let may = if is_and { left_may.and(right_may) } else { left_may.or(right_may) };
            let useless = |may: Outcomes| {
                if is_and == truth { may == Outcomes::exactly(truth) } else { !can(may, truth) }
            };
            let (on, kept) = match (useless(left_may), useless(right_may)) {
                (true, _) => (right_on, right),
                (_, true) => (left_on, left),
                _ => {
                    let both = ExprKind::Binary(*operator, Box::new(left), Box::new(right));
                    (left_on.and(right_on), rebuilt(both))
                }
            };
            (may, on, kept)
        }
        ExprKind::Not(inner) => {
            let (may, on, inner) = reduce(evaluator, frame, inner, !truth);
            (may.negated(), on, rebuilt(ExprKind::Not(Box::new(inner))))
        }
        ExprKind::Ternary(parts) => {
            let (known, _) = outcomes(&evaluator.eval(&parts[0], frame));
            match known {
                _ if known == Outcomes::exactly(true) => reduce(evaluator, frame, &parts[1], truth),
                _ if known == Outcomes::exactly(false) => reduce(evaluator, frame, &parts[2], truth),
                _ => whole(evaluator, frame, expr),
            }
        }
        _ => whole(evaluator, frame, expr),
    }
}

fn whole<'a>(
    evaluator: &mut Evaluator<'_>,
    frame: &Frame<'_, 'a>,
    expr: &'a Expr,
) -> (Outcomes, Sources, Expr) {
    let (may, on) = outcomes(&evaluator.eval(expr, frame));
    (may, on, expr.clone())
}

fn can(may: Outcomes, truth: bool) -> bool {
    if truth { may.yes } else { may.no }
}

fn leaf(expr: &Expr) -> Expr {
    Expr { kind: ExprKind::Null, span: expr.span, height: expr.height, nesting: expr.nesting }
}

/// `request.auth` of a whole class.
fn class(caller: Caller, harvest: &Harvest) -> Value {
    match caller {
        Caller::Anonymous => Value::Null,
        Caller::Stranger => account(),
        Caller::AnonymousProvider => anonymous_account(),
        Caller::Owner => named(account(), Symbol::OwnerId, Symbol::OwnerEmail),
        Caller::SameTenant => {
            let mut auth = named(account(), Symbol::MemberId, Symbol::MemberEmail);
            if let Some(token) = token(&mut auth) {
                for path in harvest.claims.keys().filter(|path| is_of_tenant(harvest, path)) {
                    if let Some(first) = path.first().filter(|first| !token.contains_key(*first)) {
                        token.insert(first.clone(), Value::unknown(Sources::TOKEN));
                    }
                }
            }
            auth
        }
        Caller::Admin => Value::map([
            ("uid", open(Symbol::NamedId, Sources::default())),
            ("token", Value::unknown(Sources::TOKEN)),
        ]),
    }
}

fn token(auth: &mut Value) -> Option<&mut super::super::request::Fields> {
    let Value::Map(auth) = auth else { return None };
    match auth.get_mut("token") {
        Some(Value::Map(token)) => Some(token),
        _ => None,
    }
}

fn named(mut auth: Value, id: Symbol, email: Symbol) -> Value {
    let own = |symbol| open(symbol, Sources::default());
    if let Some(token) = token(&mut auth) {
        for claim in ["sub", "user_id"] {
            token.insert(claim.to_owned(), own(id));
        }
        token.insert("email".to_owned(), own(email));
    }
    if let Value::Map(auth) = &mut auth {
        auth.insert("uid".to_owned(), own(id));
    }
    auth
}

/// `request.auth` of the anonymous provider.
fn anonymous_account() -> Value {
    let mut auth = account();
    if let Some(token) = token(&mut auth) {
        for claim in ["email", "email_verified", "phone_number", "name", "picture"] {
            token.remove(claim);
        }
        let provider = [("sign_in_provider", Value::text("anonymous")), ("identities", Value::map([]))];
        token.insert("firebase".to_owned(), Value::map(provider));
    }
    auth
}
