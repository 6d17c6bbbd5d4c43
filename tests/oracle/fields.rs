//! What a change of a field other than `messages` means, read plainly from the list of events in
//! `docs/commands.md` and from `tests/WEBHOOK_CASES.md`: without any code of the plugin's.

use serde_json::{Value, json};

use super::plain::{contact_of, is_empty, list, part, said, status_id, text};
use super::reading::{Origin, Reading};

/// The lists of a field: where, the event of each element, and what an element is called in a dead letter.
fn lists(field: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match field {
        "calls" => &[("calls", "call", "call"), ("statuses", "call", "status")],
        "user_preferences" => &[(
            "user_preferences",
            "user_preference_changed",
            "user_preference",
        )],
        "smb_app_state_sync" => &[("state_sync", "contact_synced", "state_sync")],
        "smb_message_echoes" | "message_echoes" => {
            &[("message_echoes", "message_echo", "message_echo")]
        }
        "history" => &[
            ("history", "", "history"),
            ("messages", "history_message", "message"),
            ("message_echoes", "history_message", "message_echo"),
        ],
        "standby" => &[
            ("messages", "standby_message", "message"),
            ("statuses", "standby_status", "status"),
            ("message_echoes", "message_echo", "message_echo"),
        ],
        "tracking_events" => &[("events", "tracking_event", "event")],
        _ if field.starts_with("group_") && GROUPS.contains(&&field[6..]) => {
            &[("groups", "group_changed", "group")]
        }
        _ => &[],
    }
}

const GROUPS: [&str; 4] = [
    "lifecycle_update",
    "participants_update",
    "settings_update",
    "status_update",
];

/// What the elements of a value have in common.
struct Beside<'a> {
    contacts: &'a [&'a Value],
    has_contacts: bool,
    is_single: bool,
    context: Option<&'a Value>,
    errors: Option<&'a Value>,
}

impl Reading {
    /// Reads the lists of such a field; whether there was anything to read.
    pub(super) fn listed(&mut self, field: &str, value: &Value, origin: &Origin) -> bool {
        let lists = lists(field);
        if lists.is_empty() || !value.is_object() {
            return false;
        }
        let standby = (field == "standby").then(|| &value["standby"]);
        let inner = standby.filter(|inner| inner.is_object());
        let sources: Vec<&Value> = [Some(value), inner].into_iter().flatten().collect();
        let given = |name: &str| -> Vec<&Value> {
            let all = sources.iter().map(|source| &source[name]);
            all.filter(|member| !member.is_null()).collect()
        };
        let mut broken: Vec<(String, &Value)> = Vec::new();
        if let Some(odd) = standby.filter(|it| !it.is_null() && !it.is_object()) {
            broken.push(("standby_not_an_object".to_owned(), odd));
        }
        let mut elements = 0;
        let mut is_doubled = false;
        for (name, ..) in lists {
            let members = given(name);
            is_doubled |= members.len() > 1;
            for member in members {
                match member.as_array() {
                    Some(list) => elements += list.len(),
                    None => broken.push((format!("{name}_not_an_array"), member)),
                }
            }
        }
        let errors: Vec<&Value> = given("errors")
            .into_iter()
            .filter(|it| !is_empty(it))
            .collect();
        if elements == 0 && errors.is_empty() && broken.is_empty() {
            return false;
        }
        let contacts = given("contacts");
        is_doubled |= contacts.len() > 1;
        let mut usable: Vec<&Value> = Vec::new();
        let mut has_contacts = false;
        for given in contacts {
            if !given.is_array() {
                broken.push(("contacts_not_an_array".to_owned(), given));
            } else if is_doubled {
                broken.push(("contacts_beside_doubled_lists".to_owned(), given));
            } else {
                has_contacts = true;
                usable = self::list(given).collect();
            }
        }
        for (reason, part) in &broken {
            self.broken(reason, part, origin);
        }
        let is_single = elements == 1 && broken.is_empty();
        let has_object = |names: &[&str]| {
            let lists = names.iter().flat_map(|name| given(name));
            lists.flat_map(self::list).any(Value::is_object)
        };
        let contexts = given("conversation_context");
        let tells_context = match field {
            "standby" => has_object(&["messages", "statuses", "message_echoes"]),
            "smb_message_echoes" | "message_echoes" => has_object(&["message_echoes"]),
            _ => false,
        };
        let context = contexts.first().filter(|_| tells_context);
        let is_of_call =
            field == "calls" && errors.len() == 1 && has_object(&["calls", "statuses"]);
        let beside = Beside {
            contacts: &usable,
            has_contacts,
            is_single,
            context: context.copied(),
            errors: is_of_call.then(|| errors[0]),
        };
        let mut owned = vec![false; usable.len()];
        for (name, event, what) in lists {
            for element in given(name).into_iter().flat_map(self::list) {
                if !element.is_object() {
                    self.broken(&format!("{what}_not_an_object"), element, origin);
                } else if event.is_empty() {
                    self.chunk(element, origin);
                } else if let Some(at) =
                    self.listed_one((field, name, event), element, &beside, origin)
                {
                    owned[at] = true;
                }
            }
        }
        for errors in errors.iter().filter(|_| !is_of_call) {
            self.message_error(errors, origin);
        }
        let free = owned.iter().filter(|owned| !**owned).count();
        for _ in 0..free {
            self.count("value.", "contacts");
        }
        self.beside_lists(field, value, inner, context.is_some());
        true
    }

