//! The command and the request that make each kind of body.

use serde_json::{Map, Value, json};

use super::templates;

/// The end of the path that the body goes to.
pub(super) fn endpoint(body: &Value) -> &'static str {
    match body {
        body if body.get("block_users").is_some() => "/block_users",
        body if body.get("product_policy").is_some() => "/marketing_messages",
        _ => "/messages",
    }
}

/// The command, and its request in the adapter's own words.
pub(super) fn of(body: &Value) -> (&'static str, Value) {
    if let Some(users) = body.get("block_users") {
        let users = users
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["user"].clone());
        return (
            "blockUsers",
            json!({ "phoneNumbers": users.collect::<Value>() }),
        );
    }
    if body["status"] == "read" {
        let mut request = json!({ "messageId": body["message_id"] });
        if body.get("typing_indicator").is_some() {
            request["typing"] = true.into();
        }
        return ("markMessageRead", request);
    }
    let kind = body["type"].as_str().unwrap_or("text");
    let (command, content) = match kind {
        "text" => (
            "sendMessageText",
            renamed(
                &body[kind],
                &[("body", "message"), ("preview_url", "previewUrl")],
            ),
        ),
        "reaction" => (
            "sendMessageReaction",
            renamed(
                &body[kind],
                &[("message_id", "messageId"), ("emoji", "emoji")],
            ),
        ),
        "location" => ("sendMessageLocation", body[kind].clone()),
        "contacts" => ("sendMessageContacts", json!({ "contacts": body[kind] })),
        "template" => templates::of(body),
        "interactive" => interactive(&body[kind]),
        _ => ("sendMessageMedia", media(kind, &body[kind])),
    };
    let mut request = content;
    request["phoneNumber"] = body["to"].clone();
    if let Some(context) = body.get("context") {
        request["replyTo"] = context["message_id"].clone();
    }
    (command, request)
}

/// The members of `object` under other names; every one must be in the list.
fn renamed(object: &Value, names: &[(&str, &str)]) -> Value {
    let members = object.as_object().unwrap().iter().map(|(theirs, value)| {
        let (_, ours) = names
            .iter()
            .find(|(name, _)| name == theirs)
            .unwrap_or_else(|| panic!("{theirs}"));
        ((*ours).to_owned(), value.clone())
    });
    Value::Object(members.collect::<Map<_, _>>())
}

fn media(kind: &str, object: &Value) -> Value {
    let names = ["link", "caption", "filename", "voice"].map(|name| (name, name));
    let mut request = renamed(object, &[&names[..], &[("id", "mediaId")]].concat());
    request["mediaType"] = kind.into();
    request
}

fn interactive(object: &Value) -> (&'static str, Value) {
    let action = &object["action"];
    let parameters = &action["parameters"];
    let (command, mut request) = match object["type"].as_str().unwrap() {
        "button" => {
            let buttons = action["buttons"].as_array().unwrap().iter();
            let buttons: Value = buttons.map(|button| button["reply"].clone()).collect();
            ("sendMessageButtons", json!({ "buttons": buttons }))
        }
        "list" => ("sendMessageList", action.clone()),
        "flow" => ("sendMessageFlow", flow(parameters)),
        "product" => (
            "sendMessageProduct",
            renamed(
                action,
                &[
                    ("catalog_id", "catalogId"),
                    ("product_retailer_id", "productId"),
                ],
            ),
        ),
        "product_list" => ("sendMessageProductList", product_list(action)),
        "catalog_message" => (
            "sendMessageCatalog",
            renamed(
                parameters,
                &[("thumbnail_product_retailer_id", "thumbnailProductId")],
            ),
        ),
        _ => return ("sendMessageInteractive", json!({ "interactive": object })),
    };
    for (theirs, ours) in [
        ("body", "message"),
        ("footer", "footer"),
        ("header", "headerText"),
    ] {
        if let Some(part) = object.get(theirs) {
            request[ours] = part["text"].clone();
        }
    }
    (command, request)
}

fn flow(parameters: &Value) -> Value {
    let mut request = parameters.clone();
    let members = request.as_object_mut().unwrap();
    let payload = members.remove("flow_action_payload").unwrap();
    let mut request = renamed(
        &request,
        &[
            ("flow_message_version", "flowMessageVersion"),
            ("flow_id", "flowId"),
            ("flow_name", "flowName"),
            ("flow_cta", "displayText"),
            ("flow_token", "flowToken"),
            ("flow_action", "flowAction"),
            ("mode", "mode"),
        ],
    );
    request["screen"] = payload["screen"].clone();
    request["data"] = payload["data"].clone();
    request
}

fn product_list(action: &Value) -> Value {
    let sections = action["sections"]
        .as_array()
        .unwrap()
        .iter()
        .map(|section| {
            let products = section["product_items"].as_array().unwrap().iter();
            let products: Value = products
                .map(|item| item["product_retailer_id"].clone())
                .collect();
            json!({ "title": section["title"], "products": products })
        });
    json!({ "catalogId": action["catalog_id"], "sections": sections.collect::<Value>() })
}
