//! `image`, `video`, `audio`, `document` and `sticker` messages, and media inside other types.

use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// What Meta says about a medium without a source.
pub(crate) const NO_SOURCE: &str = "Either one of media ID or link must be present";

/// Exactly one of `id` and `link`, and what else the kind allows.
pub(crate) fn check(media: &Node<'_>, kind: &str) -> Check {
    let members: &[&str] = match kind {
        "image" | "video" => &["id", "link", "provider", "caption"],
        "audio" => &["id", "link", "provider", "voice"],
        "document" => &["id", "link", "provider", "caption", "filename"],
        _ => &["id", "link", "provider"],
    };
    media.only(members)?;
    source(media)?;
    media.optional_text("caption", 0, 1024)?;
    media.optional_text("filename", 1, 240)?;
    media.optional_bool("voice")
}

/// Media in a header: no caption there.
pub(crate) fn check_header(media: &Node<'_>, kind: &str) -> Check {
    let members: &[&str] = match kind {
        "document" => &["id", "link", "provider", "filename"],
        _ => &["id", "link", "provider"],
    };
    media.only(members)?;
    source(media)?;
    media.optional_text("filename", 1, 240)
}

fn source(media: &Node<'_>) -> Check {
    if let Some(provider) = media.get("provider") {
        provider.only(&["name"])?;
    }
    match (media.filled("id"), media.filled("link")) {
        (Some(id), None) => id.text(1, 256).map(drop),
        (None, Some(link)) => link.web_address().map(drop),
        (Some(_), Some(_)) => Err(GraphError::value(format!(
            "Param {} must have exactly one of id and link",
            media.path()
        ))),
        (None, None) => Err(GraphError::missing(NO_SOURCE)),
    }
}
