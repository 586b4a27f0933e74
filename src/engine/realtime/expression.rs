//! The grammar of a condition: JavaScript's, less assignments, statements and functions.

use super::lexer::{Token, tokens};

#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    Regex(Pattern),
    /// `auth`, `now`, `root`, `data`, `newData`, `query` or `$name`.
    Variable(String),
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    Call(Box<Expr>, String, Vec<Expr>),
    Not(Box<Expr>),
    Minus(Box<Expr>),
    Binary(Operator, Box<Expr>, Box<Expr>),
    Choice(Box<Expr>, Box<Expr>, Box<Expr>),
}

/// `/source/i`.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    pub source: String,
    pub ignores_case: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Expr {
    /// Calls `tell` for this and every part of it, outer ones first.
    pub fn visit<'a>(&'a self, tell: &mut dyn FnMut(&'a Expr)) {
        tell(self);
        match self {
            Self::Member(inner, _) | Self::Not(inner) | Self::Minus(inner) => inner.visit(tell),
            Self::Index(left, right) | Self::Binary(_, left, right) => {
                left.visit(tell);
                right.visit(tell);
            }
            Self::Call(target, _, arguments) => {
                target.visit(tell);
                for argument in arguments {
                    argument.visit(tell);
                }
            }
            Self::Choice(condition, yes, no) => {
                condition.visit(tell);
                yes.visit(tell);
                no.visit(tell);
            }
            _ => {}
        }
    }

    pub fn mentions(&self, variable: &str) -> bool {
        let mut found = false;
        self.visit(&mut |part| found |= matches!(part, Self::Variable(name) if name == variable));
        found
    }
}

/// Levels of brackets and operators: far beyond what a person writes.
const DEPTH: usize = 100;

/// # Errors
/// What is wrong, in words.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, depth: 0 };
    let expr = parser.choice()?;
    match parser.tokens.get(parser.at) {
        None => Ok(expr),
        Some(token) => Err(format!("{} is not expected here", shown(token))),
    }
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

/// From the weakest to the strongest binding.
const LEVELS: [&[(&str, Operator)]; 6] = [
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[
        ("===", Operator::Equal),
        ("==", Operator::Equal),
        ("!==", Operator::NotEqual),
        ("!=", Operator::NotEqual),
    ],
    &[
        ("<=", Operator::LessOrEqual),
        (">=", Operator::GreaterOrEqual),
        ("<", Operator::Less),
        (">", Operator::Greater),
    ],
    &[("+", Operator::Add), ("-", Operator::Subtract)],
    &[("*", Operator::Multiply), ("/", Operator::Divide), ("%", Operator::Remainder)],
];

