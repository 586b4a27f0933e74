//! What it costs to start: `gonogo --version`, and an audit of an empty repository.
//!
//! Prints wall time (median) and CPU time (mean, from the kernel's account of our children).
//! `cargo bench --bench startup`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const RUNS: u32 = 100;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty");
    fs::create_dir(&empty).unwrap();
    Command::new("git").args(["init", "-q"]).current_dir(&empty).status().unwrap();

    println!("{:<28} {:>12} {:>12}", "", "wall, median", "CPU, mean");
    measure("/bin/true", Path::new("/bin/true"), &[], &empty);
    let gonogo = Path::new(env!("CARGO_BIN_EXE_gonogo"));
    measure("gonogo --version", gonogo, &["--version"], &empty);
    measure("gonogo audit (empty)", gonogo, &["audit", "--exit-zero"], &empty);
}

fn measure(name: &str, program: &Path, arguments: &[&str], folder: &Path) {
    let before = cpu_of_children();
    let mut walls: Vec<Duration> = (0..RUNS).map(|_| run(program, arguments, folder)).collect();
    let cpu = cpu_of_children().saturating_sub(before) / RUNS;
    walls.sort();
    println!("{name:<28} {:>9.2} ms {:>9.2} ms", millis(walls[walls.len() / 2]), millis(cpu));
}

fn run(program: &Path, arguments: &[&str], folder: &Path) -> Duration {
    let started = Instant::now();
    let status =
        Command::new(program).args(arguments).current_dir(folder).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{} {arguments:?}: {status}", program.display());
    started.elapsed()
}

/// User and system time of waited-for children: fields 16 and 17 of `/proc/self/stat`, in ticks of
/// 10 ms (proc(5)). Coarse for one run, good enough for the mean of a hundred.
fn cpu_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let ticks: u64 =
        after_name.split_whitespace().skip(13).take(2).map(|field| field.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
