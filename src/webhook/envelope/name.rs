//! The names of those members of messages, statuses and contacts that say what and whose they are.

/// A member that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::webhook) enum Name {
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
    /// Of a message in a group.
    GroupId,
    /// Of a contact.
    WaId,
    /// Of a contact.
    UserId,
}

impl Name {
    pub(in crate::webhook) fn of(name: &str) -> Option<Self> {
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
            "group_id" => Self::GroupId,
            "wa_id" => Self::WaId,
            "user_id" => Self::UserId,
            _ => return None,
        })
    }
}

/// Which members have been given.
#[derive(Debug, Default, Clone, Copy)]
pub(in crate::webhook) struct Seen(u32);

impl Seen {
    /// Notes `name`; none if it was noted before.
    pub(in crate::webhook) fn first(&mut self, name: Name) -> Option<()> {
        let bit = 1 << name as u32;
        let new = self.0 & bit == 0;
        self.0 |= bit;
        new.then_some(())
    }
}
