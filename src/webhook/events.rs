//! Turns the parts of a notification into events: one for every message, every status and every element of
//! another list, with its contact, and one for each other part, so that nothing is lost.

mod beside;
mod history;
mod listed;

use std::ops::Range;

use super::calls;
use super::companions::Beside;
use super::contacts::Contacts;
use super::dedup::{Claim, Key, Share, Ticket};
use super::element::Element;
use super::envelope::{Account, Found, Level, Messages, NotRead, Number, Part, Unreadable, walk};
use super::event_json::{EventJson, Members};
use super::fields::{Kind, USER_ACTIONS};
use super::identity::{Identity, Origin, Repeats};
use super::scope::{Delivery, Scope};
use crate::event::{Event, EventSink, Verdict};
use crate::json::Raw;

/// Emits every event of `body` in order: per change its messages, then its statuses, then its errors.
/// One event's refusal does not keep the others back.
///
/// # Errors
/// `body` is no notification of the Cloud API, or there is no memory for it; nothing was emitted.
pub(crate) fn process(
    body: &str,
    scope: &Scope<'_>,
    sink: &mut EventSink<'_>,
) -> Result<Delivery, NotRead> {
    let mut emitter = Emitter::new(scope, sink, body);
    let unknown = walk(body, scope.is_secret, &mut |account, number, part| {
        if emitter.is_over() {
            return emitter.refuse(&part);
        }
        let origin = Origin { account, number };
        emitter.begin_part(&origin);
        match part {
            Part::Messages(messages) => emitter.messages(&messages, &origin),
            Part::Listed(value) => emitter.listed(&value, &origin),
            Part::Other(change) => emitter.change(&change, &origin),
            Part::Broken { raw, reason } => emitter.dead_letter(raw, reason, &origin),
        }
    })?;
    emitter.delivery.unknown.merge(&unknown);
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
    /// The id of the element at hand; kept for its capacity.
    ids: String,
    /// Events so far without an id of Meta's.
    repeats: Repeats,
    /// Elements and parts until the next look at the clock.
    until_clock: usize,
}

/// Elements and parts between two looks at the clock.
const BETWEEN_LOOKS: usize = 16;

/// Whether an event without a receiver is the host's loss or the host's choice.
#[derive(Clone, Copy)]
enum Standing {
    Specification,
    Extension,
}

/// An event this call has claimed; `None` if it has no deduplication key.
struct Claimed<'a>(Option<Ticket<'a>>);

impl<'a, 's> Emitter<'a, 's> {
    fn new(scope: &'a Scope<'a>, sink: &'a mut EventSink<'s>, body: &str) -> Self {
        Self {
            scope,
            sink,
            delivery: Delivery::default(),
            json: EventJson::for_body(body.len()),
            common: Members::new(),
            ids: String::with_capacity(256),
            repeats: Repeats::default(),
            until_clock: BETWEEN_LOOKS,
        }
    }

    fn messages(&mut self, value: &Messages<'_>, origin: &Origin<'_>) {
        let contacts = Contacts::new(value.contacts, value.is_single());
        let messages = value.messages.iter().map(|found| (Kind::Message, found));
        let statuses = value.statuses.iter().map(|found| (Kind::Status, found));
        let mut elements = messages.chain(statuses);
        while let Some((kind, found)) = elements.next() {
            self.element(kind, found, (&contacts, value.context), origin);
            if self.is_over() {
                self.delivery.refused += (elements.count() + value.count_beside()) as u64;
                return;
            }
        }
        if let Some(errors) = value.errors {
            self.message_error(errors.0, origin);
        }
        let beside = Beside::of(&contacts);
        self.list(&USER_ACTIONS, &value.user_actions, &beside, origin);
        let unknown = &mut self.delivery.unknown;
        unknown.add(Level::Value, "contacts", contacts.without_owner());
    }

    /// Whether the time is up after one more element or part.
    fn is_over(&mut self) -> bool {
        self.until_clock = self.until_clock.saturating_sub(1);
        if self.until_clock == 0 && !self.delivery.is_cut_short {
            self.until_clock = BETWEEN_LOOKS;
            self.delivery.is_cut_short = (self.scope.is_over)();
        }
        self.delivery.is_cut_short
    }

    /// Leaves a part for the next delivery.
    fn refuse(&mut self, part: &Part<'_>) {
        self.delivery.refused += match part {
            Part::Messages(value) => value.count() as u64,
            Part::Listed(value) => (value.count() + value.errors.len()) as u64,
            Part::Other(_) | Part::Broken { .. } => 1,
        };
    }

