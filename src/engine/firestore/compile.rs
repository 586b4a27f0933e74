//! What the compiler refuses and warns about beyond grammar.
//!
//! An error keeps the whole file from being deployed. An undefined name or a wrong number of
//! arguments is only a warning there: it fails at run time, which denies, or lets through next to
//! an `||`.

mod usage;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    ast::{Diagnostic, Expr, ExprKind, Function, Match, Name, Ruleset, Segment, Span},
    eval::is_pattern,
    scope::{BUILTINS, Level, METHODS, PACKAGED, PACKAGES, find_function},
};

const MOST_PARAMETERS: usize = 7;
const MOST_BINDINGS: usize = 11;
const MOST_CAPTURES: usize = 20;
const DEEPEST_CALL: usize = 21;

#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Findings {
    pub(super) errors: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
    pub(super) remarks: Vec<Diagnostic>,
}

pub(super) fn check(ruleset: &Ruleset) -> Findings {
    let mut checker = Checker {
        findings: Findings::default(),
        v2: ruleset.is_v2(),
        variables: Vec::new(),
        heights: BTreeMap::new(),
        storage: false,
    };
    let mut levels = vec![ruleset.functions.as_slice()];
    checker.functions(&levels);
    let mut names = BTreeSet::new();
    for service in &ruleset.services {
        if !names.insert(service.name.text.as_str()) {
            checker.error(service.name.span, "duplicate service name");
        }
        checker.storage = service.name.text == "firebase.storage";
        levels.push(&service.functions);
        checker.functions(&levels);
        for block in &service.matches {
            checker.block(block, &mut levels);
        }
        levels.pop();
    }
    checker.findings.remarks = usage::remarks(ruleset);
    checker.findings.remarks.sort_by_key(|remark| remark.span);
    checker.findings.errors.sort_by_key(|error| error.span);
    checker.findings.warnings.sort_by_key(|warning| warning.span);
    checker.findings
}

struct Checker<'a> {
    findings: Findings,
    v2: bool,
    /// Captures in scope, one set a level.
    variables: Vec<(usize, &'a str)>,
    /// Length of the longest chain of calls that starts in a function, by where its name stands.
    heights: BTreeMap<Span, Height>,
    storage: bool,
}

#[derive(Clone, Copy)]
enum Height {
    Computing,
    Known(usize),
}

impl<'a> Checker<'a> {
    fn error(&mut self, span: Span, message: impl Into<String>) {
        self.findings.errors.push(Diagnostic { span, message: message.into() });
    }

    fn warn(&mut self, span: Span, message: impl Into<String>) {
        self.findings.warnings.push(Diagnostic { span, message: message.into() });
    }

    fn block(&mut self, block: &'a Match, levels: &mut Vec<Level<'a>>) {
        let before = self.variables.len();
        self.path(block, levels.len());
        levels.push(&block.functions);
        self.functions(levels);
        for allow in &block.allows {
            if let Some(condition) = &allow.condition {
                self.expression(condition, &Scope { levels, locals: &[] });
            }
        }
        for inner in &block.matches {
            self.block(inner, levels);
        }
        levels.pop();
        self.variables.truncate(before);
    }

    fn path(&mut self, block: &'a Match, level: usize) {
        let mut names = BTreeSet::new();
        let mut globs = 0;
        for (at, segment) in block.path.iter().enumerate() {
            let (Segment::Capture(name) | Segment::Recursive(name)) = segment else { continue };
            if !names.insert(name) {
                self.error(block.path_span, format!("variable `{name}` stands twice in this path"));
            }
            self.not_a_package(name, block.path_span);
            self.variables.push((level, name));
            if matches!(segment, Segment::Recursive(_)) {
                globs += 1;
                if !self.v2 && at + 1 < block.path.len() {
                    let message = "in rules version 1 a recursive wildcard must be the last segment";
                    self.error(block.path_span, message);
                }
            }
        }
        if globs > 1 {
            self.error(block.path_span, "only one recursive wildcard is permitted in a path");
        }
        if self.variables.len() > MOST_CAPTURES {
            self.error(block.path_span, "more than 20 variables in nested paths");
        }
    }

    /// Checks the functions of the innermost level.
    fn functions(&mut self, levels: &[Level<'a>]) {
        let Some(functions) = levels.last() else { return };
        let mut names = BTreeSet::new();
        for function in *functions {
            if !names.insert(&function.name.text) {
                self.error(
                    function.name.span,
                    format!("function `{}` is already defined", function.name.text),
                );
            }
            self.signature(function);
            self.call_height(function, levels, 1);
            self.body(function, levels);
        }
    }

    fn signature(&mut self, function: &Function) {
        if function.params.len() > MOST_PARAMETERS {
            self.error(function.name.span, "a function takes at most 7 arguments");
        }
        if function.lets.len() > MOST_BINDINGS {
            self.error(function.name.span, "a function has at most 10 variables");
        }
        if let Some((name, _)) = function.lets.first().filter(|_| !self.v2) {
            self.error(name.span, "`let` needs rules_version = '2'");
        }
        let mut bound = BTreeSet::new();
        for name in function.params.iter().chain(function.lets.iter().map(|(name, _)| name)) {
            if !bound.insert(&name.text) {
                self.error(name.span, format!("`{}` is already defined", name.text));
            }
            self.not_a_package(&name.text, name.span);
        }
    }

    fn not_a_package(&mut self, name: &str, span: Span) {
        if PACKAGES.contains(&name) {
            self.error(span, format!("`{name}` is a package and cannot name a variable"));
        }
    }

    fn body(&mut self, function: &'a Function, levels: &[Level<'a>]) {
        let mut locals: Vec<&str> = function.params.iter().map(|name| name.text.as_str()).collect();
        for (name, value) in &function.lets {
            self.expression(value, &Scope { levels, locals: &locals });
            locals.push(&name.text);
        }
        self.expression(&function.body, &Scope { levels, locals: &locals });
    }

