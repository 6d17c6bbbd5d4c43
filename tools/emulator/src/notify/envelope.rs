//! The envelope around every notification of the `messages` field.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value, json};

use super::escape;
use crate::notice::{Content, Members};
use crate::state::State;

#[derive(Serialize)]
struct Notification<'a> {
    object: &'a str,
    entry: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    value: ChangeValue<'a>,
    field: &'a str,
}

#[derive(Serialize)]
struct ChangeValue<'a> {
    messaging_product: &'a str,
    metadata: Metadata<'a>,
    #[serde(flatten)]
    content: &'a Content,
}

#[derive(Serialize)]
struct Metadata<'a> {
    display_phone_number: &'a str,
    phone_number_id: &'a str,
}

/// The fields whose notifications have no `time` in their entry, as those about messages.
const WITHOUT_TIME: [&str; 13] = [
    "calls",
    "group_lifecycle_update",
    "group_participants_update",
    "group_settings_update",
    "group_status_update",
    "history",
    "message_echoes",
    "messages",
    "smb_app_state_sync",
    "smb_message_echoes",
    "standby",
    "tracking_events",
    "user_preferences",
];

/// The `time` of a notification's entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EntryTime {
    /// As usual for this webhook field.
    #[default]
    Usual,
    /// No time.
    Absent,
    /// This time.
    At(u64),
}

impl<'de> Deserialize<'de> for EntryTime {
    /// A number, or null for none.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Option::deserialize(deserializer)?;
        Ok(given.map_or(Self::Absent, Self::At))
    }
}

/// The raw body of a notification about another field than `messages`. Where Meta names the phone
/// number, a value that does not is completed.
pub(crate) fn of_field(state: &State, field: &str, value: &Value, time: EntryTime) -> Vec<u8> {
    let without = WITHOUT_TIME.contains(&field);
    let mut entry = Members::default().with("id", state.config.business_account_id.as_str());
    entry = match time {
        EntryTime::At(time) => entry.with("time", time),
        EntryTime::Usual if !without => entry.with("time", state.ticker.tick()),
        EntryTime::Absent | EntryTime::Usual => entry,
    };
    let value = match value.as_object() {
        Some(members) if without => of_number(state, members),
        _ => value.clone(),
    };
    let changes = json!([{"value": value, "field": field}]);
    let entry = entry.with("changes", changes);
    let body = Members::default()
        .with("object", "whatsapp_business_account")
        .with("entry", json!([entry]));
    escape::as_meta_writes(&serde_json::to_string(&body).unwrap_or_default())
}

/// The value of a notification that is about the phone number.
fn of_number(state: &State, members: &Map<String, Value>) -> Value {
    let config = &state.config;
    let metadata = json!({
        "display_phone_number": config.display_phone_number,
        "phone_number_id": config.phone_number_id,
    });
    let mut value = Map::new();
    value.insert("messaging_product".to_owned(), json!("whatsapp"));
    value.insert("metadata".to_owned(), metadata);
    value.extend(members.clone());
    Value::Object(value)
}

/// The raw body of a notification: for each entry its contents, one change each.
pub(crate) fn body(state: &State, entries: &[Vec<&Content>]) -> Vec<u8> {
    let config = &state.config;
    let change = |content| Change {
        value: ChangeValue {
            messaging_product: "whatsapp",
            metadata: Metadata {
                display_phone_number: &config.display_phone_number,
                phone_number_id: &config.phone_number_id,
            },
            content,
        },
        field: "messages",
    };
    let entry = |contents: &Vec<_>| Entry {
        id: &config.business_account_id,
        changes: contents.iter().copied().map(change).collect(),
    };
    let notification = Notification {
        object: "whatsapp_business_account",
        entry: entries.iter().map(entry).collect(),
    };
    escape::as_meta_writes(&serde_json::to_string(&notification).unwrap_or_default())
}
