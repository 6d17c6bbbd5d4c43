//! From the parts of a notification to events: one for every message and every status, with the contact
//! it belongs to, and one for everything else, so that nothing is lost.

use super::contacts::Contacts;
use super::dedup::{Claim, Dedup, Ticket};
use super::element::{Element, content_id};
use super::envelope::{Account, Change, Messages, Number, Part, Unreadable, walk};
use super::event_json::{EventJson, Members};
use crate::event::{Event, EventSink, Verdict};

/// What the events say about the adapter, and what is remembered.
pub(crate) struct Scope<'a> {
    /// The instance's name, if the host gave one.
    pub(crate) adapter: Option<&'a str>,
    /// The verdict on an event of the specification that has no receiver.
    pub(crate) unhandled: Verdict,
    pub(crate) dedup: &'a Dedup,
    /// Unix seconds.
    pub(crate) now_s: u64,
}

/// What became of a notification's events.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) dropped: u64,
    /// Accepted before, not emitted again.
    pub(crate) duplicates: u64,
    /// Extension events that nobody registered for.
    pub(crate) ignored: u64,
}

impl Delivery {
    /// Accepted, refused, dropped, duplicates, ignored.
    pub(crate) const fn counts(self) -> [u64; 5] {
        [
            self.accepted,
            self.refused,
            self.dropped,
            self.duplicates,
            self.ignored,
        ]
    }
}

/// Emits every event of `body` in order: per change its messages, then its statuses, then its errors.
/// One event's refusal does not keep the others back.
///
/// # Errors
/// `body` is no notification of the Cloud API; nothing was emitted.
pub(crate) fn process(
    body: &str,
    scope: &Scope<'_>,
    sink: &mut EventSink<'_>,
) -> Result<Delivery, Unreadable> {
    let mut emitter = Emitter::new(scope, sink, body);
    walk(body, &mut |account, number, part| {
        let origin = Origin { account, number };
        emitter.begin_part(&origin);
        match part {
            Part::Messages(messages) => emitter.messages(&messages, &origin),
            Part::Other(change) => emitter.account_notification(&change, &origin),
            Part::Broken { raw, reason } => emitter.dead_letter(raw, reason, &origin),
        }
    })?;
    Ok(emitter.delivery)
}

/// Emits a body that is authentic and no notification as one `dead_letter`.
pub(crate) fn process_unreadable(
    body: &str,
    unreadable: Unreadable,
    scope: &Scope<'_>,
    sink: &mut EventSink<'_>,
) -> Delivery {
    let mut emitter = Emitter::new(scope, sink, body);
    let origin = Origin {
        account: &Account::default(),
        number: &Number::default(),
    };
    emitter.begin_part(&origin);
    emitter.dead_letter(body, unreadable.reason(), &origin);
    emitter.delivery
}

struct Emitter<'a, 's> {
    scope: &'a Scope<'a>,
    sink: &'a mut EventSink<'s>,
    delivery: Delivery,
    json: EventJson,
    /// What all events of this part have in common.
    common: Members,
    /// The event's id; kept for its capacity.
    id: String,
}

/// What all events of one change have in common.
#[derive(Clone, Copy)]
struct Origin<'a> {
    account: &'a Account<'a>,
    number: &'a Number<'a>,
}

/// Whether an event without a receiver is the host's loss or the host's choice.
#[derive(Clone, Copy)]
enum Standing {
    Specification,
    Extension,
}

/// An event that nobody else emits now; none of a ticket if it cannot be known again.
struct Claimed<'a>(Option<Ticket<'a>>);

impl<'a, 's> Emitter<'a, 's> {
    fn new(scope: &'a Scope<'a>, sink: &'a mut EventSink<'s>, body: &str) -> Self {
        Self {
            scope,
            sink,
            delivery: Delivery::default(),
            json: EventJson::for_body(body.len()),
            common: Members::default(),
            id: String::with_capacity(256),
        }
    }

    fn messages(&mut self, value: &Messages<'_>, origin: &Origin<'_>) {
        let mut all = value.messages.iter().chain(value.statuses.iter());
        let single = all.next().is_some() && all.next().is_none();
        let contacts = Contacts::new(value.contacts, single);
        for found in value.messages.iter() {
            let raw = found.raw;
            match Element::of(found) {
                Some(message) => self.message(&message, &contacts, origin),
                None => self.dead_letter(raw, "message_not_an_object", origin),
            }
        }
        for found in value.statuses.iter() {
            let raw = found.raw;
            match Element::of(found) {
                Some(status) => self.status(&status, &contacts, origin),
                None => self.dead_letter(raw, "status_not_an_object", origin),
            }
        }
        if let Some(errors) = value.errors {
            self.message_error(errors.0, origin);
        }
    }

