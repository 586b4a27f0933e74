//! The Stripe account may not take payments, or is not paid out.
//!
//! Until everything that Stripe asks for is answered (identity, bank account, terms), or after it was not
//! answered in time, every checkout fails, or its money stays with Stripe. Nothing in the code shows it.
//!
//! ## Fix
//!
//! Answer what the dashboard asks for under Settings → Business → Account status.
//!
//! ## References
//!
//! - <https://docs.stripe.com/api/accounts/object#account_object-charges_enabled>

use super::by_stripe;
use crate::{
    checks::{Check, Context, Judge, Kind},
    finding::{Confidence, Finding, Place, Severity},
    seen::Observations,
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "webhook/stripe-charges-disabled",
    title: "the payment account may not take payments",
    station: Station::Webhook,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Whole(&[Kind::Account], judge),
    source: include_str!("stripe_charges_disabled.rs"),
};

const DASHBOARD: &str = "https://dashboard.stripe.com/account/status";

fn judge(seen: &Observations, _context: &Context<'_>) -> Vec<(String, Verdict)> {
    by_stripe(seen, |stripe| {
        if !stripe.live {
            return Verdict::not_applicable("a test key says nothing about the account in live mode");
        }
        let account = match stripe.account.as_ref() {
            Ok(account) => account,
            Err(miss) => return Verdict::inconclusive(miss.clone()),
        };
        let what = match (account.charges, account.payouts) {
            (true, true) => return Verdict::Pass,
            (false, _) => "the Stripe account may not take payments",
            (true, false) => "the Stripe account takes payments that are not paid out",
        };
        let mut finding = Finding::new(what)
            .at(Place::url(DASHBOARD))
            .fix("answer what Stripe asks for in the dashboard, before the launch");
        if let Some(reason) = &account.disabled {
            finding = finding.evidence("reason", reason.clone());
        }
        if !account.past_due.is_empty() {
            finding = finding.evidence("overdue", account.past_due.join(", "));
        }
        Verdict::fail(finding)
    })
}
