//! Voice calls: their signalling (Meta: calling, 2026).

use serde_json::json;

use super::{Call, Reply, threads};
use crate::account::Account;
use crate::account::conversations::CallState;
use crate::graph_error::GraphError;
use crate::node::{Check, Node};
use crate::send::digits;

/// `POST /{phone number id}/calls`.
pub(crate) fn call(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let body = call.json_and_query()?;
    let root = Node::new(&body, "");
    root.required("messaging_product")?.word(&["whatsapp"])?;
    let actions = ["connect", "pre_accept", "accept", "reject", "terminate"];
    let action = root.required("action")?.word(&actions)?;
    let mut known = vec!["messaging_product", "action"];
    known.extend(match action {
        "connect" => &["to", "recipient", "session", "biz_opaque_callback_data"][..],
        "pre_accept" => &["call_id", "session"],
        "accept" => &["call_id", "session", "biz_opaque_callback_data"],
        _ => &["call_id"],
    });
    root.only(&known)?;
    root.optional_text("biz_opaque_callback_data", 1, 512)?;
    let conversations = &mut account.conversations;
    if action == "connect" {
        let customer = threads::customer(&root)?;
        session(&root, "offer")?;
        if !conversations.may_be_called.contains(&customer) {
            return Err(GraphError::of_code(138_006));
        }
        let id = format!("wacid.{}", call.state.ids.object());
        conversations.calls.insert(id.clone(), CallState::Active);
        let body = json!({"messaging_product": "whatsapp", "calls": [{"id": id}]});
        return Ok(Reply::json(&body).of("call_connect"));
    }
    let id = root.required("call_id")?.text(1, 512)?;
    let unknown = || GraphError::value("Param call_id is no call that can still be changed");
    let state = *conversations.calls.get(id).ok_or_else(unknown)?;
    match (action, state) {
        ("terminate", _) | ("reject", CallState::Ringing) => {
            conversations.calls.remove(id);
        }
        ("pre_accept", CallState::Ringing) => session(&root, "answer")?,
        ("accept", CallState::Ringing) => {
            session(&root, "answer")?;
            conversations.calls.insert(id.to_owned(), CallState::Active);
        }
        _ => return Err(unknown()),
    }
    let body = json!({"messaging_product": "whatsapp", "success": true});
    Ok(Reply::json(&body).of("call"))
}

/// `GET /{phone number id}/call_permissions`.
pub(crate) fn permissions(call: &Call<'_>, account: &mut Account) -> Result<Reply, GraphError> {
    let customer = match (call.query.get("user_wa_id"), call.query.get("recipient")) {
        (Some(number), None) if digits(number) == number => number,
        (Some(_), None) => return Err(GraphError::parameter("Param user_wa_id must be digits.")),
        (None, Some(id)) => id,
        _ => return Err(GraphError::required("user_wa_id")),
    };
    let may = account.conversations.may_be_called.contains(customer);
    let permission = if may {
        let ends = call.state.ticker.now() + 7 * 24 * 60 * 60;
        json!({"status": "temporary", "expiration_time": ends})
    } else {
        json!({"status": "no_permission"})
    };
    let action = |name: &str, can: bool| {
        let limit = json!({"time_period": "PT24H", "max_allowed": 5, "current_usage": 0});
        json!({"action_name": name, "can_perform_action": can, "limits": [limit]})
    };
    let actions = [
        action("send_call_permission_request", !may),
        action("start_call", may),
    ];
    let body = json!({
        "messaging_product": "whatsapp", "permission": permission, "actions": actions,
    });
    Ok(Reply::json(&body).of("call_permissions"))
}

/// A session description of this kind.
fn session(root: &Node<'_>, kind: &'static str) -> Check {
    let session = root.required("session")?;
    session.only(&["sdp_type", "sdp"])?;
    session.required("sdp_type")?.word(&[kind])?;
    let sdp = session.required("sdp")?.text(1, 65_536)?;
    if sdp.starts_with("v=0") {
        return Ok(());
    }
    Err(GraphError::value(
        "Param session['sdp'] is no session description (RFC 8866)",
    ))
}
