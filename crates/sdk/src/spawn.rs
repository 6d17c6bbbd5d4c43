//! Threads of the library: named `wfa-*`, with every signal blocked but those that a thread raises by
//! what it does itself, so that a host's handlers of other signals never run on them.

use std::cell::Cell;
use std::io;
use std::thread::{Builder, JoinHandle};

use nix::sys::signal::{SigSet, SigmaskHow, Signal};

use crate::panics;

/// Enough for TLS, which needs 48 KiB in release builds and more in debug builds, and for the 256 KiB
/// that the header promises to a callback.
const STACK_BYTES: usize = 512 * 1024;

/// Faults of the code that runs. Host code runs on these threads, and its runtime may answer a fault of
/// its own by a handler (a collector's barrier, a debugger's breakpoint, a sandbox); blocked, the kernel
/// would end the process instead.
const FAULTS: [Signal; 6] = [
    Signal::SIGSEGV,
    Signal::SIGBUS,
    Signal::SIGFPE,
    Signal::SIGILL,
    Signal::SIGTRAP,
    Signal::SIGSYS,
];

thread_local! {
    /// Without a destructor, so that it can be read in those of a thread's other variables.
    static IS_OWN: Cell<bool> = const { Cell::new(false) };
}

/// Whether this is a thread of the library.
pub fn is_own_thread() -> bool {
    IS_OWN.get()
}

/// Starts `wfa-<name>`.
///
/// # Errors
/// The system has no thread left; nothing was started.
pub fn spawn(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    // A new thread inherits its creator's mask: set around the creation, there is no moment in which the
    // new thread could take another signal. Set and not added, so that what the creator blocks itself
    // does not decide whether a fault on the new thread has its handler.
    let mut mask = SigSet::all();
    for fault in FAULTS {
        mask.remove(fault);
    }
    let before = mask.thread_swap_mask(SigmaskHow::SIG_SETMASK);
    let started = Builder::new()
        .name(format!("wfa-{name}"))
        .stack_size(STACK_BYTES)
        .spawn(move || {
            IS_OWN.set(true);
            // Its message would be printed on the host's stderr, and may hold a secret.
            let _ = panics::caught(run);
        });
    if let Ok(before) = before {
        // The same mask as before cannot be refused.
        let _ = before.thread_set_mask();
    }
    started
}
