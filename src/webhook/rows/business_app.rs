//! Events of the WhatsApp Business app, which may have the same number. Members: the reference page of
//! each webhook field, read 2026-11.

use super::members::{
    CONTACT_ID, CONTACT_NAME, CONTACT_PARENT_USER_ID, CONTACT_PROFILE, CONTACT_USER_ID,
    CONTACT_USERNAME, CONTACTS, CONTEXT, ORIGIN, event, list, number, object, text, who,
};
use crate::descriptor::{Event, Field};

pub(super) const MESSAGE_ECHO: Event = event!(
    "message_echo",
    "Message echo",
    "The business wrote to a customer by other means than this: in the WhatsApp Business app, \
     or, where standby is true, through the app that has the conversation.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        list("message_echoes", "Echoes", "The message, as Meta sent it.").always(),
        text("message_echoes[0].id", "Message ID", "The message's id."),
        text("message_echoes[0].from", "From", "The business' number."),
        who("message_echoes[0].to", "To", "The customer's number."),
        who(
            "message_echoes[0].to_user_id",
            "To User ID",
            "The customer's user id."
        ),
        text(
            "message_echoes[0].timestamp",
            "Timestamp",
            "When it was sent, in unix seconds."
        ),
        text(
            "message_echoes[0].type",
            "Type",
            "Its type, e.g. text, edit or revoke."
        ),
        object(
            "message_echoes[0].message",
            "Message",
            "On standby: the request that sent it."
        ),
        who(
            "message_echoes[0].message.to",
            "Message To",
            "On standby: the customer's number."
        ),
        text(
            "message_echoes[0].message.type",
            "Message Type",
            "On standby: its type."
        ),
        text(
            "message_echoes[0].message.messaging_product",
            "Message Product",
            "On standby: whatsapp."
        ),
        text(
            "message_echoes[0].message.recipient_type",
            "Message Recipient Type",
            "On standby: individual."
        ),
        object(
            "message_echoes[0].message.context",
            "Message Context",
            "On standby: the message that it answers, by message_id."
        ),
        text(
            "message_echoes[0].message.context.message_id",
            "Message Context ID",
            "On standby: that message's id."
        ),
        Field::boolean(
            "standby",
            "Standby",
            "Whether another app has the conversation."
        ),
        CONTEXT,
    ]
);

const PHASE: Field = number(
    "phase",
    "Phase",
    "0 for the last day, 1 for the last 90 days, 2 for the last 180.",
);
const CHUNK: Field = number(
    "chunkOrder",
    "Chunk Order",
    "The number of the part that it came in.",
);
const PROGRESS: Field = number("progress", "Progress", "How much was sent, in percent.");

pub(super) const HISTORY_MESSAGE: Event = event!(
    "history_message",
    "History message",
    "A message from before the number was connected, by either side. It opens no window.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        text("contacts[0].username", "Username", "As of a profile."),
        list("messages", "Messages", "The message, as Meta sent it."),
        text(
            "messages[0].id",
            "Message ID",
            "The message's id; its file comes under the same."
        ),
        text(
            "messages[0].from",
            "From",
            "Who wrote it: the customer or the business."
        ),
        text(
            "messages[0].from_user_id",
            "From User ID",
            "The user id of the customer who wrote it."
        ),
        text(
            "messages[0].from_parent_user_id",
            "From Parent User ID",
            "The same of the parent portfolio."
        ),
        text(
            "messages[0].to",
            "To",
            "The customer, of a message from the business."
        ),
        text(
            "messages[0].timestamp",
            "Timestamp",
            "When it was sent, in unix seconds."
        ),
        text(
            "messages[0].type",
            "Type",
            "Its type; media_placeholder where a file follows."
        ),
        object(
            "messages[0].history_context",
            "History Context",
            "What was known of it then."
        ),
        text(
            "messages[0].history_context.status",
            "Status",
            "e.g. READ or DELIVERED."
        ),
        list(
            "message_echoes",
            "Echoes",
            "In place of messages: a file that the business sent."
        ),
        text("message_echoes[0].id", "Echo ID", "As of messages."),
        text(
            "message_echoes[0].from",
            "Echo From",
            "The business' number."
        ),
        text("message_echoes[0].to", "Echo To", "The customer's number."),
        text(
            "message_echoes[0].to_user_id",
            "Echo To User ID",
            "The customer's user id."
        ),
        text(
            "message_echoes[0].to_parent_user_id",
            "Echo To Parent User ID",
            "The same of the parent portfolio."
        ),
        text(
            "message_echoes[0].timestamp",
            "Echo Timestamp",
            "When it was sent, in unix seconds."
        ),
        text("message_echoes[0].type", "Echo Type", "Its type."),
        who(
            "threadId",
            "Thread ID",
            "The customer whose conversation it is of."
        ),
        PHASE,
        CHUNK,
        PROGRESS,
    ]
);

pub(super) const CONTACT_SYNCED: Event = event!(
    "contact_synced",
    "Contact synced",
    "A contact of the address book of the WhatsApp Business app, or a change of one.",
    [
        list("state_sync", "State", "The contact, as Meta sent it.").always(),
        text("state_sync[0].type", "Type", "contact."),
        text(
            "state_sync[0].action",
            "Action",
            "add, also after a change, or remove."
        ),
        object("state_sync[0].contact", "Contact", "The contact."),
        text(
            "state_sync[0].contact.full_name",
            "Full Name",
            "The whole name."
        ),
        text(
            "state_sync[0].contact.first_name",
            "First Name",
            "The first name."
        ),
        who(
            "state_sync[0].contact.phone_number",
            "Phone Number",
            "The customer's number."
        ),
        who(
            "state_sync[0].contact.user_id",
            "User ID",
            "The customer's user id."
        ),
        text(
            "state_sync[0].contact.username",
            "Username",
            "The customer's username."
        ),
        object("state_sync[0].metadata", "Metadata", "When it changed."),
        text(
            "state_sync[0].metadata.timestamp",
            "Timestamp",
            "When it changed."
        ),
    ]
);
