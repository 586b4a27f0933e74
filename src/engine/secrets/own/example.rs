//! Examples in a rule file: a credential in one is written as a template, `acme_{alnum:32}`, so that
//! no scanner stops at the file itself.

const ALNUM: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE64URL: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The longest text that a template makes.
const LONGEST: usize = 4096;

/// Replaces `{kind:length}`; the same template gives the same text.
pub(super) fn expand(template: &str) -> String {
    let seed = template
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    let mut noise = Noise(seed);
    let mut text = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        if let Some((made, tail)) =
            after.split_once('}').and_then(|(name, tail)| Some((made(name, &mut noise)?, tail)))
        {
            text.push_str(&made);
            rest = tail;
        } else {
            text.push('{');
            rest = after;
        }
    }
    text + rest
}

fn made(name: &str, noise: &mut Noise) -> Option<String> {
    if name == "uuid" {
        return Some([8, 4, 4, 4, 12].map(|part| noise.text(b"0123456789abcdef", part)).join("-"));
    }
    let (kind, length) = name.split_once(':')?;
    let length = length.parse().ok().filter(|length| *length <= LONGEST)?;
    let alphabet = match kind {
        "alnum" => ALNUM,
        "letters" => &ALNUM[10..],
        "alpha" => &ALNUM[36..],
        "upper" => &ALNUM[..36],
        "lower" => b"0123456789abcdefghijklmnopqrstuvwxyz",
        "digits" => &ALNUM[..10],
        "hex" => b"0123456789abcdef",
        "HEX" => b"0123456789ABCDEF",
        "b64url" => BASE64URL,
        "base32" => BASE32,
        "x" => b"x",
        _ => return None,
    };
    Some(noise.text(alphabet, length))
}

/// A deterministic stream (splitmix64).
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ word >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ word >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ word >> 31
    }

    fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let letter = |word: u64| alphabet.get((word % alphabet.len().max(1) as u64) as usize).copied();
        (0..length).map(|_| char::from(letter(self.next()).unwrap_or(b'0'))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::expand;

    #[test]
    fn templates_are_filled_in() {
        let text = expand("a = {\"k\": \"acme_{hex:12}\"}");
        assert!(text.starts_with("a = {\"k\": \"acme_") && text.ends_with("\"}"), "{text}");
        assert_eq!(text.len(), "a = {\"k\": \"acme_\"}".len() + 12);
        assert_eq!(expand("{nothing:3} {x:3} {"), "{nothing:3} xxx {");
    }
}
