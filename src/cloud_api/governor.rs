//! What holds sends back: turns, and the price of retries. It outlives a change of the properties,
//! because Meta's limits do; the breaker does not, because it is about the token.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::breaker::{Breaker, Pass};
use super::client::Scope;
use super::decision::Cause;
use super::fault::over_before_it_began;
use super::message::Recipient;
use super::outcome::{Fault, Outcome};
use super::pacing::{Pacing, TooLate};
use super::retry::Budget;
use crate::customer;

/// So much of a call's time is kept for the exchange itself, or a quarter of it if that is less.
const RESERVE_MAX: Duration = Duration::from_secs(2);

/// One phone number's restraint. Thread-safe.
#[derive(Debug)]
pub(super) struct Governor {
    pub(super) pacing: Pacing,
    pub(super) budget: Budget,
    keys: RandomState,
}

/// A message that may not go now, and how long it would have to wait.
#[derive(Debug, Clone, Copy)]
pub(super) struct Held {
    pub(super) fault: Fault,
    pub(super) retry_after: Option<Duration>,
}

impl Held {
    const fn now(fault: Fault) -> Self {
        Self {
            fault,
            retry_after: None,
        }
    }
}

impl Governor {
    pub(super) fn new(per_second: usize) -> Self {
        Self {
            pacing: Pacing::new(per_second),
            budget: Budget::default(),
            keys: RandomState::new(),
        }
    }

    /// Waits for the turn of one request to `recipient`; the recipient's own turn is asked for only
    /// with the first one.
    pub(super) fn wait_for_turn(
        &self,
        breaker: &Breaker,
        recipient: &Recipient<'_>,
        first: bool,
        scope: &Scope<'_>,
    ) -> Result<Pass, Held> {
        let begun = Instant::now();
        if let Some(fault) = over_before_it_began(scope.limits) {
            return Err(Held::now(fault));
        }
        let pass = breaker.check(begun).map_err(broken)?;
        let turns = Turns {
            pair: (first && self.pacing.is_on()).then(|| self.key_of(recipient)),
            until: last_start(begun, scope.limits.deadline),
        };
        let waited = self.wait_for_both(turns, begun, scope);
        let (turn, waited) = waited.inspect_err(|_| breaker.undecided(pass, Instant::now()))?;
        if !waited || pass == Pass::Probe {
            return Ok(pass);
        }
        // The token may have been refused while this one waited.
        breaker.check(Instant::now()).map_err(|left| {
            self.pacing.give_back_turn(turn);
            self.give_back(turns.pair);
            broken(left)
        })
    }

    /// Answers the number's turn, and whether it was waited for.
    fn wait_for_both(
        &self,
        turns: Turns,
        begun: Instant,
        scope: &Scope<'_>,
    ) -> Result<(Instant, bool), Held> {
        let mut now = begun;
        if let Some(pair) = turns.pair {
            let turn = self.pacing.pair_turn(pair, now, turns.until);
            let turn = turn.map_err(paced)?;
            if turn > now {
                wait(turn, now, scope).inspect_err(|_| self.pacing.give_back(pair))?;
                now = Instant::now();
            }
        }
        let turn = self.pacing.number_turn(now, turns.until).map_err(|late| {
            self.give_back(turns.pair);
            paced(late)
        })?;
        if turn > now {
            wait(turn, now, scope).inspect_err(|_| {
                self.pacing.give_back_turn(turn);
                self.give_back(turns.pair);
            })?;
        }
        Ok((turn, turn > begun))
    }

    fn give_back(&self, pair: Option<u64>) {
        if let Some(pair) = pair {
            self.pacing.give_back(pair);
        }
    }

    /// What an attempt's outcome says about the token and the network.
    pub(super) fn learn(
        &self,
        breaker: &Breaker,
        pass: Pass,
        outcome: &Outcome,
        scope: &Scope<'_>,
    ) {
        match outcome {
            Outcome::Accepted(_) => {
                breaker.taken(pass);
                self.budget.earn();
            }
            Outcome::Rejected(failed) if failed.auth => {
                scope.metrics.auth_failure();
                if breaker.open(Instant::now()) {
                    scope.metrics.breaker_opened();
                }
            }
            Outcome::Rejected(failed) if failed.code.is_some() => breaker.taken(pass),
            _ => breaker.undecided(pass, Instant::now()),
        }
        scope.metrics.breaker_is_open(breaker.is_open());
    }

    /// One customer is one key, however the number is written.
    fn key_of(&self, recipient: &Recipient<'_>) -> u64 {
        match recipient {
            Recipient::Number(number) => self.keys.hash_one(customer::canonical(number)),
            Recipient::User(id) | Recipient::Group(id) => self.keys.hash_one(id.as_ref()),
        }
    }
}

/// The turns that one request needs, and until when.
#[derive(Debug, Clone, Copy)]
struct Turns {
    pair: Option<u64>,
    until: Instant,
}

/// The last moment at which an exchange may begin: one that has no time left for its answer would end as
/// an unknown outcome.
pub(super) fn last_start(now: Instant, deadline: Instant) -> Instant {
    let left = deadline.saturating_duration_since(now);
    let reserve = (left / 4).min(RESERVE_MAX);
    deadline.checked_sub(reserve).unwrap_or(deadline)
}

fn broken(left: Duration) -> Held {
    Held {
        fault: Fault::new("breaker", "breaker_open", Cause::BreakerOpen),
        retry_after: Some(left),
    }
}

fn paced(late: TooLate) -> Held {
    Held {
        fault: Fault::new("pacing", "paced", Cause::Paced),
        retry_after: Some(late.0),
    }
}

fn wait(turn: Instant, now: Instant, scope: &Scope<'_>) -> Result<(), Held> {
    scope.metrics.waited(turn - now);
    if scope.limits.cancel.wait(turn) {
        return Err(Held::now(Fault::new(
            "pacing",
            "cancelled",
            Cause::Cancelled,
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_kept_for_the_answer() {
        let now = Instant::now();
        for (left_ms, start_ms) in [(30_000, 28_000), (8_000, 6_000), (100, 75), (0, 0)] {
            let deadline = now + Duration::from_millis(left_ms);
            let expected = now + Duration::from_millis(start_ms);
            assert_eq!(last_start(now, deadline), expected, "{left_ms} ms");
        }
        let past = now.checked_sub(Duration::from_secs(1)).unwrap_or(now);
        assert_eq!(last_start(now, past), past, "never later than the deadline");
    }
}
