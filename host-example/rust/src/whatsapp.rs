//! What this host knows of WhatsApp, all of it but two commands: `demo`, whose emulator is of the Cloud
//! API, and `broadcast`, which sends a template to phone numbers. A test finds no word of WhatsApp
//! anywhere else; of any other adapter, and of this one's commands and events, the host knows what the
//! descriptor declares.

/// The adapter whose emulator the demo has, and the only one whose requests `check` rehearses.
pub(crate) const ADAPTER_TYPE: &str = "whatsapp";
/// The file of the plugin that is built with this program.
pub(crate) const PLUGIN_FILE: &str = "libwhatsapp_adapter.so";

/// The property that says where the service is: the adapter calls nobody else.
pub(crate) const SERVICE: &str = "baseUrl";
/// The property with a way to the service that leads past that.
pub(crate) const PROXY: &str = "proxy";
/// The property with the file that only one instance may have open.
pub(crate) const JOURNAL: &str = "dedupJournal";
/// The property that limits how many messages a second leave an instance.
pub(crate) const PACE: &str = "messagesPerSecond";
/// The property that limits how long a call takes.
#[cfg(feature = "restate")]
pub(crate) const TIMEOUT: &str = "timeoutMs";
/// The member of a request that says to whom it is sent.
pub(crate) const RECIPIENT: &str = "phoneNumber";

/// The request member that takes the place of the call's correlation id, in commands that have it. The
/// contract has no mark for it: its marks are for the members of events.
pub(crate) const CORRELATION_MEMBER: &str = "callbackData";
/// The members of an event that settles a command: the id of what was sent, the error's code, its words.
pub(crate) const SETTLED: [&[&str]; 3] = [&["id", "messageId"], &["code"], &["error", "title"]];

/// A text of so many hexadecimal digits is an App Secret that is not encoded. It can be read as Base64
/// too, and no signature would ever fit; the key of another adapter is never such a text by accident.
pub(crate) const RAW_SECRET_DIGITS: usize = 32;
pub(crate) const RAW_SECRET: &str = "it looks like the App Secret itself: encode its 32 characters as Base64 \
    (printf %s SECRET | base64)";

/// How other services write that a number is one of WhatsApp's, or any.
pub(crate) const NUMBER_PREFIXES: [&str; 2] = ["whatsapp:", "tel:"];

/// The members by which a part of a notification says whose it is.
pub(crate) const NAMES: [&str; 13] = [
    "from",
    "from_user_id",
    "from_parent_user_id",
    "wa_id",
    "user_id",
    "parent_user_id",
    "recipient_id",
    "recipient_user_id",
    "recipient_parent_user_id",
    "recipient_participant_id",
    "recipient_participant_user_id",
    "recipient_participant_parent_user_id",
    "phone_number",
];
/// The same for what the business sent by another way.
pub(crate) const ECHO_NAMES: [&str; 3] = ["to", "to_user_id", "to_parent_user_id"];
/// Members that name the business.
pub(crate) const BUSINESS: [&str; 4] = [
    "metadata",
    "display_phone_number",
    "phone_number_id",
    "phoneNumberId",
];
/// Lists whose items hold parts, and are none.
pub(crate) const CONTAINERS: [&str; 4] = ["entry", "changes", "history", "threads"];
/// Objects in which a notification's lists are.
pub(crate) const INSIDE: [&str; 2] = ["value", "change"];

/// Members of one object that name the same person. A group's id names nobody, and a participant of
/// it is another person than whom else the object names.
pub(crate) const TOGETHER: [&[&str]; 5] = [
    &["from", "from_user_id", "from_parent_user_id"],
    &["wa_id", "user_id", "parent_user_id"],
    &[
        "recipient_id",
        "recipient_user_id",
        "recipient_parent_user_id",
    ],
    &[
        "recipient_participant_id",
        "recipient_participant_user_id",
        "recipient_participant_parent_user_id",
    ],
    &["to", "to_user_id", "to_parent_user_id"],
];
/// Lists of one person's parts if they have one item, beside a list `contacts` of one item.
pub(crate) const LISTS: [&str; 3] = ["messages", "statuses", "calls"];

#[cfg(feature = "demo")]
pub(crate) const DEMO: &str =
    "Talk to the example workflow on a page, with an emulator of the Cloud API in this process";
#[cfg(feature = "demo")]
pub(crate) const DEMO_CONFIG: &str = "Use your own configuration instead of the example: its WhatsApp instances talk \
    to the emulator, and environment variables that are not set get the emulator's values";

pub(crate) const BROADCAST_HELP: &str = "\
The list is CSV with a first line of names: phoneNumber, any other request member that is a text
except callbackData, and parameter.1, parameter.2, ... or parameter.NAME for the template's variables.
Re-running with the same name, template and instance resumes: recipients to whom a message was or may have
been sent are skipped. A recipient is identified by the number, not by the position in the list.
SIGINT stops the broadcast after the messages in progress. An error that concerns every recipient stops it as
well; the remaining recipients are attempted when it is run again.";

pub(crate) const EXEC_HELP: &str = "\
Without --properties, each property of the plugin's descriptor is read from the environment. For the
plugin `whatsapp`:
  WHATSAPP_AUTHENTICATION_TOKEN  authenticationToken
  WHATSAPP_API_VERSION           apiVersion
  WHATSAPP_PHONE_NUMBER_ID       phoneNumberId
  WHATSAPP_BASE_URL              baseUrl, if not https://graph.facebook.com
and so on for every other property. Secrets are never arguments, because every process of the machine
can read those.

Example:
  adapter-host exec sendMessageText '{\"phoneNumber\":\"+16505551234\",\"message\":\"Hello\"}'";
