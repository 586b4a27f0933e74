//! What is packed in archives, read from bytes: ZIP and its kin, tar and gzip.
//!
//! Nothing is trusted: every offset is checked, expansion is bounded by its bytes and by its ratio,
//! and entries that share bytes with others (the trick of non-recursive bombs) are refused.

mod inflate;
mod tar;
mod zip;

use std::borrow::Cow;

pub use self::inflate::Inflated;

/// A form of archive.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// ZIP, and what is one by another name: jar, apk, aab, ipa, whl.
    Zip,
    Tar,
    /// One compressed file, often a tar.
    Gzip,
}

/// A file in an archive.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry<'a> {
    /// As the archive spells it, invalid UTF-8 replaced.
    pub name: String,
    pub packed: Packed<'a>,
}

/// The bytes of an entry.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Packed<'a> {
    Stored(&'a [u8]),
    /// Raw deflate (RFC 1951).
    Deflate(&'a [u8]),
    /// With a method or an encryption that is not read.
    Other(String),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ArchiveError {
    #[error("its directory is damaged")]
    Malformed,
    #[error("its entries overlap, as those of a zip bomb do")]
    Overlapping,
    #[error("it has more than {0} entries")]
    TooMany(usize),
}

/// By its first bytes, whatever it is called.
pub fn kind(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
        [0x1f, 0x8b, 8, ..] => Some(Kind::Gzip),
        _ if bytes.get(257..262) == Some(b"ustar") => Some(Kind::Tar),
        _ => None,
    }
}

/// The files of a ZIP or a tar, at most `most`, in the archive's order.
pub fn entries(kind: Kind, bytes: &[u8], most: usize) -> Result<Vec<Entry<'_>>, ArchiveError> {
    match kind {
        Kind::Zip => zip::entries(bytes, most),
        Kind::Tar => tar::entries(bytes, most),
        Kind::Gzip => Ok(Vec::new()),
    }
}

/// The plain bytes of a gzip file, all its members, at most `limit`.
pub fn gunzip(bytes: &[u8], limit: usize) -> Inflated {
    inflate::gzip(bytes, limit)
}

impl<'a> Packed<'a> {
    /// The plain bytes, at most `limit`; none if the method is not read.
    pub fn plain(&self, limit: usize) -> Option<(Cow<'a, [u8]>, bool)> {
        match self {
            Self::Stored(bytes) => {
                let kept = &bytes[..bytes.len().min(limit)];
                Some((Cow::Borrowed(kept), kept.len() == bytes.len()))
            }
            Self::Deflate(bytes) => {
                let inflated = inflate::raw(bytes, limit);
                Some((Cow::Owned(inflated.bytes), inflated.whole))
            }
            Self::Other(_) => None,
        }
    }

    /// Of the packed form.
    pub fn len(&self) -> usize {
        match self {
            Self::Stored(bytes) | Self::Deflate(bytes) => bytes.len(),
            Self::Other(_) => 0,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
