//! What a notification means, read plainly and slowly from the rules of `docs/commands.md` and of
//! `tests/WEBHOOK_CASES.md`: a second opinion, which shares no code with the plugin.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use super::plain::{
    contact_of, find_marks, is_empty, list, outcome, part, projected, recipient, said, status_id,
    text, whole,
};

/// An event that a notification must give.
#[derive(Debug)]
pub struct Event {
    pub name: &'static str,
    /// Its id, where Meta's ids make it.
    pub id: Option<String>,
    /// All that makes the event itself.
    pub key: String,
    /// Whether it is known when it comes again.
    pub is_known_again: bool,
    /// Its members, but for `eventId`.
    pub members: Value,
}

/// All that a notification says.
#[derive(Debug, Default)]
pub struct Reading {
    pub events: Vec<Event>,
    /// What is in no event, by its path.
    pub unknown: BTreeMap<String, u64>,
    /// How often each part without an id of its own came.
    repeats: HashMap<String, u64>,
}

/// What all events of one change have in common.
#[derive(Clone, Default)]
pub(super) struct Origin {
    account: Option<String>,
    time: Option<String>,
    number: Option<String>,
    display: Option<String>,
}

impl Origin {
    /// The number in an id, or the account where nothing says which number it is of.
    pub(super) fn number_part(&self) -> String {
        let number = part(self.number.as_deref().unwrap_or_default());
        match (&self.number, &self.account) {
            (None, Some(account)) => format!("{number}|{}", part(account)),
            _ => number,
        }
    }
}

/// What the signed text `body` says.
pub fn read(body: &str) -> Reading {
    let mut reading = Reading::default();
    let Ok(whole) = serde_json::from_str::<Value>(body) else {
        reading.dead_letter("not_json", body, &Origin::default());
        return reading;
    };
    let unreadable = if !whole.is_object() {
        "not_an_object"
    } else if whole["object"].is_null() && !whole["field"].is_null() {
        reading.change(&whole, Origin::default());
        return reading;
    } else if text(&whole["object"]).as_deref() != Some("whatsapp_business_account") {
        "not_whatsapp"
    } else if !whole["entry"].is_array() {
        "no_entries"
    } else {
        ""
    };
    if unreadable.is_empty() {
        reading.count_others(&whole, "", &["object", "entry"]);
        for entry in list(&whole["entry"]) {
            reading.entry(entry);
        }
    } else {
        reading.dead_letter(unreadable, body, &Origin::default());
    }
    reading
}

impl Reading {
    fn entry(&mut self, entry: &Value) {
        if !entry.is_object() {
            return self.broken("entry_not_an_object", entry, &Origin::default());
        }
        let origin = Origin {
            account: said(&entry["id"]),
            time: said(&entry["time"]),
            ..Origin::default()
        };
        if !entry["changes"].is_array() {
            return self.broken("entry_without_changes", entry, &origin);
        }
        self.count_others(entry, "entry.", &["id", "time", "changes"]);
        self.count_textless(entry, "entry.", &["id", "time"]);
        if list(&entry["changes"]).next().is_none() {
            self.count("entry.", "changes");
        }
        for change in list(&entry["changes"]) {
            self.change(change, origin.clone());
        }
    }

    fn change(&mut self, change: &Value, mut origin: Origin) {
        let value = &change["value"];
        let Some(field) = said(&change["field"]).filter(|_| !value.is_null()) else {
            return self.broken("change_without_field_or_value", change, &origin);
        };
        origin.number = said(&value["metadata"]["phone_number_id"]);
        origin.display = said(&value["metadata"]["display_phone_number"]);
        if field != "messages" {
            if field == "messaging_handovers" && origin.number.is_none() {
                [origin.number, origin.display] = recipient(value);
            }
            if self.listed(&field, value, &origin) {
                return self.count_others(change, "change.", &["field", "value"]);
            }
            let has_more = change.as_object().is_some_and(|change| change.len() > 2);
            let mut members = json!({ "field": field, "value": value });
            if has_more {
                members["change"] = change.clone();
            }
            let (told, own) = if has_more { (change, 3) } else { (value, 2) };
            let name = whole(&field).unwrap_or("account_notification");
            let told = (told.to_string(), told, "", own);
            return self.told(name, &field, told, members, &origin);
        }
        if !value.is_object() {
            return self.broken("value_not_an_object", change, &origin);
        }
        let before = (self.events.len(), self.unknown.clone());
        self.value(value, &origin);
        if self.events.len() == before.0 {
            self.unknown = before.1;
            return self.broken("value_without_elements", change, &origin);
        }
        self.count_others(change, "change.", &["field", "value"]);
        self.beside(value);
    }

