//! Changes of the account and the customers while the emulator runs, and what the account shows.

use serde_json::{Value, json};

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
