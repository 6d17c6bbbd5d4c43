//! Stops sending for a while after Meta refused the access token itself: more of the same helps nobody,
//! and looks like an attack. What the token may not do is one action's affair and never comes here.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long nothing is sent after a refusal.
const OPEN: Duration = Duration::from_secs(30);

/// Closed: everything goes. Open: nothing does. After its time one send may try; the others wait for
/// what becomes of it.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    open_until: Mutex<Option<Instant>>,
}

/// Leave to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pass {
    /// The breaker was closed.
    Free,
    /// It was open for its time: what becomes of this one send decides.
    Probe,
}

impl Breaker {
    /// Says for how long none goes. Whoever has to wait before it can go asks this, and claims its leave
    /// only when it goes.
    pub(super) fn is_closed(&self, now: Instant) -> Result<(), Duration> {
        match *self.lock() {
            Some(until) if now < until => Err(until - now),
            _ => Ok(()),
        }
    }

    /// Lets a send go, or says for how long none goes.
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

    /// Meta refused the token. Answers whether the breaker was closed until now.
    pub(super) fn open(&self, now: Instant) -> bool {
        self.lock().replace(now + OPEN).is_none()
    }

    /// Meta took the token from a send with this pass. One that left before the breaker opened says
    /// nothing about what came after.
    pub(super) fn taken(&self, pass: Pass) {
        if pass == Pass::Probe {
            *self.lock() = None;
        }
    }

    /// The send met something else: if it was the one that was to decide, the next one may try at once.
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
        // One value: a panic elsewhere does not harm it.
        self.open_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
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
