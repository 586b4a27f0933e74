//! The arrows of the house, and the promises about its rooms.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use gonogo::{
    checks::{self, Judge},
    station::Station,
};

/// What a part of the house must not name, and why the arrow would point backwards.
const FORBIDDEN: &[(&str, &[&str])] = &[
    // A check cannot do I/O because nothing it can name can.
    (
        "src/checks",
        &[
            "observe::",
            "crate::plan",
            "crate::decide",
            "crate::report",
            "crate::cli",
            "std::fs",
            "std::net::Tcp",
            "std::net::Udp",
            "std::process",
            "std::env",
            "tokio",
            "reqwest",
            "hickory",
            "SystemTime",
            "Instant::now",
            "Timestamp::now",
        ],
    ),
    (
        "src/engine",
        &[
            "crate::checks",
            "crate::observe",
            "crate::plan",
            "crate::decide",
            "crate::report",
            "crate::cli",
            "crate::verdict",
            "std::fs",
            "std::net::Tcp",
            "std::net::Udp",
            "std::process",
            "tokio",
            "reqwest",
            "hickory",
        ],
    ),
    ("src/seen", &["crate::checks", "crate::observe", "crate::decide", "crate::report", "crate::cli"]),
    ("src/observe", &["crate::decide", "crate::report", "crate::cli", "crate::verdict"]),
    ("src/decide", &["crate::observe", "crate::report", "crate::cli", "std::fs", "std::net"]),
    ("src/report", &["crate::observe", "crate::cli", "std::fs", "std::net", "std::env"]),
];

#[test]
fn arrows_run_one_way() {
    let mut wrong = Vec::new();
    for (folder, words) in FORBIDDEN {
        for path in sources(Path::new(folder)) {
            let code = code_of(&path);
            for word in words.iter().filter(|word| code.contains(**word)) {
                wrong.push(format!("{} names {word}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn stations_do_not_know_each_other() {
    let mut wrong = Vec::new();
    for station in Station::ALL {
        for path in sources(&Path::new("src/checks").join(station.id())) {
            let code = code_of(&path);
            for other in Station::ALL.into_iter().filter(|other| *other != station) {
                let (absolute, relative) =
                    (format!("checks::{}::", other.id()), format!("super::super::{}", other.id()));
                if code.contains(&absolute) || code.contains(&relative) {
                    wrong.push(format!("{} names the station {other}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_check_folder_equals_its_list() {
    for station in Station::ALL {
        let folder = Path::new("src/checks").join(station.id());
        let files: BTreeSet<String> = sources(&folder)
            .iter()
            .map(|path| path.file_stem().unwrap().to_string_lossy().replace('_', "-"))
            .filter(|name| name != "mod")
            .map(|name| format!("{station}/{name}"))
            .collect();
        let listed: BTreeSet<String> = checks::all()
            .filter(|check| check.station == station && !matches!(check.judge, Judge::Leak))
            .map(|check| check.id.to_owned())
            .collect();
        assert_eq!(files, listed, "src/checks/{station}/ and its ALL differ");
    }
}

#[test]
fn every_check_is_well_described() {
    let mut seen = BTreeSet::new();
    for check in checks::all() {
        assert!(seen.insert(check.id), "{} is listed twice", check.id);
        assert!(check.id.starts_with(&format!("{}/", check.station)), "{}", check.id);
        assert!(!check.title.is_empty() && !check.title.ends_with('.'), "{}: title", check.id);
        let help = check.help();
        assert!(help.len() > 80, "{}: its help page says too little", check.id);
        assert!(help.contains("## Fix"), "{}: its help page has no `## Fix`", check.id);
    }
}

#[test]
fn files_fit_the_house() {
    let mut lengths: Vec<(usize, PathBuf)> = sources(Path::new("src"))
        .into_iter()
        .map(|path| (fs::read_to_string(&path).unwrap().lines().count(), path))
        .collect();
    lengths.sort();
    let median = lengths[lengths.len() / 2].0;
    let (longest, path) = lengths.last().unwrap();
    assert!(*longest <= 600, "{} has {longest} lines", path.display());
    assert!(median <= 120, "the median file has {median} lines");
}

#[test]
fn no_room_has_a_name_that_says_nothing() {
    for path in sources(Path::new("src")) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(
            !["utils", "util", "common", "misc", "helpers", "helper"].contains(&name.as_str()),
            "{}",
            path.display()
        );
    }
}

/// The file without comments and without its tests, which may name what the code may not.
fn code_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}
