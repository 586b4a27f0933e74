//! Ctrl-C: tidy the terminal, then leave with the code that shells know.

/// 128 + SIGINT.
const INTERRUPTED: i32 = 130;

/// Watches from a thread of its own, because the audit's threads may all be busy. Where it cannot
/// be started, the system's own way of interrupting remains.
pub(super) fn watch(tidy: impl Fn() + Send + 'static) {
    let _ = std::thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            tidy();
            std::process::exit(INTERRUPTED);
        }
    });
}
