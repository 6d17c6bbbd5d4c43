//! What a notification means, read plainly and slowly from the rules of `docs/commands.md` and of
//! `tests/WEBHOOK_CASES.md`: a second opinion, which shares no code with the plugin.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value, json};

use super::plain::{
    contact_of, find_marks, is_empty, list, outcome, part, projected, said, status_id, text,
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
struct Origin {
    account: Option<String>,
    time: Option<String>,
    number: Option<String>,
    display: Option<String>,
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
            let has_more = change.as_object().is_some_and(|change| change.len() > 2);
            let mut members = json!({ "field": field, "value": value });
            if has_more {
                members["change"] = change.clone();
            }
            let (told, own) = if has_more { (change, 3) } else { (value, 2) };
            let name = "account_notification";
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
        ] {
            if !value[name].is_null() && !value[name].is_array() {
                self.broken(reason, &value[name], origin);
            }
        }
        let contacts: Vec<&Value> = list(&value["contacts"]).collect();
        let lists = [
            ("messages", "customer_message"),
            ("statuses", "status_changed"),
        ];
        let elements = lists.map(|(list, _)| self::list(&value[list]).count());
        let is_broken = |name: &&str| !value[*name].is_null() && !value[*name].is_array();
        let is_single = elements.iter().sum::<usize>() == 1
            && ["errors", "user_actions"]
                .iter()
                .all(|name| is_empty(&value[*name]))
            && !["contacts", "messages", "statuses"].iter().any(is_broken);
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
                self.element(list, name, element, shown, has_contacts, origin);
            }
        }
        if !is_empty(&value["errors"]) {
            let errors = &value["errors"];
            let members = json!({ "errors": errors });
            let told = (errors.to_string(), errors, "", 2);
            self.told("message_error", "", told, members, origin);
        }
        let actions = &value["user_actions"];
        if is_empty(actions) {
            let free = owned.iter().filter(|owned| !**owned).count() as u64;
            // Alone, they are in the dead letter of their change.
            if free > 0 {
                *self.unknown.entry("value.contacts".to_owned()).or_default() += free;
            }
        } else {
            let mut told = json!({ "user_actions": actions });
            if value["contacts"].is_array() {
                told["contacts"] = value["contacts"].clone();
            }
            let members = json!({ "field": "user_actions", "value": told });
            let (name, field) = ("account_notification", "user_actions");
            let told = (told.to_string(), actions, "", 2);
            self.told(name, field, told, members, origin);
        }
    }

    fn element(
        &mut self,
        list: &str,
        name: &'static str,
        element: &Value,
        contact: Option<Value>,
        has_contacts: bool,
        origin: &Origin,
    ) {
        let is_message = name == "customer_message";
        let mut members = json!({ list: [projected(element)] });
        if is_message || has_contacts {
            members["contacts"] = contact.into_iter().collect();
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
        let mut number = part(&origin.number.clone().unwrap_or_default());
        if let (None, Some(account)) = (&origin.number, &origin.account) {
            number = format!("{number}|{}", part(account));
        }
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
        self.events.push(Event {
            name,
            id: Some(id.clone()),
            key: id,
            is_known_again: true,
            members: with_origin(members, origin),
        });
    }

    fn broken(&mut self, reason: &str, part: &Value, origin: &Origin) {
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
    fn told(
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

    /// Counts what a value has beside its lists.
    fn beside(&mut self, value: &Value) {
        let lists = ["contacts", "messages", "statuses", "errors", "user_actions"];
        let known = [lists.as_slice(), &["metadata", "messaging_product"]].concat();
        self.count_others(value, "value.", &known);
        for name in ["errors", "user_actions"] {
            if !value[name].is_null() && is_empty(&value[name]) {
                self.count("value.", name);
            }
        }
        let product = &value["messaging_product"];
        if !product.is_null() && product != "whatsapp" {
            self.count("value.", "messaging_product");
        }
        let metadata = &value["metadata"];
        if metadata.is_object() {
            let known = ["phone_number_id", "display_phone_number"];
            self.count_others(metadata, "value.metadata.", &known);
            self.count_textless(metadata, "value.metadata.", &known);
        } else if !metadata.is_null() {
            self.count("value.", "metadata");
        }
    }

    fn count_others(&mut self, of: &Value, prefix: &str, known: &[&str]) {
        let names = of.as_object().into_iter().flat_map(Map::keys);
        for name in names.filter(|name| !known.contains(&name.as_str())) {
            self.count(prefix, name);
        }
    }

    fn count_textless(&mut self, of: &Value, prefix: &str, names: &[&str]) {
        for name in names {
            if !of[*name].is_null() && text(&of[*name]).is_none() {
                self.count(prefix, name);
            }
        }
    }

    fn count(&mut self, prefix: &str, name: &str) {
        let is_number = name.chars().filter(char::is_ascii_digit).count() >= 6;
        let shown = name.chars().map(|c| match c {
            '0'..='9' if is_number => '#',
            '0'..='9' | 'a'..='z' | 'A'..='Z' | '_' | '-' => c,
            _ => '?',
        });
        let shown: String = prefix.chars().chain(shown).take(64).collect();
        let shown = if name.is_empty() {
            format!("{prefix}?")
        } else {
            shown
        };
        *self.unknown.entry(shown).or_default() += 1;
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
