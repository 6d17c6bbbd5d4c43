//! Who is connected, and who has to go if there are too many: of whoever has most connections the one that
//! has been silent longest. A connection whose request is being answered stays.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

use crate::lock::unpoisoned;

/// Nothing of it has been found authentic.
const UNKNOWN: u8 = 0;
/// It has brought something authentic, and brings nothing just now.
const KNOWN: u8 = 1;
/// An authentic request is being answered.
const BUSY: u8 = 2;

/// Every connection.
#[derive(Debug, Clone)]
pub(super) struct Places(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    most_of_one: usize,
    all: Mutex<All>,
}

#[derive(Debug, Default)]
struct All {
    next: u64,
    count: usize,
    /// By source, the oldest first.
    sources: HashMap<IpAddr, BTreeMap<u64, Standing>>,
}

/// How a connection stands, for those who serve it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing(Arc<(AtomicU8, Notify)>);

impl Standing {
    /// Its request is authentic: it stays until that is answered.
    pub(super) fn is_authentic(&self) {
        self.0.0.store(BUSY, Ordering::Release);
    }

    /// Its request is answered.
    pub(super) fn is_answered(&self) {
        let _ = self
            .0
            .0
            .compare_exchange(BUSY, KNOWN, Ordering::AcqRel, Ordering::Acquire);
    }

    /// Returns when it has to go.
    pub(super) async fn has_to_go(&self) {
        self.0.1.notified().await;
    }
}

/// One connection's place, until it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    source: IpAddr,
    number: u64,
    standing: Standing,
}

impl Place {
    pub(super) fn standing(&self) -> &Standing {
        &self.standing
    }
}

/// What taking a place took.
#[derive(Debug)]
pub(super) enum Taken {
    Free(Place),
    /// Another one has to go for it.
    Instead(Place),
    /// All of them are being answered.
    None,
}

impl Places {
    pub(super) fn new(most: usize, most_of_one: usize) -> Self {
        let all = Mutex::default();
        Self(Arc::new(Inner {
            most,
            most_of_one,
            all,
        }))
    }

    /// A place for another connection of this source.
    pub(super) fn take(&self, source: IpAddr) -> Taken {
        let mut all = self.all();
        let own = all.sources.get(&source).map_or(0, BTreeMap::len);
        let mut instead = false;
        if own >= self.0.most_of_one {
            if !all.send_away(source) {
                return Taken::None;
            }
            instead = true;
        } else if all.count >= self.0.most {
            if !all.send_somebody_away() {
                return Taken::None;
            }
            instead = true;
        }
        let standing = Standing::default();
        let number = all.next;
        all.next += 1;
        all.count += 1;
        let of_source = all.sources.entry(source).or_default();
        of_source.insert(number, standing.clone());
        let place = Place {
            places: self.clone(),
            source,
            number,
            standing,
        };
        if instead {
            Taken::Instead(place)
        } else {
            Taken::Free(place)
        }
    }

    /// Makes room, for instance for want of file descriptors.
    pub(super) fn make_room(&self) {
        self.all().send_somebody_away();
    }

    fn all(&self) -> MutexGuard<'_, All> {
        unpoisoned(self.0.all.lock())
    }
}

impl All {
    /// Sends one connection of a source away, and forgets it at once.
    fn send_away(&mut self, source: IpAddr) -> bool {
        let Some(own) = self.sources.get_mut(&source) else {
            return false;
        };
        let standing = |wanted| {
            let of = move |(_, standing): &(&u64, &Standing)| {
                standing.0.0.load(Ordering::Acquire) == wanted
            };
            own.iter().find(of).map(|(number, _)| *number)
        };
        let Some(number) = standing(UNKNOWN).or_else(|| standing(KNOWN)) else {
            return false;
        };
        if let Some(gone) = own.remove(&number) {
            gone.0.1.notify_one();
            self.count -= 1;
        }
        if own.is_empty() {
            self.sources.remove(&source);
        }
        true
    }

    /// Sends away one of whoever has most.
    fn send_somebody_away(&mut self) -> bool {
        let mut sources: Vec<(usize, IpAddr)> = self
            .sources
            .iter()
            .map(|(source, own)| (own.len(), *source))
            .collect();
        sources.sort_unstable_by(|one, other| other.cmp(one));
        sources
            .into_iter()
            .any(|(_, source)| self.send_away(source))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.places.all();
        let Some(own) = all.sources.get_mut(&self.source) else {
            return;
        };
        let was_there = own.remove(&self.number).is_some();
        if own.is_empty() {
            all.sources.remove(&self.source);
        }
        if was_there {
            all.count -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn source(last: u8) -> IpAddr {
        IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
    }

    fn taken(taken: Taken) -> (Place, bool) {
        match taken {
            Taken::Free(place) => (place, false),
            Taken::Instead(place) => (place, true),
            Taken::None => panic!("no place"),
        }
    }

    #[test]
    fn h06_the_silent_make_room_and_the_answered_stay() {
        let places = Places::new(3, 2);
        let (first, _) = taken(places.take(source(1)));
        let (second, _) = taken(places.take(source(1)));
        first.standing().is_authentic();
        let (third, instead) = taken(places.take(source(1)));
        assert!(instead, "the second has to go: it is silent");
        third.standing().is_authentic();
        assert!(matches!(places.take(source(1)), Taken::None));
        drop(second); // it has no place any more
        let (_other, instead) = taken(places.take(source(2)));
        assert!(!instead);
        third.standing().is_answered();
        let (_new, instead) = taken(places.take(source(3)));
        assert!(
            instead,
            "of whoever has most, the one that has been answered"
        );
        drop((first, third));
        assert!(!taken(places.take(source(1))).1);
    }
}
