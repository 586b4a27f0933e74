//! The names that a webpack runtime makes of numbers and hashes.

use std::{collections::BTreeMap, sync::LazyLock};

use regex::Regex;

/// Most chunks of one runtime.
const MOST: usize = 2_000;

/// `"static/js/" + ({1:"a"}[e] || e) + "." + {1:"9f3c"}[e] + ".chunk.js"` as the names it stands for.
pub(super) fn names(text: &str) -> Vec<String> {
    static RUNTIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(concat!(
            r#""((?-u:[\w./-]){0,80})"\s*\+\s*"#,
            r#"(?:\(?(?:\(?\{([^{}]*)\}\)?\[\w+\]\s*\|\|\s*)?\w+\)?\s*\+\s*)"#,
            r#""([.\-~]{1,2})"\s*\+\s*\(?\{([^{}]+)\}\)?\[\w+\]\s*\+\s*"(\.(?-u:[\w.]){0,20}js)""#
        ))
        .ok()
    });
    let Some(found) = RUNTIME.as_ref().and_then(|runtime| runtime.captures(text)) else { return Vec::new() };
    let part = |number: usize| found.get(number).map_or("", |part| part.as_str());
    let known: BTreeMap<&str, &str> = pairs(part(2)).collect();
    pairs(part(4))
        .take(MOST)
        .map(|(id, hash)| {
            let name = known.get(id).copied().unwrap_or(id);
            format!("{}{name}{}{hash}{}", part(1), part(3), part(5))
        })
        .collect()
}

/// `12:"ab","x":"cd"`.
fn pairs(object: &str) -> impl Iterator<Item = (&str, &str)> {
    object.split(',').filter_map(|pair| {
        let (key, value) = pair.split_once(':')?;
        let quotes: &[char] = &['"', '\'', ' '];
        let (key, value) = (key.trim_matches(quotes), value.trim_matches(quotes));
        (!key.is_empty() && !value.is_empty()).then_some((key, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_hashes_become_names() {
        let runtime = r#"t.u=e=>"static/js/"+({7:"login"}[e]||e)+"."+{7:"ab12",9:"cd34"}[e]+".chunk.js""#;
        assert_eq!(names(runtime), ["static/js/login.ab12.chunk.js", "static/js/9.cd34.chunk.js"]);
        let plain = r#"r.u=e=>"js/"+e+"-"+{3:"ff"}[e]+".js""#;
        assert_eq!(names(plain), ["js/3-ff.js"]);
        assert!(names("nothing").is_empty());
    }
}
