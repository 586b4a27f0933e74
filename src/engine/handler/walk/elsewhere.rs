//! Calls that lead out of what is here to read: what their names and arguments say.

use super::{
    At, Met, Walk, answer,
    state::{State, Trust, Truth, Value, Why, origin},
};
use crate::engine::{
    handler::words,
    source::{Id, Kind},
};

impl Walk<'_> {
    pub(super) fn is_imported(&self, path: &str) -> bool {
        let root = path.split('.').next().unwrap_or_default();
        let imports = &self.modules[self.module].imports;
        imports.get(root).is_some_and(|(module, _)| is_own(module))
    }

    /// May the work be done where this name leads? Not in what every program has, nor in a library whose
    /// function is not called after work.
    pub(super) fn takes_over(&self, path: &str) -> bool {
        const WORKS: [&str; 14] = [
            "handle", "process", "sync", "upsert", "create", "update", "dispatch", "enqueue", "trigger",
            "send", "save", "apply", "on", "run",
        ];
        const BUILT_IN: [&str; 8] = [
            "isNaN",
            "isFinite",
            "atob",
            "btoa",
            "setTimeout",
            "encodeURIComponent",
            "decodeURIComponent",
            "sorted",
        ];
        let root = path.split(['.', '(']).next().unwrap_or_default();
        let lower = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match self.modules[self.module].imports.get(root) {
            Some((module, _)) if !is_own(module) => WORKS.iter().any(|word| lower.starts_with(word)),
            _ => !BUILT_IN.contains(&root),
        }
    }

    /// The body and its signature go on as they came: whoever gets them verifies.
    pub(super) fn forwards(&mut self, id: Id, path: &str, all: u32) -> bool {
        let asks = path == "fetch" || path.contains("axios") || path.starts_with("requests.");
        let whole =
            all & (origin::RAW | origin::BODY) != 0 && all & (origin::SIGNATURE | origin::HEADERS) != 0;
        if asks && whole {
            self.note(Met::Delegated, self.here(id), "fetch");
            self.note(Met::Acts, self.here(id), "forwards");
        }
        asks && whole
    }

    /// `return unauthorized(res)`, where nothing here says what that does.
    pub(super) fn refused_elsewhere(&mut self, id: Id, callee: Id, arguments: &[Id]) -> Option<u16> {
        let tree = self.tree();
        let status = answer::refuses(&tree, id, callee, arguments)?;
        let last = tree.last_name(callee).to_owned();
        self.function_named(&last).is_none().then_some(status)
    }

    /// The event, or what names something of it, from which the callee may tell a repeat.
    pub(super) fn is_the_event(&self, argument: Id, value: Value, callee: &str) -> bool {
        const SPEAKS: [&str; 8] = ["reply", "push", "send", "notify", "mail", "post", "message", "track"];
        let tree = self.tree();
        if !value.has(origin::EVENT) || !matches!(tree.kind(argument), Kind::Name | Kind::Member { .. }) {
            return false;
        }
        let name = tree.last_name(argument);
        let callee = callee.to_ascii_lowercase();
        let whole = value.of.is_some() || value.has(origin::PARSED | origin::BODY) || words::is_event(name);
        whole || !SPEAKS.iter().any(|word| callee.contains(word))
    }

    /// A verification that gives `false` before it has computed anything refuses too.
    pub(super) fn refused_by_guard(&self, id: Id, ways: Vec<(State, Value)>) -> Vec<(State, Value)> {
        let at = self.here(id);
        let refused = |(mut state, value): (State, Value)| {
            let refuses = value.truth == Truth::False || value.flag == Some(false);
            if refuses && state.trust == Trust::Not {
                state.trust = Trust::Failed;
                state.why = Some((Why::Failed, at));
            }
            (state, value)
        };
        ways.into_iter().map(refused).collect()
    }

    /// Is this where customers register webhooks of their own, and not one that takes events?
    pub(super) fn keeps_hooks(&self, function: Id) -> bool {
        let tree = self.tree();
        tree.inside(function, false).into_iter().any(|id| match tree.kind(id) {
            Kind::Call { callee, arguments, .. } if words::write(&tree, *callee, arguments).is_some() => {
                let into = tree.source(*callee).to_ascii_lowercase();
                let taken = ["event", "log", "deliver", "payload", "inbox"];
                into.len() < 200 && into.contains("webhook") && !taken.iter().any(|word| into.contains(word))
            }
            _ => false,
        })
    }

    /// Within a function that tells people or counts what happened.
    pub(super) fn is_speaking(&self) -> bool {
        const SPEAKS: [&str; 10] =
            ["mail", "notif", "alert", "sms", "push", "slack", "message", "track", "log", "capi"];
        self.calls.iter().any(|call| {
            let Some(module) = self.modules.get(call.module) else { return false };
            let Kind::Function(function) = module.tree.kind(call.id) else { return false };
            let name = function.name.to_ascii_lowercase();
            SPEAKS.iter().any(|word| name.contains(word))
        })
    }

    /// Within a function that verifies the body is looked at to be verified.
    pub(super) fn in_verification(&self) -> bool {
        self.calls.last().is_some_and(|call| {
            let module = self.modules.get(call.module);
            module.is_some_and(|module| match module.tree.kind(call.id) {
                Kind::Function(function) => words::says_verify(&function.name),
                _ => false,
            })
        })
    }

    /// What is sent only names something, and the provider is asked for it with a key of one's own.
    pub(super) fn asks_back(
        &mut self,
        id: Id,
        callee: Id,
        given: &[(Id, Value)],
        state: &State,
    ) -> Option<Vec<(State, Value)>> {
        const ASKED: [&str; 8] = [
            "payments.get",
            "payment.get",
            "payment.findById",
            "events.retrieve",
            "Event.retrieve",
            "paymentIntents.retrieve",
            "sessions.retrieve",
            "payments.fetch",
        ];
        let tree = self.tree();
        let path = tree.path(callee);
        let named = given.first().is_some_and(|(_, value)| {
            value.has(origin::EVENT | origin::EVENT_ID | origin::QUERY)
                && !value.has(origin::RAW | origin::BODY | origin::PARSED | origin::SECRET)
        });
        let with_key = || {
            let options = given.get(1).map_or("", |(options, _)| tree.source(*options));
            options.to_ascii_lowercase().contains("authorization") && !options.contains("method")
        };
        let asked = path == "fetch" && with_key() || ASKED.iter().any(|asked| path.ends_with(asked));
        if state.trust != Trust::Not || !named || !asked || !self.is_awaited(id) && path == "fetch" {
            return None;
        }
        let at = self.here(id);
        let mut state = state.clone();
        self.note(Met::Delegated, at, "asks the provider");
        // What was made of the name before is the question itself.
        (state.pending, state.took, state.early) = (None, None, None);
        self.throw(State { threw: true, ..state.clone() });
        (state.trust, state.why) = (Trust::Verified, None);
        Some(vec![(state, Value { of: Some(at), ..Value::from(origin::EVENT) })])
    }

    /// A function of one's own that is called a verification, hands the work on and can refuse.
    pub(super) fn verifies_elsewhere(&self, function: At) -> bool {
        let Some(module) = self.modules.get(function.module) else { return false };
        let tree = &module.tree;
        let inside = tree.inside(function.id, false);
        let refuses = inside.iter().any(|id| matches!(tree.kind(*id), Kind::Throw(_) | Kind::False));
        let hands_on = |id: &Id| match tree.kind(*id) {
            Kind::Call { callee, .. } => {
                let root = tree.path(*callee);
                let root = root.split(['.', '(']).next().unwrap_or_default();
                let package = module.imports.get(root).is_some_and(|(from, _)| !is_own(from));
                package || words::says_verify(tree.last_name(*callee)) || root == "fetch"
            }
            _ => false,
        };
        refuses && inside.iter().any(hands_on)
    }

    /// Does the handler ask who is signed in? Then it is a page's, not a provider's.
    pub(super) fn asks_who(&self, function: Id) -> bool {
        const WHO: [&str; 7] = ["user", "apiKey", "auth", "session", "currentUser", "userId", "account"];
        let tree = self.tree();
        tree.inside(function, false).into_iter().any(|id| match tree.kind(id) {
            Kind::Member { object, property } => {
                let of = tree.source(*object).trim_start_matches('(');
                WHO.contains(&property.as_str())
                    && of.len() < 30
                    && (of.starts_with("req") || of.starts_with("ctx") || of.starts_with("c."))
                    && !of.contains("body")
            }
            _ => false,
        })
    }

    /// A function that is called a verification and verifies nothing.
    pub(super) fn hollow(&mut self, function: At) {
        self.verifying += 1;
        self.note(Met::FailOpen, function, super::super::HOLLOW);
        let Some(module) = self.modules.get(function.module) else { return };
        let tree = module.tree.clone();
        let returns =
            tree.inside(function.id, true).into_iter().filter(|id| matches!(tree.kind(*id), Kind::Return(_)));
        for id in returns.take(3).collect::<Vec<_>>() {
            self.also(Met::FailOpen, function, At { id, ..function });
        }
    }

    /// `list.forEach(async …)`: nobody waits for what the function does.
    pub(super) fn for_each(&mut self, id: Id, last: &str, arguments: &[Id]) {
        let tree = self.tree();
        if let ("forEach", Some(function)) = (last, arguments.first())
            && matches!(tree.kind(*function), Kind::Function(_))
            && self.works_later(self.here(*function))
        {
            self.note(Met::Unawaited, self.here(id), "`forEach` does not wait for its asynchronous function");
        }
    }
}

/// A module of the repository, not a package.
fn is_own(module: &str) -> bool {
    let package = module.contains("://") || module.starts_with("npm:") || module.starts_with("jsr:");
    let alias = module.starts_with(['@', '~', '$']) && module[1..].starts_with('/');
    !package && (module.starts_with('.') || module.starts_with("src/") || module.starts_with("$lib") || alias)
}