    /// Functions in the longest chain of calls from here; cycles and too long chains are errors.
    fn call_height(&mut self, function: &'a Function, levels: &[Level<'a>], depth: usize) -> usize {
        match self.heights.get(&function.name.span) {
            Some(Height::Known(height)) => return *height,
            Some(Height::Computing) => {
                self.error(function.name.span, format!("function `{}` calls itself", function.name.text));
                return 0;
            }
            None => {}
        }
        if depth > DEEPEST_CALL {
            let message = "calls are nested deeper than 20";
            if !self.findings.errors.iter().any(|error| error.message == message) {
                self.error(function.name.span, message);
            }
            return 1;
        }
        self.heights.insert(function.name.span, Height::Computing);
        let mut called = BTreeSet::new();
        for expr in function.lets.iter().map(|(_, value)| value).chain([&function.body]) {
            expr.visit(&mut |part| {
                if let ExprKind::Call { target: None, name, .. } = &part.kind {
                    called.insert(name.text.as_str());
                }
            });
        }
        let mut height = 1;
        for name in called {
            if let Some((callee, sees)) = find_function(levels, name) {
                height = height.max(1 + self.call_height(callee, &levels[..sees], depth + 1));
            }
        }
        if height > DEEPEST_CALL && depth == 1 {
            self.error(function.name.span, "calls are nested deeper than 20");
        }
        self.heights.insert(function.name.span, Height::Known(height));
        height
    }

    fn expression(&mut self, expr: &'a Expr, scope: &Scope<'_, 'a>) {
        if let ExprKind::Variable(name) = &expr.kind {
            self.variable(name, expr.span, scope);
        }
        let mut parts = expr.parts();
        if let ExprKind::Call { target, name, args } = &expr.kind
            && !self.call(target.as_deref(), name, args, scope)
        {
            // The target is a package and no variable.
            parts.remove(0);
        }
        for part in parts {
            self.expression(part, scope);
        }
    }

    fn variable(&mut self, name: &str, span: Span, scope: &Scope<'_, 'a>) {
        if PACKAGES.contains(&name) {
            self.error(span, format!("`{name}` is a package and cannot be used as a variable"));
            return;
        }
        let seen = |(level, variable): &(usize, &str)| *variable == name && *level < scope.levels.len();
        let known = matches!(name, "request" | "resource")
            || scope.locals.contains(&name)
            || self.variables.iter().any(seen);
        if !known {
            self.warn(span, format!("variable `{name}` is not defined here"));
        }
    }

    /// Checks the name and the number of arguments; false if the target is a package.
    fn call(&mut self, target: Option<&Expr>, name: &Name, args: &[Expr], scope: &Scope<'_, 'a>) -> bool {
        let package = target.and_then(|target| match &target.kind {
            ExprKind::Variable(package) => Some(package.as_str()),
            _ => None,
        });
        let package =
            package.filter(|package| PACKAGES.contains(package) || (self.storage && *package == "firestore"));
        let arity = match (target, package) {
            (None, _) => {
                let declared = find_function(scope.levels, &name.text).map(|(found, _)| found.params.len());
                let built_in =
                    || BUILTINS.iter().find(|(known, _)| *known == name.text).map(|(_, arity)| *arity);
                declared.or_else(built_in)
            }
            (Some(_), Some(package)) => PACKAGED
                .iter()
                .find(|(module, known, _)| *module == package && *known == name.text)
                .map(|(_, _, arity)| *arity),
            (Some(_), None) => METHODS.contains(&name.text.as_str()).then_some(args.len()),
        };
        match arity {
            None => self.warn(name.span, format!("function `{}` is not defined here", name.text)),
            Some(arity) if arity != args.len() => self.warn(
                name.span,
                format!("function `{}` takes {arity} arguments and is given {}", name.text, args.len()),
            ),
            Some(_) => {}
        }
        if name.text == "matches"
            && let Some(ExprKind::Text(pattern)) = args.first().map(|arg| &arg.kind)
            && !is_pattern(pattern)
        {
            self.error(args[0].span, "invalid regular expression");
        }
        package.is_none()
    }
}

struct Scope<'s, 'a> {
    levels: &'s [Level<'a>],
    locals: &'s [&'a str],
}
