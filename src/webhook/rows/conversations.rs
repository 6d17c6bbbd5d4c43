//! Events about what customers do and who has their conversation. Members: the reference page of each
//! webhook field and D/conversation-routing, read 2026-11; those of tracking events as the dashboard's
//! test shows them, second-hand (2026-09).

use super::members::{
    CHANGE, CONTACT_ID, CONTACT_NAME, CONTACT_PARENT_USER_ID, CONTACT_PROFILE, CONTACT_USER_ID,
    CONTACT_USERNAME, CONTACTS, CONTEXT, FIELD, ORIGIN, VALUE, event, list, number, object, text,
    who,
};
use crate::descriptor::{Event, Field};

pub(super) const USER_ACTION: Event = event!(
    "user_action",
    "User action",
    "A customer did something with a marketing message: tapped its link, or saw the page \
     behind it.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        list("user_actions", "Actions", "The action, as Meta sent it.").always(),
        text(
            "user_actions[0].action_type",
            "Action",
            "e.g. marketing_messages_link_click."
        ),
        text(
            "user_actions[0].timestamp",
            "Timestamp",
            "When it happened, in unix seconds."
        ),
        object(
            "user_actions[0].marketing_messages_link_click_data",
            "Click",
            "What was tapped."
        ),
        text(
            "user_actions[0].marketing_messages_link_click_data.click_component",
            "Click Component",
            "cta or body.",
        ),
        text(
            "user_actions[0].marketing_messages_link_click_data.click_id",
            "Click ID",
            "The click's id, which the address it opened has as well.",
        ),
        text(
            "user_actions[0].marketing_messages_link_click_data.product_id",
            "Product ID",
            "The product, where the advertiser named one.",
        ),
        text(
            "user_actions[0].marketing_messages_link_click_data.tracking_token",
            "Tracking Token",
            "Meta's token.",
        ),
    ]
);

pub(super) const USER_PREFERENCE_CHANGED: Event = event!(
    "user_preference_changed",
    "User preference changed",
    "A customer wants no marketing messages any more, or wants them again.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        list(
            "user_preferences",
            "Preferences",
            "The preference, as Meta sent it."
        )
        .always(),
        who(
            "user_preferences[0].wa_id",
            "WhatsApp ID",
            "The customer's number."
        ),
        who(
            "user_preferences[0].user_id",
            "User ID",
            "The customer's user id."
        ),
        text(
            "user_preferences[0].detail",
            "Detail",
            "The preference in words."
        ),
        text(
            "user_preferences[0].category",
            "Category",
            "marketing_messages."
        ),
        text("user_preferences[0].value", "Value", "stop or resume."),
        number(
            "user_preferences[0].timestamp",
            "Timestamp",
            "When it changed."
        ),
    ]
);

pub(super) const THREAD_CONTROL_CHANGED: Event = event!(
    "thread_control_changed",
    "Thread control changed",
    "Another app has the conversation now, or this one has it.",
    [
        FIELD,
        VALUE.always(),
        text("value.messaging_product", "Product", "whatsapp."),
        object("value.sender", "Sender", "The customer."),
        who(
            "value.sender.phone_number",
            "Customer",
            "The customer's number."
        ),
        object("value.recipient", "Recipient", "The business phone number."),
        text(
            "value.recipient.display_phone_number",
            "Number",
            "As people write it."
        ),
        text(
            "value.recipient.phone_number_id",
            "Number ID",
            "The business phone number's id."
        ),
        text("value.type", "Type", "control_passed or control_taken."),
        text(
            "value.timestamp",
            "Timestamp",
            "When it happened, in unix seconds."
        ),
        object(
            "value.control_passed",
            "Passed",
            "Of a conversation that was passed."
        ),
        text(
            "value.control_passed.previous_owner_role",
            "Previous Owner",
            "e.g. ai_agent."
        ),
        text(
            "value.control_passed.new_owner_role",
            "New Owner",
            "e.g. escalation."
        ),
        text(
            "value.control_passed.metadata",
            "Metadata",
            "What the previous owner says."
        ),
        object(
            "value.control_passed.conversation_context",
            "Context",
            "What it was about."
        ),
        text(
            "value.control_passed.conversation_context.type",
            "Context Type",
            "e.g. summary."
        ),
        object(
            "value.control_passed.conversation_context.summary",
            "Summary",
            "Of that type."
        ),
        text(
            "value.control_passed.conversation_context.summary.text",
            "Summary Text",
            "The summary."
        ),
        text(
            "value.control_passed.previous_owner_app_id",
            "Previous App",
            "The previous app."
        ),
        text(
            "value.control_passed.previous_owner_app_role",
            "Previous App Role",
            "Its role."
        ),
        object(
            "value.control_taken",
            "Taken",
            "Of a conversation that was taken."
        ),
        text(
            "value.control_taken.previous_owner_role",
            "Taken From",
            "As above."
        ),
        text(
            "value.control_taken.new_owner_role",
            "Taken By",
            "As above."
        ),
        text(
            "value.control_taken.metadata",
            "Taken Metadata",
            "As above."
        ),
        text(
            "value.control_taken.previous_owner_app_id",
            "Taken From App",
            "As above."
        ),
        CHANGE,
    ]
);

