//! Events beyond the specification that tell a whole value: of a field without lists, of errors, and of
//! what could not be understood.

use super::{Emitter, Standing};
use crate::event::Verdict;
use crate::webhook::dedup::Share;
use crate::webhook::envelope::Change;
use crate::webhook::event_json::EventJson;
use crate::webhook::fields::{Shape, shape_of};
use crate::webhook::identity::{Around, Content, Marks, Origin};

impl Emitter<'_, '_> {
    /// A change whose value is told as a whole: as the event of its field, or as an
    /// `account_notification` where nobody knows the field, or the value is not as the field has it.
    pub(super) fn change(&mut self, change: &Change<'_>, origin: &Origin<'_>) {
        let event = match shape_of(&change.field) {
            Some(Shape::Whole(event)) => event,
            Some(Shape::Lists(_)) | None => "account_notification\0",
        };
        let (raw, around) = if change.has_more {
            (change.raw, Around::Change)
        } else {
            (change.value, Around::Value)
        };
        let content = Content {
            name: event.trim_end_matches('\0'),
            reason: &change.field,
            raw,
            marks: Marks::of(raw, around),
        };
        self.extension(event, &content, origin, |json| {
            json.text("field", Some(&change.field));
            json.raw("value", change.value);
            if change.has_more {
                json.raw("change", change.raw);
            }
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
        let key = self.key_of_last(from, identity, Share::Live);
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
