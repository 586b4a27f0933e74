//! Archives, builds and source maps in the tree, and what hostile ones do.

use std::{io::Write as _, sync::Arc, time::Duration};

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};
use gonogo::{
    engine::{archive, sourcemap},
    observe::{Options, Progress, Silent, observe},
    plan::{Consent, Selection, plan},
    seen::{Leaks, THE_REPOSITORY},
    target::{Depth, Target},
};

use super::{
    template::{Noise, expand},
    tree::Folder,
};

fn leaks(folder: &Folder, depth: Depth) -> Leaks {
    let target = Target { name: "t".into(), repository: true, depth, ..Target::default() };
    let selection = Selection::new(vec!["secrets".into()], vec![], false).unwrap();
    let plan = plan(&target, &selection, Consent::default());
    let options = Options {
        root: Some(folder.path().to_owned()),
        now: "2026-11-21T00:00:00Z".parse().unwrap(),
        resolver: None,
        connect_to: vec![],
        extra_roots: vec![],
        deadline: Duration::from_mins(5),
        jobs: 1,
    };
    let silent: Arc<dyn Progress> = Arc::new(Silent);
    let seen = observe(&plan, &Arc::new(target), &options, &silent).unwrap();
    seen.leaks[THE_REPOSITORY].got().unwrap().clone()
}

fn in_archives(folder: &Folder) -> Leaks {
    leaks(folder, Depth { archives: true, ..Depth::default() })
}