    /// The lists of a value, and what it has that is no list.
    fn value(&mut self, value: &Value, origin: &Origin) {
        for (name, reason) in [
            ("contacts", "contacts_not_an_array"),
            ("messages", "messages_not_an_array"),
            ("statuses", "statuses_not_an_array"),
            ("user_actions", "user_actions_not_an_array"),
        ] {
            let says_nothing = name == "user_actions" && is_empty(&value[name]);
            if !value[name].is_null() && !value[name].is_array() && !says_nothing {
                self.broken(reason, &value[name], origin);
            }
        }
        let contacts: Vec<&Value> = list(&value["contacts"]).collect();
        let lists = [
            ("messages", "customer_message"),
            ("statuses", "status_changed"),
        ];
        let all = ["messages", "statuses", "user_actions"];
        let elements = all.map(|list| self::list(&value[list]).count());
        let is_broken = |name: &&str| {
            let says_nothing = *name == "user_actions" && is_empty(&value[*name]);
            !value[*name].is_null() && !value[*name].is_array() && !says_nothing
        };
        let is_single = elements.iter().sum::<usize>() == 1
            && is_empty(&value["errors"])
            && !["contacts", "messages", "statuses", "user_actions"]
                .iter()
                .any(is_broken);
        let context = Some(&value["conversation_context"]).filter(|it| !it.is_null());
        let mut owned = vec![false; contacts.len()];
        for (list, name) in lists {
            for element in self::list(&value[list]) {
                if !element.is_object() {
                    let reason = match name {
                        "customer_message" => "message_not_an_object",
                        _ => "status_not_an_object",
                    };
                    self.broken(reason, element, origin);
                    continue;
                }
                let contact = contact_of(list, element, &contacts, is_single);
                if let Some(at) = contact {
                    owned[at] = true;
                }
                let shown = contact.map(|at| contacts[at].clone());
                let has_contacts = value["contacts"].is_array();
                let shown = (shown, has_contacts, context);
                self.element(list, name, element, shown, origin);
            }
        }
        if !is_empty(&value["errors"]) {
            let errors = &value["errors"];
            let members = json!({ "errors": errors });
            let told = (errors.to_string(), errors, "", 2);
            self.told("message_error", "", told, members, origin);
        }
        for action in self::list(&value["user_actions"]) {
            if !action.is_object() {
                self.broken("user_action_not_an_object", action, origin);
                continue;
            }
            let contact = contact_of("itself", action, &contacts, is_single);
            let mut members = json!({ "user_actions": [action] });
            if value["contacts"].is_array() {
                members["contacts"] = contact.map(|at| contacts[at].clone()).into_iter().collect();
            }
            if let Some(at) = contact {
                owned[at] = true;
            }
            let told = (action.to_string(), action, "", 2);
            self.told("user_action", "", told, members, origin);
        }
        let free = owned.iter().filter(|owned| !**owned).count() as u64;
        // Alone, they are in the dead letter of their change.
        if free > 0 {
            *self.unknown.entry("value.contacts".to_owned()).or_default() += free;
        }
    }

