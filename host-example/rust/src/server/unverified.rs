//! The memory for bodies that nobody has vouched for yet: one budget for all, and of that a share for
//! each source. The beginning of a body costs nothing, so that what real senders send always passes. Who
//! is slow makes room for who comes.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::lock::unpoisoned;

/// So much of every body costs nothing: their number is limited by that of the connections.
pub(super) const FREE: usize = 16 * 1024;
/// A body that takes longer than this makes room if there is none.
const SLOW: Duration = Duration::from_secs(1);

/// The budget.
#[derive(Debug, Clone)]
pub(super) struct Unverified(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    next: u64,
    used: usize,
    /// The oldest first.
    bodies: BTreeMap<u64, Held>,
}

#[derive(Debug)]
struct Held {
    source: IpAddr,
    bytes: usize,
    since: Instant,
    gone: Arc<Notify>,
}

/// What one body takes of the budget, until it is dropped.
#[derive(Debug)]
pub(super) struct Share {
    budget: Unverified,
    number: u64,
    gone: Arc<Notify>,
}

impl Unverified {
    pub(super) fn new(most: usize) -> Self {
        let all = Mutex::default();
        Self(Arc::new(Inner { most, all }))
    }

    /// A body begins to come.
    pub(super) fn begin(&self, source: IpAddr, now: Instant) -> Share {
        let mut all = self.all();
        let number = all.next;
        all.next += 1;
        let gone = Arc::new(Notify::new());
        let held = Held {
            source,
            bytes: 0,
            since: now,
            gone: Arc::clone(&gone),
        };
        all.bodies.insert(number, held);
        Share {
            budget: self.clone(),
            number,
            gone,
        }
    }

    fn all(&self) -> MutexGuard<'_, All> {
        unpoisoned(self.0.all.lock())
    }
}

impl Share {
    /// Whether the body may be so long in all.
    pub(super) fn grow(&self, length: usize, now: Instant) -> bool {
        let wanted = length.saturating_sub(FREE);
        let most = self.budget.0.most;
        let mut all = self.budget.all();
        let Some(held) = all.bodies.get(&self.number) else {
            return false; // it had to go
        };
        let (source, more) = (held.source, wanted.saturating_sub(held.bytes));
        // Half of it for one source at most: another one finds room without anybody having to go.
        while all.used_by(source) + more > most.div_ceil(2) {
            if !all.send_away(self.number, now, |held| held.source == source) {
                return false;
            }
        }
        while all.used + more > most {
            if !all.send_away(self.number, now, |_| true) {
                return false;
            }
        }
        if let Some(held) = all.bodies.get_mut(&self.number) {
            held.bytes += more;
            all.used += more;
        }
        true
    }

    /// Returns when the body has to go.
    pub(super) async fn has_to_go(&self) {
        self.gone.notified().await;
    }
}

impl All {
    fn used_by(&self, source: IpAddr) -> usize {
        let own = self.bodies.values().filter(|held| held.source == source);
        own.map(|held| held.bytes).sum()
    }

    /// Sends the oldest body away that is slow and takes room.
    fn send_away(&mut self, asking: u64, now: Instant, of: impl Fn(&Held) -> bool) -> bool {
        let slow = |held: &Held| now.saturating_duration_since(held.since) >= SLOW;
        let mut all = self.bodies.iter();
        let found = all
            .find(|(number, held)| **number != asking && held.bytes > 0 && of(held) && slow(held));
        let Some(number) = found.map(|(number, _)| *number) else {
            return false;
        };
        if let Some(held) = self.bodies.remove(&number) {
            self.used -= held.bytes;
            held.gone.notify_one();
        }
        true
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut all = self.budget.all();
        if let Some(held) = all.bodies.remove(&self.number) {
            all.used -= held.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    const ADA: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const BOB: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    #[test]
    fn h06_large_bodies_share_a_budget_and_small_ones_always_pass() {
        let budget = Unverified::new(100);
        let start = Instant::now();
        let first = budget.begin(ADA, start);
        assert!(first.grow(FREE + 50, start));
        let second = budget.begin(ADA, start);
        assert!(second.grow(FREE, start), "the beginning costs nothing");
        assert!(!second.grow(FREE + 1, start), "one source has half of it");
        let other = budget.begin(BOB, start);
        assert!(other.grow(FREE + 50, start));
        let third = budget.begin(IpAddr::V4(Ipv4Addr::LOCALHOST), start);
        assert!(!third.grow(FREE + 1, start), "there is no more");
        drop(other);
        assert!(third.grow(FREE + 50, start));
        // What is slow makes room.
        assert!(second.grow(FREE + 1, start + SLOW));
        assert!(!first.grow(FREE + 50, start + SLOW), "it had to go");
        drop((first, second, third));
        assert_eq!(budget.all().used, 0);
    }
}
