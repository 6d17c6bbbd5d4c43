//! Time for what is remembered over days: the host's own clock if it has one, else the system's. Each
//! reading is compared with the monotonic clock, so that one wrong reading neither forgets nor revives
//! anything.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::lock::unpoisoned;

type UnixMs = dyn Fn() -> i64 + Send + Sync;

/// A step of the wall clock against the monotonic clock that is larger than this is doubted.
const DOUBTED_S: u64 = 86_400;
/// A doubted step is believed once a later reading, by its own account at least so much later, confirms
/// it.
const CONFIRMED_AFTER_S: u64 = 1;

/// A clock of unix time. A step of more than a day is believed only when a second reading confirms it.
#[derive(Clone)]
pub struct Clock {
    wall: Arc<UnixMs>,
    is_host: bool,
    started: Instant,
    shared: Arc<Shared>,
}

/// What one reading of the clock says, in unix seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// For what must not be forgotten too early: a doubted step does not count yet.
    pub sure_s: u64,
    /// For what must not be held for too long: a doubted step forward counts at once.
    pub latest_s: u64,
}

#[derive(Default)]
struct Shared {
    /// Monotonic second at which the system's clock was last compared, plus one.
    compared: AtomicU64,
    /// What `compared` saw.
    seen: [AtomicU64; 2],
    filter: Mutex<Filter>,
}

/// Compares readings of the wall clock with the monotonic clock.
#[derive(Default)]
struct Filter {
    /// A trusted reading: monotonic seconds, and the wall clock's then.
    trusted: Option<(u64, u64)>,
    /// A reading that differs from the trusted one by more than [`DOUBTED_S`]: monotonic, wall.
    doubted: Option<(u64, u64)>,
    /// The largest trusted second that was told.
    told_s: u64,
}

impl Clock {
    /// The system's time.
    pub fn system() -> Self {
        let unix_ms = || {
            let now = SystemTime::now().duration_since(UNIX_EPOCH);
            i64::try_from(now.unwrap_or_default().as_millis()).unwrap_or(i64::MAX)
        };
        Self {
            wall: Arc::new(unix_ms),
            is_host: false,
            started: Instant::now(),
            shared: Arc::default(),
        }
    }

    /// The host's time: milliseconds since 1970-01-01 UTC, asked for on any thread.
    pub fn of_host(unix_ms: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self {
            wall: Arc::new(unix_ms),
            is_host: true,
            ..Self::system()
        }
    }

    /// The time at the moment `now`.
    pub fn now(&self, now: Instant) -> Now {
        let elapsed_s = now.saturating_duration_since(self.started).as_secs();
        let shared = &self.shared;
        // The system's clock is compared once a second: within one, it says nothing new.
        if !self.is_host && shared.compared.load(Ordering::Acquire) == elapsed_s + 1 {
            let [sure_s, latest_s] = &shared.seen;
            return Now {
                sure_s: sure_s.load(Ordering::Relaxed),
                latest_s: latest_s.load(Ordering::Relaxed),
            };
        }
        // The host's function runs without a lock.
        let mut reading_s = self.wall_s();
        let lock = || unpoisoned(shared.filter.lock());
        if lock().trusted.is_none() {
            // There is nothing to compare the first reading with but two more of them.
            let mut readings = [reading_s, self.wall_s(), self.wall_s()];
            readings.sort_unstable();
            let [_, middle, _] = readings;
            reading_s = middle;
        }
        let mut filter = lock();
        let seen = filter.read(elapsed_s, reading_s);
        if !self.is_host {
            let [sure_s, latest_s] = &shared.seen;
            sure_s.store(seen.sure_s, Ordering::Relaxed);
            latest_s.store(seen.latest_s, Ordering::Relaxed);
            shared.compared.store(elapsed_s + 1, Ordering::Release);
        }
        drop(filter);
        seen
    }

    /// Unix seconds at the moment `now`, for what must not be forgotten too early.
    pub fn unix_s(&self, now: Instant) -> u64 {
        self.now(now).sure_s
    }

    fn wall_s(&self) -> u64 {
        u64::try_from((self.wall)()).unwrap_or(0) / 1000
    }
}

