//! Verifications and comparisons.

use super::{
    Met, Walk,
    evaluate::DENIAL,
    state::{State, Trust, Truth, Value, origin},
};
use crate::{
    engine::{
        handler::{EMPTY_KEY, words},
        source::{Id, Kind},
    },
    seen::Runtime,
};

impl Walk<'_> {
    /// A call that verifies.
    pub(super) fn verification(
        &mut self,
        id: Id,
        callee: Id,
        refuses: words::Refuses,
        arguments: &[(Id, Value)],
        mut state: State,
    ) -> Vec<(State, Value)> {
        let at = self.here(id);
        let tree = self.tree();
        let name = tree.last_name(callee).to_owned();
        self.note(Met::Verified, at, &*name);
        self.synchronous(id, callee, &name);
        self.judged_bytes(id, &name, arguments);
        self.empty_key(arguments.iter().map(|(_, value)| *value));
        if name.starts_with("construct")
            && arguments.get(3).and_then(|(id, _)| tree.number(*id)).is_some_and(|n| n == 0 || n > 3_600)
        {
            self.note(Met::NoTolerance, at, "the tolerance of timestamps is as good as none");
        }
        let either = |origins: u32| arguments.iter().any(|(_, value)| value.has(origins));
        if refuses == words::Refuses::ByAnswer && either(origin::QUERY) && either(origin::SECRET) {
            self.note(Met::QuerySecret, at, "the secret comes in the URL");
        }
        self.settle_early(&mut state);
        let verdict = Value { of: Some(at), ..Value::from(origin::VERDICT) };
        match refuses {
            words::Refuses::ByAnswer => vec![(state, verdict)],
            words::Refuses::ByThrowing | words::Refuses::Somehow => {
                self.throw(State { trust: Trust::Failed, ..state.clone() });
                state.trust = Trust::Verified;
                state.why = None;
                let somehow = refuses == words::Refuses::Somehow;
                let origins = if somehow { origin::EVENT | origin::VERDICT } else { origin::EVENT };
                let truth = if somehow { Truth::Unknown } else { Truth::True };
                vec![(state, Value { of: Some(at), truth, ..Value::from(origins) })]
            }
        }
    }

    /// What was done before this verification was done unverified.
    pub(super) fn settle_early(&mut self, state: &mut State) {
        self.guarding.extend(state.guards.iter());
        (state.pending, state.took) = (None, None);
        if let Some(early) = state.early.take() {
            self.unverified.remove(&early);
            self.note(Met::Early, early, "a write happens before the signature is verified");
        }
    }

    /// A function whose name says that it verifies, and whose source is not here.
    pub(super) fn delegated(
        &mut self,
        id: Id,
        name: &str,
        given: &[(Id, Value)],
        mut state: State,
    ) -> Vec<(State, Value)> {
        let at = self.here(id);
        self.note(Met::Delegated, at, name);
        self.empty_key(given.iter().map(|(_, value)| *value));
        self.settle_early(&mut state);
        self.throw(State { trust: Trust::Failed, ..state.clone() });
        state.trust = Trust::Verified;
        state.why = None;
        vec![(state, Value { of: Some(at), ..Value::from(origin::VERDICT | origin::EVENT) })]
    }

    /// A verification of one's own whose work is done by somebody else.
    pub(super) fn verified_elsewhere(
        &mut self,
        id: Id,
        name: &str,
        ways: Vec<(State, Value)>,
    ) -> Vec<(State, Value)> {
        let at = self.here(id);
        self.note(Met::Delegated, at, name);
        let verified = |(mut state, value): (State, Value)| {
            self.settle_early(&mut state);
            let refuses = value.truth == Truth::False || value.flag == Some(false);
            state.trust = if refuses { Trust::Failed } else { Trust::Verified };
            state.why = refuses.then_some((super::state::Why::Failed, at));
            (state, value)
        };
        ways.into_iter().map(verified).collect()
    }

    /// Stripe's synchronous verification needs Node's crypto. At other runtimes the SDK falls back to
    /// Web Crypto, which is asynchronous only, and the call always throws. A crypto provider that is
    /// handed over explicitly is trusted.
    fn synchronous(&mut self, id: Id, callee: Id, name: &str) {
        let tree = self.tree();
        let path = tree.path(callee).to_ascii_lowercase();
        let receiver = path.strip_suffix(&format!(".{}", name.to_ascii_lowercase())).unwrap_or_default();
        if matches!(self.runtime, Runtime::Deno | Runtime::Edge | Runtime::Bun)
            && matches!(name, "constructEvent" | "parseEventNotification")
            && (receiver.ends_with("webhooks")
                || receiver.ends_with("stripe")
                || receiver.ends_with("stripe()"))
            && !tree.text().contains("NodeCryptoProvider")
        {
            self.note(Met::Synchronous, self.here(id), name);
        }
    }

    /// Bytes that were parsed and written again are not the bytes that were signed.
    fn judged_bytes(&mut self, id: Id, name: &str, arguments: &[(Id, Value)]) {
        let at = self.here(id);
        let digest = matches!(name, "timingSafeEqual" | "compare_digest");
        for (_, value) in arguments.iter().filter(|_| !digest) {
            if value.has(origin::REWRITTEN) && !value.has(origin::RAW) {
                self.note(Met::Reparsed, at, format!("{name} over JSON.stringify(…)"));
            } else if value.has(origin::PARSED) && !value.has(origin::RAW) && !words::takes_parsed(name) {
                self.note(Met::Reparsed, at, "the body is parsed before it is verified");
            } else if value.has(origin::BODY) && !value.has(origin::RAW) && self.parsed_before {
                self.note(Met::Reparsed, at, format!("{name} over req.body, which is parsed here"));
            }
        }
    }

    /// With an empty key anyone can compute the signature. Web Crypto refuses a key without a byte.
    pub(super) fn empty_key(&mut self, values: impl Iterator<Item = Value>) {
        if matches!(self.runtime, Runtime::Deno | Runtime::Edge) {
            return;
        }
        for value in values {
            if value.has(origin::EMPTY)
                && value.truth != Truth::True
                && let Some(of) = value.of
            {
                self.note(Met::FailOpen, of, EMPTY_KEY);
            }
        }
    }

    /// `createHmac(algorithm, key)` and its like, `.update(data)`, `.digest()`.
    pub(super) fn digest(&mut self, id: Id, last: &str, arguments: &[(Id, Value)]) -> Value {
        let at = self.here(id);
        self.empty_key(arguments.iter().map(|(_, value)| *value));
        let rewritten =
            arguments.iter().any(|(_, value)| value.has(origin::REWRITTEN) && !value.has(origin::RAW));
        if rewritten {
            self.note(Met::Reparsed, at, "a digest over JSON.stringify(…)");
        }
        if last != "update" {
            self.note(Met::Verified, at, last);
        }
        if arguments.iter().any(|(_, value)| value.has(origin::STAMP)) {
            self.note(Met::Stamped, at, "signs a time");
        }
        Value { of: Some(at), ..Value::from(origin::DIGEST) }
    }

    /// `left == right`, where it decides about a signature or a secret.
    pub(super) fn compared(
        &mut self,
        id: Id,
        operator: &str,
        left: (Id, Value),
        right: (Id, Value),
    ) -> Value {
        let at = self.here(id);
        let outcome = if operator.starts_with('=') { origin::VERDICT } else { DENIAL };
        let verdict = Value { of: Some(at), ..Value::from(outcome) };
        let either = |origins: u32| left.1.has(origins) || right.1.has(origins);
        // A verdict compared with `true` stays one.
        for (side, other) in [(left, right), (right, left)] {
            if side.1.has(origin::VERDICT | DENIAL) && matches!(other.1.truth, Truth::True | Truth::False) {
                let same = (other.1.truth == Truth::True) == operator.starts_with('=');
                return if same {
                    side.1
                } else {
                    Value { origin: side.1.origin ^ (origin::VERDICT | DENIAL), ..side.1 }
                };
            }
        }
        if let (Some(one), Some(other)) = (left.1.text, right.1.text) {
            return Value::known((one == other) == operator.starts_with('='));
        }
        let named = |side: Id| {
            let text = self.tree().source(side).to_ascii_lowercase().replace('_', "");
            text.len() < 160 && text.contains("verificationstatus")
        };
        for (side, other) in [(left.0, right.0), (right.0, left.0)] {
            // PayPal is asked whether the signature is its own.
            if named(side) && self.tree().literal(other) == Some("SUCCESS") {
                self.note(Met::Verified, at, "verification_status");
                return verdict;
            }
        }
        // `differs |= a[i] ^ b[i]` over all bytes, compared with zero at the end.
        for (side, other) in [(left, right), (right, left)] {
            if side.1.has(origin::DIFFERENCE) && self.tree().number(other.0) == Some(0) {
                self.note(Met::Verified, at, "a digest is compared");
                return verdict;
            }
        }
        let constant = |side: Id| {
            matches!(
                self.tree().kind(side),
                Kind::Text(_) | Kind::Number | Kind::True | Kind::False | Kind::Nothing
            )
        };
        if constant(left.0) || constant(right.0) {
            return Value::default();
        }
        let sent = origin::HEADER
            | origin::HEADERS
            | origin::SIGNATURE
            | origin::QUERY
            | origin::BODY
            | origin::PARSED
            | origin::EVENT;
        if either(origin::DIGEST) {
            self.note(
                Met::TimingUnsafe,
                at,
                "a signature is compared with an operator that stops at the first difference",
            );
            self.note(Met::Verified, at, "a digest is compared");
            return verdict;
        }
        let secret = origin::SECRET | origin::API_KEY;
        let with_secret =
            (left.1.has(secret) && right.1.has(sent)) || (right.1.has(secret) && left.1.has(sent));
        if with_secret || (either(secret) && (self.is_credential(left.0) || self.is_credential(right.0))) {
            self.note(Met::Compared, at, "compares a secret");
            self.note(
                Met::TimingUnsafe,
                at,
                "a secret is compared with an operator that stops at the first difference",
            );
            if either(origin::QUERY) {
                self.note(Met::QuerySecret, at, "the secret comes in the URL");
            }
            return verdict;
        }
        Value::default()
    }

    fn is_credential(&self, id: Id) -> bool {
        let name = self.tree().source(id).to_ascii_lowercase();
        name.len() < 80
            && ["auth", "token", "secret", "signature", "apikey", "api_key", "password", "header"]
                .iter()
                .any(|word| name.contains(word))
    }
}
