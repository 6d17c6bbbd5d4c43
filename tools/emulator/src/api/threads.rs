//! Conversation Routing: who owns the thread of a customer (after Meta's changelog, 2026-11).

use serde_json::json;

use super::{Call, Reply};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::send::digits;

const ROLES: [&str; 6] = [
    "ai_agent",
    "ctwa",
    "customer_service",
    "escalation",
    "marketing",
    "utility",
];

/// `POST /{phone number id}/thread_control`.
pub(crate) fn control(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.json_and_query()?;
    let root = Node::new(&body, "");
    root.only(&[
        "messaging_product",
        "action",
        "to",
        "recipient",
        "metadata",
        "control_pass",
    ])?;
    root.required("messaging_product")?.word(&["whatsapp"])?;
    root.optional_text("metadata", 1, 2000)?;
    let action = root
        .required("action")?
        .word(&["pass", "release", "take"])?;
    let customer = customer(&root)?;
    if let Some(pass) = root.get("control_pass") {
        if action != "pass" {
            return Err(GraphError::value(
                "Param control_pass is for the action pass only",
            ));
        }
        pass.only(&["target_role"])?;
        pass.required("target_role")?.word(&ROLES)?;
    }
    let role = account.details.phone_number.get("routing_role");
    let is_partner = role == Some(&json!("escalation"));
    let passed = &mut account.conversations.passed;
    match action {
        "take" if !is_partner => return Err(GraphError::of_code(2_494_191)),
        "take" => drop(passed.remove(&customer)),
        _ if passed.contains(&customer) => return Err(GraphError::of_code(131_070)),
        "pass" => drop(passed.insert(customer)),
        _ => {}
    }
    let request_id = call.state.ids.object();
    let body = json!({"messaging_product": "whatsapp", "request_id": request_id});
    Ok(Reply::json(&body).of("thread_control"))
}

/// Exactly one of `to` and `recipient`: the digits of a number, or a business-scoped user id.
pub(super) fn customer(root: &Node<'_>) -> Check<String> {
    match (root.filled("to"), root.filled("recipient")) {
        (Some(to), None) => Ok(digits(&to.scalar()?)),
        (None, Some(id)) => Ok(id.text(1, 256)?.to_owned()),
        (None, None) => Err(GraphError::required("to")),
        (Some(_), Some(_)) => Err(GraphError::value("Give one of the params to and recipient")),
    }
}
