//! Names as PostgreSQL compares them: folded to lower case unless quoted.

use std::fmt;

/// A relation or function with its schema.
#[derive(Clone, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Name {
    pub schema: String,
    pub name: String,
}

impl Name {
    pub fn new(schema: impl Into<String>, name: impl Into<String>) -> Self {
        Self { schema: schema.into(), name: name.into() }
    }

    /// As SQL that can be pasted: quoted only where it must be.
    pub fn quoted(&self) -> String {
        format!("{}.{}", quote_ident(&self.schema), quote_ident(&self.name))
    }
}

/// `todos` for a relation in `public`, else `schema.name`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema == "public" {
            f.write_str(&self.name)
        } else {
            write!(f, "{}.{}", self.schema, self.name)
        }
    }
}

/// Where something is written.
#[derive(Clone, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Origin {
    /// Path of the migration; empty for what the platform brings along.
    pub file: String,
    /// From 1.
    pub line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// An identifier as it is stored: `Foo` is `foo`, `"Foo"` is `Foo`.
pub(super) fn fold(ident: &str) -> String {
    match ident.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None => ident.to_lowercase(),
    }
}

/// The identifier as SQL text. Keywords of SQL that tables are often named after are quoted too.
pub fn quote_ident(ident: &str) -> String {
    const RESERVED: &[&str] =
        &["user", "order", "group", "table", "select", "all", "check", "default", "references"];
    let plain = ident.starts_with(|c: char| c == '_' || c.is_ascii_lowercase())
        && ident.chars().all(|c| c == '_' || c.is_ascii_lowercase() || c.is_ascii_digit());
    if plain && !RESERVED.contains(&ident) {
        ident.to_owned()
    } else {
        format!("\"{}\"", ident.replace('"', "\"\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_keep_case() {
        assert_eq!(fold("ToDo"), "todo");
        assert_eq!(fold("\"To\"\"Do\""), "To\"Do");
        assert_eq!(quote_ident("todo_2"), "todo_2");
        assert_eq!(quote_ident("ToDo"), "\"ToDo\"");
        assert_eq!(quote_ident("user"), "\"user\"");
    }
}
