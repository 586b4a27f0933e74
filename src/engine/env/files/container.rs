//! Variables of images and of the services of a compose file.

use super::Said;
use crate::{
    engine::env::tree::{Node, read_yaml},
    seen::Value,
};

/// `ENV A=1 B=2`, `ENV A 1`, `ARG A=1`. An argument without a value is given by who builds.
pub(super) fn dockerfile(_path: &str, text: &str) -> Said {
    let mut said = Said::default();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim();
        let Some((word, rest)) = line.split_once(char::is_whitespace) else { continue };
        let rest = rest.trim().trim_end_matches('\\').trim_end();
        match (word.to_ascii_uppercase().as_str(), rest.split_once('=')) {
            ("ENV", None) => {
                if let Some((name, value)) = rest.split_once(char::is_whitespace) {
                    said.variable(name, number, value.trim(), None);
                }
            }
            ("ENV" | "ARG", Some(_)) => assignments(&mut said, rest, number),
            ("ARG", None) if !rest.is_empty() => said.value(rest, number, Value::Reference, "", None),
            _ => {}
        }
    }
    said
}

/// `A=1 B="two words"`.
fn assignments(said: &mut Said, text: &str, line: u32) {
    let mut rest = text;
    while let Some((name, value)) = rest.split_once('=') {
        let name = name.trim();
        if name.is_empty() || name.contains(char::is_whitespace) {
            return;
        }
        let end = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].find(quote).map_or(value.len(), |at| at + 2),
            _ => value.find(char::is_whitespace).unwrap_or(value.len()),
        };
        said.variable(name, line, value[..end].trim_matches(['"', '\'']), None);
        rest = value[end..].trim_start();
    }
}

/// `environment` as a map or as a list; `A` alone is passed on from who starts it.
pub(super) fn compose(_path: &str, text: &str) -> Said {
    let (config, mut said) = (read_yaml(text), Said::default());
    for (_, service) in config.get(&["services"]).map(Node::pairs).unwrap_or_default() {
        let Some(environment) = service.get(&["environment"]) else { continue };
        said.variables(environment, None);
        for (line, item) in environment.items().iter().filter_map(|item| Some((item.line, item.text()?))) {
            match item.split_once('=') {
                Some((name, value)) => said.variable(name, line, value, None),
                None => said.value(item, line, Value::Reference, "", None),
            }
        }
    }
    said
}
