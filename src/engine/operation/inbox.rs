//! Support mail that goes to somebody's private inbox.

use std::collections::BTreeSet;

use super::{noted, words};
use crate::{
    engine::source::{Id, Kind, Tree},
    seen::Noted,
};

/// Mail services for private persons.
const PRIVATE: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "163.com",
    "mail.ru",
    "yandex.ru",
    "aol.com",
    "msn.com",
];
/// Names that stand for nobody.
const NOBODY: &[&str] = &[
    "test",
    "example",
    "foo",
    "bar",
    "user",
    "username",
    "you",
    "your",
    "yours",
    "name",
    "email",
    "mail",
    "john",
    "jane",
    "doe",
    "johndoe",
    "demo",
    "someone",
    "me",
    "abc",
    "xyz",
    "sample",
    "dummy",
    "placeholder",
    "alice",
    "bob",
    "youremail",
    "yourname",
    "xxx",
    "admin",
];

pub(super) fn find(path: &str, tree: &Tree) -> Vec<Noted> {
    let mut met = BTreeSet::new();
    let mut found = Vec::new();
    for id in tree.ids() {
        let Kind::Text(text) = tree.kind(id) else { continue };
        let (address, linked) = match text.strip_prefix("mailto:") {
            Some(rest) => (rest.split('?').next().unwrap_or_default(), true),
            None => (text.as_str(), false),
        };
        let Some(shown) = private(address) else { continue };
        if (linked || is_sent_to(tree, id)) && met.insert(address.to_ascii_lowercase()) {
            found.push(noted(path, tree, id, shown));
        }
    }
    found
}

/// `a…@gmail.com` for an address of a private person.
fn private(address: &str) -> Option<String> {
    let (local, domain) = address.trim().split_once('@')?;
    let domain = domain.to_ascii_lowercase();
    let plain = local.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte));
    let stands_in = words(local).iter().any(|word| {
        NOBODY.contains(&word.trim_end_matches(|letter: char| letter.is_ascii_digit()))
            || word.starts_with("your")
    });
    (plain && (3..65).contains(&local.len()) && !stands_in && PRIVATE.contains(&domain.as_str()))
        .then(|| format!("{}…@{domain}", &local[..1]))
}

/// A message's recipient, or a constant whose name says that it is one.
fn is_sent_to(tree: &Tree, id: Id) -> bool {
    tree.ancestors(id).take(4).any(|outer| match tree.kind(outer) {
        Kind::Object(entries) => entries.iter().any(|entry| {
            let inside = tree.node(entry.value);
            let here = tree.node(id);
            inside.from <= here.from
                && here.to <= inside.to
                && matches!(
                    entry.key.as_str(),
                    "to" | "replyTo" | "reply_to" | "recipient" | "supportEmail" | "contactEmail"
                )
        }),
        Kind::Assign { target, .. } => {
            let name = words(tree.last_name(*target));
            name.iter()
                .any(|word| word == "support" || word == "contact" || word == "recipient" || word == "admin")
                && name
                    .iter()
                    .any(|word| word == "email" || word == "mail" || word == "address" || word == "inbox")
        }
        _ => false,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn private_inboxes_are_told_from_examples() {
        let of = |text: &str| -> Vec<String> {
            find("a.tsx", &parse("a.tsx", text).unwrap()).into_iter().map(|noted| noted.what).collect()
        };
        let at = |local: &str| format!("{local}@{}", "gmail.com");
        assert_eq!(
            of(&format!("const a = <a href=\"mailto:{}\">x</a>;", at("acmesupport"))),
            ["a…@gmail.com"]
        );
        assert_eq!(of(&format!("send({{ to: '{}', subject: 'x' }});", at("acmedesk"))), ["a…@gmail.com"]);
        assert_eq!(of(&format!("const SUPPORT_EMAIL = '{}';", at("acmedesk"))), ["a…@gmail.com"]);
        for text in [
            format!("const placeholder = '{}';", at("acmedesk")),
            format!("send({{ to: '{}' }});", at("your.name")),
            format!("send({{ to: '{}' }});", at("test1")),
            "send({ to: 'support@example.com' });".to_owned(),
        ] {
            assert!(of(&text).is_empty(), "{text}");
        }
    }
}
