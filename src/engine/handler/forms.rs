//! Calls that change the form of a value and nothing else.

use crate::engine::source::Language;

/// Makes something of a value that has no effect.
pub(super) fn is_conversion(last: &str) -> bool {
    matches!(
        last,
        "String"
            | "Number"
            | "Boolean"
            | "stringify"
            | "parse"
            | "keys"
            | "values"
            | "entries"
            | "from"
            | "isArray"
            | "parseInt"
            | "toISOString"
            | "Date"
            | "URLSearchParams"
            | "len"
            | "int"
            | "float"
            | "bool"
            | "list"
            | "hasattr"
            | "getattr"
            | "setattr"
            | "parseFloat"
            | "round"
            | "print"
            | "type"
            | "BigInt"
            | "Uint8Array"
            | "Map"
            | "Set"
            | "isinstance"
            | "dict"
            | "str"
            | "structuredClone"
            | "Buffer"
            | "TextEncoder"
            | "encode"
            | "decode"
            | "Array"
            | "Object"
            | "Error"
            | "captureException"
            | "set"
            | "push"
            | "append"
            | "super"
    )
}

/// Calls that give the same text in another form.
pub(super) fn keeps_text(last: &str) -> bool {
    matches!(
        last,
        "trim"
            | "substring"
            | "substr"
            | "slice"
            | "replace"
            | "replaceAll"
            | "toString"
            | "String"
            | "str"
            | "from"
            | "encode"
            | "decode"
            | "value"
            | "split"
            | "join"
            | "concat"
            | "strip"
            | "importKey"
            | "toLowerCase"
            | "bytes"
            | "filter"
            | "map"
            | "get"
            | "format"
            | "atob"
            | "btoa"
            | "b64decode"
            | "Uint8Array"
            | "get_secret_value"
            | "padEnd"
            | "Boolean"
            | "find"
            | "all"
            | "utf8"
    )
}

/// Is this JavaScript in any form, where a write is a promise?
pub(super) fn is_ecma(path: &str) -> bool {
    matches!(Language::of(path), Some(Language::TypeScript | Language::Tsx))
}
