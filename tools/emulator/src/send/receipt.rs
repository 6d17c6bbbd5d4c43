//! Read receipts, with or without the typing indicator.

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// The id of the message that was read.
pub(crate) fn check(root: &Node<'_>) -> Check<String> {
    root.only(&[
        "messaging_product",
        "status",
        "message_id",
        "typing_indicator",
    ])?;
    root.required("status")?.word(&["read"])?;
    let id = root.required("message_id")?.text(1, 512)?;
    if let Some(indicator) = root.get("typing_indicator") {
        indicator.only(&["type"])?;
        indicator.has_all(&["type"])?;
        indicator.required("type")?.schema_word(&["text"])?;
    }
    let well_formed = id
        .strip_prefix("wamid.")
        .is_some_and(|rest| !rest.is_empty());
    if well_formed {
        return Ok(id.to_owned());
    }
    Err(GraphError::invalid(
        "Please check the message ID you have provided.",
    ))
}
