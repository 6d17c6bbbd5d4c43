//! A schedule of evenly spaced moments: a number per second, and a small burst after an idle second.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// In no window of this length are more messages sent than the rate: a second, and a margin, because the
/// network may delay the first message and not the last, and Meta counts at its end.
pub(super) const WINDOW: Duration = Duration::from_millis(1_015);

/// The permit would come too late; how long the wait would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLate(pub(super) Duration);

/// The moments that were assigned.
///
/// A burst is compensated right after it, so that no second has more moments than the rate.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    last: Option<Instant>,
    /// The next evenly spaced moment.
    next: Option<Instant>,
    /// What is left of the burst.
    burst: usize,
    /// Future moments that were returned unused.
    free: BTreeSet<Instant>,
}

impl Schedule {
    /// The next moment at this rate, which is not 0, if it comes before `until`.
    pub(super) fn claim(
        &mut self,
        now: Instant,
        until: Instant,
        per_second: usize,
    ) -> Result<Instant, TooLate> {
        if !self.free.is_empty() {
            self.free = self.free.split_off(&now);
        }
        if let Some(at) = self.free.first().copied() {
            in_time(at, now, until)?;
            self.free.pop_first();
            return Ok(at);
        }
        let is_idle = self.last.is_none_or(|last| last + WINDOW <= now);
        let burst = if is_idle {
            (per_second / 10).max(1)
        } else {
            self.burst
        };
        let from = if burst > 0 { self.last } else { self.next };
        let at = from.map_or(now, |from| now.max(from));
        in_time(at, now, until)?;
        self.burst = burst.saturating_sub(1);
        self.last = Some(at);
        self.next = Some(self.next.map_or(at, |next| next.max(at)) + interval(per_second));
        Ok(at)
    }

    /// An assigned moment was not used.
    pub(super) fn give_back(&mut self, at: Instant, now: Instant, per_second: usize) {
        let (Some(last), Some(next)) = (self.last, self.next) else {
            return;
        };
        let earlier = |moment: Instant| moment.checked_sub(interval(per_second)).unwrap_or(moment);
        if last <= now {
            // No future moment is assigned, so the schedule starts earlier.
            self.next = Some(earlier(next).max(last));
        } else if last == at {
            self.next = Some(at);
            let mut last = earlier(at);
            // Earlier moments may have been returned already.
            while self.free.remove(&last) {
                self.next = Some(last);
                last = earlier(last);
            }
            self.last = Some(last);
        } else if at > now {
            self.free.insert(at);
        }
    }
}

/// Rounded up, so that the rate is kept.
fn interval(per_second: usize) -> Duration {
    let nanos = WINDOW.as_nanos().div_ceil(per_second.max(1) as u128);
    Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX))
}

/// # Errors
/// `TooLate` if `at` is to be waited for and does not come before `until`.
pub(super) fn in_time(at: Instant, now: Instant, until: Instant) -> Result<(), TooLate> {
    if at < until || at == now {
        Ok(())
    } else {
        Err(TooLate(at.saturating_duration_since(now)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FAR: Duration = Duration::from_secs(100_000);

    #[test]
    fn moments_are_evenly_spaced_and_an_idle_second_allows_a_tenth_at_once() {
        let mut schedule = Schedule::default();
        let start = Instant::now();
        for round in 0..3_u64 {
            // Idle for long: no more than a tenth comes of it.
            let now = start + Duration::from_secs(round * 100);
            let moments: Vec<_> = (0..200)
                .map(|_| schedule.claim(now, now + FAR, 80).unwrap())
                .collect();
            assert!(moments[..8].iter().all(|at| *at == now));
            for (at, moment) in moments.iter().enumerate().skip(8) {
                assert_eq!(*moment - now, u32::try_from(at).unwrap() * (WINDOW / 80));
            }
        }
    }

    #[test]
    fn a_slow_rate_has_no_burst() {
        let mut schedule = Schedule::default();
        let now = Instant::now();
        for at in 0..20 {
            let moment = schedule.claim(now, now + FAR, 1).unwrap();
            assert_eq!(moment - now, WINDOW * at);
        }
    }

    #[test]
    fn moments_that_are_given_back_are_given_out_first() {
        let mut schedule = Schedule::default();
        let now = Instant::now();
        let moments: Vec<_> = (0..2_000)
            .map(|_| schedule.claim(now, now + FAR, 10).unwrap())
            .collect();
        assert_eq!(moments[1_999] - now, WINDOW / 10 * 1_999);
        for moment in &moments[10..1_500] {
            schedule.give_back(*moment, now, 10);
        }
        for moment in &moments[10..1_500] {
            assert_eq!(schedule.claim(now, now + FAR, 10), Ok(*moment));
        }
        for moment in &moments[10..] {
            schedule.give_back(*moment, now, 10);
        }
        let next = schedule.claim(now, now + FAR, 10).unwrap();
        assert_eq!(next, moments[10], "none of them is left over");
        let late = schedule.claim(now, now + WINDOW, 10);
        assert_eq!(late, Err(TooLate(WINDOW / 10 * 11)));
    }
}
