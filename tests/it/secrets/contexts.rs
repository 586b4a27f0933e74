//! The matcher in the files where credentials really stand.

use gonogo::engine::secrets::{Locator, scan};

use super::template::{expand, plain_base64};

const STRIPE: &str = "secrets/stripe-live-secret-key";

fn ids(text: &str) -> Vec<&'static str> {
    scan(text.as_bytes()).hits.iter().map(|hit| hit.rule.id).collect()
}

#[test]
fn a_token_is_found_wherever_it_stands() {
    let token = expand("sk_live_{alnum:24}");
    for text in [
        format!("STRIPE_SECRET_KEY={token}"),
        format!("export STRIPE_SECRET_KEY=\"{token}\"\n"),
        format!("const k=\"{token}\",o=function(e){{return e}};"),
        format!("{{\"stripe\":{{\"secretKey\":\"{token}\"}}}}"),
        format!("stripe:\n  secret: {token} # live\n"),
        format!("static const stripeKey = '{token}';"),
        format!("const stripe: string = `{token}`;"),
        format!("curl https://api.stripe.com/v1/charges -u {token}:"),
        format!("{{\"sourcesContent\":[\"const a = 1;\\nconst k = \\\"{token}\\\";\\n{token}\"]}}"),
        format!("<string>{token}</string>"),
        format!("https://x.acme-prod.net/?key%3D{token}"),
        format!("a\\u003d{token}"),
        format!("data:\n  key: {}\n", plain_base64(&token)),
        format!("data:\n  key: {}\n", plain_base64(plain_base64(format!("{token}\n{token}")))),
        format!("\u{feff}KEY={token}\r\n"),
    ] {
        assert!(ids(&text).contains(&STRIPE), "{text}");
        let prints: Vec<String> = scan(text.as_bytes()).hits.into_iter().map(|hit| hit.fingerprint).collect();
        assert!(prints.iter().all(|print| *print == scan(token.as_bytes()).hits[0].fingerprint), "{text}");
    }
}

#[test]
fn claims_and_checksums_decide() {
    for (template, expected) in [
        ("k = '{jwt_service}'", Some("secrets/supabase-service-role-jwt")),
        ("k = '{jwt_anon}'", Some("secrets/supabase-anon-jwt")),
        ("k = '{jwt_demo_service}'", None),
        ("k = '{jwt_user}'", Some("secrets/json-web-token")),
        ("k = 'ghp_{github_crc}'", Some("secrets/github-personal-access-token")),
        ("k = 'ghp_{github_bad_crc}'", None),
        ("key = 'sk_live_{alnum:24}'", Some(STRIPE)),
        ("key = 'sk_live_{alnum:42}'", Some("secrets/clerk-live-secret-key")),
        ("firebaseConfig = { apiKey: 'AIza{b64url:35}' }", Some("secrets/google-api-key")),
        ("GEMINI_API_KEY=AIza{b64url:35}", Some("secrets/google-gemini-key")),
    ] {
        assert_eq!(ids(&expand(template)), Vec::from_iter(expected), "{template}");
    }
}

#[test]
fn local_constants_and_stand_ins_are_none() {
    let local = ["sb_secret_", "N7UND0UgjKTVK-", "Uodkm0Hg_xSvEMPvz"].concat();
    for text in [
        format!("SUPABASE_SECRET_KEY={local}"),
        "JWT_SECRET=super-secret-jwt-token-with-at-least-32-characters-long".to_owned(),
        "postgresql://postgres:postgres@127.0.0.1:54322/postgres".to_owned(),
        "DATABASE_URL=postgres://user:password@db.acme-prod.net/app".to_owned(),
        "STRIPE_SECRET_KEY=sk_live_your_key_here_1234567890".to_owned(),
        format!("AKIA{}", "IOSFODNN7EXAMPLE"),
        "\"integrity\": \"sha512-tokenabcd1234ABCDefgh5678IJKLmnop==\"".to_owned(),
        "const tokenHash = 'd9b2a1c07be5d28460add9b2a1c07be5d28460ad';".to_owned(),
        "password: process.env.DB_PASSWORD ?? defaultPassword1".to_owned(),
    ] {
        assert_eq!(ids(&text), Vec::<&str>::new(), "{text}");
    }
}

