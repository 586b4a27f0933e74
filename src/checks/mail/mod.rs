//! Checks of the station `mail`.

mod bimi_certificate;
mod bimi_logo;
mod bimi_record;
mod bulk_ready;
mod dane_denial;
mod dane_mismatch;
mod dane_partial;
mod dane_rollover;
mod dane_unsigned;
mod dane_unusable;
mod dkim_dangling;
mod dkim_ed25519_only;
mod dkim_key_broken;
mod dkim_key_weak;
mod dkim_missing;
mod dkim_multiple;
mod dkim_nomail;
mod dkim_revoked;
mod dkim_sender_missing;
mod dkim_sha1;
mod dkim_testing;
mod dkim_wildcard;
mod dmarc_alignment;
mod dmarc_missing;
mod dmarc_multiple;
mod dmarc_np_missing;
mod dmarc_policy_none;
mod dmarc_psd;
mod dmarc_removed_tags;
mod dmarc_rua_missing;
mod dmarc_rua_takeover;
mod dmarc_rua_unauthorised;
mod dmarc_rua_undeliverable;
mod dmarc_stray_txt;
mod dmarc_subdomain_record;
mod dmarc_subdomain_weaker;
mod dmarc_syntax;
mod dmarc_testing;
mod dmarc_walk_differs;
mod message_alignment;
mod mta_sts_fetch;
mod mta_sts_missing;
mod mta_sts_mode;
mod mta_sts_mx;
mod mta_sts_policy;
mod mta_sts_record;
mod mta_sts_unannounced;
mod mx_address;
mod mx_alias;
mod mx_missing;
mod mx_mixed;
mod mx_null;
mod mx_provider;
mod mx_ptr;
mod mx_takeover;
mod mx_unresolved;
mod name_doubled;
mod nomail_open;
mod spf_after_all;
mod spf_all_neutral;
mod spf_all_pass;
mod spf_all_with_redirect;
mod spf_broad_ip;
mod spf_include_missing;
mod spf_lookups;
mod spf_lookups_near;
mod spf_loop;
mod spf_missing;
mod spf_multiple;
mod spf_mx_crowded;
mod spf_ptr;
mod spf_retired_type;
mod spf_return_path;
mod spf_sender_id;
mod spf_sender_missing;
mod spf_sender_unused;
mod spf_size;
mod spf_syntax;
mod spf_takeover;
mod spf_void;
mod spf_wrong_location;
mod srv_dangling;
mod tls_rpt_missing;
mod tls_rpt_record;
mod verification_stale;

use super::{Check, Context};
use crate::{
    engine::{
        dkim::{self, KeyRecord},
        dmarc,
        name::purchasable,
        senders::{self, Gathered, Used},
        spf::{self, Record, Tree},
    },
    finding::{Finding, Patch},
    seen::{Answer, Mail, MailServer, MailServers, Miss, Rr, StsPolicy, TlsaSet},
    target::MailUse,
    verdict::Verdict,
};

/// In alphabetical order of their files.
pub const ALL: &[&Check] = &[
    &bimi_certificate::CHECK,
    &bimi_logo::CHECK,
    &bimi_record::CHECK,
    &bulk_ready::CHECK,
    &dane_denial::CHECK,
    &dane_mismatch::CHECK,
    &dane_partial::CHECK,
    &dane_rollover::CHECK,
    &dane_unsigned::CHECK,
    &dane_unusable::CHECK,
    &dkim_dangling::CHECK,
    &dkim_ed25519_only::CHECK,
    &dkim_key_broken::CHECK,
    &dkim_key_weak::CHECK,
    &dkim_missing::CHECK,
    &dkim_multiple::CHECK,
    &dkim_nomail::CHECK,
    &dkim_revoked::CHECK,
    &dkim_sender_missing::CHECK,
    &dkim_sha1::CHECK,
    &dkim_testing::CHECK,
    &dkim_wildcard::CHECK,
    &dmarc_alignment::CHECK,
    &dmarc_missing::CHECK,
    &dmarc_multiple::CHECK,
    &dmarc_np_missing::CHECK,
    &dmarc_policy_none::CHECK,
    &dmarc_psd::CHECK,
    &dmarc_removed_tags::CHECK,
    &dmarc_rua_missing::CHECK,
    &dmarc_rua_takeover::CHECK,
    &dmarc_rua_unauthorised::CHECK,
    &dmarc_rua_undeliverable::CHECK,
    &dmarc_stray_txt::CHECK,
    &dmarc_subdomain_record::CHECK,
    &dmarc_subdomain_weaker::CHECK,
    &dmarc_syntax::CHECK,
    &dmarc_testing::CHECK,
    &dmarc_walk_differs::CHECK,
    &message_alignment::CHECK,
    &mta_sts_fetch::CHECK,
    &mta_sts_missing::CHECK,
    &mta_sts_mode::CHECK,
    &mta_sts_mx::CHECK,
    &mta_sts_policy::CHECK,
    &mta_sts_record::CHECK,
    &mta_sts_unannounced::CHECK,
    &mx_address::CHECK,
    &mx_alias::CHECK,
    &mx_missing::CHECK,
    &mx_mixed::CHECK,
    &mx_null::CHECK,
    &mx_provider::CHECK,
    &mx_ptr::CHECK,
    &mx_takeover::CHECK,
    &mx_unresolved::CHECK,
    &name_doubled::CHECK,
    &nomail_open::CHECK,
    &spf_after_all::CHECK,
    &spf_all_neutral::CHECK,
    &spf_all_pass::CHECK,
    &spf_all_with_redirect::CHECK,
    &spf_broad_ip::CHECK,
    &spf_include_missing::CHECK,
    &spf_lookups::CHECK,
    &spf_lookups_near::CHECK,
    &spf_loop::CHECK,
    &spf_missing::CHECK,
    &spf_multiple::CHECK,
    &spf_mx_crowded::CHECK,
    &spf_ptr::CHECK,
    &spf_retired_type::CHECK,
    &spf_return_path::CHECK,
    &spf_sender_id::CHECK,
    &spf_sender_missing::CHECK,
    &spf_sender_unused::CHECK,
    &spf_size::CHECK,
    &spf_syntax::CHECK,
    &spf_takeover::CHECK,
    &spf_void::CHECK,
    &spf_wrong_location::CHECK,
    &srv_dangling::CHECK,
    &tls_rpt_missing::CHECK,
    &tls_rpt_record::CHECK,
    &verification_stale::CHECK,
];

