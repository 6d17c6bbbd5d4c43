//! The notification's envelope: every entry and every change, in order (D/webhooks/overview, 2026-05).

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
pub(super) struct Change<'a> {
    /// `entry[].id`, the WhatsApp Business Account.
    pub(super) business_account_id: Option<Cow<'a, str>>,
    pub(super) field: Option<Cow<'a, str>>,
    pub(super) value: Option<&'a str>,
}

/// Every change of `body`, in order. An entry or change that is no object becomes a change without
/// field and value, so that it can be counted.
pub(super) fn changes(body: &str) -> Result<Vec<Change<'_>>, Unreadable> {
    let whole: &RawValue = serde_json::from_str(body).map_err(|_| Unreadable::NotJson)?;
    let envelope = Object::parse(whole.get()).ok_or(Unreadable::NotAnObject)?;
    if envelope.text("object").as_deref() != Some("whatsapp_business_account") {
        return Err(Unreadable::OtherObject);
    }
    let entries = envelope.get("entry").and_then(elements_of);
    let mut changes = Vec::new();
    for raw in entries.ok_or(Unreadable::NoEntries)? {
        let Some(entry) = Object::parse(raw) else {
            changes.push(Change {
                business_account_id: None,
                field: None,
                value: None,
            });
            continue;
        };
        let business_account_id = entry.text("id");
        for raw in entry.elements("changes") {
            let change = Object::parse(raw);
            changes.push(Change {
                business_account_id: business_account_id.clone(),
                field: change.as_ref().and_then(|change| change.text("field")),
                value: change.as_ref().and_then(|change| change.get("value")),
            });
        }
    }
    Ok(changes)
}
