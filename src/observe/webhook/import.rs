//! Finds the files that a handler imports from the same repository.

use super::SOURCE;
use crate::observe::Local;

/// Endings that an import leaves out.
const ENDINGS: [&str; 9] =
    ["", ".ts", ".tsx", ".js", ".mjs", "/index.ts", "/index.js", ".py", "/__init__.py"];

/// Path and text of what `module` means in `importer`; `None` for packages.
pub(super) fn load(files: &Local, importer: &str, module: &str) -> Option<(String, String)> {
    if files.is_late() {
        return None;
    }
    candidates(importer, module).into_iter().find_map(|base| {
        ENDINGS.iter().find_map(|ending| {
            let path = format!("{base}{ending}");
            // A folder has no ending of its own.
            let text =
                path.rsplit('/').next()?.contains('.').then(|| files.read_text(&path, SOURCE).ok())??;
            Some((path, text))
        })
    })
}

/// Where the file may be, without its ending.
fn candidates(importer: &str, module: &str) -> Vec<String> {
    let folder: Vec<&str> = importer.split('/').rev().skip(1).collect::<Vec<_>>().into_iter().rev().collect();
    let python = importer.rsplit_once('.').is_some_and(|(_, ending)| ending == "py");
    if python {
        let dots = module.len() - module.trim_start_matches('.').len();
        let rest = module.trim_start_matches('.').replace('.', "/");
        let up = folder.len().saturating_sub(dots.saturating_sub(1));
        let near = joined(&folder[..up], &rest);
        return if dots > 0 {
            near.into_iter().collect()
        } else {
            // The package begins at the root, or in the folder that the server is started in.
            (0..=folder.len()).filter_map(|up| joined(&folder[..up], &rest)).collect()
        };
    }
    if importer.rsplit_once('.').is_some_and(|(_, ending)| ending == "dart") {
        return match module.strip_prefix("package:") {
            Some(package) => {
                let rest = package.split_once('/').map_or("", |(_, rest)| rest);
                (0..=folder.len())
                    .rev()
                    .filter_map(|up| joined(&folder[..up], &format!("lib/{rest}")))
                    .collect()
            }
            None => joined(&folder, module).into_iter().collect(),
        };
    }
    let module = module.strip_suffix(".js").unwrap_or(module);
    if module.starts_with('.') {
        return joined(&folder, module).into_iter().collect();
    }
    let Some(rest) = ["@/", "~/", "$lib/", "src/"].iter().find_map(|alias| module.strip_prefix(alias)) else {
        return Vec::new();
    };
    // The alias stands for a folder above the importer: the project's own or its `src`.
    let mut found = Vec::new();
    for up in (0..=folder.len()).rev() {
        for inner in ["", "src/", "src/lib/", "app/"] {
            found.extend(joined(&folder[..up], &format!("{inner}{rest}")));
        }
    }
    found
}

/// `folder/relative` with `.` and `..` resolved; `None` above the root.
fn joined(folder: &[&str], relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.to_vec();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_lead_to_files_of_the_repository() {
        let from = "supabase/functions/stripe-webhook/index.ts";
        assert_eq!(candidates(from, "../_shared/stripe.ts"), ["supabase/functions/_shared/stripe.ts"]);
        assert!(candidates(from, "npm:stripe").is_empty());
        assert!(candidates("a.ts", "../../etc/passwd").is_empty());
        assert!(candidates("apps/web/app/route.ts", "@/lib/db").contains(&"apps/web/lib/db".to_owned()));
        assert_eq!(candidates("api/hooks/stripe.py", "..billing"), ["api/billing"]);
        assert!(
            candidates("backend/app/api/hook.py", "app.billing").contains(&"backend/app/billing".to_owned())
        );
        let dart = "server/bin/hook.dart";
        assert_eq!(candidates(dart, "billing.dart"), ["server/bin/billing.dart"]);
        assert!(
            candidates(dart, "package:shop/billing.dart").contains(&"server/lib/billing.dart".to_owned())
        );
    }
}