    fn element(
        &mut self,
        kind: Kind,
        found: Found<'_>,
        (contacts, context): (&Contacts<'_>, Option<Raw<'_>>),
        origin: &Origin<'_>,
    ) {
        let raw = found.raw;
        let Some(element) = &Element::of(found, kind) else {
            let reason = match kind {
                Kind::Message => "message_not_an_object",
                _ => "status_not_an_object",
            };
            return self.dead_letter(raw, reason, origin);
        };
        self.ids.clear();
        let identity = match kind {
            Kind::Message => element.push_message_id(&mut self.ids, origin),
            _ => element.push_status_id(&mut self.ids, origin),
        };
        let key = self.key_of_last(0, identity, Share::Live);
        let Some(claimed) = self.claim(key) else {
            return contacts.note(element);
        };
        let id = 0..self.ids.len();
        match kind {
            Kind::Message => self.message(element, (contacts, context), id, claimed, origin),
            _ => self.status(element, (contacts, context), id, claimed),
        }
    }

    fn message(
        &mut self,
        message: &Element<'_>,
        (contacts, context): (&Contacts<'_>, Option<Raw<'_>>),
        id: Range<usize>,
        claimed: Claimed<'_>,
        origin: &Origin<'_>,
    ) {
        self.json.begin();
        self.json.array("contacts", contacts.of(message));
        self.json
            .array_with("messages", |out| message.push_projected(out));
        self.context(context);
        self.push_origin(id);
        let verdict = self.emit("customer_message\0", Standing::Specification, claimed);
        // A message that nobody took yet comes again.
        if verdict != Verdict::Retry {
            calls::note_message(message, origin, self.scope);
        }
    }

    fn status(
        &mut self,
        status: &Element<'_>,
        (contacts, context): (&Contacts<'_>, Option<Raw<'_>>),
        id: Range<usize>,
        claimed: Claimed<'_>,
    ) {
        self.json.begin();
        self.json
            .array_with("statuses", |out| status.push_projected(out));
        if contacts.are_there() {
            self.json.array("contacts", contacts.of(status));
        }
        self.context(context);
        self.push_origin(id);
        self.json
            .text("correlationId", status.callback_data().as_deref());
        let rank = match status.status() {
            Some("sent") => Some("1"),
            Some("delivered") => Some("2"),
            Some("read") => Some("3"),
            Some("played") => Some("4"),
            _ => None,
        };
        if let Some(rank) = rank {
            self.json.raw("rank", rank);
        }
        self.json.text("outcome", status.outcome());
        self.emit("status_changed\0", Standing::Specification, claimed);
    }

    /// The deduplication key of the event whose id begins at `from` and is the last one. An id that is
    /// made of the content gets a number if the notification has several of it, so that they differ.
    fn key_of_last(&mut self, from: usize, identity: Identity, share: Share) -> Option<Key> {
        if identity != Identity::Id {
            self.repeats.tell_apart(&mut self.ids, from);
        }
        let id = self.ids.get(from..).unwrap_or_default();
        (identity != Identity::None).then(|| self.scope.dedup.key(id, share))
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

    /// Writes what an automated agent tells of the conversation before, if it does.
    fn context(&mut self, context: Option<Raw<'_>>) {
        if let Some(context) = context {
            self.json.raw("conversationContext", context.0);
        }
    }

    /// `id` is where the event's id is among `ids`.
    fn push_origin(&mut self, id: Range<usize>) {
        self.json.text("eventId", self.ids.get(id));
        self.json.members(&self.common);
    }

    /// Asks for the event of `key`: none if it is not to be emitted now. Without a key there is nothing
    /// to know it again by: it is emitted every time.
    fn claim(&mut self, key: Option<Key>) -> Option<Claimed<'a>> {
        let Some(key) = key else {
            return Some(Claimed(None));
        };
        match self.scope.dedup.claim(key, self.scope.now.sure_s) {
            Claim::New(ticket) => return Some(Claimed(Some(ticket))),
            Claim::Done => self.delivery.duplicates += 1,
            Claim::InFlight => self.delivery.refused += 1,
        }
        None
    }

    /// Emits the event under construction, and remembers it if it was taken.
    fn emit(&mut self, name: &'static str, standing: Standing, claimed: Claimed<'_>) -> Verdict {
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
            ticket.done(self.scope.now.sure_s);
        }
        verdict
    }
}
