//! The station `secrets`: rules, matcher, tree and history.

mod contexts;
mod history;
mod inherit;
mod rules;
mod template;
mod tree;
