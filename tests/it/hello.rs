//! First flights nobody sends in good faith: every one ends, and none is taken for an answer that it
//! does not give.

use std::time::Duration;

use gonogo::{
    engine::hello::{Progress, Reader, Version},
    seen::{Endpoint, Offer, Refusal, Seen},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::tls::{LONG, SHORT, against, hello};

/// Nothing certain was learnt, or nothing but a refusal.
fn unknown(seen: &Seen<Endpoint>) -> bool {
    seen.got().is_none_or(|endpoint| {
        endpoint.offers.got().is_none() && endpoint.chain.got().is_none() && endpoint.session.got().is_none()
    })
}

fn record(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 3, 3];
    record.extend(u16::try_from(payload.len()).unwrap().to_be_bytes());
    record.extend(payload);
    record
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).unwrap().to_be_bytes();
    [&[kind], &length[1..], body].concat()
}

/// ServerHello of TLS 1.2 with TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256.
fn server_hello() -> Vec<u8> {
    let body = [&[3, 3][..], &[9; 32], &[0, 0xc0, 0x2f, 0]].concat();
    message(2, &body)
}

#[test]
fn a_chain_of_16_megabytes_is_not_swallowed() {
    let seen = against(LONG, |mut stream| async move {
        hello(&mut stream).await;
        let _ = stream.write_all(&record(22, &server_hello())).await;
        let chain = message(11, &vec![0x30; (1 << 24) - 1]);
        for portion in chain.chunks(16_384) {
            if stream.write_all(&record(22, portion)).await.is_err() {
                return;
            }
        }
    });
    assert!(unknown(&seen), "{seen:?}");
    // What the reader holds is bounded by what it lets in.
    let mut reader = Reader::default();
    let mut fed = 0;
    let portion = record(22, &message(0, &[0; 4_000]));
    while reader.feed(&portion) == Progress::More {
        fed += portion.len();
        assert!(fed < 1 << 20);
    }
}

#[test]
fn endless_small_messages_end() {
    for flood in [record(22, &[0, 0, 0, 0]), record(21, &[1, 112]), record(22, &[4, 0, 0, 0])] {
        let seen = against(LONG, move |mut stream| {
            let flood = flood.repeat(500);
            async move {
                hello(&mut stream).await;
                while stream.write_all(&flood).await.is_ok() {}
            }
        });
        assert!(unknown(&seen), "{seen:?}");
    }
}

#[test]
fn alerts_of_every_kind_are_no_offers() {
    let mut reader_results = Vec::new();
    for level in [0, 1, 2, 255] {
        for description in 0..=255 {
            let mut reader = Reader::default();
            let progress = reader.feed(&record(21, &[level, description]));
            reader_results.push(progress);
            assert!(reader.flight().hello.is_none());
        }
    }
    assert_eq!(reader_results.len(), 1_024);
    for description in [0, 10, 40, 47, 70, 71, 80, 86, 112, 120, 255] {
        let seen = against(LONG, move |mut stream| async move {
            hello(&mut stream).await;
            let _ = stream.write_all(&record(21, &[2, description])).await;
        });
        assert!(unknown(&seen), "{description}: {seen:?}");
    }
}

#[test]
fn a_reset_at_any_step_is_unknown() {
    for sent in [0, 1, 4, 5, 9, 20, 45] {
        let seen = against(LONG, move |mut stream| async move {
            hello(&mut stream).await;
            let _ = stream.write_all(&record(22, &server_hello())[..sent]).await;
            let _ = stream.set_zero_linger();
        });
        assert!(unknown(&seen), "after {sent} bytes: {seen:?}");
    }
}

#[test]
fn absurd_lengths_are_refused() {
    let mut lying = server_hello();
    lying[38] = 255; // the session id
    let mut extensions = server_hello();
    extensions.extend([0xff, 0xff, 0, 1]);
    let floods = [
        record(22, &lying),
        record(22, &extensions),
        vec![22, 3, 3, 0xff, 0xff, 2],
        record(22, &[2, 0xff, 0xff, 0xff]),
        record(22, &[]),
        record(22, &message(2, &[])),
        record(22, &message(11, &[0xff, 0xff, 0xff])),
        record(20, &[1]),
        record(23, &[0; 100]),
        vec![0x80, 0x2e, 1, 0, 2],
        b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(),
        b"220 mail.example.com ESMTP\r\n".to_vec(),
    ];
    for flood in floods {
        let shown = format!("{:02x?}", &flood[..flood.len().min(16)]);
        let seen = against(SHORT, move |mut stream| {
            let flood = flood.clone();
            async move {
                hello(&mut stream).await;
                let _ = stream.write_all(&flood).await;
            }
        });
        assert!(unknown(&seen), "{shown}: {seen:?}");
    }
}

