//! What it costs to look at the DNS and mail of a healthy domain: questions, round trips on the
//! critical path and wall time; beside checkdmarc and dnsviz on the same servers.
//!
//! Starts NSD and Unbound on loopback (apt-get install nsd unbound). A round trip of 50 ms comes from
//! `tc netem` in a namespace of its own where the kernel has it, else from a relay that holds every
//! question. checkdmarc and dnsviz ask port 53, which only a namespace can give; they are installed
//! below `target/` and left out with one line where that fails. `cargo bench --bench dns`.
#![allow(clippy::unwrap_used, clippy::print_stdout, dead_code, unused_imports)]
#![allow(clippy::duration_suboptimal_units, clippy::format_push_string, clippy::items_after_statements)]

#[path = "../tests/real/dns.rs"]
mod dns;
#[path = "../tests/real/relay.rs"]
mod relay;
#[path = "../tests/real/web.rs"]
mod web;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use self::{
    dns::{Nsd, Unbound, WORLD, good_policy, good_zone, misbehaving},
    relay::Relay,
    web::Web,
};

const DOMAIN: &str = "example.test";
const RUNS: usize = 9;
const RUNS_OF_OTHERS: usize = 3;
const ROUND_TRIP: Duration = Duration::from_millis(50);
/// Set in the copy of this program that runs inside a namespace, to what is to be measured there.
const INSIDE: &str = "GONOGO_BENCH_INSIDE";

fn main() {
    match std::env::var(INSIDE).ok().as_deref() {
        Some("netem") => return netem(),
        Some("others") => return beside_others(),
        _ => {}
    }
    let lab = Lab::start();
    let near = Relay::before(lab.cache.address, Duration::ZERO);
    let authority = Relay::before(lab.server.address, Duration::ZERO);
    let mut command = lab.gonogo(near.address, &[("", authority.address)]);
    let wall = median(&mut command, RUNS);
    let (to_resolver, direct) = counted(&mut command, &near, &authority);
    println!("healthy domain, loopback      {:>8.0} ms", millis(wall));
    println!("  questions to the resolver   {to_resolver:>8}");
    println!("  questions to name servers   {direct:>8}");

    let (dead, _tcp) = misbehaving(|_| None);
    let rules = [("ns2.dns.test", dead), ("", lab.server.address)];
    let wall = median(&mut lab.gonogo(lab.cache.address, &rules), RUNS_OF_OTHERS);
    println!("one dead name server          {:>8.0} ms", millis(wall));

    let netem = "ip link set lo up && tc qdisc add dev lo root netem delay 25ms";
    if !inside("netem", netem) {
        println!("no netem in this kernel: a relay holds each question for {ROUND_TRIP:?}");
        let far = Relay::before(lab.cache.address, ROUND_TRIP);
        let authority = Relay::before(lab.server.address, ROUND_TRIP);
        round_trips(median(&mut lab.gonogo(far.address, &[("", authority.address)]), RUNS_OF_OTHERS));
    }
    // Installed out here: the namespace reaches no registry.
    if others().is_none() {
        println!("checkdmarc and dnsviz could not be installed: left out");
    } else if !inside("others", "ip link set lo up") {
        println!("no namespace: checkdmarc and dnsviz are left out");
    }
}

fn round_trips(wall: Duration) {
    println!("healthy domain, 50 ms away    {:>8.0} ms", millis(wall));
    println!("  round trips, one by one     {:>8.1}", wall.as_secs_f64() / ROUND_TRIP.as_secs_f64());
}

/// Everything on a loopback whose every packet takes 25 ms. The resolver's cache is warm.
fn netem() {
    let lab = Lab::start();
    let mut command = lab.gonogo(lab.cache.address, &[("", lab.server.address)]);
    let _ = median(&mut command, 2);
    round_trips(median(&mut command, RUNS_OF_OTHERS));
}

