//! Which reply keys have sealed an answer. Two different answers under one key and nonce would give both
//! away to whoever saw them: a key seals one content, as often as one likes.

use std::collections::VecDeque;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::Mutex;

use super::primitives::digest;
use super::reply::{ReplyKey, SECONDS};
use crate::lock::unpoisoned;

/// Keys that are remembered at most: a thousand answers a second.
const MOST: usize = 65_536;

/// A key may have been opened a minute from now, by another clock, and is good for a minute then.
const KEPT_S: u64 = 2 * SECONDS;

/// Why a key may not seal this content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotFree {
    /// It has sealed another one.
    Used,
    /// As many keys as can be remembered are in use.
    Full,
}

/// The keys of one adapter.
#[derive(Default)]
pub(crate) struct UsedKeys(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    contents: HashMap<[u8; 16], [u8; 16]>,
    /// From the oldest on, with the second of its use.
    order: VecDeque<(u64, [u8; 16])>,
}

impl std::fmt::Debug for UsedKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UsedKeys")
    }
}

impl UsedKeys {
    /// Notes that `key` seals `content`.
    ///
    /// # Errors
    /// [`NotFree`]; then it must not.
    pub(crate) fn claim(&self, key: &ReplyKey, content: &str, now_s: u64) -> Result<(), NotFree> {
        let mut inner = unpoisoned(self.0.lock());
        let Inner { contents, order } = &mut *inner;
        while let Some((used_s, oldest)) = order.front()
            && now_s.saturating_sub(*used_s) > KEPT_S
        {
            contents.remove(oldest);
            order.pop_front();
        }
        let is_full = contents.len() >= MOST;
        let content = digest(&[content.as_bytes()]);
        match contents.entry(key.identity()) {
            Entry::Occupied(known) if *known.get() == content => Ok(()),
            Entry::Occupied(_) => Err(NotFree::Used),
            Entry::Vacant(_) if is_full => Err(NotFree::Full),
            Entry::Vacant(place) => {
                order.push_back((now_s, *place.key()));
                place.insert(content);
                Ok(())
            }
        }
    }
}
