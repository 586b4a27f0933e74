//! Anybody gets an account without any proof, and the rules let accounts in.
//!
//! With the anonymous provider switched on, one request makes an account: no address, no password, as many
//! as a script likes. Rules that ask for no more than `request.auth != null` are then open to the world.
//!
//! ## Fix
//!
//! Switch the provider off under Authentication → Sign-in method, or ask for more:
//! ```text
//! allow read: if request.auth != null
//!   && request.auth.token.firebase.sign_in_provider != 'anonymous';
//! ```
//!
//! ## References
//!
//! - <https://firebase.google.com/docs/auth/web/anonymous-auth>

use super::live::{by_part, finding, in_repository};
use crate::{
    checks::{Check, Context, Judge, Kind},
    engine::firestore::{
        access::shown,
        prove::{Answer, Caller, matrix},
    },
    finding::{Confidence, Severity},
    seen::{Miss, Observations},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "firebase/live-anonymous-sign-in",
    title: "anybody gets an account, and the rules let accounts in",
    station: Station::Firebase,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account, Kind::Firestore], judge),
    source: include_str!("live_anonymous_sign_in.rs"),
};

const MOST: usize = 8;

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_part(
        seen,
        |project| &project.sign_in,
        |project, sign_in| {
            if !sign_in.anonymous {
                return Verdict::Pass;
            }
            let files = in_repository(seen, "cloud.firestore");
            if files.is_empty() {
                let why = "the anonymous provider is on, and there are no rules to tell what it opens";
                return Verdict::inconclusive(Miss::Unsupported(why.to_owned()));
            }
            let (mut open, mut unknown) = (Vec::new(), None);
            for (path, _, analysis) in files {
                for row in matrix(analysis) {
                    for cell in row.cells.iter().filter(|cell| cell.caller == Caller::AnonymousProvider) {
                        let is_at_will = |answer: &Answer| {
                            matches!(answer, Answer::Always | Answer::Conditional { at_will: true, .. })
                        };
                        let without = row.answer(Caller::Anonymous, cell.method);
                        let line = || format!("{} {} ({path})", cell.method.name(), shown(&row.pattern));
                        match &cell.answer {
                            Answer::Unknown(why) => {
                                unknown = unknown.or_else(|| Some(format!("{}: {why}", line())));
                            }
                            // What is open without an account is another fault.
                            answer if is_at_will(answer) && !without.is_some_and(is_at_will) => {
                                open.push(line());
                            }
                            _ => {}
                        }
                    }
                }
            }
            match (open.first(), unknown) {
                (None, None) => Verdict::Pass,
                (None, Some(why)) => Verdict::inconclusive(Miss::Unsupported(why)),
                (Some(first), _) => {
                    let message = format!(
                        "{} gives an account to anybody who asks, which is enough to {first}",
                        project.project
                    );
                    let fix = "Switch the anonymous provider off, or let the rules ask for another one.";
                    let finding = finding(project, "authentication/providers", message, fix);
                    let more = open.iter().take(MOST);
                    Verdict::fail(more.fold(finding, |finding, line| finding.evidence("open", line.clone())))
                }
            }
        },
    )
}
