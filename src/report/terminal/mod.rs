//! For people: the poll, the findings worst first, what is open, and the verdict once more.

mod checklist;
mod closing;
mod environments;
mod findings;
mod open;
mod page;
mod poll;

pub(super) use self::checklist::whole as checklist;
use self::page::Page;
use super::Style;
use crate::decide::Assessment;

pub(super) fn render(assessment: &Assessment, style: Style) -> String {
    let mut page = Page::new(style);
    poll::header(&mut page, assessment);
    poll::poll(&mut page, assessment);
    if style.verbosity >= 0 {
        findings::findings(&mut page, assessment);
        environments::part(&mut page, assessment, style.verbosity > 0);
        open::undecided(&mut page, assessment, style.verbosity > 0);
        open::waived(&mut page, assessment);
        open::stale_waivers(&mut page, assessment);
    }
    if style.verbosity > 0 {
        open::passed(&mut page, assessment);
        open::not_applicable(&mut page, assessment);
        open::contacted(&mut page, assessment);
    }
    if style.verbosity >= 0 {
        checklist::compact(&mut page, assessment, style.verbosity > 0);
    }
    closing::closing(&mut page, assessment, style.verbosity < 0);
    page.finish()
}

/// The table of environments × facts alone, whole.
pub(super) fn environments(assessment: &Assessment, style: Style) -> String {
    let mut page = Page::new(style);
    environments::whole(&mut page, assessment);
    page.finish()
}
