//! `String.fromEnvironment`, flutter_dotenv, and the options that give the former their values.

use super::{Look, Reader, identifier, literal, places};
use crate::seen::ClueKind;

/// Options of one file that are kept.
const OPTIONS: usize = 100;

pub(super) fn look(look: &mut Look, text: &str, tried_only: bool) {
    if tried_only {
        return;
    }
    for (at, line) in places(text, "fromEnvironment(", "//") {
        let is_text = text[..at].ends_with("String.");
        if let Some((name, rest)) = literal(text[at + "fromEnvironment(".len()..].trim_start()) {
            // `bool` and `int` have a value of their own.
            let optional = !is_text
                || rest.trim_start().trim_start_matches(',').trim_start().starts_with("defaultValue");
            look.reads(name, line, Reader::DartDefine, optional);
        }
    }
    for word in ["dotenv.env[", "env.env[", "DotEnv().env[", "dotenv.get(", "dotenv.maybeGet("] {
        for (at, line) in places(text, word, "//") {
            match literal(text[at + word.len()..].trim_start()) {
                Some((name, rest)) => {
                    let rest = rest.trim_start().trim_start_matches([']', ')']).trim_start();
                    let optional = rest.starts_with("??") || rest.starts_with(',') || word.contains("maybe");
                    look.reads(name, line, Reader::Dotenv, optional);
                }
                None => look.computed = true,
            }
        }
    }
}

/// `--dart-define=NAME=value` and `--dart-define-from-file=…`, in whatever runs builds.
pub(super) fn definitions(look: &mut Look, text: &str) {
    const OPTION: &str = "--dart-define";
    for (at, line) in places(text, OPTION, "#").take(OPTIONS) {
        let rest = &text[at + OPTION.len()..];
        let name = if rest.starts_with("-from-file") {
            None
        } else {
            let rest = rest.trim_start_matches(['=', ' ', '"', '\'', ',', '\n', '\t']);
            Some(identifier(rest).to_owned()).filter(|name| !name.is_empty())
        };
        look.clues.push((line, ClueKind::DartDefine { name }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_definitions() {
        let text = "const a = String.fromEnvironment('A');\nconst b = String.fromEnvironment(\n 'B', defaultValue: 'x');\nconst c = bool.fromEnvironment('C');\nvar d = dotenv.env['D']!;\nvar e = dotenv.get('E', fallback: '');\n";
        let mut found = Look::default();
        look(&mut found, text, false);
        let uses: Vec<(&str, u32, bool)> =
            found.uses.iter().map(|(name, (line, _, optional))| (name.as_str(), *line, *optional)).collect();
        assert_eq!(uses, [("A", 1, false), ("B", 2, true), ("C", 4, true), ("D", 5, false), ("E", 6, true)]);
        definitions(
            &mut found,
            "flutter build web --dart-define=A=1 \\\n --dart-define \"B=2\"\n --dart-define-from-file=x.json\n# --dart-define=C=1\n",
        );
        let names: Vec<(u32, Option<&str>)> = found
            .clues
            .iter()
            .map(|(line, clue)| match clue {
                ClueKind::DartDefine { name } => (*line, name.as_deref()),
                _ => (*line, Some("?")),
            })
            .collect();
        assert_eq!(names, [(1, Some("A")), (2, Some("B")), (3, None)]);
    }
}
