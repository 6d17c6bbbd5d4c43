//! Permits to send, which keep Meta's limits before Meta enforces them: a number of messages in any
//! second for the phone number, and for each recipient a burst of 45 and then one message in six seconds
//! (D/overview, "Pair rate limits", read 2026-08).
//!
//! A message needs three permits: its recipient's, then a moment to start, and once its request is ready
//! on a connection, one to transmit. Connecting takes time, so start moments alone could let more than
//! the rate be sent in one second.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use super::schedule::{Schedule, TooLate, WINDOW, in_time};
use crate::lock::unpoisoned;

/// What one message costs of its recipient's permits.
const PAIR_COST: Duration = Duration::from_secs(6);
/// How many messages a recipient may get at once.
const PAIR_BURST: u32 = 45;
/// The number of recipients from which unused entries are removed.
const SWEEP_MIN: usize = 1024;

/// The permits of one phone number. Thread-safe; it assigns moments and never blocks.
#[derive(Debug)]
pub(super) struct Pacing {
    /// Messages in any second; 0 for no limit.
    per_second: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// Moments to start.
    starts: Schedule,
    /// Moments to transmit, of requests that are ready.
    wire: Schedule,
    /// When the requests of the last second were transmitted, oldest first.
    transmitted: VecDeque<Instant>,
    /// When each recipient's permits are full again.
    even_at: HashMap<u64, Instant>,
    sweep_at: usize,
}

/// What a request that is ready may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transmission {
    /// Send now; the request is counted at this moment.
    Now(Instant),
    /// Ask again then.
    At(Instant),
}

impl Pacing {
    pub(super) fn new(per_second: usize) -> Self {
        Self {
            per_second: AtomicUsize::new(per_second),
            state: Mutex::default(),
        }
    }

    /// Changes the rate of future permits; those already given stay valid.
    pub(super) fn set_rate(&self, per_second: usize) {
        self.per_second.store(per_second, Ordering::Relaxed);
    }

    /// Messages in any second; `None` without a limit.
    fn rate(&self) -> Option<usize> {
        Some(self.per_second.load(Ordering::Relaxed)).filter(|rate| *rate > 0)
    }

    /// Whether there is a limit.
    pub(super) fn is_on(&self) -> bool {
        self.rate().is_some()
    }

    /// When one more message to `recipient` may go, if that is before `until`.
    pub(super) fn pair(
        &self,
        recipient: u64,
        now: Instant,
        until: Instant,
    ) -> Result<Instant, TooLate> {
        if !self.is_on() {
            return Ok(now);
        }
        let mut state = self.lock();
        state.sweep(now);
        let even = state
            .even_at
            .get(&recipient)
            .map_or(now, |even| (*even).max(now));
        let ahead = even.saturating_duration_since(now) + PAIR_COST;
        let at = now + ahead.saturating_sub(PAIR_COST * PAIR_BURST);
        in_time(at, now, until)?;
        state.even_at.insert(recipient, even + PAIR_COST);
        Ok(at)
    }

    /// Returns a recipient's permit that was not used.
    pub(super) fn give_back_pair(&self, recipient: u64) {
        if let Some(even) = self.lock().even_at.get_mut(&recipient)
            && let Some(earlier) = even.checked_sub(PAIR_COST)
        {
            *even = earlier;
        }
    }

    /// When one more message of the number may begin, if that is before `until`.
    pub(super) fn start(&self, now: Instant, until: Instant) -> Result<Instant, TooLate> {
        match self.rate() {
            Some(rate) => self.lock().starts.claim(now, until, rate),
            None => Ok(now),
        }
    }

    /// Returns a start moment that was not used.
    pub(super) fn give_back_start(&self, at: Instant, now: Instant) {
        if let Some(rate) = self.rate() {
            self.lock().starts.give_back(at, now, rate);
        }
    }

