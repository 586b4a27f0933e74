//! What of a file is text.

use std::borrow::Cow;

use crate::engine::pack::Copied;

/// How much is looked at to tell text from the rest; git looks at as much.
const HEAD: usize = 8 * 1024;

/// Endings of text files: a stray NUL does not make them binary.
const TEXT: &str = "\
    .env .json .js .mjs .cjs .ts .tsx .jsx .map .yml .yaml .toml .ini .cfg .conf .sh .py .rb .php \
    .go .rs .dart .java .kt .swift .cs .sql .txt .log .md .html .xml .plist .properties .pem .key \
    .tf .tfvars .tfstate .ps1 .csv .har";

/// The text of a file as UTF-8-like bytes, or none if it holds no text.
pub(super) fn of<'a>(path: &str, bytes: &'a [u8]) -> Option<Cow<'a, [u8]>> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return Some(Cow::Owned(utf16(rest, u16::from_le_bytes))),
        [0xFE, 0xFF, rest @ ..] => return Some(Cow::Owned(utf16(rest, u16::from_be_bytes))),
        _ => {}
    }
    let head = &bytes[..bytes.len().min(HEAD)];
    if memchr::memchr(0, head).is_none() {
        return Some(Cow::Borrowed(bytes));
    }
    if let Some(unit) = unmarked(head) {
        return Some(Cow::Owned(utf16(bytes, unit)));
    }
    (is_text_by_name(path) || is_code_by_name(path)).then_some(Cow::Borrowed(bytes))
}

/// Is this text as it is, if the text it was made from is? Only what the other had not in its head is
/// looked at; false where that tells nothing.
pub(super) fn stays(bytes: &[u8], copied: &[Copied]) -> bool {
    let head = &bytes[..bytes.len().min(HEAD)];
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] = head {
        return false;
    }
    let is_clean = |from: usize, to: usize| {
        head.get(from..to.min(head.len())).is_none_or(|part| memchr::memchr(0, part).is_none())
    };
    let mut at = 0;
    for Copied { from, to, count } in copied.iter().take_while(|piece| piece.to < head.len()) {
        let known = HEAD.saturating_sub(*from).min(*count);
        if !is_clean(at, *to) || !is_clean(to + known, to + count) {
            return false;
        }
        at = to + count;
    }
    is_clean(at, head.len())
}

/// Compiled code keeps its texts as they are: Dart's snapshots, Android's classes, WebAssembly,
/// property lists and Electron's archives. It is searched like text.
fn is_code_by_name(path: &str) -> bool {
    const NAMES: &str = "libapp.so app.so App kernel_blob.bin isolate_snapshot_data vm_snapshot_data";
    const ENDINGS: &str = ".dex .dill .wasm .plist .asar .arsc .hbc .jsbundle";
    let name = path.rsplit('/').next().unwrap_or(path);
    NAMES.split(' ').any(|known| known == name) || ENDINGS.split(' ').any(|ending| name.ends_with(ending))
}

/// UTF-16 without a mark: every second byte of the beginning is zero, and no other.
fn unmarked(head: &[u8]) -> Option<fn([u8; 2]) -> u16> {
    let pairs = head.len() / 2;
    let zeros = |at: usize| head.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    match () {
        () if pairs < 8 => None,
        () if even == 0 && odd * 10 >= pairs * 9 => Some(u16::from_le_bytes),
        () if odd == 0 && even * 10 >= pairs * 9 => Some(u16::from_be_bytes),
        () => None,
    }
}

fn is_text_by_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.starts_with(".env") || TEXT.split(' ').any(|ending| name.ends_with(ending))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units)
        .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect::<String>()
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_stays_one_unless_something_else_comes_into_its_head() {
        let copied = [Copied { from: 0, to: 0, count: 3 }, Copied { from: 3, to: 4, count: 3 }];
        assert!(stays(b"abcXdef", &copied));
        assert!(!stays(b"abc\0def", &copied));
        assert!(!stays(b"\xFF\xFEcXdef", &copied));
        // What the other text has behind its head was not looked at there.
        let moved = [Copied { from: HEAD, to: 0, count: 2 }];
        assert!(!stays(b"a\0", &moved));
        assert!(stays(b"ab", &moved));
        let both = [Copied { from: HEAD - 1, to: 0, count: 2 }];
        assert!(!stays(b"a\0", &both));
    }

    #[test]
    fn text_is_told_from_the_rest() {
        assert!(of("a.bin", b"PK\0\0").is_none());
        assert!(of(".env", b"A=1\0B=2").is_some());
        assert!(of("a.bin", b"plain").is_some());
        assert_eq!(of("a.bin", b"\xFF\xFEA\0=\0").as_deref(), Some(&b"A="[..]));
    }
}
