//! The business profile.

use serde_json::{Value, json};

use super::fields::NodeType;
use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::Node;

const NODE: NodeType = NodeType {
    name: "WhatsAppBusinessProfile",
    default: &[
        "about",
        "address",
        "description",
        "email",
        "profile_picture_url",
        "websites",
        "vertical",
        "messaging_product",
    ],
    more: &[],
};

/// Members that are texts, with their greatest lengths (Meta: business profiles, 2026).
const TEXTS: [(&str, usize); 5] = [
    ("about", 139),
    ("address", 256),
    ("description", 512),
    ("email", 128),
    ("profile_picture_handle", 2048),
];

const VERTICALS: [&str; 22] = [
    "ALCOHOL",
    "APPAREL",
    "AUTO",
    "BEAUTY",
    "EDU",
    "ENTERTAIN",
    "EVENT_PLAN",
    "FINANCE",
    "GOVT",
    "GROCERY",
    "HEALTH",
    "HOTEL",
    "NONPROFIT",
    "ONLINE_GAMBLING",
    "OTC_DRUGS",
    "OTHER",
    "PHYSICAL_GAMBLING",
    "PROF_SERVICES",
    "RESTAURANT",
    "RETAIL",
    "TRAVEL",
    "UNDEFINED",
];

/// `GET /{phone number id}/whatsapp_business_profile`.
pub(crate) fn get(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let mut profile = account.details.profile.clone();
    profile.insert("messaging_product".to_owned(), json!("whatsapp"));
    let shown = NODE.shown(call, &profile)?;
    Ok(Reply::json(&json!({"data": [shown]})).of("profile"))
}

/// `POST /{phone number id}/whatsapp_business_profile`.
pub(crate) fn update(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    let names = TEXTS.iter().map(|(name, _)| *name);
    let names: Vec<&str> = names
        .chain(["messaging_product", "websites", "vertical"])
        .collect();
    root.only(&names)?;
    root.get("messaging_product")
        .ok_or_else(|| GraphError::required("messaging_product"))?
        .word(&["whatsapp"])?;
    for (name, most) in TEXTS {
        if let Some(text) = root.get(name) {
            checked(name, &text, most)?;
        }
    }
    if let Some(websites) = root.get("websites") {
        for website in websites.items(0, 2)? {
            website.text(1, 256)?;
            website.web_address()?;
        }
    }
    if let Some(vertical) = root.get("vertical") {
        vertical.word(&VERTICALS)?;
    }
    let mut profile = account.details.profile.clone();
    for name in NODE.default {
        if let Some(value) = body.get(name).filter(|value| !value.is_null()) {
            profile.insert((*name).to_owned(), value.clone());
        }
    }
    if let Some(handle) = body.get("profile_picture_handle").and_then(Value::as_str) {
        let url = format!("https://pps.whatsapp.example/{}.jpg", handle.len());
        profile.insert("profile_picture_url".to_owned(), json!(url));
    }
    account.details.profile = profile;
    Ok(Reply::success().of("profile_update"))
}

fn checked(name: &str, text: &Node<'_>, most: usize) -> Result<(), GraphError> {
    let value = text.string()?;
    if name == "about" && value.is_empty() {
        return Err(GraphError::parameter("Invalid parameter").details("about must not be empty"));
    }
    let count = value.chars().count();
    if count > most {
        return Err(GraphError::parameter(&format!(
            "Param {name} must be at most {most} characters long."
        ))
        .details(format!(
            "{name} has {count} characters, the limit is {most}"
        )));
    }
    if name == "email" && !value.is_empty() && !value.contains('@') {
        return Err(GraphError::parameter(
            "Param email must be a valid email address",
        ));
    }
    Ok(())
}
