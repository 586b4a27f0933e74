//! Small steps over the grammar's tree: children by kind, names, literals, normalised text.

use squawk_syntax::{
    SyntaxKind, SyntaxNode,
    ast::{self, AstNode},
};

use super::name::fold;

pub(super) fn child(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.children().find(|child| child.kind() == kind)
}

pub(super) fn children(node: &SyntaxNode, kind: SyntaxKind) -> impl Iterator<Item = SyntaxNode> {
    node.children().filter(move |child| child.kind() == kind)
}

/// The first descendant of a kind, in the order of the text.
pub(super) fn find(node: &SyntaxNode, kind: SyntaxKind) -> Option<SyntaxNode> {
    node.descendants().find(|found| found.kind() == kind)
}

pub(super) fn has_token(node: &SyntaxNode, kind: SyntaxKind) -> bool {
    node.children_with_tokens().any(|element| element.kind() == kind && element.as_token().is_some())
}

/// The dotted parts of a name, folded: `"Foo".bar` is `["Foo", "bar"]`.
pub(super) fn parts(node: &SyntaxNode) -> Vec<String> {
    tokens(node).filter(|text| text != "." && text != "*").map(|text| fold(&text)).collect()
}

/// The text of every token that is neither blank nor comment.
pub(super) fn tokens(node: &SyntaxNode) -> impl Iterator<Item = String> {
    node.descendants_with_tokens()
        .filter_map(rowan_token)
        .filter(|token| !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT))
        .map(|token| token.text().to_owned())
}

/// The text without comments and with single blanks.
pub(super) fn text(node: &SyntaxNode) -> String {
    let mut out = String::new();
    for token in node.descendants_with_tokens().filter_map(rowan_token) {
        match token.kind() {
            SyntaxKind::WHITESPACE | SyntaxKind::COMMENT => {
                if !out.is_empty() && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ => out.push_str(token.text()),
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// The value of a string literal.
pub(super) fn string(node: &SyntaxNode) -> Option<String> {
    let literal = ast::Literal::cast(node.clone())?;
    Some(literal.decoded_value()?.into_text())
}

fn rowan_token(element: squawk_syntax::SyntaxElement) -> Option<squawk_syntax::SyntaxToken> {
    element.into_token()
}
