//! The strict reading of a request body: envelope, recipient, type, and that type's object.

mod carousel;
mod circumstances;
mod contacts;
mod direct_send;
mod emoji;
mod interactive;
mod interactive_action;
mod interactive_parts;
mod known_media;
mod location;
mod media;
mod message;
mod order;
mod products;
mod reaction;
mod receipt;
mod recipient;
mod standing;
mod template;
mod template_button;
mod template_match;
mod template_parameter;
mod text;

use serde_json::Value;

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

pub(crate) use circumstances::Circumstances;
pub(crate) use message::{Failure, Message};
pub(crate) use recipient::{Recipient, digits};

/// A body that has passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Send {
    /// A message.
    Message(Message),
    /// A read receipt for this message id.
    Receipt(String),
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
pub(crate) fn check(body: &Value, circumstances: &Circumstances<'_>) -> Check<Send> {
    let root = root(body)?;
    if root.filled("status").is_some() {
        return receipt::check(&root).map(Send::Receipt);
    }
    message(&root, &TYPES, &direct_send::MEMBERS, circumstances).map(Send::Message)
}

/// Reads the body of a marketing message strictly: a template, and how it may be used.
pub(crate) fn check_marketing(body: &Value, circumstances: &Circumstances<'_>) -> Check<Message> {
    let root = root(body)?;
    let message = message(&root, &["template"], &MARKETING_MEMBERS, circumstances)?;
    if message.category.as_deref() != Some("MARKETING") {
        return Err(GraphError::of_code(131_055)
            .details("Only marketing templates can be sent with marketing_messages"));
    }
    if let Some(policy) = root.get("product_policy") {
        policy.word(&["CLOUD_API_FALLBACK", "STRICT"])?;
    }
    root.optional_bool("message_activity_sharing")?;
    if let Some(bid) = root.get("bid_spec") {
        bid.only(&["per_message_bid_multiplier"])?;
        let multiplier = bid.required("per_message_bid_multiplier")?;
        if multiplier.number()? <= 0.0 {
            return Err(GraphError::value("The multiplier must be greater than 0"));
        }
    }
    Ok(message)
}

const MARKETING_MEMBERS: [&str; 3] = ["product_policy", "message_activity_sharing", "bid_spec"];

/// The envelope, if it is one of WhatsApp's.
fn root(body: &Value) -> Check<Node<'_>> {
    let root = Node::new(body, "");
    if !body.is_object() {
        return Err(GraphError::invalid("The body must be a JSON object"));
    }
    root.required("messaging_product")?.word(&["whatsapp"])?;
    Ok(root)
}

fn message(
    root: &Node<'_>,
    types: &[&'static str],
    more_members: &[&str],
    circumstances: &Circumstances<'_>,
) -> Check<Message> {
    let kind = match root.filled("type") {
        Some(kind) => kind.word(types)?,
        None if types.contains(&"text") => "text",
        None => return Err(GraphError::required("type")),
    };
    envelope(root, kind, more_members)?;
    let recipient = recipient::check(root)?.known_as(&circumstances.account.customers);
    if recipient.is_group() && !GROUP_TYPES.contains(&kind) {
        return Err(GraphError::value(format!(
            "A {kind} message cannot be sent to a group"
        )));
    }
    if recipient.phone() == Some(digits(circumstances.business_number)) {
        return Err(GraphError::of_code(131_021));
    }
    let object = root.required(kind)?;
    let mut category = direct_send::check(root, kind)?;
    match kind {
        "text" => text::check(&object)?,
        "reaction" => reaction::check(&object)?,
        "location" => location::check(&object)?,
        "contacts" => contacts::check(&object)?,
        "template" => category = Some(checked_template(&object, &recipient, circumstances)?),
        "interactive" => interactive::check(&object)?,
        "pin" => reaction::check_pin(&object, recipient.is_group())?,
        _ => media::check(&object, kind)?,
    }
    let correlation = match root.get("biz_opaque_callback_data") {
        Some(data) => Some(data.text(0, 512)?.to_owned()),
        None => None,
    };
    let of_media = known_media::check(root, circumstances)?;
    // A message with a category becomes a template's.
    let sent_as = category.as_ref().map_or(kind, |_| "template");
    let failure = standing::check(&recipient, sent_as, circumstances)?.or(of_media);
    Ok(Message {
        kind,
        recipient,
        correlation,
        category,
        failure,
    })
}

/// Checks a template and returns its category.
fn checked_template(
    object: &Node<'_>,
    recipient: &Recipient,
    circumstances: &Circumstances<'_>,
) -> Check<String> {
    let templates = circumstances.account.templates.all();
    let template = template::check(object, templates)?;
    if template.category == "AUTHENTICATION" && matches!(recipient, Recipient::User(_)) {
        return Err(GraphError::of_code(131_062));
    }
    Ok(template.category.clone())
}

fn envelope(root: &Node<'_>, kind: &str, more_members: &[&str]) -> Check {
    let members = [
        "messaging_product",
        "recipient_type",
        "to",
        "recipient",
        "type",
        "context",
        "biz_opaque_callback_data",
        "recipient_identity_key_hash",
        kind,
    ];
    root.only(&[members.as_slice(), more_members].concat())?;
    root.optional_text("recipient_identity_key_hash", 1, 256)?;
    if let Some(context) = root.get("context") {
        context.only(&["message_id"])?;
        context.required("message_id")?.text(1, 512)?;
    }
    Ok(())
}
