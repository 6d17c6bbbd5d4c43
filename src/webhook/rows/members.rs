//! Members that many events have, and short forms of rows.

use crate::descriptor::{Field, Mark};

/// An event beyond the specification: its own members, then what all events have. Where it is used,
/// `Event` and [`ORIGIN`] are in scope.
macro_rules! event {
    ($name:literal, $display:literal, $description:literal, [$($field:expr),* $(,)?]) => {
        Event::new(
            $name,
            $display,
            concat!($description, " Nobody registered: it is ignored."),
            &[
                $($field,)*
                ORIGIN[0],
                ORIGIN[1],
                ORIGIN[2],
                ORIGIN[3],
                ORIGIN[4],
                ORIGIN[5],
            ],
        )
    };
}
pub(super) use event;

/// What all events have.
pub(super) const ORIGIN: [Field; 6] = [
    EVENT_ID,
    ADAPTER,
    ACCOUNT,
    PHONE_NUMBER_ID,
    DISPLAY_PHONE_NUMBER,
    ENTRY_TIME,
];

pub(super) const fn text(name: &'static str, display: &'static str, what: &'static str) -> Field {
    Field::string(name, display, what)
}

pub(super) const fn number(name: &'static str, display: &'static str, what: &'static str) -> Field {
    Field::integer(name, display, what)
}

pub(super) const fn list(name: &'static str, display: &'static str, what: &'static str) -> Field {
    Field::array(name, display, what)
}

pub(super) const fn object(name: &'static str, display: &'static str, what: &'static str) -> Field {
    Field::object(name, display, what)
}

/// A customer's id.
pub(super) const fn who(name: &'static str, display: &'static str, what: &'static str) -> Field {
    Field::string(name, display, what).marked(&[Mark::Subject])
}

pub(super) const FIELD: Field = text("field", "Field", "Meta's webhook field.");
pub(super) const VALUE: Field = object("value", "Value", "The change's value, as Meta sent it.");
pub(super) const CHANGE: Field = object(
    "change",
    "Change",
    "The whole change, where it has more members than field and value.",
);
pub(super) const CONTEXT: Field = object(
    "conversationContext",
    "Conversation Context",
    "What the conversation was about while an automated agent had it: conversation_context.",
);
pub(super) const CONTACTS: Field = list(
    "contacts",
    "Contacts",
    "The contact of the customer, if Meta sent one.",
);
pub(super) const CONTACT_ID: Field = who(
    "contacts[0].wa_id",
    "Contact WhatsApp ID",
    "The contact's WhatsApp ID.",
);
pub(super) const CONTACT_NAME: Field = text(
    "contacts[0].profile.name",
    "Contact Name",
    "The contact's name.",
);
pub(super) const CONTACT_USER_ID: Field = Field::string(
    "contacts[0].user_id",
    "Contact User ID",
    "The contact's business-scoped user id, if Meta tells it.",
)
.marked(&[Mark::Subject]);
pub(super) const CONTACT_PARENT_USER_ID: Field = text(
    "contacts[0].parent_user_id",
    "Contact Parent User ID",
    "The contact's user id that belongs to the parent portfolio.",
);
pub(super) const CONTACT_PROFILE: Field = object(
    "contacts[0].profile",
    "Contact Profile",
    "What the contact shows.",
);
pub(super) const CONTACT_USERNAME: Field = text(
    "contacts[0].profile.username",
    "Contact Username",
    "The contact's username.",
);
pub(super) const EVENT_ID: Field = Field::string(
    "eventId",
    "Event ID",
    "The same for every delivery of the same event, so that a host can tell a repeated one.",
)
.marked(&[Mark::EventId])
.always();
pub(super) const ADAPTER: Field = Field::string(
    "adapter",
    "Adapter",
    "The instance's name, if the host gave one.",
);
pub(super) const ACCOUNT: Field = Field::string(
    "businessAccountId",
    "Business Account ID",
    "The WhatsApp Business Account that the notification is for.",
);
pub(super) const PHONE_NUMBER_ID: Field = Field::string(
    "phoneNumberId",
    "Phone Number ID",
    "The business phone number's id; one webhook URL may serve several numbers.",
);
pub(super) const DISPLAY_PHONE_NUMBER: Field = Field::string(
    "displayPhoneNumber",
    "Display Phone Number",
    "The business phone number as people write it.",
);

pub(super) const ENTRY_TIME: Field = Field::string(
    "entryTime",
    "Entry Time",
    "When Meta made the notification, in unix seconds, if it says so.",
);
