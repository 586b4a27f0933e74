//! The station `secrets`: rules, matcher, tree and history.

mod command;
mod contexts;
mod kinds;
mod history;
mod inherit;
mod rules;
mod template;
mod tree;
