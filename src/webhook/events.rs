//! From the parts of a notification to events: one for every message and every status, with the contact
//! it belongs to, and one for everything else, so that nothing is lost.

mod beside;

use std::ops::Range;

use super::calls;
use super::contacts::Contacts;
use super::dedup::{Claim, Key, Ticket};
use super::element::{Element, Kind};
use super::envelope::{Account, Found, Level, Messages, NotRead, Number, Part, Unreadable, walk};
use super::event_json::{EventJson, Members};
use super::identity::{Identity, Origin, Repeats};
use super::scope::{Delivery, Scope};
use crate::event::{Event, EventSink, Verdict};

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
        if emitter.is_over(1) {
            return emitter.refuse(&part);
        }
        let origin = Origin { account, number };
        emitter.begin_part(&origin);
        match part {
            Part::Messages(messages) => emitter.messages(&messages, &origin),
            Part::Other(change) => emitter.account_notification(&change, &origin),
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
    /// The ids of the elements that are prepared; kept for its capacity.
    ids: String,
    /// Events so far without an id of Meta's.
    repeats: Repeats,
    /// Steps until the next look at the clock.
    until_clock: usize,
}

/// Elements that are prepared together. Nothing of what is known about new events is in a fast cache:
/// waiting for all of it takes no longer than waiting for one.
const AHEAD: usize = 16;

/// A message or a status whose event comes soon.
struct Prepared<'a> {
    kind: Kind,
    raw: &'a str,
    /// None if it is no object.
    element: Option<Element<'a>>,
    /// Where its id is among `Emitter::ids`.
    id: Range<usize>,
    /// None if it cannot be known again.
    key: Option<Key>,
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
            common: Members::new(),
            ids: String::with_capacity(256),
            repeats: Repeats::default(),
            until_clock: AHEAD,
        }
    }

    fn messages(&mut self, value: &Messages<'_>, origin: &Origin<'_>) {
        let contacts = Contacts::new(value.contacts, value.is_single());
        let messages = value.messages.iter().map(|found| (Kind::Message, found));
        let statuses = value.statuses.iter().map(|found| (Kind::Status, found));
        let mut elements = messages.chain(statuses);
        let mut prepared = [const { None }; AHEAD];
        loop {
            let count = self.prepare(&mut elements, &mut prepared, origin);
            for one in prepared.iter_mut().filter_map(Option::take) {
                self.element(&one, &contacts, origin);
            }
            if count < AHEAD {
                self.until_clock = self.until_clock.saturating_sub(count);
                break;
            }
            if self.is_over(AHEAD) {
                self.delivery.refused += (elements.count() + value.count_beside()) as u64;
                return;
            }
        }
        if let Some(errors) = value.errors {
            self.message_error(errors.0, origin);
        }
        if let Some(actions) = value.user_actions {
            self.user_actions(actions.0, value, origin);
        } else {
            let unknown = &mut self.delivery.unknown;
            unknown.add(Level::Value, "contacts", contacts.without_owner());
        }
    }

    /// Whether the time is up after so many more steps; looks at the clock once in `AHEAD` steps.
    fn is_over(&mut self, steps: usize) -> bool {
        self.until_clock = self.until_clock.saturating_sub(steps);
        if self.until_clock == 0 && !self.delivery.is_cut_short {
            self.until_clock = AHEAD;
            self.delivery.is_cut_short = (self.scope.is_over)();
        }
        self.delivery.is_cut_short
    }

    /// Leaves a part for the next delivery.
    fn refuse(&mut self, part: &Part<'_>) {
        self.delivery.refused += match part {
            Part::Messages(value) => value.count() as u64,
            Part::Other(_) | Part::Broken { .. } => 1,
        };
    }

    /// Prepares as many elements as there is room for; answers how many.
    fn prepare<'e>(
        &mut self,
        elements: &mut impl Iterator<Item = (Kind, Found<'e>)>,
        prepared: &mut [Option<Prepared<'e>>; AHEAD],
        origin: &Origin<'_>,
    ) -> usize {
        self.ids.clear();
        let mut count = 0;
        for (slot, (kind, found)) in prepared.iter_mut().zip(elements) {
            let (raw, from) = (found.raw, self.ids.len());
            let element = Element::of(found, kind);
            let key = element.as_ref().and_then(|element| {
                let identity = match kind {
                    Kind::Message => element.push_message_id(&mut self.ids, origin),
                    Kind::Status => element.push_status_id(&mut self.ids, origin),
                };
                self.key_of_last(from, identity)
            });
            let id = from..self.ids.len();
            count += 1;
            *slot = Some(Prepared {
                kind,
                raw,
                element,
                id,
                key,
            });
        }
        if count > 1 {
            let keys = prepared.iter().flatten().filter_map(|one| one.key);
            self.scope.dedup.fetch(keys);
        }
        count
    }

    fn element(&mut self, one: &Prepared<'_>, contacts: &Contacts<'_>, origin: &Origin<'_>) {
        let Some(element) = &one.element else {
            let reason = match one.kind {
                Kind::Message => "message_not_an_object",
                Kind::Status => "status_not_an_object",
            };
            return self.dead_letter(one.raw, reason, origin);
        };
        let Some(claimed) = self.claim(one.key) else {
            return contacts.note(element);
        };
        let id = one.id.clone();
        match one.kind {
            Kind::Message => self.message(element, contacts, id, claimed, origin),
            Kind::Status => self.status(element, contacts, id, claimed),
        }
    }

    fn message(
        &mut self,
        message: &Element<'_>,
        contacts: &Contacts<'_>,
        id: Range<usize>,
        claimed: Claimed<'_>,
        origin: &Origin<'_>,
    ) {
        self.json.begin();
        self.json.array("contacts", contacts.of(message));
        self.json
            .array_with("messages", |out| message.push_projected(out));
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
        contacts: &Contacts<'_>,
        id: Range<usize>,
        claimed: Claimed<'_>,
    ) {
        self.json.begin();
        self.json
            .array_with("statuses", |out| status.push_projected(out));
        if contacts.are_there() {
            self.json.array("contacts", contacts.of(status));
        }
        self.push_origin(id);
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
        self.json.text("outcome", status.outcome());
        self.emit("status_changed\0", Standing::Specification, claimed);
    }

    /// What the event is known by whose id begins at `from` and is the last one. Without an id of Meta's
    /// it gets its number among the notification's events that say the same, so that their ids differ.
    fn key_of_last(&mut self, from: usize, identity: Identity) -> Option<Key> {
        if identity != Identity::Id {
            self.repeats.tell_apart(&mut self.ids, from);
        }
        let id = self.ids.get(from..).unwrap_or_default();
        (identity != Identity::None).then(|| self.scope.dedup.key(id))
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
