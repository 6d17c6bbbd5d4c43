//! Turns to send, so that Meta's limits are met before Meta enforces them: so many messages in any
//! second for the number, and for each recipient a burst of 45 and then one in six seconds
//! (D/overview, "Pair rate limits", read 2026-08).

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What one message costs its recipient's account of turns.
const PAIR_COST: Duration = Duration::from_secs(6);
const SECOND: Duration = Duration::from_secs(1);
/// How many messages a recipient may get at once.
const PAIR_BURST: u32 = 45;
/// Recipients looked through at least before those that are free again are forgotten.
const SWEEP_MIN: usize = 1024;

/// The turns of one phone number. Thread-safe; only moments are given out, nobody waits in here.
#[derive(Debug)]
pub(super) struct Pacing {
    /// Messages in any second; 0 for no pacing at all.
    per_second: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The turns of the last second and those to come, oldest first.
    turns: VecDeque<Instant>,
    /// When each recipient's account is even again.
    even_at: HashMap<u64, Instant>,
    sweep_at: usize,
}

/// The turn comes too late; so long it would have taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLate(pub(super) Duration);

impl Pacing {
    pub(super) fn new(per_second: usize) -> Self {
        Self {
            per_second: AtomicUsize::new(per_second),
            state: Mutex::default(),
        }
    }

    /// Keeps the turns that were given out, and gives out the next ones at another rate.
    pub(super) fn set_rate(&self, per_second: usize) {
        self.per_second.store(per_second, Ordering::Relaxed);
    }

    /// Whether anything is held back.
    pub(super) fn is_on(&self) -> bool {
        self.per_second.load(Ordering::Relaxed) > 0
    }

    /// The turn of one more message to `recipient`, if it comes before `until`.
    pub(super) fn pair_turn(
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
        let turn = now + ahead.saturating_sub(PAIR_COST * PAIR_BURST);
        in_time(turn, now, until)?;
        state.even_at.insert(recipient, even + PAIR_COST);
        Ok(turn)
    }

    /// A turn that was given out was not used.
    pub(super) fn give_back(&self, recipient: u64) {
        if let Some(even) = self.lock().even_at.get_mut(&recipient)
            && let Some(earlier) = even.checked_sub(PAIR_COST)
        {
            *even = earlier;
        }
    }

    /// A turn of the number's that was given out was not used.
    pub(super) fn give_back_turn(&self, turn: Instant) {
        let mut state = self.lock();
        if let Ok(at) = state.turns.binary_search(&turn) {
            state.turns.remove(at);
        }
    }