    fn message(&mut self, message: &Element<'_>, contacts: &Contacts<'_>, origin: &Origin<'_>) {
        let number = origin.number.id.as_deref().unwrap_or_default();
        let identity = message.write_message_id(&mut self.id, number);
        let Some(claimed) = self.claim(identity) else {
            return;
        };
        self.json.begin();
        self.json.array("contacts", contacts.of(message));
        self.json
            .array_with("messages", |out| message.push_projected(out));
        self.push_origin();
        self.emit("customer_message\0", Standing::Specification, claimed);
    }

    fn status(&mut self, status: &Element<'_>, contacts: &Contacts<'_>, origin: &Origin<'_>) {
        let number = origin.number.id.as_deref().unwrap_or_default();
        let identity = status.write_status_id(&mut self.id, number);
        let Some(claimed) = self.claim(identity) else {
            return;
        };
        self.json.begin();
        self.json
            .array_with("statuses", |out| status.push_projected(out));
        if contacts.are_there() {
            self.json.array("contacts", contacts.of(status));
        }
        self.push_origin();
        self.json
            .text("correlationId", status.callback_data().as_deref());
        let rank = match status.status().as_deref() {
            Some("sent") => Some("1"),
            Some("delivered") => Some("2"),
            Some("read") => Some("3"),
            Some("played") => Some("4"),
            _ => None,
        };
        if let Some(rank) = rank {
            self.json.raw("rank", rank);
        }
        self.emit("status_changed\0", Standing::Specification, claimed);
    }

    /// Everything that is not a message: template and account news, calls, groups, history, …
    fn account_notification(&mut self, change: &Change<'_>, origin: &Origin<'_>) {
        let identity = content_id(&mut self.id, origin.account, change.raw);
        let Some(claimed) = self.claim(identity) else {
            return;
        };
        self.json.begin();
        self.json.text("field", Some(&change.field));
        self.json.raw("value", change.value);
        if change.has_more {
            self.json.raw("change", change.raw);
        }
        self.push_origin();
        self.emit("account_notification\0", Standing::Extension, claimed);
    }

    /// Errors that belong to no message.
    fn message_error(&mut self, errors: &str, origin: &Origin<'_>) {
        let identity = content_id(&mut self.id, origin.account, errors);
        let Some(claimed) = self.claim(identity) else {
            return;
        };
        self.json.begin();
        self.json.raw("errors", errors);
        self.push_origin();
        self.emit("message_error\0", Standing::Extension, claimed);
    }

    /// What could not be understood.
    fn dead_letter(&mut self, raw: &str, reason: &str, origin: &Origin<'_>) {
        let identity = content_id(&mut self.id, origin.account, raw);
        let Some(claimed) = self.claim(identity) else {
            return;
        };
        self.json.begin();
        self.json.text("reason", Some(reason));
        self.json.text("raw", Some(raw));
        self.push_origin();
        self.emit("dead_letter\0", Standing::Extension, claimed);
    }

    /// Writes what all events of one part have in common: once, however many they are.
    fn begin_part(&mut self, origin: &Origin<'_>) {
        let (account, number) = (origin.account, origin.number);
        self.common.clear();
        for (name, value) in [
            ("adapter", self.scope.adapter),
            ("businessAccountId", account.id.as_deref()),
            ("phoneNumberId", number.id.as_deref()),
            ("displayPhoneNumber", number.display.as_deref()),
            ("entryTime", account.time.as_deref()),
        ] {
            self.common.text(name, value);
        }
    }

    fn push_origin(&mut self) {
        self.json.text("eventId", Some(&self.id));
        self.json.members(&self.common);
    }

    /// Asks for the event that `id` names: none if it is not to be emitted now. Without an `identity`
    /// there is nothing to know it again by: it is emitted every time.
    fn claim(&mut self, identity: bool) -> Option<Claimed<'a>> {
        if !identity {
            return Some(Claimed(None));
        }
        match self.scope.dedup.claim(&self.id, self.scope.now_s) {
            Claim::New(ticket) => return Some(Claimed(Some(ticket))),
            Claim::Done => self.delivery.duplicates += 1,
            Claim::InFlight => self.delivery.refused += 1,
        }
        None
    }

    /// Emits the event under construction, and remembers it if it was taken.
    fn emit(&mut self, name: &'static str, standing: Standing, claimed: Claimed<'_>) {
        let verdict = (self.sink)(&Event::terminated(name, self.json.end()));
        let verdict = match (verdict, standing) {
            (Verdict::Unhandled, Standing::Specification) => self.scope.unhandled,
            (verdict, _) => verdict,
        };
        let count = match verdict {
            Verdict::Accepted => &mut self.delivery.accepted,
            Verdict::Retry => &mut self.delivery.refused,
            Verdict::Dropped => &mut self.delivery.dropped,
            Verdict::Unhandled => &mut self.delivery.ignored,
        };
        *count += 1;
        if let (Some(ticket), Verdict::Accepted | Verdict::Dropped) = (claimed.0, verdict) {
            ticket.done(self.scope.now_s);
        }
    }
}
