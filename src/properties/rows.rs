//! The properties' descriptor rows.

use super::{BaseUrl, Proxy};
use crate::app_secret::AppSecret;
use crate::descriptor::Field;
use crate::pattern;
use crate::rows::{Pattern, Rule, Say, TextCheck, Words};

/// The specification's property rows.
pub(crate) const PROPERTIES: &[Field] = &[
    Field::string(
        "authenticationToken",
        "WhatsApp Cloud platform authentication token",
        "The authentication token used to access the WhatsApp Cloud API",
    )
    .required()
    .length(20, 1000)
    .pattern(&TOKEN)
    .secret(),
    Field::string(
        "apiVersion",
        "WhatsApp Cloud platform version",
        "Version of the WhatsApp Cloud platform (e.g. v17.0)",
    )
    .required()
    .length(1, 100)
    .pattern(&VERSION),
    Field::string(
        "phoneNumberId",
        "WhatsApp Business Phone ID",
        "The ID of the registered WhatsApp Business Account phone number from which to send messages",
    )
    .required()
    .length(1, 100)
    .pattern(&NUMBER_ID),
];

/// Optional properties beyond the specification.
pub(crate) const EXTENSION_PROPERTIES: &[Field] = &[
    Field::string(
        "baseUrl",
        "Graph API base URL",
        "Where the Graph API answers: https, or plain http to this machine for tests",
    )
    .length(1, 1000)
    .check(&BASE_URL)
    .default("https://graph.facebook.com"),
    Field::integer(
        "timeoutMs",
        "Timeout",
        "Milliseconds that one command may take in all, unless the call says otherwise",
    )
    .value(1, 600_000)
    .default("30000"),
    Field::integer(
        "maxAttempts",
        "Attempts",
        "How often one message is tried in all: again only after it was proved not to have been sent, or \
         refused for being too fast",
    )
    .value(1, 10)
    .default("3"),
    Field::integer(
        "messagesPerSecond",
        "Messages per second",
        "Messages in any second from this phone number; each recipient gets 45 at once and then one in \
         six seconds. 0 leaves both limits to the host",
    )
    .value(0, 1000)
    // What a business phone number may send at first (D/overview, "Throughput", read 2026-08).
    .default("80"),
    Field::integer(
        "keepAliveMs",
        "Keep connections open",
        "Milliseconds for which an idle connection may be used again; 0 opens one for each message",
    )
    .value(0, 60_000)
    // A connection that was idle for longer is not used again: reuse must not create unknown outcomes.
    .default("4000"),
    Field::string(
        "proxy",
        "Proxy",
        "none, as without it; env for ALL_PROXY, HTTPS_PROXY, HTTP_PROXY and NO_PROXY as they are when the \
         adapter is created; or http(s)://[user:password@]host[:port]",
    )
    .length(1, 1000)
    .check(&PROXY)
    .means_empty()
    .secret(),
    Field::string(
        "caFile",
        "Certificate authorities",
        "Absolute path of a PEM file with certificate authorities to trust beside the usual ones",
    )
    .length(1, 4096)
    .pattern(&ABSOLUTE),
    Field::integer(
        "workers",
        "Worker threads",
        "Threads that run submitted commands, started when they are needed",
    )
    .value(1, 1024)
    .default("128"),
    Field::integer(
        "queue",
        "Queue",
        "Submitted commands that may wait for a thread",
    )
    .value(1, 1_048_576)
    .default("1024"),
    Field::integer(
        "maxNotificationBytes",
        "Largest notification",
        "Bytes that one webhook notification may have; Meta sends at most 3 MB",
    )
    .value(1, 1_073_741_824)
    // Meta sends at most 3 MB (D/webhooks/overview, read 2026-08).
    .default("3145728"),
    Field::string(
        "appSecret",
        "App Secret",
        "The Meta app's App Secret encoded as a Base64 string: with it every notification's signature \
         is checked",
    )
    .length(4, 1000)
    .check(&APP_SECRET)
    .means_empty()
    .refuses_null()
    .secret(),
    Field::string(
        "appSecretPrevious",
        "Previous App Secret",
        "The App Secret before the last reset, in the same form, while notifications may still be \
         signed with it",
    )
    .length(4, 1000)
    .check(&APP_SECRET)
    .means_empty()
    .secret(),
    Field::integer(
        "dedupEntries",
        "Events remembered",
        "Accepted events that are remembered so that a repeated one is not emitted again",
    )
    .value(1, 4_194_304)
    .default("65536"),
    Field::integer(
        "dedupDays",
        "Days remembered",
        "Days for which an accepted event is remembered; Meta repeats for up to seven",
    )
    .value(1, 365)
    .default("8"),
    Field::string(
        "dedupJournal",
        "Journal file",
        "Absolute path of a file that keeps what is remembered across restarts; one for each adapter. After \
         a crash an event may come again, at most one for each thread: eventId tells it",
    )
    .length(1, 4096)
    .pattern(&ABSOLUTE),
    Field::string(
        "dedupSync",
        "Journal durability",
        "When accepted events reach the disk itself and survive a power cut: none, when the system writes \
         them (a killed process loses nothing); batch, before a notification is answered; each, before \
         the next event",
    )
    .length(4, 5)
    .words(&Words::only(&["none", "batch", "each"]))
    .default("none"),
    Field::string(
        "unhandledEvents",
        "Events nobody registered for",
        "retry: the sender keeps the notification and repeats it; drop: it is gone. \
         For customer_message and status_changed only",
    )
    .length(4, 5)
    .words(&Words::only(&["retry", "drop"]))
    .default("retry"),
    Field::boolean(
        "strictLimits",
        "Strict limits",
        "Whether a limit that Meta may change (a length, a count, a size, a list of words) refuses a \
         request; with false it becomes a warning in details.warnings",
    )
    .default("true"),
    Field::string(
        "businessAccountId",
        "WhatsApp Business Account ID",
        "The ID of the WhatsApp Business Account, for the commands about templates, subscriptions and \
         phone numbers",
    )
    .length(1, 100)
    .pattern(&ACCOUNT_ID),
    Field::string(
        "mediaDirectory",
        "Media folder",
        "Absolute path of the only folder that media files are read from and written to",
    )
    .length(1, 4096)
    .pattern(&ABSOLUTE),
    Field::string(
        "appId",
        "App ID",
        "The ID of the Meta app, for uploads whose handle a template or the business profile takes",
    )
    .length(1, 100)
    .pattern(&ACCOUNT_ID),
    Field::string(
        "flowPrivateKey",
        "Private key of Flows",
        "The RSA key, in PEM (PKCS#8 or PKCS#1) and of at least 2,048 bits, with which the requests of Flows \
         are opened",
    )
    .length(1, 16_384)
    .means_empty()
    .secret(),
    Field::string(
        "flowPrivateKeyPrevious",
        "Previous private key of Flows",
        "The key before the last change, in the same form, while requests may still be encrypted for it",
    )
    .length(1, 16_384)
    .means_empty()
    .secret(),
    Field::string(
        "flowPrivateKeyPassword",
        "Password of the keys of Flows",
        "The password that protects the private keys (PBES2, or DEK-Info: DES-EDE3-CBC), if one does",
    )
    .length(1, 1000)
    .means_empty()
    .secret(),
];

