//! Threads of the library: named `wfa-*`, with every signal blocked, so that a host's signal handlers
//! never run on them.

use std::cell::Cell;
use std::io;
use std::thread::{Builder, JoinHandle};

use nix::sys::signal::{SigSet, SigmaskHow};

/// Enough for TLS, which needs 48 KiB in release builds and more in debug builds.
const STACK_BYTES: usize = 512 * 1024;

thread_local! {
    /// Without a destructor, so that it can be read in those of a thread's other variables.
    static IS_OWN: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is a thread of the library.
pub(crate) fn is_own_thread() -> bool {
    IS_OWN.get()
}

/// Starts `wfa-<name>`.
///
/// # Errors
/// The system has no thread left; nothing was started.
pub(crate) fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    // A new thread inherits its creator's mask: blocked around the creation, there is no moment in
    // which the new thread could take a signal.
    let before = SigSet::all().thread_swap_mask(SigmaskHow::SIG_BLOCK);
    let started = Builder::new()
        .name(format!("wfa-{name}"))
        .stack_size(STACK_BYTES)
        .spawn(move || {
            IS_OWN.set(true);
            run();
        });
    if let Ok(before) = before {
        // The same mask as before cannot be refused.
        let _ = before.thread_set_mask();
    }
    started
}
