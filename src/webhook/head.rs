//! Those members of messages, statuses and contacts that say what and whose they are.

use std::borrow::Cow;

use crate::json::{Object, Raw, Scan};

/// A member that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Name {
    Id,
    From,
    FromUserId,
    Timestamp,
    Type,
    Status,
    Errors,
    RecipientId,
    RecipientUserId,
    RecipientParticipantId,
    ParticipantRecipientId,
    RecipientParticipantUserId,
    ParticipantRecipientUserId,
    CallbackData,
    /// Of a contact.
    WaId,
    /// Of a contact.
    UserId,
}

const NAMES: usize = Name::UserId as usize + 1;

impl Name {
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "from" => Self::From,
            "from_user_id" => Self::FromUserId,
            "timestamp" => Self::Timestamp,
            "type" => Self::Type,
            "status" => Self::Status,
            "errors" => Self::Errors,
            "recipient_id" => Self::RecipientId,
            "recipient_user_id" => Self::RecipientUserId,
            "recipient_participant_id" => Self::RecipientParticipantId,
            "participant_recipient_id" => Self::ParticipantRecipientId,
            "recipient_participant_user_id" => Self::RecipientParticipantUserId,
            "participant_recipient_user_id" => Self::ParticipantRecipientUserId,
            "biz_opaque_callback_data" => Self::CallbackData,
            "wa_id" => Self::WaId,
            "user_id" => Self::UserId,
            _ => return None,
        })
    }
}

/// The members of one object that matter here, each as the text it had. `null` counts as absent.
#[derive(Debug, Default, Clone)]
pub(super) struct Head<'a>([Option<Raw<'a>>; NAMES]);

impl<'a> Head<'a> {
    /// Of `raw`, one valid object; none if some are given twice or a name has an escape in it.
    pub(super) fn scan(raw: &'a str) -> Option<Self> {
        let mut head = Self::default();
        let mut seen = Seen::default();
        for (name, value) in Scan::of(raw)? {
            let Some(name) = Name::of(name) else {
                if name.contains('\\') {
                    return None;
                }
                continue;
            };
            seen.first(name)?;
            head.set(name, Raw(value));
        }
        Some(head)
    }

    /// Of any object. Of a member that is given twice, the first one counts; of a contact's, the last.
    pub(super) fn of(object: &Object<'a>) -> Self {
        let mut head = Self::default();
        let mut seen = Seen::default();
        for (name, raw) in &object.0 {
            if let Some(name) = Name::of(name)
                && (seen.first(name).is_some() || matches!(name, Name::WaId | Name::UserId))
            {
                head.set(name, Raw(raw));
            }
        }
        head
    }

    /// The member `name` is `raw`.
    pub(super) fn set(&mut self, name: Name, raw: Raw<'a>) {
        if let Some(slot) = self.0.get_mut(name as usize)
            && raw.0 != "null"
        {
            *slot = Some(raw);
        }
    }

    pub(super) fn get(&self, name: Name) -> Option<Raw<'a>> {
        self.0.get(name as usize).copied().flatten()
    }

    /// The text of a member.
    pub(super) fn text(&self, name: Name) -> Option<Cow<'a, str>> {
        self.get(name).and_then(Raw::text)
    }

    /// The first of several members that has a text.
    pub(super) fn first(&self, names: &[Name]) -> Option<Cow<'a, str>> {
        names.iter().find_map(|name| self.text(*name))
    }
}

/// Which members have been given.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Seen(u32);

impl Seen {
    /// Notes `name`; none if it was noted before.
    pub(super) fn first(&mut self, name: Name) -> Option<()> {
        let bit = 1 << name as u32;
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new.then_some(())
    }
}
