//! gonogo answers one question before a deploy: **may this product launch?**
//!
//! The modules stand in the order in which data flows:
//!
//! ```text
//! Target ─plan▶ Questions ─observe▶ Observations ─judge▶ Verdicts ─decide▶ Assessment ─report▶ text
//! ```
//!
//! Only [`observe`] does I/O. Everything after it is pure: the same observations give the same
//! bytes, which is what lets a recording be replayed and every check be tested without a network.

pub mod target;

pub mod plan;

pub mod observe;
pub mod seen;

pub mod engine;

pub mod checks;
pub mod finding;
pub mod station;
pub mod verdict;

pub mod decide;

pub mod report;

pub mod cli;
pub mod demo;
