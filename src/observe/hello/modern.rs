//! TLS 1.3: an empty key_share makes the server name suite and group without any key
//! (RFC 8446 section 4.1.4).

use super::link::{Link, Reply};
use crate::{
    engine::hello::{ClientHello, Flight, GROUPS, ServerHello, Suite, Version, group_name, is_post_quantum},
    seen::{Miss, Offered},
};

/// What is offered under TLS 1.3.
pub(super) struct Found {
    pub(super) offered: Offered,
    pub(super) groups: Vec<String>,
    pub(super) groups_cut: Option<Miss>,
}

pub(super) async fn tls13(link: &Link<'_>) -> Result<Option<Found>, Miss> {
    let suites: Vec<u16> =
        Suite::all().iter().filter(|suite| suite.is_tls13()).map(|suite| suite.number).collect();
    let groups: Vec<u16> = GROUPS.iter().map(|(number, _)| *number).collect();
    let Some((flight, first)) = ask(link, &suites, &groups).await? else { return Ok(None) };
    let far = link.is_far().await;
    let mut offered = Offered::default();
    offered.take(&first, &flight);
    let ((rest, cut), (named, groups_cut)) = tokio::join!(
        further_suites(link, far, &suites, &groups, &first),
        further_groups(link, far, &suites, &groups, &first)
    );
    for (chosen, flight) in &rest {
        offered.take(chosen, flight);
    }
    offered.sampled = far;
    offered.cut = cut;
    Ok(Some(Found { offered, groups: named.into_iter().map(group_name).collect(), groups_cut }))
}

type Chosen = (ServerHello, Flight);

/// Strikes out each suite that is chosen. All of TLS 1.3 are sound: of a distant server one will do.
async fn further_suites(
    link: &Link<'_>,
    far: bool,
    suites: &[u16],
    groups: &[u16],
    first: &ServerHello,
) -> (Vec<Chosen>, Option<Miss>) {
    let (mut left, mut found) = (suites.to_vec(), Vec::new());
    left.retain(|suite| *suite != first.suite);
    while !left.is_empty() && !far {
        match ask(link, &left, groups).await {
            Ok(Some((flight, chosen))) if left.contains(&chosen.suite) => {
                left.retain(|suite| *suite != chosen.suite);
                found.push((chosen, flight));
            }
            Ok(Some(_)) => return (found, Some(stranger(link))),
            Ok(None) => break,
            Err(miss) => return (found, Some(miss)),
        }
    }
    (found, None)
}

/// Strikes out each group that is chosen; of a distant server only a post-quantum one is looked for.
async fn further_groups(
    link: &Link<'_>,
    far: bool,
    suites: &[u16],
    groups: &[u16],
    first: &ServerHello,
) -> (Vec<u16>, Option<Miss>) {
    let mut found: Vec<u16> = first.group.into_iter().collect();
    let mut left: Vec<u16> = groups.iter().copied().filter(|group| !found.contains(group)).collect();
    if far {
        if found.iter().any(|group| is_post_quantum(&group_name(*group))) {
            return (found, None);
        }
        left.retain(|group| is_post_quantum(&group_name(*group)));
    }
    while !left.is_empty() {
        match ask(link, suites, &left).await {
            Ok(Some((_, ServerHello { group: Some(group), .. }))) if left.contains(&group) => {
                left.retain(|known| *known != group);
                found.push(group);
            }
            Ok(Some(_)) => return (found, Some(stranger(link))),
            Ok(None) => break,
            Err(miss) => return (found, Some(miss)),
        }
    }
    (found, None)
}

async fn ask(link: &Link<'_>, suites: &[u16], groups: &[u16]) -> Result<Option<(Flight, ServerHello)>, Miss> {
    let hello = ClientHello { suites, groups, ..link.hello(Version::Tls13) };
    Ok(match link.ask(&hello).await? {
        Reply::Chose(flight, chosen) => Some((*flight, chosen)),
        Reply::Refused(_) => None,
    })
}

fn stranger(link: &Link<'_>) -> Miss {
    Miss::Malformed(format!("{} chose what nobody offered", link.name()))
}
