//! The elements of one list of a notification, however they were read.

use std::ops::Range;

use crate::json::{Elements, Raw};
use crate::webhook::head::{Head, Name};

/// Contacts, messages or statuses.
#[derive(Debug, Clone)]
pub(in crate::webhook) enum List<'a> {
    /// As the typed reader left them: each element, then those of its members that matter.
    Read { body: &'a str, items: &'a [Item] },
    /// A valid array that is still to be read.
    Text(Elements<'a>),
}

/// One element.
#[derive(Debug, Clone)]
pub(in crate::webhook) struct Found<'a> {
    /// The text it had.
    pub(in crate::webhook) raw: &'a str,
    /// Its members that matter, if they were read already.
    pub(in crate::webhook) head: Option<Head<'a>>,
    /// Whether no escape in it is known to stand for half of a surrogate pair.
    pub(in crate::webhook) sound: bool,
}

/// Something in the body, by its place: small, because a notification may have many.
#[derive(Debug, Clone, Copy)]
pub(in crate::webhook) struct Item {
    pub(super) kind: Kind,
    /// Of an element: whether no escape in it stands for half of a surrogate pair.
    pub(super) sound: bool,
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
            sound: false,
            from: u32::try_from(range.start).ok()?,
            length: u32::try_from(range.len()).ok()?,
        })
    }

    /// The text at its place.
    pub(super) fn raw<'a>(&self, body: &'a str) -> Option<Raw<'a>> {
        let from = self.from as usize;
        body.get(from..from + self.length as usize).map(Raw)
    }
}

impl<'a> List<'a> {
    pub(in crate::webhook) fn empty() -> Self {
        Self::Read {
            body: "",
            items: &[],
        }
    }

    /// How many elements there are, or `most` if there are more.
    pub(super) fn count_up_to(&self, most: usize) -> usize {
        match self {
            Self::Text(elements) => elements.clone().take(most).count(),
            Self::Read { items, .. } => {
                let elements = items
                    .iter()
                    .filter(|item| !matches!(item.kind, Kind::Member(_)));
                elements.take(most).count()
            }
        }
    }

    pub(in crate::webhook) fn iter(&self) -> Iter<'a> {
        Iter(self.clone())
    }
}

/// Goes through a list.
pub(in crate::webhook) struct Iter<'a>(List<'a>);

impl<'a> Iterator for Iter<'a> {
    type Item = Found<'a>;

    fn next(&mut self) -> Option<Found<'a>> {
        match &mut self.0 {
            List::Text(elements) => elements.next().map(|raw| Found {
                raw,
                head: None,
                sound: false,
            }),
            List::Read { body, items } => {
                let (element, mut rest) = items.split_first()?;
                let mut head = Head::default();
                while let [member, after @ ..] = rest
                    && let Kind::Member(name) = member.kind
                {
                    head.set(name, member.raw(body)?);
                    rest = after;
                }
                *items = rest;
                Some(Found {
                    raw: element.raw(body)?.0,
                    head: (element.kind == Kind::Element).then_some(head),
                    sound: element.sound,
                })
            }
        }
    }
}
