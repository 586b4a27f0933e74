//! A text that was made from another is scanned as if it stood alone.

use gonogo::engine::{
    pack::Copied,
    secrets::{Traces, scan, scan_and_trace, scan_made},
};

use super::template::{expand, plain_base64};

/// Small, seeded and the same everywhere (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end.max(1) as u64) as usize
    }

    fn pick<'a>(&mut self, parts: &'a [String]) -> &'a str {
        &parts[self.below(parts.len())]
    }
}

/// Texts with credentials of every shape: anchored, after a name, around an anchor, long, encoded.
fn parts() -> Vec<String> {
    let der = |length: usize| -> String {
        let bytes: Vec<u8> = [0x30, 0x82]
            .into_iter()
            .chain((0..length).map(|at| (at * at * 31 + at * 7 + 13) as u8))
            .collect();
        plain_base64(&bytes)
    };
    let body = der(1_700);
    let lines: Vec<&str> =
        body.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let label = "RSA PRIVATE KEY";
    let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
    let header = plain_base64(br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = plain_base64(
        format!(
            r#"{{"iss":"supabase","ref":"abcdefghijklmnopqrst","role":"service_role","pad":"{}"}}"#,
            "p".repeat(300)
        )
        .as_bytes(),
    );
    let jwt = format!(
        "{}.{}.{}",
        header.trim_end_matches('='),
        claims.trim_end_matches('='),
        expand("{b64url:43}")
    );
    vec![
        expand("STRIPE_KEY=sk_live_{alnum:24}\n"),
        expand("const apiSecret = '{alnum:40}';\n"),
        expand("hook: whsec_{alnum:32}\n"),
        expand("mailchimp key {hex:32}-us12\n"),
        expand("bot 123456789:AA{b64url:33}\n"),
        expand("https://{hex:32}@o12345.ingest.sentry.io/98765\n"),
        plain_base64(expand("sk_live_{alnum:24}").as_bytes()) + "\n",
        pem,
        format!("token: {jwt}\n"),
        "// gonogo:ignore secrets/stripe-live-secret-key revoked in May\n".to_owned(),
        "password token secret key api_key apikey auth bearer client_secret\n".to_owned(),
        "nothing to see in this line of an ordinary text, only words\n".repeat(12),
        "x".repeat(700),
        "\n".to_owned(),
    ]
}

/// One piece of the base is copied, dropped, repeated or has something put into it.
fn edited(dice: &mut Dice, base: &[u8], parts: &[String]) -> (Vec<u8>, Vec<Copied>) {
    let (mut made, mut copied) = (Vec::new(), Vec::new());
    let mut at = 0;
    let mut copy = |made: &mut Vec<u8>, from: usize, count: usize| {
        copied.push(Copied { from, to: made.len(), count });
        made.extend_from_slice(&base[from..from + count]);
    };
    for _ in 0..=dice.below(5) {
        let count = dice.below(base.len() - at + 1);
        copy(&mut made, at, count);
        at += count;
        match dice.below(6) {
            0 => at += dice.below((base.len() - at).min(40) + 1),
            1 => made.extend_from_slice(dice.pick(parts).as_bytes()),
            2 => made.push(b'a' + dice.below(26) as u8),
            3 => {
                let part = dice.pick(parts).as_bytes();
                made.extend_from_slice(&part[..dice.below(part.len() + 1)]);
            }
            4 if !base.is_empty() => {
                let from = dice.below(base.len());
                copy(&mut made, from, dice.below((base.len() - from).min(900) + 1));
            }
            _ => {}
        }
    }
    if dice.below(4) > 0 {
        copy(&mut made, at, base.len() - at);
    }
    (made, copied)
}

#[test]
fn what_is_inherited_equals_what_is_scanned() {
    let parts = parts();
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut inherited, mut hits) = (0, 0);
    for _ in 0..150 {
        let mut text: Vec<u8> =
            (0..6 + dice.below(12)).flat_map(|_| dice.pick(&parts).as_bytes().to_vec()).collect();
        let (first, mut traces): (_, Option<Traces>) = scan_and_trace(&text);
        assert_eq!(first, scan(&text));
        for _ in 0..12 {
            let (made, copied) = edited(&mut dice, &text, &parts);
            let (found, next) = match &traces {
                Some(traces) => scan_made(&made, traces, &copied),
                None => scan_and_trace(&made),
            };
            assert_eq!(found, scan(&made), "{copied:?} of {}", String::from_utf8_lossy(&text));
            inherited += usize::from(traces.is_some());
            hits += found.hits.len();
            (text, traces) = (made, next);
            if text.len() > 60_000 {
                break;
            }
        }
    }
    assert!(inherited > 500 && hits > 3_000, "{inherited} {hits}");
}

#[test]
fn a_change_in_the_middle_of_a_long_value_is_seen() {
    let parts = parts();
    for part in [&parts[7], &parts[8]] {
        let base = format!("{}{part}{}", "before\n".repeat(200), "after\n".repeat(200)).into_bytes();
        let (found, traces) = scan_and_trace(&base);
        assert_eq!(found.hits.len(), 1, "{part}");
        let traces = traces.unwrap();
        let middle = 1_400 + part.len() / 2;
        let mut made = base.clone();
        made[middle] = if made[middle] == b'A' { b'B' } else { b'A' };
        let copied = [
            Copied { from: 0, to: 0, count: middle },
            Copied { from: middle + 1, to: middle + 1, count: base.len() - middle - 1 },
        ];
        let again = scan_made(&made, &traces, &copied).0;
        assert_eq!(again, scan(&made));
        assert!(again.hits != found.hits, "another value is another hit");
    }
}
