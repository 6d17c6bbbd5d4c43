//! Time for what is remembered over days: the host's own if it has one, else the system's, read once and
//! counted on by the monotonic clock. It never goes back.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

type HostTime = dyn Fn() -> i64 + Send + Sync;

/// A clock of unix time. Setting the machine's clock neither forgets nor revives what is remembered.
#[derive(Clone)]
pub struct Clock {
    host: Option<Arc<HostTime>>,
    started: Instant,
    unix_at_start: Duration,
    latest_s: Arc<AtomicU64>,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        Self {
            host: None,
            started: Instant::now(),
            unix_at_start: SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default(),
            latest_s: Arc::default(),
        }
    }

    /// The host's time: milliseconds since 1970-01-01 UTC, asked for on any thread.
    pub fn of_host(unix_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            host: Some(Arc::new(unix_ms)),
            ..Self::system()
        }
    }

    /// Unix seconds at the moment `now`, at least as many as ever before.
    pub(crate) fn unix_s(&self, now: Instant) -> u64 {
        let now = match &self.host {
            Some(unix_ms) => u64::try_from(unix_ms()).unwrap_or(0) / 1000,
            None => (self.unix_at_start + now.saturating_duration_since(self.started)).as_secs(),
        };
        let latest = self.latest_s.load(Ordering::Relaxed);
        if latest >= now {
            return latest;
        }
        self.latest_s.fetch_max(now, Ordering::Relaxed).max(now)
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.host.is_some() {
            "Clock(host)"
        } else {
            "Clock(system)"
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicI64;

    use super::*;

    /// F57: the host's clock may jump; what is remembered does not come back by it.
    #[test]
    fn time_never_goes_back() {
        const DAY_MS: i64 = 86_400_000;
        let host = Arc::new(AtomicI64::new(10 * DAY_MS));
        let reading = Arc::clone(&host);
        let clock = Clock::of_host(move || reading.load(Ordering::Relaxed));
        assert_eq!(clock.unix_s(Instant::now()), 864_000);
        host.store(11 * DAY_MS, Ordering::Relaxed);
        assert_eq!(clock.unix_s(Instant::now()), 950_400);
        for back in [10 * DAY_MS, 0, -1] {
            host.store(back, Ordering::Relaxed);
            assert_eq!(clock.unix_s(Instant::now()), 950_400);
        }
    }
}