    /// Whether a request that is ready may be transmitted now. The caller keeps `moment` between two
    /// calls.
    pub(super) fn transmit(
        &self,
        moment: &mut Option<Instant>,
        now: Instant,
        until: Instant,
    ) -> Result<Transmission, TooLate> {
        let Some(rate) = self.rate() else {
            return Ok(Transmission::Now(now));
        };
        let mut state = self.lock();
        let slot = match *moment {
            Some(slot) => slot,
            None => *moment.insert(state.wire.claim(now, until, rate)?),
        };
        while let Some(first) = state.transmitted.front()
            && *first + WINDOW <= now
        {
            state.transmitted.pop_front();
        }
        let before = state.transmitted.len().checked_sub(rate);
        let before = before.and_then(|at| state.transmitted.get(at).copied());
        let at = before.map_or(slot, |before| slot.max(before + WINDOW));
        if at > now {
            return in_time(at, now, until).map(|()| Transmission::At(at));
        }
        // Other threads may have taken their moments in another order.
        let at = state.transmitted.back().map_or(now, |last| now.max(*last));
        state.transmitted.push_back(at);
        Ok(Transmission::Now(at))
    }

    /// Returns the moment of a request that was not transmitted.
    pub(super) fn give_back_transmission(&self, moment: Option<Instant>, now: Instant) {
        if let (Some(moment), Some(rate)) = (moment, self.rate()) {
            self.lock().wire.give_back(moment, now, rate);
        }
    }

