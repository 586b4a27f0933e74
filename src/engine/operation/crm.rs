//! Systems that keep customers, by the hosts of their interfaces.

const SYSTEMS: &[(&str, &str)] = &[
    ("hubapi.com", "HubSpot"),
    ("hubspot.com", "HubSpot"),
    ("salesforce.com", "Salesforce"),
    ("pipedrive.com", "Pipedrive"),
    ("zohoapis.com", "Zoho"),
    ("zohoapis.eu", "Zoho"),
    ("intercom.io", "Intercom"),
    ("zendesk.com", "Zendesk"),
    ("freshdesk.com", "Freshdesk"),
    ("airtable.com", "Airtable"),
    ("attio.com", "Attio"),
    ("close.com", "Close"),
    ("leadconnectorhq.com", "HighLevel"),
    ("gohighlevel.com", "HighLevel"),
    ("activehosted.com", "ActiveCampaign"),
    ("brevo.com", "Brevo"),
    ("customer.io", "Customer.io"),
    ("monday.com", "monday.com"),
    ("copper.com", "Copper"),
    ("helpscout.net", "Help Scout"),
    ("hooks.zapier.com", "Zapier"),
    ("make.com", "Make"),
];

/// Who only counts or shows what happens: a lost message there loses no customer's state.
const NOTIFIED: &[&str] = &[
    "slack.com",
    "discord.com",
    "discordapp.com",
    "telegram.org",
    "sentry.io",
    "posthog.com",
    "google-analytics.com",
    "mixpanel.com",
    "segment.io",
    "segment.com",
    "plausible.io",
    "amplitude.com",
    "facebook.com",
    "office.com",
    "pushover.net",
    "ntfy.sh",
    "datadoghq.com",
    "logtail.com",
    "betterstack.com",
    "axiom.co",
];

pub(super) fn of(host: &str) -> Option<&'static str> {
    SYSTEMS.iter().find(|(domain, _)| is_below(host, domain)).map(|(_, name)| *name)
}

pub(super) fn is_notified(host: &str) -> bool {
    NOTIFIED.iter().any(|domain| is_below(host, domain))
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}
