//! A deliberately broken portal on loopback, audited end to end without a network.

use std::process::ExitCode;

/// What to serve.
#[derive(Clone, Copy, Debug, Default)]
pub struct DemoOptions {
    /// The repaired portal instead of the broken one.
    pub fixed: bool,
    /// Serve until interrupted instead of auditing.
    pub serve: bool,
}

/// Serves the portal and audits it; the exit code is the decision's.
pub fn run(options: DemoOptions) -> anyhow::Result<ExitCode> {
    anyhow::bail!("the demo is not part of this build ({options:?})")
}
