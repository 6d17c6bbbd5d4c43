//! Whether this machine's clock agrees with the server's. A timer is a time of day that a worker reckons
//! and the server waits for, so a worker whose clock is wrong would let every wait end too early or too
//! late.

use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use crate::lock::unpoisoned;

/// How far a worker's clock may be from the server's. A timer is wrong by no more.
const BOUND: Duration = Duration::from_secs(2);
/// The server's clock has a resolution of one second.
const SECOND: Duration = Duration::from_secs(1);

/// The last known time of the server's clock.
#[derive(Debug, Default)]
pub(super) struct Clock(Mutex<Option<Heard>>);

/// What the server's clock showed, and when.
#[derive(Debug, Clone, Copy)]
struct Heard {
    server: SystemTime,
    /// Between the question and the answer.
    took: Duration,
    at: Instant,
}

impl Clock {
    /// The server has answered with this `Date`, `took` after it was asked.
    pub(super) fn heard(&self, date: &str, took: Duration) {
        if let Ok(server) = httpdate::parse_http_date(date) {
            self.note(Heard {
                server,
                took,
                at: Instant::now(),
            });
        }
    }

    fn note(&self, heard: Heard) {
        *unpoisoned(self.0.lock()) = Some(heard);
    }

    /// Whether a timer that is reckoned here would be right; nobody knows before the server has answered.
    ///
    /// # Errors
    /// How far the clocks are apart.
    pub(super) fn check(&self) -> Result<(), String> {
        self.check_at(SystemTime::now(), Instant::now())
    }

    fn check_at(&self, now: SystemTime, instant: Instant) -> Result<(), String> {
        let heard = *unpoisoned(self.0.lock());
        let Some(heard) = heard else { return Ok(()) };
        // What the server's clock shows now, by a clock of ours that nobody sets.
        let passed = instant.saturating_duration_since(heard.at);
        let earliest = heard.server + passed;
        let latest = earliest + SECOND + heard.took;
        let (off, how) = match (earliest.duration_since(now), now.duration_since(latest)) {
            (Ok(behind), _) => (behind, "behind"),
            (_, Ok(ahead)) => (ahead, "ahead of"),
            _ => return Ok(()),
        };
        if off <= BOUND {
            return Ok(());
        }
        Err(format!(
            "this machine's clock is {} s {how} the Restate server's, and timers would be wrong by as much: \
             let both keep time by NTP (up to {} s are allowed)",
            off.as_secs(),
            BOUND.as_secs()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R4: an hour behind, or 20 s ahead, made 6 s waits last 1.0 and 26.1 s.
    #[test]
    fn r04_a_clock_that_is_wrong_is_told_and_one_that_is_right_within_what_can_be_measured_is_not()
    {
        let (clock, server, at) = (Clock::default(), SystemTime::now(), Instant::now());
        assert_eq!(clock.check_at(server, at), Ok(()), "nothing is known yet");
        clock.note(Heard {
            server,
            took: Duration::from_millis(10),
            at,
        });
        let check = |millis: i64| {
            let off = Duration::from_millis(millis.unsigned_abs());
            let now = if millis < 0 {
                server - off
            } else {
                server + off
            };
            clock.check_at(now, at)
        };
        for fine in [-1_900, 0, 500, 999, 2_900] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for (wrong, said) in [
            (-3_600_000, "3600 s behind"),
            (-3_000, "3 s behind"),
            (21_010, "20 s ahead of"),
            (86_400_000, "ahead of"),
        ] {
            assert!(check(wrong).unwrap_err().contains(said), "{wrong}");
        }
    }

    #[test]
    fn r04_a_clock_that_somebody_sets_is_told_before_the_server_answers_again() {
        let (clock, server, at) = (Clock::default(), SystemTime::now(), Instant::now());
        clock.note(Heard {
            server,
            took: Duration::ZERO,
            at,
        });
        let hour = Duration::from_secs(3600);
        assert_eq!(clock.check_at(server + hour, at + hour), Ok(()));
        assert!(clock.check_at(server, at + hour).is_err());
        assert!(clock.check_at(server + 2 * hour, at + hour).is_err());
    }

    #[test]
    fn the_server_tells_its_time_by_the_date_of_its_answers() {
        let clock = Clock::default();
        clock.heard("Mon, 01 Jan 2001 00:00:00 GMT", Duration::ZERO);
        assert!(clock.check().unwrap_err().contains("ahead of"));
        clock.heard("no date", Duration::ZERO);
        assert!(clock.check().is_err(), "it changes nothing");
        clock.heard(&httpdate::fmt_http_date(SystemTime::now()), Duration::ZERO);
        assert_eq!(clock.check(), Ok(()));
    }
}
