//! The retry budget: a broken network must not be flooded with retries.

use std::sync::atomic::{AtomicU32, Ordering};

use super::row::Again;

/// Tokens at the start, and at most.
const TOKENS: u32 = 500;
const COST_OF_FAILURE: u32 = 14;
const COST_OF_THROTTLE: u32 = 5;

/// Tokens that pay for retries. Each success returns one.
#[derive(Debug)]
pub(super) struct RetryBudget(AtomicU32);

impl Default for RetryBudget {
    fn default() -> Self {
        Self(AtomicU32::new(TOKENS))
    }
}

impl RetryBudget {
    /// Pays for one retry; `false` if the budget is too low.
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
        // A full budget, the usual case, costs one read.
        if self.0.load(Ordering::Relaxed) < TOKENS {
            let _ = self
                .0
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    (left < TOKENS).then_some(left + 1)
                });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_runs_out_and_successes_fill_it() {
        let budget = RetryBudget::default();
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
