//! What cache headers say, at Cloudflare and elsewhere. They annotate: content decides.

mod control;
mod served;
mod trial;

pub use self::{
    control::{Control, allows_shared_storage, control},
    served::{Served, behind_cloudflare, challenge, named_cookies, served},
    trial::{Shown, decisive_gap, leaks, shown, shown_to_anyone},
};

/// Header fields, names in lower case.
pub type Headers = [(String, String)];

fn values<'a>(headers: &'a Headers, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
}
