//! `interactive` messages: header, body and footer; the action has a file of its own.

use super::{carousel, interactive_action, media};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const KINDS: [&str; 15] = [
    "button",
    "list",
    "cta_url",
    "flow",
    "product",
    "product_list",
    "catalog_message",
    "location_request_message",
    "address_message",
    "call_permission_request",
    "voice_call",
    "request_contact_info",
    "carousel",
    "order_details",
    "order_status",
];

/// Checks the object of an interactive message.
pub(crate) fn check(interactive: &Node<'_>) -> Check {
    interactive.only(&["type", "header", "body", "footer", "action"])?;
    let kind = interactive.required("type")?.word(&KINDS)?;
    parts(interactive, kind)?;
    let action = interactive.required("action")?;
    match kind {
        "carousel" => carousel::interactive_cards(&action),
        _ => interactive_action::check(&action, kind),
    }
}

/// A header with text or with media of one of these kinds.
pub(crate) fn header(header: &Node<'_>, kinds: &[&'static str]) -> Check {
    let kind = header.required("type")?.word(kinds)?;
    header.only(&["type", "sub_text", kind])?;
    let value = header.required(kind)?;
    match kind {
        "text" => value.text(1, 60).map(drop),
        _ => media::check_header(&value, kind),
    }
}

fn parts(interactive: &Node<'_>, kind: &str) -> Check {
    let any_header = ["text", "image", "video", "document"];
    match (interactive.get("header"), kind) {
        (Some(_), "product" | "catalog_message" | "location_request_message" | "carousel") => {
            return Err(GraphError::value(format!("A {kind} message has no header")));
        }
        (Some(given), "list" | "product_list") => header(&given, &["text"])?,
        (Some(given), _) => header(&given, &any_header)?,
        (None, "product_list") => return Err(GraphError::missing("interactive.header")),
        (None, _) => {}
    }
    let most = if kind == "list" { 4096 } else { 1024 };
    match interactive.get("body") {
        Some(body) => {
            body.only(&["text"])?;
            body.required("text")?.text(1, most)?;
        }
        // A product card and a permission request explain themselves.
        None if matches!(kind, "product" | "call_permission_request") => {}
        None => return Err(GraphError::missing("interactive.body")),
    }
    if let Some(footer) = interactive.get("footer") {
        footer.only(&["text"])?;
        footer.required("text")?.text(1, 60)?;
    }
    Ok(())
}