/// A conclusion reached before the question itself arose.
type Early<T> = Result<T, Verdict>;

/// The records, or the verdict that they could not be had.
fn get<'a>(mail: &'a Mail, name: &str, rr: Rr) -> Early<&'a [String]> {
    mail.answers.get(name, rr).map_err(|miss| Verdict::inconclusive(miss.clone()))
}

/// The verdict on several things: what was found, else the first miss, else a pass.
fn conclude(findings: Vec<Finding>, missed: Option<Miss>) -> Verdict {
    match missed {
        Some(miss) if findings.is_empty() => Verdict::inconclusive(miss),
        _ => Verdict::from_findings(findings),
    }
}

/// What a domain does with mail, as declared or as its records show.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Uses {
    sends: bool,
    receives: bool,
    /// It says that it has nothing to do with mail, by a declaration or by its records.
    refuses: bool,
    declared: bool,
}

/// Infers the use of mail; errors where the records it needs were missed.
fn uses(mail: &Mail, context: &Context<'_>) -> Early<Uses> {
    let declared = context.target.domains.iter().find(|domain| domain.name == context.subject);
    let said = |sends, receives| Uses { sends, receives, refuses: !sends && !receives, declared: true };
    match declared.map(|domain| domain.mail).unwrap_or_default() {
        MailUse::SendAndReceive => return Ok(said(true, true)),
        MailUse::Send => return Ok(said(true, false)),
        MailUse::Receive => return Ok(said(false, true)),
        MailUse::None => return Ok(said(false, false)),
        MailUse::Unknown => {}
    }
    let hosts = mx(mail, context)?;
    let receives = hosts.iter().any(|mx| mx.host != ".");
    let txt = get(mail, context.subject, Rr::Txt)?;
    let records = spf::select(txt);
    let denies = !records.is_empty() && records.iter().all(|record| sends_nothing(record));
    let sends = receives || (!records.is_empty() && !denies) || return_path(mail, context).is_some();
    Ok(Uses { sends, receives, refuses: !receives && (denies || !hosts.is_empty()), declared: false })
}

/// `v=spf1 -all`
fn sends_nothing(record: &str) -> bool {
    spf::parse_text(record).is_ok_and(|record| {
        matches!(record.all(), Some((0, spf::Qualifier::Fail))) && record.terms.len() == 1
    })
}

/// The subdomain that a transactional sender uses as envelope sender, if it has SPF of its own.
fn return_path(mail: &Mail, context: &Context<'_>) -> Option<String> {
    let name = format!("send.{}", context.subject);
    let own = mail.answers.get(&name, Rr::Txt).is_ok_and(|txt| !spf::select(txt).is_empty());
    own.then_some(name)
}

/// One MX record; the host is `.` in a null MX.
#[derive(Clone, Debug)]
struct Mx {
    preference: u32,
    host: String,
}

