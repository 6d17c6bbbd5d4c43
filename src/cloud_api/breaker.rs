//! Circuit breaker: stops sending for a while after Meta refused the access token itself, because more
//! requests with it would fail and look like an attack. A missing permission concerns one action only and
//! does not open the breaker.

use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::lock::unpoisoned;

/// How long nothing is sent after a refusal.
const OPEN: Duration = Duration::from_secs(30);

/// Closed: every message is sent. Open: none is. When the time is over, one message is sent as a probe,
/// and the others wait for its outcome.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    open_until: Mutex<Option<Instant>>,
}

/// Permission to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// The breaker was closed.
    Free,
    /// The breaker was open until now: the outcome of this one message decides.
    Probe,
}

impl Breaker {
    /// How long the breaker stays open, as an error. A message that has to wait first asks this, and
    /// takes its pass only when it is sent.
    pub(super) fn is_closed(&self, now: Instant) -> Result<(), Duration> {
        match *self.lock() {
            Some(until) if now < until => Err(until - now),
            _ => Ok(()),
        }
    }

    /// A pass for one message, or how long the breaker stays open.
    pub(super) fn check(&self, now: Instant) -> Result<Pass, Duration> {
        let mut open_until = self.lock();
        match *open_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                *open_until = Some(now + OPEN);
                Ok(Pass::Probe)
            }
            None => Ok(Pass::Free),
        }
    }

    /// Meta refused the token. Returns whether the breaker was closed until now.
    pub(super) fn open(&self, now: Instant) -> bool {
        self.lock().replace(now + OPEN).is_none()
    }

    /// Meta accepted the token of a message with this pass. A message that was sent before the breaker
    /// opened says nothing about the token now.
    pub(super) fn taken(&self, pass: Pass) {
        if pass == Pass::Probe {
            *self.lock() = None;
        }
    }

    /// The message says nothing about the token. If it was the probe, the next message is one, at once.
    pub(super) fn undecided(&self, pass: Pass, now: Instant) {
        if pass == Pass::Probe
            && let Some(until) = &mut *self.lock()
        {
            *until = now;
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.lock().is_some()
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        unpoisoned(self.open_until.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_lets_one_try_and_closes() {
        let start = Instant::now();
        let breaker = Breaker::default();
        assert_eq!(breaker.check(start), Ok(Pass::Free));
        assert!(breaker.open(start), "the first refusal opens it");
        assert!(!breaker.open(start), "the second finds it open");
        let soon = start + Duration::from_secs(10);
        assert_eq!(breaker.is_closed(soon), Err(Duration::from_secs(20)));
        assert_eq!(breaker.check(soon), Err(Duration::from_secs(20)));
        for _ in 0..2 {
            let asked = breaker.is_closed(start + OPEN);
            assert_eq!(asked, Ok(()), "asking claims nothing");
        }
        let later = start + OPEN;
        assert_eq!(breaker.check(later), Ok(Pass::Probe), "one may try");
        assert_eq!(breaker.check(later), Err(OPEN), "the others wait for it");
        breaker.undecided(Pass::Probe, later);
        assert_eq!(
            breaker.check(later),
            Ok(Pass::Probe),
            "it met something else"
        );
        breaker.taken(Pass::Probe);
        assert!(!breaker.is_open());
        assert_eq!(breaker.check(later), Ok(Pass::Free));
        breaker.undecided(Pass::Probe, later);
        assert!(!breaker.is_open(), "nothing opens it but a refusal");
    }

    #[test]
    fn what_left_before_it_opened_does_not_change_it() {
        let start = Instant::now();
        let breaker = Breaker::default();
        let early = breaker.check(start).unwrap();
        breaker.open(start);
        breaker.taken(early);
        breaker.undecided(early, start);
        assert_eq!(breaker.check(start), Err(OPEN));
    }
}
