//! The status notifications that follow an accepted message.

use serde_json::{Value, json};

use super::envelope::{Content, Members};
use crate::graph_error::GraphError;
use crate::send::{Message, Recipient};
use crate::state::State;

/// Why a message that was accepted is not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: u32,
    pub(crate) details: String,
}

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
/// filled in.
pub(crate) fn reported(state: &State, status: &Value) -> Content {
    let mut given = status.as_object().cloned().unwrap_or_default();
    given
        .entry("timestamp")
        .or_insert_with(|| json!(state.ticker.tick().to_string()));
    let mut members = Members::default();
    for name in ["id", "status", "timestamp"] {
        if let Some(value) = given.remove(name) {
            members = members.with(name, value);
        }
    }
    members.0.extend(given);
    Content {
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
    members = match &message.recipient {
        Recipient::Phone { wa_id, .. } => members.with("recipient_id", wa_id.as_str()),
        Recipient::User(user) => members.with("recipient_user_id", user.as_str()),
        Recipient::Group(group) => members
            .with("recipient_id", group.as_str())
            .with("recipient_type", "group")
            .with("recipient_participant_id", PARTICIPANT),
    };
    // Pricing comes with sent and with one of delivered and read (Meta's status reference).
    if matches!(status, "sent" | "delivered") {
        members = members.with("pricing", pricing(message));
    }
    if let Some(correlation) = &message.correlation {
        members = members.with("biz_opaque_callback_data", correlation.as_str());
    }
    if let Some(failure) = failure {
        members = members.with("errors", json!([error(failure)]));
    }
    // A message addressed by phone number brings its contact, except when it failed.
    let contacts = match &message.recipient {
        Recipient::Phone { wa_id, .. } if failure.is_none() => {
            let profile = json!({"name": crate::inbound::DEFAULT_NAME});
            vec![
                Members::default()
                    .with("profile", profile)
                    .with("wa_id", wa_id.as_str()),
            ]
        }
        _ => Vec::new(),
    };
    Content {
        contacts,
        statuses: vec![members],
        ..Content::default()
    }
}

/// The one member of every group that this emulator knows.
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
