//! Which variables the code reads.

use serde::{Deserialize, Serialize};

/// What a look through the sources found. Nothing of a source is kept but names.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Code {
    /// Sources that were looked through.
    pub files: u32,
    /// Not every source was looked through: what was not met may be in the rest.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// Sorted by path and line; the first of each name in each file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Use>,
    /// Sources that read variables by a name made at run time: any variable may be read there.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub computed: Vec<String>,
    /// Variables of files that no source and no other file names. Sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unnamed: Vec<String>,
}

/// One variable read by one file.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Use {
    pub name: String,
    pub path: String,
    /// From 1.
    pub line: u32,
    pub reader: Reader,
    /// The code has a value of its own for where it is not set, or asks whether it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
}

/// By what means.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reader {
    /// `process.env` and `Bun.env`.
    Node,
    /// `import.meta.env`.
    Vite,
    /// `Deno.env`.
    Deno,
    /// `os.environ`, `os.getenv`.
    Python,
    /// `String.fromEnvironment`: a value of the build.
    DartDefine,
    /// flutter_dotenv: a file that is packed into the app.
    Dotenv,
}
