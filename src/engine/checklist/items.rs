//! The questions.

use super::{Item, Suits};

const fn item(id: &'static str, role: &'static str, suits: Suits, ask: &'static str) -> Item {
    Item { id, ask, role, suits }
}

/// In the order of a hand-over: who, what is watched, what was tried, what happens when it fails.
pub const ITEMS: &[Item] = &[
    item(
        "accounts-handed-over",
        "hosting",
        Suits::Every,
        "Who can sign in to registrar, DNS, hosting, mail and payments, and is a second person able to?",
    ),
    item(
        "launch-definition",
        "product",
        Suits::Every,
        "What must be true before it counts as launched, and who says that it is?",
    ),
    item(
        "review-required",
        "hosting",
        Suits::Every,
        "Does the main branch refuse changes to sign-in, callbacks and migrations that nobody reviewed?",
    ),
    item(
        "uptime-monitored",
        "hosting",
        Suits::Every,
        "What checks the sign-in page and the health route from outside, how often, and whom does it wake?",
    ),
    item(
        "errors-alerted",
        "hosting",
        Suits::Every,
        "Who is told of errors in production, at which number in an hour, and was the alert tried?",
    ),
    item(
        "webhook-failures-alerted",
        "payments",
        Suits::Payments,
        "Who is told when three webhook deliveries fail within 15 minutes, apart from the site's uptime?",
    ),
    item(
        "failed-events-replayed",
        "payments",
        Suits::Payments,
        "Where do events end that failed every retry, and who plays them again?",
    ),
    item(
        "payment-sync-time",
        "payments",
        Suits::Payments,
        "How long from a payment to the customer's access in production (aim: 95 % within 60 seconds)?",
    ),
    item(
        "webhook-latency",
        "payments",
        Suits::Payments,
        "How long do accepted webhook requests take in production (aim: 95 % within 500 ms)?",
    ),
    item(
        "failed-payment-tried",
        "payments",
        Suits::Payments,
        "Was a failed and a refunded payment tried, and did neither leave access, a ticket or a paid invoice?",
    ),
    item(
        "event-order-tried",
        "payments",
        Suits::Payments,
        "Were events tried in the wrong order and twice, such as a payment before its account exists?",
    ),
    item(
        "hundred-events-run",
        "payments",
        Suits::Payments,
        "Were a hundred test events run through the whole system, without a duplicate or a loss?",
    ),
    item(
        "reconcile-script",
        "payments",
        Suits::Payments,
        "What repairs a customer whose payment state differs, limited to one customer and with a dry run?",
    ),
    item(
        "manual-overrides-watched",
        "support",
        Suits::Payments,
        "Who sees changes of billing or access by hand, and what happens at more than five a day?",
    ),
    item(
        "canonical-customer",
        "product",
        Suits::Payments,
        "Which record is the truth about a customer's payment and access, and which ones follow it?",
    ),
    item(
        "isolation-tried",
        "product",
        Suits::Every,
        "Was it tried with two accounts that neither reads or changes the other's data by changing an id?",
    ),
    item(
        "admin-paths-tried",
        "product",
        Suits::Every,
        "Was every administrative page and function tried without the role, and refused?",
    ),
    item(
        "support-intake",
        "support",
        Suits::Every,
        "Does a support request arrive with user, plan, billing state, category and time, in a shared inbox?",
    ),
    item(
        "states-shown",
        "product",
        Suits::Every,
        "Does the user see pending, verified, syncing and failed as such, with nothing that spins for ever?",
    ),
    item(
        "accessibility-tried",
        "product",
        Suits::Every,
        "Were sign-in, payment and support tried on a phone, by keyboard alone and with a screen reader?",
    ),
    item(
        "secrets-rotated",
        "hosting",
        Suits::Every,
        "When was each production secret last changed, and who changes it each quarter?",
    ),
    item(
        "rollback-tried",
        "hosting",
        Suits::Every,
        "How is a bad release taken back, how long did it take when it was tried, and what of its migrations?",
    ),
    item(
        "backup-restored",
        "hosting",
        Suits::Every,
        "When was a backup of the database last restored, and how much would be lost?",
    ),
    item(
        "migrations-applied",
        "hosting",
        Suits::Supabase,
        "Are the migrations of production exactly those of the repository?",
    ),
    item(
        "rules-deployed",
        "hosting",
        Suits::Firebase,
        "Are the security rules of production exactly those of the repository, and do their tests run before?",
    ),
    item(
        "service-accounts-minimal",
        "hosting",
        Suits::Firebase,
        "Which roles have the service accounts of functions and CI, and is none of them owner or editor?",
    ),
];
