//! `text` messages.

use crate::node::{Check, Node};

/// A body of 1 to 4,096 characters and, if asked for, a link preview.
pub(crate) fn check(text: &Node<'_>) -> Check {
    text.only(&["body", "preview_url"])?;
    text.required("body")?.text(1, 4096)?;
    text.optional_bool("preview_url")
}
