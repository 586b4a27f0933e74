//! The answer to a path that does not exist shows a stack trace or a debug page.
//!
//! It tells paths, versions and code to everybody, and the debug pages of Django, Werkzeug and Laravel show
//! settings as well, some of them a console. It also says that the site runs in development mode.
//!
//! ## Fix
//!
//! Run in production mode and give error pages of your own:
//! ```text
//! DEBUG = False            # Django
//! APP_DEBUG=false          # Laravel
//! NODE_ENV=production      # Express
//! ```
//!
//! ## References
//!
//! - <https://owasp.org/www-community/Improper_Error_Handling>

use crate::{
    checks::{Check, Context, Judge},
    finding::{Confidence, Finding, Place, Severity},
    seen::Site,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "web/error-trace",
    title: "an error page shows a stack trace",
    station: Station::Web,
    severity: Severity::Medium,
    confidence: Confidence::High,
    judge: Judge::Site(judge),
    source: include_str!("error_trace.rs"),
};

fn judge(site: &Site, context: &Context<'_>) -> Verdict {
    let control = match site.control.as_ref() {
        Ok(control) => control,
        Err(miss) => return Verdict::inconclusive(miss.clone()),
    };
    let Some(kind) = &control.trace else {
        // An error of the application itself (500) is the answer that was wanted.
        return match site.gatekeeper().filter(|_| control.exchange.status != 500) {
            Some(miss) => Verdict::inconclusive(miss),
            None => Verdict::Pass,
        };
    };
    // Pages that show the configuration, or run what they are given.
    let severe = kind.ends_with("debug page") || kind.ends_with("debugger");
    Verdict::fail(
        Finding::new(format!("a path that does not exist is answered with a {kind}"))
            .severity(if severe { Severity::High } else { Severity::Medium })
            .at(Place::url(context.subject))
            .evidence("shown", kind.clone())
            .evidence("status", control.exchange.status.to_string())
            .fix("run in production mode and give error pages without details"),
    )
}
