//! A sender's mail cannot pass DMARC, because neither its signature nor its envelope fits the domain.
//!
//! DMARC asks for SPF or DKIM of the very domain that people see in `From:`. Many senders put their own domain into the envelope and sign with their own domain until you set up yours: such mail passes SPF and DKIM and still fails DMARC. With `p=quarantine` or `p=reject` it is filtered or refused.
//!
//! ## Fix
//!
//! Turn on DKIM with your own domain at the sender and publish the records that it shows, or set up its custom return path:
//! ```text
//! s1._domainkey.example.com. CNAME s1.domainkey.u1234567.wl001.sendgrid.net.
//! ```
//! Write `aspf=r` where a return path on a subdomain is to count.
//!
//! ## References
//!
//! - <https://www.rfc-editor.org/rfc/rfc9989#section-4.4>
//! - <https://www.rfc-editor.org/rfc/rfc7489#section-3.1>
//! - <https://support.google.com/a/answer/81126>

use super::{Early, conclude, dmarc_record, traces, uses};
use crate::{
    checks::{Check, Context, Judge},
    engine::{
        dmarc::Policy,
        senders::{Alignment, Trace, alignment},
    },
    finding::{Confidence, Finding, Place, Severity},
    seen::{Mail, Miss},
    station::Station,
    verdict::Verdict,
};

pub(super) static CHECK: Check = Check {
    id: "mail/dmarc-alignment",
    title: "a sender that cannot pass DMARC",
    station: Station::Mail,
    severity: Severity::High,
    confidence: Confidence::Medium,
    judge: Judge::Mail(judge),
    source: include_str!("dmarc_alignment.rs"),
};

fn judge(mail: &Mail, context: &Context<'_>) -> Verdict {
    decide(mail, context).unwrap_or_else(|early| early)
}

fn decide(mail: &Mail, context: &Context<'_>) -> Early<Verdict> {
    let domain = context.subject;
    let found = dmarc_record(mail, context)?;
    if !uses(mail, context)?.sends {
        return Ok(Verdict::not_applicable(format!("{domain} does not seem to send mail")));
    }
    let (gathered, used) = traces(mail, context);
    let policy = if found.domain == domain {
        found.record.policy
    } else {
        found.record.subdomains.or(found.record.policy)
    };
    let weak = policy.is_none_or(|policy| policy == Policy::None);
    let (mut findings, mut open, mut judged) = (Vec::new(), gathered.missed.clone(), 0);
    for one in &used {
        let name = &one.sender.name;
        match alignment(one, &gathered.ground(domain)) {
            None => continue,
            Some(Alignment::Possible(_)) => {}
            Some(Alignment::Unknown(why)) => {
                let why = format!("whether mail of {name} can pass DMARC: {why}");
                open = open.or(Some(Miss::Unsupported(why)));
            }
            Some(Alignment::Impossible { why, remedy }) => {
                let traces: Vec<String> = one.traces.iter().map(ToString::to_string).collect();
                // An include and nothing else is as likely left over as in use.
                let only = match one.traces.as_slice() {
                    [Trace::Spf(name)] => Some(name),
                    _ => None,
                };
                let remedy = only.map_or(remedy.clone(), |include| {
                    format!("{remedy} If nobody sends with {name} any more, remove `include:{include}` from the SPF record instead.")
                });
                findings.push(
                    Finding::new(format!("mail of {name} cannot pass DMARC for {domain}: {why}"))
                        .at(Place::dns(format!("_dmarc.{}", found.domain), "TXT"))
                        .key(one.sender.id.as_str())
                        .severity(if weak || only.is_some() { Severity::Medium } else { Severity::High })
                        .evidence("seen of it", traces.join(", "))
                        .evidence("record", found.text.as_str())
                        .fix(remedy),
                );
            }
        }
        judged += 1;
    }
    if judged == 0 && open.is_none() {
        return Ok(Verdict::not_applicable(format!("no sender that gonogo knows was seen at {domain}")));
    }
    Ok(conclude(findings, open))
}
