//! `gonogo cert`.

use std::{collections::BTreeMap, path::PathBuf, process::ExitCode, time::Duration};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::{emit::Emit, gate::Gate, talk::Talk};
use crate::{
    checks::judge,
    decide::decide,
    engine::certificate::path::Wanted,
    observe::{Options, Terms, chains_in},
    plan::Selection,
    seen::Observations,
    target::Target,
};

#[derive(clap::Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    /// Chains as a server would send them, PEM or DER, the server's own certificate first; `-` reads one
    /// from standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Judge as of this moment, e.g. 2026-12-31 or 2026-12-31T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
    /// Host name or address that the certificate must cover
    #[arg(long, value_name = "HOST")]
    name: Option<String>,
    /// PEM file with roots to trust beside the usual ones; repeatable
    #[arg(long, value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// Revocation list of the issuer, PEM or DER
    #[arg(long, value_name = "FILE")]
    crl: Option<PathBuf>,
    /// Allow at most so many intermediates between the certificate and a root
    #[arg(long, value_name = "N")]
    max_depth: Option<usize>,
    /// Judge certificates that a client shows to a server
    #[arg(long, conflicts_with = "name")]
    client: bool,
    #[command(flatten)]
    gate: Gate,
    #[command(flatten)]
    emit: Emit,
    #[command(flatten)]
    talk: Talk,
}

const EXAMPLES: &str = "\
Examples:
  gonogo cert fullchain.pem --name example.com
      would a browser accept it for that name today?
  gonogo cert fullchain.pem --at 2027-01-15 --format json
      what will be wrong with it then

Exit codes: as `gonogo audit`";

/// The checks that need nothing but a chain. Name and revocation are judged only where asked for.
const OF_A_CHAIN: [&str; 24] = [
    "tls/certificate-profile",
    "tls/chain-order",
    "tls/client-auth",
    "tls/expired",
    "tls/expired-cross-sign",
    "tls/factorable-key",
    "tls/incomplete-chain",
    "tls/key-identifiers",
    "tls/leaf-is-ca",
    "tls/malformed-certificate",
    "tls/no-san",
    "tls/no-server-auth",
    "tls/not-yet-valid",
    "tls/root-sent",
    "tls/self-signed",
    "tls/serial-number",
    "tls/small-exponent",
    "tls/too-few-scts",
    "tls/unknown-critical-extension",
    "tls/untrusted-chain",
    "tls/validity-too-long",
    "tls/weak-key",
    "tls/weak-signature",
    "tls/wildcard-too-broad",
];
const OF_A_NAME: &str = "tls/name-mismatch";
/// Of certificates that servers show.
const OF_A_SERVER: [&str; 4] =
    ["tls/client-auth", "tls/no-san", "tls/no-server-auth", "tls/wildcard-too-broad"];
/// Of a chain as it is today; whoever names a moment asks about that moment.
const OF_TODAY: &str = "tls/expires-soon";
const OF_A_LIST: [&str; 2] = ["tls/revocation-list", "tls/revoked"];

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    arguments.emit.check(None)?;
    // Certificates know whole seconds (RFC 5280 section 4.1.2.5).
    let now = arguments.at.unwrap_or_else(Timestamp::now);
    let now = Timestamp::from_second(now.as_nanosecond().div_euclid(1_000_000_000).try_into()?)?;
    let today = arguments.at.is_none().then_some(OF_TODAY);
    let named = arguments.name.is_some().then_some(OF_A_NAME);
    let listed = arguments.crl.is_some().then_some(OF_A_LIST).into_iter().flatten();
    let of_a_chain = OF_A_CHAIN.into_iter().filter(|id| !arguments.client || !OF_A_SERVER.contains(id));
    let only = of_a_chain.chain(named).chain(listed).chain(today).map(str::to_owned).collect();
    let checks = Selection::new(only, Vec::new(), false)?.checks();

    let mut target = Target { name: shown(&arguments.files), ..Target::default() };
    arguments.gate.apply(&mut target.gate);
    let options = Options {
        root: None,
        now,
        resolver: None,
        connect_to: Vec::new(),
        extra_roots: arguments.roots.clone(),
        deadline: Duration::ZERO,
        jobs: 1,
    };
    let usual = Wanted::default();
    let wanted = Wanted { client: arguments.client, depth: arguments.max_depth.unwrap_or(usual.depth) };
    let terms = Terms {
        host: arguments.name.as_deref(),
        crl: arguments.crl.as_deref(),
        wanted: (arguments.client || arguments.max_depth.is_some()).then_some(wanted),
    };
    let chains = chains_in(&arguments.files, terms, &options)?;
    let endpoints: BTreeMap<_, _> = chains.into_iter().collect();
    let seen = Observations { now, endpoints, ..Observations::default() };
    let outcomes = judge(&checks, &seen, &target);
    let assessment = decide(&target, &checks, &[], outcomes, &seen);
    arguments.emit.write(&assessment, &arguments.talk)?;
    Ok(arguments.gate.exit_code(assessment.decision))
}

fn shown(files: &[PathBuf]) -> String {
    match files {
        [only] => only.display().to_string(),
        files => format!("{} files", files.len()),
    }
}

/// An instant, or the first moment of a day in UTC.
fn moment(text: &str) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let day: Date = text.parse().map_err(|_| "write a date or an instant, e.g. 2026-12-31T12:00:00Z")?;
    day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|err| err.to_string())
}
