//! The station `secrets`: rules, matcher, tree and history.

mod contexts;
mod rules;
mod template;
mod tree;
