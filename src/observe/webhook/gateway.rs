//! The JWT check that Supabase puts before a function, from `config.toml` and deploy scripts.

use crate::{
    observe::{Local, repository},
    seen::Gateway,
};

const CONFIG: u64 = 256 << 10;
/// Most scripts read in search of the deploy flag.
const SCRIPTS: usize = 60;

/// Where `path` is `…supabase/functions/NAME/…`.
pub(super) fn observe(files: &Local, path: &str) -> Option<Gateway> {
    let (before, after) = path.split_once("supabase/functions/")?;
    let function = after.split('/').next().filter(|name| !name.is_empty())?.to_owned();
    let default = format!("{before}supabase/config.toml");
    let config = files.target.stack.supabase.clone().unwrap_or(default);
    let text = files.read_text(&config, CONFIG).ok();
    let (line, verify_jwt) = text.as_deref().map_or((None, None), |text| setting(text, &function));
    let deployed_without = deployed_without(files, &function);
    Some(Gateway { config: text.map(|_| config), line, verify_jwt, deployed_without, function })
}

/// `verify_jwt` in the section `[functions.NAME]`, with its line; else the section's line.
fn setting(text: &str, function: &str) -> (Option<u32>, Option<bool>) {
    let (mut inside, mut section) = (false, None);
    for (line, number) in text.lines().zip(1_u32..) {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let name = name.trim().strip_prefix("functions.").unwrap_or_default();
            inside = name.trim_matches(['"', '\'']) == function;
            section = if inside { Some(number) } else { section };
        } else if inside
            && let Some((key, value)) = line.split_once('=')
            && key.trim() == "verify_jwt"
        {
            return (Some(number), value.trim().parse().ok());
        }
    }
    (section, None)
}

/// The script that deploys this function, or all, with `--no-verify-jwt`.
fn deployed_without(files: &Local, function: &str) -> Option<String> {
    let listing = repository::list(files).ok()?;
    let is_script = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default();
        path.starts_with(".github/workflows/")
            || matches!(name, "package.json" | "Makefile" | "justfile" | ".gitlab-ci.yml" | "deno.json")
            || name.rsplit_once('.').is_some_and(|(_, ending)| ending == "sh")
    };
    let mut scripts = listing.paths.iter().filter(is_script).take(SCRIPTS);
    scripts
        .find(|path| {
            files.read_text(path, CONFIG).is_ok_and(|text| {
                text.lines().any(|line| {
                    let command = line.split("functions deploy").nth(1);
                    command.is_some_and(|rest| {
                        rest.contains("--no-verify-jwt")
                            && (rest.contains(function) || rest.trim_start().starts_with("--"))
                    })
                })
            })
        })
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_functions_own_section() {
        let text = "[functions.other]\nverify_jwt = false\n\n[functions.stripe-webhook] # payments\nenabled = true\nverify_jwt = true\n";
        assert_eq!(setting(text, "stripe-webhook"), (Some(6), Some(true)));
        assert_eq!(setting(text, "other"), (Some(2), Some(false)));
        assert_eq!(setting(text, "third"), (None, None));
        assert_eq!(setting("[functions.a]\n", "a"), (Some(1), None));
    }
}
