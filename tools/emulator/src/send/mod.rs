//! The strict reading of a request body: envelope, recipient, type, and that type's object.

mod carousel;
mod contacts;
mod emoji;
mod interactive;
mod interactive_action;
mod location;
mod media;
mod node;
mod reaction;
mod receipt;
mod recipient;
mod template;
mod template_parameter;
mod text;

use serde_json::Value;

use crate::config::Template;
use crate::graph_error::GraphError;
use node::{Check, Node};
pub(crate) use recipient::{Recipient, digits};

/// What the checks need to know about the account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Account<'a> {
    pub(crate) templates: &'a [Template],
    pub(crate) business_number: &'a str,
}

/// A body that has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Send {
    /// A message.
    Message(Message),
    /// A read receipt for this message id.
    Receipt(String),
}

/// A message that can be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) kind: &'static str,
    pub(crate) recipient: Recipient,
    pub(crate) correlation: Option<String>,
}

/// The types that Graph knows at this endpoint.
const TYPES: [&str; 12] = [
    "text",
    "reaction",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "template",
    "interactive",
    "pin",
];

const GROUP_TYPES: [&str; 8] = [
    "text", "image", "video", "audio", "document", "sticker", "template", "pin",
];

/// Reads a body strictly.
pub(crate) fn check(body: &Value, account: &Account<'_>) -> Check<Send> {
    let root = Node::new(body, "");
    if !body.is_object() {
        return Err(GraphError::invalid("The body must be a JSON object"));
    }
    let product = root
        .get("messaging_product")
        .ok_or_else(|| GraphError::envelope_missing("messaging_product"))?;
    product.word(&["whatsapp"])?;
    if root.get("status").is_some() {
        return receipt::check(&root).map(Send::Receipt);
    }
    let kind = match root.get("type") {
        Some(kind) => kind.word(&TYPES)?,
        None => "text",
    };
    envelope(&root, kind)?;
    let recipient = recipient::check(&root)?;
    if recipient.is_group() && !GROUP_TYPES.contains(&kind) {
        return Err(GraphError::value(format!(
            "A {kind} message cannot be sent to a group"
        )));
    }
    if recipient.phone() == Some(digits(account.business_number)) {
        return Err(GraphError::of_code(131_021));
    }
    let object = root.required(kind)?;
    match kind {
        "text" => text::check(&object)?,
        "reaction" => reaction::check(&object)?,
        "location" => location::check(&object)?,
        "contacts" => contacts::check(&object)?,
        "template" => template::check(&object, account.templates)?,
        "interactive" => interactive::check(&object)?,
        "pin" => reaction::check_pin(&object, recipient.is_group())?,
        _ => media::check(&object, kind)?,
    }
    let correlation = match root.get("biz_opaque_callback_data") {
        Some(data) => Some(data.text(0, 512)?.to_owned()),
        None => None,
    };
    Ok(Send::Message(Message {
        kind,
        recipient,
        correlation,
    }))
}

fn envelope(root: &Node<'_>, kind: &str) -> Check {
    root.only(&[
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "context",
        "biz_opaque_callback_data",
        "recipient_identity_key_hash",
        kind,
    ])?;
    root.optional_text("recipient_identity_key_hash", 1, 256)?;
    if let Some(context) = root.get("context") {
        context.only(&["message_id"])?;
        context.required("message_id")?.text(1, 512)?;
    }
    Ok(())
}
