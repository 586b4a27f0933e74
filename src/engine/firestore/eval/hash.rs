//! Bytes and their digests, as the language offers them. None of it protects anything here.

use base64::Engine as _;
use sha2::Digest as _;

use super::super::value::Value;
use super::Eval;

pub(super) fn method(bytes: &[u8], name: &str, args: &[Value]) -> Option<Eval> {
    if !args.is_empty() {
        return None;
    }
    Some(Ok(match name {
        "size" => Value::count(bytes.len()),
        "toHexString" => Value::Text(hexadecimal(bytes)),
        "toBase64" => Value::Text(base64::engine::general_purpose::STANDARD.encode(bytes)),
        _ => return None,
    }))
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    bytes.iter().flat_map(|byte| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]).collect()
}

pub(super) fn sha256(bytes: &[u8]) -> Vec<u8> {
    sha2::Sha256::digest(bytes).to_vec()
}

/// A reflected CRC-32 with the given polynomial.
pub(super) fn crc(bytes: &[u8], polynomial: u32) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (polynomial & (0_u32.wrapping_sub(crc & 1))))
    })
}

/// RFC 1321.
pub(super) fn md5(bytes: &[u8]) -> [u8; 16] {
    let mut state: [u32; 4] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476];
    let mut padded = bytes.to_vec();
    padded.push(0x80);
    padded.resize(padded.len().next_multiple_of(64), 0);
    if padded.len() - bytes.len() < 9 {
        padded.resize(padded.len() + 64, 0);
    }
    let length = padded.len() - 8;
    padded.truncate(length);
    padded.extend((bytes.len() as u64).wrapping_mul(8).to_le_bytes());
    for block in padded.chunks_exact(64) {
        md5_block(&mut state, block);
    }
    let mut digest = [0; 16];
    for (out, word) in digest.chunks_exact_mut(4).zip(state) {
        out.copy_from_slice(&word.to_le_bytes());
    }
    digest
}

fn md5_block(state: &mut [u32; 4], block: &[u8]) {
    const TURNS: [[u32; 4]; 4] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    let word = |at: usize| {
        block
            .get(4 * at..4 * at + 4)
            .map_or(0, |bytes| bytes.iter().rev().fold(0, |word, byte| (word << 8) | u32::from(*byte)))
    };
    let [mut a, mut b, mut c, mut d] = *state;
    for step in 0..64_usize {
        let (mixed, at) = match step / 16 {
            0 => ((b & c) | (!b & d), step),
            1 => ((d & b) | (!d & c), (5 * step + 1) % 16),
            2 => (b ^ c ^ d, (3 * step + 5) % 16),
            _ => (c ^ (b | !d), (7 * step) % 16),
        };
        // The constants are the first 32 bits of |sin(i + 1)|.
        let constant = u32::try_from(((step as f64 + 1.0).sin().abs() * 4_294_967_296.0) as i64).unwrap_or(0);
        let turned = a
            .wrapping_add(mixed)
            .wrapping_add(constant)
            .wrapping_add(word(at))
            .rotate_left(TURNS[step / 16][step % 4]);
        (a, d, c, b) = (d, c, b, b.wrapping_add(turned));
    }
    for (kept, new) in state.iter_mut().zip([a, b, c, d]) {
        *kept = kept.wrapping_add(new);
    }
}
