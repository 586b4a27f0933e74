//! DMARC (RFC 9989) without I/O: the record's grammar and the tree walk.

mod record;
mod walk;

pub use self::{
    record::{Policy, Record, SyntaxError, Tag, parse, reporting_hosts},
    walk::{Found, Walk, names, organization, walk},
};

/// Is it a DMARC record: does it begin with the tag `v=DMARC1`, in this case, spaces allowed
/// around `=` (section 4.8)?
pub fn is_dmarc(txt: &str) -> bool {
    let Some(rest) = txt.trim_start_matches([' ', '\t']).strip_prefix('v') else { return false };
    let Some(rest) = rest.trim_start_matches([' ', '\t']).strip_prefix('=') else { return false };
    let Some(rest) = rest.trim_start_matches([' ', '\t']).strip_prefix("DMARC1") else { return false };
    let rest = rest.trim_start_matches([' ', '\t']);
    rest.is_empty() || rest.starts_with(';')
}

/// Was it meant to be one? `v=dmarc1`, ` "v=DMARC1`, `v=DMARC1,` and the like.
pub fn looks_like_dmarc(txt: &str) -> bool {
    let letters: String = txt.chars().filter(char::is_ascii_alphanumeric).take(9).collect();
    letters.to_ascii_lowercase().starts_with("vdmarc")
}
