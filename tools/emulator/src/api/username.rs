//! The number's username, and what Meta remembers of customers who have one (libraries and providers
//! that follow Meta's changelog, 2026-11).

use serde_json::json;

use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};

/// Usernames that the business may take.
const RESERVED: [&str; 2] = ["emulated.shop", "emulated_shop"];
/// One that somebody else has.
const TAKEN: &str = "taken.shop";

/// `GET /{phone number id}/username`.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn get(_: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let answer = match &account.number.username {
        Some(name) => json!({"username": name, "status": "reserved"}),
        None => json!({"status": "none"}),
    };
    Ok(Reply::json(&answer).of("username"))
}

/// `POST /{phone number id}/username`.
pub(crate) fn set(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["username", "transfer_action"])?;
    let name = checked(&root.required("username")?)?;
    if let Some(action) = root.get("transfer_action") {
        action.word(&["none", "force_transfer"])?;
    }
    if name == TAKEN {
        return Err(GraphError::of_code(147_001));
    }
    account.number.username = Some(name);
    Ok(Reply::json(&json!({"status": "reserved"})).of("username_set"))
}

fn checked(name: &Node<'_>) -> Check<String> {
    let text = name.string()?.to_ascii_lowercase();
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'_';
    let is_right = (3..=35).contains(&text.len())
        && text.bytes().all(fits)
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !text.starts_with(['.'])
        && !text.starts_with("www")
        && !text.ends_with('.')
        && !text.contains("..");
    if is_right {
        return Ok(text);
    }
    Err(GraphError::parameter("Invalid username format"))
}

/// `DELETE /{phone number id}/username`.
pub(crate) fn delete(_: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    match account.number.username.take() {
        Some(_) => Ok(Reply::success().of("username_delete")),
        None => {
            Err(GraphError::parameter("Invalid parameter")
                .details("The phone number has no username"))
        }
    }
}

/// `GET /{phone number id}/username_suggestions`.
#[expect(clippy::unnecessary_wraps, reason = "all endpoints have one signature")]
pub(crate) fn suggestions(_: &Call<'_>, _: &mut Account) -> Result<Reply, GraphError> {
    let answer = json!({"data": [{"username_suggestions": RESERVED}]});
    Ok(Reply::json(&answer).of("username_suggestions"))
}

/// `DELETE /{phone number id}/contact_book`.
pub(crate) fn forget(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let parameters = call.parameters()?;
    let root = Node::new(&parameters, "");
    root.only(&["messaging_product", "bsuid"])?;
    root.required("messaging_product")?.word(&["whatsapp"])?;
    let id = root.required("bsuid")?.string()?;
    let parts: Vec<&str> = id.split('.').collect();
    let [country, rest] = parts.as_slice() else {
        return Err(GraphError::parameter("Param bsuid is not a valid user id"));
    };
    if country.len() != 2 || rest.is_empty() {
        return Err(GraphError::parameter("Param bsuid is not a valid user id"));
    }
    let deleted = account.customers.forget(id);
    let answer = json!({"messaging_product": "whatsapp", "success": true, "deleted": deleted});
    Ok(Reply::json(&answer).of("contact_book"))
}
