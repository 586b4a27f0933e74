//! What ten megabytes of source cost the source engine on one core: telling the files that matter, parsing
//! all of them, and walking the handlers among them.
//!
//! `GONOGO_SOURCES=folder taskset -c 0 cargo bench --bench source`: TypeScript, JavaScript, Dart and Python
//! below the folder, in the order of their paths, until ten megabytes are read.
#![allow(clippy::print_stdout, clippy::cast_precision_loss)]

use std::{
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use gonogo::engine::{
    handler::{self, backend::looks_like_backend, looks_like_webhook},
    source,
};

const BYTES: usize = 10 << 20;
const LONGEST: u64 = 512 << 10;

fn main() {
    let Some(folder) = std::env::var_os("GONOGO_SOURCES") else {
        println!("GONOGO_SOURCES names no folder with sources: nothing is measured");
        return;
    };
    let mut files: Vec<(String, String)> = Vec::new();
    gather(Path::new(&folder), Path::new(&folder), &mut files);
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!("{} files, {:.2} MB", files.len(), bytes as f64 / 1e6);

    let mut chosen = Vec::new();
    let told = measure("tell what matters", || {
        chosen = files.iter().filter(|(path, text)| looks_like_webhook(path, text)).collect();
        black_box(files.iter().filter(|(path, text)| looks_like_backend(path, text)).count());
    });
    let walked = measure("walk the handlers", || {
        for (path, text) in &chosen {
            black_box(handler::read(path, text));
        }
    });
    measure("parse all (for comparison)", || {
        for (path, text) in &files {
            black_box(source::parse(path, text).is_some());
        }
    });
    println!("{} handlers; told and walked: {:.0} ms", chosen.len(), (told + walked).as_secs_f64() * 1e3);
    if let Some((path, text)) = files.iter().max_by_key(|(_, text)| text.len()) {
        let again = measure("one file that changed", || {
            black_box((looks_like_webhook(path, text), looks_like_backend(path, text)));
        });
        println!("{} bytes in {:.2} ms", text.len(), again.as_secs_f64() * 1e3);
    }
}

/// The best of three.
fn measure(name: &str, mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let started = Instant::now();
        work();
        best = best.min(started.elapsed());
    }
    println!("{name:<28} {:>9.1} ms", best.as_secs_f64() * 1e3);
    best
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<(String, String)>) {
    let mut entries: Vec<_> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let link = path.symlink_metadata().is_ok_and(|file| file.is_symlink());
        if files.iter().map(|(_, text)| text.len()).sum::<usize>() >= BYTES || link {
            return;
        }
        if path.is_dir() {
            if !matches!(name.as_ref(), "node_modules" | ".git" | "dist" | "build") {
                gather(root, &path, files);
            }
            continue;
        }
        let relative = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        let small = path.metadata().is_ok_and(|file| file.len() <= LONGEST);
        if handler::is_source(&relative)
            && small
            && let Ok(text) = fs::read_to_string(&path)
        {
            files.push((relative, text));
        }
    }
}
