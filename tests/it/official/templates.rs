//! The command and the request that make a template's body.

use cloud_api_emulator::Template;
use serde_json::{Value, json};

/// Templates without components go by the specification's command, the others by the plain members
/// where those can say it, else by Meta's own components.
pub(super) fn of(body: &Value) -> (&'static str, Value) {
    let template = &body["template"];
    let language = &template["language"];
    let mut request = json!({ "templateName": template["name"], "languageCode": language["code"] });
    let marketing = body.get("product_policy").is_some();
    let Some(components) = template.get("components") else {
        if !marketing {
            return ("sendMessageTextTemplate", request);
        }
        with_marketing(&mut request, body);
        return ("sendMessageTemplate", request);
    };
    if let Some(policy) = language.get("policy") {
        request["languagePolicy"] = policy.clone();
    }
    if marketing {
        with_marketing(&mut request, body);
    }
    if with_plain_members(&mut request, components).is_none() {
        for name in ["parameters", "header", "buttons"] {
            request.as_object_mut().unwrap().remove(name);
        }
        request["components"] = components.clone();
    }
    ("sendMessageTemplate", request)
}

fn with_marketing(request: &mut Value, body: &Value) {
    request["marketing"] = true.into();
    request["productPolicy"] = body["product_policy"].clone();
    request["messageActivitySharing"] = body["message_activity_sharing"].clone();
}

/// Nothing if the plain members cannot say it.
fn with_plain_members(request: &mut Value, components: &Value) -> Option<()> {
    let mut buttons = Vec::new();
    for component in components.as_array()? {
        let parameters = &component["parameters"];
        match component["type"].as_str()? {
            "header" => request["header"] = header(&parameters[0])?,
            "body" => {
                let parameters = parameters.as_array()?.iter();
                request["parameters"] = parameters
                    .map(|parameter| match parameter["type"].as_str() {
                        Some("text") => parameter["text"].clone(),
                        _ => parameter.clone(),
                    })
                    .collect();
            }
            "button" => buttons.push(button(component)?),
            _ => return None,
        }
    }
    if !buttons.is_empty() {
        request["buttons"] = buttons.into();
    }
    Some(())
}

fn header(parameter: &Value) -> Option<Value> {
    let link = parameter["image"].get("link")?;
    Some(json!({ "type": "image", "link": link }))
}

fn button(component: &Value) -> Option<Value> {
    let index: u64 = component["index"].as_str()?.parse().ok()?;
    let parameter = &component["parameters"][0];
    match component["sub_type"].as_str()? {
        "quick_reply" => Some(json!({
            "index": index, "type": "quickReply", "payload": parameter.get("payload")?
        })),
        "flow" => Some(json!({
            "index": index, "type": "flow", "flowToken": parameter["action"]["flow_token"],
            "data": parameter["action"]["flow_action_data"],
        })),
        _ => None,
    }
}

/// The approved template that the body fills in.
pub(super) fn approved(body: &Value) -> Option<Template> {
    let template = &body["template"];
    let language = template["language"]["code"].as_str().unwrap_or_default();
    let mut approved = Template::new(template["name"].as_str()?, language, 0);
    if body.get("product_policy").is_some() {
        "MARKETING".clone_into(&mut approved.category);
    }
    let mut buttons = Vec::new();
    for component in template["components"].as_array().into_iter().flatten() {
        match component["type"].as_str()? {
            "header" => {
                let header = json!({ "type": "HEADER", "format": "IMAGE" });
                approved.components.insert(0, header);
            }
            "body" => {
                let count = component["parameters"].as_array()?.len();
                let body = Template::new("", "", count).components.remove(0);
                approved
                    .components
                    .retain(|component| component["type"] != "BODY");
                approved.components.push(body);
            }
            _ => {
                let kind = component["sub_type"].as_str()?.to_uppercase();
                buttons.push(json!({ "type": kind, "text": "Button" }));
            }
        }
    }
    if !buttons.is_empty() {
        approved
            .components
            .push(json!({ "type": "BUTTONS", "buttons": buttons }));
    }
    Some(approved)
}
