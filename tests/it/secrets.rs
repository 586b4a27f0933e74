//! The station `secrets`: rules, matcher, tree, archives, bundles and history.

mod accuracy;
mod archives;
mod bundle;
mod command;
mod contexts;
mod history;
mod hostile;
mod inherit;
mod kinds;
mod labelled;
mod large;
mod own;
mod part;
mod provenance;
mod rules;
mod set;
mod template;
mod tree;
