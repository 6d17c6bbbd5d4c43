//! `text` messages.

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// A body of 1 to 4,096 characters and, if asked for, a link preview.
pub(crate) fn check(text: &Node<'_>) -> Check {
    text.only(&["body", "preview_url"])?;
    let body = match text.get("body") {
        Some(body) => body.string()?,
        None => "",
    };
    let refused = match body.chars().count() {
        0 => "The parameter text['body'] is required.",
        1..=4096 => return text.optional_bool("preview_url"),
        _ => "Param text['body'] must be at most 4096 characters long.",
    };
    Err(GraphError::parameter(refused))
}
