//! The envelope around every notification of the `messages` field.

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::escape;
use crate::state::State;

/// A JSON object whose members keep the order in which Meta writes them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members(pub(crate) Vec<(String, Value)>);

impl Members {
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }
}

impl Serialize for Members {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What one notification is about.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Content {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) contacts: Vec<Members>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) messages: Vec<Members>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) statuses: Vec<Members>,
}

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

/// The raw body of a notification about another field than `messages`.
pub(crate) fn of_field(state: &State, field: &str, value: &Value) -> Vec<u8> {
    let body = Members::default()
        .with("object", "whatsapp_business_account")
        .with(
            "entry",
            json!([{
                "id": state.config.business_account_id,
                "time": state.ticker.tick(),
                "changes": [{"value": value, "field": field}],
            }]),
        );
    escape::as_meta_writes(&serde_json::to_string(&body).unwrap_or_default())
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