/// What holds between the properties.
pub(crate) const RULES: &[Rule] = &[
    Rule::Needs("appSecretPrevious", "appSecret"),
    Rule::Needs("flowPrivateKeyPrevious", "flowPrivateKey"),
    Rule::Needs("flowPrivateKeyPassword", "flowPrivateKey"),
];

const BASE_URL: TextCheck = TextCheck {
    name: "base url",
    demands: "https:// or, to this machine, http://, a host, perhaps a port, and perhaps a path of letters, \
              digits, - and _; no user, no password, no query",
    find: |text, say| refuse(BaseUrl::parse(text).err(), say),
};

const PROXY: TextCheck = TextCheck {
    name: "proxy",
    demands: "none, env, or http(s)://[user:password@]host[:port] without a path",
    find: |text, say| refuse(Proxy::parse(text).err(), say),
};

const APP_SECRET: TextCheck = TextCheck {
    name: "app secret",
    demands: "standard Base64 of the App Secret's characters, with padding and without spaces or line \
              breaks; not the App Secret itself, and no placeholder",
    find: |text, say| refuse(AppSecret::parse(text).err(), say),
};

fn refuse(why: Option<&str>, say: &mut Say<'_, '_>) {
    if let Some(why) = why {
        say.refuse("", why);
    }
}

const TOKEN: Pattern = pattern!(
    "^[!-~]*$",
    "contains a space, a control character or a non-ASCII character; paste the token without quotes or \
     line breaks"
);
const VERSION: Pattern = pattern!(
    r"^v[0-9]+\.[0-9]+$",
    "must be v<digits>.<digits>, for example v27.0"
);
const NUMBER_ID: Pattern = pattern!(
    "^[0-9]*$",
    "must be digits only; it is the Phone number ID of the API set-up page, not the phone number"
);
const ACCOUNT_ID: Pattern = pattern!(
    "^[0-9]*$",
    "must be digits only; it is the WhatsApp Business Account ID of the API set-up page"
);
const ABSOLUTE: Pattern = pattern!("^/", "must be an absolute path");
