//! Webhook handlers in the places where frameworks put them.

/// Sources a server runs.
const SOURCES: [&str; 7] = ["ts", "tsx", "js", "mjs", "cjs", "mts", "py"];
/// File names that stand for their folder in file-based routing.
const ENTRY: [&str; 6] = ["route", "index", "+server", "handler", "main", "webhook"];

/// Names that occur in paths, as the provider is called elsewhere.
const PROVIDERS: [(&str, &str); 26] = [
    ("calendly", "calendly"),
    ("clerk", "clerk"),
    ("github", "github"),
    ("hubspot", "hubspot"),
    ("intercom", "intercom"),
    ("lemon-squeezy", "lemonsqueezy"),
    ("lemonsqueezy", "lemonsqueezy"),
    ("linear", "linear"),
    ("mailgun", "mailgun"),
    ("paddle", "paddle"),
    ("paypal", "paypal"),
    ("polar", "polar"),
    ("postmark", "postmark"),
    ("razorpay", "razorpay"),
    ("resend", "resend"),
    ("revenuecat", "revenuecat"),
    ("sendgrid", "sendgrid"),
    ("shopify", "shopify"),
    ("slack", "slack"),
    ("square", "square"),
    ("stripe", "stripe"),
    ("svix", "svix"),
    ("twilio", "twilio"),
    ("woocommerce", "woocommerce"),
    ("workos", "workos"),
    ("zendesk", "zendesk"),
];

/// Is a file with this path (relative, with `/`) the entry of a webhook handler?
pub(super) fn is_handler(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    if !lower.contains("webhook") {
        return false;
    }
    let mut folders: Vec<&str> = lower.split('/').collect();
    let Some((stem, ending)) = folders.pop().and_then(|file| file.rsplit_once('.')) else { return false };
    let is_test =
        |part: &str| matches!(part, "__tests__" | "__mocks__" | "test" | "tests" | "e2e" | "_shared");
    if !SOURCES.contains(&ending) || folders.iter().any(|part| is_test(part)) || stem.contains('.') {
        return false;
    }
    let named = |part: &str| part.contains("webhook");
    let after = |root: &[&str]| {
        let at = folders.windows(root.len()).position(|window| window == root)?;
        folders.get(at + root.len()..)
    };
    let entry = ENTRY.contains(&stem);
    let routed = |rest: &[&str]| {
        named(stem)
            || rest.last().is_some_and(|last| named(last))
            || entry && rest.iter().any(|part| named(part))
    };
    if let Some(rest) = after(&["supabase", "functions"]) {
        return rest.len() == 1 && named(rest[0]) && stem == "index";
    }
    let roots: [&[&str]; 4] = [&["api"], &["routes"], &["functions", "src"], &["netlify", "functions"]];
    let functions = folders.last() == Some(&"functions") && named(stem);
    functions || roots.into_iter().filter_map(after).any(routed)
}

/// Does the file evidently serve the URL? By file-based routing, the end of the URL's path is the
/// end of the handler's: `/functions/v1/stripe-webhook`, `/api/webhooks/stripe`.
pub(super) fn answers(path: &str, url: &str) -> bool {
    let Ok(url) = url::Url::parse(url) else { return false };
    let asked: Vec<&str> = url.path().split('/').filter(|part| !part.is_empty()).collect();
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut served: Vec<&str> = stem.split('/').collect();
    if served.last().is_some_and(|last| ENTRY[..3].contains(last)) {
        served.pop();
    }
    let edge = stem.contains("supabase/functions/");
    let wanted = if edge { &asked[asked.len().saturating_sub(1)..] } else { &asked[..] };
    !wanted.is_empty() && served.ends_with(wanted)
}

/// The provider its path names.
pub(super) fn provider(path: &str) -> Option<String> {
    let lower = path.to_ascii_lowercase();
    PROVIDERS.iter().find(|(word, _)| lower.contains(word)).map(|(_, provider)| (*provider).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_told_from_their_neighbours() {
        for path in [
            "supabase/functions/stripe-webhook/index.ts",
            "apps/web/app/api/webhooks/stripe/route.ts",
            "pages/api/webhook.ts",
            "pages/api/stripe-webhook.js",
            "src/pages/api/webhooks/clerk.ts",
            "src/routes/webhooks/stripe/+server.ts",
            "functions/src/stripeWebhook.ts",
            "functions/webhook.js",
            "netlify/functions/paddle-webhook.mjs",
        ] {
            assert!(is_handler(path), "{path}");
        }
        for path in [
            "supabase/functions/_shared/webhook.ts",
            "supabase/functions/stripe-webhook/verify.ts",
            "app/api/webhooks/stripe/route.test.ts",
            "app/api/webhooks/stripe/verify.ts",
            "docs/webhooks.md",
            "src/components/WebhookList.tsx",
            "tests/api/webhook.ts",
            "app/api/users/route.ts",
        ] {
            assert!(!is_handler(path), "{path}");
        }
        assert!(answers(
            "apps/web/app/api/webhooks/stripe/route.ts",
            "https://a.example/api/webhooks/stripe"
        ));
        assert!(answers("pages/api/webhook.ts", "https://a.example/api/webhook/"));
        let edge = "supabase/functions/stripe-webhook/index.ts";
        assert!(answers(edge, "https://ref.supabase.co/functions/v1/stripe-webhook"));
        assert!(!answers(edge, "https://a.example/"));
        assert!(!answers("app/api/webhooks/stripe/route.ts", "https://a.example/webhooks/paddle"));
        assert_eq!(provider("functions/src/stripeWebhook.ts").as_deref(), Some("stripe"));
        assert_eq!(provider("pages/api/webhook.ts"), None);
    }
}
