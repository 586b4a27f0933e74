//! What a search for credentials looks at beside the tree, and what it accepts.

use std::{fs, path::Path};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::{emit::write_file, failure::Failure};
use crate::{
    decide::Assessment,
    engine::secrets::{own::OwnRules, reported},
    finding::Severity,
    target::{Accepted, SiteTarget, Waiver, argument::Resolved, name},
};

/// As it was typed.
#[derive(Debug)]
pub(super) struct Scope<'a> {
    pub(super) archives: bool,
    /// Folders and URLs.
    pub(super) bundles: &'a [String],
    pub(super) baseline: Option<&'a Path>,
    pub(super) write_baseline: Option<&'a Path>,
    /// Rules that were brought along; they are installed.
    pub(super) rules: Option<&'a OwnRules>,
}

/// The file that `--write-baseline` writes.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Baseline {
    gonogo_baseline: u32,
    findings: Vec<Known>,
}

#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Known {
    check: String,
    fingerprint: String,
}

const VERSION: u32 = 1;

impl Scope<'_> {
    /// Does it leave this machine?
    pub(super) fn is_remote(&self) -> bool {
        self.bundles.iter().any(|bundle| bundle.contains("://"))
    }

    pub(super) fn apply(&self, resolved: &mut Resolved) -> anyhow::Result<()> {
        resolved.target.depth.archives = self.archives;
        resolved.target.depth.rules = self.rules.map(OwnRules::described);
        // Sites of the configuration are the audit's; here those that were named are looked at.
        if resolved.root.is_some() {
            resolved.target.sites.clear();
        }
        for bundle in self.bundles {
            if bundle.contains("://") {
                let address = name::address(bundle).map_err(|wrong| Failure::new(wrong.message))?;
                resolved.target.sites.push(SiteTarget {
                    url: address.origin,
                    host: address.host,
                    port: address.port,
                    production: true,
                    ..SiteTarget::default()
                });
            } else {
                let folder = below(resolved.root.as_deref(), bundle)?;
                resolved.target.depth.builds.push(folder);
            }
        }
        self.baseline.map_or(Ok(()), |path| accept(path, resolved))
    }

    /// Writes the baseline, if one was asked for.
    pub(super) fn keep(&self, assessment: &Assessment) -> anyhow::Result<()> {
        let Some(path) = self.write_baseline else { return Ok(()) };
        let mut findings: Vec<Known> = assessment
            .findings
            .iter()
            // What an older baseline accepts stays accepted.
            .chain(assessment.waived.iter().map(|waived| &waived.judged))
            .filter(|judged| judged.severity < Severity::Critical)
            .map(|judged| Known {
                check: judged.check.id.to_owned(),
                fingerprint: judged.fingerprint.clone(),
            })
            .collect();
        findings.sort_by(|a, b| (&a.check, &a.fingerprint).cmp(&(&b.check, &b.fingerprint)));
        let baseline = Baseline { gonogo_baseline: VERSION, findings };
        write_file(path, &(serde_json::to_string_pretty(&baseline)? + "\n"))
    }
}

/// The folder relative to the repository; what lies outside is a target of its own.
fn below(root: Option<&Path>, folder: &str) -> anyhow::Result<String> {
    let full = fs::canonicalize(folder).with_context(|| format!("cannot open the folder {folder}"))?;
    let root = root.and_then(|root| fs::canonicalize(root).ok());
    match root.as_deref().and_then(|root| full.strip_prefix(root).ok()) {
        Some(inside) if full.is_dir() => Ok(inside.to_string_lossy().replace('\\', "/")),
        _ => Err(Failure::new(format!("{folder} is no folder of the audited project"))
            .help(format!("to search it alone: gonogo secrets {folder}"))
            .into()),
    }
}

fn accept(path: &Path, resolved: &mut Resolved) -> anyhow::Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let shown = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if let Some((values, places)) = reported(&text) {
        let by_value = values.into_iter().map(|value| Accepted {
            value: Some(value),
            by: shown.clone(),
            ..Accepted::default()
        });
        let by_place = places.into_iter().map(|place| Accepted {
            path: Some(place.path),
            line: Some(place.line),
            by: shown.clone(),
            ..Accepted::default()
        });
        resolved.target.depth.accepted.extend(by_value.chain(by_place));
        return Ok(());
    }
    let baseline: Baseline = serde_json::from_str(&text)
        .with_context(|| format!("{} is neither a baseline nor a report of gitleaks", path.display()))?;
    if baseline.gonogo_baseline != VERSION {
        let what = format!("{} is of version {}", path.display(), baseline.gonogo_baseline);
        return Err(Failure::new(what).help("use the gonogo that wrote it, or write it anew").into());
    }
    let until = jiff::civil::Date::MAX;
    resolved.target.waivers.extend(baseline.findings.into_iter().map(|known| Waiver {
        check: known.check,
        subject: None,
        fingerprint: Some(known.fingerprint),
        reason: format!("in the baseline {shown}"),
        until,
        place: None,
    }));
    Ok(())
}
