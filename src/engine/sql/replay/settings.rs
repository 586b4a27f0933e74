//! The search path, which decides what an unqualified name means.

use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::Replay;
use crate::engine::sql::{
    name::fold,
    syntax::{find, has_token, string, text, tokens},
};

/// Of a Supabase project's database.
pub(super) fn default_path() -> Vec<String> {
    vec!["public".to_owned(), "extensions".to_owned()]
}

impl Replay {
    /// `SET search_path = a, b`.
    pub(super) fn set(&mut self, node: &SyntaxNode) {
        let is_path = find(node, SyntaxKind::CONFIG_PARAMETER_REF)
            .is_some_and(|parameter| text(&parameter).eq_ignore_ascii_case("search_path"));
        let Some(value) = find(node, SyntaxKind::TO_CONFIG_VALUE).filter(|_| is_path) else { return };
        if has_token(&value, SyntaxKind::DEFAULT_KW) {
            self.search_path = default_path();
            return;
        }
        let names = tokens(&value).filter(|token| !matches!(token.as_str(), "=" | "," | "TO" | "to" | "To"));
        self.search_path =
            names.map(|name| fold(name.trim_matches('\''))).filter(|name| !name.is_empty()).collect();
    }

    /// `SELECT set_config('search_path', '…', false)`, as `pg_dump` writes it; and calls of
    /// functions of the project, which may do anything.
    pub(super) fn select(&mut self, node: &SyntaxNode) {
        let Some(call) = find(node, SyntaxKind::CALL_EXPR) else { return };
        let name = call.first_child().map(|name| text(&name).to_lowercase()).unwrap_or_default();
        if name == "set_config" || name == "pg_catalog.set_config" {
            let mut arguments = call.descendants().filter_map(|node| string(&node));
            if arguments.next().is_some_and(|setting| setting == "search_path") {
                let path = arguments.next().unwrap_or_default();
                self.search_path =
                    path.split(',').map(|name| fold(name.trim())).filter(|name| !name.is_empty()).collect();
            }
            return;
        }
        self.call_own(&name);
    }
}
