//! RSA moduli that give their factors away.

use x509_parser::num_bigint::BigUint;

use crate::seen::Factorable;

/// Primes below the smallest that any generator may choose.
const PRIMES: [u32; 46] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197, 199,
];
/// Of those, the ones up to 167 take part in the fingerprint.
const LAST_OF_ROCA: u32 = 167;
/// Infineon's primes are powers of this one modulo a product of small primes, and so is their product.
const GENERATOR: u32 = 65_537;
/// Steps of Fermat's method: enough for primes that were searched for one after the other.
const STEPS: u32 = 100;
/// Larger moduli are nobody's server key; their arithmetic is not worth the time.
const LONGEST: usize = 1_024;

/// How a modulus (big-endian) can be factored without effort, if it can.
pub(super) fn factorable(modulus: &[u8]) -> Option<Factorable> {
    let digits = &modulus[modulus.iter().position(|byte| *byte != 0)?..];
    if digits.len() < 32 || digits.len() > LONGEST {
        return None;
    }
    if PRIMES.iter().any(|prime| remainder(digits, *prime) == 0) {
        return Some(Factorable::SmallFactor);
    }
    if has_roca_fingerprint(digits) {
        return Some(Factorable::Roca);
    }
    has_close_primes(digits).then_some(Factorable::ClosePrimes)
}

fn remainder(digits: &[u8], prime: u32) -> u32 {
    digits.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime)
}

/// Nemec and others, "The Return of Coppersmith's Attack" (2017): modulo every small prime the modulus
/// is a power of 65537. A sound key passes for one with a chance of 2^-28.
fn has_roca_fingerprint(digits: &[u8]) -> bool {
    PRIMES[1..].iter().take_while(|prime| **prime <= LAST_OF_ROCA).all(|prime| {
        let wanted = remainder(digits, *prime);
        let mut power = 1;
        for _ in 0..*prime {
            if power == wanted {
                return true;
            }
            power = power * (GENERATOR % prime) % prime;
        }
        false
    })
}

/// Fermat: n = a² - b² with a near the root of n.
fn has_close_primes(digits: &[u8]) -> bool {
    let modulus = BigUint::from_bytes_be(digits);
    let mut root = modulus.sqrt();
    if &root * &root < modulus {
        root += 1_u32;
    }
    let mut rest = &root * &root - &modulus;
    for _ in 0..STEPS {
        // Squares end in few ways; most candidates need no root.
        let low = rest.iter_u32_digits().next().unwrap_or(0) % 64;
        let may_be_square = [0, 1, 4, 9, 16, 17, 25, 33, 36, 41, 49, 57].contains(&low);
        if may_be_square {
            let half = rest.sqrt();
            if &half * &half == rest {
                return true;
            }
        }
        rest += &root * 2_u32 + 1_u32;
        root += 1_u32;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> BigUint {
        text.parse().expect("a number")
    }

    /// 2^127 - 1 and 2^521 - 1 are primes, and far from each other.
    fn sound() -> BigUint {
        (number("2").pow(127) - 1_u32) * (number("2").pow(521) - 1_u32)
    }

    #[test]
    fn a_sound_modulus_is_sound() {
        assert_eq!(factorable(&sound().to_bytes_be()), None);
        assert_eq!(factorable(&[]), None);
        assert_eq!(factorable(&[0; 300]), None);
    }

    #[test]
    fn small_factors_are_found() {
        assert_eq!(factorable(&(sound() * 199_u32).to_bytes_be()), Some(Factorable::SmallFactor));
    }

    #[test]
    fn close_primes_are_found() {
        let large = number("2").pow(521) - 1_u32;
        // What is next to a prime need not be one: that it has no small factor is enough here.
        let mut other: BigUint = &large + 2_u32;
        while PRIMES.iter().any(|prime| (&other % *prime) == BigUint::ZERO) {
            other += 2_u32;
        }
        assert_eq!(factorable(&(large * other).to_bytes_be()), Some(Factorable::ClosePrimes));
    }

    #[test]
    fn the_fingerprint_is_a_power_of_65537() {
        let product: BigUint = PRIMES[1..39].iter().map(|prime| BigUint::from(*prime)).product();
        let power = BigUint::from(GENERATOR).modpow(&BigUint::from(123_456_789_u32), &product);
        let mut modulus = power + &product * number("2").pow(100);
        while PRIMES.iter().any(|prime| (&modulus % *prime) == BigUint::ZERO) {
            modulus += &product;
        }
        assert_eq!(factorable(&modulus.to_bytes_be()), Some(Factorable::Roca));
    }
}