fn beside_others() {
    let lab = Lab::start();
    // The others know port 53 alone.
    let _port = Relay::at(([127, 0, 0, 1], 53).into(), lab.cache.address, Duration::ZERO);
    let ours =
        median(&mut lab.gonogo(([127, 0, 0, 1], 53).into(), &[("", lab.server.address)]), RUNS_OF_OTHERS);
    let Some(folder) = others() else { return };
    let mut checkdmarc = Command::new(folder.join("checkdmarc"));
    checkdmarc.args(["--nameserver", "127.0.0.1", "--skip-tls", DOMAIN]);
    let mut dnsviz = Command::new(folder.join("dnsviz"));
    dnsviz.args(["probe", "-s", "127.0.0.1", DOMAIN]);
    println!("gonogo                        {:>8.0} ms", millis(ours));
    for (name, command) in [("checkdmarc --skip-tls", &mut checkdmarc), ("dnsviz probe", &mut dnsviz)] {
        let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
        if !status.success() {
            println!("{name:<29} ended with {status}: left out");
            continue;
        }
        let theirs = median(command, RUNS_OF_OTHERS);
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        println!("{name:<29} {:>8.0} ms, {ratio:.1} times ours", millis(theirs));
    }
}

/// Runs this program again in a network of its own; false where that cannot be had.
fn inside(what: &str, prepare: &str) -> bool {
    let this = std::env::current_exe().unwrap();
    let script = format!("{prepare} && exec \"$0\"");
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    let status = Command::new("unshare")
        .args(["-rn", "sh", "-c", &script])
        .arg(this)
        .env("PATH", path)
        .env(INSIDE, what)
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

fn others() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tools/dns");
    if !venv.join("bin/dnsviz").is_file() || !venv.join("bin/checkdmarc").is_file() {
        let run = |program: &Path, arguments: &[&str]| {
            let status = Command::new(program).args(arguments).stdout(Stdio::null()).status();
            status.is_ok_and(|status| status.success()).then_some(())
        };
        run(Path::new("python3"), &["-m", "venv", &venv.display().to_string()])?;
        run(&venv.join("bin/python"), &["-m", "pip", "install", "--quiet", "checkdmarc", "dnsviz"])?;
    }
    Some(venv.join("bin"))
}

/// A healthy domain with mail, its policy server, and a caching resolver.
struct Lab {
    server: Nsd,
    cache: Unbound,
    web: Web,
}

impl Lab {
    fn start() -> Self {
        let zone = good_zone();
        let zones = [("example.test.", zone.as_str())];
        let all: Vec<(&str, &str)> = WORLD.iter().copied().chain(zones).collect();
        let server = Nsd::serve(&all);
        let cache = Unbound::before(&server, &zones);
        Self { server, cache, web: good_policy() }
    }

    /// `authorities`: where questions to each name server go; an empty name stands for all others.
    fn gonogo(&self, resolver: SocketAddr, authorities: &[(&str, SocketAddr)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gonogo"));
        command.args(["audit", DOMAIN, "--only", "domain,mail", "--exit-zero"]);
        command.args(["--resolver", &resolver.to_string(), "--ca", &self.web.root().display().to_string()]);
        for (name, to) in authorities {
            command.args(["--connect-to", &format!("{name}:53:{}:{}", to.ip(), to.port())]);
        }
        command.args(["--connect-to", &self.web.rule()]);
        // Nothing else may leave this machine.
        command.args(["--connect-to", ":25:127.0.0.1:1"]);
        command
    }
}

/// One more run, counted at the servers.
fn counted(command: &mut Command, resolver: &Relay, authority: &Relay) -> (u32, u32) {
    let _ = (resolver.questions(), authority.questions());
    let _ = median(command, 1);
    (resolver.questions(), authority.questions())
}

fn median(command: &mut Command, runs: usize) -> Duration {
    let mut walls: Vec<Duration> = (0..runs)
        .map(|_| {
            let started = Instant::now();
            command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
            started.elapsed()
        })
        .collect();
    walls.sort();
    walls[walls.len() / 2]
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1_000.0
}
