//! What customers can send: a builder per message type, for
//! [`Emulator::customer_sends`](crate::Emulator::customer_sends).
//!
//! Id and timestamp are filled in later. All builders return plain JSON, so any member can be
//! added or changed: `context`, `referral`, `from_user_id`, or `name` for the profile name.

use serde_json::{Value, json};

/// The sender of a message that names none.
pub const DEFAULT_CUSTOMER: &str = "16505551234";

/// The profile name of a customer whose message gives none.
pub const DEFAULT_NAME: &str = "Sheena Nelson";

const SHA256: &str = "SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=";

/// A text.
pub fn text(from: &str, body: &str) -> Value {
    json!({"from": from, "type": "text", "text": {"body": body}})
}

/// A picture, with a caption if it is not empty.
pub fn image(from: &str, media_id: &str, caption: &str) -> Value {
    media(
        from,
        "image",
        media_id,
        "image/jpeg",
        &[("caption", caption)],
    )
}

/// A video, with a caption if it is not empty.
pub fn video(from: &str, media_id: &str, caption: &str) -> Value {
    media(
        from,
        "video",
        media_id,
        "video/mp4",
        &[("caption", caption)],
    )
}

/// A voice note.
pub fn audio(from: &str, media_id: &str) -> Value {
    let mut message = media(from, "audio", media_id, "audio/ogg; codecs=opus", &[]);
    set(&mut message, "audio", "voice", json!(true));
    message
}

/// A document under this file name.
pub fn document(from: &str, media_id: &str, filename: &str) -> Value {
    media(
        from,
        "document",
        media_id,
        "application/pdf",
        &[("filename", filename)],
    )
}

/// A static sticker.
pub fn sticker(from: &str, media_id: &str) -> Value {
    let mut message = media(from, "sticker", media_id, "image/webp", &[]);
    set(&mut message, "sticker", "animated", json!(false));
    message
}

/// A place.
pub fn location(from: &str, latitude: f64, longitude: f64, name: &str) -> Value {
    let place = json!({"latitude": latitude, "longitude": longitude, "name": name});
    json!({"from": from, "type": "location", "location": place})
}

/// One contact card.
pub fn contacts(from: &str, first_name: &str, last_name: &str, phone: &str) -> Value {
    let card = json!({
        "name": {
            "first_name": first_name,
            "last_name": last_name,
            "formatted_name": format!("{first_name} {last_name}"),
        },
        "phones": [{"phone": phone, "type": "MOBILE"}],
    });
    json!({"from": from, "type": "contacts", "contacts": [card]})
}

/// A tap on a reply button of an interactive message.
pub fn button_reply(from: &str, id: &str, title: &str) -> Value {
    interactive(from, "button_reply", &json!({"id": id, "title": title}))
}

/// A choice from a list.
pub fn list_reply(from: &str, id: &str, title: &str, description: &str) -> Value {
    interactive(
        from,
        "list_reply",
        &json!({"id": id, "title": title, "description": description}),
    )
}

/// A completed flow; `response` becomes the JSON text in `response_json`.
pub fn flow_reply(from: &str, response: &Value) -> Value {
    let reply = json!({"name": "flow", "body": "Sent", "response_json": response.to_string()});
    interactive(from, "nfm_reply", &reply)
}

/// A tap on a quick-reply button of a template.
pub fn button(from: &str, payload: &str, text: &str) -> Value {
    json!({"from": from, "type": "button", "button": {"payload": payload, "text": text}})
}

/// A reaction to a message; without an emoji it is taken back.
pub fn reaction(from: &str, message_id: &str, emoji: Option<&str>) -> Value {
    let mut reaction = json!({"message_id": message_id});
    if let (Some(emoji), Some(members)) = (emoji, reaction.as_object_mut()) {
        members.insert("emoji".to_owned(), json!(emoji));
    }
    json!({"from": from, "type": "reaction", "reaction": reaction})
}

/// An order of one product.
pub fn order(from: &str, catalog_id: &str, product_retailer_id: &str, quantity: u32) -> Value {
    let item = json!({
        "product_retailer_id": product_retailer_id,
        "quantity": quantity,
        "item_price": 30,
        "currency": "USD",
    });
    let order = json!({"catalog_id": catalog_id, "text": "", "product_items": [item]});
    json!({"from": from, "type": "order", "order": order})
}

/// The customer has a new number. Such a notification names no contact.
pub fn system(from: &str, new_number: &str) -> Value {
    let system = json!({
        "body": format!("User {DEFAULT_NAME} changed from {from} to {new_number}"),
        "wa_id": new_number,
        "type": "user_changed_number",
    });
    json!({"from": from, "type": "system", "system": system})
}

/// A message that the Cloud API does not support, for example a poll.
pub fn unsupported(from: &str) -> Value {
    let error = json!({
        "code": 131_051,
        "title": "Message type unknown",
        "message": "Message type unknown",
        "error_data": {"details": "Message type is currently not supported."},
    });
    json!({"from": from, "type": "unsupported", "errors": [error]})
}

/// The customer has opened the chat for the first time.
pub fn request_welcome(from: &str) -> Value {
    json!({"from": from, "type": "request_welcome"})
}

/// The same message as a reply to an earlier one of the business.
pub fn in_reply_to(mut message: Value, business_number: &str, message_id: &str) -> Value {
    if let Some(members) = message.as_object_mut() {
        members.insert(
            "context".to_owned(),
            json!({"from": business_number, "id": message_id}),
        );
    }
    message
}

fn interactive(from: &str, kind: &str, reply: &Value) -> Value {
    json!({"from": from, "type": "interactive", "interactive": {"type": kind, kind: reply}})
}

fn media(from: &str, kind: &str, id: &str, mime_type: &str, texts: &[(&str, &str)]) -> Value {
    let media = json!({"mime_type": mime_type, "sha256": SHA256, "id": id});
    let mut message = json!({"from": from, "type": kind, kind: media});
    for (name, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        set(&mut message, kind, name, json!(text));
    }
    message
}

fn set(message: &mut Value, kind: &str, name: &str, value: Value) {
    if let Some(members) = message.get_mut(kind).and_then(Value::as_object_mut) {
        members.insert(name.to_owned(), value);
    }
}
