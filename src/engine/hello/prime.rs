//! Is the modulus of a finite-field Diffie-Hellman exchange worth anything? Size alone does not say.

use sha2::{Digest, Sha256};
use x509_parser::num_bigint::BigUint;

/// The first eight bytes of SHA-256 of each prime of RFC 2409, 3526 and 7919, all of them safe.
const KNOWN: [u64; 13] = [
    0x9cd3_b7f3_3687_2f46, // ffdhe2048
    0x0eaf_67db_3a83_9156, // ffdhe3072
    0x4648_4142_24ac_881b, // ffdhe4096
    0x227a_c906_6b3d_dd9e, // ffdhe6144
    0x770b_14ef_af6f_0499, // ffdhe8192
    0xb52b_a6a3_0265_20a6, // Oakley group 1
    0x3f35_a3f5_f6c4_376a, // Oakley group 2
    0x64fc_c83e_c403_930b, // group 5
    0xd664_36f7_9bbd_6b2e, // group 14
    0x48cf_8b09_2fbc_e435, // group 15
    0x4ee9_5187_682b_cb23, // group 16
    0xd1bf_e6d0_925c_e7e4, // group 17
    0x39ab_4fea_b950_a312, // group 18
];
/// Beyond this the arithmetic takes longer than the answer is worth.
const LONGEST: usize = 512;
/// Trial divisors: they settle most moduli that are no safe prime.
const SMALL: [u32; 30] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127,
];
/// The witness of Fermat's test with square roots (Miller and Rabin). Of long numbers that nobody chose to
/// fool it, one composite in more than 2^100 does.
const WITNESS: u32 = 2;

/// What a modulus is.
#[derive(Clone, Copy, Debug, serde::Deserialize, Eq, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Modulus {
    /// p and (p - 1) / 2 are prime, so there is no small subgroup.
    SafePrime,
    /// Prime, and (p - 1) / 2 is not.
    Prime,
    Composite,
}

/// Judges a modulus, big-endian; unknown beyond 4096 bits.
pub fn modulus(digits: &[u8]) -> Option<Modulus> {
    let digits = &digits[digits.iter().position(|byte| *byte != 0)?..];
    let hash = Sha256::digest(digits);
    let head = hash.first_chunk().map(|head| u64::from_be_bytes(*head));
    if head.is_some_and(|head| KNOWN.contains(&head)) {
        return Some(Modulus::SafePrime);
    }
    if digits.len() > LONGEST {
        return None;
    }
    let prime = BigUint::from_bytes_be(digits);
    if !is_prime(&prime) {
        return Some(Modulus::Composite);
    }
    let half = &prime >> 1_u8;
    Some(if is_prime(&half) { Modulus::SafePrime } else { Modulus::Prime })
}

fn is_prime(number: &BigUint) -> bool {
    let (zero, one) = (BigUint::from(0_u8), BigUint::from(1_u8));
    if number <= &one || !number.bit(0) {
        return *number == BigUint::from(2_u8);
    }
    for small in SMALL.map(BigUint::from) {
        if number % &small == zero {
            return *number == small;
        }
    }
    let last = number - &one;
    let twos = last.trailing_zeros().unwrap_or(0);
    let odd = &last >> twos;
    let mut power = BigUint::from(WITNESS).modpow(&odd, number);
    if power == one || power == last {
        return true;
    }
    for _ in 1..twos {
        power = &power * &power % number;
        if power == last {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_numbers_are_told_apart() {
        let of = |number: u32| modulus(&number.to_be_bytes());
        assert_eq!(of(0), None);
        assert_eq!(of(1), Some(Modulus::Composite));
        assert_eq!(of(23), Some(Modulus::SafePrime));
        assert_eq!(of(13), Some(Modulus::Prime));
        assert_eq!(of(1_000_000_007), Some(Modulus::SafePrime));
        assert_eq!(of(998_244_353), Some(Modulus::Prime));
        assert_eq!(of(1_000_003 * 4_001), Some(Modulus::Composite));
        // A Carmichael number passes Fermat's own test.
        assert_eq!(of(825_265), Some(Modulus::Composite));
        assert_eq!(of(4_294_967_295), Some(Modulus::Composite));
    }

    #[test]
    fn a_long_modulus_is_not_worked_on() {
        assert_eq!(modulus(&[0xff; 513]), None);
        assert_eq!(modulus(&[0xff; 512]), Some(Modulus::Composite));
    }
}
