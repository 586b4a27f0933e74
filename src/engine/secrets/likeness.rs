//! Is a text random, or does it only stand where something random would?

/// Shannon's entropy of the bytes, in bits a byte.
pub(super) fn entropy(value: &[u8]) -> f32 {
    let mut counts = [0_u32; 256];
    for byte in value {
        counts[usize::from(*byte)] += 1;
    }
    let length = value.len().max(1) as f32;
    let share = |count: &u32| {
        let share = *count as f32 / length;
        -share * share.log2()
    };
    counts.iter().filter(|count| **count > 0).map(share).sum()
}

/// Words that stand in documentation where a credential would, and in a random text of forty
/// characters once in ten thousand.
const STAND_INS: &str = "\
    example placeholder changeme change-me change_me your_ your- yourkey yourtoken dummy redacted \
    xxxxx fake_ fake- _fake -fake sample replace insert notreal not_real notasecret mysecret \
    my_secret my-secret secret_key **** .... foobar masked removed 0000000 testtest loremipsum";

/// Marks of a value that is filled in elsewhere.
const TEMPLATES: &str = "\
    ${ {{ $( <% %( #{ process.env os.environ @@";

/// Is it a stand-in: an example, a template, a keyboard run?
pub(super) fn is_stand_in(value: &[u8]) -> bool {
    let lower = String::from_utf8_lossy(value).to_ascii_lowercase();
    STAND_INS.split(' ').chain(TEMPLATES.split(' ')).any(|word| lower.contains(word))
        || longest_run(value, |before, next| before == next) >= 6
        || longest_run(value, |before, next| follows(before.to_ascii_lowercase(), next.to_ascii_lowercase()))
            >= 7
        || is_periodic(value)
}

/// Does it read as words, a path or an identifier rather than as noise?
pub(super) fn is_wordlike(value: &[u8]) -> bool {
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    if letters + digits < value.len() * 3 / 4 {
        return true;
    }
    // Without a digit it is noise only if even less of it reads as words.
    let most = if digits == 0 { 30 } else { 35 };
    in_words(value) * 100 > letters.max(value.len() / 2) * most
}

/// How many pairs of letters stand in what reads as a word: a long one says more than its parts would.
fn in_words(value: &[u8]) -> usize {
    let mut count = 0;
    let mut start = 0;
    for at in 0..value.len() {
        // Nobody writes a capital inside of a word, or a digit.
        let goes_on = value[at].is_ascii_alphabetic()
            && value.get(at + 1).is_some_and(|next| {
                next.is_ascii_alphabetic() && !(value[at].is_ascii_lowercase() && next.is_ascii_uppercase())
            });
        if !goes_on {
            let word = &value[start..=at];
            let length = word.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
            // Noise has a quarter of its pairs among the common ones by chance, English three quarters.
            if length >= 3 && common_pairs(word) * 100 >= (length - 1) * 66 {
                count += length - 1;
            }
            start = at + 1;
        }
    }
    count
}

fn common_pairs(word: &[u8]) -> usize {
    let folded = |pair: &[u8]| [pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase()];
    let is_common = |pair: &&[u8]| COMMON_PAIRS.chunks(2).any(|known| known == folded(pair));
    word.windows(2).filter(is_common).count()
}

/// The letter pairs that make up most of English text and identifiers.
const COMMON_PAIRS: &[u8] =
    b"thheineranreonatenndtiesorteofedisitalarsttontngsehaasouiolevecomedehiriroicneearacelichll\
    bemasiomurcaeltalansdifohopeecprnoctusacotiltrlyncetutsssorsunlowageiewheewiemadolrtpowena\
    ulnitsmoowpaimmiaishirsuidosiviaamficivipligtuevldrympfeblabghtyopwosaayexkefrooavagifapgr\
    odbosprddoucbueiovrmepttoccurnscdacrclckeyumupau";

/// 8-4-4-4-12 hexadecimal digits.
pub(super) fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Only hexadecimal digits.
pub(super) fn is_hex(value: &[u8]) -> bool {
    value.iter().all(u8::is_ascii_hexdigit)
}

fn longest_run(value: &[u8], mut joined: impl FnMut(u8, u8) -> bool) -> usize {
    let (mut run, mut longest) = (1, 1);
    for pair in value.windows(2) {
        run = if joined(pair[0], pair[1]) { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    longest
}

fn follows(before: u8, next: u8) -> bool {
    before.is_ascii_alphanumeric()
        && (next == before.wrapping_add(1) || matches!((before, next), (b'9', b'0' | b'a') | (b'z', b'0')))
}

/// The same few characters over and over.
fn is_periodic(value: &[u8]) -> bool {
    value.len() >= 16
        && (1..=value.len().min(20) / 2)
            .any(|period| value.iter().zip(value.iter().skip(period)).all(|(left, right)| left == right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stand_ins_are_told_from_noise() {
        for text in [
            "xxxxxxxxxxxxxxxx",
            "your_api_key_here",
            "abcdefghijklmnop",
            "0123456789abcdef",
            "deadbeefdeadbeef",
        ] {
            assert!(is_stand_in(text.as_bytes()), "{text}");
        }
        for text in ["mZ7pQ2vK9tB4wX1c", "f3a91c07be5d2846"] {
            assert!(!is_stand_in(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn words_are_told_from_noise() {
        for text in
            ["accessTokenExpirationSeconds2", "client-secret-reference-v22", "projects/12/secrets/stripe"]
        {
            assert!(is_wordlike(text.as_bytes()), "{text}");
        }
        for text in ["mZ7pQ2vK9tB4wX1cRf8s", "9f3a91c07be5d28460ad", "Qk3vTz8LrW1nXb5cYh7d"] {
            assert!(!is_wordlike(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn entropy_of_known_texts() {
        assert!(entropy(b"aaaa") < 0.01);
        assert!((entropy(b"abcdefgh") - 3.0).abs() < 0.01);
    }
}
