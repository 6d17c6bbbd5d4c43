//! Header, body and footer of an interactive message and of the cards of a carousel.

use super::media;
use crate::node::{Check, Node};

/// A header with text or with media of one of these kinds.
pub(super) fn header(header: &Node<'_>, kinds: &[&'static str]) -> Check {
    let kind = header.required("type")?.word(kinds)?;
    header.only(&["type", "sub_text", kind])?;
    let value = header.required(kind)?;
    match kind {
        "text" => value.labelled_text("Header text", 1, 60).map(drop),
        _ => media::check_header(&value, kind),
    }
}

/// A member of this name with a text of limited length.
pub(super) fn text(parent: &Node<'_>, name: &str, (most, required): (usize, bool)) -> Check {
    let Some(member) = parent.get(name) else {
        return if required {
            parent.required(name).map(drop)
        } else {
            Ok(())
        };
    };
    member.only(&["text"])?;
    let label = if name == "body" {
        "Body text"
    } else {
        "Footer text"
    };
    let text = member.required("text")?;
    text.labelled_text(label, 1, most).map(drop)
}
