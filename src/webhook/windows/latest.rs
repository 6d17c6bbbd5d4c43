//! The time of each customer's last message; when the table is full, the oldest entry is dropped.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use crate::webhook::journal::Record;

/// At most `most` customers.
#[derive(Debug)]
pub(super) struct Latest {
    most: usize,
    /// By hash of the customer: when, and the running number of that note.
    times: HashMap<u128, (u64, u64), BuildHasherDefault<KeyHasher>>,
    /// The oldest first; those that `times` does not have any more are passed over.
    order: BinaryHeap<Reverse<(u64, u64, u128)>>,
    notes: u64,
}

/// For keys that are hashes already.
#[derive(Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let half = bytes.first_chunk().copied().unwrap_or_default();
        self.0 = u64::from_ne_bytes(half);
    }
}

impl Latest {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            times: HashMap::default(),
            order: BinaryHeap::new(),
            notes: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.times.len()
    }

    pub(super) fn get(&self, key: u128) -> Option<u64> {
        self.times.get(&key).map(|(unix_s, _)| *unix_s)
    }

    /// Answers whether that is news.
    pub(super) fn note(&mut self, key: u128, unix_s: u64) -> bool {
        let known = self.times.get(&key);
        if known.is_some_and(|(last, _)| *last >= unix_s) {
            return false;
        }
        if known.is_none() && self.times.len() >= self.most {
            self.forget_oldest();
        }
        self.notes += 1;
        self.times.insert(key, (unix_s, self.notes));
        self.order.push(Reverse((unix_s, self.notes, key)));
        if self.order.len() > 2 * self.times.len() + 1024 {
            let times = &self.times;
            self.order
                .retain(|Reverse((unix_s, note, key))| times.get(key) == Some(&(*unix_s, *note)));
        }
        true
    }

    fn forget_oldest(&mut self) {
        while let Some(Reverse((unix_s, note, key))) = self.order.pop() {
            if self.times.get(&key) == Some(&(unix_s, note)) {
                self.times.remove(&key);
                return;
            }
        }
    }

    /// Every customer, the oldest first.
    pub(super) fn oldest_first(&self) -> impl Iterator<Item = Record> {
        let entries = self.times.iter();
        let mut all: Vec<_> = entries.map(|(key, at)| (*at, *key)).collect();
        all.sort_unstable();
        all.into_iter()
            .map(|((unix_s, _), key)| Record { key, unix_s })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// W56: with equal times the one that was noted first is the oldest.
    #[test]
    fn of_too_many_exactly_the_oldest_goes() {
        let mut latest = Latest::new(1_000);
        for key in 0..1_000 {
            assert!(latest.note(key, 5));
        }
        assert!(!latest.note(7, 5), "no news");
        assert!(latest.note(0, 6), "heard of again");
        assert!(latest.note(1_000, 5));
        assert_eq!(latest.len(), 1_000);
        let gone: Vec<_> = (0..=1_000)
            .filter(|key| latest.get(*key).is_none())
            .collect();
        assert_eq!(gone, [1]);
    }

    proptest! {
        /// Against the plainest thing that does the same.
        #[test]
        fn it_remembers_what_a_sorted_list_remembers(
            most in 1_usize..6,
            notes in prop::collection::vec((0_u128..9, 0_u64..5), 0..200),
        ) {
            let mut latest = Latest::new(most);
            let mut list: Vec<(u64, usize, u128)> = Vec::new();
            for (at, (key, unix_s)) in notes.iter().copied().enumerate() {
                latest.note(key, unix_s);
                let known = list.iter().position(|one| one.2 == key);
                if known.is_some_and(|place| list[place].0 >= unix_s) {
                    continue;
                }
                match known {
                    Some(place) => drop(list.remove(place)),
                    None if list.len() == most => drop(list.remove(0)),
                    None => {}
                }
                list.push((unix_s, at, key));
                list.sort_unstable();
            }
            let wanted: Vec<_> = list.iter().map(|one| (one.2, one.0)).collect();
            let found: Vec<_> = latest.oldest_first().map(|it| (it.key, it.unix_s)).collect();
            prop_assert_eq!(found, wanted);
        }
    }
}
