//! The elements of one list of a notification, however they were read.

use super::head::Head;
use super::item::{Item, Kind};
use crate::json::{Elements, Escapes};

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
    pub(in crate::webhook) escapes: Escapes,
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
                escapes: Escapes::Any,
            }),
            List::Read { body, items } => {
                let (element, rest) = items.split_first()?;
                let of_element = |item: &&Item| matches!(item.kind, Kind::Member(_));
                let (members, rest) =
                    rest.split_at_checked(rest.iter().take_while(of_element).count())?;
                *items = rest;
                let (body, items) = (*body, members);
                Some(Found {
                    raw: element.raw(body)?.0,
                    head: (element.kind == Kind::Element).then_some(Head::Read { body, items }),
                    escapes: element.escapes,
                })
            }
        }
    }
}
