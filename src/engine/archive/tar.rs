//! Tar: headers of 512 bytes (POSIX pax and ustar, and GNU's long names).

use super::{ArchiveError, Entry, Packed};

const BLOCK: usize = 512;
/// The longest name that is kept.
const NAME: usize = 4_096;

pub(super) fn entries(bytes: &[u8], most: usize) -> Result<Vec<Entry<'_>>, ArchiveError> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut long: Option<String> = None;
    while let Some(header) = bytes.get(at..at + BLOCK) {
        if header.iter().all(|byte| *byte == 0) {
            break;
        }
        let size = number(&header[124..136]).ok_or(ArchiveError::Malformed)?;
        let start = at + BLOCK;
        // A cut archive still shows the files before the cut, and the beginning of the last.
        let end = start.saturating_add(size).min(bytes.len());
        let data = bytes.get(start..end).unwrap_or_default();
        match header[156] {
            b'L' => long = Some(text(data)),
            b'x' => long = pax_path(data).or(long),
            b'0' | 0 | b'7' => {
                if found.len() >= most {
                    return Err(ArchiveError::TooMany(most));
                }
                let name = long.take().unwrap_or_else(|| name(header));
                found.push(Entry { name, packed: Packed::Stored(data) });
            }
            _ => long = None,
        }
        let Some(next) = size.checked_next_multiple_of(BLOCK).and_then(|size| start.checked_add(size)) else {
            break;
        };
        at = next;
    }
    Ok(found)
}

fn name(header: &[u8]) -> String {
    let (name, prefix) = (text(&header[..100]), text(&header[345..500]));
    let is_ustar = header.get(257..262) == Some(b"ustar");
    if is_ustar && !prefix.is_empty() { format!("{prefix}/{name}") } else { name }
}

/// Up to the first NUL.
fn text(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len()).min(NAME);
    String::from_utf8_lossy(&bytes[..end]).into_owned()
}

/// Octal digits, or a number to the base of 256 where the first bit is set.
fn number(field: &[u8]) -> Option<usize> {
    if field[0] & 0x80 != 0 {
        let digits = field.iter().skip(1).skip_while(|byte| **byte == 0);
        return digits
            .clone()
            .count()
            .le(&7)
            .then(|| digits.fold(0, |all, byte| all << 8 | usize::from(*byte)));
    }
    let digits = field.iter().skip_while(|byte| **byte == b' ').take_while(|byte| !matches!(byte, 0 | b' '));
    digits.into_iter().try_fold(0_usize, |all, byte| {
        let digit = byte.checked_sub(b'0').filter(|digit| *digit < 8)?;
        Some(all << 3 | usize::from(digit))
    })
}

/// `12 path=a/b\n` among the records of an extended header.
fn pax_path(data: &[u8]) -> Option<String> {
    let at = memchr::memmem::find(data, b" path=")?;
    let rest = &data[at + 6..];
    let end = memchr::memchr(b'\n', rest)?;
    Some(text(&rest[..end]))
}
