//! What a check may conclude. Silence is not among the answers.

use crate::{finding::Finding, seen::Miss};

/// The conclusion of one check about one subject.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Looked, and it is as it should be.
    Pass,
    /// Looked, and it is not; never empty.
    Fail(Vec<Finding>),
    /// Could not decide. Never counts as a pass.
    Inconclusive { why: Miss },
    /// The question does not arise here, for the reason given.
    NotApplicable { why: String },
}

impl Verdict {
    pub fn fail(finding: Finding) -> Self {
        Self::Fail(vec![finding])
    }

    /// `Fail` with what was found, `Pass` when nothing was.
    pub fn from_findings(findings: Vec<Finding>) -> Self {
        if findings.is_empty() { Self::Pass } else { Self::Fail(findings) }
    }

    pub fn inconclusive(why: Miss) -> Self {
        Self::Inconclusive { why }
    }

    pub fn not_applicable(why: impl Into<String>) -> Self {
        Self::NotApplicable { why: why.into() }
    }
}