    /// The turn of one more message of the number, if it comes before `until`.
    pub(super) fn number_turn(&self, now: Instant, until: Instant) -> Result<Instant, TooLate> {
        let per_second = self.per_second.load(Ordering::Relaxed);
        if per_second == 0 {
            return Ok(now);
        }
        let mut state = self.lock();
        // What is older than a second counts for nothing any more.
        while state
            .turns
            .front()
            .is_some_and(|first| *first + SECOND <= now)
        {
            state.turns.pop_front();
        }
        // Moments taken by other threads may be given in another order.
        let last = state.turns.back().map_or(now, |last| (*last).max(now));
        let before = state.turns.len().checked_sub(per_second);
        let turn = match before.and_then(|at| state.turns.get(at)) {
            Some(before) => last.max(*before + SECOND),
            None => last,
        };
        in_time(turn, now, until)?;
        state.turns.push_back(turn);
        Ok(turn)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is one step: a panic elsewhere does not harm it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Forgets recipients whose account is even, whenever their number has doubled.
    fn sweep(&mut self, now: Instant) {
        if self.even_at.len() >= self.sweep_at.max(SWEEP_MIN) {
            self.even_at.retain(|_, even| *even > now);
            self.sweep_at = self.even_at.len() * 2;
        }
    }
}

fn in_time(turn: Instant, now: Instant, until: Instant) -> Result<(), TooLate> {
    if turn < until || turn == now {
        Ok(())
    } else {
        Err(TooLate(turn.saturating_duration_since(now)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FAR: Duration = Duration::from_secs(100_000);

    proptest! {
        #[test]
        fn no_second_has_more_turns_than_the_rate(
            per_second in 1..50_usize,
            pauses in prop::collection::vec(0..200_u64, 1..300),
        ) {
            let start = Instant::now();
            let pacing = Pacing::new(per_second);
            let mut now = start;
            let mut turns = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                let turn = pacing.number_turn(now, now + FAR).unwrap();
                prop_assert!(turn >= now);
                turns.push(turn);
            }
            prop_assert!(turns.is_sorted());
            for window in turns.windows(per_second + 1) {
                prop_assert!(window[per_second] - window[0] >= Duration::from_secs(1));
            }
        }

        #[test]
        fn a_recipient_gets_a_burst_and_then_one_in_six_seconds(
            pauses in prop::collection::vec(0..9_000_u64, 1..300),
        ) {
            let pacing = Pacing::new(80);
            let mut now = Instant::now();
            let mut turns = Vec::new();
            for pause in pauses {
                now += Duration::from_millis(pause);
                turns.push(pacing.pair_turn(7, now, now + FAR).unwrap());
            }
            for window in turns.windows(46) {
                prop_assert!(window[45] - window[0] >= Duration::from_secs(6));
            }
            let burst = 44 * Duration::from_secs(6);
            for (at, turn) in turns.iter().enumerate() {
                for (since, first) in turns.iter().enumerate().take(at) {
                    let sent = u32::try_from(at - since).unwrap();
                    let earliest = (Duration::from_secs(6) * sent).saturating_sub(burst);
                    prop_assert!(*turn - *first >= earliest);
                }
            }
        }
    }

    #[test]
    fn turns_that_are_given_back_are_given_out_again() {
        let now = Instant::now();
        let pacing = Pacing::new(10);
        let turns: Vec<_> = (0..2_000)
            .map(|_| pacing.number_turn(now, now + FAR).unwrap())
            .collect();
        assert_eq!(turns[1_999] - now, Duration::from_secs(199));
        for turn in &turns[10..] {
            pacing.give_back_turn(*turn);
        }
        let next = pacing.number_turn(now, now + FAR).unwrap();
        assert_eq!(next - now, SECOND, "the ten of the first second stay used");
    }

    #[test]
    fn a_turn_after_the_deadline_is_not_taken() {
        let now = Instant::now();
        let pacing = Pacing::new(1);
        let until = now + Duration::from_millis(500);
        assert_eq!(pacing.number_turn(now, until), Ok(now));
        let late = Err(TooLate(Duration::from_secs(1)));
        assert_eq!(pacing.number_turn(now, until), late);
        assert_eq!(
            pacing.number_turn(now, until),
            late,
            "the refused turn costs nothing"
        );
    }

    #[test]
    fn without_a_rate_nobody_waits() {
        let now = Instant::now();
        let pacing = Pacing::new(0);
        for _ in 0..1000 {
            assert_eq!(pacing.number_turn(now, now), Ok(now));
            assert_eq!(pacing.pair_turn(1, now, now), Ok(now));
        }
    }

    #[test]
    fn recipients_that_are_even_are_forgotten_and_unused_turns_come_back() {
        let now = Instant::now();
        let pacing = Pacing::new(80);
        for recipient in 0..10_000 {
            let at = now + Duration::from_secs(recipient);
            pacing.pair_turn(recipient, at, at + FAR).unwrap();
        }
        assert!(pacing.lock().even_at.len() <= SWEEP_MIN + 7);
        let pacing = Pacing::new(80);
        for _ in 0..45 {
            assert_eq!(pacing.pair_turn(1, now, now + FAR), Ok(now));
        }
        let next = pacing.pair_turn(1, now, now + FAR).unwrap();
        assert_eq!(next - now, Duration::from_secs(6));
        pacing.give_back(1);
        assert_eq!(pacing.pair_turn(1, now, now + FAR), Ok(next));
        assert_eq!(
            pacing.pair_turn(2, now, now),
            Ok(now),
            "others are not touched"
        );
    }
}
