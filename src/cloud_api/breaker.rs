//! Stops sending for a while after Meta refused the access token: more of the same helps nobody, and
//! looks like an attack.

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

impl Breaker {
    /// Lets a send go, or says for how long none goes.
    pub(super) fn check(&self, now: Instant) -> Result<(), Duration> {
        let mut open_until = self.lock();
        match *open_until {
            Some(until) if now < until => Err(until - now),
            Some(_) => {
                *open_until = Some(now + OPEN);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Meta refused the token. Answers whether the breaker was closed until now.
    pub(super) fn open(&self, now: Instant) -> bool {
        self.lock().replace(now + OPEN).is_none()
    }

    /// Meta took the token, or it is another one.
    pub(super) fn close(&self) {
        *self.lock() = None;
    }

    /// The send that was let through met something else: the next one may try at once.
    pub(super) fn undecided(&self, now: Instant) {
        if let Some(until) = &mut *self.lock() {
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
        assert_eq!(breaker.check(start), Ok(()));
        assert!(breaker.open(start), "the first refusal opens it");
        assert!(!breaker.open(start), "the second finds it open");
        let soon = start + Duration::from_secs(10);
        assert_eq!(breaker.check(soon), Err(Duration::from_secs(20)));
        let later = start + OPEN;
        assert_eq!(breaker.check(later), Ok(()), "one may try");
        assert_eq!(breaker.check(later), Err(OPEN), "the others wait for it");
        breaker.undecided(later);
        assert_eq!(breaker.check(later), Ok(()), "it met something else");
        breaker.close();
        assert!(!breaker.is_open());
        assert_eq!(breaker.check(later), Ok(()));
        breaker.undecided(later);
        assert!(!breaker.is_open(), "nothing opens it but a refusal");
    }
}
