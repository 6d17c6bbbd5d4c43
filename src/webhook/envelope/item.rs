//! What the typed reader keeps of a body: places, in the order they have.

use std::ops::Range;

use super::name::Name;
use crate::json::{Escapes, Raw};

/// Something in the body, by its place: small, because a notification may have many.
#[derive(Debug, Clone, Copy)]
pub(in crate::webhook) struct Item {
    pub(super) kind: Kind,
    pub(super) escapes: Escapes,
    from: u32,
    length: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Its id and time follow.
    Entry,
    EntryId,
    EntryTime,
    /// Its number follows, then lists and errors in the order the body has them.
    Change,
    NumberId,
    NumberDisplay,
    Contacts,
    Messages,
    Statuses,
    ChangeErrors,
    UserActions,
    /// An element of a list; those of its members that matter follow.
    Element,
    /// The same, to be read by itself: a member is given twice or has an odd name, or it is no object.
    Odd,
    Member(Name),
}

impl Item {
    /// One at `range`; none if that is beyond what an item can hold.
    pub(super) fn new(kind: Kind, range: Range<usize>) -> Option<Self> {
        Some(Self {
            kind,
            escapes: Escapes::Any,
            from: u32::try_from(range.start).ok()?,
            length: u32::try_from(range.len()).ok()?,
        })
    }

    /// One at `range` whose escapes are known.
    pub(super) fn with(self, escapes: Escapes) -> Self {
        Self { escapes, ..self }
    }

    /// The text at its place.
    pub(super) fn raw<'a>(&self, body: &'a str) -> Option<Raw<'a>> {
        let from = self.from as usize;
        body.get(from..from + self.length as usize).map(Raw)
    }
}
