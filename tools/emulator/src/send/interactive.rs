//! `interactive` messages: header, body and footer; the actions have files of their own.

use super::interactive_parts::{header, text};
use super::{carousel, interactive_action, order, products};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// Which header a kind of message has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Header {
    /// Text, or one of the media.
    Any,
    Text,
    /// Text, which must be there.
    TextRequired,
    None,
}

/// One kind of interactive message (Meta: interactive messages, 2026).
struct Kind {
    name: &'static str,
    header: Header,
    /// The longest body; whether there must be one.
    body: (usize, bool),
    footer: bool,
    action: fn(&Node<'_>) -> Check,
}

const fn kind(
    name: &'static str,
    header: Header,
    body: (usize, bool),
    footer: bool,
    action: fn(&Node<'_>) -> Check,
) -> Kind {
    Kind {
        name,
        header,
        body,
        footer,
        action,
    }
}

const TEXT: (usize, bool) = (1024, true);
const LONG_TEXT: (usize, bool) = (4096, true);
const PERHAPS: (usize, bool) = (1024, false);

#[rustfmt::skip]
const KINDS: [Kind; 15] = [
    kind("button", Header::Any, TEXT, true, interactive_action::buttons),
    kind("list", Header::Text, LONG_TEXT, true, interactive_action::list),
    kind("cta_url", Header::Any, TEXT, true, interactive_action::call_to_action),
    kind("flow", Header::Any, TEXT, true, interactive_action::flow),
    kind("product", Header::None, PERHAPS, true, products::one),
    kind("product_list", Header::TextRequired, TEXT, true, products::list),
    kind("catalog_message", Header::None, TEXT, true, products::catalog),
    kind("location_request_message", Header::None, TEXT, false, interactive_action::location),
    kind("address_message", Header::Any, TEXT, true, interactive_action::address),
    // A permission request explains itself.
    kind("call_permission_request", Header::None, PERHAPS, true, interactive_action::permission),
    kind("voice_call", Header::Any, TEXT, true, interactive_action::voice_call),
    kind("request_contact_info", Header::None, TEXT, true, interactive_action::contact_info),
    kind("carousel", Header::None, TEXT, false, carousel::interactive_cards),
    kind("order_details", Header::Any, TEXT, true, order::details),
    kind("order_status", Header::Any, TEXT, true, order::status),
];

/// Checks the object of an interactive message.
pub(crate) fn check(interactive: &Node<'_>) -> Check {
    let names: Vec<&'static str> = KINDS.iter().map(|kind| kind.name).collect();
    let name = interactive.required("type")?.word(&names)?;
    // Meta's older sample of a payment message has all of it one level further down.
    if let ("order_details", Some(nested)) = (name, interactive.get("order_details")) {
        interactive.only(&["type", "order_details"])?;
        return order::nested(&nested);
    }
    interactive.only(&["type", "header", "body", "footer", "action"])?;
    if name == "call_permission_request" {
        interactive.has_all(&["action"])?;
    }
    let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
        return Ok(());
    };
    check_header(interactive, kind)?;
    text(interactive, "body", kind.body)?;
    if kind.footer {
        text(interactive, "footer", (60, false))?;
    } else if interactive.get("footer").is_some() {
        return Err(GraphError::value(format!("A {name} message has no footer")));
    }
    (kind.action)(&interactive.required("action")?)
}

fn check_header(interactive: &Node<'_>, kind: &Kind) -> Check {
    match (interactive.get("header"), kind.header) {
        (Some(_), Header::None) => Err(GraphError::value(format!(
            "A {} message has no header",
            kind.name
        ))),
        (Some(given), Header::Any) => header(&given, &["text", "image", "video", "document"]),
        (Some(given), Header::Text | Header::TextRequired) => header(&given, &["text"]),
        (None, Header::TextRequired) => interactive.required("header").map(drop),
        (None, _) => Ok(()),
    }
}