    /// A permitted request was not sent after all.
    pub(super) fn not_transmitted(&self, at: Instant) {
        let mut state = self.lock();
        if let Ok(at) = state.transmitted.binary_search(&at) {
            state.transmitted.remove(at);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}

impl State {
    /// Removes recipients with full permits whenever the number of entries has doubled.
    fn sweep(&mut self, now: Instant) {
        if self.even_at.len() >= self.sweep_at.max(SWEEP_MIN) {
            self.even_at.retain(|_, even| *even > now);
            self.sweep_at = self.even_at.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAR: Duration = Duration::from_secs(100_000);

    /// Transmits requests that get ready at these moments, in their order; each wait ends late by as
    /// much as `late` says. When each of them left.
    fn transmissions(pacing: &Pacing, ready: &[Instant], late: &[Duration]) -> Vec<Instant> {
        let mut left = Vec::new();
        // Those that wait, by when they ask again.
        let mut asking: Vec<(Instant, usize, Option<Instant>)> = ready
            .iter()
            .enumerate()
            .map(|(at, ready)| (*ready, at, None))
            .collect();
        while let Some(first) = (0..asking.len()).min_by_key(|at| asking[*at].0) {
            let (now, which, mut moment) = asking.swap_remove(first);
            match pacing.transmit(&mut moment, now, now + FAR).unwrap() {
                Transmission::Now(at) => left.push(at),
                Transmission::At(at) => {
                    assert!(at > now);
                    asking.push((at + late[which % late.len()], which, moment));
                }
            }
        }
        left.sort();
        left
    }

    proptest! {
        /// S35: however long connections take and waits last.
        #[test]
        fn no_second_has_more_transmissions_than_the_rate(
            per_second in 1..120_usize,
            pauses in prop::collection::vec(0..40_u64, 1..300),
            connecting in prop::collection::vec(0..400_u64, 1..20),
            late in prop::collection::vec(0..30_u64, 1..20),
        ) {
            let pacing = Pacing::new(per_second);
            let mut now = Instant::now();
            let mut ready = Vec::new();
            for (at, pause) in pauses.iter().enumerate() {
                now += Duration::from_millis(*pause);
                let start = pacing.start(now, now + FAR).unwrap();
                prop_assert!(start >= now);
                ready.push(start + Duration::from_millis(connecting[at % connecting.len()]));
            }
            let late: Vec<_> = late.into_iter().map(Duration::from_millis).collect();
            let left = transmissions(&pacing, &ready, &late);
            prop_assert_eq!(left.len(), ready.len());
            for window in left.windows(per_second + 1) {
                prop_assert!(window[per_second] - window[0] >= WINDOW);
            }
        }

        #[test]
        fn a_recipient_gets_a_burst_and_then_one_in_six_seconds(
            pauses in prop::collection::vec(0..9_000_u64, 1..300),
        ) {
            let pacing = Pacing::new(80);
            let mut now = Instant::now();
            let mut permits = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                permits.push(pacing.pair(7, now, now + FAR).unwrap());
            }
            for window in permits.windows(46) {
                prop_assert!(window[45] - window[0] >= Duration::from_secs(6));
            }
            let burst = 44 * Duration::from_secs(6);
            for (at, permit) in permits.iter().enumerate() {
                for (since, first) in permits.iter().enumerate().take(at) {
                    let sent = u32::try_from(at - since).unwrap();
                    let earliest = (Duration::from_secs(6) * sent).saturating_sub(burst);
                    prop_assert!(*permit - *first >= earliest);
                }
            }
        }
    }

    /// S35: connections of 300 ms that all get ready at once.
    #[test]
    fn a_crowd_that_is_ready_at_once_leaves_spaced() {
        let pacing = Pacing::new(80);
        let now = Instant::now();
        let ready = vec![now + Duration::from_millis(300); 400];
        let left = transmissions(&pacing, &ready, &[Duration::ZERO]);
        let at_once = left.iter().filter(|at| **at == left[0]).count();
        assert_eq!(at_once, 8, "a tenth of the rate after an idle second");
        for window in left[7..].windows(2) {
            assert!(window[1] - window[0] >= WINDOW / 80);
        }
        let took = left[399] - left[0];
        assert!(took < Duration::from_millis(5_100), "{took:?}");
    }

    /// The first of them may be held up on the way, and the last not: who counts in any closed second
    /// still counts no more than the rate.
    #[test]
    fn a_hundredth_of_a_second_on_the_way_shows_nobody_more_than_the_rate() {
        for per_second in [1, 10, 80, 1_000] {
            let pacing = Pacing::new(per_second);
            let now = Instant::now();
            let ready = vec![now; per_second * 3];
            let left = transmissions(&pacing, &ready, &[Duration::ZERO]);
            let second = Duration::from_secs(1) + Duration::from_millis(10);
            for window in left.windows(per_second + 1) {
                assert!(window[per_second] - window[0] > second, "{per_second}");
            }
        }
    }

    #[test]
    fn a_permit_after_the_deadline_is_not_taken() {
        let now = Instant::now();
        let pacing = Pacing::new(1);
        let until = now + Duration::from_millis(500);
        assert_eq!(pacing.start(now, until), Ok(now));
        let late = Err(TooLate(WINDOW));
        assert_eq!(pacing.start(now, until), late);
        assert_eq!(
            pacing.start(now, until),
            late,
            "the refused one costs nothing"
        );
        let transmit = || pacing.transmit(&mut None, now, until);
        assert_eq!(transmit(), Ok(Transmission::Now(now)));
        assert_eq!(transmit(), Err(TooLate(WINDOW)));
    }

    #[test]
    fn without_a_rate_nobody_waits() {
        let now = Instant::now();
        let pacing = Pacing::new(0);
        for _ in 0..1000 {
            assert_eq!(pacing.start(now, now), Ok(now));
            assert_eq!(pacing.pair(1, now, now), Ok(now));
            let left = pacing.transmit(&mut None, now, now);
            assert_eq!(left, Ok(Transmission::Now(now)));
        }
    }

    /// S37: what never left costs nothing.
    #[test]
    fn permits_that_are_given_back_are_given_out_again() {
        let now = Instant::now();
        let pacing = Pacing::new(80);
        for _ in 0..1_000 {
            assert_eq!(pacing.pair(1, now, now + FAR), Ok(now));
            let start = pacing.start(now, now + FAR).unwrap();
            let mut moment = None;
            let left = pacing.transmit(&mut moment, now, now + FAR).unwrap();
            assert_eq!(left, Transmission::Now(now));
            pacing.not_transmitted(now);
            pacing.give_back_transmission(moment, now);
            pacing.give_back_start(start, now);
            pacing.give_back_pair(1);
        }
        for _ in 0..45 {
            assert_eq!(pacing.pair(1, now, now + FAR), Ok(now));
        }
        let next = pacing.pair(1, now, now + FAR).unwrap();
        assert_eq!(next - now, Duration::from_secs(6));
        pacing.give_back_pair(1);
        assert_eq!(pacing.pair(1, now, now + FAR), Ok(next));
        assert_eq!(pacing.pair(2, now, now), Ok(now), "others are not touched");
    }

    #[test]
    fn recipients_that_are_even_are_forgotten() {
        let now = Instant::now();
        let pacing = Pacing::new(80);
        for recipient in 0..10_000 {
            let at = now + Duration::from_secs(recipient);
            pacing.pair(recipient, at, at + FAR).unwrap();
        }
        assert!(pacing.lock().even_at.len() <= SWEEP_MIN + 7);
    }
}
