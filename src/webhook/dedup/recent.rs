//! The events that were accepted last: a ring in the order they came, and an index from key to place.
//!
//! A full memory does not fit the processor's fast caches, and it is asked at every event, nearly
//! always for something that is not there. So the index is one flat table of small cells; a new event
//! needs two places of it, its own and that of the record it pushes out, and both are asked for at once.

use crate::webhook::journal::Record;

/// At most `capacity` records; a new one pushes the oldest out.
#[derive(Debug)]
pub(super) struct Recent {
    capacity: usize,
    /// Records by place; once full, the oldest is at `next`.
    ring: Vec<Record>,
    /// The low 32 bits of each record's key: all that finding its cell needs, and close together.
    low: Vec<u32>,
    next: usize,
    /// Open addressing with linear probing, at most half full. A cell is 0, or
    /// - in those bits that are set in `places`, a place plus one;
    /// - above them, some bits of the key: nearly always enough to tell another key's cell without a look
    ///   at the ring;
    /// - in its highest six bits, how far it is from its home: enough to move it without a look at `low`,
    ///   unless it is `FAR`.
    cells: Vec<u32>,
    places: u32,
    /// What [`Recent::fetch`] has read.
    hint: u32,
}

/// Records that are kept at most: a cell has room for their places, and for three bits of the key.
const MOST: usize = 1 << 22;
/// Where in a cell its distance from its home is.
const DISTANCE: u32 = u32::BITS - 6;
/// So far from home or farther.
const FAR: u32 = u32::MAX >> DISTANCE;

