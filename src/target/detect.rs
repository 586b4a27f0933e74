//! What the repository is made of, found by a quick, bounded look at its file names.

mod firebase;
mod handler;
mod manifest;
mod source;
mod walk;

use std::{fs::File, io::Read, path::Path};

use super::{LeftOut, Target, WebhookTarget};
use crate::station::Station;

/// Manifests are small; what is larger is none.
const MANIFEST: u64 = 1 << 20;
/// More handlers than this are not handlers.
const HANDLERS: usize = 50;

/// Adds to the target what its folder shows: the stack, rules, migrations and webhook handlers.
pub fn detect(root: &Path, target: &mut Target) {
    let mut found = walk::walk(root);
    let by_source = source::search(root, &found.sources);
    found.handlers.extend(by_source.handlers);
    if !by_source.all && found.cut.is_none() {
        found.cut = Some("the search for webhook handlers stopped before all sources were read".to_owned());
    }
    let stack = &mut target.stack;
    stack.git = is_git(root);
    stack.firebase = shallowest(&found.firebase);
    stack.firestore_rules = firebase::rules(root, &found.firebase, "firestore", &found.rules);
    stack.storage_rules = firebase::rules(root, &found.firebase, "storage", &found.storage);
    // A file for both products is one file.
    stack.storage_rules.retain(|path| !stack.firestore_rules.contains(path));
    stack.realtime_rules = firebase::rules(root, &found.firebase, "database", &found.realtime);
    stack.supabase = shallowest(&found.supabase);
    stack.backends = by_source.backends;
    let declares =
        |path: &&String| read(root, path, MANIFEST).is_some_and(|text| text.contains("[functions."));
    stack.backends.extend(stack.supabase.iter().find(declares).cloned());
    stack.migrations = found.migrations.into_iter().collect();
    stack.flutter = found.pubspecs.iter().find(|path| manifest::is_flutter(root, path)).cloned();
    stack.frameworks = manifest::frameworks(root, &found.packages);
    stack.env_files = found.env_files;
    if let [only] = found.handlers.as_slice()
        && let [declared] = target.webhooks.as_mut_slice()
        && declared.handler.is_none()
    {
        // The only handler answers the only endpoint, whatever its file is called.
        declared.handler = Some(only.clone());
        declared.provider = declared.provider.take().or_else(|| handler::provider(only));
    }
    for path in found.handlers.into_iter().take(HANDLERS) {
        add_handler(path, &mut target.webhooks);
    }
    if let Some(why) = found.cut {
        let blind = [Station::Webhook, Station::Env, Station::Firebase, Station::Supabase];
        target.left_out.extend(blind.map(|station| LeftOut { station, why: why.clone() }));
    }
}

/// A handler belongs to the endpoint it evidently answers; what was declared is never changed.
fn add_handler(path: String, webhooks: &mut Vec<WebhookTarget>) {
    if webhooks.iter().any(|webhook| webhook.handler.as_ref() == Some(&path)) {
        return;
    }
    let answers = |webhook: &&mut WebhookTarget| {
        webhook.handler.is_none() && webhook.url.as_deref().is_some_and(|url| handler::answers(&path, url))
    };
    if let Some(webhook) = webhooks.iter_mut().find(answers) {
        webhook.provider = webhook.provider.take().or_else(|| handler::provider(&path));
        webhook.handler = Some(path);
        return;
    }
    let provider = handler::provider(&path);
    webhooks.push(WebhookTarget {
        provider,
        handler: Some(path),
        production: true,
        ..WebhookTarget::default()
    });
}

/// A repository, a worktree or submodule (`.git` is a file), or a bare repository.
pub(super) fn is_git(root: &Path) -> bool {
    let dot = root.join(".git");
    let bare = || root.join("HEAD").is_file() && root.join("objects").is_dir() && root.join("refs").is_dir();
    dot.join("HEAD").exists()
        || read(root, ".git", 4_096).is_some_and(|text| text.starts_with("gitdir:"))
        || bare()
}

fn shallowest(paths: &[String]) -> Option<String> {
    paths.iter().min_by_key(|path| (path.matches('/').count(), path.as_str())).cloned()
}

/// A small regular file as text; none if it is anything else.
fn read(root: &Path, path: &str, limit: u64) -> Option<String> {
    let path = root.join(path);
    // Looked at before it is opened: opening a named pipe waits for its writer, maybe for ever.
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let file = File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then(|| String::from_utf8_lossy(&bytes).into_owned())
}
