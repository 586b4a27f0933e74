//! What a file declares and does not use, and what a function that no grant reaches cannot see.

use std::collections::BTreeSet;

use super::super::{
    ast::{Diagnostic, Expr, ExprKind, Function, Match, Ruleset, Service, Span},
    scope::{Level, find_function},
};

const METHODS: [&str; 7] = ["read", "write", "get", "list", "create", "update", "delete"];
const READERS: [&str; 4] = ["get", "exists", "getAfter", "existsAfter"];

/// What the compiler remarks on though the file works, in no order.
pub(super) fn remarks(ruleset: &Ruleset) -> Vec<Diagnostic> {
    let mut usage = Usage::default();
    if !ruleset.is_v2() {
        usage.remark(Span::default(), "rules_version '1' is old: version '2' is the current one");
    }
    usage.declare(&ruleset.functions, &[]);
    for service in &ruleset.services {
        let levels: [Level<'_>; 1] = [&ruleset.functions];
        usage.service(service, &levels);
    }
    usage.conclude();
    usage.remarks
}

#[derive(Default)]
struct Usage<'a> {
    remarks: Vec<Diagnostic>,
    /// Every function with the levels that it sees.
    functions: Vec<(&'a Function, Vec<Level<'a>>)>,
    /// By where their names stand: called from anywhere, and called on behalf of a grant.
    called: BTreeSet<Span>,
    reached: BTreeSet<Span>,
}

impl<'a> Usage<'a> {
    fn remark(&mut self, span: Span, message: impl Into<String>) {
        self.remarks.push(Diagnostic { span, message: message.into() });
    }

    fn declare(&mut self, functions: &'a [Function], above: &[Level<'a>]) {
        let levels: Vec<Level<'a>> = above.iter().copied().chain([functions]).collect();
        for function in functions {
            self.functions.push((function, levels.clone()));
            self.locals(function);
        }
    }

    fn service(&mut self, service: &'a Service, above: &[Level<'a>]) {
        let known = matches!(service.name.text.as_str(), "cloud.firestore" | "firebase.storage");
        if !known {
            self.remark(service.name.span, format!("there is no service `{}`", service.name.text));
        }
        self.declare(&service.functions, above);
        let levels: Vec<Level<'a>> = above.iter().copied().chain([service.functions.as_slice()]).collect();
        for block in &service.matches {
            self.block(block, &levels, known);
        }
    }

    fn block(&mut self, block: &'a Match, above: &[Level<'a>], known: bool) {
        self.declare(&block.functions, above);
        let levels: Vec<Level<'a>> = above.iter().copied().chain([block.functions.as_slice()]).collect();
        for allow in &block.allows {
            for method in &allow.methods {
                if !known || !METHODS.contains(&method.text.as_str()) {
                    let message = format!("there is no method `{}`: it is never asked for", method.text);
                    self.remark(method.span, message);
                }
            }
            if let Some(condition) = &allow.condition {
                self.reach(condition, &levels);
            }
        }
        for inner in &block.matches {
            self.block(inner, &levels, known);
        }
    }

    /// Marks what an expression calls, and what that calls.
    fn reach(&mut self, expr: &'a Expr, levels: &[Level<'a>]) {
        for (function, sees) in calls(expr, levels) {
            if self.reached.insert(function.name.span) {
                self.called.insert(function.name.span);
                for part in bodies(function) {
                    self.reach(part, &levels[..sees]);
                }
            }
        }
    }

    fn locals(&mut self, function: &'a Function) {
        let names = function.params.iter().chain(function.lets.iter().map(|(name, _)| name));
        for name in names {
            let mut used = false;
            for part in bodies(function) {
                part.visit(&mut |part| {
                    used |= matches!(&part.kind, ExprKind::Variable(other) if *other == name.text);
                });
            }
            if !used {
                self.remark(name.span, format!("`{}` is not used", name.text));
            }
        }
    }

    fn conclude(&mut self) {
        let functions = std::mem::take(&mut self.functions);
        for (function, levels) in &functions {
            for part in bodies(function) {
                self.called.extend(calls(part, levels).into_iter().map(|(called, _)| called.name.span));
            }
        }
        for (function, levels) in &functions {
            let span = function.name.span;
            if !self.called.contains(&span) {
                self.remark(span, format!("function `{}` is not used", function.name.text));
            }
            if !self.reached.contains(&span) {
                self.out_of_context(function, levels);
            }
        }
    }

    /// There is no request where no grant calls.
    fn out_of_context(&mut self, function: &'a Function, levels: &[Level<'a>]) {
        let is_local = |name: &str| {
            let lets = function.lets.iter().map(|(name, _)| name);
            function.params.iter().chain(lets).any(|local| local.text == name)
        };
        let mut found = Vec::new();
        for part in bodies(function) {
            part.visit(&mut |part| match &part.kind {
                ExprKind::Variable(name)
                    if matches!(name.as_str(), "request" | "resource") && !is_local(name) =>
                {
                    found.push((part.span, name.as_str()));
                }
                ExprKind::Call { target: None, name, .. }
                    if READERS.contains(&name.text.as_str())
                        && find_function(levels, &name.text).is_none() =>
                {
                    found.push((name.span, name.text.as_str()));
                }
                _ => {}
            });
        }
        for (span, name) in found {
            self.remark(span, format!("`{name}` in a function that no `allow` calls"));
        }
    }
}

fn bodies(function: &Function) -> impl Iterator<Item = &Expr> {
    function.lets.iter().map(|(_, value)| value).chain([&function.body])
}

fn calls<'a>(expr: &'a Expr, levels: &[Level<'a>]) -> Vec<(&'a Function, usize)> {
    let mut found = Vec::new();
    expr.visit(&mut |part| {
        if let ExprKind::Call { target: None, name, .. } = &part.kind {
            found.extend(find_function(levels, &name.text));
        }
    });
    found
}
