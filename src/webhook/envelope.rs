//! The notification's envelope: every entry and every change, in order (D/webhooks/overview, 2026-05).
//!
//! Nothing is rebuilt: what is handed out are slices of the body. One bad part never costs the others.

use std::borrow::Cow;

use serde_json::value::RawValue;

use crate::json::{Object, elements_of};

/// Why a body is no notification for this adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NotJson,
    NotAnObject,
    OtherObject,
    NoEntries,
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
            Self::NotJson => "is not JSON: pass the webhook's body unchanged",
            Self::NotAnObject => "is not a JSON object: pass the webhook's body unchanged",
            Self::OtherObject => {
                "is not for WhatsApp: its member \"object\" is not \"whatsapp_business_account\""
            }
            Self::NoEntries => "has no array \"entry\": pass the whole body, not a part of it",
        }
    }
}

/// One change: what happened in one field of one account.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Change<'a> {
    /// The change itself, as it came.
    pub(super) raw: &'a str,
    pub(super) account: Account<'a>,
    pub(super) field: Cow<'a, str>,
    pub(super) value: &'a str,
    /// Whether it has more members than these two.
    pub(super) has_more: bool,
}

/// The entry that changes came in.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Account<'a> {
    /// `entry[].id`, the WhatsApp Business Account.
    pub(super) id: Option<Cow<'a, str>>,
    /// `entry[].time`, unix seconds.
    pub(super) time: Option<Cow<'a, str>>,
}

/// A part of a notification.
#[derive(Debug, PartialEq)]
pub(super) enum Part<'a> {
    Change(Change<'a>),
    /// A slice that is none, and why.
    Broken {
        raw: &'a str,
        reason: &'static str,
        account: Account<'a>,
    },
}

/// Hands every part of `body` to `take`, in order.
///
/// # Errors
/// `body` is no notification; `take` was not called.
pub(super) fn walk<'a>(body: &'a str, take: &mut dyn FnMut(Part<'a>)) -> Result<(), Unreadable> {
    let whole: &RawValue = serde_json::from_str(body).map_err(|_| Unreadable::NotJson)?;
    let envelope = Object::parse(whole.get()).ok_or(Unreadable::NotAnObject)?;
    if envelope.get("object").is_none()
        && let Some(change) = change_of(whole.get(), &Account::default())
    {
        // As Meta's dashboard shows samples: a change without its envelope.
        take(Part::Change(change));
        return Ok(());
    }
    if envelope.has_twice("object") || envelope.has_twice("entry") {
        return Err(Unreadable::NotAnObject);
    }
    if envelope.text("object").as_deref() != Some("whatsapp_business_account") {
        return Err(Unreadable::OtherObject);
    }
    let entries = envelope
        .get("entry")
        .and_then(elements_of)
        .ok_or(Unreadable::NoEntries)?;
    for raw in entries {
        walk_entry(raw, take);
    }
    Ok(())
}

fn walk_entry<'a>(raw: &'a str, take: &mut dyn FnMut(Part<'a>)) {
    let broken = |reason, account| Part::Broken {
        raw,
        reason,
        account,
    };
    let Some(entry) = Object::parse(raw) else {
        return take(broken("entry_not_an_object", Account::default()));
    };
    let account = Account {
        id: entry.text("id"),
        time: entry.text("time"),
    };
    let changes = entry.get("changes").and_then(elements_of);
    let Some(changes) = changes.filter(|_| !entry.has_twice("changes")) else {
        return take(broken("entry_without_changes", account));
    };
    for raw in changes {
        take(match change_of(raw, &account) {
            Some(change) => Part::Change(change),
            None => Part::Broken {
                raw,
                reason: "change_without_field_or_value",
                account: account.clone(),
            },
        });
    }
}

fn change_of<'a>(raw: &'a str, account: &Account<'a>) -> Option<Change<'a>> {
    let change = Object::parse(raw)?;
    if change.has_twice("field") || change.has_twice("value") {
        return None;
    }
    Some(Change {
        raw,
        account: account.clone(),
        field: change.text("field")?,
        value: change.get("value")?,
        has_more: change.0.len() > 2,
    })
}
