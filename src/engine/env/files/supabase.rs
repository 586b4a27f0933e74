//! Which Supabase project a file means, and where its sign-in may lead.

use super::{Said, stage_named};
use crate::{
    engine::env::{
        tree::{Node, read_toml},
        value::{classify, hosts_of, is_project_ref},
    },
    seen::{ClueKind, Stage, Value},
};

/// What `supabase link` remembers.
pub(super) fn project_ref(_path: &str, text: &str) -> Said {
    let (id, mut said) = (text.trim(), Said::default());
    if is_project_ref(id) {
        said.value("project-ref", 1, Value::SupabaseProject(id.to_owned()), id, None);
    }
    said
}

/// The file itself is for local development; `[remotes.NAME]` overrides it for a project
/// (supabase.com/docs/guides/deployment/branching/configuration).
pub(super) fn config(_path: &str, text: &str) -> Result<Said, String> {
    let (config, mut said) = (read_toml(text)?, Said::default());
    section(&mut said, &config, None);
    for (name, remote) in config.get(&["remotes"]).map(Node::pairs).unwrap_or_default() {
        section(&mut said, remote, Some(stage_named(name).unwrap_or(Stage::Staging)));
    }
    Ok(said)
}

fn section(said: &mut Said, config: &Node, stage: Option<Stage>) {
    // Locally `project_id` is any name.
    let id = config.get(&["project_id"]).and_then(|node| Some((node.line, node.text()?)));
    if let Some((line, id)) = id.filter(|(_, id)| is_project_ref(id)) {
        said.value("project_id", line, Value::SupabaseProject(id.to_owned()), id, stage);
    }
    if let Some((line, url)) =
        config.get(&["auth", "site_url"]).and_then(|node| Some((node.line, node.text()?)))
    {
        said.value("auth.site_url", line, classify("auth.site_url", url), url, stage);
    }
    for (name, function) in config.get(&["functions"]).map(Node::pairs).unwrap_or_default() {
        let verify = function.get(&["verify_jwt"]);
        if let Some((line, verify)) = verify.and_then(|node| Some((node.line, node.text()? == "true"))) {
            said.clues.push((line, stage, ClueKind::FunctionGate { function: name.clone(), verify }));
        }
    }
    let redirects = config.get(&["auth", "additional_redirect_urls"]).map(Node::items).unwrap_or_default();
    for (line, url) in redirects.iter().flat_map(Node::texts) {
        let hosts = hosts_of(url);
        if !hosts.is_empty() {
            said.value("auth.additional_redirect_urls", line, Value::Hosts(hosts), url, stage);
        }
    }
}
