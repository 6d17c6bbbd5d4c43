//! The events' descriptor rows.

mod account;
mod business_app;
mod calls;
mod conversations;
mod members;
mod numbers;
mod templates;

use self::members::{
    ACCOUNT, ADAPTER, CHANGE, CONTACT_USER_ID, CONTEXT, DISPLAY_PHONE_NUMBER, ENTRY_TIME, EVENT_ID,
    ORIGIN, PHONE_NUMBER_ID, event, list, object, text,
};
use crate::descriptor::{Event, Field, Mark, WebhookDeclaration};

/// Meta signs the raw body with the app secret; one callback URL serves every number of an app.
pub(crate) const DECLARATION: WebhookDeclaration = WebhookDeclaration {
    signature_header: "X-Hub-Signature-256",
    signature_scheme: "hmac-sha256-hex;prefix=sha256=;key=base64",
    secret_property: "appSecret",
    routing_property: "phoneNumberId",
    routing_path: "/entry/*/changes/*/value/*/phone_number_id",
};

/// The specification's events, in its order.
pub(crate) const EVENTS: &[&Event] = &[&CUSTOMER_MESSAGE, &STATUS_CHANGED];

const CUSTOMER_MESSAGE: Event = Event {
    name: "customer_message",
    display: "Receive message from customer",
    description: "An event that occurs when a customer sends a message to the business.",
    fields: &[
        Field::array(
            "contacts",
            "Contacts",
            "Array of contact objects with information for the customer who sent a message to the business.",
        )
        .always(),
        Field::string(
            "contacts[0].wa_id",
            "Contact WhatsApp ID",
            "The contact's WhatsApp ID. This can be match to the \"from\" property of a message. A business can respond to a customer using this ID. This ID may not match the customer's phone number.",
        )
        .marked(&[Mark::Subject]),
        Field::string(
            "contacts[0].profile.name",
            "Contact Name",
            "The contact's name.",
        ),
        Field::array(
            "messages",
            "Messages",
            "Array of objects with information about a message received by the business.",
        ),
        Field::string(
            "messages[0].id",
            "Message ID",
            "The ID of the message received.",
        ),
        Field::string(
            "messages[0].from",
            "Message From",
            "The WhatsApp ID of the contact.",
        )
        .marked(&[Mark::Subject]),
        Field::string(
            "messages[0].timestamp",
            "Message Timestamp",
            "The time the message was sent.",
        ),
        Field::string(
            "messages[0].type",
            "Message Type",
            "The type of WhatsApp message sent (e.g. - audio, button, document, text, image, interactive, order, sticker, system, video, or unknown). This type describes additional properties which may be accessed from the event message (https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components#messages-object).",
        ),
        Field::array(
            "messages[0].errors",
            "Errors",
            "An array of error objects describing the error.",
        ),
        Field::string("messages[0].errors[0].code", "Error Code", "Error code."),
        Field::string(
            "messages[0].errors[0].title",
            "Error Title",
            "Error code title.",
        ),
        Field::string(
            "messages[0].errors[0].error_data.details",
            "Error Details",
            "Describes the error.",
        ),
    ],
    extension_fields: &[
        CONTACT_USER_ID,
        Field::string(
            "messages[0].from_user_id",
            "Message From User ID",
            "The sender's business-scoped user id, if Meta tells it.",
        )
        .marked(&[Mark::Subject]),
        CONTEXT,
        EVENT_ID,
        ADAPTER,
        ACCOUNT,
        PHONE_NUMBER_ID,
        DISPLAY_PHONE_NUMBER,
        ENTRY_TIME,
    ],
};

