//! Reads SMTP replies (RFC 5321 section 4.2) as they arrive, in bounded memory.

/// RFC 5321 section 4.5.3.1.5 allows 512 bytes a line; some servers list more.
const LINE: usize = 2_048;
const LINES: usize = 100;
const TOTAL: usize = 32 * 1_024;
/// Most capabilities kept, and most characters of each.
const CAPABILITIES: usize = 60;
const CAPABILITY: usize = 100;

/// One reply: its code and its lines without the code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    pub code: u16,
    pub lines: Vec<String>,
}

/// Not SMTP, or more of it than anybody needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(&'static str);

/// Feeds on bytes in any portions.
#[derive(Clone, Debug, Default)]
pub struct Reader {
    bytes: Vec<u8>,
    read: usize,
    code: Option<u16>,
    lines: Vec<String>,
}

impl Reader {
    /// Adds bytes and gives a reply if there is a whole one.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<Option<Reply>, Malformed> {
        self.take(bytes)?;
        self.reply()
    }

    /// Adds bytes.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Malformed> {
        self.read = self.read.saturating_add(bytes.len());
        if self.read > TOTAL {
            return Err(Malformed("more replies than a dialogue has"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    /// The next whole reply among the bytes that have arrived already.
    pub fn reply(&mut self) -> Result<Option<Reply>, Malformed> {
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            if let Some(reply) = self.line(&line)? {
                return Ok(Some(reply));
            }
        }
        if self.bytes.len() > LINE {
            return Err(Malformed("a line without an end"));
        }
        Ok(None)
    }

    /// Bytes that arrived behind the last reply.
    pub fn rest(&self) -> &[u8] {
        &self.bytes
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<Reply>, Malformed> {
        if line.len() > LINE {
            return Err(Malformed("a line that is too long"));
        }
        let (digits, rest) = line.split_at_checked(3).ok_or(Malformed("a line without a reply code"))?;
        let code = std::str::from_utf8(digits)
            .ok()
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|digits| digits.parse::<u16>().ok())
            .filter(|code| (200..600).contains(code))
            .ok_or(Malformed("a line without a reply code"))?;
        if self.code.is_some_and(|first| first != code) {
            return Err(Malformed("one reply with two codes"));
        }
        let (more, text) = match rest.split_first() {
            Some((b'-', text)) => (true, text),
            Some((b' ', text)) => (false, text),
            Some((b'\r' | b'\n', _)) | None => (false, &[][..]),
            Some(_) => return Err(Malformed("a line without a reply code")),
        };
        self.lines.push(printable(text));
        if self.lines.len() > LINES {
            return Err(Malformed("a reply of too many lines"));
        }
        self.code = Some(code);
        if more {
            return Ok(None);
        }
        self.code = None;
        Ok(Some(Reply { code, lines: std::mem::take(&mut self.lines) }))
    }
}

impl Reply {
    /// The capabilities of a reply to EHLO (RFC 5321 section 4.1.1.1), upper case, sorted; the first
    /// line is a greeting.
    pub fn capabilities(&self) -> Vec<String> {
        let lines = self.lines.iter().skip(1).take(CAPABILITIES);
        let mut found: Vec<String> = lines
            .map(|line| line.trim().chars().take(CAPABILITY).collect::<String>().to_ascii_uppercase())
            .filter(|line| !line.is_empty())
            .collect();
        found.sort();
        found.dedup();
        found
    }
}

/// Printable ASCII; anything else as `?`.
fn printable(text: &[u8]) -> String {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    text.iter().map(|byte| if (b' '..=b'~').contains(byte) { char::from(*byte) } else { '?' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_replies_in_any_portions() {
        let text = b"220 mx.test ESMTP\r\n250-mx.test\r\n250-SIZE 1000\r\n250-starttls\r\n250 HELP\r\n";
        for size in [1, 3, 7, text.len()] {
            let (mut reader, mut replies) = (Reader::default(), Vec::new());
            for portion in text.chunks(size) {
                let mut reply = reader.feed(portion).expect("SMTP");
                while let Some(one) = reply {
                    replies.push(one);
                    reply = reader.reply().expect("SMTP");
                }
            }
            assert_eq!(replies.len(), 2);
            assert_eq!(replies[1].capabilities(), ["HELP", "SIZE 1000", "STARTTLS"]);
        }
    }

    #[test]
    fn what_follows_a_reply_is_seen() {
        let mut reader = Reader::default();
        let reply = reader.feed(b"220 go ahead\r\n250 more\r\nand").expect("SMTP").expect("a reply");
        assert_eq!((reply.code, reader.rest()), (220, &b"250 more\r\nand"[..]));
    }

    #[test]
    fn refuses_what_is_not_smtp() {
        for wrong in
            [&b"HTTP/1.1 400 Bad Request\r\n"[..], b"220-a\r\n250 b\r\n", b"2\r\n", b"999 x\r\n", b"220x\r\n"]
        {
            assert!(Reader::default().feed(wrong).is_err(), "{wrong:?}");
        }
        assert!(Reader::default().feed(&[b'2'; 5_000]).is_err());
        assert!(Reader::default().feed(&b"220-x\r\n".repeat(101)).is_err());
        assert!(Reader::default().feed(&vec![b'\n'; 100_000]).is_err());
    }
}