impl Recent {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, MOST);
        Self {
            capacity,
            ring: Vec::new(),
            low: Vec::new(),
            next: 0,
            cells: vec![0; 16],
            places: places_up_to(capacity),
            hint: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    /// Reads the cells that looking for `keys` and adding them will need. They are in no fast cache, and
    /// asked for at once they come at once.
    pub(super) fn fetch(&mut self, keys: impl Iterator<Item = u128>) {
        let mut oldest = self.low.iter().skip(self.next);
        let mut all = 0;
        for key in keys {
            let oldest = oldest.next().copied().unwrap_or(0);
            all ^= self.cell(self.home(low(key))) ^ self.cell(self.home(oldest));
        }
        // Kept, or nothing would be read.
        self.hint = all;
    }

    /// When the record of `key` was made, if there is one.
    pub(super) fn get(&mut self, key: u128) -> Option<u64> {
        self.fetch(std::iter::once(key));
        let mut at = self.home(low(key));
        loop {
            let cell = self.cell(at);
            if cell == 0 {
                return None;
            }
            if self.points_to(cell, key) {
                return self.ring.get(self.place(cell)).map(|record| record.unix_s);
            }
            at = self.after(at);
        }
    }

    /// Adds a record; an older one of the same key is forgotten.
    pub(super) fn push(&mut self, record: Record) {
        if (self.ring.len() + 1) * 2 > self.cells.len() && self.ring.len() < self.capacity {
            self.grow();
        }
        if self.ring.len() < self.capacity {
            self.next = self.ring.len();
            self.ring.push(record);
            self.low.push(low(record.key));
        } else {
            self.unlink(self.next);
            if let Some(oldest) = self.ring.get_mut(self.next) {
                *oldest = record;
            }
            if let Some(oldest) = self.low.get_mut(self.next) {
                *oldest = low(record.key);
            }
        }
        let place = self.next;
        self.next = if place + 1 < self.capacity {
            place + 1
        } else {
            0
        };
        self.link(record.key, place);
    }

    /// Oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = Record> + '_ {
        let split = if self.ring.len() < self.capacity {
            0
        } else {
            self.next
        };
        let (newer, older) = self.ring.split_at(split.min(self.ring.len()));
        older.iter().chain(newer).copied()
    }

    /// Points `key` to `place`, whatever it pointed to before.
    fn link(&mut self, key: u128, place_of_key: usize) {
        #[allow(clippy::cast_possible_truncation)] // at most `MOST`
        let place = place_of_key as u32 + 1;
        let home = self.home(low(key));
        let mut at = home;
        loop {
            let cell = self.cell(at);
            if cell == 0 || self.points_to(cell, key) {
                return self.set(at, home, mark(key) & !self.places | place);
            }
            at = self.after(at);
        }
    }

    /// Takes the cell that points to `place_gone` out and closes the gap behind it.
    fn unlink(&mut self, place_gone: usize) {
        let Some(low_of_key) = self.low.get(place_gone) else {
            return;
        };
        let mut at = self.home(*low_of_key);
        loop {
            let cell = self.cell(at);
            if cell == 0 {
                // The key points to a younger record by now.
                return;
            }
            if self.place(cell) == place_gone {
                break;
            }
            at = self.after(at);
        }
        let mut gap = at;
        loop {
            at = self.after(at);
            let cell = self.cell(at);
            if cell == 0 {
                return self.clear(gap);
            }
            // The cell may move into the gap if its way from home leads over it.
            let home = self.home_of(at, cell);
            if self.distance(home, at) >= self.distance(gap, at) {
                self.set(gap, home, cell);
                gap = at;
            }
        }
    }

    fn grow(&mut self) {
        self.cells = vec![0; self.cells.len() * 2];
        for at in 0..self.ring.len() {
            if let Some(record) = self.ring.get(at).copied() {
                self.link(record.key, at);
            }
        }
    }

    /// Whether a cell that is not 0 is the one of `key`.
    fn points_to(&self, cell: u32, key: u128) -> bool {
        let same = |record: &Record| record.key == key;
        (cell ^ mark(key)) & !self.places & !(FAR << DISTANCE) == 0
            && self.ring.get(self.place(cell)).is_some_and(same)
    }

    /// The home of a cell that is not 0 and is at `at`.
    fn home_of(&self, at: usize, cell: u32) -> usize {
        match cell >> DISTANCE {
            FAR => self.home(self.low.get(self.place(cell)).copied().unwrap_or(0)),
            distance => at.wrapping_sub(distance as usize) & (self.cells.len() - 1),
        }
    }

    /// How many cells `to` comes after `from`.
    fn distance(&self, from: usize, to: usize) -> usize {
        to.wrapping_sub(from) & (self.cells.len() - 1)
    }

    /// Where a cell that is not 0 points to.
    fn place(&self, cell: u32) -> usize {
        (cell & self.places) as usize - 1
    }

    fn home(&self, low_of_key: u32) -> usize {
        low_of_key as usize & (self.cells.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.cells.len() - 1)
    }

    fn cell(&self, at: usize) -> u32 {
        self.cells.get(at).copied().unwrap_or(0)
    }

    /// Puts `cell`, whose home is `home`, at `at`.
    fn set(&mut self, at: usize, home: usize, cell: u32) {
        let distance = u32::try_from(self.distance(home, at)).map_or(FAR, |far| far.min(FAR));
        if let Some(slot) = self.cells.get_mut(at) {
            *slot = cell & !(FAR << DISTANCE) | distance << DISTANCE;
        }
    }

    fn clear(&mut self, at: usize) {
        if let Some(slot) = self.cells.get_mut(at) {
            *slot = 0;
        }
    }
}

/// The key is a hash: any bits will do.
#[allow(clippy::cast_possible_truncation)]
const fn low(key: u128) -> u32 {
    key as u32
}

/// One less than a power of two, and at least as much as the last place plus one.
#[allow(clippy::cast_possible_truncation)] // at most `MOST`
const fn places_up_to(capacity: usize) -> u32 {
    u32::MAX >> (capacity as u32).leading_zeros()
}

/// Bits of a key that its home does not depend on.
#[allow(clippy::cast_possible_truncation)]
const fn mark(key: u128) -> u32 {
    (key >> 32) as u32
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