impl Filter {
    fn read(&mut self, elapsed_s: u64, reading_s: u64) -> Now {
        let expected_s = self.trusted.map_or(reading_s, |at| on_from(at, elapsed_s));
        let mut sure_s = expected_s;
        if expected_s.abs_diff(reading_s) <= DOUBTED_S {
            (self.trusted, self.doubted) = (Some((elapsed_s, reading_s)), None);
            sure_s = reading_s;
        } else if self.confirms(elapsed_s, reading_s) {
            // The step has lasted: it is one of the machine's time, to whichever side.
            (self.trusted, self.doubted) = (Some((elapsed_s, reading_s)), None);
            (sure_s, self.told_s) = (reading_s, 0);
        } else if self
            .doubted
            .is_none_or(|(at, wall)| on_from((at, wall), elapsed_s).abs_diff(reading_s) > DOUBTED_S)
        {
            self.doubted = Some((elapsed_s, reading_s));
        }
        self.told_s = self.told_s.max(sure_s);
        let in_doubt = self.doubted.map_or(0, |_| reading_s);
        Now {
            sure_s: self.told_s,
            latest_s: self.told_s.max(in_doubt),
        }
    }

    /// Whether a reading goes on from the doubted one, as time does and a single wrong reading does not.
    fn confirms(&self, elapsed_s: u64, reading_s: u64) -> bool {
        self.doubted.is_some_and(|(at, wall)| {
            on_from((at, wall), elapsed_s).abs_diff(reading_s) <= DOUBTED_S
                && reading_s >= wall.saturating_add(CONFIRMED_AFTER_S)
        })
    }
}

/// What a clock says at the monotonic second `elapsed_s` that said `wall` at the monotonic second `at`.
const fn on_from((at, wall): (u64, u64), elapsed_s: u64) -> u64 {
    wall.saturating_add(elapsed_s.saturating_sub(at))
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_host {
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

    const DAY: u64 = 86_400;
    const DAY_MS: i64 = 86_400_000;

    /// F57: the host's clock may jump; what is remembered does not come back by it.
    #[test]
    fn time_never_goes_back() {
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

    /// Readings of a filter: monotonic second, wall second, and what is sure and what is latest then.
    fn read_all(readings: &[(u64, u64, u64, u64)]) {
        let mut filter = Filter::default();
        for (at, (elapsed_s, reading_s, sure_s, latest_s)) in readings.iter().copied().enumerate() {
            let seen = filter.read(elapsed_s, reading_s);
            assert_eq!(seen, Now { sure_s, latest_s }, "reading {at}");
        }
    }

    /// W61: one reading, however often it is told, is no step of time.
    #[test]
    fn one_wild_reading_is_not_believed() {
        let now = 20_000 * DAY;
        for wild in [
            now + DAY + 10,
            now + 9 * DAY,
            now + 4_000 * DAY,
            0,
            now - 2 * DAY,
        ] {
            let latest = now.max(wild);
            read_all(&[
                (0, now, now, now),
                (0, wild, now, latest),
                (0, wild, now, latest),
                (1, now + 1, now + 1, now + 1),
                (2, wild, now + 2, wild.max(now + 2)),
                (3, now + 3, now + 3, now + 3),
            ]);
        }
    }

    /// W61: a machine that slept for days, or whose time was set, has the new time for good.
    #[test]
    fn a_step_that_lasts_is_believed_at_its_second_reading() {
        let now = 20_000 * DAY;
        let slept = now + 3 * DAY;
        read_all(&[
            (0, now, now, now),
            (10, slept, now + 10, slept),
            (11, slept + 1, slept + 1, slept + 1),
            (20, slept + 10, slept + 10, slept + 10),
            // Set back by years, and left there.
            (21, DAY, slept + 11, slept + 11),
            (25, DAY + 4, DAY + 4, DAY + 4),
        ]);
    }

    #[test]
    fn a_step_of_at_most_a_day_counts_at_once_and_none_leads_back() {
        let now = 20_000 * DAY;
        read_all(&[
            (0, now, now, now),
            (5, now + 5 + DAY, now + 5 + DAY, now + 5 + DAY),
            (6, now + 6, now + 5 + DAY, now + 5 + DAY),
            (7, now + 7 + DAY, now + 7 + DAY, now + 7 + DAY),
        ]);
    }

    #[test]
    fn a_wild_first_reading_is_outvoted() {
        let calls = AtomicI64::new(0);
        let clock = Clock::of_host(move || match calls.fetch_add(1, Ordering::Relaxed) {
            0 => 30_000 * DAY_MS,
            _ => 20_000 * DAY_MS,
        });
        assert_eq!(clock.unix_s(Instant::now()), 20_000 * DAY);
    }
}
