//! Notifications about what a customer does.

use serde_json::{Map, Value, json};

use super::envelope::{Content, Members};
use super::{Notice, inbound_default};
use crate::ids::Direction;
use crate::inbound::{DEFAULT_CUSTOMER, DEFAULT_NAME};
use crate::state::State;

/// The members of `messages[]` that come first, in Meta's order.
const LEADING: [&str; 6] = [
    "from",
    "from_user_id",
    "from_parent_user_id",
    "id",
    "timestamp",
    "type",
];

/// A customer writes: their window opens and the business hears of it. Of a blocked customer it
/// hears nothing; false then.
pub(crate) fn send(state: &State, message: &Value) -> bool {
    let sender = ["from", "from_user_id"]
        .iter()
        .find_map(|name| message.get(name).and_then(Value::as_str))
        .unwrap_or(DEFAULT_CUSTOMER);
    let mut account = state.account();
    if account.customers.is_blocked(sender) {
        return false;
    }
    account.customers.wrote(sender, state.ticker.now());
    drop(account);
    state.notify(Notice::now(notification(state, message)));
    true
}

/// The content of the notification about this message. Sender, id, timestamp and type are filled in
/// where they are missing, and so is the object of the type; `name` and `username` go to the contact.
fn notification(state: &State, message: &Value) -> Content {
    let mut message = message.as_object().cloned().unwrap_or_default();
    let name = message.remove("name");
    let username = message.remove("username");
    if !message.contains_key("from") && !message.contains_key("from_user_id") {
        message.insert("from".to_owned(), json!(DEFAULT_CUSTOMER));
    }
    let sender = message.get("from").or_else(|| message.get("from_user_id"));
    let sender = sender
        .and_then(Value::as_str)
        .unwrap_or(DEFAULT_CUSTOMER)
        .to_owned();
    let id = || json!(state.ids.message(&sender, Direction::Incoming));
    message.entry("id").or_insert_with(id);
    message
        .entry("timestamp")
        .or_insert_with(|| json!(state.ticker.tick().to_string()));
    message.entry("type").or_insert_with(|| json!("text"));
    inbound_default::complete(state, &mut message);
    // System messages are about a customer, not from one (Meta's reference shows no contact).
    let system = message.get("type").and_then(Value::as_str) == Some("system");
    let contacts = if system {
        Vec::new()
    } else {
        vec![contact(&message, name, username)]
    };
    Content {
        contacts,
        messages: vec![in_order(message)],
        ..Content::default()
    }
}

fn contact(message: &Map<String, Value>, name: Option<Value>, username: Option<Value>) -> Members {
    let mut profile = json!({"name": name.unwrap_or_else(|| json!(DEFAULT_NAME))});
    if let Some(username) = username
        && let Some(profile) = profile.as_object_mut()
    {
        profile.insert("username".to_owned(), username);
    }
    let mut contact = Members::default().with("profile", profile);
    for (theirs, ours) in [
        ("from", "wa_id"),
        ("from_user_id", "user_id"),
        ("from_parent_user_id", "parent_user_id"),
    ] {
        if let Some(value) = message.get(theirs) {
            contact = contact.with(ours, value.clone());
        }
    }
    contact
}

fn in_order(mut message: Map<String, Value>) -> Members {
    let mut members = Members::default();
    for name in LEADING {
        if let Some(value) = message.remove(name) {
            members = members.with(name, value);
        }
    }
    members.0.extend(message);
    members
}