    fn element(
        &mut self,
        list: &str,
        name: &'static str,
        element: &Value,
        (contact, has_contacts, context): (Option<Value>, bool, Option<&Value>),
        origin: &Origin,
    ) {
        let is_message = name == "customer_message";
        let mut members = json!({ list: [projected(element)] });
        if is_message || has_contacts {
            members["contacts"] = contact.into_iter().collect();
        }
        if let Some(context) = context {
            members["conversationContext"] = context.clone();
        }
        if !is_message {
            if let Some(correlation) = said(&element["biz_opaque_callback_data"]) {
                members["correlationId"] = correlation.into();
            }
            let ranks = ["", "sent", "delivered", "read", "played"];
            let status = said(&element["status"]).unwrap_or_default();
            if let Some(rank) = ranks.iter().skip(1).position(|rank| *rank == status) {
                members["rank"] = (rank + 1).into();
            }
            if let Some(outcome) = outcome(element, &status) {
                members["outcome"] = outcome.into();
            }
        }
        let number = origin.number_part();
        let id = said(&element["id"]);
        let id = if is_message {
            id.map(|id| format!("m|{number}|{}", part(&id)))
        } else {
            status_id(element).map(|id| format!("s|{number}|{id}"))
        };
        let Some(id) = id else {
            let told = (element.to_string(), element, "", 1);
            return self.told(name, "", told, members, origin);
        };
        self.known_by_id(name, id, members, origin);
    }

    pub(super) fn known_by_id(
        &mut self,
        name: &'static str,
        id: String,
        members: Value,
        origin: &Origin,
    ) {
        self.events.push(Event {
            name,
            id: Some(id.clone()),
            key: id,
            is_known_again: true,
            members: with_origin(members, origin),
        });
    }

    pub(super) fn broken(&mut self, reason: &str, part: &Value, origin: &Origin) {
        self.dead_letter(reason, &part.to_string(), origin);
    }

    fn dead_letter(&mut self, reason: &str, raw: &str, origin: &Origin) {
        let members = json!({ "reason": reason, "raw": raw });
        let marked = serde_json::from_str(raw).unwrap_or_default();
        let (within, own) = match reason {
            "entry_not_an_object" | "entry_without_changes" => ("entry", 1),
            "contacts_not_an_array" => ("contacts", 2),
            _ => ("", 2),
        };
        let told = (raw.to_owned(), &marked, within, own);
        self.told("dead_letter", reason, told, members, origin);
    }

    /// An event that is known by what it says, `raw`. The ids and times of `marked` are its own, which
    /// stands in a member called `within`; a `timestamp` if no more than `own` objects are around it.
    pub(super) fn told(
        &mut self,
        name: &'static str,
        reason: &str,
        (raw, marked, within, own): (String, &Value, &str, i32),
        members: Value,
        origin: &Origin,
    ) {
        let mut marks = [false; 3];
        find_marks(marked, within, own, &mut marks);
        self.known_by_content(name, reason, &raw, marks, members, origin);
    }

    /// `marks`: whether it has an id, a `timestamp`, any time.
    fn known_by_content(
        &mut self,
        name: &'static str,
        reason: &str,
        raw: &str,
        [has_id, has_timestamp, has_time]: [bool; 3],
        members: Value,
        origin: &Origin,
    ) {
        let time = origin.time.clone().filter(|_| !has_timestamp);
        let key = format!(
            "{name}|{reason}|{:?}|{:?}|{:?}|{raw}",
            origin.account.clone().unwrap_or_default(),
            origin.number.clone().unwrap_or_default(),
            time.unwrap_or_default()
        );
        let mut place = 1;
        if !has_id {
            let repeats = self.repeats.entry(key.clone()).or_default();
            *repeats += 1;
            place = *repeats;
        }
        self.events.push(Event {
            name,
            id: None,
            key: format!("{place}|{key}"),
            is_known_again: has_id || has_time || origin.time.is_some(),
            members: with_origin(members, origin),
        });
    }
}

fn with_origin(mut members: Value, origin: &Origin) -> Value {
    for (name, value) in [
        ("businessAccountId", &origin.account),
        ("entryTime", &origin.time),
        ("phoneNumberId", &origin.number),
        ("displayPhoneNumber", &origin.display),
    ] {
        if let Some(value) = value {
            members[name] = value.as_str().into();
        }
    }
    members
}
