//! Just enough DER (X.690) to walk a structure: tag, length, contents, and never beyond the end.

/// One element: its tag, what is inside it, and the whole of it with its header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Element<'a> {
    pub tag: u8,
    pub content: &'a [u8],
    pub whole: &'a [u8],
}

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const OCTET_STRING: u8 = 0x04;
pub const OID: u8 = 0x06;
pub const ENUMERATED: u8 = 0x0a;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const SEQUENCE: u8 = 0x30;

/// Takes elements off the front of a slice.
#[derive(Clone, Copy, Debug)]
pub struct Der<'a>(pub &'a [u8]);

impl<'a> Der<'a> {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn element(&mut self) -> Option<Element<'a>> {
        let (&tag, rest) = self.0.split_first()?;
        // Tags of several bytes occur in nothing that is read here.
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (digits.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        let whole = self.0.get(..self.0.len() - rest.len())?;
        self.0 = rest;
        Some(Element { tag, content, whole })
    }

    /// The next element, which must have this tag.
    pub fn expect(&mut self, tag: u8) -> Option<Element<'a>> {
        let mut ahead = *self;
        let element = ahead.element().filter(|element| element.tag == tag)?;
        *self = ahead;
        Some(element)
    }

    /// The inside of the next element, which must be a SEQUENCE.
    pub fn sequence(&mut self) -> Option<Der<'a>> {
        self.expect(SEQUENCE).map(|element| Der(element.content))
    }

    /// The inside of the next element if it is `[number] EXPLICIT`.
    pub fn tagged(&mut self, number: u8) -> Option<Der<'a>> {
        self.expect(0xa0 | number).map(|element| Der(element.content))
    }

    /// The bytes of a BIT STRING without unused bits.
    pub fn bits(&mut self) -> Option<&'a [u8]> {
        let (unused, bytes) = self.expect(BIT_STRING)?.content.split_first()?;
        (*unused == 0).then_some(bytes)
    }
}

/// An element of its tag and contents.
pub fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    match content.len() {
        length @ 0..0x80 => bytes.push(length as u8),
        length @ 0x80..0x100 => bytes.extend([0x81, length as u8]),
        length @ 0x100..0x1_0000 => {
            bytes.push(0x82);
            bytes.extend((length as u16).to_be_bytes());
        }
        length => {
            bytes.push(0x84);
            bytes.extend((length as u32).to_be_bytes());
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

/// The parts of a certificate that signatures and names need, as slices of its DER.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// What is signed.
    pub tbs: &'a [u8],
    /// Contents of the AlgorithmIdentifier.
    pub algorithm: &'a [u8],
    pub signature: &'a [u8],
    pub serial: &'a [u8],
    pub issuer: &'a [u8],
    pub subject: &'a [u8],
    /// SubjectPublicKeyInfo.
    pub key: &'a [u8],
    /// Contents of the list of extensions.
    pub extensions: &'a [u8],
    /// Contents of `tbs` before the extensions.
    pub before_extensions: &'a [u8],
}

/// Takes a certificate apart (RFC 5280 section 4.1).
pub fn certificate(der: &[u8]) -> Option<Parts<'_>> {
    let mut outer = Der(der).sequence()?;
    let tbs = outer.expect(SEQUENCE)?;
    let algorithm = outer.expect(SEQUENCE)?.content;
    let signature = outer.bits()?;
    let mut inner = Der(tbs.content);
    let _version = inner.tagged(0);
    let serial = inner.expect(INTEGER)?.content;
    inner.expect(SEQUENCE)?;
    let issuer = inner.expect(SEQUENCE)?.whole;
    inner.expect(SEQUENCE)?;
    let subject = inner.expect(SEQUENCE)?.whole;
    let key = inner.expect(SEQUENCE)?.whole;
    while inner.expect(0x81).or_else(|| inner.expect(0x82)).is_some() {}
    let before_extensions = tbs.content.get(..tbs.content.len() - inner.0.len())?;
    let extensions = match inner.tagged(3) {
        Some(mut list) => list.expect(SEQUENCE)?.content,
        None => &[],
    };
    Some(Parts {
        tbs: tbs.whole,
        algorithm,
        signature,
        serial,
        issuer,
        subject,
        key,
        extensions,
        before_extensions,
    })
}

/// The contents of one extension; `oid` in its DER contents.
pub fn extension<'a>(extensions: &'a [u8], oid: &[u8]) -> Option<&'a [u8]> {
    let mut list = Der(extensions);
    while let Some(mut one) = list.sequence() {
        if one.expect(OID)?.content == oid {
            let _critical = one.expect(0x01);
            return one.expect(OCTET_STRING).map(|element| element.content);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_elements_and_puts_them_together_again() {
        for length in [0, 1, 127, 128, 255, 256, 65_535, 65_536] {
            let bytes = encode(OCTET_STRING, &vec![7; length]);
            let mut der = Der(&bytes);
            let element = der.element().expect("an element");
            assert_eq!((element.content.len(), element.whole.len()), (length, bytes.len()));
            assert!(der.is_empty());
        }
    }

    #[test]
    fn never_reads_beyond_the_end() {
        for bytes in
            [&[0x30][..], &[0x30, 5, 1], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &[0x30, 0x80], &[0x1f, 1]]
        {
            assert_eq!(Der(bytes).element(), None);
        }
    }
}
