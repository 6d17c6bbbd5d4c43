//! Blocking customers.

use serde_json::{Map, Value, json};

use super::fields::NodeType;
use super::{Call, Reply, paging};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::http::Response;
use crate::node::Node;
use crate::notice::Members;
use crate::send::digits;
use crate::strictness::WindowRule;

const NODE: NodeType = NodeType {
    name: "WhatsAppBusinessBlockedUser",
    default: &["messaging_product", "wa_id"],
    more: &[],
};

/// Maximum number of customers in one request.
const MOST: usize = 1000;

/// `GET /{phone number id}/block_users`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    NODE.asked(call)?;
    let mut all = Vec::new();
    for wa_id in account.customers.blocked() {
        let customer = json!({"messaging_product": "whatsapp", "wa_id": wa_id});
        all.push(NODE.shown(call, customer.as_object().unwrap_or(&Map::new()))?);
    }
    Ok(Reply::json(&paging::page(call, all)?).of("block_list"))
}

/// `POST /{phone number id}/block_users`.
pub(crate) fn block(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let users = users(call)?;
    let now = call.state.ticker.now();
    let asked = account.strictness.service_window != WindowRule::Ignored;
    let (mut added, mut failed) = (Vec::new(), Vec::new());
    for user in users {
        let number = digits(&user);
        let wa_id = account.customers.wa_id(&number).to_owned();
        if !(5..=15).contains(&wa_id.len()) {
            failed.push(failure(&user, None, 131_009, "This is not a phone number"));
        } else if asked && !account.customers.window_is_open(&wa_id, now) {
            let details = "User has not messaged in the last 24 hours";
            failed.push(failure(&user, Some(&wa_id), 131_047, details));
        } else {
            account.customers.block(&wa_id);
            added.push(json!({"input": user, "wa_id": wa_id}));
        }
    }
    Ok(answer(call, "added_users", &added, &failed).of("block_users"))
}

/// `DELETE /{phone number id}/block_users`.
pub(crate) fn unblock(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let (mut removed, mut failed) = (Vec::new(), Vec::new());
    for user in users(call)? {
        let number = digits(&user);
        let wa_id = account.customers.wa_id(&number).to_owned();
        if account.customers.unblock(&wa_id) {
            removed.push(json!({"input": user, "wa_id": wa_id}));
        } else {
            let details = "The customer is not blocked";
            failed.push(failure(&user, Some(&wa_id), 139_100, details));
        }
    }
    Ok(answer(call, "removed_users", &removed, &failed).of("unblock_users"))
}

/// The customers that the body names.
fn users(call: &Call<'_>) -> Result<Vec<String>, GraphError> {
    let body = call.parameters()?;
    let root = Node::new(&body, "");
    root.only(&["messaging_product", "block_users"])?;
    root.required("messaging_product")?.word(&["whatsapp"])?;
    let users = root.required("block_users")?;
    let mut named = Vec::new();
    for user in users.items(1, MOST)? {
        user.only(&["user"])?;
        named.push(user.required("user")?.scalar()?);
    }
    Ok(named)
}

fn failure(input: &str, wa_id: Option<&str>, code: u32, details: &str) -> Value {
    let error = GraphError::of_code(code);
    // The block list calls this one by another name than messages do.
    let message = match code {
        131_047 => "Re-engagement required",
        _ => error.title(),
    };
    let errors = json!([{
        "message": message,
        "code": code,
        "error_data": {"details": details},
    }]);
    match wa_id {
        Some(wa_id) => json!({"input": input, "wa_id": wa_id, "errors": errors}),
        None => json!({"input": input, "errors": errors}),
    }
}

/// The lists of those it worked for and of those it did not; these make it an error.
fn answer(call: &Call<'_>, name: &str, done: &[Value], failed: &[Value]) -> Reply {
    let mut lists = Members::default();
    if !done.is_empty() {
        lists = lists.with(name, done);
    }
    if !failed.is_empty() {
        lists = lists.with("failed_users", failed);
    }
    let mut body = Members::default().with("messaging_product", "whatsapp");
    body = body.with("block_users", json!(lists));
    if failed.is_empty() {
        return Reply::json(&body);
    }
    let verb = if name == "added_users" {
        "block"
    } else {
        "unblock"
    };
    let error = GraphError::of_code(139_100)
        .message("(#139100) Failed to block/unblock users")
        .details(format!(
            "Failed to {verb} some users, see the block_users response list for details"
        ));
    let refusal = error.response(&call.state.ids.trace());
    let mut error: Value = serde_json::from_slice(&refusal.body).unwrap_or_default();
    // Here the error's data do not name the product, the answer does.
    if let Some(data) = error
        .pointer_mut("/error/error_data")
        .and_then(Value::as_object_mut)
    {
        data.remove("messaging_product");
    }
    let error = error.get_mut("error").map(Value::take).unwrap_or_default();
    let written = Response::json(refusal.status, &body.with("error", error));
    let mut reply = Reply::new(Response {
        body: written.body,
        ..refusal
    });
    reply.took_effect = !done.is_empty();
    reply.error_code = Some(139_100);
    reply
}
