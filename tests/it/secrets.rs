//! The station `secrets`: rules, matcher, tree, archives, bundles and history.

mod archives;
mod bundle;
mod command;
mod contexts;
mod history;
mod inherit;
mod kinds;
mod rules;
mod template;
mod tree;
