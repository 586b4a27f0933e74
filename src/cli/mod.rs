//! The command line: what was typed becomes what was meant, once. One file a subcommand.

mod aim;
mod audit;
mod cert;
mod checklist;
mod checks;
mod completions;
mod demo;
mod duration;
mod emit;
mod env;
mod explain;
mod failure;
mod gate;
mod init;
mod interrupt;
mod mail;
mod man;
mod page;
mod part;
mod plan;
mod progress;
mod reach;
mod replay;
mod rules;
mod rules_cases;
mod rules_diff;
mod rules_diff_realtime;
mod rules_heat;
mod rules_matrix;
mod rules_realtime;
mod rules_storage;
mod schema;
mod scope;
mod secrets;
mod secrets_rules;
mod select;
mod stdout;
mod talk;

use std::process::ExitCode;

use clap::{ColorChoice, Parser, Subcommand};

pub use self::failure::complain;

/// May this product launch?
///
/// Audits what a small team runs in production (domain, mail, TLS, CDN cache, webhooks,
/// environments, Firebase and Supabase rules, leaked secrets) and says GO, NO-GO or HOLD.
#[derive(Debug, Parser)]
#[command(
    name = "gonogo",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = EXIT_CODES
)]
struct Arguments {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Audit a folder, a domain or a site
    Audit(Box<audit::Arguments>),
    /// Look for credentials in a folder and its git history
    Secrets(Box<secrets::Arguments>),
    /// Show what each environment says, side by side, with what contradicts marked
    Env(Box<env::Arguments>),
    /// Show what an audit would ask, contact and read
    Plan(Box<plan::Arguments>),
    /// Decide again from a recording, without a network
    Replay(replay::Arguments),
    /// Test, evaluate, compare and prove Firestore, Storage and Realtime Database rules
    Rules(rules::Arguments),
    /// Judge certificate files offline
    Cert(Box<cert::Arguments>),
    /// Explain a check or a station
    Explain(explain::Arguments),
    /// Print the hand-over checklist: what people must answer
    Checklist(checklist::Arguments),
    /// List every check
    Checks(checks::Arguments),
    /// Write a starting gonogo.toml
    Init(init::Arguments),
    /// Audit a deliberately broken portal on this machine
    Demo(demo::Arguments),
    /// Print a JSON Schema
    Schema(schema::Arguments),
    /// Print a completion script for a shell
    Completions(completions::Arguments),
    /// Print the manual page
    Man(man::Arguments),
}

const EXIT_CODES: &str = "\
Exit codes:
  0    GO
  1    NO-GO
  2    usage, configuration or internal error
  3    HOLD: something that must be known could not be decided
  130  interrupted

Examples:
  gonogo audit                 the project in this folder
  gonogo audit example.com     a domain, its mail, TLS and web site
  gonogo secrets               credentials in this folder and its history
  gonogo explain mail          what a station checks";

/// Runs the program; the exit code of an audit is the decision's.
pub fn run() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    stdout::choose(arguments.color);
    match arguments.command {
        Command::Audit(arguments) => audit::run(&arguments),
        Command::Secrets(arguments) => secrets::run(&arguments),
        Command::Env(arguments) => env::run(&arguments),
        Command::Plan(arguments) => plan::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Rules(arguments) => rules::run(&arguments),
        Command::Cert(arguments) => cert::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Checklist(arguments) => checklist::run(&arguments),
        Command::Checks(arguments) => checks::run(&arguments),
        Command::Init(arguments) => init::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments),
    }
}

/// The definitions, for completions and the manual.
fn command() -> clap::Command {
    <Arguments as clap::CommandFactory>::command()
}
