//! Numbers nobody can foresee, for jitter and for ids: the standard library's own random hash keys.
//!
//! Not for secrets. A forked child draws other numbers than its parent: the process id goes in.

use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::hash::BuildHasher;

/// A number from the whole range.
pub(crate) fn number() -> u64 {
    // Each `RandomState` has other keys than the one before.
    RandomState::new().hash_one(std::process::id())
}

/// A number below `bound`; 0 if there is none.
pub(crate) fn below(bound: u64) -> u64 {
    // The bias of the remainder is of no account for jitter.
    number().checked_rem(bound).unwrap_or(0)
}

/// An id of the adapter's own: `wfa-` and 128 bits as 32 hexadecimal digits.
pub(crate) fn id() -> String {
    let (keys, process) = (RandomState::new(), std::process::id());
    let half = |which: u8| keys.hash_one((process, which));
    let mut id = String::with_capacity(36);
    // A String takes everything.
    let _ = write!(id, "wfa-{:016x}{:016x}", half(0), half(1));
    id
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn numbers_differ_and_keep_their_bound() {
        let ids: HashSet<String> = (0..1000).map(|_| id()).collect();
        assert_eq!(ids.len(), 1000);
        assert!(ids.iter().all(|id| id.len() == 36));
        assert!((0..1000).all(|_| below(7) < 7));
        assert_eq!(below(0), 0);
    }
}