impl Parser {
    fn choice(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(format!("nested more than {DEPTH} levels deep"));
        }
        let condition = self.binary(0)?;
        let expr = if self.eat("?") {
            let yes = self.choice()?;
            self.expect(":")?;
            Expr::Choice(Box::new(condition), Box::new(yes), Box::new(self.choice()?))
        } else {
            condition
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn binary(&mut self, level: usize) -> Result<Expr, String> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut operands = vec![self.binary(level + 1)?];
        let mut between = Vec::new();
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.is_next(sign)) {
            self.at += 1;
            between.push(*operator);
            operands.push(self.binary(level + 1)?);
            if level > 1 && operands.len() > DEPTH {
                return Err(format!("more than {DEPTH} operands in a row"));
            }
        }
        Ok(joined(operands, &between))
    }

    fn unary(&mut self) -> Result<Expr, String> {
        let mut signs = Vec::new();
        while self.is_next("!") || self.is_next("-") {
            signs.push(self.is_next("!"));
            self.at += 1;
            if signs.len() > DEPTH {
                return Err(format!("more than {DEPTH} signs in a row"));
            }
        }
        let operand = self.postfix()?;
        let wrap =
            |expr, is_not| if is_not { Expr::Not(Box::new(expr)) } else { Expr::Minus(Box::new(expr)) };
        Ok(signs.into_iter().rev().fold(operand, wrap))
    }

    fn postfix(&mut self) -> Result<Expr, String> {
        let mut expr = self.primary()?;
        for _ in 0..DEPTH {
            if self.eat(".") {
                let name = self.name()?;
                expr = if self.eat("(") {
                    Expr::Call(Box::new(expr), name, self.arguments()?)
                } else {
                    Expr::Member(Box::new(expr), name)
                };
            } else if self.eat("[") {
                let index = self.choice()?;
                self.expect("]")?;
                expr = Expr::Index(Box::new(expr), Box::new(index));
            } else {
                return Ok(expr);
            }
        }
        Err(format!("more than {DEPTH} members in a row"))
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, String> {
        let mut arguments = Vec::new();
        if self.eat(")") {
            return Ok(arguments);
        }
        loop {
            let is_list = self.eat("[");
            if is_list {
                // `hasChildren(['a', 'b'])` is the one place for a list.
                while !self.eat("]") {
                    arguments.push(self.choice()?);
                    if !self.eat(",") && !self.is_next("]") {
                        return Err("a comma or ] is expected in a list".to_owned());
                    }
                }
            } else {
                arguments.push(self.choice()?);
            }
            if self.eat(")") {
                return Ok(arguments);
            }
            self.expect(",")?;
        }
    }

    fn primary(&mut self) -> Result<Expr, String> {
        let Some(token) = self.tokens.get(self.at).cloned() else {
            return Err("the condition ends too early".to_owned());
        };
        self.at += 1;
        Ok(match token {
            Token::Number(number) => Expr::Number(number),
            Token::Text(text) => Expr::Text(text),
            Token::Regex(source, flags) => {
                if !flags.chars().all(|flag| flag == 'i') {
                    return Err("the only flag of a regular expression is i".to_owned());
                }
                Expr::Regex(Pattern { source, ignores_case: !flags.is_empty() })
            }
            Token::Name(name) => match name.as_str() {
                "true" => Expr::Bool(true),
                "false" => Expr::Bool(false),
                "null" => Expr::Null,
                _ => Expr::Variable(name),
            },
            Token::Sign("(") => {
                let inner = self.choice()?;
                self.expect(")")?;
                inner
            }
            token @ Token::Sign(_) => return Err(format!("{} is not expected here", shown(&token))),
        })
    }

    fn name(&mut self) -> Result<String, String> {
        match self.tokens.get(self.at) {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name.clone())
            }
            _ => Err("a name is expected after the dot".to_owned()),
        }
    }

    fn is_next(&self, sign: &str) -> bool {
        matches!(self.tokens.get(self.at), Some(Token::Sign(next)) if *next == sign)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let is_next = self.is_next(sign);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        if self.eat(sign) {
            return Ok(());
        }
        match self.tokens.get(self.at) {
            Some(token) => Err(format!("{sign} is expected before {}", shown(token))),
            None => Err(format!("{sign} is missing at the end")),
        }
    }
}

/// `a && b && c` as a balanced tree where the operator allows it, so that a long chain is not deep.
fn joined(mut operands: Vec<Expr>, between: &[Operator]) -> Expr {
    let is_free = between.iter().all(|operator| matches!(operator, Operator::And | Operator::Or));
    if is_free && operands.len() > 2 {
        let half = operands.len() / 2;
        let right = operands.split_off(half);
        let (left_between, right_between) = (&between[..half - 1], &between[half..]);
        let (left, right) = (joined(operands, left_between), joined(right, right_between));
        return Expr::Binary(between[0], Box::new(left), Box::new(right));
    }
    let mut operands = operands.into_iter();
    let first = operands.next().unwrap_or(Expr::Null);
    let join = |left, (operator, right)| Expr::Binary(operator, Box::new(left), Box::new(right));
    between.iter().copied().zip(operands).fold(first, join)
}

fn shown(token: &Token) -> String {
    match token {
        Token::Name(name) => super::text::short(name),
        Token::Text(text) => format!("'{}'", super::text::short(text)),
        Token::Number(number) => number.to_string(),
        Token::Regex(..) => "a regular expression".to_owned(),
        Token::Sign(sign) => (*sign).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binding_is_that_of_javascript() {
        let expr = parse("a || b && !c == d").expect("a condition");
        let Expr::Binary(Operator::Or, _, right) = expr else { panic!("or is weakest") };
        let Expr::Binary(Operator::And, _, right) = *right else { panic!("then and") };
        assert!(matches!(*right, Expr::Binary(Operator::Equal, ..)));
    }

    #[test]
    fn hostile_conditions_are_refused_or_flat() {
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&"!".repeat(100_000)).is_err());
        assert!(parse(&format!("a{}", ".b".repeat(100_000))).is_err());
        assert!(parse(&vec!["a"; 10_000].join(" && ")).is_ok());
        assert!(parse(&vec!["a"; 10_000].join(" + ")).is_err());
    }
}
