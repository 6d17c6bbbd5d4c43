//! What holds sends back: permits, and the price of retries. It outlives a change of the properties,
//! because Meta's limits do; the breaker does not, because it is about the token.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::breaker::{Breaker, Pass};
use super::client::{Limits, Scope};
use super::decision::Cause;
use super::message::Recipient;
use super::outcome::{Fault, Outcome};
use super::pacing::{Pacing, TooLate, Transmission};
use super::reason::{Phase, Reason};
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
    pub(super) const fn now(fault: Fault) -> Self {
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

    /// When one more message to `recipient` may go, as far as the recipient's own rate decides it.
    pub(super) fn pair_permit(
        &self,
        recipient: u64,
        now: Instant,
        scope: &Scope<'_>,
    ) -> Result<Instant, Held> {
        let until = last_start(now, scope.limits.deadline);
        self.pacing.pair(recipient, now, until).map_err(paced)
    }

    /// When one more message of the number may begin.
    pub(super) fn start_permit(&self, now: Instant, scope: &Scope<'_>) -> Result<Instant, Held> {
        let until = last_start(now, scope.limits.deadline);
        self.pacing.start(now, until).map_err(paced)
    }

    /// Waits, with the request ready on its connection, until it may leave. The moment that it is counted
    /// with.
    pub(super) fn transmission_permit(&self, limits: &Limits) -> Result<Instant, Option<TooLate>> {
        let mut moment = None;
        let until = last_start(Instant::now(), limits.deadline);
        let ended = loop {
            match self.pacing.transmit(&mut moment, Instant::now(), until) {
                Ok(Transmission::Now(at)) => return Ok(at),
                Ok(Transmission::At(at)) if limits.cancel.wait(at) => break None,
                Ok(Transmission::At(_)) => {}
                Err(late) => break Some(late),
            }
        };
        self.pacing.give_back_transmission(moment, Instant::now());
        Err(ended)
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

    /// One customer is one key, however the number is written; none if nothing is held back.
    pub(super) fn key_of(&self, recipient: &Recipient<'_>) -> Option<u64> {
        self.pacing.is_on().then(|| self.hashed(recipient))
    }

    fn hashed(&self, recipient: &Recipient<'_>) -> u64 {
        match recipient {
            Recipient::Number(number) => self.keys.hash_one(customer::canonical(number)),
            Recipient::User(id) | Recipient::Group(id) => self.keys.hash_one(id.as_ref()),
        }
    }
}

/// The last moment at which an exchange may begin: one that has no time left for its answer would end as
/// an unknown outcome.
pub(super) fn last_start(now: Instant, deadline: Instant) -> Instant {
    let left = deadline.saturating_duration_since(now);
    let reserve = (left / 4).min(RESERVE_MAX);
    deadline.checked_sub(reserve).unwrap_or(deadline)
}

pub(super) fn broken(left: Duration) -> Held {
    Held {
        fault: Fault::new(Phase::Breaker, Reason::BreakerOpen, Cause::BreakerOpen),
        retry_after: Some(left),
    }
}

pub(super) fn paced(late: TooLate) -> Held {
    Held {
        fault: Fault::new(Phase::Pacing, Reason::Paced, Cause::Paced),
        retry_after: Some(late.0),
    }
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
