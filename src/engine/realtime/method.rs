//! What a condition may name: variables, methods and how many arguments they take
//! (<https://firebase.google.com/docs/reference/security/database>).

use super::{expression::Expr, text::short, tree::RuleKind};

/// Name, least and most arguments. The list of `hasChildren` counts by its items.
const METHODS: [(&str, usize, usize); 17] = [
    ("val", 0, 0),
    ("child", 1, 1),
    ("parent", 0, 0),
    ("hasChild", 1, 1),
    ("hasChildren", 0, usize::MAX),
    ("exists", 0, 0),
    ("getPriority", 0, 0),
    ("isNumber", 0, 0),
    ("isString", 0, 0),
    ("isBoolean", 0, 0),
    ("contains", 1, 1),
    ("beginsWith", 1, 1),
    ("endsWith", 1, 1),
    ("replace", 2, 2),
    ("toLowerCase", 0, 0),
    ("toUpperCase", 0, 0),
    ("matches", 1, 1),
];

/// What is wrong with names in a condition, each fault once.
pub(super) fn faults(expr: &Expr, kind: RuleKind, captures: &[String]) -> Vec<String> {
    let mut faults: Vec<String> = Vec::new();
    expr.visit(&mut |part| {
        let fault = match part {
            Expr::Variable(name) if !is_known(name, kind, captures) => {
                format!("{} is not known here", short(name))
            }
            Expr::Call(_, name, arguments) => match method(name, arguments.len()) {
                Ok(()) => return,
                Err(fault) => fault,
            },
            Expr::Regex(pattern) => match super::value::regex(pattern) {
                Ok(_) => return,
                Err(fault) => fault,
            },
            _ => return,
        };
        if !faults.contains(&fault) && faults.len() < 10 {
            faults.push(fault);
        }
    });
    faults
}

fn is_known(name: &str, kind: RuleKind, captures: &[String]) -> bool {
    match name {
        "auth" | "now" | "root" | "data" => true,
        "newData" => kind != RuleKind::Read,
        "query" => kind == RuleKind::Read,
        name => captures.iter().any(|capture| capture == name),
    }
}

fn method(name: &str, given: usize) -> Result<(), String> {
    let Some((_, least, most)) = METHODS.iter().find(|(known, ..)| *known == name) else {
        return Err(format!("there is no method {}()", short(name)));
    };
    if (*least..=*most).contains(&given) {
        return Ok(());
    }
    Err(format!("{name}() takes {least} arguments, not {given}"))
}
