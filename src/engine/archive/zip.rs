//! ZIP by its central directory (APPNOTE.TXT sections 4.3 and 4.5): what a reader would see, not
//! what lies between.

use super::{ArchiveError, Entry, Packed};

const END: usize = 22;
const DIRECTORY: usize = 46;
const LOCAL: usize = 30;
/// The end record stands before a comment of at most this length.
const COMMENT: usize = 65_535;
/// The longest name that is kept.
const NAME: usize = 4_096;

pub(super) fn entries(bytes: &[u8], most: usize) -> Result<Vec<Entry<'_>>, ArchiveError> {
    let (count, mut at) = directory(bytes).ok_or(ArchiveError::Malformed)?;
    if count > most {
        return Err(ArchiveError::TooMany(most));
    }
    let mut found = Vec::with_capacity(count.min(1_024));
    let mut taken = Vec::with_capacity(count.min(1_024));
    for _ in 0..count {
        let record = Record::read(bytes, at).ok_or(ArchiveError::Malformed)?;
        at = record.next;
        if record.name.ends_with('/') {
            continue;
        }
        let start = data_start(bytes, record.local).ok_or(ArchiveError::Malformed)?;
        let end = start.checked_add(record.packed).filter(|end| *end <= bytes.len());
        let data = &bytes[start..end.ok_or(ArchiveError::Malformed)?];
        taken.push((record.local, start + data.len()));
        let packed = match record.method {
            _ if record.flags & 1 == 1 => Packed::Other("it is encrypted".to_owned()),
            0 => Packed::Stored(data),
            8 => Packed::Deflate(data),
            method => Packed::Other(format!("it is packed with method {method}")),
        };
        found.push(Entry { name: record.name, packed });
    }
    taken.sort_unstable();
    if taken.windows(2).any(|pair| pair[0].1 > pair[1].0) {
        return Err(ArchiveError::Overlapping);
    }
    Ok(found)
}

/// Number of entries, and where the directory begins.
fn directory(bytes: &[u8]) -> Option<(usize, usize)> {
    let from = bytes.len().saturating_sub(END + COMMENT);
    let tail = bytes.get(from..)?;
    let end = from + memchr::memmem::rfind(tail, b"PK\x05\x06")?;
    let (count, start) = (usize::from(u16_at(bytes, end + 10)?), u32_at(bytes, end + 16)? as usize);
    if count < 0xFFFF && start < 0xFFFF_FFFF {
        return Some((count, start));
    }
    let locator = end.checked_sub(20).filter(|at| bytes.get(*at..at + 4) == Some(b"PK\x06\x07"))?;
    let wide = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
    (bytes.get(wide..wide.checked_add(4)?)? == b"PK\x06\x06").then_some(())?;
    Some((usize::try_from(u64_at(bytes, wide + 32)?).ok()?, usize::try_from(u64_at(bytes, wide + 48)?).ok()?))
}

/// One record of the directory.
struct Record {
    name: String,
    flags: u16,
    method: u16,
    packed: usize,
    local: usize,
    next: usize,
}

impl Record {
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        (bytes.get(at..at.checked_add(4)?)? == b"PK\x01\x02").then_some(())?;
        let length = |offset: usize| u16_at(bytes, at + offset).map(usize::from);
        let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
        let text = bytes.get(at + DIRECTORY..at + DIRECTORY + name)?;
        let extra_at = at + DIRECTORY + name;
        let mut wide = Wide { rest: field(bytes.get(extra_at..extra_at + extra)?) };
        let plain = u32_at(bytes, at + 24)?;
        let packed = u32_at(bytes, at + 20)?;
        let local = u32_at(bytes, at + 42)?;
        wide.read(plain)?;
        let (packed, local) = (wide.read(packed)?, wide.read(local)?);
        Some(Self {
            name: String::from_utf8_lossy(&text[..text.len().min(NAME)]).into_owned(),
            flags: u16_at(bytes, at + 8)?,
            method: u16_at(bytes, at + 10)?,
            packed,
            local,
            next: extra_at + extra + comment,
        })
    }
}

/// The 64-bit forms of what does not fit into 32 bits, in their order (section 4.5.3).
struct Wide<'a> {
    rest: &'a [u8],
}

impl Wide<'_> {
    fn read(&mut self, narrow: u32) -> Option<usize> {
        if narrow < u32::MAX {
            return Some(narrow as usize);
        }
        let (number, rest) = self.rest.split_first_chunk::<8>()?;
        self.rest = rest;
        usize::try_from(u64::from_le_bytes(*number)).ok()
    }
}

/// The extra field with the 64-bit forms, if there is one.
fn field(mut extra: &[u8]) -> &[u8] {
    while let Some((head, rest)) = extra.split_first_chunk::<4>() {
        let (id, size) =
            (u16::from_le_bytes([head[0], head[1]]), usize::from(u16::from_le_bytes([head[2], head[3]])));
        let Some(data) = rest.get(..size) else { break };
        if id == 1 {
            return data;
        }
        extra = &rest[size..];
    }
    &[]
}

fn data_start(bytes: &[u8], local: usize) -> Option<usize> {
    (bytes.get(local..local.checked_add(4)?)? == b"PK\x03\x04").then_some(())?;
    let lengths = usize::from(u16_at(bytes, local + 26)?) + usize::from(u16_at(bytes, local + 28)?);
    Some(local + LOCAL + lengths).filter(|start| *start <= bytes.len())
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..)?.first_chunk().map(|chunk| u16::from_le_bytes(*chunk))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|chunk| u32::from_le_bytes(*chunk))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}
