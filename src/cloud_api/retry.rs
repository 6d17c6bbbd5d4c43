//! When the adapter itself tries again, and at what price: a broken network must not be hammered.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::decision::Again;
use crate::random;

/// The first pause after a failure of the network is at most this long.
const BACKOFF_BASE: Duration = Duration::from_millis(200);
/// The first pause after a throttle rejection is at most this long.
const THROTTLE_BASE: Duration = Duration::from_secs(1);
/// No pause is longer, unless Meta says so.
const PAUSE_MAX: Duration = Duration::from_secs(20);

/// Tokens at the start, and at most.
const TOKENS: u32 = 500;
const COST_OF_FAILURE: u32 = 14;
const COST_OF_THROTTLE: u32 = 5;

/// Pays for retries. Each success brings one token back.
#[derive(Debug)]
pub(super) struct Budget(AtomicU32);

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(TOKENS))
    }
}

impl Budget {
    /// Takes the price of one more try; `false` if there is not enough left.
    pub(super) fn take(&self, again: Again) -> bool {
        let cost = match again {
            Again::Backoff | Again::BackoffOnce => COST_OF_FAILURE,
            _ => COST_OF_THROTTLE,
        };
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(cost)
            })
            .is_ok()
    }

    pub(super) fn earn(&self) {
        // Full, as it nearly always is, costs one read.
        if self.0.load(Ordering::Relaxed) < TOKENS {
            let _ = self
                .0
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    (left < TOKENS).then_some(left + 1)
                });
        }
    }
}

/// The pause before the try after the `attempt`-th one, if there is to be one. `told` is what Meta
/// asked for.
pub(super) fn pause(again: Again, attempt: u32, told: Option<Duration>) -> Option<Duration> {
    let doubled = |base: Duration| {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        jitter(base.saturating_mul(factor).min(PAUSE_MAX))
    };
    let own = match again {
        Again::No => return None,
        Again::BackoffOnce | Again::OnceAfter(_) if attempt > 1 => return None,
        Again::Backoff | Again::BackoffOnce => doubled(BACKOFF_BASE),
        Again::Throttled => doubled(THROTTLE_BASE),
        // Meta's own rule for this limit: 4^X seconds. It wants no jitter: the pause is one
        // recipient's.
        Again::Pair => Duration::from_secs(4_u64.saturating_pow(attempt.saturating_sub(1))),
        Again::OnceAfter(ms) => Duration::from_millis(ms),
    };
    Some(told.map_or(own, |told| told.max(own)))
}

/// Anything from nothing to `max`, so that many callers do not come back at once.
fn jitter(max: Duration) -> Duration {
    let us = u64::try_from(max.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random::below(us.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_keep_their_bounds() {
        for attempt in 1..40 {
            for _ in 0..20 {
                let factor = 2_u32.saturating_pow(attempt - 1);
                for (again, base) in [
                    (Again::Backoff, BACKOFF_BASE),
                    (Again::Throttled, THROTTLE_BASE),
                ] {
                    let pause = pause(again, attempt, None).unwrap();
                    assert!(pause <= base.saturating_mul(factor).min(PAUSE_MAX));
                }
            }
        }
        let spread = (0..200).map(|_| pause(Again::Throttled, 1, None).unwrap());
        assert!(spread.clone().min() < Some(Duration::from_millis(300)));
        assert!(spread.max() > Some(Duration::from_millis(700)));
        let pairs = [1, 2, 3].map(|attempt| pause(Again::Pair, attempt, None));
        assert_eq!(pairs, [1, 4, 16].map(|s| Some(Duration::from_secs(s))));
    }

    #[test]
    fn meta_may_ask_for_a_longer_pause_and_some_rows_for_one_try() {
        let told = Some(Duration::from_secs(30));
        for again in [Again::Backoff, Again::Throttled, Again::Pair] {
            assert_eq!(pause(again, 1, told), told);
        }
        assert_eq!(pause(Again::No, 1, told), None);
        for again in [Again::BackoffOnce, Again::OnceAfter(5_000)] {
            assert!(pause(again, 1, None).is_some());
            assert_eq!(pause(again, 2, None), None);
        }
    }

    #[test]
    fn the_budget_runs_out_and_successes_fill_it() {
        let budget = Budget::default();
        let tries = (0..1000)
            .take_while(|_| budget.take(Again::Backoff))
            .count();
        assert_eq!(tries, 35, "500 / 14");
        assert!(
            budget.take(Again::Throttled),
            "10 are left: 5 for a throttle"
        );
        for _ in 0..1000 {
            budget.earn();
        }
        let tries = (0..1000)
            .take_while(|_| budget.take(Again::Throttled))
            .count();
        assert_eq!(tries, 100, "500 / 5");
    }
}
