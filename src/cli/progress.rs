//! The progress bar on standard error: only for a person, and only when the audit takes a while.

use std::{
    collections::BTreeSet,
    io::{IsTerminal, Write},
    sync::{
        Arc, Mutex,
        mpsc::{self, RecvTimeoutError, Sender},
    },
    time::Duration,
};

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::{
    observe::Progress,
    plan::{Part, Plan, Question, subject_of},
    target::diagnostic::printable,
};

/// An audit that is over by now needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// Questions named at once.
const NAMED: usize = 3;

/// When to show progress.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, when the audit takes longer than a second
    #[default]
    Auto,
    /// From the start; one line a question where there is no terminal
    Always,
    Never,
}

/// Shows the questions of one audit until it is dropped.
pub(super) struct Shown {
    bar: ProgressBar,
    open: Mutex<BTreeSet<String>>,
    total: usize,
    lines: bool,
    /// Hung up on when the audit ends before the bar was shown.
    waiting: Mutex<Option<Sender<()>>>,
}

impl Shown {
    pub(super) fn new(plan: &Plan, when: When, quiet: bool) -> Arc<Self> {
        let terminal = std::io::stderr().is_terminal();
        let total = plan.asked.len();
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let wanted = !quiet && (when == When::Always || when == When::Auto && terminal);
        let waiting = (wanted && terminal).then(|| {
            let wait = if when == When::Always { Duration::ZERO } else { PATIENCE };
            show_after(&bar, wait)
        });
        let open = plan.asked.iter().map(label).collect();
        let shown = Self {
            bar,
            open: Mutex::new(open),
            total,
            lines: wanted && !terminal,
            waiting: Mutex::new(waiting),
        };
        shown.name_open();
        Arc::new(shown)
    }

    /// Takes the bar off the terminal; also from another thread.
    pub(super) fn clear(&self) {
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.take();
        }
        self.bar.finish_and_clear();
    }

    fn name_open(&self) {
        let Ok(open) = self.open.lock() else { return };
        let named: Vec<&str> = open.iter().take(NAMED).map(String::as_str).collect();
        let more = open.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        self.bar.set_message(format!("{}{rest}", named.join(", ")));
    }
}

impl Progress for Shown {
    fn total(&self, _questions: usize) {}

    fn done(&self, question: &Question) {
        let label = label(question);
        let left = match self.open.lock() {
            Ok(mut open) => {
                open.remove(&label);
                open.len()
            }
            Err(_) => return,
        };
        self.bar.inc(1);
        self.name_open();
        if self.lines {
            let done = self.total.saturating_sub(left);
            let _ = writeln!(std::io::stderr().lock(), "[{done}/{}] {label}", self.total);
        }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Shows the bar after a while, unless its owner hangs up first.
fn show_after(bar: &ProgressBar, wait: Duration) -> Sender<()> {
    let (sender, receiver) = mpsc::channel::<()>();
    let bar = bar.clone();
    let _ = std::thread::Builder::new().name("progress".to_owned()).spawn(move || {
        if receiver.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            bar.set_draw_target(ProgressDrawTarget::stderr());
            bar.enable_steady_tick(Duration::from_millis(100));
        }
    });
    sender
}

/// A question in two or three words.
pub(super) fn label(question: &Question) -> String {
    let what = match question {
        Question::Zone { .. } => "zone",
        Question::Delegation { .. } => "name servers",
        Question::Mail { .. } => "mail",
        Question::MailServers { .. } => "mail servers",
        Question::Endpoint { .. } => "tls",
        Question::Site { .. } => "site",
        Question::Route { .. } => "route",
        Question::Webhook { .. } => "webhook",
        Question::Probe { .. } => "probe",
        Question::Provider { .. } => "provider",
        Question::Backend { .. } => "server code",
        Question::Environments => return "environments".to_owned(),
        Question::Firestore { .. } => "rules",
        Question::Realtime { .. } => "realtime database",
        Question::Database { .. } => "migrations",
        Question::Leaks { part: Some(Part::Staged), .. } => return "secrets in staged files".to_owned(),
        Question::Leaks { part: Some(Part::Range(_)), .. } => return "secrets in commits".to_owned(),
        Question::Leaks { history: true, .. } => return "secrets in files and history".to_owned(),
        Question::Leaks { history: false, .. } => return "secrets in files".to_owned(),
        Question::Bundle { url } => return format!("the client bundle of {url}"),
        Question::Repository => return "repository".to_owned(),
    };
    printable(&format!("{what} {}", subject_of(question)))
}
