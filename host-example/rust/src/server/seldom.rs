//! What others can cause at will is not logged each time: so many lines of one kind in a while, and the
//! next one says how many were left out.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::lock::unpoisoned;

/// At most so many kinds are told apart; kinds are the host's own, and few.
const KINDS: usize = 256;

/// How often each kind was told.
#[derive(Debug)]
pub(crate) struct Seldom {
    most: u32,
    within: Duration,
    kinds: Mutex<HashMap<String, Told>>,
}

#[derive(Debug)]
struct Told {
    since: Instant,
    count: u32,
    left_out: u64,
}

impl Seldom {
    /// At most so many lines of a kind within this time.
    pub(crate) fn new(most: u32, within: Duration) -> Self {
        let kinds = Mutex::default();
        Self {
            most,
            within,
            kinds,
        }
    }

    /// Whether to tell now: then how many of the kind were left out before.
    pub(crate) fn may(&self, kind: &str) -> Option<u64> {
        self.may_at(kind, Instant::now())
    }

    fn may_at(&self, kind: &str, now: Instant) -> Option<u64> {
        let mut kinds = unpoisoned(self.kinds.lock());
        let kind = if kinds.len() < KINDS || kinds.contains_key(kind) {
            kind
        } else {
            ""
        };
        let told = kinds.entry(kind.to_owned()).or_insert(Told {
            since: now,
            count: 0,
            left_out: 0,
        });
        if now.saturating_duration_since(told.since) >= self.within {
            (told.since, told.count) = (now, 0);
        }
        if told.count >= self.most {
            told.left_out += 1;
            return None;
        }
        told.count += 1;
        Some(std::mem::take(&mut told.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h06_what_comes_again_and_again_is_told_once_in_a_while() {
        let seldom = Seldom::new(1, Duration::from_secs(10));
        let start = Instant::now();
        assert_eq!(seldom.may_at("a", start), Some(0));
        assert_eq!(seldom.may_at("a", start), None);
        assert_eq!(seldom.may_at("a", start + Duration::from_secs(9)), None);
        assert_eq!(seldom.may_at("b", start), Some(0));
        assert_eq!(seldom.may_at("a", start + Duration::from_secs(10)), Some(2));
    }
}
