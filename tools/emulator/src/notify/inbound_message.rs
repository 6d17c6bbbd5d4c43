//! Notifications about what a customer does.

use serde_json::{Map, Value, json};

use super::inbound_default;
use crate::account::customers::user_id_of;
use crate::ids::Direction;
use crate::inbound::{DEFAULT_CUSTOMER, DEFAULT_NAME};
use crate::notice::{Content, Members, Notice};
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

/// A customer writes: the service window opens and the business is notified. Returns false for a blocked
/// customer, about whom the business is not notified.
pub(crate) fn send(state: &State, message: &Value) -> bool {
    let mut sender = Sender::of(message);
    let now = state.ticker.now();
    let mut account = state.account();
    if sender
        .names()
        .any(|name| account.customers.is_blocked(name))
    {
        return false;
    }
    for name in sender.names() {
        account.customers.wrote(name, now);
    }
    if sender.number.is_none() && account.oddities.empty_identities {
        sender.number = Some(String::new());
    }
    drop(account);
    state.notify(Notice::now(notification(state, message, sender)));
    true
}

/// Who writes: a phone number, a business-scoped user id, or both.
struct Sender {
    number: Option<String>,
    user_id: Option<String>,
}

impl Sender {
    /// The sender that the message names. Every customer has a user id; a customer named only by user id
    /// does not reveal a phone number.
    fn of(message: &Value) -> Self {
        let text = |name: &str| message.get(name).and_then(Value::as_str).map(str::to_owned);
        let (number, user_id) = match (text("from"), text("from_user_id")) {
            (None, None) => (Some(DEFAULT_CUSTOMER.to_owned()), None),
            named => named,
        };
        let digits = number.as_deref().filter(|number| !number.is_empty());
        let user_id = user_id.or_else(|| digits.map(user_id_of));
        Self { number, user_id }
    }

    /// The names that are not empty.
    fn names(&self) -> impl Iterator<Item = &str> {
        let names = [&self.number, &self.user_id].into_iter().flatten();
        names.map(String::as_str).filter(|name| !name.is_empty())
    }

    /// The name that goes into the message's id.
    fn name(&self) -> &str {
        self.names().next().unwrap_or(DEFAULT_CUSTOMER)
    }
}

/// The content of the notification about this message. Sender, id, timestamp and type are filled in
/// where they are missing, and so is the object of the type; `name` and `username` go to the contact, and
/// `conversation_context` stands beside the message.
fn notification(state: &State, message: &Value, sender: Sender) -> Content {
    let mut message = message.as_object().cloned().unwrap_or_default();
    let name = message.remove("name");
    let username = message.remove("username");
    let context = message.remove("conversation_context");
    let id = || json!(state.ids.message(sender.name(), Direction::Incoming));
    message.entry("id").or_insert_with(id);
    message
        .entry("timestamp")
        .or_insert_with(|| json!(state.ticker.tick().to_string()));
    message.entry("type").or_insert_with(|| json!("text"));
    for (name, value) in [("from", sender.number), ("from_user_id", sender.user_id)] {
        if let Some(value) = value {
            message.entry(name).or_insert_with(|| json!(value));
        }
    }
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
        more: context
            .map(|context| Members::default().with("conversation_context", context))
            .unwrap_or_default(),
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
