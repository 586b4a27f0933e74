//! Hosts' files: variables of what is deployed, by environment where the file names them.

use std::sync::LazyLock;

use regex::Regex;

use super::{super::stage::has_extension, Said, line_at, stage_named};
use crate::{
    engine::env::tree::{Node, read_json, read_toml, read_yaml},
    seen::{Stage, Value},
};

pub(super) fn vercel(_path: &str, text: &str) -> Result<Said, String> {
    let (json, mut said) = (read_json(text)?, Said::default());
    for map in [json.get(&["env"]), json.get(&["build", "env"])].into_iter().flatten() {
        for (name, value) in map.pairs() {
            match value.text() {
                // `@name` refers to a stored secret.
                Some(text) if text.starts_with('@') => {
                    said.value(name, value.line, Value::Reference, text, None);
                }
                Some(text) => said.variable(name, value.line, text, None),
                None => {}
            }
        }
    }
    destinations(&mut said, json.get(&["rewrites"]), "destination");
    destinations(&mut said, json.get(&["redirects"]), "destination");
    Ok(said)
}

/// Absolute addresses that requests are passed on to.
fn destinations(said: &mut Said, rules: Option<&Node>, key: &str) {
    for target in rules.map(Node::items).unwrap_or_default().iter().filter_map(|rule| rule.get(&[key])) {
        if let Some(url) = target.text().filter(|url| url.contains("://")) {
            said.variable(key, target.line, url, Some(Stage::Production));
        }
    }
}

/// [build.environment] holds everywhere, [context.NAME.environment] in a context
/// (docs.netlify.com/configure-builds/file-based-configuration).
pub(super) fn netlify(_path: &str, text: &str) -> Result<Said, String> {
    let (config, mut said) = (read_toml(text)?, Said::default());
    if let Some(map) = config.get(&["build", "environment"]) {
        said.variables(map, None);
    }
    for (name, context) in config.get(&["context"]).map(Node::pairs).unwrap_or_default() {
        let stage = match name.as_str() {
            "deploy-preview" | "branch-deploy" => Some(Stage::Staging),
            name => stage_named(name),
        };
        if let Some(map) = context.get(&["environment"]) {
            said.variables(map, stage);
        }
    }
    destinations(&mut said, config.get(&["redirects"]), "to");
    Ok(said)
}

/// The top level is what `wrangler deploy` deploys; a named environment inherits no variables
/// (developers.cloudflare.com/workers/wrangler/environments).
pub(super) fn wrangler(path: &str, text: &str) -> Result<Said, String> {
    let config = if has_extension(path, "toml") { read_toml(text)? } else { read_json(text)? };
    let mut said = Said::default();
    let environments = config.get(&["env"]).map(Node::pairs).unwrap_or_default();
    let has_production = environments.iter().any(|(name, _)| stage_named(name) == Some(Stage::Production));
    let top = if has_production { Stage::Development } else { Stage::Production };
    if let Some(map) = config.get(&["vars"]) {
        said.variables(map, Some(top));
    }
    for (name, environment) in environments {
        if let Some(map) = environment.get(&["vars"]) {
            said.variables(map, Some(stage_named(name).unwrap_or(Stage::Staging)));
        }
    }
    Ok(said)
}

/// Environments by name, each a map of variables (github.com/toddbluhm/env-cmd).
pub(super) fn env_cmd(_path: &str, text: &str) -> Result<Said, String> {
    let (json, mut said) = (read_json(text)?, Said::default());
    for (name, map) in json.pairs() {
        said.variables(map, stage_named(name));
    }
    Ok(said)
}

pub(super) fn fly(_path: &str, text: &str) -> Result<Said, String> {
    let (config, mut said) = (read_toml(text)?, Said::default());
    if let Some(map) = config.get(&["env"]) {
        said.variables(map, None);
    }
    Ok(said)
}

/// A blueprint: `envVars` of services and of groups (render.com/docs/blueprint-spec).
pub(super) fn render(_path: &str, text: &str) -> Said {
    let (config, mut said) = (read_yaml(text), Said::default());
    let lists =
        ["services", "envVarGroups"].map(|key| config.get(&[key]).map(Node::items).unwrap_or_default());
    for variable in lists.into_iter().flatten().filter_map(|one| one.get(&["envVars"])).flat_map(Node::items)
    {
        let Some(name) = variable.get(&["key"]) else { continue };
        named(&mut said, name, variable.get(&["value"]));
    }
    said
}

/// `env` of Firebase App Hosting (firebase.google.com/docs/app-hosting/configure).
pub(super) fn app_hosting(_path: &str, text: &str) -> Said {
    let (config, mut said) = (read_yaml(text), Said::default());
    for variable in config.get(&["env"]).map(Node::items).unwrap_or_default() {
        let Some(name) = variable.get(&["variable"]) else { continue };
        named(&mut said, name, variable.get(&["value"]));
    }
    said
}

/// A variable of a list; without a value it comes from elsewhere.
fn named(said: &mut Said, name: &Node, value: Option<&Node>) {
    let Some(key) = name.text() else { return };
    match value.and_then(|value| Some((value.line, value.text()?))) {
        Some((line, text)) => said.variable(key, line, text, None),
        None => said.value(key, name.line, Value::Reference, "", None),
    }
}

pub(super) fn app_engine(_path: &str, text: &str) -> Said {
    let (config, mut said) = (read_yaml(text), Said::default());
    if let Some(map) = config.get(&["env_variables"]) {
        said.variables(map, None);
    }
    said
}

/// Literals of the `env` block.
pub(super) fn next_config(_path: &str, text: &str) -> Said {
    static PAIR: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"['"]?\b([A-Z][A-Z0-9_]{2,60})['"]?\s*:\s*['"`]([^'"`\n]{0,400})['"`]"#).ok()
    });
    let mut said = Said::default();
    let Some(start) = text.find("env:").map(|at| at + 4) else { return said };
    let Some(block) = text[start..].trim_start().strip_prefix('{') else { return said };
    let block = block.split('}').next().unwrap_or_default();
    let base = block.as_ptr() as usize - text.as_ptr() as usize;
    for found in PAIR.iter().flat_map(|pattern| pattern.captures_iter(block)) {
        let (Some(name), Some(value)) = (found.get(1), found.get(2)) else { continue };
        said.variable(name.as_str(), line_at(text, base + name.start()), value.as_str(), None);
    }
    said
}
