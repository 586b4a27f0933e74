//! The value of a condition, in a world of which not everything need be known.
//!
//! What is not known makes a value unknown and no more: `false && unknown` is false. A type error
//! ends the rule, which then grants nothing.

use super::{
    expression::{Expr, Operator},
    state::{Json, Scalar},
    value::{Tree, Value, regex},
};

/// What is at a place of a tree.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Absent,
    Leaf(Scalar),
    /// Children, at least one.
    Node,
    /// Something, of which no more is known.
    Present,
    Unknown,
}

/// Why a rule has no value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stop {
    /// A type error: the rule grants nothing.
    Fault(String),
    /// The search must first decide what is at a place.
    Ask(Tree, Vec<String>),
}

/// Where a rule is evaluated.
pub(super) trait World {
    fn cell(&mut self, tree: Tree, path: &[String]) -> Result<Cell, Stop>;
    fn auth(&self) -> Value;
    fn now(&self) -> f64;
    /// A member of `query`.
    fn query(&mut self, member: &str) -> Result<Value, Stop>;
}

pub(super) struct Evaluator<'a, W> {
    pub(super) world: &'a mut W,
    /// Of the node whose rule it is.
    pub(super) path: &'a [String],
    /// `$uid` and the key it stands for.
    pub(super) captures: &'a [(String, String)],
    /// Left to spend: a bound on hostile rules.
    pub(super) steps: usize,
}

/// `None` where it depends on what is not known.
pub(super) type Tri = Option<bool>;

