//! How long this machine keeps threads waiting that could run: no fault of the call that waits.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

static STALLED_US: AtomicU64 = AtomicU64::new(0);
const BEAT: Duration = Duration::from_millis(5);

/// All the time by which a thread that sleeps for five milliseconds woke up late so far.
pub(super) fn so_far() -> Duration {
    static METER: OnceLock<()> = OnceLock::new();
    METER.get_or_init(|| {
        thread::spawn(|| {
            loop {
                let begun = Instant::now();
                thread::sleep(BEAT);
                let late = begun.elapsed().saturating_sub(BEAT * 2);
                let late = u64::try_from(late.as_micros()).unwrap_or(u64::MAX);
                STALLED_US.fetch_add(late, Ordering::Relaxed);
            }
        });
    });
    Duration::from_micros(STALLED_US.load(Ordering::Relaxed))
}

/// How long this thread has waited for a processor since it began, as the kernel counts it (the second
/// number of `schedstat`). A call that sleeps or waits for the network is not counted.
pub(super) fn of_this_thread() -> Duration {
    let counted = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let waited_ns = counted.split_whitespace().nth(1);
    Duration::from_nanos(waited_ns.and_then(|ns| ns.parse().ok()).unwrap_or(0))
}
