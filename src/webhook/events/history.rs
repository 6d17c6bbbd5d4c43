//! The history of a number that was used with the WhatsApp Business app before: parts, which hold threads,
//! which hold messages. Each message becomes an event.

use std::borrow::Cow;

use super::Emitter;
use crate::json::{Elements, Escapes, Object, text_of};
use crate::webhook::companions::{Beside, Thread};
use crate::webhook::envelope::{Change, Found, Level, List, is_empty};
use crate::webhook::fields::{Listing, THREAD_MESSAGES};
use crate::webhook::identity::Origin;

/// What the metadata of a part says of the progress, and the events' names for it.
const PROGRESS: [(&str, &str); 3] = [
    ("phase", "phase"),
    ("chunk_order", "chunkOrder"),
    ("progress", "progress"),
];

impl Emitter<'_, '_> {
    /// A part of the history: its threads, and the errors that take their place.
    pub(super) fn history(
        &mut self,
        part: &Found<'_>,
        listing: &'static Listing,
        beside: &Beside<'_, '_>,
        origin: &Origin<'_>,
    ) {
        let Some(object) = Object::of(part.raw) else {
            return self.dead_letter(part.raw, listing.not_an_object, origin);
        };
        let metadata = object.get("metadata").and_then(Object::of);
        let number = |name| metadata?.text(name)?.parse().ok();
        let progress = PROGRESS.map(|(name, event_name)| (event_name, number(name)));
        let is_told = |name: &str| {
            let told = PROGRESS.into_iter().zip(progress);
            let mut told = told.filter(|(_, (_, number))| number.is_some());
            told.any(|((meta, _), _)| meta == name)
        };
        let mut told = 0_usize;
        for (name, raw) in object.members() {
            match crate::json::name_of(name).as_ref() {
                "threads" if raw != "null" => {
                    told += self.threads(raw, part.escapes, progress, beside, origin);
                }
                "errors" if !is_empty(raw) => {
                    told += 1;
                    self.message_error(raw, origin);
                }
                "metadata" if metadata.is_some() => {
                    let members = metadata.into_iter().flat_map(Object::members);
                    for (name, _) in members {
                        let name = crate::json::name_of(name);
                        if !is_told(&name) {
                            self.unknown(&name);
                        }
                    }
                }
                name if raw != "null" => self.unknown(name),
                _ => {}
            }
        }
        if told == 0 {
            // It tells how far the history has come.
            let whole = Change {
                raw: part.raw,
                field: Cow::Borrowed("history"),
                value: part.raw,
                has_more: false,
            };
            self.change(&whole, origin);
        }
    }

    /// The messages of these threads; answers how many events they make.
    fn threads(
        &mut self,
        raw: &str,
        escapes: Escapes,
        progress: [(&'static str, Option<u64>); 3],
        beside: &Beside<'_, '_>,
        origin: &Origin<'_>,
    ) -> usize {
        let Some(threads) = Elements::of(raw) else {
            self.dead_letter(raw, "threads_not_an_array", origin);
            return 1;
        };
        let mut told = 0;
        for thread in threads {
            let Some(object) = Object::of(thread) else {
                self.dead_letter(thread, "thread_not_an_object", origin);
                told += 1;
                continue;
            };
            let id = object.all("id").find_map(text_of);
            let beside = beside.within(Thread {
                id: id.as_deref(),
                customer: object.all("context").find(|it| it.starts_with('{')),
                progress,
            });
            told += self.thread(object, escapes, &beside, origin);
        }
        told
    }

    fn thread(
        &mut self,
        thread: Object<'_>,
        escapes: Escapes,
        beside: &Beside<'_, '_>,
        origin: &Origin<'_>,
    ) -> usize {
        let (mut told, mut has_id, mut has_customer) = (0, false, false);
        for (name, raw) in thread.members() {
            match crate::json::name_of(name).as_ref() {
                "messages" if raw == "null" => {}
                "messages" => {
                    let Some(messages) = List::of_text(raw, escapes) else {
                        told += 1;
                        self.dead_letter(raw, THREAD_MESSAGES.not_an_array, origin);
                        continue;
                    };
                    told += messages.count();
                    self.list(&THREAD_MESSAGES, &messages, beside, origin);
                }
                "id" if !has_id && text_of(raw).is_some() => has_id = true,
                "context" if !has_customer && raw.starts_with('{') => has_customer = true,
                name if raw != "null" => self.unknown(name),
                _ => {}
            }
        }
        told
    }

    /// Counts a member that is in no event.
    fn unknown(&mut self, name: &str) {
        let unknown = &mut self.delivery.unknown;
        unknown.add_unless_secret(Level::Value, name, self.scope.is_secret);
    }
}
