//! Can a sender's mail pass DMARC at all?
//!
//! DMARC asks that SPF or DKIM passes for a domain that fits the one in `From:` (RFC 9989 section
//! 4.4). What a sender signs with and whose envelope it uses is settled in the DNS, so a sender
//! that cannot align is known before its first message.

use super::{Envelope, Trace, Used};

/// What is known of the domain.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The domain in `From:`.
    pub domain: &'a str,
    /// `aspf=s`: the envelope must be in the very same domain.
    pub strict_spf: bool,
    /// Nothing exists below `_domainkey`.
    pub no_keys: bool,
    /// Selectors that were asked and have no key, sorted.
    pub keyless: &'a [String],
    /// The record names addresses or macros, which may stand for any sender.
    pub spf_hides: bool,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Alignment {
    /// By SPF or DKIM, with the record that does it.
    Possible(String),
    /// With the reason, and what would change it.
    Impossible { why: String, remedy: String },
    /// With what is not known.
    Unknown(String),
}

/// Decides for a sender that sends; what merely verified the domain proves no sending.
pub fn alignment(used: &Used, ground: &Ground<'_>) -> Option<Alignment> {
    let trace = |wanted: fn(&Trace) -> bool| used.traces.iter().find(|trace| wanted(trace));
    let sends = used.traces.iter().any(|trace| !matches!(trace, Trace::Verification(_)));
    if !sends || used.sender.envelope() == Envelope::Provider && used.sender.selectors.is_empty() {
        return None;
    }
    if let Some(key) = trace(|trace| matches!(trace, Trace::Key(_))) {
        return Some(Alignment::Possible(key.to_string()));
    }
    let (included, bounce) =
        (trace(|trace| matches!(trace, Trace::Spf(_))), trace(|trace| matches!(trace, Trace::Bounce(_))));
    let envelope = used.sender.envelope();
    match (envelope, included, bounce) {
        (Envelope::From, Some(include), _) => return Some(Alignment::Possible(include.to_string())),
        (Envelope::From, None, _) if ground.spf_hides => {
            return Some(Alignment::Unknown("its SPF record names addresses instead of senders".to_owned()));
        }
        (Envelope::Subdomain, _, Some(bounce)) if !ground.strict_spf => {
            return Some(Alignment::Possible(bounce.to_string()));
        }
        _ => {}
    }
    Some(by_key(used, ground, bounce))
}

/// Neither a key nor an envelope was seen that fits: is there certainly none?
fn by_key(used: &Used, ground: &Ground<'_>, bounce: Option<&Trace>) -> Alignment {
    let (sender, domain) = (used.sender, ground.domain);
    let asked = |own: &String| ground.keyless.binary_search(own).is_ok();
    // A return path on servers that several products share may be another one's, with other keys.
    let shared =
        sender.through.is_some() && used.traces.iter().all(|trace| matches!(trace, Trace::Bounce(_)));
    let known = sender.fixed_selectors && !sender.selectors.is_empty() && !shared;
    let none = ground.no_keys || known && sender.selectors.iter().all(asked);
    if !none {
        return Alignment::Unknown(format!("the DKIM selector of {} is not known", sender.name));
    }
    let spf = match (sender.envelope(), bounce) {
        (Envelope::From, _) => "SPF does not allow it".to_owned(),
        (_, Some(Trace::Bounce(name))) => format!("`aspf=s` does not take {name} for {domain}"),
        (Envelope::Provider, _) => "its bounces go to its own domain".to_owned(),
        (Envelope::Subdomain, _) => format!("no return path of it was seen below {domain}"),
    };
    let keys = if ground.no_keys {
        format!("nothing exists below _domainkey.{domain}")
    } else {
        format!("none of its selectors ({}) has a key", sender.selectors.join(", "))
    };
    Alignment::Impossible {
        why: format!("{keys}, and {spf}"),
        remedy: format!(
            "Turn on DKIM for {domain} at {} and publish the records that it shows.",
            sender.name
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::senders::{Clues, used};

    fn of(clues: &Clues<'_>, ground: &Ground<'_>) -> Vec<Option<Alignment>> {
        used(clues).iter().map(|used| alignment(used, ground)).collect()
    }

    const GROUND: Ground<'static> =
        Ground { domain: "example.com", strict_spf: false, no_keys: false, keyless: &[], spf_hides: false };

    #[test]
    fn a_mailbox_provider_aligns_by_its_include() {
        let (mx, spf) = (["smtp.google.com".to_owned()], ["_spf.google.com".to_owned()]);
        let found = of(&Clues { mx: &mx, spf: &spf, ..Clues::default() }, &GROUND);
        assert!(matches!(&found[..], [Some(Alignment::Possible(_))]), "{found:?}");
        let without = of(&Clues { mx: &mx, ..Clues::default() }, &Ground { no_keys: true, ..GROUND });
        assert!(matches!(&without[..], [Some(Alignment::Impossible { .. })]), "{without:?}");
    }

    #[test]
    fn a_return_path_below_the_domain_aligns_only_when_relaxed() {
        let bounces = [("send.example.com".to_owned(), "feedback-smtp.eu-west-1.amazonses.com".to_owned())];
        let clues = Clues { bounces: &bounces, ..Clues::default() };
        let keyless = ["resend".to_owned()];
        let relaxed = of(&clues, &Ground { keyless: &keyless, ..GROUND });
        assert!(matches!(&relaxed[..], [Some(Alignment::Possible(_))]), "{relaxed:?}");
        let shared = of(&clues, &Ground { keyless: &keyless, strict_spf: true, ..GROUND });
        assert!(matches!(&shared[..], [Some(Alignment::Unknown(_))]), "{shared:?}");
        let strict = of(&clues, &Ground { no_keys: true, strict_spf: true, ..GROUND });
        assert!(
            matches!(&strict[..], [Some(Alignment::Impossible { why, .. })] if why.contains("aspf=s")),
            "{strict:?}"
        );
    }

    #[test]
    fn a_selector_that_nobody_can_guess_leaves_it_open() {
        let spf = ["amazonses.com".to_owned()];
        let found = of(&Clues { spf: &spf, ..Clues::default() }, &GROUND);
        assert!(matches!(&found[..], [Some(Alignment::Unknown(_))]), "{found:?}");
    }
}