fn mx(mail: &Mail, context: &Context<'_>) -> Early<Vec<Mx>> {
    let read = |record: &String| {
        let (preference, host) = record.split_once(' ')?;
        Some(Mx { preference: preference.parse().ok()?, host: host.to_owned() })
    };
    let mut hosts: Vec<Mx> = get(mail, context.subject, Rr::Mx)?.iter().filter_map(read).collect();
    hosts.sort_by(|a, b| (a.preference, &a.host).cmp(&(b.preference, &b.host)));
    Ok(hosts)
}

/// The MX hosts that mail goes to; an early verdict where there are none.
fn hosts(mail: &Mail, context: &Context<'_>) -> Early<Vec<Mx>> {
    let hosts: Vec<Mx> = mx(mail, context)?.into_iter().filter(|mx| mx.host != ".").collect();
    if hosts.is_empty() {
        return Err(Verdict::not_applicable(format!("{} has no mail host", context.subject)));
    }
    Ok(hosts)
}

/// The domain's one SPF record, understood; an early verdict where there is none, or several, or
/// one that is not SPF grammar: other checks say so.
fn policy(mail: &Mail, context: &Context<'_>) -> Early<(String, Record)> {
    let domain = context.subject;
    match spf::select(get(mail, domain, Rr::Txt)?).as_slice() {
        [] => Err(Verdict::not_applicable(format!("{domain} has no SPF record"))),
        [one] => match spf::parse_text(one) {
            Ok(record) => Ok(((*one).to_owned(), record)),
            Err(_) => Err(Verdict::not_applicable(format!("the SPF record of {domain} has a syntax error"))),
        },
        _ => Err(Verdict::not_applicable(format!("{domain} has more than one SPF record"))),
    }
}

/// The tree of the domain's SPF record.
fn tree(mail: &Mail, context: &Context<'_>) -> Early<Tree> {
    policy(mail, context)?;
    Ok(spf::tree(context.subject, &mail.answers))
}

/// The first part of the tree that could not be seen.
fn unseen(tree: &Tree) -> Option<Miss> {
    let wanted = tree.wanted.first().map(|_| Miss::NotAsked);
    tree.missed.first().cloned().or(wanted)
}

/// Findings about records inside the tree; a part that could not be seen makes a pass undecided.
fn over_tree(mail: &Mail, context: &Context<'_>, find: impl Fn(&Tree) -> Vec<Finding>) -> Verdict {
    match tree(mail, context) {
        Ok(tree) => conclude(find(&tree), unseen(&tree)),
        Err(early) => early,
    }
}

/// The DMARC record that applies to the domain.
fn dmarc_record(mail: &Mail, context: &Context<'_>) -> Early<dmarc::Found> {
    let walk = dmarc::walk(context.subject, &mail.answers);
    match (walk.applies, walk.missed) {
        (Some(found), _) if found.domain == context.subject => Ok(found),
        (_, Some(miss)) => Err(Verdict::inconclusive(miss)),
        _ if !walk.wanted.is_empty() => Err(Verdict::inconclusive(Miss::NotAsked)),
        (Some(found), None) => Ok(found),
        (None, None) => {
            Err(Verdict::not_applicable(format!("no DMARC record applies to {}", context.subject)))
        }
    }
}

/// One DKIM selector that was asked and has a record.
struct Selector<'a> {
    name: String,
    txt: Vec<&'a str>,
}

