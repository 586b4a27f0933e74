//! Trust anchors and denial of existence, with bytes that nobody would write.

use gonogo::engine::dnssec::{Claim, Labels, Nsec, Nsec3, by_nsec, by_nsec3, parse, root};

use super::cli::Gonogo;

/// A small generator: the same bytes in every run.
struct Bytes(u64);

impl Bytes {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }

    fn name(&mut self) -> Labels {
        let labels =
            (0..self.next(4)).map(|_| (0..self.next(3)).map(|_| b'a' + self.next(3) as u8).collect());
        Labels(labels.collect())
    }
}

const ANCHOR: &str = "example.com. 3600 IN DNSKEY 257 3 13 ( oJMRESz5E4gYzS/q6XDrvU1qMPYIjCWzJaOau8XNEZeq\n CYKD5ar0IRd8KqXXFJkqmVfRvMGPmM1x8fGAa2XhSA== ) ; x\n. IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n";

#[test]
fn broken_anchors_are_refused_or_read_and_never_panic() {
    assert_eq!(parse(ANCHOR).unwrap().len(), 2);
    let mut random = Bytes(1);
    for _ in 0..20_000 {
        let mut text = ANCHOR.as_bytes().to_vec();
        for _ in 0..=random.next(4) {
            let at = random.next(text.len());
            match random.next(3) {
                0 => text[at] = random.next(256) as u8,
                1 => drop(text.remove(at)),
                _ => text.insert(at, b" ();\n.0\xff"[random.next(8)]),
            }
        }
        if let Ok(anchors) = parse(&String::from_utf8_lossy(&text)) {
            assert!(anchors.len() <= 64);
        }
    }
    assert!(parse(&". IN DS 20326 8 2 00\n".repeat(1_000)).is_err());
    let many = root().len() * 40;
    let text = ANCHOR.lines().last().unwrap().to_owned() + "\n";
    assert!(parse(&text.repeat(many)).is_err(), "{many} anchors were kept");
}

#[test]
fn nobody_denies_a_name_that_a_record_owns() {
    let mut random = Bytes(2);
    let hash = |name: &Labels| Some(name.0.concat());
    for _ in 0..50_000 {
        let (name, zone) = (random.name(), random.name());
        let nsec: Vec<Nsec> = (0..random.next(4))
            .map(|_| Nsec { owner: random.name(), next: random.name(), types: vec![random.next(60) as u16] })
            .collect();
        let nsec3: Vec<Nsec3> = nsec
            .iter()
            .map(|one| Nsec3 {
                owner: one.owner.0.concat(),
                next: one.next.0.concat(),
                types: one.types.clone(),
                opt_out: one.types.contains(&7),
            })
            .collect();
        let owned = nsec3.iter().any(|one| one.owner == name.0.concat());
        for claim in [Claim::NoName, Claim::NoType(1), Claim::Expanded { labels: random.next(5) }] {
            let _ = by_nsec(claim, &name, &zone, &nsec);
            let denied = by_nsec3(claim, &name, &zone, &nsec3, hash);
            assert!(!(denied && owned && claim == Claim::NoName), "{name:?} in {nsec3:?}");
        }
    }
}

#[test]
fn a_file_of_anchors_that_cannot_be_read_is_an_error() {
    let here = tempfile::tempdir().unwrap();
    let path = here.path().join("anchors");
    for (text, said) in [(". IN DS 1 8 2 xx\n", "line 1"), ("; nothing\n", "no DS or DNSKEY record")] {
        std::fs::write(&path, text).unwrap();
        let file = path.display().to_string();
        let ran = Gonogo::new(&["audit", "example.com", "--offline", "--trust-anchor", &file]).run();
        ran.refused(said);
    }
}
