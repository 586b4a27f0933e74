//! The station `secrets`: rules, matcher, tree and history.

mod command;
mod contexts;
mod history;
mod hostile;
mod inherit;
mod part;
mod provenance;
mod rules;
mod template;
mod tree;