/// The selectors with keys, and the first one that was not answered.
fn selectors<'a>(mail: &'a Mail, context: &Context<'_>) -> (Vec<Selector<'a>>, Option<Miss>) {
    let (mut found, mut missed) = (Vec::new(), None);
    for selector in &mail.selectors {
        let name = format!("{selector}._domainkey.{}", context.subject);
        match mail.answers.get(&name, Rr::Txt) {
            Ok(txt) => {
                let txt: Vec<&str> = txt.iter().map(String::as_str).filter(|txt| dkim::is_key(txt)).collect();
                if !txt.is_empty() {
                    found.push(Selector { name, txt });
                }
            }
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    (found, missed)
}

/// What the answers say about the senders, and those that are used.
fn traces(mail: &Mail, context: &Context<'_>) -> (Gathered, Vec<Used>) {
    let gathered = senders::gather(context.subject, &mail.selectors, &mail.answers);
    let used = senders::used(&gathered.clues());
    (gathered, used)
}

/// Findings about each key that was seen; no key: the question does not arise.
fn over_keys(
    mail: &Mail,
    context: &Context<'_>,
    find: impl Fn(&str, &KeyRecord, &str) -> Option<Finding>,
) -> Verdict {
    let (found, missed) = selectors(mail, context);
    let findings: Vec<Finding> = found
        .iter()
        .flat_map(|selector| selector.txt.iter().map(move |txt| (selector, *txt)))
        .filter_map(|(selector, txt)| find(&selector.name, &dkim::parse(txt), txt))
        .collect();
    if findings.is_empty() && missed.is_none() && found.is_empty() {
        return Verdict::not_applicable("no DKIM key was found");
    }
    conclude(findings, missed)
}

/// Can everybody who was seen to send pass DMARC, so that a stricter policy loses no mail?
fn all_align(mail: &Mail, context: &Context<'_>) -> bool {
    let (gathered, used) = traces(mail, context);
    let ground = gathered.ground(context.subject);
    let surely = |one: &Used| {
        senders::alignment(one, &ground)
            .is_none_or(|alignment| matches!(alignment, senders::Alignment::Possible(_)))
    };
    gathered.missed.is_none() && used.iter().all(surely)
}

/// An address for reports at the domain, if mail arrives there.
fn report_address(mail: &Mail, domain: &str, local: &str) -> Option<String> {
    let hosts = mail.answers.get(domain, Rr::Mx).ok()?;
    hosts.iter().any(|mx| !mx.ends_with(" .")).then(|| format!("mailto:{local}@{domain}"))
}

/// Publish one TXT record.
fn txt(name: impl Into<String>, value: impl Into<String>) -> Patch {
    Patch::Dns { name: name.into(), record: "TXT".to_owned(), values: vec![value.into()] }
}

/// The text without one of its terms.
fn without(record: &str, term: &str) -> String {
    record.split(' ').filter(|word| *word != term).collect::<Vec<_>>().join(" ")
}

/// Did the name's absence come from the DNS itself?
fn is_free(mail: &Mail, domain: &str) -> bool {
    matches!(mail.answers.answer(domain, Rr::Soa), Ok(Answer::NoName))
}

/// The domain of a mail host that does not exist, where anybody can register it.
fn for_sale(mail: &Mail, host: &str) -> Option<String> {
    let owner = purchasable(host).filter(|_| mail.answers.is_no_name(host))?;
    is_free(mail, &owner).then_some(owner)
}

/// The MX set without one host.
fn mx_without(domain: &str, hosts: &[Mx], gone: &str) -> Patch {
    let kept = hosts.iter().filter(|other| other.host != gone);
    Patch::Dns {
        name: domain.to_owned(),
        record: "MX".to_owned(),
        values: kept.map(|other| format!("{} {}.", other.preference, other.host)).collect(),
    }
}

/// A record of `;`-separated tags without some of them.
fn drop_tags(record: &str, dropped: &[&str]) -> String {
    let is_dropped = |part: &&str| {
        let name = part.split('=').next().unwrap_or_default().trim();
        dropped.iter().any(|tag| tag.eq_ignore_ascii_case(name))
    };
    let parts: Vec<&str> = record.split(';').filter(|part| !is_dropped(part)).map(str::trim).collect();
    parts.join("; ").trim().to_owned()
}

/// The mail hosts that have TLSA records, and the first one whose records are not known; an early
/// verdict where there are none.
type TlsaSets<'a> = (Vec<(&'a MailServer, &'a TlsaSet)>, Option<Miss>);

fn tlsa_sets<'a>(servers: &'a MailServers, context: &Context<'_>) -> Early<TlsaSets<'a>> {
    let (mut sets, mut missed) = (Vec::new(), None);
    for server in &servers.exchangers {
        match server.tlsa.as_ref() {
            Ok(set) if set.records.is_empty() => {}
            Ok(set) => sets.push((server, set)),
            Err(miss) => missed = missed.or(Some(miss.clone())),
        }
    }
    match missed {
        Some(miss) if sets.is_empty() => Err(Verdict::inconclusive(miss)),
        None if sets.is_empty() => {
            Err(Verdict::not_applicable(format!("no mail host of {} has TLSA records", context.subject)))
        }
        missed => Ok((sets, missed)),
    }
}

/// Does a record announce an MTA-STS policy, well or badly?
fn announces_sts(mail: &Mail, domain: &str) -> Early<bool> {
    let records = get(mail, &format!("_mta-sts.{domain}"), Rr::Txt)?;
    Ok(records.iter().any(|text| text.to_ascii_lowercase().starts_with("v=sts")))
}

/// The MTA-STS policy that was fetched and where; an early verdict where there is none to judge.
fn policy_file<'a>(mail: &'a Mail, context: &Context<'_>) -> Early<(&'a str, &'a StsPolicy)> {
    let domain = context.subject;
    if !announces_sts(mail, domain)? {
        return Err(Verdict::not_applicable(format!("{domain} has no MTA-STS record")));
    }
    let policy = mail.policy.as_ref().map_err(|miss| match miss {
        // mail/mta-sts-fetch judges a host that does not exist.
        Miss::NoSuchName(_) | Miss::Refused(_) => Verdict::not_applicable("the policy cannot be fetched"),
        miss => Verdict::inconclusive(miss.clone()),
    })?;
    if policy.status != 200 {
        return Err(Verdict::not_applicable("the policy cannot be fetched"));
    }
    Ok((&policy.url, &policy.file))
}
