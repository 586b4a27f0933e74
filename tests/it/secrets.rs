//! The station `secrets`: rules, matcher, tree and history.

mod rules;
mod template;
