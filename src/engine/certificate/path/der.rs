//! Just enough DER to find the parts of a certificate as they were written (X.690 section 8.1).

pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`: the version of a certificate.
pub(super) const VERSION: u8 = 0xa0;

/// Takes values off the front of a slice, never beyond its end.
#[derive(Clone, Copy)]
pub(super) struct Der<'a>(pub(super) &'a [u8]);

/// One value: with its header, and without.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Value<'a> {
    pub(super) whole: &'a [u8],
    pub(super) content: &'a [u8],
}

impl<'a> Der<'a> {
    pub(super) fn peek(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The next value, if it carries `tag`.
    pub(super) fn take(&mut self, tag: u8) -> Option<Value<'a>> {
        (self.peek()? == tag).then_some(())?;
        let (length, header) = match *self.0.get(1)? {
            short @ 0..=0x7f => (usize::from(short), 2),
            long @ 0x81..=0x84 => {
                let count = usize::from(long & 0x7f);
                let bytes = self.0.get(2..2 + count)?;
                (bytes.iter().fold(0_usize, |length, byte| length << 8 | usize::from(*byte)), 2 + count)
            }
            _ => return None,
        };
        let end = header.checked_add(length)?;
        let value = Value { whole: self.0.get(..end)?, content: self.0.get(header..end)? };
        self.0 = &self.0[end..];
        Some(value)
    }

    /// The content of a BIT STRING of whole bytes.
    pub(super) fn bits(&mut self) -> Option<&'a [u8]> {
        self.take(BIT_STRING)?.content.strip_prefix(&[0])
    }
}

/// Writes a SEQUENCE around its content.
pub(super) fn sequence(content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut whole = vec![SEQUENCE];
    if length < 0x80 {
        whole.push(u8::try_from(length).unwrap_or(0));
    } else {
        let bytes = length.to_be_bytes();
        let bytes = &bytes[bytes.iter().position(|byte| *byte != 0).unwrap_or(0)..];
        whole.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
        whole.extend_from_slice(bytes);
    }
    whole.extend_from_slice(content);
    whole
}