    /// One element; the place of its contact.
    fn listed_one(
        &mut self,
        (field, list, event): (&str, &str, &'static str),
        element: &Value,
        beside: &Beside<'_>,
        origin: &Origin,
    ) -> Option<usize> {
        let contacts = beside.contacts;
        let contact = contact_of(side_of(field, list), element, contacts, beside.is_single);
        let mut members = json!({ list: [element] });
        if beside.has_contacts {
            let contact = contact.map(|at| contacts[at].clone());
            members["contacts"] = contact.into_iter().collect();
        }
        if let Some(context) = beside.context {
            members["conversationContext"] = context.clone();
        }
        if let Some(errors) = beside.errors {
            members["errors"] = errors.clone();
        }
        if field == "standby" && list == "message_echoes" {
            members["standby"] = true.into();
        }
        self.one(field, list, event, element, members, origin);
        contact
    }

    /// Counts what stands beside the lists.
    fn beside_lists(
        &mut self,
        field: &str,
        value: &Value,
        inner: Option<&Value>,
        has_context: bool,
    ) {
        let mut known: Vec<&str> = lists(field).iter().map(|(name, ..)| *name).collect();
        known.extend(["contacts", "errors", "conversation_context"]);
        let mut is_told = false;
        for (at, source) in [Some(value), inner].into_iter().flatten().enumerate() {
            let mut known = known.clone();
            if field == "standby" {
                known.push("standby");
            }
            if at == 0 {
                known.extend(["metadata", "messaging_product"]);
                self.metadata(source);
            }
            self.count_others(source, "value.", &known);
            if !source["errors"].is_null() && is_empty(&source["errors"]) {
                self.count("value.", "errors");
            }
            if !source["conversation_context"].is_null() {
                if is_told || !has_context {
                    self.count("value.", "conversation_context");
                }
                is_told = true;
            }
        }
    }

    fn message_error(&mut self, errors: &Value, origin: &Origin) {
        let told = (errors.to_string(), errors, "", 2);
        let members = json!({ "errors": errors });
        self.told("message_error", "", told, members, origin);
    }

    /// A part of the history.
    fn chunk(&mut self, chunk: &Value, origin: &Origin) {
        let before = self.events.len();
        let number = |name: &str| text(&chunk["metadata"][name])?.parse::<u64>().ok();
        let names = [
            ("phase", "phase"),
            ("chunk_order", "chunkOrder"),
            ("progress", "progress"),
        ];
        let progress: Vec<_> = names
            .iter()
            .filter_map(|(name, event)| Some((*name, *event, number(name)?)))
            .collect();
        for (name, member) in chunk.as_object().into_iter().flatten() {
            match name.as_str() {
                _ if member.is_null() => {}
                "errors" if !is_empty(member) => self.message_error(member, origin),
                "metadata" if member.is_object() => {
                    let known: Vec<&str> = progress.iter().map(|(name, ..)| *name).collect();
                    self.count_others(member, "value.", &known);
                }
                "threads" if member.is_array() => {
                    for thread in list(member) {
                        self.thread(thread, &progress, origin);
                    }
                }
                "threads" => self.broken("threads_not_an_array", member, origin),
                name => self.count("value.", name),
            }
        }
        if self.events.len() == before {
            let members = json!({ "field": "history", "value": chunk });
            let told = (chunk.to_string(), chunk, "", 2);
            self.told("account_notification", "history", told, members, origin);
        }
    }

    fn thread(&mut self, thread: &Value, progress: &[(&str, &str, u64)], origin: &Origin) {
        if !thread.is_object() {
            return self.broken("thread_not_an_object", thread, origin);
        }
        let customer = Some(&thread["context"]).filter(|it| it.is_object());
        let id = text(&thread["id"]);
        for (name, member) in thread.as_object().into_iter().flatten() {
            match name.as_str() {
                _ if member.is_null() => {}
                "id" if id.is_some() => {}
                "context" if customer.is_some() => {}
                "messages" if member.is_array() => {
                    for message in list(member) {
                        if !message.is_object() {
                            self.broken("message_not_an_object", message, origin);
                            continue;
                        }
                        let mut members = json!({ "messages": [message] });
                        if let Some(customer) = customer {
                            members["contacts"] = json!([customer]);
                        }
                        if let Some(id) = &id {
                            members["threadId"] = id.as_str().into();
                        }
                        for (_, event, number) in progress {
                            members[*event] = (*number).into();
                        }
                        let event = "history_message";
                        self.one("history", "messages", event, message, members, origin);
                    }
                }
                "messages" => self.broken("messages_not_an_array", member, origin),
                name => self.count("value.", name),
            }
        }
    }

    /// One element's event, known by Meta's ids or by what it says.
    fn one(
        &mut self,
        field: &str,
        list: &str,
        event: &'static str,
        element: &Value,
        members: Value,
        origin: &Origin,
    ) {
        let id = said(&element["id"]).map(|id| part(&id));
        let parts: &[&str] = match (field, list) {
            ("calls", "calls") => &["event", "status", "timestamp"],
            ("history", _) => &["type"],
            _ => &[],
        };
        let rest: Option<Vec<String>> = parts
            .iter()
            .map(|name| match said(&element[*name]) {
                Some(text) => Some(part(&text)),
                None => matches!(&element[*name], Value::Null | Value::String(_)).then(String::new),
            })
            .collect();
        let joined = || {
            let mut all = vec![id.clone()?];
            all.extend(rest.clone()?);
            Some(all.join("|"))
        };
        let id = match (field, list) {
            ("calls", "calls") => joined().map(|id| ("c", id)),
            ("history", _) => joined().map(|id| ("h", id)),
            ("standby", "message_echoes") => joined().map(|id| ("se", id)),
            ("standby", "messages") => joined().map(|id| ("sm", id)),
            ("standby", "statuses") => status_id(element).map(|id| ("ss", id)),
            (_, "message_echoes") => joined().map(|id| ("e", id)),
            _ => None,
        };
        if let Some((prefix, id)) = id {
            let id = format!("{prefix}|{}|{id}", origin.number_part());
            return self.known_by_id(event, id, members, origin);
        }
        let by_moment = matches!(field, "calls" | "history" | "standby") && list != "statuses"
            || matches!(list, "message_echoes")
            || (field, list) == ("standby", "statuses");
        let own = if by_moment { 1 } else { 2 };
        let told = (element.to_string(), element, "", own);
        self.told(event, "", told, members, origin);
    }
}

/// Which members of an element say whom it is about, by the name that `contact_of` knows.
fn side_of(field: &str, list: &str) -> &'static str {
    match (field, list) {
        ("calls", "calls") | ("history", _) => "either",
        ("calls" | "standby", "statuses") => "statuses",
        ("standby", "messages") => "messages",
        ("user_preferences", _) => "itself",
        ("standby", _) => "nobody",
        (_, "message_echoes") => "to",
        _ => "nobody",
    }
}
