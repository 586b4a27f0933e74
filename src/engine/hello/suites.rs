//! Cipher suites: number, name, and what the name says about strength.

use std::sync::OnceLock;

const TABLE: &str = include_str!("../../../rules/tls/suites.txt");

/// A cipher suite by its IANA number.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Suite {
    pub number: u16,
    pub name: &'static str,
}

/// How its session key is agreed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Exchange {
    /// TLS 1.3: always ephemeral.
    Tls13,
    Ecdhe,
    Dhe,
    /// The client encrypts the key to the certificate: no forward secrecy.
    Rsa,
    /// Static Diffie-Hellman keys in the certificate: no forward secrecy.
    Static,
    /// Nobody is authenticated.
    Anonymous,
    Other,
}

/// What its bulk encryption is worth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Cipher {
    Null,
    Export,
    Des,
    Rc4,
    /// 64-bit blocks: 3DES, IDEA, RC2 (SWEET32).
    SmallBlock,
    Cbc,
    Aead,
    Other,
}

impl Suite {
    /// All that are known, by number.
    pub fn all() -> &'static [Self] {
        static ALL: OnceLock<Vec<Suite>> = OnceLock::new();
        ALL.get_or_init(|| {
            let rows = TABLE.lines().filter(|line| !line.starts_with('#'));
            let parse = |line: &'static str| {
                let (number, name) = line.split_once(' ')?;
                Some(Self { number: u16::from_str_radix(number, 16).ok()?, name })
            };
            rows.filter_map(parse).collect()
        })
    }

    pub fn by_number(number: u16) -> Option<Self> {
        let all = Self::all();
        all.binary_search_by_key(&number, |suite| suite.number).ok().map(|index| all[index])
    }

    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().iter().find(|suite| suite.name == name).copied()
    }

    pub fn is_tls13(self) -> bool {
        self.number >> 8 == 0x13
    }

    pub fn exchange(self) -> Exchange {
        let name = self.name;
        if self.is_tls13() {
            Exchange::Tls13
        } else if name.contains("_anon_") || name == "TLS_NULL_WITH_NULL_NULL" {
            Exchange::Anonymous
        } else if name.starts_with("TLS_ECDHE_") {
            Exchange::Ecdhe
        } else if name.starts_with("TLS_DHE_") {
            Exchange::Dhe
        } else if name.starts_with("TLS_RSA_") {
            Exchange::Rsa
        } else if name.starts_with("TLS_ECDH_") || name.starts_with("TLS_DH_") {
            Exchange::Static
        } else {
            Exchange::Other
        }
    }

    pub fn cipher(self) -> Cipher {
        let name = self.name;
        let has = |part: &str| name.contains(part);
        if has("_NULL_") || name.ends_with("_NULL") {
            Cipher::Null
        } else if has("_EXPORT") {
            Cipher::Export
        } else if has("_RC4_") {
            Cipher::Rc4
        } else if has("_3DES_") || has("_IDEA_") || has("_RC2_") {
            Cipher::SmallBlock
        } else if has("_DES_") {
            Cipher::Des
        } else if has("_GCM_") || has("_CCM") || has("CHACHA20") || self.is_tls13() {
            Cipher::Aead
        } else if has("_CBC_") {
            Cipher::Cbc
        } else {
            Cipher::Other
        }
    }

    pub fn has_forward_secrecy(self) -> bool {
        matches!(self.exchange(), Exchange::Tls13 | Exchange::Ecdhe | Exchange::Dhe)
    }

    /// A national cipher, or a way to authenticate that no browser knows: left over from another time.
    pub fn is_leftover(self) -> bool {
        let parts = ["SEED", "CAMELLIA", "ARIA", "GOST", "28147", "KUZNYECHIK", "MAGMA", "_SM4_", "_DSS_"];
        let others = ["KRB5", "PSK", "SRP_", "ECCPWD"];
        !self.is_tls13() && parts.iter().chain(&others).any(|part| self.name.contains(part))
    }

    /// A suite that nearly every stack of its time knows: enough to tell a server that refuses a
    /// version from one that refuses long lists.
    pub fn is_common(self) -> bool {
        let family = ["TLS_RSA_WITH_", "TLS_DHE_RSA_WITH_", "TLS_ECDHE_RSA_WITH_", "TLS_ECDHE_ECDSA_WITH_"];
        let cipher = ["AES_128_CBC_SHA", "AES_256_CBC_SHA", "_GCM_", "RC4_128_SHA", "3DES_EDE", "CHACHA20"];
        let unusual = ["ARIA", "CAMELLIA"];
        let name = self.name;
        family.iter().any(|family| name.starts_with(family))
            && cipher.iter().any(|cipher| name.contains(cipher))
            && !unusual.iter().any(|unusual| name.contains(unusual))
    }
}

/// Classes that together answer every question about strength; a suite may belong to several.
pub const CLASSES: [fn(Suite) -> bool; 12] = [
    |suite| suite.exchange() == Exchange::Ecdhe,
    |suite| suite.exchange() == Exchange::Dhe,
    |suite| matches!(suite.exchange(), Exchange::Rsa | Exchange::Static),
    |suite| suite.exchange() == Exchange::Anonymous,
    |suite| suite.cipher() == Cipher::Null,
    |suite| suite.cipher() == Cipher::Export,
    |suite| suite.cipher() == Cipher::Des,
    |suite| suite.cipher() == Cipher::Rc4,
    |suite| suite.cipher() == Cipher::SmallBlock,
    |suite| suite.cipher() == Cipher::Aead,
    |suite| suite.cipher() == Cipher::Cbc,
    Suite::is_leftover,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete_enough() {
        let all = Suite::all();
        assert!(all.len() > 200, "{}", all.len());
        assert!(all.windows(2).all(|pair| pair[0].number < pair[1].number));
    }

    #[test]
    fn the_common_suites_fit_a_short_hello() {
        let count = Suite::all().iter().filter(|suite| suite.is_common()).count();
        assert!((30..=60).contains(&count), "{count}");
    }

    #[test]
    fn names_say_what_they_are() {
        let suite = |number| Suite::by_number(number).expect("known");
        assert_eq!(suite(0x1301).exchange(), Exchange::Tls13);
        assert_eq!(suite(0xc02f).exchange(), Exchange::Ecdhe);
        assert_eq!(suite(0xc02f).cipher(), Cipher::Aead);
        assert_eq!(suite(0x0003).cipher(), Cipher::Export);
        assert_eq!(suite(0x0009).cipher(), Cipher::Des);
        assert_eq!(suite(0x000a).cipher(), Cipher::SmallBlock);
        assert_eq!(suite(0x0005).cipher(), Cipher::Rc4);
        assert_eq!(suite(0x0018).exchange(), Exchange::Anonymous);
        assert!(!suite(0x002f).has_forward_secrecy());
        assert!(suite(0x0033).has_forward_secrecy());
    }
}
