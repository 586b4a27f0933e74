//! What the files of another scanner accept moves from the findings to what is accepted, and is said.

use crate::{
    engine::secrets::{ignored, own},
    observe::Local,
    seen::{Leak, LeakAccepted},
    target::Accepted,
};

const IGNORE: &str = ".gitleaksignore";
/// The largest file of that kind that is read.
const LARGEST: u64 = 4 << 20;

/// The target's own, and the lines of a `.gitleaksignore` at the root.
pub(super) fn accepted(files: &Local) -> Vec<Accepted> {
    let mut all = files.target.depth.accepted.clone();
    // Without the file, nothing is accepted by it.
    if let Ok(text) = files.read_text(IGNORE, LARGEST) {
        all.extend(ignored(&text).into_iter().map(|one| Accepted {
            value: None,
            path: Some(one.path),
            line: Some(one.line),
            by: IGNORE.to_owned(),
        }));
    }
    all
}

pub(super) fn accept(leaks: &mut [Leak], all: &[Accepted]) {
    for leak in leaks {
        let print = leak.fingerprint.clone();
        let mut taken = Vec::new();
        let rule = leak.rule.clone();
        let mut is_accepted = |path: &str, line: u32, commit: Option<&str>| {
            let found = all.iter().find(|one| match &one.value {
                Some(value) => *value == print,
                None => one.path.as_deref() == Some(path) && one.line.is_none_or(|wanted| wanted == line),
            });
            let by = found.map(|one| one.by.as_str()).or_else(|| own::accepts(&rule, path, commit));
            if let Some(by) = by {
                let reason = format!("accepted by {by}");
                taken.push(LeakAccepted { path: path.to_owned(), line, reason });
            }
            by.is_some()
        };
        let before = leak.sites.len() as u64;
        leak.sites.retain(|site| !is_accepted(&site.path, site.line, None));
        leak.past.retain(|past| !is_accepted(&past.path, past.line, past.first.as_deref()));
        let kept = leak.sites.len() as u64;
        // Places beyond those listed were not looked at one by one.
        leak.site_count = if kept == 0 { 0 } else { leak.site_count - (before - kept) };
        leak.accepted.extend(taken);
        leak.accepted.sort();
    }
}
