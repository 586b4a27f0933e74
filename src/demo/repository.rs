//! Unpacks the portal's repository and gives it a history.

use std::{fs, io, path::Path};

use super::{Secrets, Variant};

type File = (&'static str, &'static str);

macro_rules! portal {
    ($folder:literal, $(($path:literal, $source:literal)),* $(,)?) => {
        &[$(($path, include_str!(concat!("portal/", $folder, "/", $source)))),*]
    };
}

const BROKEN: &[File] = portal!(
    "broken",
    ("gonogo.toml", "gonogo.toml"),
    ("README.md", "README.md"),
    (".gitignore", "gitignore"),
    (".firebaserc", "firebaserc"),
    ("firebase.json", "firebase.json"),
    ("firestore.rules", "firestore.rules"),
    ("pubspec.yaml", "pubspec.yaml"),
    ("lib/firebase_options.dart", "lib/firebase_options.dart"),
    ("lib/billing.dart", "lib/billing.dart"),
    (".env.example", "env.example"),
    (".env.production", "env.production"),
    (".env.staging", "env.staging"),
    ("supabase/config.toml", "supabase/config.toml"),
    ("supabase/migrations/20260901120000_tickets.sql", "supabase/migrations/20260901120000_tickets.sql"),
    ("supabase/functions/stripe-webhook/index.ts", "supabase/functions/stripe-webhook/index.ts"),
);

const FIXED: &[File] = portal!(
    "fixed",
    ("gonogo.toml", "gonogo.toml"),
    ("README.md", "README.md"),
    (".gitignore", "gitignore"),
    (".firebaserc", "firebaserc"),
    ("firebase.json", "firebase.json"),
    ("firestore.rules", "firestore.rules"),
    ("pubspec.yaml", "pubspec.yaml"),
    ("lib/firebase_options.dart", "lib/firebase_options.dart"),
    ("lib/billing.dart", "lib/billing.dart"),
    (".env.example", "env.example"),
    (".env.production", "env.production"),
    (".env.staging", "env.staging"),
    ("supabase/config.toml", "supabase/config.toml"),
    ("supabase/migrations/20260901120000_tickets.sql", "supabase/migrations/20260901120000_tickets.sql"),
    ("supabase/functions/stripe-webhook/index.ts", "supabase/functions/stripe-webhook/index.ts"),
    ("CODEOWNERS", "CODEOWNERS"),
    (".github/workflows/check.yml", ".github/workflows/check.yml"),
);

/// Committed once and "removed" in the next commit, as happens.
const FORGOTTEN: File =
    ("functions/.env", "GITHUB_TOKEN={{github}}\nSUPABASE_SERVICE_ROLE_KEY={{service_jwt}}\n");

pub(super) fn unpack(variant: Variant, secrets: &Secrets, root: &Path) -> io::Result<()> {
    let files = match variant {
        Variant::Broken => BROKEN,
        Variant::Fixed => FIXED,
    };
    let files: Vec<(&str, String)> = files.iter().map(|(path, text)| (*path, secrets.fill(text))).collect();
    for (path, text) in &files {
        let full = root.join(path);
        fs::create_dir_all(full.parent().unwrap_or(root))?;
        fs::write(full, text)?;
    }
    let tracked: Vec<(&str, &str)> = files
        .iter()
        .filter(|(path, _)| !is_ignored(path))
        .map(|(path, text)| (*path, text.as_str()))
        .collect();
    let forgotten = secrets.fill(FORGOTTEN.1);
    commit_all(root, &tracked, (variant == Variant::Broken).then_some((FORGOTTEN.0, forgotten.as_str())))
        .map_err(|err| io::Error::other(format!("cannot make the demo's git history: {err}")))
}

/// What the portal's own `.gitignore` says.
fn is_ignored(path: &str) -> bool {
    path.starts_with(".env") && path != ".env.example"
}

/// A commit or two and an index, so that the working tree is clean.
fn commit_all(root: &Path, files: &[(&str, &str)], forgotten: Option<(&str, &str)>) -> Result<(), Failure> {
    let repo = gix::init(root)?;
    let tree = |extra: Option<(&str, &str)>| -> Result<gix::ObjectId, Failure> {
        let mut editor = repo.edit_tree(gix::ObjectId::empty_tree(repo.object_hash()))?;
        for (path, text) in files.iter().copied().chain(extra) {
            editor.upsert(path, gix::objs::tree::EntryKind::Blob, repo.write_blob(text)?)?;
        }
        Ok(editor.write()?.detach())
    };
    let clean = tree(None)?;
    let mut last: Option<gix::ObjectId> = None;
    let mut commit = |message: &str, time: &str, tree: gix::ObjectId| -> Result<(), Failure> {
        let ana = gix::actor::SignatureRef { name: "Ana".into(), email: "ana@acme.example".into(), time };
        last = Some(repo.commit_as(ana, ana, "HEAD", message, tree, last)?.detach());
        Ok(())
    };
    if forgotten.is_some() {
        commit("Start the portal", "1788264000 +0000", tree(forgotten)?)?;
        commit("Remove the environment file", "1788350400 +0000", clean)?;
    } else {
        commit("Start the portal", "1788264000 +0000", clean)?;
    }
    repo.index_from_tree(&clean)?.write(gix::index::write::Options::default())?;
    Ok(())
}

type Failure = Box<dyn std::error::Error + Send + Sync>;
