//! The events that were accepted last: a ring in the order they came, and an index from key to place.
//!
//! The index is a flat table of 32-bit cells, so that even a full memory stays in the processor's cache:
//! it is asked at every event, nearly always for something that is not there.

use crate::webhook::journal::Record;

/// At most `capacity` records; a new one pushes the oldest out.
#[derive(Debug)]
pub(super) struct Recent {
    capacity: usize,
    /// Records by place; once full, the oldest is at `next`.
    ring: Vec<Record>,
    next: usize,
    /// Open addressing with linear probing, at most half full. A cell is 0, or a place plus one in its
    /// low bits and a few bits of the key above them.
    cells: Vec<u32>,
}

/// Places need 23 bits: capacities go up to 4 Mi.
const PLACE_BITS: u32 = 23;
const PLACE: u32 = (1 << PLACE_BITS) - 1;

impl Recent {
    pub(super) fn new(capacity: usize) -> Self {
        let capacity = capacity.clamp(1, PLACE as usize - 1);
        Self {
            capacity,
            ring: Vec::new(),
            next: 0,
            cells: vec![0; 16],
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ring.len()
    }

    /// When the record of `key` was made, if there is one.
    pub(super) fn get(&self, key: u128) -> Option<u64> {
        let mut at = self.home(key);
        loop {
            let cell = self.cell(at);
            if cell == 0 {
                return None;
            }
            if self.points_to(cell, key) {
                return self.ring.get(place(cell)).map(|record| record.unix_s);
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
        } else {
            self.unlink(self.next);
            if let Some(oldest) = self.ring.get_mut(self.next) {
                *oldest = record;
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
        let mut at = self.home(key);
        loop {
            let cell = self.cell(at);
            if cell == 0 || self.points_to(cell, key) {
                #[allow(clippy::cast_possible_truncation)] // capacities fit 23 bits
                let new = tag(key) | (place_of_key as u32 + 1);
                return self.set(at, new);
            }
            at = self.after(at);
        }
    }

    /// Takes the cell that points to `place_gone` out and closes the gap behind it.
    fn unlink(&mut self, place_gone: usize) {
        let Some(record) = self.ring.get(place_gone) else {
            return;
        };
        let mut at = self.home(record.key);
        loop {
            let cell = self.cell(at);
            if cell == 0 {
                // The key points to a younger record by now.
                return;
            }
            if place(cell) == place_gone {
                break;
            }
            at = self.after(at);
        }
        let mut gap = at;
        loop {
            at = self.after(at);
            let cell = self.cell(at);
            if cell == 0 {
                return self.set(gap, 0);
            }
            let home = self
                .ring
                .get(place(cell))
                .map_or(at, |record| self.home(record.key));
            // The cell may move into the gap if its way from home leads over it.
            let mask = self.cells.len() - 1;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(gap) & mask {
                self.set(gap, cell);
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
        cell & !PLACE == tag(key)
            && self
                .ring
                .get(place(cell))
                .is_some_and(|record| record.key == key)
    }

    fn home(&self, key: u128) -> usize {
        #[allow(clippy::cast_possible_truncation)] // the key is a hash: any bits will do
        let bits = key as usize;
        bits & (self.cells.len() - 1)
    }

    fn after(&self, at: usize) -> usize {
        (at + 1) & (self.cells.len() - 1)
    }

    fn cell(&self, at: usize) -> u32 {
        self.cells.get(at).copied().unwrap_or(0)
    }

    fn set(&mut self, at: usize, cell: u32) {
        if let Some(slot) = self.cells.get_mut(at) {
            *slot = cell;
        }
    }
}

fn tag(key: u128) -> u32 {
    #[allow(clippy::cast_possible_truncation)] // the highest bits of the key
    let high = (key >> 96) as u32;
    high & !PLACE
}

fn place(cell: u32) -> usize {
    (cell & PLACE) as usize - 1
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
            capacity in 1_usize..12,
            // Few keys with equal low bits, so that they collide, come again and are pushed out.
            keys in prop::collection::vec((0_u128..6, 0_u128..3), 0..200),
        ) {
            let mut recent = Recent::new(capacity);
            let mut list: VecDeque<Record> = VecDeque::new();
            for (time, (low, high)) in keys.into_iter().enumerate() {
                let record = Record { key: high << 120 | low, unix_s: time as u64 };
                recent.push(record);
                if list.len() == capacity {
                    list.pop_front();
                }
                list.push_back(record);
                for low in 0..7 {
                    for high in 0..3 {
                        let key = high << 120 | low;
                        let wanted = list.iter().rev().find(|r| r.key == key).map(|r| r.unix_s);
                        prop_assert_eq!(recent.get(key), wanted);
                    }
                }
            }
            prop_assert_eq!(recent.iter().collect::<Vec<_>>(), Vec::from(list));
        }
    }
}
