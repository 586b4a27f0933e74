//! When to say NO-GO: flags go before the file.

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::{decide::Decision, finding::Severity, target};

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Decision")]
pub(super) struct Gate {
    /// NO-GO at or above this severity [default: gonogo.toml's, else high]
    #[arg(long, value_name = "SEVERITY", value_parser = severities())]
    fail_on: Option<Severity>,
    /// NO-GO under this overall score
    #[arg(long, value_name = "0-100", value_parser = clap::value_parser!(u8).range(..=100))]
    min_score: Option<u8>,
    /// Exit with 0 whatever the decision, for jobs that only upload the report
    #[arg(long)]
    exit_zero: bool,
}

impl Gate {
    /// Overrides the file's gate.
    pub(super) fn apply(&self, gate: &mut target::Gate) {
        if let Some(severity) = self.fail_on {
            gate.fail_on = severity;
        }
        if self.min_score.is_some() {
            gate.min_score = self.min_score;
        }
    }

    pub(super) fn exit_code(&self, decision: Decision) -> ExitCode {
        ExitCode::from(if self.exit_zero { 0 } else { decision.exit_code() })
    }
}

fn severities() -> impl TypedValueParser<Value = Severity> {
    let all = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    PossibleValuesParser::new(all.map(Severity::id))
        .map(move |id| all.into_iter().find(|severity| severity.id() == id).unwrap_or(Severity::High))
}
