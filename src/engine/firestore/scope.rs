//! What a name means where: lexical scopes of functions.

use super::ast::Function;

/// The functions declared at one level: the file, the service, or a `match`.
pub(super) type Level<'a> = &'a [Function];

/// The innermost declaration of a function seen from the given levels (outermost first), with the
/// number of levels it sees itself.
pub(super) fn find_function<'a>(levels: &[Level<'a>], name: &str) -> Option<(&'a Function, usize)> {
    levels.iter().enumerate().rev().find_map(|(at, functions)| {
        functions.iter().find(|function| function.name.text == name).map(|function| (function, at + 1))
    })
}

/// Modules whose functions are called as `math.abs(x)`; none can name a variable.
pub(super) const PACKAGES: [&str; 5] = ["math", "timestamp", "duration", "latlng", "hashing"];

/// Functions called without a target, with the number of their arguments.
pub(super) const BUILTINS: [(&str, usize); 9] = [
    ("get", 1),
    ("exists", 1),
    ("getAfter", 1),
    ("existsAfter", 1),
    ("debug", 1),
    ("path", 1),
    ("int", 1),
    ("float", 1),
    ("string", 1),
];

/// Functions of the packages, with the number of their arguments.
pub(super) const PACKAGED: [(&str, &str, usize); 20] = [
    ("math", "abs", 1),
    ("math", "ceil", 1),
    ("math", "floor", 1),
    ("math", "round", 1),
    ("math", "sqrt", 1),
    ("math", "pow", 2),
    ("math", "isNaN", 1),
    ("math", "isInfinite", 1),
    ("timestamp", "date", 3),
    ("timestamp", "value", 1),
    ("duration", "value", 2),
    ("duration", "time", 4),
    ("duration", "abs", 1),
    ("latlng", "value", 2),
    ("hashing", "md5", 1),
    ("hashing", "sha256", 1),
    ("hashing", "crc32", 1),
    ("hashing", "crc32c", 1),
    ("firestore", "get", 1),
    ("firestore", "exists", 1),
];

/// Methods of values.
pub(super) const METHODS: [&str; 47] = [
    "addedKeys",
    "affectedKeys",
    "bind",
    "changedKeys",
    "concat",
    "date",
    "day",
    "dayOfWeek",
    "dayOfYear",
    "diff",
    "difference",
    "distance",
    "get",
    "hasAll",
    "hasAny",
    "hasOnly",
    "hours",
    "intersection",
    "join",
    "keys",
    "latitude",
    "longitude",
    "lower",
    "matches",
    "minutes",
    "month",
    "nanos",
    "removeAll",
    "removedKeys",
    "replace",
    "seconds",
    "size",
    "split",
    "time",
    "toBase64",
    "toHexString",
    "toMillis",
    "toSet",
    "toUtf8",
    "trim",
    "unchangedKeys",
    "union",
    "upper",
    "values",
    "year",
    "toString",
    "zip",
];
