//! What a path says about what stands in the file.

use super::{
    own,
    rule::{Proof, Rule},
};

/// Does the rule speak in this file? Files of checksums are full of random values by nature.
pub fn applies(rule: &Rule, path: &str) -> bool {
    let by_name =
        matches!(rule.proof, Proof::Generic | Proof::Password | Proof::NamedPassword | Proof::NamedUuid);
    (!by_name || !is_machine_made(path)) && own::applies(rule, path)
}

/// Is it where examples, tests and documentation live?
pub fn is_example(path: &str) -> bool {
    const FOLDERS: &str = "\
        test tests __tests__ spec specs fixture fixtures __fixtures__ testdata test-data example \
        examples sample samples mock mocks __mocks__ e2e cypress docs doc demo node_modules vendor \
        third_party snapshots __snapshots__ guides tutorial tutorials benchmark benchmarks stubs";
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    let stem = name.split('.').next().unwrap_or_default();
    let is_known = |name: &str| FOLDERS.split(' ').any(|known| known == name);
    is_known(stem)
        || folders.split('/').any(|folder| is_known(folder) || has_test(folder))
        || [".md", ".mdx", ".rst", ".adoc"].iter().any(|ending| name.ends_with(ending))
        || [
            ".test.",
            ".spec.",
            "_test.",
            "_spec.",
            "tests.",
            "test-",
            "-test.",
            ".example",
            ".sample",
            ".template",
            "example.",
            "mock",
        ]
        .iter()
        .any(|part| name.contains(part))
        || name.starts_with("test_")
}

/// `smoke-test`, `spring-boot-integration-tests`, `docs_src`: one of the words of a folder's name.
fn has_test(folder: &str) -> bool {
    const WORDS: &str =
        "test tests testing example examples sample samples fixture fixtures docs mock mocks demo";
    let mut words = folder.split(|letter: char| !letter.is_ascii_alphanumeric());
    words
        .any(|word| WORDS.split(' ').any(|known| known == word) || (word.len() > 6 && word.ends_with("test")))
}

fn is_machine_made(path: &str) -> bool {
    const NAMES: &str = "\
        package-lock.json npm-shrinkwrap.json yarn.lock pnpm-lock.yaml bun.lock deno.lock \
        Cargo.lock Gemfile.lock poetry.lock uv.lock Pipfile.lock composer.lock go.sum pubspec.lock \
        Podfile.lock Package.resolved flake.lock mix.lock .cargo-checksum.json checksums.txt";
    const ENDINGS: &str = "\
        .svg .css .snap .cast .pbxproj .sum .po .svelte-kit";
    let name = path.rsplit('/').next().unwrap_or(path);
    // Yarn's own releases, which projects keep a copy of.
    path.starts_with(".yarn/releases/")
        || NAMES.split(' ').any(|known| known == name)
        || ENDINGS.split(' ').any(|ending| name.ends_with(ending))
        || path.split('/').any(|folder| folder == "node_modules")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_are_known_by_their_place() {
        for path in [
            "tests/a.rs",
            "src/x.test.ts",
            "README.md",
            ".env.example",
            "a/fixtures/b.json",
            "tap/fixtures.ts",
            "hack/test.env",
        ] {
            assert!(is_example(path), "{path}");
        }
        for path in ["src/config.ts", ".env", "latest/app.js", "lib/main.dart"] {
            assert!(!is_example(path), "{path}");
        }
    }
}
