//! Changes of the account and the customers while the emulator runs, and what the account shows.

use serde_json::{Value, json};

use crate::account::conversations::CallState;
use crate::account::groups::{JoinRequest, MOST_PARTICIPANTS};
use crate::account::media::{Medium, Origin};
use crate::notice::Notice;
use crate::notify::envelope::{self, EntryTime};
use crate::state::State;

pub(crate) fn set_window(state: &State, customer: &str, open: bool) {
    let mut account = state.account();
    if open {
        account.customers.wrote(customer, state.ticker.now());
    } else {
        account.customers.close_window(customer);
    }
}

pub(crate) fn add_customer_media(state: &State, mime_type: &str, bytes: &[u8]) -> String {
    let now = state.ticker.now();
    let medium = Medium::new(mime_type.to_owned(), bytes.to_vec(), Origin::Customer, now);
    state.account().media.add(state.ids.object(), medium)
}

pub(crate) fn set_template_status(state: &State, name: &str, language: &str, status: &str) -> bool {
    let mut account = state.account();
    let Some(template) = account.templates.named_mut(name, language) else {
        return false;
    };
    status.clone_into(&mut template.status);
    let change = json!({
        "event": status,
        "message_template_id": template.id.parse::<u64>().unwrap_or_default(),
        "message_template_name": name,
        "message_template_language": language,
        "reason": if status == "REJECTED" { "INVALID_FORMAT" } else { "NONE" },
    });
    drop(account);
    let field = "message_template_status_update";
    let body = envelope::of_field(state, field, &change, EntryTime::Usual);
    state.notify(Notice::raw(body));
    true
}

/// Somebody opens the invite link: a participant, or a request to become one. The request's id, or
/// the participant's; none if there is no such group or no room in it.
pub(crate) fn join_group(state: &State, group: &str, customer: &str) -> Option<String> {
    let mut account = state.account();
    let group = account.groups.find_mut(group)?;
    let wa_id = customer.to_owned();
    if group.join_approval_mode == "approval_required" {
        let (id, at) = (state.ids.object(), state.ticker.now());
        let request = JoinRequest {
            id: id.clone(),
            wa_id,
            at,
        };
        group.join_requests.push(request);
        return Some(id);
    }
    let has_room = group.participants.len() < MOST_PARTICIPANTS;
    has_room.then(|| group.participants.push(wa_id))?;
    Some(customer.to_owned())
}

/// Whether a customer may be called from now on.
pub(crate) fn allow_calls(state: &State, customer: &str, allowed: bool) {
    let may_be_called = &mut state.account().conversations.may_be_called;
    if allowed {
        may_be_called.insert(customer.to_owned());
    } else {
        may_be_called.remove(customer);
    }
}

/// A customer calls: the webhook is told, and the call's id is returned.
pub(crate) fn customer_calls(state: &State, customer: &str) -> String {
    let id = format!("wacid.{}", state.ids.object());
    let calls = &mut state.account().conversations.calls;
    calls.insert(id.clone(), CallState::Ringing);
    let call = json!({
        "id": id, "from": customer, "to": state.config.display_phone_number, "event": "connect",
        "timestamp": state.ticker.tick().to_string(), "direction": "USER_INITIATED",
        "session": {"sdp_type": "offer", "sdp": "v=0\r\n"},
    });
    let body = envelope::of_field(state, "calls", &json!({"calls": [call]}), EntryTime::Usual);
    state.notify(Notice::raw(body));
    id
}

pub(crate) fn account(state: &State) -> Value {
    let account = state.account();
    let mut shown = json!(account.details);
    if let Some(members) = shown.as_object_mut() {
        let more = json!({
            "registered": account.registration.is_registered(),
            "verification_code": account.registration.code,
            "subscribed": account.subscription.subscribed,
            "override_callback_uri": account.subscription.override_callback_uri,
            "blocked": account.customers.blocked(),
        });
        members.extend(more.as_object().cloned().unwrap_or_default());
    }
    shown
}
