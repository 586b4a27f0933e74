//! The demo's secrets: well-formed, worthless, and made at run time so that no scanner finds them
//! in this repository.

use std::io;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use rcgen::PublicKeyData as _;

const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Everything secret-looking in the portal. The same in every run, but for the DKIM key.
#[derive(Clone, Debug)]
pub struct Secrets {
    pub session_ana: String,
    pub session_ben: String,
    stripe_live: String,
    stripe_test: String,
    firebase_web_key: String,
    github: String,
    shared: String,
    shared_staging: String,
    project: String,
    other_project: String,
    dkim: String,
}

impl Secrets {
    pub(super) fn make() -> io::Result<Self> {
        let mut dice = Dice(0x05ee_d0fa_de01);
        Ok(Self {
            session_ana: dice.letters(32),
            session_ben: dice.letters(32),
            stripe_live: format!("{}_live_{}", "sk", dice.letters(24)),
            stripe_test: format!("{}_test_{}", "sk", dice.letters(24)),
            firebase_web_key: format!("AI{}{}", "za", dice.letters(35)),
            github: dice.github_token(),
            shared: dice.letters(40),
            shared_staging: dice.letters(40),
            project: dice.lower(20),
            other_project: dice.lower(20),
            dkim: dkim_record()?,
        })
    }

    /// Puts the values in the places of their names: `{{stripe_live}}` and the like.
    pub(super) fn fill(&self, text: &str) -> String {
        text.replace("{{stripe_live}}", &self.stripe_live)
            .replace("{{stripe_test}}", &self.stripe_test)
            .replace("{{firebase_web_key}}", &self.firebase_web_key)
            .replace("{{github}}", &self.github)
            .replace("{{shared}}", &self.shared)
            .replace("{{shared_staging}}", &self.shared_staging)
            .replace("{{ref}}", &self.project)
            .replace("{{anon_jwt}}", &supabase_jwt(&self.project, "anon"))
            .replace("{{anon_jwt_other}}", &supabase_jwt(&self.other_project, "anon"))
            .replace("{{service_jwt}}", &supabase_jwt(&self.project, "service_role"))
            .replace("{{dkim}}", &self.dkim)
    }
}

/// A Supabase API key of the old form: claims that anyone can read, a signature nobody made.
fn supabase_jwt(project: &str, role: &str) -> String {
    let claims = format!(
        r#"{{"iss":"supabase","ref":"{project}","role":"{role}","iat":1756684800,"exp":2072260800}}"#
    );
    let mut dice = Dice(project.bytes().chain(role.bytes()).map(u64::from).sum());
    format!(
        "{}.{}.{}",
        URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#),
        URL_SAFE_NO_PAD.encode(claims),
        dice.letters(43)
    )
}

/// A DKIM record with a fresh RSA key, as zone-file strings of at most 255 bytes.
fn dkim_record() -> io::Result<String> {
    let key = rcgen::KeyPair::generate_rsa_for(&rcgen::PKCS_RSA_SHA256, rcgen::RsaKeySize::_2048)
        .map_err(io::Error::other)?;
    let record = format!("v=DKIM1; k=rsa; p={}", STANDARD.encode(key.subject_public_key_info()));
    let strings: Vec<String> =
        record.as_bytes().chunks(255).map(|part| format!("\"{}\"", String::from_utf8_lossy(part))).collect();
    Ok(strings.join(" "))
}

/// SplitMix64: values that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(LETTERS[(self.roll() % 62) as usize])).collect()
    }

    fn lower(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'a' + (self.roll() % 26) as u8)).collect()
    }

    /// `ghp_`, 30 characters, and their CRC32 in base 62.
    fn github_token(&mut self) -> String {
        let body = self.letters(30);
        let mut crc = crc32fast::hash(body.as_bytes()) as usize;
        let mut tail = [b'0'; 6];
        for digit in tail.iter_mut().rev() {
            *digit = LETTERS[crc % 62];
            crc /= 62;
        }
        format!("{}_{body}{}", "ghp", String::from_utf8_lossy(&tail))
    }
}
