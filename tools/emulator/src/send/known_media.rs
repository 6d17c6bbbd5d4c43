//! The media ids of a message, wherever they stand: whether they exist and fit where they are.

use serde_json::Value;

use super::circumstances::Circumstances;
use super::message::Failure;
use crate::account::media::{family_for, family_of};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

const KINDS: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

/// An id, the kind of message it stands in, and where.
struct Used<'a> {
    kind: &'static str,
    id: &'a str,
    path: String,
}

/// Refuses unknown media ids if the strictness asks for it. A file of the wrong type is accepted and fails
/// later, when WhatsApp processes it.
pub(super) fn check(root: &Node<'_>, circumstances: &Circumstances<'_>) -> Check<Option<Failure>> {
    let mut used = Vec::new();
    collect(root.value(), "", &mut used);
    let mut failure = None;
    for Used { kind, id, path } in used {
        let medium = circumstances.account.media.get(id, circumstances.now);
        match medium {
            Some(medium) => failure = failure.or_else(|| unfit(kind, &medium.mime_type)),
            None if circumstances.account.strictness.known_media => {
                return Err(GraphError::parameter(&format!(
                    "Param {path}['id'] is not a valid whatsapp business account media attachment ID"
                )));
            }
            None => {}
        }
    }
    Ok(failure)
}

/// Why a file of this type does not arrive as a message of this kind.
fn unfit(kind: &str, mime_type: &str) -> Option<Failure> {
    let plain = mime_type.split(';').next().unwrap_or_default().trim();
    let family = family_for(kind)?;
    let fits = family_of(plain).is_some_and(|other| other.kind == kind);
    // Graph takes the upload of raw Opus, WhatsApp wants it in Ogg.
    if fits && !plain.eq_ignore_ascii_case("audio/opus") {
        return None;
    }
    let (first, rest) = kind.split_at(1);
    Some(Failure {
        code: 131_053,
        details: format!(
            "Unsupported {}{rest} mime type {plain}. Please use one of {}.",
            first.to_ascii_uppercase(),
            family.delivered.join(", ")
        ),
    })
}

fn collect<'a>(value: &'a Value, path: &str, used: &mut Vec<Used<'a>>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                collect(item, &format!("{path}[{index}]"), used);
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let path = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}['{name}']")
                };
                let kind = KINDS.iter().find(|kind| *kind == name);
                let id = member.get("id").and_then(Value::as_str);
                if let (Some(kind), Some(id)) = (kind, id.filter(|id| !id.is_empty())) {
                    let path = path.clone();
                    used.push(Used { kind, id, path });
                }
                collect(member, &path, used);
            }
        }
        _ => {}
    }
}
