//! The names that the reader knows: members of the envelope, and members that identify messages, statuses
//! and contacts and their customers.

use crate::json::Names;

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
    Object,
    Entry,
    Time,
    Changes,
    Field,
    Value,
    MessagingProduct,
    Metadata,
    PhoneNumberId,
    DisplayPhoneNumber,
    Contacts,
    Messages,
    Statuses,
    UserActions,
    ConversationContext,
    /// Of a call or of a message from the business.
    To,
    ToUserId,
    ToParentUserId,
    /// Of a call.
    Event,
}

/// Every name, in the order of the variants.
pub(super) const NAMES: [(Name, &str); 40] = [
    (Name::Id, "id"),
    (Name::From, "from"),
    (Name::FromUserId, "from_user_id"),
    (Name::FromParentUserId, "from_parent_user_id"),
    (Name::Timestamp, "timestamp"),
    (Name::Type, "type"),
    (Name::Status, "status"),
    (Name::Errors, "errors"),
    (Name::RecipientId, "recipient_id"),
    (Name::RecipientUserId, "recipient_user_id"),
    (Name::RecipientParentUserId, "recipient_parent_user_id"),
    (Name::ParentRecipientUserId, "parent_recipient_user_id"),
    (Name::RecipientParticipantId, "recipient_participant_id"),
    (Name::ParticipantRecipientId, "participant_recipient_id"),
    (
        Name::RecipientParticipantUserId,
        "recipient_participant_user_id",
    ),
    (
        Name::ParticipantRecipientUserId,
        "participant_recipient_user_id",
    ),
    (Name::CallbackData, "biz_opaque_callback_data"),
    (Name::GroupId, "group_id"),
    (Name::WaId, "wa_id"),
    (Name::UserId, "user_id"),
    (Name::ParentUserId, "parent_user_id"),
    (Name::Object, "object"),
    (Name::Entry, "entry"),
    (Name::Time, "time"),
    (Name::Changes, "changes"),
    (Name::Field, "field"),
    (Name::Value, "value"),
    (Name::MessagingProduct, "messaging_product"),
    (Name::Metadata, "metadata"),
    (Name::PhoneNumberId, "phone_number_id"),
    (Name::DisplayPhoneNumber, "display_phone_number"),
    (Name::Contacts, "contacts"),
    (Name::Messages, "messages"),
    (Name::Statuses, "statuses"),
    (Name::UserActions, "user_actions"),
    (Name::ConversationContext, "conversation_context"),
    (Name::To, "to"),
    (Name::ToUserId, "to_user_id"),
    (Name::ToParentUserId, "to_parent_user_id"),
    (Name::Event, "event"),
];

/// Their numbers, for a document's outline.
pub(super) const NUMBERS: Names = Names {
    number_of: |name| Name::of(name).map(|name| name as u8),
    name_of: |number| NAMES.get(usize::from(number)).map_or("", |(_, text)| text),
};

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
            "object" => Self::Object,
            "entry" => Self::Entry,
            "time" => Self::Time,
            "changes" => Self::Changes,
            "field" => Self::Field,
            "value" => Self::Value,
            "messaging_product" => Self::MessagingProduct,
            "metadata" => Self::Metadata,
            "phone_number_id" => Self::PhoneNumberId,
            "display_phone_number" => Self::DisplayPhoneNumber,
            "contacts" => Self::Contacts,
            "messages" => Self::Messages,
            "statuses" => Self::Statuses,
            "user_actions" => Self::UserActions,
            "conversation_context" => Self::ConversationContext,
            "to" => Self::To,
            "to_user_id" => Self::ToUserId,
            "to_parent_user_id" => Self::ToParentUserId,
            "event" => Self::Event,
            _ => return None,
        })
    }

    /// The name with this number.
    pub(super) fn of_number(number: u8) -> Option<Self> {
        NAMES.get(usize::from(number)).map(|(name, _)| *name)
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
            | Self::ParentUserId
            | Self::To
            | Self::ToUserId
            | Self::ToParentUserId => true,
            Self::Id
            | Self::Timestamp
            | Self::Type
            | Self::Status
            | Self::Errors
            | Self::CallbackData
            | Self::Object
            | Self::Entry
            | Self::Time
            | Self::Changes
            | Self::Field
            | Self::Value
            | Self::MessagingProduct
            | Self::Metadata
            | Self::PhoneNumberId
            | Self::DisplayPhoneNumber
            | Self::Contacts
            | Self::Messages
            | Self::Statuses
            | Self::UserActions
            | Self::ConversationContext
            | Self::Event => false,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_its_number() {
        for (at, (name, text)) in NAMES.into_iter().enumerate() {
            assert_eq!(Name::of(text), Some(name));
            assert_eq!(usize::from(name as u8), at);
            assert_eq!((NUMBERS.name_of)(name as u8), text);
        }
    }
}
