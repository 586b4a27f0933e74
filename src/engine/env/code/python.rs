//! `os.environ["NAME"]`, `os.environ.get("NAME")` and `os.getenv("NAME")`.

use super::{Look, Reader, literal, places};

pub(super) fn look(look: &mut Look, text: &str, tried_only: bool) {
    // Settings classes read variables by the names of their fields.
    look.computed |= text.contains("BaseSettings") || text.contains("environ.Env(");
    for (word, asks) in [("environ[", false), ("environ.get(", true), ("getenv(", true)] {
        for (at, line) in places(text, word, "#") {
            match literal(text[at + word.len()..].trim_start()) {
                Some((name, rest)) if !tried_only => {
                    let rest = rest.trim_start();
                    let optional = asks && rest.starts_with(',')
                        || rest.trim_start_matches([')', ']']).trim_start().starts_with("or ");
                    look.reads(name, line, Reader::Python, optional);
                }
                Some(_) => {}
                None => look.computed = true,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads() {
        let text = "a = os.environ['A']\nb = os.environ.get(\"B\")\nc = os.getenv('C', 'x')\nd = os.getenv('D') or 'y'\n# os.getenv('E')\n";
        let mut found = Look::default();
        look(&mut found, text, false);
        let uses: Vec<(&str, bool)> = found.uses.iter().map(|(name, kept)| (name.as_str(), kept.2)).collect();
        assert_eq!(uses, [("A", false), ("B", false), ("C", true), ("D", true)]);
        assert!(!found.computed);
    }
}
