//! Blocking customers.

use serde_json::{Value, json};

use super::{Call, Reply, paging};
use crate::account::Account;
use crate::graph_error::GraphError;
use crate::http::Response;
use crate::node::Node;
use crate::send::digits;
use crate::strictness::WindowRule;

/// How many customers one call may name.
const MOST: usize = 1000;

/// `GET /{phone number id}/block_users`.
pub(crate) fn list(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let customer = |wa_id: &String| json!({"messaging_product": "whatsapp", "wa_id": wa_id});
    let all = account.customers.blocked().iter().map(customer).collect();
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
            let details = "The customer has not written in the last 24 hours";
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
    root.get("messaging_product")
        .ok_or_else(|| GraphError::envelope_missing("messaging_product"))?
        .word(&["whatsapp"])?;
    let users = root
        .get("block_users")
        .ok_or_else(|| GraphError::envelope_missing("block_users"))?;
    let mut named = Vec::new();
    for user in users.items(1, MOST)? {
        user.only(&["user"])?;
        named.push(user.required("user")?.scalar()?);
    }
    Ok(named)
}

fn failure(input: &str, wa_id: Option<&str>, code: u32, details: &str) -> Value {
    let error = GraphError::of_code(code);
    let errors = json!([{
        "message": error.title(),
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
    if failed.is_empty() {
        return Reply::json(&json!({
            "messaging_product": "whatsapp",
            "block_users": {name: done},
        }));
    }
    let error = GraphError::of_code(139_100)
        .details("Failed to block/unblock some users, see the block_users response list");
    let mut body: Value =
        serde_json::from_slice(&error.response(&call.state.ids.trace()).body).unwrap_or_default();
    if let Some(members) = body.as_object_mut() {
        members.insert("messaging_product".to_owned(), json!("whatsapp"));
        let lists = json!({name: done, "failed_users": failed});
        members.insert("block_users".to_owned(), lists);
    }
    let mut reply = Reply::new(Response::json(400, &body));
    reply.took_effect = !done.is_empty();
    reply.error_code = Some(139_100);
    reply
}
