//! Events beyond the specification: everything of a notification that is neither a message nor a status.

use super::{Emitter, Standing};
use crate::event::Verdict;
use crate::webhook::calls;
use crate::webhook::envelope::{Change, Messages};
use crate::webhook::event_json::{EventJson, push_sound};
use crate::webhook::identity::{Around, Content, Marks, Origin};

impl Emitter<'_, '_> {
    /// Everything that is not a message: template and account news, calls, groups, history, …
    pub(super) fn account_notification(&mut self, change: &Change<'_>, origin: &Origin<'_>) {
        let (raw, around) = if change.has_more {
            (change.raw, Around::Change)
        } else {
            (change.value, Around::Value)
        };
        let content = Content {
            name: "account_notification",
            reason: &change.field,
            raw,
            marks: Marks::of(raw, around),
        };
        let verdict = self.extension("account_notification\0", &content, origin, |json| {
            json.text("field", Some(&change.field));
            json.raw("value", change.value);
            if change.has_more {
                json.raw("change", change.raw);
            }
        });
        // A call that nobody took yet comes again.
        if change.field == "calls" && verdict.is_some_and(|it| it != Verdict::Retry) {
            calls::note_calls(change.value, origin.account, self.scope);
        }
    }

    /// What customers did with messages: Meta tells it inside the field `messages`. The contacts beside it
    /// go with it, because nothing else says whose it is.
    pub(super) fn user_actions(&mut self, actions: &str, of: &Messages<'_>, origin: &Origin<'_>) {
        const FIELD: &str = "user_actions";
        let mut value = String::from("{");
        if let Some(contacts) = &of.contacts {
            value.push_str("\"contacts\":[");
            for (at, contact) in contacts.iter().enumerate() {
                value.push_str(if at == 0 { "" } else { "," });
                push_sound(&mut value, contact.raw);
            }
            value.push_str("],");
        }
        for part in ["\"", FIELD, "\":", actions, "}"] {
            value.push_str(part);
        }
        let content = Content {
            name: "account_notification",
            reason: FIELD,
            raw: &value,
            marks: Marks::of(actions, Around::Value),
        };
        self.extension("account_notification\0", &content, origin, |json| {
            json.text("field", Some(FIELD));
            json.raw("value", &value);
        });
    }

    /// Errors that belong to no message.
    pub(super) fn message_error(&mut self, errors: &str, origin: &Origin<'_>) {
        let content = Content {
            name: "message_error",
            reason: "",
            raw: errors,
            marks: Marks::of(errors, Around::Value),
        };
        self.extension("message_error\0", &content, origin, |json| {
            json.raw("errors", errors);
        });
    }

    /// What could not be understood.
    pub(super) fn dead_letter(&mut self, raw: &str, reason: &'static str, origin: &Origin<'_>) {
        let around = match reason {
            "entry_not_an_object" | "entry_without_changes" => Around::Entry,
            "contacts_not_an_array" | "contacts_beside_doubled_lists" => Around::Contacts,
            _ => Around::Value,
        };
        let is_json = reason != NOT_JSON;
        let content = Content {
            name: "dead_letter",
            reason,
            raw,
            marks: if is_json {
                Marks::of(raw, around)
            } else {
                Marks::default()
            },
        };
        let verdict = self.extension("dead_letter\0", &content, origin, |json| {
            json.text("reason", Some(reason));
            json.text("raw", Some(raw));
        });
        if verdict == Some(Verdict::Unhandled) {
            self.delivery.dead_letter_without_receiver(reason);
        }
    }

    /// An event that is known by what it says; `fill` writes its own members. Answers what became of it,
    /// if it was emitted.
    fn extension(
        &mut self,
        name: &'static str,
        content: &Content<'_>,
        origin: &Origin<'_>,
        fill: impl FnOnce(&mut EventJson),
    ) -> Option<Verdict> {
        let from = self.ids.len();
        let identity = content.push_id(&mut self.ids, origin);
        let key = self.key_of_last(from, identity);
        let verdict = self.claim(key).map(|claimed| {
            self.json.begin();
            fill(&mut self.json);
            self.push_origin(from..self.ids.len());
            self.emit(name, Standing::Extension, claimed)
        });
        self.ids.truncate(from);
        verdict
    }
}

/// The reason of what is no JSON: nothing in it is an id.
const NOT_JSON: &str = "not_json";
