//! The events' descriptor rows.

use crate::descriptor::{Event, Field, Mark, WebhookDeclaration};

/// Meta signs the raw body with the app secret; one callback URL serves every number of an app.
pub(crate) const DECLARATION: WebhookDeclaration = WebhookDeclaration {
    signature_header: "X-Hub-Signature-256",
    signature_scheme: "hmac-sha256-hex;prefix=sha256=;key=base64",
    secret_property: "appSecret",
    routing_property: "phoneNumberId",
    routing_path: "/entry/*/changes/*/value/metadata/phone_number_id",
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

const CONTACT_USER_ID: Field = Field::string(
    "contacts[0].user_id",
    "Contact User ID",
    "The contact's business-scoped user id, if Meta tells it.",
)
.marked(&[Mark::Subject]);
const EVENT_ID: Field = Field::string(
    "eventId",
    "Event ID",
    "The same for every delivery of the same event, so that a host can tell a repeated one.",
)
.marked(&[Mark::EventId])
.always();
const ADAPTER: Field = Field::string(
    "adapter",
    "Adapter",
    "The instance's name, if the host gave one.",
);
const ACCOUNT: Field = Field::string(
    "businessAccountId",
    "Business Account ID",
    "The WhatsApp Business Account that the notification is for.",
);
const PHONE_NUMBER_ID: Field = Field::string(
    "phoneNumberId",
    "Phone Number ID",
    "The business phone number's id; one webhook URL may serve several numbers.",
);
const DISPLAY_PHONE_NUMBER: Field = Field::string(
    "displayPhoneNumber",
    "Display Phone Number",
    "The business phone number as people write it.",
);

/// Events beyond the specification.
pub(crate) const EXTENSION_EVENTS: &[&Event] =
    &[&ACCOUNT_NOTIFICATION, &MESSAGE_ERROR, &DEAD_LETTER];

const ACCOUNT_NOTIFICATION: Event = Event {
    name: "account_notification",
    display: "Account notification",
    description: "Everything Meta notifies of that is not a message or a status: template status and quality, account, phone number, security, flows, calls, preferences, groups, history, user actions and whatever comes next. Nobody registered: it is ignored.",
    fields: &[
        Field::string(
            "field",
            "Field",
            "Meta's webhook field, e.g. message_template_status_update; or user_actions, which Meta tells inside the field messages.",
        ),
        Field::object(
            "value",
            "Value",
            "The change's value, as Meta sent it; of user_actions those and the contacts beside them.",
        ),
        Field::object(
            "change",
            "Change",
            "The whole change, where it has more members than field and value.",
        ),
        EVENT_ID,
        ADAPTER,
        ACCOUNT,
        PHONE_NUMBER_ID,
        DISPLAY_PHONE_NUMBER,
        ENTRY_TIME,
    ],
    extension_fields: &[],
};

const MESSAGE_ERROR: Event = Event {
    name: "message_error",
    display: "Message error",
    description: "Errors that Meta reports for a number and not for one message. Nobody registered: it is ignored.",
    fields: &[
        Field::array("errors", "Errors", "The error objects, as Meta sent them.").always(),
        EVENT_ID,
        ADAPTER,
        ACCOUNT,
        PHONE_NUMBER_ID,
        DISPLAY_PHONE_NUMBER,
        ENTRY_TIME,
    ],
    extension_fields: &[],
};

const DEAD_LETTER: Event = Event {
    name: "dead_letter",
    display: "Dead letter",
    description: "A notification, or a part of one, that is authentic and could not be understood. Nobody registered: it is ignored.",
    fields: &[
        Field::string("reason", "Reason", "What was wrong with it, e.g. not_json.").always(),
        Field::string("raw", "Raw", "The part, as text.").always(),
        EVENT_ID,
        ADAPTER,
        ACCOUNT,
        PHONE_NUMBER_ID,
        DISPLAY_PHONE_NUMBER,
        ENTRY_TIME,
    ],
    extension_fields: &[],
};

const ENTRY_TIME: Field = Field::string(
    "entryTime",
    "Entry Time",
    "When Meta made the notification, in unix seconds, if it says so.",
);
