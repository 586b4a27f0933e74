//! What goes into a server's logs and must not: credentials, and who the customer is.

use std::collections::BTreeSet;

use super::noted;
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Noted,
};

const CREDENTIALS: &[&str] = &[
    "password",
    "passwd",
    "accesstoken",
    "refreshtoken",
    "idtoken",
    "apikey",
    "servicerolekey",
    "authorization",
    "authheader",
    "clientsecret",
    "webhooksecret",
    "privatekey",
    "jwt",
    "otp",
];
const PERSONAL: &[&str] = &[
    "email",
    "useremail",
    "customeremail",
    "emailaddress",
    "recipientemail",
    "phone",
    "phonenumber",
    "ssn",
    "dateofbirth",
    "iban",
    "cardnumber",
];

/// `credential NAME` or `personal NAME`, one for each line and sort.
pub(super) fn find(path: &str, tree: &Tree) -> Vec<Noted> {
    let (mut found, mut met) = (Vec::new(), BTreeSet::new());
    for id in tree.ids() {
        let Kind::Call { callee, arguments, .. } = tree.kind(id) else { continue };
        if !is_log(&tree.path(*callee)) {
            continue;
        }
        for value in arguments.iter().flat_map(|argument| values(tree, *argument, 2)) {
            let Some(what) = sort(tree, value) else { continue };
            let name = tree.source(value);
            let name = &name[..name.floor_char_boundary(60)];
            if met.insert((tree.line(id), what)) {
                found.push(noted(path, tree, id, format!("{what} {name}")));
            }
        }
    }
    found
}

fn is_log(path: &str) -> bool {
    let (object, method) = path.rsplit_once('.').unwrap_or(("", path));
    let is_method = matches!(method, "log" | "info" | "debug" | "warn" | "error" | "warning");
    is_method
        && matches!(object, "console" | "logger" | "log" | "logging" | "functions.logger" | "this.logger")
        || path == "print"
}

/// What is written as it is: the arguments, parts of a template, and values of an object.
fn values(tree: &Tree, id: Id, depth: u32) -> Vec<Id> {
    match tree.kind(id) {
        Kind::Name | Kind::Member { .. } => vec![id],
        Kind::Template(parts) if depth > 0 => {
            parts.iter().flat_map(|part| values(tree, *part, depth - 1)).collect()
        }
        Kind::Object(entries) if depth > 0 => {
            entries.iter().flat_map(|entry| values(tree, entry.value, depth - 1)).collect()
        }
        _ => Vec::new(),
    }
}

fn sort(tree: &Tree, id: Id) -> Option<&'static str> {
    let name: String = match tree.kind(id) {
        Kind::Member { property, .. } => property.clone(),
        _ => tree.source(id).to_owned(),
    };
    let plain: String = name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect();
    if CREDENTIALS.contains(&plain.as_str()) {
        return Some("credential");
    }
    PERSONAL.contains(&plain.as_str()).then_some("personal")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn what_is_written_as_it_is() {
        let of = |text: &str| -> Vec<String> {
            find("a.ts", &parse("a.ts", text).unwrap()).into_iter().map(|noted| noted.what).collect()
        };
        assert_eq!(of("console.log('in', user.email);"), ["personal user.email"]);
        assert_eq!(of("logger.info(`for ${customer.phone}`);"), ["personal customer.phone"]);
        assert_eq!(of("console.error('x', { password, id });"), ["credential password"]);
        assert_eq!(of("console.log(accessToken);"), ["credential accessToken"]);
        for text in [
            "console.log('email sent to', user.id);",
            "console.log('has key', !!apiKey, apiKey.length);",
            "console.log(mask(user.email));",
            "console.log(`status ${response.status}`);",
            "track(user.email);",
        ] {
            assert!(of(text).is_empty(), "{text}");
        }
        let python = "def f(user):\n    logger.info(\"in\", user.email)\n    print(mask(user.email))\n";
        assert_eq!(find("a.py", &parse("a.py", python).unwrap()).len(), 1);
    }
}
