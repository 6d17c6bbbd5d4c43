//! The media ids of a message, wherever they stand: whether they exist and fit where they are.

use serde_json::Value;

use super::Circumstances;
use crate::account::media::{family_for, family_of};
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::notify::status::Failure;

const KINDS: [&str; 5] = ["image", "video", "audio", "document", "sticker"];

/// Refuses ids that name nothing. A file of the wrong type is accepted and fails later, when
/// WhatsApp looks at it.
pub(super) fn check(root: &Node<'_>, circumstances: &Circumstances<'_>) -> Check<Option<Failure>> {
    if !circumstances.account.strictness.known_media {
        return Ok(None);
    }
    let mut ids = Vec::new();
    collect(root.value(), &mut ids);
    let mut failure = None;
    for (kind, id) in ids {
        let medium = circumstances.account.media.get(id, circumstances.now);
        let medium = medium.ok_or_else(|| {
            GraphError::value(format!(
                "Param {kind}.id: there is no media object with ID {id}; it was never uploaded, \
                 has expired or was deleted"
            ))
        })?;
        let plain = medium.mime_type.split(';').next().unwrap_or_default();
        if let Some(family) = family_for(kind)
            && family_of(plain).is_none_or(|other| other.kind != kind)
        {
            failure = Some(Failure {
                code: 131_053,
                details: format!(
                    "Unsupported {kind} mime type {plain}. Please use one of {}.",
                    family.mime_types.join(", ")
                ),
            });
        }
    }
    Ok(failure)
}

fn collect<'a>(value: &'a Value, ids: &mut Vec<(&'static str, &'a str)>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, ids)),
        Value::Object(members) => {
            for (name, member) in members {
                let kind = KINDS.iter().find(|kind| *kind == name);
                let id = member.get("id").and_then(Value::as_str);
                if let (Some(kind), Some(id)) = (kind, id) {
                    ids.push((kind, id));
                }
                collect(member, ids);
            }
        }
        _ => {}
    }
}
