//! Deduplication across restarts, and the number of records written.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use whatsapp_adapter::{Adapter, AdapterOptions, Clock, Verdict};

use super::{Place, bound, is_new, with_journal};
use crate::webhook_attacks::sender::{
    SECRET, message, notification, signature, unsigned_properties,
};

const DAY_MS: i64 = 86_400_000;

#[test]
fn only_accepted_and_dropped_events_are_written_once_each() {
    let place = Place::new();
    let host = place.open();
    let messages = ["a", "b", "c"].map(message);
    let body = notification(&messages, &[]);
    let header = signature(SECRET, body.as_bytes());
    let deliver = |verdicts: [Verdict; 3]| {
        let mut verdicts = verdicts.into_iter();
        host.post_to(body.as_bytes(), Some(header.as_bytes()), |_| {
            verdicts.next().unwrap()
        });
        place.records()
    };
    assert_eq!(deliver([Verdict::Retry; 3]), 0);
    assert_eq!(
        deliver([Verdict::Accepted, Verdict::Dropped, Verdict::Retry]),
        2
    );
    assert_eq!(deliver([Verdict::Retry; 3]), 2);
    assert_eq!(deliver([Verdict::Unhandled; 3]), 2);
    assert_eq!(deliver([Verdict::Accepted; 3]), 3);
    assert_eq!(
        deliver([Verdict::Accepted; 3]),
        3,
        "a duplicate is not written"
    );
}

#[test]
fn a_restart_with_more_or_less_room_keeps_the_latest() {
    let place = Place::new();
    let host = place.open_with_entries(10);
    for n in 0..10 {
        assert!(is_new(&host, n));
    }
    drop(host);
    let host = place.open_with_entries(3);
    assert_eq!(host.remembered(), 3);
    for n in 7..10 {
        assert!(!is_new(&host, n));
    }
    drop(host);
    // The file still has the others, until it is compacted.
    let host = place.open_with_entries(100);
    for n in 0..10 {
        assert!(!is_new(&host, n), "{n}");
    }
}

#[test]
fn the_file_stays_bounded_over_any_number_of_events_and_restarts() {
    let place = Place::new();
    let mut n = 0;
    for _ in 0..20 {
        let host = place.open_with_entries(8);
        for _ in 0..97 {
            assert!(is_new(&host, n));
            n += 1;
            let size = std::fs::metadata(place.path()).unwrap().len();
            assert!(size <= bound(8), "{size} bytes after {n} events");
        }
    }
}

#[test]
fn after_every_event_a_restart_knows_as_many_as_are_remembered() {
    let place = Place::new();
    for n in 0..160 {
        assert!(is_new(&place.open_with_entries(4), n));
        // Two of these restarts come right after a compaction.
        let host = place.open_with_entries(4);
        assert_eq!(host.remembered(), 4.min(n as u64 + 1), "after {n}");
        for known in n.saturating_sub(3)..=n {
            assert!(!is_new(&host, known), "{known} after {n}");
        }
    }
}

#[test]
fn days_go_on_while_no_process_runs() {
    let place = Place::new();
    let now_ms = Arc::new(AtomicI64::new(20_000 * DAY_MS));
    let is_new = |id: &str| {
        let told = Arc::clone(&now_ms);
        let options = AdapterOptions {
            clock: Clock::of_host(move || told.load(Ordering::Relaxed)),
            ..AdapterOptions::default()
        };
        let adapter = Adapter::new(&with_journal(&place.path()).to_string(), options).unwrap();
        let body = notification(&[message(id)], &[]);
        let header = signature(SECRET, body.as_bytes());
        let mut seen = false;
        let ended = adapter.process_webhook(body.as_bytes(), Some(header.as_bytes()), |_| {
            seen = true;
            Verdict::Accepted
        });
        assert_eq!(ended.unwrap().failure, None);
        seen
    };
    assert!(is_new("old"));
    now_ms.fetch_add(7 * DAY_MS, Ordering::Relaxed);
    assert!(!is_new("old"), "Meta repeats for seven days");
    assert!(is_new("new"));
    now_ms.fetch_add(2 * DAY_MS, Ordering::Relaxed);
    assert!(is_new("old"), "nine days");
    assert!(!is_new("new"), "two days");
    // A machine that wakes up with a clock of years ago knows them all the same.
    now_ms.store(DAY_MS, Ordering::Relaxed);
    assert!(!is_new("new"));
}

#[test]
fn changed_properties_keep_the_journal() {
    let place = Place::new();
    let host = place.open();
    assert!(is_new(&host, 1));
    let mut changed = with_journal(&place.path());
    changed["authenticationToken"] = "EAAGanotheranotheranother".into();
    host.adapter
        .update_properties(&changed.to_string())
        .unwrap();
    assert!(is_new(&host, 2));
    let without = host
        .adapter
        .update_properties(&unsigned_properties().to_string());
    assert!(
        without.is_err(),
        "a journal cannot be taken away from a living adapter"
    );
    assert!(is_new(&host, 3));
    drop(host);
    let host = place.open();
    assert!((1..4).all(|n| !is_new(&host, n)));
}

#[test]
fn a_journal_shows_nothing_of_what_it_remembers() {
    let place = Place::new();
    let host = place.open();
    let posted = host.post_signed(notification(&[message("canary7f3a")], &[]).as_bytes());
    assert_eq!(posted.counts(), [1, 0, 0, 0, 0]);
    let bytes = place.bytes();
    let holds = |text: &str| {
        bytes
            .windows(text.len())
            .any(|part| part == text.as_bytes())
    };
    assert!(!holds("canary") && !holds("16505551234"));
}

#[test]
fn two_journals_hash_the_same_event_differently() {
    let records = [Place::new(), Place::new()].map(|place| {
        assert!(is_new(&place.open(), 1));
        place.bytes()[32..48].to_vec()
    });
    assert_ne!(
        records[0], records[1],
        "the key is drawn anew for each journal"
    );
}
