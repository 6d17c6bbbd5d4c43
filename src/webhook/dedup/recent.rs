//! The events that were accepted last: a ring in the order they came, and a table from key to place.
//!
//! The table is hashbrown's. A table of our own with cells of four bytes took 15 to 35 ns less of the 2 µs
//! that a message takes, but 25 ns more for each event of a notification with a hundred of them, a fifth
//! more memory, and twice the code.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::webhook::journal::Record;

/// At most `capacity` records; a new one pushes the oldest out.
#[derive(Debug)]
pub(super) struct Recent {
    capacity: usize,
    /// Once it is full, the oldest record is at `next`.
    ring: Vec<Record>,
    next: usize,
    /// Where in the ring the youngest record of each key is.
    places: HashTable<u32>,
}

/// Records that are kept at most: the maximum of `dedupEntries`.
const MOST: usize = 1 << 22;

impl Recent {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.clamp(1, MOST),
            ring: Vec::new(),
            next: 0,
            places: HashTable::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    /// When the record of `key` was made, if there is one.
    pub(super) fn get(&self, key: u128) -> Option<u64> {
        let is_of_key = |place: &u32| key_at(&self.ring, *place) == Some(key);
        let place = self.places.find(hash(key), is_of_key)?;
        self.ring.get(*place as usize).map(|record| record.unix_s)
    }

    /// Adds a record; an older one of the same key is forgotten.
    pub(super) fn push(&mut self, record: Record) {
        #[allow(clippy::cast_possible_truncation)] // at most `MOST`
        let place = self.next as u32;
        if let Some(slot) = self.ring.get_mut(self.next) {
            let oldest = std::mem::replace(slot, record);
            // Its key may point to a younger record by now.
            let is_oldest = |at: &u32| *at == place;
            if let Ok(entry) = self.places.find_entry(hash(oldest.key), is_oldest) {
                entry.remove();
            }
        } else {
            self.ring.push(record);
        }
        self.next = (self.next + 1) % self.capacity;
        let is_of_key = |at: &u32| key_at(&self.ring, *at) == Some(record.key);
        let hash_at = |at: &u32| key_at(&self.ring, *at).map_or(0, hash);
        match self.places.entry(hash(record.key), is_of_key, hash_at) {
            Entry::Occupied(mut older) => *older.get_mut() = place,
            Entry::Vacant(entry) => {
                entry.insert(place);
            }
        }
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Record> + '_ {
        let full = self.ring.len() == self.capacity;
        let (newer, older) = self.ring.split_at(if full { self.next } else { 0 });
        older.iter().chain(newer).copied()
    }
}

fn key_at(ring: &[Record], place: u32) -> Option<u128> {
    ring.get(place as usize).map(|record| record.key)
}

/// A key is a hash already, of which any 64 bits will do.
#[allow(clippy::cast_possible_truncation)]
const fn hash(key: u128) -> u64 {
    key as u64
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Against the plainest thing that does the same.
        #[test]
        fn it_remembers_what_a_list_remembers(
            // Few keys with equal low bits, so that they collide, come again and are pushed out; or many
            // in one row of cells, so that they are far from home.
            (capacity, keys) in prop_oneof![
                (1_usize..12, prop::collection::vec((0_u128..6, 0_u128..3), 0..200)),
                (90_usize..100, prop::collection::vec((0_u128..2, 0_u128..1_000_000), 0..400)),
            ],
            // Whether those that collide can be told apart in their cells.
            shift in prop::sample::select(vec![100, 35]),
        ) {
            let mut recent = Recent::new(capacity);
            let mut list: VecDeque<Record> = VecDeque::new();
            let keys: Vec<u128> = keys.into_iter().map(|(low, high)| high << shift | low).collect();
            for (time, key) in keys.iter().enumerate() {
                let record = Record { key: *key, unix_s: time as u64 };
                recent.push(record);
                if list.len() == capacity {
                    list.pop_front();
                }
                list.push_back(record);
                // A long list is not looked through each time.
                let asked = if capacity < 12 || time % 20 == 0 { keys.as_slice() } else { &[] };
                for key in asked.iter().chain(&[9, 9 << shift]) {
                    let wanted = list.iter().rev().find(|r| r.key == *key).map(|r| r.unix_s);
                    prop_assert_eq!(recent.get(*key), wanted);
                }
            }
            prop_assert_eq!(recent.iter().collect::<Vec<_>>(), Vec::from(list));
        }
    }
}
