//! The token's claims for each caller, as Supabase Auth fills them.
//!
//! Source: supabase.com/docs/guides/auth/jwt-fields. The public key's own token has a `role` and no
//! `sub`; a user's token has `sub`, `role`, `email`, `app_metadata`, `user_metadata`,
//! `is_anonymous`, `aal`, `amr` and `session_id`.

use super::{
    caller::{Caller, Needs},
    eval::Value,
    truth::Truth,
};

/// A path into the claims; empty for all of them.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Claim(Vec<String>);

impl Claim {
    pub(super) fn root() -> Self {
        Self::default()
    }

    /// Something that is different for every user.
    pub(super) fn is_identity(&self) -> bool {
        matches!(self.first(), Some("email" | "phone" | "session_id"))
    }

    pub(super) fn needs(&self) -> Needs {
        match self.first() {
            Some("user_metadata" | "raw_user_meta_data") => Needs::OWN_CLAIM,
            _ => Needs::CLAIM,
        }
    }

    fn first(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }
}

pub(super) fn identity(caller: Caller) -> Value {
    match caller {
        Caller::Anonymous => Value::Null,
        Caller::Stranger => Value::Identity,
    }
}

/// `claims -> key`.
pub(super) fn part(claim: &Claim, key: &str, caller: Caller) -> Value {
    match (claim.0.is_empty(), key, caller) {
        (true, "sub", caller) => identity(caller),
        (true, "role", caller) => Value::Text(caller.role().to_owned()),
        // The public key's own token has nothing but these.
        (true, "iss" | "ref" | "exp" | "iat", _) | (_, _, Caller::Stranger) => deeper(claim, key),
        (_, _, Caller::Anonymous) => Value::Null,
    }
}

fn deeper(claim: &Claim, key: &str) -> Value {
    let mut path = claim.0.clone();
    path.push(key.to_owned());
    Value::Claim(Claim(path))
}

/// `current_setting('request.jwt.claims')` and the older settings of one claim each.
pub(super) fn setting(name: &str, caller: Caller) -> Value {
    match name {
        "request.jwt.claims" => Value::Claim(Claim::root()),
        "role" => Value::Text(caller.role().to_owned()),
        _ => match name.strip_prefix("request.jwt.claim.") {
            Some(claim) => part(&Claim::root(), claim, caller),
            None => Value::Unknown(Needs::UNKNOWN),
        },
    }
}

/// Claims every user has are not NULL; others may be.
pub(super) fn is_null(claim: &Claim, caller: Caller) -> Truth {
    match (claim.first(), caller) {
        (None | Some("iss"), _) => Truth::FALSE,
        (Some("ref" | "exp" | "iat"), _) => Truth::depends(Needs::UNKNOWN),
        (Some(_), Caller::Anonymous) => Truth::True,
        (
            Some("app_metadata" | "user_metadata" | "aal" | "session_id" | "is_anonymous"),
            Caller::Stranger,
        ) if claim.0.len() == 1 => Truth::FALSE,
        (Some(_), Caller::Stranger) => Truth::depends(claim.needs()),
    }
}
