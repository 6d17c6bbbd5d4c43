//! What an element's event has beside the element: a contact, and what the value around it says.

use super::contacts::Contacts;
use crate::json::Raw;

/// What the elements of a value have in common.
pub(super) struct Beside<'c, 'a> {
    pub(super) contacts: &'c Contacts<'c>,
    pub(super) context: Option<Raw<'a>>,
    /// The errors of a call stand beside it.
    pub(super) errors: Option<Raw<'a>>,
    /// Of messages in a thread of the history.
    pub(super) thread: Option<Thread<'a>>,
}

/// A thread of a part of the history.
#[derive(Clone, Copy, Default)]
pub(super) struct Thread<'a> {
    pub(super) id: Option<&'a str>,
    /// The customer, in the form of a contact.
    pub(super) customer: Option<&'a str>,
    /// How far the history has come, by the events' names of the numbers.
    pub(super) progress: [(&'static str, Option<u64>); 3],
}

impl<'c> Beside<'c, '_> {
    pub(super) const fn of(contacts: &'c Contacts<'c>) -> Self {
        Self {
            contacts,
            context: None,
            errors: None,
            thread: None,
        }
    }

    /// That of the messages of a thread.
    pub(super) const fn within<'t>(&self, thread: Thread<'t>) -> Beside<'c, 't> {
        Beside {
            thread: Some(thread),
            ..Beside::of(self.contacts)
        }
    }
}
