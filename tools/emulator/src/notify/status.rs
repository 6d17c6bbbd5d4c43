//! The status notifications that follow an accepted message.

use serde_json::{Value, json};

use crate::account::customers::user_id_of;
use crate::graph_error::GraphError;
use crate::notice::{Content, Members};
use crate::send::{Failure, Message, Recipient};
use crate::state::State;

/// The contents of all notifications about one message: sent, delivered and read, or only failed.
pub(crate) fn life_of(
    state: &State,
    message: &Message,
    id: &str,
    failure: Option<&Failure>,
) -> Vec<Content> {
    let statuses: &[&str] = match failure {
        Some(_) => &["failed"],
        None => &["sent", "delivered", "read"],
    };
    statuses
        .iter()
        .map(|status| notification(state, message, id, status, failure))
        .collect()
}

/// The content of a notification about one status, as a test gives it; a missing timestamp is
/// filled in. What is said of a phone number alone gets its owner's user id and contact, as Meta has it.
pub(crate) fn reported(state: &State, status: &Value) -> Content {
    let mut given = status.as_object().cloned().unwrap_or_default();
    given
        .entry("timestamp")
        .or_insert_with(|| json!(state.ticker.tick().to_string()));
    let number = given.get("recipient_id").and_then(Value::as_str);
    let number = number.filter(|_| given.get("recipient_type").is_none());
    let number = number.filter(|it| !it.is_empty() && it.bytes().all(|byte| byte.is_ascii_digit()));
    let user_id = number.map(user_id_of);
    let failed = given.get("status").and_then(Value::as_str) == Some("failed");
    let mut contacts = Vec::new();
    if let (Some(number), Some(user_id), false) =
        (number, &user_id, given.contains_key("recipient_user_id"))
    {
        contacts.push(contact(Some(number), user_id, failed));
    }
    let mut members = Members::default();
    for name in ["id", "status", "timestamp", "recipient_id"] {
        if let Some(value) = given.remove(name) {
            members = members.with(name, value);
        }
    }
    if let (Some(user_id), false) = (user_id, contacts.is_empty()) {
        members = members.with("recipient_user_id", user_id);
    }
    members.0.extend(given);
    Content {
        contacts,
        statuses: vec![members],
        ..Content::default()
    }
}

fn notification(
    state: &State,
    message: &Message,
    id: &str,
    status: &str,
    failure: Option<&Failure>,
) -> Content {
    let mut members = Members::default()
        .with("id", id)
        .with("status", status)
        .with("timestamp", state.ticker.tick().to_string());
    let empty = state.account().oddities.empty_identities;
    let (number, user_id) = match &message.recipient {
        Recipient::Phone { wa_id, .. } => {
            members = members.with("recipient_id", wa_id.as_str());
            (Some(wa_id.as_str()), user_id_of(wa_id))
        }
        Recipient::User(user) => (empty.then_some(""), user.clone()),
        Recipient::Group(group) => {
            members = members
                .with("recipient_id", group.as_str())
                .with("recipient_type", "group")
                .with("recipient_participant_id", PARTICIPANT);
            (Some(PARTICIPANT), user_id_of(PARTICIPANT))
        }
    };
    members = match &message.recipient {
        Recipient::Group(_) => members.with("recipient_participant_user_id", user_id.as_str()),
        Recipient::User(_) if empty => members
            .with("recipient_id", "")
            .with("recipient_user_id", user_id.as_str()),
        _ => members.with("recipient_user_id", user_id.as_str()),
    };
    // Pricing comes with sent and with one of delivered and read (Meta's status reference).
    if matches!(status, "sent" | "delivered") {
        members = members.with("pricing", pricing(message));
    }
    // Direct Send makes a template of the message, which every status names (Meta: Direct Send, 2026-07).
    if message.category.is_some() && message.kind != "template" {
        members = members.with("template_id", DIRECT_SEND_TEMPLATE);
    }
    if let Some(correlation) = &message.correlation {
        members = members.with("biz_opaque_callback_data", correlation.as_str());
    }
    if let Some(failure) = failure {
        members = members.with("errors", json!([error(failure)]));
    }
    Content {
        contacts: vec![contact(number, &user_id, failure.is_some())],
        statuses: vec![members],
        ..Content::default()
    }
}

/// The contact of a status. A `failed` status has no profile.
fn contact(number: Option<&str>, user_id: &str, failed: bool) -> Members {
    let mut contact = Members::default();
    if !failed {
        contact = contact.with("profile", json!({"name": crate::inbound::DEFAULT_NAME}));
    }
    if let Some(number) = number {
        contact = contact.with("wa_id", number);
    }
    contact.with("user_id", user_id)
}

/// The template that all messages of Direct Send become.
const DIRECT_SEND_TEMPLATE: &str = "1400000000000001";

/// The only member of every emulated group.
const PARTICIPANT: &str = crate::inbound::DEFAULT_CUSTOMER;

fn pricing(message: &Message) -> Value {
    let category = message.category.as_ref().map(|it| it.to_ascii_lowercase());
    json!({
        "billable": category.is_some(),
        "pricing_model": "PMP",
        "type": if category.is_some() { "regular" } else { "free_customer_service" },
        "category": category.as_deref().unwrap_or("service"),
    })
}

fn error(failure: &Failure) -> Value {
    let error = GraphError::of_code(failure.code);
    json!({
        "code": failure.code,
        "title": error.title(),
        "message": error.title(),
        "error_data": {"details": failure.details},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}
