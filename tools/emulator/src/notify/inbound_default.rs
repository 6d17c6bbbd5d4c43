//! Default content of a customer's message: an object for its type, and a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use crate::account::media::{Medium, Origin};
use crate::media_address;
use crate::state::State;

/// One pixel as PNG.
const PIXEL: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ\
                     RU5ErkJggg==";

/// The types that carry a file, and the MIME type of the file they get.
const MEDIA: [(&str, &str); 5] = [
    ("image", "image/png"),
    ("video", "video/mp4"),
    ("audio", "audio/ogg; codecs=opus"),
    ("document", "application/pdf"),
    ("sticker", "image/webp"),
];

/// Gives the message the object of its type if it has none, and media an id, a hash and an address.
pub(super) fn complete(state: &State, message: &mut Map<String, Value>) {
    let kind = message.get("type").and_then(Value::as_str);
    let kind = kind.unwrap_or("text").to_owned();
    if !message.contains_key(&kind)
        && !message.contains_key("errors")
        && let Some(object) = object_of(&kind)
    {
        message.insert(kind.clone(), object);
        if kind == "unsupported" {
            let error = json!({
                "code": 131_051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            });
            message.insert("errors".to_owned(), json!([error]));
        }
    }
    let mime_type = MEDIA.iter().find(|(name, _)| *name == kind);
    if let Some((_, mime_type)) = mime_type
        && let Some(Value::Object(media)) = message.get_mut(&kind)
    {
        describe(state, media, mime_type);
    }
}

fn object_of(kind: &str) -> Option<Value> {
    let seeds = include_str!("../seeds/inbound.json");
    let seeds: Map<String, Value> = serde_json::from_str(seeds).unwrap_or_default();
    seeds.get(kind).cloned()
}

/// What the account knows about the file; a medium without an id gets a small file of its own.
fn describe(state: &State, media: &mut Map<String, Value>, mime_type: &str) {
    let now = state.ticker.now();
    let mut account = state.account();
    let given = media.get("id").and_then(Value::as_str).map(str::to_owned);
    let id = given.unwrap_or_else(|| {
        let bytes = match mime_type {
            "image/png" => STANDARD.decode(PIXEL).unwrap_or_default(),
            _ => format!("emulated {mime_type}\n").into_bytes(),
        };
        let medium = Medium::new(mime_type.to_owned(), bytes, Origin::Customer, now);
        account.media.add(state.ids.object(), medium)
    });
    // An id that a test invented is left as the test describes it.
    if let Some(medium) = account.media.get(&id, now) {
        media.insert("mime_type".to_owned(), json!(medium.mime_type));
        media.insert("sha256".to_owned(), json!(medium.sha256_base64()));
        let url = media_address::url(state, &account, &id);
        media.insert("url".to_owned(), json!(url));
    }
    media.insert("id".to_owned(), json!(id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeds_can_be_read_and_have_all_types() {
        for kind in ["text", "order", "edit", "revoke", "contacts", "unsupported"] {
            assert!(object_of(kind).is_some(), "{kind}");
        }
        for (kind, _) in MEDIA {
            assert!(object_of(kind).is_some(), "{kind}");
        }
        assert_eq!(object_of("request_welcome"), None);
        assert!(STANDARD.decode(PIXEL).unwrap().starts_with(b"\x89PNG"));
    }
}
