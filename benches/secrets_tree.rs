//! What it costs to look for credentials in files, beside ripgrep looking for one literal and
//! beside other scanners where `PATH` has them (kingfisher, betterleaks, gitleaks).
//!
//! `GONOGO_BENCH_TREE=/path/to/sources GONOGO_BENCH_BUNDLES=/path/to/bundles cargo bench --bench
//! secrets_tree`. Prints medians of five runs: CPU seconds (user and system), wall seconds and peak
//! memory; then what a start costs.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const RUNS: usize = 5;

struct Cost {
    cpu: f64,
    wall: f64,
    mebibytes: u64,
}

fn main() {
    for (what, variable) in [("sources", "GONOGO_BENCH_TREE"), ("bundles", "GONOGO_BENCH_BUNDLES")] {
        match env::var_os(variable).map(PathBuf::from) {
            Some(folder) => compare(what, &folder),
            None => println!("{variable} is not set: no {what} to measure"),
        }
    }
    let empty = env::temp_dir().join(format!("gonogo-bench-{}", std::process::id()));
    fs::create_dir_all(&empty).unwrap();
    measure("start, an empty folder", env!("CARGO_BIN_EXE_gonogo"), &OWN, &empty);
    fs::remove_dir(&empty).unwrap();
}

const OWN: [&str; 7] = ["secrets", "--no-history", "--quiet", "--exit-zero", "--deadline", "10m", "."];

fn compare(what: &str, folder: &Path) {
    let megabytes = size(folder) / 1_000_000;
    println!("\n{what}: {megabytes} MB in {}", folder.display());
    println!("{:<28} {:>8} {:>8} {:>10}", "", "CPU s", "wall s", "peak MiB");
    measure("gonogo secrets", env!("CARGO_BIN_EXE_gonogo"), &OWN, folder);
    let peers: [(&str, &[&str]); 5] = [
        ("rg", &["--hidden", "--count", "sk_live_", "."]),
        ("kingfisher", &["scan", ".", "--no-validate", "--no-update-check", "--git-history", "none"]),
        ("betterleaks", &["filesystem", ".", "--no-banner"]),
        ("gitleaks", &["dir", ".", "--no-banner"]),
        ("detect-secrets", &["scan", "--all-files", "."]),
    ];
    for (name, arguments) in peers {
        match installed(name) {
            Some(program) => measure(name, &program, arguments, folder),
            None => println!("{name:<28} is not on the PATH"),
        }
    }
}

fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => size(&entry.path()),
            Ok(kind) if kind.is_file() => entry.metadata().map_or(0, |found| found.len()),
            _ => 0,
        })
        .sum()
}

fn installed(name: &str) -> Option<String> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())?;
    found.to_str().map(str::to_owned)
}

fn measure(name: &str, program: &str, arguments: &[&str], folder: &Path) {
    let costs: Vec<Cost> = (0..RUNS).map(|_| run(program, arguments, folder)).collect();
    let median = |figure: fn(&Cost) -> f64| -> f64 {
        let mut figures: Vec<f64> = costs.iter().map(figure).collect();
        figures.sort_by(f64::total_cmp);
        figures[figures.len() / 2]
    };
    let (cpu, wall) = (median(|cost| cost.cpu), median(|cost| cost.wall));
    println!("{name:<28} {cpu:>8.3} {wall:>8.2} {:>10.0}", median(|cost| cost.mebibytes as f64));
}

/// Exit codes differ by what was found; a program that fails to run shows by its cost.
fn run(program: &str, arguments: &[&str], folder: &Path) -> Cost {
    let before = cpu_of_children();
    let started = Instant::now();
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mebibytes = watch(&mut child) / 1_024;
    Cost {
        wall: started.elapsed().as_secs_f64(),
        cpu: cpu_of_children().saturating_sub(before).as_secs_f64(),
        mebibytes,
    }
}

/// Waits for the end; the largest resident size that was seen, in KiB (`VmHWM` of proc(5)).
fn watch(child: &mut Child) -> u64 {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let now = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
        peak = peak.max(now.unwrap_or(0));
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// User and system time of waited-for children: fields 16 and 17 of `/proc/self/stat`, in ticks of
/// 10 ms (proc(5)).
fn cpu_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks: u64 =
        after_name.split_whitespace().skip(13).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}
