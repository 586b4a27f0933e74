//! What a collection's name says about what is in it.
//!
//! A name proves nothing; it decides how loudly an open collection is reported.

use super::ast::Segment;

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Content {
    /// Meant to be read by everyone: posts, products, translations.
    Public,
    Unknown,
    /// People: profiles, accounts.
    People,
    /// Money, messages, secrets, health: nobody else's business.
    Private,
}

const PUBLIC: [&str; 40] = [
    "post",
    "article",
    "blog",
    "product",
    "category",
    "tag",
    "comment",
    "page",
    "faq",
    "news",
    "event",
    "public",
    "review",
    "rating",
    "leaderboard",
    "highscore",
    "score",
    "game",
    "recipe",
    "movie",
    "book",
    "course",
    "lesson",
    "quiz",
    "menu",
    "store",
    "shop",
    "city",
    "country",
    "translation",
    "announcement",
    "banner",
    "asset",
    "config",
    "setting",
    "feature",
    "version",
    "release",
    "catalog",
    "like",
];

const PEOPLE: [&str; 14] = [
    "user", "profile", "account", "member", "customer", "client", "employee", "student", "patient", "people",
    "person", "contact", "player", "driver",
];

const PRIVATE: [&str; 38] = [
    "order",
    "payment",
    "invoice",
    "transaction",
    "billing",
    "subscription",
    "card",
    "bank",
    "wallet",
    "message",
    "chat",
    "conversation",
    "mail",
    "inbox",
    "notification",
    "secret",
    "token",
    "key",
    "password",
    "credential",
    "session",
    "private",
    "admin",
    "medical",
    "health",
    "prescription",
    "document",
    "file",
    "report",
    "log",
    "audit",
    "booking",
    "reservation",
    "ticket",
    "address",
    "location",
    "lead",
    "salary",
];

/// The last of several words that say no more than of what the rest is about: `subscription_plans` hold
/// no subscriptions.
const ABOUT: [&str; 8] = ["plan", "template", "type", "page", "category", "tier", "price", "pricing"];

/// By the last named collection of the pattern.
pub fn content(pattern: &[Segment]) -> Content {
    let name = pattern.iter().rev().find_map(|segment| match segment {
        Segment::Literal(name) => Some(name.as_str()),
        Segment::Capture(_) | Segment::Recursive(_) => None,
    });
    let Some(name) = name else { return Content::Unknown };
    let words = words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.iter().any(|known| is_form_of(word, known)));
    let is_open = |word: &String| ["public", "published"].iter().any(|known| is_form_of(word, known));
    let is_about = |known: &&str| words.len() > 1 && words.last().is_some_and(|last| is_form_of(last, known));
    // `publicProfiles` is public, `privatePosts` is not.
    if words.iter().any(is_open) {
        Content::Public
    } else if ABOUT.iter().any(is_about) {
        Content::Unknown
    } else if has(&PRIVATE) {
        Content::Private
    } else if has(&PEOPLE) {
        Content::People
    } else if has(&PUBLIC) {
        Content::Public
    } else {
        Content::Unknown
    }
}

/// `userProfiles`, `user_profiles` and `user-profiles` are two words each.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for char in name.chars() {
        if !char.is_alphanumeric() || (char.is_uppercase() && lower) {
            words.push(String::new());
        }
        lower = char.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| char.is_alphanumeric()) {
            word.extend(char.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Singular or plural.
fn is_form_of(word: &str, known: &str) -> bool {
    word == known
        || word.strip_suffix('s') == Some(known)
        || word.strip_suffix("es") == Some(known)
        || (known.ends_with('y') && word.strip_suffix("ies") == known.strip_suffix('y'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_words() {
        let of =
            |name: &str| content(&[Segment::Literal(name.to_owned()), Segment::Capture("id".to_owned())]);
        assert_eq!(of("posts"), Content::Public);
        assert_eq!(of("blogPosts"), Content::Public);
        assert_eq!(of("user_profiles"), Content::People);
        assert_eq!(of("categories"), Content::Public);
        assert_eq!(of("publicProfiles"), Content::Public);
        assert_eq!(of("adminUsers"), Content::Private);
        assert_eq!(of("subscription_plans"), Content::Unknown);
        assert_eq!(of("userTemplates"), Content::Unknown);
        assert_eq!(of("user-profile-publics"), Content::Public);
        assert_eq!(of("notebook-publisheds"), Content::Public);
        assert_eq!(of("subscriptions"), Content::Private);
        assert_eq!(of("categories"), Content::Public);
        assert_eq!(of("monkeys"), Content::Unknown);
    }
}