#[test]
fn retries_without_end_are_no_offer_of_everything() {
    const RETRY: [u8; 32] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2,
        0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ];
    let seen = against(LONG, |mut stream| async move {
        let group = [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 24];
        let body = [&[3, 3][..], &RETRY, &[0, 0x13, 1, 0, 0, 12], &group].concat();
        loop {
            hello(&mut stream).await;
            if stream.write_all(&record(22, &message(2, &body))).await.is_err() {
                return;
            }
        }
    });
    let endpoint = seen.got().expect("the retries are answers");
    assert!(endpoint.session.got().is_none() && endpoint.chain.got().is_none(), "{endpoint:?}");
    let offers = endpoint.offers.got().expect("one group of TLS 1.3 is offered");
    assert_eq!(offers.groups, ["secp384r1"]);
    assert!(offers.groups_cut.is_some(), "{offers:?}");
}

#[test]
fn records_of_one_byte_are_put_together() {
    let flight = [server_hello(), message(11, &[0, 0, 0]), message(14, &[])].concat();
    let bytes: Vec<u8> = flight.iter().flat_map(|byte| record(22, &[*byte])).collect();
    let seen = against(LONG, move |mut stream| {
        let bytes = bytes.clone();
        async move {
            hello(&mut stream).await;
            for portion in bytes.chunks(7) {
                if stream.write_all(portion).await.is_err() {
                    return;
                }
                tokio::task::yield_now().await;
            }
        }
    });
    let offers = seen.got().and_then(|endpoint| endpoint.offers.got()).expect("TLS 1.2 is offered");
    let offered = offers.offers(Version::Tls12).expect("TLS 1.2 is offered");
    assert_eq!(offered.suites[0], "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
    // It always chooses the same: whether there are more is not known.
    assert!(offered.cut.is_some(), "{offered:?}");
}

#[test]
fn a_byte_at_a_time_meets_the_deadline() {
    let seen = against(SHORT, |mut stream| async move {
        hello(&mut stream).await;
        for byte in record(22, &server_hello()) {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    });
    assert!(unknown(&seen), "{seen:?}");
}

/// CLIENT-HELLO of SSL 2.0: a length with the high bit set, message type 1, version 2.
async fn is_ssl2(stream: &mut TcpStream) -> bool {
    let mut first = [0_u8; 5];
    stream.read_exact(&mut first).await.is_ok() && first[0] & 0x80 != 0 && first[2..] == [1, 0, 2]
}

#[test]
fn ssl2_is_found_where_nothing_else_is_spoken() {
    let seen = against(LONG, |mut stream| async move {
        if is_ssl2(&mut stream).await {
            // SERVER-HELLO: no session, an X.509 certificate of 4 bytes, RC4 with 128 bits, an identifier.
            let mut body = vec![4, 0, 1, 0, 2, 0, 4, 0, 3, 0, 16, 0x30, 2, 5, 0, 1, 0, 0x80];
            body.extend([7; 16]);
            let length = u16::try_from(body.len()).unwrap() | 0x8000;
            let _ = stream.write_all(&[&length.to_be_bytes()[..], &body].concat()).await;
        } else {
            let _ = stream.write_all(&record(21, &[2, 70])).await;
        }
    });
    let endpoint = seen.got().expect("SSL 2.0 is an answer");
    assert_eq!(endpoint.refusal, Some(Refusal::Alert("protocol_version".to_owned())));
    let offers = endpoint.offers.got().expect("SSL 2.0 is offered");
    let offered: Vec<Version> = offers.known().map(|(version, _)| version).collect();
    assert_eq!(offered, [Version::Ssl2]);
    assert_eq!(offers.versions[&Version::Tls12], Seen::Got(Offer::Refused));
}

#[test]
fn first_flights_survive_mutation() {
    let chain = message(11, &[0, 0, 7, 0, 0, 4, 0x30, 2, 5, 0]);
    let curve = message(12, &[3, 0, 23, 1, 4]);
    let staple = message(22, &[1, 0, 0, 2, 0x30, 0]);
    let whole = record(22, &[server_hello(), chain, staple, curve, message(14, &[])].concat());
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut chance = |end: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % u64::try_from(end.max(1)).unwrap()).unwrap()
    };
    for _ in 0..50_000 {
        let mut bytes = whole.clone();
        for _ in 0..=chance(4) {
            let at = chance(bytes.len());
            match chance(3) {
                0 => bytes[at] = u8::try_from(chance(256)).unwrap(),
                1 => bytes.insert(at, u8::try_from(chance(256)).unwrap()),
                _ => bytes.truncate(at.max(1)),
            }
        }
        let mut reader = Reader::default();
        for portion in bytes.chunks(1 + chance(40)) {
            if reader.feed(portion) != Progress::More {
                break;
            }
        }
        let flight = reader.flight();
        assert!(flight.certificates.iter().map(Vec::len).sum::<usize>() <= bytes.len());
    }
}
