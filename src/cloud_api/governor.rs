//! What holds sends back: turns, the breaker and the price of retries. It outlives a change of the
//! properties, because Meta's limits do.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

use super::breaker::Breaker;
use super::client::Scope;
use super::decision::Cause;
use super::message::Recipient;
use super::outcome::{Fault, Outcome};
use super::pacing::{Pacing, TooLate};
use super::retry::Budget;
use crate::customer;

/// One phone number's restraint. Thread-safe.
#[derive(Debug)]
pub(super) struct Governor {
    pub(super) pacing: Pacing,
    pub(super) breaker: Breaker,
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
            breaker: Breaker::default(),
            budget: Budget::default(),
            keys: RandomState::new(),
        }
    }

    /// Waits for the turn of one request to `recipient`; the recipient's own turn is asked for only
    /// with the first one.
    pub(super) fn wait_for_turn(
        &self,
        recipient: &Recipient<'_>,
        first: bool,
        scope: &Scope<'_>,
    ) -> Result<(), Held> {
        let until = scope.limits.deadline;
        let begun = Instant::now();
        if scope.limits.cancel.is_cancelled() {
            return Err(Held::now(Fault::new(
                "queue",
                "cancelled",
                Cause::Cancelled,
            )));
        }
        if begun >= until {
            return Err(Held::now(Fault::new("queue", "timeout", Cause::OutOfTime)));
        }
        self.breaker.check(begun).map_err(|left| Held {
            fault: Fault::new("breaker", "breaker_open", Cause::BreakerOpen),
            retry_after: Some(left),
        })?;
        let held = self.wait_for_both(recipient, first, begun, scope);
        if held.is_err() {
            // It may have been the one send that the breaker let through.
            self.breaker.undecided(Instant::now());
        }
        held
    }

    fn wait_for_both(
        &self,
        recipient: &Recipient<'_>,
        first: bool,
        begun: Instant,
        scope: &Scope<'_>,
    ) -> Result<(), Held> {
        let until = scope.limits.deadline;
        let mut now = begun;
        let pair = self.key_of(recipient);
        if first {
            let turn = self.pacing.pair_turn(pair, now, until).map_err(paced)?;
            if turn > now {
                wait(turn, now, scope).inspect_err(|_| self.pacing.give_back(pair))?;
                now = Instant::now();
            }
        }
        let turn = self.pacing.number_turn(now, until).map_err(|late| {
            if first {
                self.pacing.give_back(pair);
            }
            paced(late)
        })?;
        if turn > now {
            wait(turn, now, scope).inspect_err(|_| {
                if first {
                    self.pacing.give_back(pair);
                }
            })?;
        }
        Ok(())
    }

    /// What an attempt's outcome says about the token and the network.
    pub(super) fn learn(&self, outcome: &Outcome, scope: &Scope<'_>) {
        let now = Instant::now();
        match outcome {
            Outcome::Accepted(_) => {
                self.breaker.close();
                self.budget.earn();
            }
            Outcome::Rejected(failed) if failed.auth => {
                scope.metrics.auth_failure();
                if self.breaker.open(now) {
                    scope.metrics.breaker_opened();
                }
            }
            Outcome::Rejected(failed) if failed.code.is_some() => self.breaker.close(),
            _ => self.breaker.undecided(now),
        }
        scope.metrics.breaker_is_open(self.breaker.is_open());
    }

    /// One customer is one key, however the number is written.
    fn key_of(&self, recipient: &Recipient<'_>) -> u64 {
        match recipient {
            Recipient::Number(number) => self.keys.hash_one(customer::canonical(number)),
            Recipient::User(id) | Recipient::Group(id) => self.keys.hash_one(id.as_ref()),
        }
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
