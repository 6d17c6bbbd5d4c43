//! What the events of a notification are, read plainly: another way to the same answer.

use serde_json::Value;

/// An event's name, its id if the notification gives it one, and the place of its contact.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    pub name: &'static str,
    pub id: Option<String>,
    pub contact: Option<usize>,
}

/// The events of `body`, in order.
pub fn events(body: &Value) -> Vec<Expected> {
    if !body.is_object() {
        return vec![plain("dead_letter")];
    }
    if body["object"].is_null() && !body["field"].is_null() {
        return of_change(body);
    }
    let entries = body["entry"].as_array();
    match entries.filter(|_| text(&body["object"]).as_deref() == Some("whatsapp_business_account"))
    {
        Some(entries) => entries.iter().flat_map(of_entry).collect(),
        None => vec![plain("dead_letter")],
    }
}

fn of_entry(entry: &Value) -> Vec<Expected> {
    match entry["changes"].as_array() {
        Some(changes) => changes.iter().flat_map(of_change).collect(),
        None => vec![plain("dead_letter")],
    }
}

fn of_change(change: &Value) -> Vec<Expected> {
    let value = &change["value"];
    let Some(field) = text(&change["field"]).filter(|_| !value.is_null()) else {
        return vec![plain("dead_letter")];
    };
    if field != "messages" {
        return vec![plain("account_notification")];
    }
    if !value.is_object() {
        return vec![plain("dead_letter")];
    }
    let lists = ["contacts", "messages", "statuses"].map(|name| &value[name]);
    // What is no list is told by itself, before the lists beside it.
    let odd = lists
        .iter()
        .filter(|list| !list.is_null() && !list.is_array());
    let odd: Vec<_> = odd.map(|_| plain("dead_letter")).collect();
    let [contacts, messages, statuses] =
        lists.map(|list| list.as_array().map(Vec::as_slice).unwrap_or_default());
    let errors = !value["errors"].is_null();
    let elements = messages.len() + statuses.len();
    if odd.is_empty() && elements == 0 && !errors {
        return vec![plain("dead_letter")];
    }
    let number = text(&value["metadata"]["phone_number_id"]).unwrap_or_default();
    let element = |name, of: &Value| match of.is_object() {
        true => Expected {
            name,
            id: id_of(name, of, &number),
            contact: contact_of(of, contacts, elements == 1),
        },
        false => plain("dead_letter"),
    };
    let messages = messages.iter().map(|of| element("customer_message", of));
    let statuses = statuses.iter().map(|of| element("status_changed", of));
    let errors = errors.then(|| plain("message_error"));
    let told = odd.into_iter().chain(messages).chain(statuses);
    told.chain(errors).collect()
}

fn id_of(name: &str, of: &Value, number: &str) -> Option<String> {
    let id = text(&of["id"]).filter(|id| !id.is_empty())?;
    if name == "customer_message" {
        return Some(format!("m|{number}|{id}"));
    }
    if text(&of["type"]).is_some_and(|kind| kind != "message") {
        return None;
    }
    let first = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| text(&of[*name]))
            .unwrap_or_default()
    };
    let recipient = first(&["recipient_id", "recipient_user_id"]);
    let participant = first(&[
        "recipient_participant_id",
        "participant_recipient_id",
        "recipient_participant_user_id",
        "participant_recipient_user_id",
    ]);
    let status = first(&["status"]);
    let code = text(&of["errors"][0]["code"]).unwrap_or_default();
    Some(format!(
        "s|{number}|{id}|{recipient}|{participant}|{status}|{code}"
    ))
}

fn contact_of(of: &Value, contacts: &[Value], single: bool) -> Option<usize> {
    let first = |names: [&str; 2]| names.iter().find_map(|name| text(&of[*name]));
    let (number, user) = (
        first(["from", "recipient_id"]),
        first(["from_user_id", "recipient_user_id"]),
    );
    if contacts.len() == 1 && single {
        return Some(0);
    }
    contacts.iter().position(|contact| {
        let (wa_id, user_id) = (text(&contact["wa_id"]), text(&contact["user_id"]));
        let same =
            |mine: &Option<String>, theirs: &Option<String>| mine.is_some() && mine == theirs;
        same(&number, &wa_id) || same(&user, &user_id) || same(&number, &user_id)
    })
}

/// A text, or a number as it is written.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn plain(name: &'static str) -> Expected {
    Expected {
        name,
        id: None,
        contact: None,
    }
}
