//! What is set on the phone number: PIN, display name, webhook, calls and storage, commerce, components
//! of the conversation (Meta: OpenAPI v23.0).

use serde_json::{Value, json};

use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// `POST /{phone number id}`: whatever of these the body has.
pub(crate) fn update(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    let members = root.only(&[
        "messaging_product",
        "pin",
        "new_display_name",
        "webhook_configuration",
        "search_visibility",
    ])?;
    if members.is_empty() {
        return Err(GraphError::parameter("At least one setting is required"));
    }
    if let Some(pin) = root.get("pin") {
        let pin = six_digits(&pin)?;
        account.registration.set_pin(&pin);
        let number = &mut account.details.phone_number;
        number.insert("is_pin_enabled".to_owned(), json!(true));
    }
    if let Some(name) = root.get("new_display_name") {
        let name = name.text(2, 75)?;
        let number = &mut account.details.phone_number;
        number.insert("new_display_name".to_owned(), json!(name));
        number.insert("new_name_status".to_owned(), json!("PENDING_REVIEW"));
    }
    if let Some(webhook) = root.get("webhook_configuration") {
        webhook.only(&["override_callback_uri", "verify_token"])?;
        let uri = webhook.present("override_callback_uri")?;
        let own = if uri.string()?.is_empty() {
            None
        } else {
            webhook.required("verify_token")?.text(1, 1024)?;
            Some(uri.web_address()?.to_owned())
        };
        account.subscription.callback_of_number = own;
    }
    if let Some(visibility) = root.get("search_visibility") {
        let visibility = visibility.word(&["VISIBLE", "NON_VISIBLE"])?;
        let number = &mut account.details.phone_number;
        number.insert("search_visibility".to_owned(), json!(visibility));
    }
    Ok(Reply::success().of("phone_number_update"))
}

fn six_digits(pin: &Node<'_>) -> Check<String> {
    let text = pin.scalar()?;
    if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(text);
    }
    Err(GraphError::parameter(
        "Param pin must be 6 characters long.",
    ))
}

/// `GET /{phone number id}/settings`.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn get(_: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    Ok(Reply::json(&account.number.settings).of("settings"))
}

/// `POST /{phone number id}/settings`: one of them at a time.
pub(crate) fn set(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    let members = root.only(&[
        "calling",
        "user_identity_change",
        "payload_encryption",
        "storage_configuration",
    ])?;
    if members.len() != 1 {
        return Err(GraphError::parameter(
            "Only one feature setting can be specified per request",
        ));
    }
    for (name, value) in members {
        Node::new(value, name).object()?;
        account.number.settings.insert(name.clone(), value.clone());
    }
    Ok(Reply::success().of("settings_update"))
}

/// `GET /{phone number id}/whatsapp_commerce_settings`.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn commerce(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let settings = json!({
        "id": call.object(),
        "is_cart_enabled": account.number.cart_enabled,
        "is_catalog_visible": account.number.catalog_visible,
    });
    Ok(Reply::json(&json!({"data": [settings]})).of("commerce"))
}

/// `POST /{phone number id}/whatsapp_commerce_settings`.
pub(crate) fn set_commerce(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["is_cart_enabled", "is_catalog_visible"])?;
    let flag = |name: &str| {
        let flag = root.get(name).map(|it| it.scalar()).transpose()?;
        match flag.as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(GraphError::parameter(&format!(
                "Param {name} must be a boolean."
            ))),
        }
    };
    let (cart, catalog) = (flag("is_cart_enabled")?, flag("is_catalog_visible")?);
    let number = &mut account.number;
    number.cart_enabled = cart.unwrap_or(number.cart_enabled);
    number.catalog_visible = catalog.unwrap_or(number.catalog_visible);
    Ok(Reply::success().of("commerce_update"))
}

/// `POST /{phone number id}/conversational_automation`.
pub(crate) fn set_components(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["enable_welcome_message", "prompts", "commands"])?;
    root.optional_bool("enable_welcome_message")?;
    if let Some(prompts) = root.get("prompts") {
        for prompt in prompts.items(0, 4)? {
            prompt.text(1, 80)?;
        }
    }
    if let Some(commands) = root.get("commands") {
        for command in commands.items(0, 30)? {
            command.only(&["command_name", "command_description"])?;
            command.required("command_name")?.text(1, 32)?;
            command.required("command_description")?.text(1, 256)?;
        }
    }
    let number = &mut account.details.phone_number;
    let set = number
        .entry("conversational_automation")
        .or_insert_with(|| json!({"id": call.object(), "prompts": [], "commands": []}));
    if let (Some(set), Some(body)) = (set.as_object_mut(), body.as_object()) {
        set.extend(body.clone());
    }
    Ok(Reply::success().of("conversational_automation"))
}

/// `POST /{phone number id}/smb_app_data`: of a number that is in the WhatsApp Business app as well,
/// each type once (from memory of Meta's page, 2026-11).
pub(crate) fn sync(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["messaging_product", "sync_type"])?;
    root.required("messaging_product")?.word(&["whatsapp"])?;
    let kind = root
        .required("sync_type")?
        .word(&["smb_app_state_sync", "history"])?;
    let in_app = account.details.phone_number.get("is_on_biz_app");
    if in_app != Some(&Value::Bool(true)) {
        return Err(GraphError::parameter("Invalid parameter")
            .details("The phone number is not in use with the WhatsApp Business app"));
    }
    if account.number.synced.contains(&kind) {
        return Err(GraphError::parameter("Invalid parameter")
            .details(format!("The {kind} was requested already")));
    }
    account.number.synced.push(kind);
    let request_id = call.state.ids.object();
    let answer = json!({"messaging_product": "whatsapp", "request_id": request_id});
    Ok(Reply::json(&answer).of("smb_app_data"))
}
