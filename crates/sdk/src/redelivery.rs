//! Events that wait to be offered again: when each one's moment comes, and in which order. No clock and no
//! thread: both are the caller's.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::event::OwnedEvent;

/// Events that wait at most, in one instance.
pub(crate) const MOST: usize = 1_000;
/// The first wait after a refusal; each further refusal of the same event doubles it.
const FIRST: Duration = Duration::from_millis(100);
/// The longest wait between two offers of one event.
const LONGEST: Duration = Duration::from_secs(30);

/// The events of one instance that wait, in the order in which they were raised.
#[derive(Debug, Default)]
pub(crate) struct Redelivery {
    waiting: VecDeque<Waiting>,
    last: u64,
}

#[derive(Debug)]
struct Waiting {
    number: u64,
    event: Arc<OwnedEvent>,
    /// Whom it is about: it is not offered before an earlier event about any of them.
    subjects: Vec<String>,
    /// When it is offered next; none if nothing holds it back but the events before it.
    due: Option<Instant>,
    /// How long it waits after its next refusal.
    delay: Duration,
}

/// What is to be done next.
#[derive(Debug)]
pub(crate) enum Next {
    /// Offer this event, and say how that ended with [`Redelivery::settled`] or [`Redelivery::refused`].
    Offer(u64, Arc<OwnedEvent>),
    /// Wait until then.
    Wait(Instant),
    /// No event waits.
    Nothing,
}

impl Redelivery {
    /// Whether there is no room for another event.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= MOST
    }

    /// Whether an event waits that is about any of `subjects`.
    pub(crate) fn holds(&self, subjects: &[String]) -> bool {
        let mut waiting = self.waiting.iter();
        waiting.any(|one| {
            one.subjects
                .iter()
                .any(|subject| subjects.contains(subject))
        })
    }

    /// Whether no event waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// Keeps an event; with `refused_at`, one that was offered and refused then.
    pub(crate) fn push(
        &mut self,
        event: OwnedEvent,
        subjects: Vec<String>,
        refused_at: Option<Instant>,
    ) {
        self.last += 1;
        self.waiting.push_back(Waiting {
            number: self.last,
            event: Arc::new(event),
            subjects,
            due: refused_at.map(|now| now + FIRST),
            delay: refused_at.map_or(FIRST, |_| FIRST * 2),
        });
    }

    /// What is to be done at the moment `now`.
    pub(crate) fn next(&self, now: Instant) -> Next {
        let mut before: HashSet<&str> = HashSet::new();
        let mut earliest: Option<Instant> = None;
        for one in &self.waiting {
            let is_first = !one.subjects.iter().any(|it| before.contains(it.as_str()));
            before.extend(one.subjects.iter().map(String::as_str));
            match one.due {
                _ if !is_first => {}
                Some(due) if due > now => {
                    earliest = Some(earliest.map_or(due, |earliest| earliest.min(due)));
                }
                _ => return Next::Offer(one.number, Arc::clone(&one.event)),
            }
        }
        earliest.map_or(Next::Nothing, Next::Wait)
    }

    /// The host took the event, or does not want it.
    pub(crate) fn settled(&mut self, number: u64) {
        self.waiting.retain(|one| one.number != number);
    }

    /// The host refused the event at the moment `now`.
    pub(crate) fn refused(&mut self, number: u64, now: Instant) {
        if let Some(one) = self.waiting.iter_mut().find(|one| one.number == number) {
            one.due = Some(now + one.delay);
            one.delay = (one.delay * 2).min(LONGEST);
        }
    }

    /// Forgets every event.
    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(events: &[(&str, &[&str])]) -> Redelivery {
        let mut queue = Redelivery::default();
        for (name, subjects) in events {
            let subjects = subjects.iter().map(|&it| it.to_owned()).collect();
            queue.push(OwnedEvent::new(name, "{}"), subjects, None);
        }
        queue
    }

    /// The name of the event that is offered at `now`, which is then settled or refused.
    fn offer(queue: &mut Redelivery, now: Instant, accepts: bool) -> Option<String> {
        let Next::Offer(number, event) = queue.next(now) else {
            return None;
        };
        if accepts {
            queue.settled(number);
        } else {
            queue.refused(number, now);
        }
        Some(event.name().to_owned())
    }

    /// X9: a refused event is offered again, each time after twice the wait, at most half a minute.
    #[test]
    fn each_refusal_doubles_the_wait_up_to_half_a_minute() {
        let mut now = Instant::now();
        let mut queue = queue(&[("a", &[])]);
        let mut waits = Vec::new();
        for _ in 0..11 {
            assert_eq!(offer(&mut queue, now, false).as_deref(), Some("a"));
            let Next::Wait(until) = queue.next(now) else {
                panic!("it waits")
            };
            waits.push((until - now).as_millis());
            let too_early = until.checked_sub(Duration::from_millis(1)).unwrap();
            assert!(offer(&mut queue, too_early, true).is_none());
            now = until;
        }
        let expected = [
            100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000,
        ];
        assert_eq!(waits, expected);
        assert_eq!(offer(&mut queue, now, true).as_deref(), Some("a"));
        assert!(matches!(queue.next(now), Next::Nothing) && queue.is_empty());
    }

    #[test]
    fn events_about_one_subject_keep_their_order_and_delay_no_other() {
        let now = Instant::now();
        let mut queue = queue(&[
            ("a1", &["a"]),
            ("ab", &["a", "b"]),
            ("b2", &["b"]),
            ("c", &[]),
        ]);
        assert!(queue.holds(&["b".to_owned()]) && !queue.holds(&["c".to_owned()]));
        assert_eq!(offer(&mut queue, now, false).as_deref(), Some("a1"));
        // What shares a subject with it, directly or through another event, waits behind it.
        assert_eq!(offer(&mut queue, now, true).as_deref(), Some("c"));
        assert!(offer(&mut queue, now, true).is_none());
        let later = now + FIRST;
        for name in ["a1", "ab", "b2"] {
            assert_eq!(offer(&mut queue, later, true).as_deref(), Some(name));
        }
        assert!(queue.is_empty());
    }

    #[test]
    fn the_queue_has_an_end() {
        let mut queue = queue(&[]);
        for _ in 0..MOST {
            assert!(!queue.is_full());
            queue.push(OwnedEvent::new("a", "{}"), Vec::new(), None);
        }
        assert!(queue.is_full());
        queue.clear();
        assert!(queue.is_empty());
    }
}