#[test]
fn one_private_key_is_one_value_in_every_dress() {
    let plain = expand(
        "-----BEGIN PRIVATE KEY-----\n{der:64}\n{b64plain:64}\n{b64plain:64}\n-----END PRIVATE KEY-----\n",
    );
    let dresses = [
        plain.clone(),
        plain.replace('\n', "\r\n"),
        format!("key = \"{}\"", plain.replace('\n', "\\n")),
        format!("{{\\\"key\\\": \\\"{}\\\"}}", plain.replace('\n', "\\\\n")),
        format!("key: |\n    {}", plain.replace('\n', "\n    ")),
    ];
    let prints: Vec<String> = dresses
        .iter()
        .map(|text| {
            let hits = scan(text.as_bytes()).hits;
            assert_eq!(hits.len(), 1, "{text}");
            assert_eq!(hits[0].rule.id, "secrets/private-key");
            hits[0].fingerprint.clone()
        })
        .collect();
    assert!(prints.iter().all(|print| *print == prints[0]));
}

#[test]
fn nothing_that_leaves_the_engine_holds_the_value() {
    let token = expand("sk_live_{alnum:24}");
    let other = expand("whsec_{alnum:32}");
    let text = format!("const a = '{token}', b = '{other}';");
    let found = scan(text.as_bytes());
    let place = Locator::new(text.as_bytes()).locate(&found.hits[0].span);
    let shown = format!("{found:?} {}", found.snippet(text.as_bytes(), &place.around));
    assert_eq!(found.hits.len(), 2);
    for value in [&token, &other] {
        assert!(!shown.contains(&value[8..]) && !shown.contains(&value[value.len() - 8..]), "{shown}");
    }
    assert!(shown.contains("const a = 'sk_live_…', b = 'whsec_…';"), "{shown}");
}

#[test]
fn a_comment_with_a_reason_is_said() {
    let token = expand("sk_live_{alnum:24}");
    let text = format!("k = '{token}' // gonogo:ignore {STRIPE} revoked in May\n");
    assert_eq!(scan(text.as_bytes()).hits[0].accepted.as_deref(), Some("revoked in May"));
    let text = format!("k = '{token}' // gonogo:ignore {STRIPE}\n");
    assert_eq!(scan(text.as_bytes()).hits[0].accepted, None);
}

/// No byte may be looked at again and again. The bound is far above what linear work needs even
/// unoptimised, and far below what quadratic work would take.
#[test]
fn hostile_texts_are_read_in_linear_time() {
    let size = 128 << 10;
    for unit in [
        "sk_live_",
        "eyJhbGciOi",
        "eyJhbGciOi.",
        "-----BEGIN PRIVATE KEY-----",
        "twilio",
        "T3BlbkFJ",
        "secret=",
        "secret = \"",
        "postgres://a:",
        "LS0tLS1CRUdJTi",
        "\"kty\"",
        "https://a:b",
        "a",
        "\u{0}",
        "\u{ff}",
        "6Lc=",
        "PuTTY-User-Key-File-2: x\nEncryption: none",
        "-us1",
        "AAAA",
        "machine a login b ",
    ] {
        let text = unit.repeat(size / unit.len());
        let found = scan(text.as_bytes());
        assert!(found.hits.len() <= 2_000, "{unit}");
    }
}

#[test]
fn any_bytes_are_scanned_without_a_panic() {
    let mut noise = super::template::Noise::of("bytes");
    let anchors: Vec<&str> =
        gonogo::engine::secrets::RULES.iter().flat_map(|rule| rule.anchors).copied().collect();
    for _ in 0..300 {
        let mut bytes = Vec::new();
        for _ in 0..20 {
            bytes.extend(anchors[noise.next() as usize % anchors.len()].bytes());
            bytes.extend((0..noise.next() % 40).map(|_| noise.next() as u8));
        }
        let found = scan(&bytes);
        let mut locator = Locator::new(&bytes);
        for hit in &found.hits {
            let place = locator.locate(&hit.span);
            let _ = found.snippet(&bytes, &place.around);
        }
    }
}
