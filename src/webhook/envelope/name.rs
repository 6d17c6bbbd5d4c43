//! The names of those members of messages, statuses and contacts that say what and whose they are.

/// A member that matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(in crate::webhook) enum Name {
    Id,
    From,
    FromUserId,
    FromParentUserId,
    Timestamp,
    Type,
    Status,
    Errors,
    RecipientId,
    RecipientUserId,
    RecipientParentUserId,
    ParentRecipientUserId,
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
    /// Of a contact.
    ParentUserId,
}

impl Name {
    pub(in crate::webhook) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "from" => Self::From,
            "from_user_id" => Self::FromUserId,
            "from_parent_user_id" => Self::FromParentUserId,
            "timestamp" => Self::Timestamp,
            "type" => Self::Type,
            "status" => Self::Status,
            "errors" => Self::Errors,
            "recipient_id" => Self::RecipientId,
            "recipient_user_id" => Self::RecipientUserId,
            "recipient_parent_user_id" => Self::RecipientParentUserId,
            "parent_recipient_user_id" => Self::ParentRecipientUserId,
            "recipient_participant_id" => Self::RecipientParticipantId,
            "participant_recipient_id" => Self::ParticipantRecipientId,
            "recipient_participant_user_id" => Self::RecipientParticipantUserId,
            "participant_recipient_user_id" => Self::ParticipantRecipientUserId,
            "biz_opaque_callback_data" => Self::CallbackData,
            "group_id" => Self::GroupId,
            "wa_id" => Self::WaId,
            "user_id" => Self::UserId,
            "parent_user_id" => Self::ParentUserId,
            _ => return None,
        })
    }

    /// Whether it says who somebody is. Such a text holds a letter or a digit, or it names nobody.
    pub(super) const fn is_of_somebody(self) -> bool {
        match self {
            Self::From
            | Self::FromUserId
            | Self::FromParentUserId
            | Self::RecipientId
            | Self::RecipientUserId
            | Self::RecipientParentUserId
            | Self::ParentRecipientUserId
            | Self::RecipientParticipantId
            | Self::ParticipantRecipientId
            | Self::RecipientParticipantUserId
            | Self::ParticipantRecipientUserId
            | Self::GroupId
            | Self::WaId
            | Self::UserId
            | Self::ParentUserId => true,
            Self::Id
            | Self::Timestamp
            | Self::Type
            | Self::Status
            | Self::Errors
            | Self::CallbackData => false,
        }
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

/// Whether the member `name` says of whom something is told: a person, a group, a number, an account, an
/// app.
pub(in crate::webhook) fn is_of_whom(name: &str) -> bool {
    name.strip_suffix("_id").is_some_and(|whom| {
        whom == "wa"
            || whom.ends_with("_wa")
            || whom == "app"
            || whom.ends_with("_app")
            || is_whom(whom)
    })
}

/// Whether what the member `name` holds is somebody, or another message: an id in it is no id of what is
/// told.
pub(in crate::webhook) fn is_whom(name: &str) -> bool {
    const WHOM: [&str; 21] = [
        "account",
        "business",
        "contact",
        "customer",
        "group",
        "member",
        "owner",
        "page",
        "participant",
        "partner",
        "phone_number",
        "profile",
        "recipient",
        "sender",
        "thread",
        "user",
        "waba",
        "waba_info",
        // The message that is answered, and where all comes from.
        "context",
        "metadata",
        "entry",
    ];
    let one = name.strip_suffix('s').filter(|one| !one.ends_with('s'));
    let ends_with = |whom: &str| {
        let rest = one
            .and_then(|one| one.strip_suffix(whom))
            .or_else(|| name.strip_suffix(whom));
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('_'))
    };
    matches!(name, "from" | "to" | "app" | "businesses") || WHOM.into_iter().any(ends_with)
}
