//! One event for each element of the lists of the fields beyond messages and statuses.

use super::{Emitter, Standing};
use crate::event::Verdict;
use crate::webhook::calls;
use crate::webhook::companions::Beside;
use crate::webhook::contacts::Contacts;
use crate::webhook::dedup::Share;
use crate::webhook::element::Element;
use crate::webhook::envelope::{Found, Level, List, Listed};
use crate::webhook::fields::{Kind, Listing};
use crate::webhook::identity::Origin;

impl Emitter<'_, '_> {
    /// The elements of a change's lists, then its errors.
    pub(super) fn listed(&mut self, value: &Listed<'_>, origin: &Origin<'_>) {
        let contacts = Contacts::new(value.contacts, value.is_single());
        let has_call = || {
            let mut calls = value
                .lists
                .iter()
                .filter(|(listing, _)| listing.is_of_call());
            calls.any(|(_, list)| list.iter().any(|found| found.head.is_some()))
        };
        // Why a call ended is said beside it.
        let errors_of_call = match value.errors.as_slice() {
            [errors] if has_call() => Some(*errors),
            _ => None,
        };
        let beside = Beside {
            context: value.context,
            errors: errors_of_call,
            ..Beside::of(&contacts)
        };
        for (listing, list) in &value.lists {
            self.list(listing, list, &beside, origin);
        }
        for errors in &value.errors {
            if self.delivery.is_cut_short {
                self.delivery.refused += 1;
            } else if errors_of_call.is_none() {
                self.message_error(errors.0, origin);
            }
        }
        let unknown = &mut self.delivery.unknown;
        unknown.add(Level::Value, "contacts", contacts.without_owner());
    }

    /// Each element of a list, or a part of the history for each. What there is no time for is refused.
    pub(super) fn list(
        &mut self,
        listing: &'static Listing,
        list: &List<'_>,
        beside: &Beside<'_, '_>,
        origin: &Origin<'_>,
    ) {
        let mut elements = list.iter();
        while !self.delivery.is_cut_short {
            let Some(found) = elements.next() else {
                return;
            };
            if listing.kind == Kind::HistoryChunk {
                self.history(&found, listing, beside, origin);
            } else {
                self.listed_element(found, listing, beside, origin);
                self.is_over();
            }
        }
        self.delivery.refused += elements.count() as u64;
    }

    fn listed_element(
        &mut self,
        found: Found<'_>,
        listing: &'static Listing,
        beside: &Beside<'_, '_>,
        origin: &Origin<'_>,
    ) {
        let raw = found.raw;
        let Some(element) = &Element::of(found, listing.kind) else {
            return self.dead_letter(raw, listing.not_an_object, origin);
        };
        self.ids.clear();
        let identity = element.push_listed_id(&mut self.ids, listing.name(), origin);
        let share = if listing.is_bulk() {
            Share::Bulk
        } else {
            Share::Live
        };
        let key = self.key_of_last(0, identity, share);
        let Some(claimed) = self.claim(key) else {
            return beside.contacts.note(element);
        };
        self.json.begin();
        let customer = beside.thread.and_then(|thread| thread.customer);
        if customer.is_some() {
            self.json.array("contacts", customer);
        } else if beside.contacts.are_there() {
            self.json.array("contacts", beside.contacts.of(element));
        }
        self.json.array(listing.member, Some(element.raw()));
        if let Some(thread) = &beside.thread {
            self.json.text("threadId", thread.id);
            for (name, number) in thread.progress {
                if let Some(number) = number {
                    self.json.raw(name, &number.to_string());
                }
            }
        }
        if listing.kind == Kind::StandbyEcho {
            self.json.raw("standby", "true");
        }
        if listing.is_of_call()
            && let Some(errors) = beside.errors
        {
            self.json.raw("errors", errors.0);
        }
        if listing.tells_context() {
            self.context(beside.context);
        }
        self.push_origin(0..self.ids.len());
        let verdict = self.emit(listing.event, Standing::Extension, claimed);
        // What nobody took yet comes again.
        if verdict == Verdict::Retry {
            return;
        }
        match listing.kind {
            Kind::Call => calls::note_call(element.raw(), origin, self.scope),
            Kind::StandbyMessage => calls::note_message(element, origin, self.scope),
            _ => {}
        }
    }
}
