//! A ServerKeyExchange after a ServerHello with a suite of the input's choosing, and a Certificate.
#![no_main]

use gonogo::engine::hello::{Progress, Reader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let [high, low, split, body @ ..] = bytes else { return };
    let mut hello = vec![3, 3];
    hello.extend([9; 32]);
    hello.extend([0, *high, *low, 0]);
    let (certificates, parameters) = body.split_at(body.len() * usize::from(*split) / 256);
    let flight = [message(2, &hello), message(11, certificates), message(12, parameters), message(14, &[])].concat();
    let mut reader = Reader::default();
    for portion in flight.chunks(16_000) {
        let length = u16::try_from(portion.len()).unwrap_or(0).to_be_bytes();
        if reader.feed(&[&[22, 3, 3], &length[..], portion].concat()) != Progress::More {
            break;
        }
    }
    let _ = reader.flight();
});

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap_or(0).to_be_bytes();
    [&[kind], &length[1..], body].concat()
}
