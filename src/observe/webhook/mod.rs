//! Reads a webhook's declaration and its handler's source.

mod candidate;
mod gateway;
mod import;

use super::{Local, repository};
use crate::{
    engine::handler::{self, UNDERSTOOD, provider, provider_named},
    plan::Touch,
    seen::{Handler, Miss, Seen, Webhook},
    target::WebhookTarget,
};

/// A handler longer than this is not a person's code.
const SOURCE: u64 = 512 << 10;

pub(super) fn observe(files: &Local, subject: &str) -> Seen<Webhook> {
    let declared = files.target.webhooks.iter().find(|webhook| webhook.subject() == subject);
    let Some(declared) = declared else {
        return Seen::Missed(Miss::Internal(format!("{subject} is not declared")));
    };
    let found = handler_path(files, declared);
    let handler = found.clone().and_then(|path| read(files, &path));
    let gateway = found.ok().and_then(|path| gateway::observe(files, &path));
    Seen::Got(Webhook {
        url: declared.url.clone(),
        provider: provider_of(declared, handler.as_ref().ok()),
        provider_declared: declared.provider.is_some(),
        production: declared.production,
        handler: handler.map(Box::new).into(),
        gateway,
    })
}

/// Does the gateway before the Supabase function at `path` ask for a JWT? `None`: it is no such function.
pub(super) fn asks_for_jwt(files: &Local, path: &str) -> Option<bool> {
    let gateway = gateway::observe(files, path)?;
    Some(gateway.deployed_without.is_none() && gateway.verify_jwt.unwrap_or(true))
}

pub(super) fn touches() -> Vec<Touch> {
    let file = |path: &str, why: &str| Touch::File { path: path.to_owned(), why: why.to_owned() };
    vec![
        file("the declared handler, or **/*webhook*", "webhook handlers"),
        file("supabase/config.toml", "the JWT check before functions"),
        file("package.json, .github/workflows/*, *.sh, Makefile", "how functions are deployed"),
    ]
}

fn handler_path(files: &Local, declared: &WebhookTarget) -> Result<String, Miss> {
    if let Some(path) = &declared.handler {
        return Ok(path.clone());
    }
    let listing = repository::list(files)?;
    candidate::choose(files, declared, &listing.paths)
}

fn read(files: &Local, path: &str) -> Result<Handler, Miss> {
    let ending = path.rsplit('.').next().unwrap_or_default();
    if !UNDERSTOOD.contains(&ending) {
        return Err(Miss::Unsupported(format!("{path} is in a language that is not understood")));
    }
    let text = files.read_text(path, SOURCE)?;
    handler::read_with(path, &text, &|importer, module| import::load(files, importer, module))
        .ok_or_else(|| Miss::Unsupported(format!("{path} is too large or too tangled to be parsed")))
}

/// Declared, or named by the URL or the path, or the only one whose SDK or header the source names.
fn provider_of(declared: &WebhookTarget, handler: Option<&Handler>) -> Option<String> {
    if let Some(id) = &declared.provider {
        return Some(provider(id).map_or_else(|| id.clone(), |known| known.id.clone()));
    }
    let path =
        declared.url.as_deref().and_then(|url| url::Url::parse(url).ok()).map(|url| url.path().to_owned());
    let named = path.as_deref().and_then(provider_named);
    if let Some(known) = named.or_else(|| provider_named(&handler?.path)) {
        return Some(known.id.clone());
    }
    match handler?.providers.as_slice() {
        [only] => Some(only.clone()),
        _ => None,
    }
}
