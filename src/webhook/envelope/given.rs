//! Which names the members of an object have, found in one pass: the envelope asks for the same few names
//! again and again, and most of those that it asks for are absent.

use super::name::{NAMES, Name};
use crate::json::Value;

/// A set of names is a `u64`, in which each has a bit; the last bit stands for all unknown names.
const _: () = assert!(NAMES.len() < 64);
const UNKNOWN: u8 = 63;

/// The names of an object's members.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Given {
    /// Those that are given at least once.
    given: u64,
    /// Those that are given more than once.
    repeated: u64,
}

impl Given {
    pub(super) fn of(object: Value<'_, '_>) -> Self {
        object.children().map(Value::number).collect()
    }

    /// Notes one more member; answers whether it is the first with its name.
    pub(super) fn add(&mut self, number: Option<u8>) -> bool {
        let bit = bit(number.unwrap_or(UNKNOWN));
        let is_first = self.given & bit == 0;
        self.repeated |= self.given & bit;
        self.given |= bit;
        is_first
    }

    pub(super) const fn has(self, name: Name) -> bool {
        self.given & bit(name as u8) != 0
    }

    pub(super) const fn has_twice(self, name: Name) -> bool {
        self.repeated & bit(name as u8) != 0
    }

    /// Whether any known name is given more than once.
    pub(super) const fn has_any_twice(self) -> bool {
        self.repeated & !bit(UNKNOWN) != 0
    }

    /// Whether each member has one of these names, and no two have the same.
    pub(super) fn is_among(self, names: &[Name]) -> bool {
        let names = names.iter().fold(0, |set, name| set | bit(*name as u8));
        self.repeated == 0 && self.given & !names == 0
    }
}

/// From the numbers of the names; an unknown name has none.
impl FromIterator<Option<u8>> for Given {
    fn from_iter<I: IntoIterator<Item = Option<u8>>>(numbers: I) -> Self {
        let mut given = Self::default();
        for number in numbers {
            given.add(number);
        }
        given
    }
}

const fn bit(number: u8) -> u64 {
    1 << number
}
