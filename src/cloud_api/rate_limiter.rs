//! The rate limiter: permits to send. It outlives a change of the properties, because Meta's limits do;
//! the circuit breaker does not, because it is about the token.

use std::hash::{BuildHasher, RandomState};
use std::time::Instant;

use super::limits::{Limits, RequestLimits as _};
use super::message::Recipient;
use super::pacing::{Pacing, Transmission};
use super::schedule::TooLate;
use crate::phone_number;

/// The rate limiter of one phone number. Thread-safe.
#[derive(Debug)]
pub(super) struct RateLimiter {
    pub(super) pacing: Pacing,
    keys: RandomState,
}

impl RateLimiter {
    pub(super) fn new(per_second: usize) -> Self {
        Self {
            pacing: Pacing::new(per_second),
            keys: RandomState::new(),
        }
    }

    /// When one more message to `recipient` may be sent, by the recipient's own rate.
    pub(super) fn pair_permit(
        &self,
        recipient: u64,
        now: Instant,
        limits: &Limits,
    ) -> Result<Instant, TooLate> {
        self.pacing.pair(recipient, now, limits.last_start(now))
    }

    /// When one more message of the number may begin.
    pub(super) fn start_permit(&self, now: Instant, limits: &Limits) -> Result<Instant, TooLate> {
        self.pacing.start(now, limits.last_start(now))
    }

    /// Waits, with the request ready on its connection, until it may be sent. Returns the moment at which
    /// it counts.
    pub(super) fn transmission_permit(&self, limits: &Limits) -> Result<Instant, Option<TooLate>> {
        let mut moment = None;
        let until = limits.last_start(Instant::now());
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

    /// The key of a customer, independent of how the number is written; `None` without a limit.
    pub(super) fn key_of(&self, recipient: &Recipient<'_>) -> Option<u64> {
        self.pacing.is_on().then(|| self.hashed(recipient))
    }

    fn hashed(&self, recipient: &Recipient<'_>) -> u64 {
        match recipient {
            Recipient::Number(number) => self.keys.hash_one(phone_number::canonical(number)),
            Recipient::User(id) | Recipient::Group(id) => self.keys.hash_one(id.as_ref()),
        }
    }
}
