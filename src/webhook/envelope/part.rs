//! The parts of a notification, and why a body has none.

use std::borrow::Cow;

use super::list::List;
use crate::json::Raw;
use crate::webhook::fields::Listing;

/// Why a body is no notification for this adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NotJson,
    NotAnObject,
    OtherObject,
    NoEntries,
}

/// Why the parts of a body were not handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotRead {
    Unreadable(Unreadable),
    /// There is no memory for its outline.
    NoMemory,
}

impl From<Unreadable> for NotRead {
    fn from(unreadable: Unreadable) -> Self {
        Self::Unreadable(unreadable)
    }
}

impl Unreadable {
    /// For `details.reason`.
    pub(crate) const fn reason(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::NotAnObject => "not_an_object",
            Self::OtherObject => "not_whatsapp",
            Self::NoEntries => "no_entries",
        }
    }

    /// What to look at.
    pub(crate) const fn hint(self) -> &'static str {
        match self {
            Self::NotJson => "the notification is not JSON: pass the webhook's body unchanged",
            Self::NotAnObject => {
                "the notification is not a JSON object: pass the webhook's body unchanged"
            }
            Self::OtherObject => {
                "the notification is not for WhatsApp: its member \"object\" is not \"whatsapp_business_account\""
            }
            Self::NoEntries => {
                "the notification has no array \"entry\": pass the whole body, not a part of it"
            }
        }
    }
}

/// The entry that changes came in.
#[derive(Debug, Default, Clone, PartialEq)]
pub(in crate::webhook) struct Account<'a> {
    /// `entry[].id`, the WhatsApp Business Account.
    pub(in crate::webhook) id: Option<Cow<'a, str>>,
    /// `entry[].time`, unix seconds.
    pub(in crate::webhook) time: Option<Cow<'a, str>>,
}

/// The number that a change is about.
#[derive(Debug, Default, Clone, PartialEq)]
pub(in crate::webhook) struct Number<'a> {
    pub(in crate::webhook) id: Option<Cow<'a, str>>,
    pub(in crate::webhook) display: Option<Cow<'a, str>>,
}

/// A change of the field `messages`.
#[derive(Debug)]
pub(in crate::webhook) struct Messages<'a> {
    pub(in crate::webhook) contacts: Option<List<'a>>,
    pub(in crate::webhook) messages: List<'a>,
    pub(in crate::webhook) statuses: List<'a>,
    pub(in crate::webhook) errors: Option<Raw<'a>>,
    /// What customers did with messages, e.g. where they tapped.
    pub(in crate::webhook) user_actions: List<'a>,
    /// What an automated agent tells of the conversation before.
    pub(in crate::webhook) context: Option<Raw<'a>>,
    /// Whether something stands beside them that could not be read.
    pub(in crate::webhook) has_broken: bool,
}

impl Messages<'_> {
    /// How many events it makes.
    pub(in crate::webhook) fn count(&self) -> usize {
        let elements = self.messages.count() + self.statuses.count();
        elements + self.count_beside()
    }

    /// How many events it makes beside its messages and statuses.
    pub(in crate::webhook) fn count_beside(&self) -> usize {
        self.user_actions.count() + usize::from(self.errors.is_some())
    }

    /// Whether there is exactly one element, and nothing else that a contact may be of.
    pub(in crate::webhook) fn is_single(&self) -> bool {
        self.count() == 1 && self.errors.is_none() && !self.has_broken
    }
}

/// A change of a field whose value holds other lists.
#[derive(Debug)]
pub(in crate::webhook) struct Listed<'a> {
    pub(in crate::webhook) contacts: Option<List<'a>>,
    pub(in crate::webhook) lists: Vec<(&'static Listing, List<'a>)>,
    pub(in crate::webhook) errors: Vec<Raw<'a>>,
    pub(in crate::webhook) context: Option<Raw<'a>>,
    /// Whether something stands beside them that could not be read.
    pub(in crate::webhook) has_broken: bool,
}

impl Listed<'_> {
    /// How many elements its lists have; each part of a history counts as one.
    pub(in crate::webhook) fn count(&self) -> usize {
        self.lists.iter().map(|(_, list)| list.count()).sum()
    }

    /// Whether there is exactly one element, and nothing else that a contact may be of.
    pub(in crate::webhook) fn is_single(&self) -> bool {
        self.count() == 1 && !self.has_broken
    }
}

/// A change of any other field.
#[derive(Debug)]
pub(in crate::webhook) struct Change<'a> {
    /// The change itself, as it came.
    pub(in crate::webhook) raw: &'a str,
    pub(in crate::webhook) field: Cow<'a, str>,
    pub(in crate::webhook) value: &'a str,
    /// Whether it has more members than these two.
    pub(in crate::webhook) has_more: bool,
}

/// A part of a notification.
#[derive(Debug)]
pub(in crate::webhook) enum Part<'a> {
    Messages(Messages<'a>),
    Listed(Listed<'a>),
    Other(Change<'a>),
    /// A slice that is neither, and why.
    Broken {
        raw: &'a str,
        reason: &'static str,
    },
}

/// Takes the parts of a notification.
pub(in crate::webhook) type Take<'t> = dyn FnMut(&Account<'_>, &Number<'_>, Part<'_>) + 't;
