//! The emulator's time: the machine's clock, or a fixed start that each event moves by one second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where the timestamps in notifications and in the ledger come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    #[default]
    System,
    /// Starts at this Unix second; every event takes one second, so output is reproducible.
    Fixed(u64),
}

/// A running [`Clock`].
#[derive(Debug)]
pub(crate) struct Ticker {
    next: Option<AtomicU64>,
    /// How many seconds it was moved ahead.
    ahead: AtomicU64,
}

impl Ticker {
    pub(crate) fn new(clock: Clock) -> Self {
        let next = match clock {
            Clock::System => None,
            Clock::Fixed(start) => Some(AtomicU64::new(start)),
        };
        Self {
            next,
            ahead: AtomicU64::new(0),
        }
    }

    /// The Unix second of the event that happens now.
    pub(crate) fn tick(&self) -> u64 {
        let second = match &self.next {
            Some(next) => next.fetch_add(1, Ordering::SeqCst),
            None => system_second(),
        };
        second + self.ahead.load(Ordering::SeqCst)
    }

    /// The Unix second that it is, without an event.
    pub(crate) fn now(&self) -> u64 {
        let second = match &self.next {
            Some(next) => next.load(Ordering::SeqCst),
            None => system_second(),
        };
        second + self.ahead.load(Ordering::SeqCst)
    }

    /// Lets so many seconds pass at once.
    pub(crate) fn advance(&self, seconds: u64) {
        self.ahead.fetch_add(seconds, Ordering::SeqCst);
    }
}

fn system_second() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_one_second_per_event() {
        let ticker = Ticker::new(Clock::Fixed(1_700_000_000));
        assert_eq!(ticker.tick(), 1_700_000_000);
        assert_eq!(ticker.tick(), 1_700_000_001);
        assert_eq!((ticker.now(), ticker.now()), (1_700_000_002, 1_700_000_002));
        ticker.advance(60);
        assert_eq!(ticker.tick(), 1_700_000_062);
    }
}