impl<W: World> Evaluator<'_, W> {
    pub(super) fn condition(&mut self, expr: &Expr) -> Result<Tri, Stop> {
        match self.value(expr)? {
            Value::Bool(yes) => Ok(Some(yes)),
            Value::Unknown => Ok(None),
            _ => Err(fault("the rule is not a boolean")),
        }
    }

    fn value(&mut self, expr: &Expr) -> Result<Value, Stop> {
        self.steps = self.steps.checked_sub(1).ok_or_else(|| fault("the rule is too long"))?;
        Ok(match expr {
            Expr::Null => Value::Null,
            Expr::Bool(yes) => Value::Bool(*yes),
            Expr::Number(number) => Value::Number(*number),
            Expr::Text(text) => Value::Text(text.clone()),
            Expr::Regex(pattern) => Value::Regex(pattern.clone()),
            Expr::Variable(name) => self.variable(name)?,
            Expr::Member(target, name) => self.member(target, name)?,
            Expr::Index(target, index) => match self.value(index)? {
                Value::Text(name) => self.member(target, &name)?,
                Value::Unknown => Value::Unknown,
                _ => return Err(fault("only a text can stand in brackets")),
            },
            Expr::Call(target, name, arguments) => self.call(target, name, arguments)?,
            Expr::Not(inner) => match self.value(inner)? {
                Value::Bool(yes) => Value::Bool(!yes),
                Value::Unknown => Value::Unknown,
                _ => return Err(fault("! needs a boolean")),
            },
            Expr::Minus(inner) => match self.value(inner)? {
                Value::Number(number) => Value::Number(-number),
                Value::Unknown => Value::Unknown,
                _ => return Err(fault("- needs a number")),
            },
            Expr::Binary(Operator::Or, left, right) => self.logic(left, right, true)?,
            Expr::Binary(Operator::And, left, right) => self.logic(left, right, false)?,
            Expr::Binary(operator, left, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                binary(*operator, &left, &right)?
            }
            Expr::Choice(condition, yes, no) => match self.condition(condition)? {
                Some(true) => self.value(yes)?,
                Some(false) => self.value(no)?,
                None => {
                    let (yes, no) = (self.value(yes)?, self.value(no)?);
                    if yes == no { yes } else { Value::Unknown }
                }
            },
        })
    }

    /// `decides` on the left ends the question; an unknown left side does not.
    fn logic(&mut self, left: &Expr, right: &Expr, decides: bool) -> Result<Value, Stop> {
        let left = self.condition(left)?;
        if left == Some(decides) {
            return Ok(Value::Bool(decides));
        }
        let right = match self.condition(right) {
            // Reached only if the unknown side lets it: then the rule grants nothing.
            Err(Stop::Fault(_)) if left.is_none() => return Ok(Value::Unknown),
            right => right?,
        };
        Ok(match (left, right) {
            (_, Some(right)) if right == decides => Value::Bool(decides),
            (Some(_), Some(right)) => Value::Bool(right),
            _ => Value::Unknown,
        })
    }

    fn variable(&mut self, name: &str) -> Result<Value, Stop> {
        Ok(match name {
            "auth" => self.world.auth(),
            "now" => Value::Number(self.world.now()),
            "root" => Value::Snapshot(Tree::Now, Vec::new()),
            "data" => Value::Snapshot(Tree::Now, self.path.to_vec()),
            "newData" => Value::Snapshot(Tree::Next, self.path.to_vec()),
            name => match self.captures.iter().rev().find(|(capture, _)| capture == name) {
                Some((_, key)) => Value::Text(key.clone()),
                None => return Err(fault("an unknown name")),
            },
        })
    }

    fn member(&mut self, target: &Expr, name: &str) -> Result<Value, Stop> {
        if matches!(target, Expr::Variable(variable) if variable == "query") {
            return self.world.query(name);
        }
        Ok(match self.value(target)? {
            // A member of nobody is nothing: `auth.uid` without a caller is null.
            Value::Null => Value::Null,
            Value::Object(object) => Value::from(object.at(&[name.to_owned()])),
            Value::Text(text) if name == "length" => Value::Number(text.encode_utf16().count() as f64),
            Value::Unknown | Value::Present | Value::Children => Value::Unknown,
            _ => return Err(fault("the value has no such member")),
        })
    }

    fn call(&mut self, target: &Expr, name: &str, arguments: &[Expr]) -> Result<Value, Stop> {
        let target = self.value(target)?;
        let mut values = Vec::with_capacity(arguments.len());
        for argument in arguments {
            values.push(self.value(argument)?);
        }
        match target {
            Value::Snapshot(tree, path) => self.place(tree, path, name, &values),
            Value::Text(text) => word(&text, name, &values),
            Value::Unknown | Value::Present | Value::Children => Ok(Value::Unknown),
            _ => Err(fault("a method of a value that has none")),
        }
    }

    fn place(
        &mut self,
        tree: Tree,
        mut path: Vec<String>,
        name: &str,
        arguments: &[Value],
    ) -> Result<Value, Stop> {
        match (name, arguments) {
            ("parent", []) => match path.pop() {
                Some(_) => return Ok(Value::Snapshot(tree, path)),
                None => return Err(fault("the root has no parent")),
            },
            ("child" | "hasChild", [Value::Unknown]) => return Ok(Value::Unknown),
            ("child" | "hasChild", [Value::Text(key)]) => {
                path.extend(key.split('/').filter(|key| !key.is_empty()).map(str::to_owned));
                if path.len() > 100 {
                    return Err(fault("a path too deep"));
                }
                if name == "child" {
                    return Ok(Value::Snapshot(tree, path));
                }
                return Ok(truth(self.exists(tree, &path)?));
            }
            ("hasChildren", names @ [_, ..]) => {
                let mut all = Some(true);
                for name in names {
                    let Value::Text(name) = name else { return Err(fault("hasChildren() needs texts")) };
                    let mut child = path.clone();
                    child.push(name.clone());
                    match self.exists(tree, &child)? {
                        Some(true) => {}
                        Some(false) => return Ok(Value::Bool(false)),
                        None => all = None,
                    }
                }
                return Ok(truth(all));
            }
            ("getPriority", []) => return Ok(Value::Null),
            _ => {}
        }
        let cell = self.world.cell(tree, &path)?;
        if cell == Cell::Unknown {
            return Ok(Value::Unknown);
        }
        Ok(match (name, arguments) {
            ("val", []) => match &cell {
                Cell::Absent => Value::Null,
                Cell::Leaf(scalar) => scalar.into(),
                Cell::Present => Value::Present,
                _ => Value::Children,
            },
            ("exists", []) => Value::Bool(cell != Cell::Absent),
            _ if cell == Cell::Present => Value::Unknown,
            ("hasChildren", []) => Value::Bool(cell == Cell::Node),
            ("isNumber", []) => Value::Bool(matches!(cell, Cell::Leaf(Scalar::Number(_)))),
            ("isString", []) => Value::Bool(matches!(cell, Cell::Leaf(Scalar::Text(_)))),
            ("isBoolean", []) => Value::Bool(matches!(cell, Cell::Leaf(Scalar::Bool(_)))),
            _ => return Err(fault("a method with the wrong arguments")),
        })
    }

    fn exists(&mut self, tree: Tree, path: &[String]) -> Result<Tri, Stop> {
        Ok(match self.world.cell(tree, path)? {
            Cell::Unknown => None,
            cell => Some(cell != Cell::Absent),
        })
    }
}

