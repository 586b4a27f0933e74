//! Calls of language models that have tools and read what customers write.

use super::{around, noted, words};
use crate::{
    engine::source::{Kind, Tree},
    seen::Noted,
};

const CALLS: &[&str] = &[
    "chat.completions.create",
    "messages.create",
    "responses.create",
    "generateText",
    "streamText",
    "generateContent",
    "messages.stream",
    "completions.parse",
];
const WRITTEN: &[&str] = &["ticket", "tickets", "complaint", "inquiry", "enquiry", "feedback", "support"];

pub(super) fn find(path: &str, tree: &Tree) -> Vec<Noted> {
    let mut found = Vec::new();
    for id in tree.ids() {
        let Kind::Call { callee, arguments, .. } = tree.kind(id) else { continue };
        let called = tree.path(*callee);
        let is_model = CALLS.iter().any(|call| {
            called.strip_suffix(call).is_some_and(|before| before.is_empty() || before.ends_with('.'))
        });
        let tools = arguments.iter().find_map(|argument| tree.entry(*argument, "tools"));
        let has_tools = tools.is_some_and(|tools| match tree.kind(tools) {
            Kind::List(items) => !items.is_empty(),
            Kind::Object(entries) => !entries.is_empty(),
            Kind::Nothing => false,
            _ => true,
        });
        if is_model && has_tools && reads_tickets(path, tree, around(tree, id)) {
            found.push(noted(
                path,
                tree,
                id,
                called
                    .rsplit('.')
                    .take(2)
                    .collect::<Vec<_>>()
                    .into_iter()
                    .rev()
                    .collect::<Vec<_>>()
                    .join("."),
            ));
        }
    }
    found
}

fn reads_tickets(path: &str, tree: &Tree, function: u32) -> bool {
    let named = |text: &str| words(text).iter().any(|word| WRITTEN.contains(&word.as_str()));
    named(path)
        || tree.inside(function, false).into_iter().any(|id| match tree.kind(id) {
            Kind::Name => named(tree.source(id)),
            Kind::Member { property, .. } => named(property),
            _ => false,
        })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::engine::source::parse;

    #[test]
    fn tools_and_tickets_together() {
        let of = |text: &str| find("a.ts", &parse("a.ts", text).unwrap()).len();
        let with = "async function f(ticket) { await openai.chat.completions.create({ messages: [ticket.body], tools: [refund] }); }";
        assert_eq!(of(with), 1);
        assert_eq!(of(&with.replace(", tools: [refund]", "")), 0);
        assert_eq!(of(&with.replace("[refund]", "[]")), 0);
        assert_eq!(of(&with.replace("ticket", "recipe")), 0);
    }
}