fn paths(leaks: &Leaks) -> Vec<&str> {
    let mut paths: Vec<&str> =
        leaks.leaks.iter().flat_map(|leak| &leak.sites).map(|site| site.path.as_str()).collect();
    paths.sort_unstable();
    paths
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Every second file deflated.
fn zip(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let (mut all, mut directory) = (Vec::new(), Vec::new());
    for (number, (name, bytes)) in files.iter().enumerate() {
        let (method, packed) = if number % 2 == 0 { (8_u16, deflate(bytes)) } else { (0, bytes.clone()) };
        record(&mut directory, name, method, packed.len(), bytes.len(), all.len());
        all.extend(b"PK\x03\x04\x14\0\0\0");
        all.extend(method.to_le_bytes());
        all.extend([0; 8]);
        all.extend((packed.len() as u32).to_le_bytes());
        all.extend((bytes.len() as u32).to_le_bytes());
        all.extend((name.len() as u16).to_le_bytes());
        all.extend([0; 2]);
        all.extend(name.bytes());
        all.extend(packed);
    }
    finish(all, &directory, files.len())
}

fn record(directory: &mut Vec<u8>, name: &str, method: u16, packed: usize, plain: usize, at: usize) {
    directory.extend(b"PK\x01\x02\x14\0\x14\0\0\0");
    directory.extend(method.to_le_bytes());
    directory.extend([0; 8]);
    directory.extend((packed as u32).to_le_bytes());
    directory.extend((plain as u32).to_le_bytes());
    directory.extend((name.len() as u16).to_le_bytes());
    directory.extend([0; 12]);
    directory.extend((at as u32).to_le_bytes());
    directory.extend(name.bytes());
}

fn finish(mut all: Vec<u8>, directory: &[u8], count: usize) -> Vec<u8> {
    let start = all.len() as u32;
    all.extend(directory);
    all.extend(b"PK\x05\x06\0\0\0\0");
    all.extend((count as u16).to_le_bytes());
    all.extend((count as u16).to_le_bytes());
    all.extend((directory.len() as u32).to_le_bytes());
    all.extend(start.to_le_bytes());
    all.extend([0; 2]);
    all
}

fn tar(files: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut all = Vec::new();
    for (name, bytes) in files {
        let mut header = [0_u8; 512];
        header[..name.len()].copy_from_slice(name.as_bytes());
        header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
        header[156] = b'0';
        header[257..262].copy_from_slice(b"ustar");
        all.extend(header);
        all.extend(bytes);
        all.resize(all.len().next_multiple_of(512), 0);
    }
    all.resize(all.len() + 1_024, 0);
    all
}

fn secret(template: &str) -> Vec<u8> {
    expand(template).into_bytes()
}

#[test]
fn archives_are_opened_only_when_asked_for() {
    let folder = Folder::new();
    folder.write("a.zip", zip(&[("k.txt", secret("k=sk_live_{alnum:24}"))]));
    assert_eq!(leaks(&folder, Depth::default()).leaks, []);
    assert_eq!(paths(&in_archives(&folder)), ["a.zip!/k.txt"]);
}

#[test]
fn every_kind_of_archive_is_read_and_those_in_it() {
    let folder = Folder::new();
    let env = secret("STRIPE=sk_live_{alnum:24}\n");
    let code = [b"\x7fELF\0\0".as_slice(), &secret("glpat-{b64url:20}"), b"\0"].concat();
    folder.write(
        "app.apk",
        zip(&[
            ("assets/flutter_assets/.env", env),
            ("lib/arm64-v8a/libapp.so", code),
            ("res/icon.png", b"\x89PNG\0\0".to_vec()),
        ]),
    );
    folder.write("a.tar", tar(&[("x/k.txt", secret("k=whsec_{alnum:32}"))]));
    folder.write("b.tgz", gzip(&tar(&[("y/k.txt", secret("k=re_{alnum:8}_{alnum:24}"))])));
    folder.write("c.log.gz", gzip(&secret("k=rk_live_{alnum:30}")));
    let inner = zip(&[("deep.txt", secret("k=dop_v1_{hex:64}"))]);
    folder.write("d.whl", zip(&[("inner.jar", inner)]));
    let leaks = in_archives(&folder);
    let expected = [
        "a.tar!/x/k.txt",
        "app.apk!/assets/flutter_assets/.env",
        "app.apk!/lib/arm64-v8a/libapp.so",
        "b.tgz!/b.tar!/y/k.txt",
        "c.log.gz!/c.log",
        "d.whl!/inner.jar!/deep.txt",
    ];
    assert_eq!(paths(&leaks), expected);
    assert_eq!(leaks.missed, []);
}

#[test]
fn bombs_are_bounded_and_said() {
    let folder = Folder::new();
    // Ten files of 64 MiB each, in less than a megabyte.
    let big = vec![0x20_u8; 64 << 20];
    let packed = zip(&[("0", big)]);
    let many: Vec<(String, Vec<u8>)> =
        (0..20).map(|number| (format!("{number}.zip"), packed.clone())).collect();
    let many: Vec<(&str, Vec<u8>)> =
        many.iter().map(|(name, bytes)| (name.as_str(), bytes.clone())).collect();
    folder.write("nested.zip", zip(&many));
    // One file named twice in the directory.
    let mut all = Vec::new();
    let data = deflate(b"x");
    all.extend(b"PK\x03\x04\x14\0\0\0\x08\0");
    all.extend([0; 16]);
    all.extend([1, 0, 0, 0, b'a']);
    all.extend(&data);
    let mut directory = Vec::new();
    record(&mut directory, "a", 8, data.len(), 1, 0);
    record(&mut directory, "b", 8, data.len(), 1, 0);
    folder.write("twice.zip", finish(all, &directory, 2));
    folder.write("cut.zip", &zip(&[("a", vec![1; 100])])[..60]);
    folder.write("cut.gz", &gzip(&secret("k=sk_live_{alnum:24}"))[..40]);
    let said = format!("{:?}", in_archives(&folder).missed);
    for part in
        ["nested.zip", "twice.zip: its entries overlap", "cut.zip: its directory is damaged", "cut.gz!/cut"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn any_bytes_are_no_archive_or_one() {
    let mut noise = Noise::of("archives");
    let seeds = [
        zip(&[("a/b.txt", vec![7; 300]), ("c", vec![1, 2, 3])]),
        tar(&[("a", vec![9; 700])]),
        gzip(&[5; 900]),
    ];
    for round in 0..600 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..noise.next() % 12 {
            let at = noise.next() as usize % bytes.len();
            bytes[at] = noise.next() as u8;
        }
        bytes.truncate(noise.next() as usize % (bytes.len() + 1));
        if let Some(kind) = archive::kind(&bytes) {
            for entry in archive::entries(kind, &bytes, 100).unwrap_or_default() {
                let _ = entry.packed.plain(10_000);
            }
            let _ = archive::gunzip(&bytes, 10_000);
        }
        for kind in [archive::Kind::Zip, archive::Kind::Tar] {
            let _ = archive::entries(kind, &bytes, 100);
        }
    }
    let map =
        br#"{"version":3,"sources":["a"],"sourcesContent":["b\n"],"sections":[{"map":{"sources":[]}}]}"#;
    for _ in 0..2_000 {
        let mut bytes = map.to_vec();
        for _ in 0..noise.next() % 6 {
            let at = noise.next() as usize % bytes.len();
            bytes[at] = noise.next() as u8;
        }
        let _ = sourcemap::sources(&bytes);
        let _ = sourcemap::pointer(&bytes);
    }
}

#[test]
fn a_map_in_the_tree_names_the_original() {
    let folder = Folder::new();
    let source = expand("\n\nconst k = \"sk_live_{alnum:24}\";\n");
    let map = format!(
        r#"{{"version":3,"sources":["../src/pay.ts"],"sourcesContent":[{}],"mappings":"AAAA"}}"#,
        serde_json::to_string(&source).unwrap()
    );
    folder.write("dist/app.js.map", map);
    let leaks = leaks(&folder, Depth::default());
    let site = &leaks.leaks[0].sites[0];
    let origin = site.source.as_ref().unwrap();
    assert_eq!((site.line, origin.path.as_str(), origin.line), (1, "../src/pay.ts", 3));
    assert_eq!(site.snippet, "const k = \"sk_live_…\";");
}

#[test]
fn a_build_is_searched_although_git_ignores_it() {
    let folder = Folder::git();
    folder.write(".gitignore", "build/\n").write("build/web/main.js", secret("k='sk_live_{alnum:24}'"));
    assert_eq!(leaks(&folder, Depth::default()).leaks, []);
    let leaks = leaks(&folder, Depth { builds: vec!["build/web".to_owned()], ..Depth::default() });
    assert_eq!(paths(&leaks), ["build/web/main.js"]);
}

#[test]
fn a_huge_line_keeps_its_columns() {
    let folder = Folder::new();
    let mut line = vec![b'x'; (33 << 20) + 7];
    line.extend(secret(";k='sk_live_{alnum:24}'"));
    let column = (33 << 20) + 7 + 5;
    folder.write("min.js", line);
    let leaks = leaks(&folder, Depth::default());
    let site = &leaks.leaks[0].sites[0];
    assert_eq!((site.line, site.column), (1, column));
}

#[test]
fn utf_16_needs_no_mark() {
    let folder = Folder::new();
    for (name, order) in [("le.txt", u16::to_le_bytes as fn(u16) -> [u8; 2]), ("be.txt", u16::to_be_bytes)] {
        let text = expand("key = 'sk_live_{alnum:24}'");
        folder.write(name, text.encode_utf16().flat_map(order).collect::<Vec<u8>>());
    }
    assert_eq!(paths(&leaks(&folder, Depth::default())), ["be.txt", "le.txt"]);
}