fn truth(value: Tri) -> Value {
    value.map_or(Value::Unknown, Value::Bool)
}

fn word(text: &str, name: &str, arguments: &[Value]) -> Result<Value, Stop> {
    Ok(match (name, arguments) {
        (_, [Value::Unknown, ..] | [_, Value::Unknown]) => Value::Unknown,
        ("contains", [Value::Text(part)]) => Value::Bool(text.contains(part.as_str())),
        ("beginsWith", [Value::Text(part)]) => Value::Bool(text.starts_with(part.as_str())),
        ("endsWith", [Value::Text(part)]) => Value::Bool(text.ends_with(part.as_str())),
        ("replace", [Value::Text(from), Value::Text(to)]) if !from.is_empty() => {
            let replaced = text.replace(from.as_str(), to);
            if replaced.len() > 1 << 16 {
                return Err(fault("a text too long"));
            }
            Value::Text(replaced)
        }
        ("toLowerCase", []) => Value::Text(text.to_lowercase()),
        ("toUpperCase", []) => Value::Text(text.to_uppercase()),
        ("matches", [Value::Regex(pattern)]) => {
            let regex = regex(pattern).map_err(Stop::Fault)?;
            Value::Bool(regex.is_match(text))
        }
        _ => return Err(fault("a method with the wrong arguments")),
    })
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Result<Value, Stop> {
    use Value::{Null, Number, Text, Unknown};
    if let (Value::Present, Null) | (Null, Value::Present) = (left, right)
        && let Operator::Equal | Operator::NotEqual = operator
    {
        return Ok(Value::Bool(operator == Operator::NotEqual));
    }
    let is_open = |value: &Value| matches!(value, Unknown | Value::Present);
    if is_open(left) || is_open(right) {
        return Ok(Unknown);
    }
    Ok(match (operator, left, right) {
        (Operator::Equal, left, right) => Value::Bool(equal(left, right)?),
        (Operator::NotEqual, left, right) => Value::Bool(!equal(left, right)?),
        (Operator::Add, Number(left), Number(right)) => Number(left + right),
        (Operator::Add, left, right) => match (written(left), written(right)) {
            (Some(left), Some(right)) if left.len() + right.len() <= 1 << 16 => Text(left + &right),
            _ => return Err(fault("+ needs numbers or texts")),
        },
        (Operator::Subtract, Number(left), Number(right)) => Number(left - right),
        (Operator::Multiply, Number(left), Number(right)) => Number(left * right),
        (Operator::Divide, Number(left), Number(right)) => Number(left / right),
        (Operator::Remainder, Number(left), Number(right)) => Number(left % right),
        (_, Number(left), Number(right)) => Value::Bool(compare(operator, left.partial_cmp(right))),
        (_, Text(left), Text(right)) => Value::Bool(compare(operator, Some(left.cmp(right)))),
        (_, Null, _) | (_, _, Null) => return Err(fault("nothing is neither less nor greater")),
        _ => return Err(fault("values of different types are compared")),
    })
}

fn equal(left: &Value, right: &Value) -> Result<bool, Stop> {
    match (left, right) {
        (Value::Snapshot(..) | Value::Regex(_), _) | (_, Value::Snapshot(..) | Value::Regex(_)) => {
            Err(fault("a snapshot is compared; val() is missing"))
        }
        (Value::Children, _) | (_, Value::Children) => Ok(false),
        (left, right) => Ok(left == right),
    }
}

/// As part of a text.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null => Some("null".to_owned()),
        _ => None,
    }
}

fn compare(operator: Operator, order: Option<std::cmp::Ordering>) -> bool {
    use std::cmp::Ordering::{Equal, Greater, Less};
    matches!(
        (operator, order),
        (Operator::Less | Operator::LessOrEqual, Some(Less))
            | (Operator::Greater | Operator::GreaterOrEqual, Some(Greater))
            | (Operator::LessOrEqual | Operator::GreaterOrEqual, Some(Equal))
    )
}

fn fault(message: &str) -> Stop {
    Stop::Fault(message.to_owned())
}

/// The cell of data that is wholly known.
pub(super) fn known(data: Option<&Json>, path: &[String]) -> Cell {
    match data.and_then(|data| data.at(path)) {
        None => Cell::Absent,
        Some(Json::Leaf(scalar)) => Cell::Leaf(scalar.clone()),
        Some(Json::Node(_)) => Cell::Node,
    }
}
