//! `text` messages.

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// A body of 1 to 4,096 characters and, if asked for, a link preview.
pub(crate) fn check(text: &Node<'_>) -> Check {
    text.only(&["body", "preview_url"])?;
    let body = text.required("body")?;
    if body.string()?.chars().count() > 4096 {
        return Err(GraphError::parameter(&format!(
            "Param {} must be at most 4096 characters long.",
            body.path()
        )));
    }
    text.optional_bool("preview_url")
}
