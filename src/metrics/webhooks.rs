//! What reached no receiver of a host's: notifications that are not authentic, members that no event
//! holds, dead letters that nobody registered for.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde::Serialize;

use crate::lock::unpoisoned;

/// Names of members that are told apart; the sender of notifications chooses them.
const MOST_NAMES: usize = 64;
/// What the count of all others is called.
const OTHER: &str = "other";

#[derive(Debug, Default)]
pub(crate) struct Webhooks(Mutex<Snapshot>);

/// Each by name.
#[derive(Debug, Default, Clone, Serialize)]
pub(super) struct Snapshot {
    #[serde(rename = "wfa.webhooks.refused")]
    refused: BTreeMap<&'static str, u64>,
    #[serde(rename = "wfa.webhooks.unknown_members")]
    unknown_members: BTreeMap<String, u64>,
    #[serde(rename = "wfa.webhooks.lost_dead_letters")]
    lost_letters: BTreeMap<&'static str, u64>,
}

impl Webhooks {
    /// Counts one notification that was not authentic.
    pub(crate) fn refused(&self, reason: &'static str) {
        *self.lock().refused.entry(reason).or_default() += 1;
    }

    /// Counts members that are in no event; answers whether it is the first time for this name.
    pub(crate) fn unknown_member(&self, name: &str, count: u64) -> bool {
        let members = &mut self.lock().unknown_members;
        if let Some(have) = members.get_mut(name) {
            *have += count;
            return false;
        }
        let is_full = members.len() >= MOST_NAMES;
        let name = if is_full { OTHER } else { name };
        let is_new = !members.contains_key(name);
        *members.entry(name.to_owned()).or_default() += count;
        is_new
    }

    /// Counts dead letters that nobody registered for; answers whether it is the first time for this
    /// reason.
    pub(crate) fn lost_letter(&self, reason: &'static str, count: u64) -> bool {
        let letters = &mut self.lock().lost_letters;
        let is_new = !letters.contains_key(reason);
        *letters.entry(reason).or_default() += count;
        is_new
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Snapshot> {
        unpoisoned(self.0.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_new_once_and_names_without_end_are_counted_together() {
        let webhooks = Webhooks::default();
        for round in 0..2 {
            for at in 0..=MOST_NAMES + 5 {
                let is_new = webhooks.unknown_member(&format!("value.m{at:03}"), 2);
                // The first one that there is no room for is news, too: it is called "other".
                assert_eq!(is_new, round == 0 && at <= MOST_NAMES, "{round} {at}");
            }
        }
        let members = webhooks.snapshot().unknown_members;
        assert_eq!(members.len(), MOST_NAMES + 1);
        assert_eq!((members["value.m000"], members[OTHER]), (4, 2 * 2 * 6));
        assert!(webhooks.lost_letter("not_json", 1));
        assert!(!webhooks.lost_letter("not_json", 1));
    }
}
