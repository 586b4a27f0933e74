//! What it costs to look for credentials in a repository and its history, beside git printing the
//! same objects and beside other scanners where `PATH` has them (kingfisher, betterleaks).
//!
//! `GONOGO_BENCH_REPO=/path/to/clone cargo bench --bench secrets`. Prints medians of three runs: CPU
//! seconds (user and system), wall seconds, peak memory (mapped packs included).
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const RUNS: usize = 3;

struct Cost {
    cpu: f64,
    wall: f64,
    mebibytes: u64,
}

fn main() {
    let Some(repository) = env::var_os("GONOGO_BENCH_REPO").map(PathBuf::from) else {
        println!("GONOGO_BENCH_REPO is not set: nothing to measure");
        return;
    };
    println!("{:<28} {:>8} {:>8} {:>10}", repository.display(), "CPU s", "wall s", "peak MiB");
    let gonogo = env!("CARGO_BIN_EXE_gonogo");
    let deadline = ["--deadline", "10m", "--exit-zero", "--quiet"];
    measure("gonogo secrets", gonogo, &[&["secrets"], &deadline[..]].concat(), &repository);
    let no_history = [&["secrets", "--no-history"], &deadline[..]].concat();
    measure("gonogo secrets, no history", gonogo, &no_history, &repository);
    let objects = ["cat-file", "--batch-all-objects", "--batch", "--unordered"];
    measure("git cat-file", "git", &objects, &repository);
    if let Some(kingfisher) = installed("kingfisher") {
        let arguments = ["scan", ".", "--no-validate", "--no-update-check", "--git-history", "full"];
        measure("kingfisher", &kingfisher, &arguments, &repository);
    }
    if let Some(betterleaks) = installed("betterleaks") {
        measure("betterleaks git", &betterleaks, &["git", ".", "--no-banner"], &repository);
    }
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
    println!("{name:<28} {cpu:>8.2} {wall:>8.2} {:>10.0}", median(|cost| cost.mebibytes as f64));
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
