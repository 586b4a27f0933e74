//! Trust anchors as text, and whether NSEC and NSEC3 records deny what they are said to deny.
#![no_main]

use gonogo::engine::dnssec::{Claim, Labels, Nsec, Nsec3, by_nsec, by_nsec3, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(anchors) = parse(&String::from_utf8_lossy(bytes)) {
        assert!(anchors.iter().all(|anchor| anchor.zone == "." || !anchor.zone.ends_with('.')));
    }
    // Lines are names; the first is asked about, the second is the zone.
    let mut names = bytes.split(|byte| *byte == b'\n').map(|line| Labels::of(&String::from_utf8_lossy(line)));
    let (Some(name), Some(zone)) = (names.next(), names.next()) else { return };
    let names: Vec<Labels> = names.take(16).collect();
    let kinds = |index: usize| vec![u16::from(bytes[index % bytes.len()]), 6];
    let nsec: Vec<Nsec> = names
        .windows(2)
        .enumerate()
        .map(|(index, pair)| Nsec { owner: pair[0].clone(), next: pair[1].clone(), types: kinds(index) })
        .collect();
    let hash = |name: &Labels| Some(name.0.concat());
    let nsec3: Vec<Nsec3> = names
        .windows(2)
        .enumerate()
        .map(|(index, pair)| Nsec3 { owner: pair[0].0.concat(), next: pair[1].0.concat(), types: kinds(index), opt_out: index % 2 == 0 })
        .collect();
    for claim in [Claim::NoName, Claim::NoType(1), Claim::Expanded { labels: usize::from(bytes[0]) }] {
        let denied = by_nsec(claim, &name, &zone, &nsec);
        let _ = by_nsec3(claim, &name, &zone, &nsec3, hash);
        // A record that owns the name cannot say that there is none.
        assert!(!(denied && claim == Claim::NoName && nsec.len() == 1 && nsec[0].owner == name));
    }
});