pub(super) const STANDBY_MESSAGE: Event = event!(
    "standby_message",
    "Standby message",
    "A customer wrote while another app has the conversation: that one answers.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        list("messages", "Messages", "The message, as Meta sent it.").always(),
        text("messages[0].id", "Message ID", "The message's id."),
        who("messages[0].from", "From", "The customer's number."),
        who(
            "messages[0].from_user_id",
            "From User ID",
            "The customer's user id."
        ),
        text(
            "messages[0].timestamp",
            "Timestamp",
            "When it was sent, in unix seconds."
        ),
        text(
            "messages[0].type",
            "Type",
            "Its type, as of a customer_message."
        ),
        CONTEXT,
    ]
);

pub(super) const STANDBY_STATUS: Event = event!(
    "standby_status",
    "Standby status",
    "The status of a message that the app sent which has the conversation.",
    [
        CONTACTS,
        CONTACT_ID,
        CONTACT_PROFILE,
        CONTACT_NAME,
        CONTACT_USERNAME,
        CONTACT_USER_ID,
        CONTACT_PARENT_USER_ID,
        list("statuses", "Statuses", "The status, as Meta sent it.").always(),
        text("statuses[0].id", "Message ID", "The message's id."),
        text(
            "statuses[0].status",
            "Status",
            "e.g. sent, delivered, read or failed."
        ),
        text(
            "statuses[0].timestamp",
            "Timestamp",
            "When it happened, in unix seconds."
        ),
        who(
            "statuses[0].recipient_id",
            "Recipient ID",
            "The customer's number."
        ),
        who(
            "statuses[0].recipient_user_id",
            "Recipient User ID",
            "The customer's user id."
        ),
        object(
            "statuses[0].conversation",
            "Conversation",
            "The conversation that Meta counts."
        ),
        text("statuses[0].conversation.id", "Conversation ID", "Its id."),
        object(
            "statuses[0].conversation.origin",
            "Origin",
            "What opened it."
        ),
        text(
            "statuses[0].conversation.origin.type",
            "Origin Type",
            "e.g. service or marketing."
        ),
        object("statuses[0].pricing", "Pricing", "What it costs."),
        Field::boolean(
            "statuses[0].pricing.billable",
            "Billable",
            "Whether it costs something."
        ),
        text(
            "statuses[0].pricing.pricing_model",
            "Pricing Model",
            "e.g. PMP."
        ),
        text(
            "statuses[0].pricing.category",
            "Pricing Category",
            "e.g. service."
        ),
        text("statuses[0].pricing.type", "Pricing Type", "e.g. regular."),
        list("statuses[0].errors", "Errors", "Why it failed."),
        text("statuses[0].errors[0].code", "Error Code", "Error code."),
        CONTEXT,
    ]
);

pub(super) const TRACKING_EVENT: Event = event!(
    "tracking_event",
    "Tracking event",
    "A marketing message was sent or tapped.",
    [
        list("events", "Events", "The event, as Meta sent it.").always(),
        text(
            "events[0].event_name",
            "Event Name",
            "What happened, e.g. sent."
        ),
        number(
            "events[0].timestamp",
            "Timestamp",
            "When it happened, in unix seconds."
        ),
        object(
            "events[0].tracking_data",
            "Tracking Data",
            "What it is about."
        ),
        text(
            "events[0].tracking_data.click_id",
            "Click ID",
            "The click's id."
        ),
        text(
            "events[0].tracking_data.tracking_token",
            "Tracking Token",
            "Meta's token."
        ),
    ]
);
