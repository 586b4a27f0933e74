//! Finds the file that handles a webhook when nobody named it.

use url::Url;

use super::SOURCE;
use crate::{
    engine::handler::{is_source, looks_like_webhook, provider_named},
    observe::Local,
    seen::Miss,
    target::WebhookTarget,
};

/// Most files read in the search.
const READ: usize = 6_000;

/// The one handler that fits the declaration; with none or several the owner must say.
pub(super) fn choose(files: &Local, declared: &WebhookTarget, paths: &[String]) -> Result<String, Miss> {
    let found: Vec<&str> = paths
        .iter()
        .map(String::as_str)
        .filter(|path| is_source(path))
        .take(READ)
        .take_while(|_| !files.is_late())
        .filter(|path| files.read_text(path, SOURCE).is_ok_and(|text| looks_like_webhook(path, &text)))
        .collect();
    let fitting = by_url(declared, &found).or_else(|| by_provider(declared, &found));
    let alone = || (found.len() == 1 && files.target.webhooks.len() == 1).then(|| found[0]);
    fitting.or_else(alone).map(str::to_owned).ok_or_else(|| {
        let count = match found.len() {
            0 => "no handler of it was".to_owned(),
            many => format!("{many} files like a webhook handler were"),
        };
        Miss::Unsupported(format!(
            "{count} found in the repository for {}; name it as `handler` in gonogo.toml",
            declared.subject()
        ))
    })
}

/// `/functions/v1/NAME` is `supabase/functions/NAME/index.*`; `/api/a/b` is `…/api/a/b/route.*` or
/// `pages/api/a/b.*`.
fn by_url<'a>(declared: &WebhookTarget, found: &[&'a str]) -> Option<&'a str> {
    let url = Url::parse(declared.url.as_deref()?).ok()?;
    let path = url.path().trim_matches('/');
    if let Some(name) = path.strip_prefix("functions/v1/") {
        let name = name.split('/').next()?;
        return only(found, |file| file.contains(&format!("supabase/functions/{name}/")));
    }
    if path.is_empty() {
        return None;
    }
    only(found, |file| {
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let stem =
            ["/route", "/index", "/+server"].iter().find_map(|end| stem.strip_suffix(end)).unwrap_or(stem);
        stem == path || stem.ends_with(&format!("/{path}"))
    })
    .or_else(|| only(found, |file| file.rsplit('/').next().is_some_and(|name| name.starts_with(path))))
}

fn by_provider<'a>(declared: &WebhookTarget, found: &[&'a str]) -> Option<&'a str> {
    let wanted = declared.provider.as_deref().or_else(|| {
        let url = declared.url.as_deref()?;
        Some(provider_named(url.splitn(4, '/').nth(3)?)?.id.as_str())
    })?;
    only(found, |file| provider_named(file).is_some_and(|known| known.id == wanted))
}

fn only<'a>(found: &[&'a str], fits: impl Fn(&str) -> bool) -> Option<&'a str> {
    let mut fitting = found.iter().filter(|file| fits(file));
    let first = fitting.next()?;
    fitting.next().is_none().then_some(*first)
}
