//! What a file is for, by its name.

use crate::seen::Stage;

/// Is it a file of variables by its name?
pub fn is_variables_file(path: &str) -> bool {
    let name = file_name(path);
    let is_env = matches!(name, ".env" | ".dev.vars" | ".secret.local")
        || name.starts_with(".env.")
        || name.starts_with(".dev.vars.")
        || has_extension(name, "env");
    // Encrypted values and their keys, and shell scripts for direnv, are read by others.
    is_env && ![".env.vault", ".env.keys", ".env.me"].contains(&name)
}

/// Does the name end in this extension, in this case? Tools look for it so.
pub fn has_extension(name: &str, extension: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == extension)
}

/// The stage a path names: in its file name first (`.env.production`), then in its folders
/// (`config/staging/.env`, `android/app/src/prod/google-services.json`).
pub fn stage_of(path: &str) -> Stage {
    let name = file_name(path).to_ascii_lowercase();
    let words = |text: &str| -> Vec<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let own = words(&name);
    if own.iter().any(|word| {
        matches!(word.as_str(), "example" | "sample" | "template" | "dist" | "defaults" | "schema")
    }) {
        return Stage::Example;
    }
    // `docker-compose.prod.yml` is of production: what else the name says comes before its tool.
    let by_tool = own.iter().any(|word| word == "docker").then_some(Stage::Development);
    let by_name = own.iter().filter(|word| *word != "docker").find_map(|word| stage_word(word)).or(by_tool);
    let local = own.iter().any(|word| word == "local");
    match by_name {
        Some(stage) => stage,
        None if local => Stage::Development,
        None => {
            let folders =
                path.rsplit_once('/').map(|(folders, _)| folders.to_ascii_lowercase()).unwrap_or_default();
            let parts = folders.split('/').rev().take(3);
            let stages = parts.filter_map(|folder| words(folder).iter().find_map(|word| stage_word(word)));
            stages.into_iter().next().unwrap_or(Stage::Any)
        }
    }
}

fn stage_word(word: &str) -> Option<Stage> {
    Some(match word {
        "production" | "prod" | "prd" | "live" => Stage::Production,
        "staging" | "stage" | "stg" | "preview" | "uat" | "preprod" => Stage::Staging,
        "development" | "develop" | "dev" | "docker" => Stage::Development,
        "test" | "tests" | "testing" | "ci" | "e2e" | "fixtures" => Stage::Test,
        "example" | "examples" | "sample" | "samples" => Stage::Example,
        _ => return None,
    })
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_stages() {
        for (path, stage) in [
            (".env", Stage::Any),
            (".env.local", Stage::Development),
            (".env.production", Stage::Production),
            (".env.production.local", Stage::Production),
            ("apps/web/.env.prod", Stage::Production),
            (".env.staging", Stage::Staging),
            (".env.example", Stage::Example),
            (".env.production.example", Stage::Example),
            ("env/prod/.env", Stage::Production),
            ("android/app/src/dev/google-services.json", Stage::Development),
            ("lib/firebase_options_prod.dart", Stage::Production),
            ("android/app/google-services.json", Stage::Any),
        ] {
            assert_eq!(stage_of(path), stage, "{path}");
        }
        assert!(is_variables_file("a/.env.local"));
        assert!(is_variables_file("prod.env"));
        assert!(is_variables_file("worker/.dev.vars"));
        assert_eq!(stage_of("functions/.env.acme-prod"), Stage::Production);
        assert!(!is_variables_file(".envrc"));
    }
}