const STATUS_CHANGED: Event = Event {
    name: "status_changed",
    display: "Message status changed",
    description: "An event that occurs when a message is sent or delivered to a customer or the customer reads or reacts to the delivered message sent by the business.",
    fields: &[
        Field::array(
            "statuses",
            "Statuses",
            "Array of status objects with information for a message that was sent by the business.",
        )
        .always(),
        Field::string(
            "statuses[0].id",
            "ID",
            "The ID for the message that the business that is subscribed to the webhooks sent to a customer.",
        ),
        Field::string(
            "statuses[0].status",
            "Status",
            "Indicates the status of the message (e.g. delivered/read/sent).",
        ),
        Field::string(
            "statuses[0].timestamp",
            "Timestamp",
            "Date for the status message.",
        ),
        Field::string(
            "statuses[0].recipient_id",
            "Recipient ID",
            "The customer's WhatsApp ID. A business can respond to a customer using this ID. This ID may not match the customer's phone number.",
        )
        .marked(&[Mark::Subject]),
        Field::array(
            "statuses[0].errors",
            "Errors",
            "An array of error objects describing the error.",
        ),
        Field::string("statuses[0].errors[0].code", "Error Code", "Error code."),
        Field::string(
            "statuses[0].errors[0].title",
            "Error Title",
            "Error code title.",
        ),
        Field::string(
            "statuses[0].errors[0].error_data.details",
            "Error Details",
            "Describes the error.",
        ),
    ],
    extension_fields: &[
        Field::array(
            "contacts",
            "Contacts",
            "The contact this status is about, if Meta sent contacts with it.",
        ),
        Field::string(
            "contacts[0].wa_id",
            "Contact WhatsApp ID",
            "The contact's WhatsApp ID.",
        )
        .marked(&[Mark::Subject]),
        CONTACT_USER_ID,
        Field::string(
            "statuses[0].recipient_user_id",
            "Recipient User ID",
            "The recipient's business-scoped user id, if Meta tells it.",
        )
        .marked(&[Mark::Subject]),
        CONTEXT,
        EVENT_ID,
        ADAPTER,
        ACCOUNT,
        PHONE_NUMBER_ID,
        DISPLAY_PHONE_NUMBER,
        ENTRY_TIME,
        Field::string(
            "correlationId",
            "Correlation ID",
            "The correlation id that the send carried, if it carried one.",
        )
        .marked(&[Mark::CorrelationId]),
        Field::integer(
            "rank",
            "Rank",
            "sent 1, delivered 2, read 3, played 4; absent for every other status. Statuses may arrive out of order: one with a lower rank than the last is late.",
        ),
        Field::string(
            "outcome",
            "Outcome",
            "accepted after sent, delivered, read and played, rejected after failed: how the send ended. Absent for every other status, and where failed concerns one participant of a group.",
        )
        .marked(&[Mark::Outcome]),
    ],
};

/// Events beyond the specification.
pub(crate) const EXTENSION_EVENTS: &[&Event] = &[
    &business_app::MESSAGE_ECHO,
    &business_app::HISTORY_MESSAGE,
    &business_app::CONTACT_SYNCED,
    &calls::CALL,
    &conversations::USER_ACTION,
    &conversations::USER_PREFERENCE_CHANGED,
    &conversations::THREAD_CONTROL_CHANGED,
    &conversations::STANDBY_MESSAGE,
    &conversations::STANDBY_STATUS,
    &templates::TEMPLATE_STATUS_CHANGED,
    &templates::TEMPLATE_QUALITY_CHANGED,
    &templates::TEMPLATE_CATEGORY_CHANGED,
    &templates::TEMPLATE_COMPONENTS_CHANGED,
    &numbers::PHONE_NUMBER_QUALITY_CHANGED,
    &numbers::PHONE_NUMBER_NAME_CHANGED,
    &account::ACCOUNT_CHANGED,
    &account::ACCOUNT_ALERT,
    &account::ACCOUNT_REVIEW_CHANGED,
    &account::CAPABILITY_CHANGED,
    &numbers::SECURITY_CHANGED,
    &account::FLOW_CHANGED,
    &calls::GROUP_CHANGED,
    &account::PAYMENT_CONFIGURATION_CHANGED,
    &numbers::USERNAME_CHANGED,
    &account::PARTNER_SOLUTION_CHANGED,
    &conversations::TRACKING_EVENT,
    &ACCOUNT_NOTIFICATION,
    &MESSAGE_ERROR,
    &DEAD_LETTER,
];

const ACCOUNT_NOTIFICATION: Event = event!(
    "account_notification",
    "Account notification",
    "A change of a webhook field that has no event of its own, or whose value is not as Meta's \
     page has it.",
    [
        text(
            "field",
            "Field",
            "Meta's webhook field, e.g. automatic_events."
        ),
        object("value", "Value", "The change's value, as Meta sent it."),
        CHANGE,
    ]
);

const MESSAGE_ERROR: Event = event!(
    "message_error",
    "Message error",
    "Errors that Meta reports for a number and not for one message.",
    [
        list("errors", "Errors", "The error objects, as Meta sent them.").always(),
        text("errors[0].code", "Error Code", "Error code."),
        text("errors[0].title", "Error Title", "Error code title."),
        text("errors[0].message", "Error Message", "What happened."),
        object("errors[0].error_data", "Error Data", "What Meta adds."),
        text(
            "errors[0].error_data.details",
            "Error Details",
            "Describes the error."
        ),
    ]
);

const DEAD_LETTER: Event = event!(
    "dead_letter",
    "Dead letter",
    "A notification, or a part of one, that is authentic and could not be understood.",
    [
        text("reason", "Reason", "What was wrong with it, e.g. not_json.").always(),
        text("raw", "Raw", "The part, as text.").always(),
    ]
);
