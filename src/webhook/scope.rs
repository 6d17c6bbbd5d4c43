//! The adapter's state that emitting a notification's events needs, and the counts that it reports.

use super::dedup::Dedup;
use super::envelope::Unknown;
use super::windows::Windows;
use crate::clock::Now;
use crate::event::Verdict;

/// What the events say about the adapter, and what is remembered.
pub(crate) struct Scope<'a> {
    /// The instance's name, if the host gave one.
    pub(crate) adapter: Option<&'a str>,
    /// The verdict on an event of the specification that has no receiver.
    pub(crate) unhandled: Verdict,
    pub(crate) dedup: &'a Dedup,
    pub(crate) windows: &'a Windows,
    /// The number whose customers' windows are kept.
    pub(crate) business: &'a str,
    pub(crate) now: Now,
    /// Whether a text holds a secret of the properties.
    pub(crate) is_secret: &'a dyn Fn(&str) -> bool,
    /// Whether the time for this notification is up: what is left is then refused, and comes again.
    pub(crate) is_over: &'a dyn Fn() -> bool,
}

/// What became of a notification's events.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) accepted: u64,
    pub(crate) refused: u64,
    pub(crate) dropped: u64,
    /// Accepted before, not emitted again.
    pub(crate) duplicates: u64,
    /// Extension events that nobody registered for.
    pub(crate) ignored: u64,
    /// Whether the time was up before every event was offered.
    pub(crate) is_cut_short: bool,
    /// Members that are in no event.
    pub(crate) unknown: Unknown,
    /// Of those that were ignored, the dead letters: why each could not be understood, and how many.
    pub(crate) lost_letters: Vec<(&'static str, u64)>,
}

impl Delivery {
    /// Accepted, refused, dropped, duplicates, ignored.
    pub(crate) const fn counts(&self) -> [u64; 5] {
        [
            self.accepted,
            self.refused,
            self.dropped,
            self.duplicates,
            self.ignored,
        ]
    }

    /// Counts a dead letter that nobody registered for.
    pub(super) fn dead_letter_without_receiver(&mut self, reason: &'static str) {
        match self
            .lost_letters
            .iter_mut()
            .find(|(have, _)| *have == reason)
        {
            Some((_, count)) => *count += 1,
            None => self.lost_letters.push((reason, 1)),
        }
    }
}
