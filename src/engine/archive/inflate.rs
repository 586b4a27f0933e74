//! Inflating what somebody else packed: as far as asked, and as far as it goes.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder};

/// Plain bytes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Inflated {
    pub bytes: Vec<u8>,
    /// Was that all of it, and sound?
    pub whole: bool,
}

/// Raw deflate (RFC 1951).
pub(super) fn raw(packed: &[u8], limit: usize) -> Inflated {
    read(DeflateDecoder::new(packed), limit)
}

/// Gzip (RFC 1952), all members.
pub(super) fn gzip(packed: &[u8], limit: usize) -> Inflated {
    read(MultiGzDecoder::new(packed), limit)
}

/// What came out before an error is kept: a cut archive still shows its beginning.
fn read(reader: impl Read, limit: usize) -> Inflated {
    let mut bytes = Vec::new();
    let more = limit.saturating_add(1) as u64;
    let sound = reader.take(more).read_to_end(&mut bytes).is_ok();
    let fits = bytes.len() <= limit;
    bytes.truncate(limit);
    Inflated { bytes, whole: sound && fits }
}
