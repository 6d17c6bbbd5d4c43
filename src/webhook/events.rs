//! From changes to events: one for every message and every status, with the contact it belongs to.

use super::element::Element;
use super::envelope::{Change, Unreadable, changes};
use crate::event::{Event, EventSink, Verdict};
use crate::json::{Object, push_string};

/// What the events say about the adapter, and what becomes of those nobody registered for.
pub(crate) struct Scope<'a> {
    /// The instance's name, if the host gave one.
    pub(crate) adapter: Option<&'a str>,
    /// The verdict on an event of the specification that has no receiver.
    pub(crate) unhandled: Verdict,
}

/// What became of a notification's events.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) dropped: u64,
    /// Parts that have no event.
    pub(crate) ignored: u64,
}

impl Delivery {
    /// Accepted, refused, dropped, ignored.
    pub(crate) const fn counts(self) -> [u64; 4] {
        [self.accepted, self.refused, self.dropped, self.ignored]
    }

    /// The counts as fields of a log record.
    pub(crate) fn to_fields(self) -> serde_json::Value {
        serde_json::json!({
            "accepted": self.accepted,
            "refused": self.refused,
            "dropped": self.dropped,
            "ignored": self.ignored,
        })
    }
}

/// Emits every event of `body` in order: per change its messages, then its statuses. One event's
/// refusal does not keep the others back.
///
/// # Errors
/// `body` is no notification of the Cloud API.
pub(crate) fn process(
    body: &str,
    scope: &Scope<'_>,
    sink: &mut EventSink<'_>,
) -> Result<Delivery, Unreadable> {
    let mut emitter = Emitter {
        scope,
        sink,
        delivery: Delivery::default(),
        json: String::new(),
    };
    for change in changes(body)? {
        emitter.change(&change);
    }
    Ok(emitter.delivery)
}

struct Emitter<'a, 's> {
    scope: &'a Scope<'a>,
    sink: &'a mut EventSink<'s>,
    delivery: Delivery,
    /// The event under construction; kept for its capacity.
    json: String,
}

/// What all events of one change have in common.
struct Origin<'a> {
    change: &'a Change<'a>,
    phone_number_id: Option<std::borrow::Cow<'a, str>>,
    display_phone_number: Option<std::borrow::Cow<'a, str>>,
    contacts: Option<Vec<&'a str>>,
    /// Whether the value holds one element and one contact, which then belong together.
    single: bool,
}

impl Emitter<'_, '_> {
    fn change(&mut self, change: &Change<'_>) {
        let value = change.value.and_then(Object::parse);
        let Some(value) = value.filter(|_| change.field.as_deref() == Some("messages")) else {
            self.delivery.ignored += 1;
            return;
        };
        let metadata = value.get("metadata").and_then(Object::parse);
        let metadata_text = |name| metadata.as_ref().and_then(|metadata| metadata.text(name));
        let messages = value.elements("messages");
        let statuses = value.elements("statuses");
        let contacts = value.get("contacts").map(|_| value.elements("contacts"));
        let origin = Origin {
            change,
            phone_number_id: metadata_text("phone_number_id"),
            display_phone_number: metadata_text("display_phone_number"),
            single: messages.len() + statuses.len() == 1
                && contacts
                    .as_ref()
                    .is_some_and(|contacts| contacts.len() == 1),
            contacts,
        };
        for raw in &messages {
            match Element::parse(raw) {
                Some(message) => self.message(&message, &origin),
                None => self.delivery.ignored += 1,
            }
        }
        for raw in &statuses {
            match Element::parse(raw) {
                Some(status) => self.status(&status, &origin),
                None => self.delivery.ignored += 1,
            }
        }
        if value.get("errors").is_some() || (messages.is_empty() && statuses.is_empty()) {
            self.delivery.ignored += 1;
        }
    }

    fn message(&mut self, message: &Element<'_>, origin: &Origin<'_>) {
        self.json.clear();
        self.json.push_str("{\"contacts\":[");
        self.json.push_str(
            origin
                .contact_of(message, "from", "from_user_id")
                .unwrap_or_default(),
        );
        self.json.push_str("],\"messages\":[");
        message.push_projected(&mut self.json);
        self.json.push(']');
        let id = message.message_event_id(origin.phone_number_id.as_deref().unwrap_or_default());
        self.push_origin(&id, origin);
        self.emit("customer_message\0");
    }

    fn status(&mut self, status: &Element<'_>, origin: &Origin<'_>) {
        self.json.clear();
        self.json.push_str("{\"statuses\":[");
        status.push_projected(&mut self.json);
        self.json.push(']');
        if origin.contacts.is_some() {
            self.json.push_str(",\"contacts\":[");
            let contact = origin.contact_of(status, "recipient_id", "recipient_user_id");
            self.json.push_str(contact.unwrap_or_default());
            self.json.push(']');
        }
        let id = status.status_event_id(origin.phone_number_id.as_deref().unwrap_or_default());
        self.push_origin(&id, origin);
        self.push_member(
            "correlationId",
            status.text("biz_opaque_callback_data").as_deref(),
        );
        let rank = match status.text("status").as_deref() {
            Some("sent") => ",\"rank\":1",
            Some("delivered") => ",\"rank\":2",
            Some("read") => ",\"rank\":3",
            Some("played") => ",\"rank\":4",
            _ => "",
        };
        self.json.push_str(rank);
        self.emit("status_changed\0");
    }

    fn push_origin(&mut self, event_id: &str, origin: &Origin<'_>) {
        self.push_member("eventId", Some(event_id));
        self.push_member("adapter", self.scope.adapter);
        self.push_member(
            "businessAccountId",
            origin.change.business_account_id.as_deref(),
        );
        self.push_member("phoneNumberId", origin.phone_number_id.as_deref());
        self.push_member("displayPhoneNumber", origin.display_phone_number.as_deref());
    }

    fn push_member(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.json.push_str(",\"");
            self.json.push_str(name);
            self.json.push_str("\":");
            push_string(&mut self.json, value);
        }
    }

    fn emit(&mut self, name: &'static str) {
        self.json.push_str("}\0");
        let verdict = match (self.sink)(&Event::terminated(name, &self.json)) {
            Verdict::Unhandled => self.scope.unhandled,
            verdict => verdict,
        };
        match verdict {
            Verdict::Accepted => self.delivery.accepted += 1,
            Verdict::Dropped => self.delivery.dropped += 1,
            Verdict::Retry | Verdict::Unhandled => self.delivery.refused += 1,
        }
    }
}

impl<'a> Origin<'a> {
    /// The contact that `element` is from or to. Ids decide; where they are missing or differ, a lone
    /// contact still belongs to a lone element. Never a guess among several: a reply could go astray.
    fn contact_of(&self, element: &Element<'_>, number: &str, user: &str) -> Option<&'a str> {
        let contacts = self.contacts.as_deref()?;
        let matching = contacts.iter().find(|raw| {
            Object::parse(raw).is_some_and(|contact| element.belongs_to(&contact, number, user))
        });
        matching
            .or_else(|| contacts.first().filter(|_| self.single))
            .copied()
    }
}
