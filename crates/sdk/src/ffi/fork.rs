//! Knows whether this process is a forked child of the one that created an instance: its threads and
//! locks stayed with the parent. A flag set by the fork itself; no system call per call.

use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many forks lie between the process that loaded the library and this one.
static GENERATION: AtomicUsize = AtomicUsize::new(0);

/// This process' generation.
pub(super) fn generation() -> usize {
    GENERATION.load(Ordering::Relaxed)
}

/// Counts forks from now on.
pub(super) fn watch() {
    extern "C" fn in_child() {
        GENERATION.fetch_add(1, Ordering::Relaxed);
    }
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the handler only changes an atomic, which is allowed between fork and exec, and the
        // library stays mapped (it is linked with `-z nodelete`).
        let _ = unsafe { libc::pthread_atfork(None, None, Some(in_child)) };
    });
}
