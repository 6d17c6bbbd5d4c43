//! W58: a journal that was truncated before it is opened is reported, wherever it was truncated.

use std::fs;

use super::child::Accepting;
use super::{Place, errors, is_new, is_warned};

const EVENTS: usize = 6;

#[test]
fn a_journal_that_was_cut_off_before_is_a_warning_and_a_count() {
    let place = Place::new();
    let host = place.open();
    for n in 0..EVENTS {
        assert!(is_new(&host, n));
    }
    drop(host);
    let (bytes, lock) = (place.bytes(), fs::read(place.beside(".lock")).unwrap());
    for length in 0..=bytes.len() {
        fs::write(place.path(), &bytes[..length]).unwrap();
        fs::write(place.beside(".lock"), &lock).unwrap();
        let host = place.open();
        let is_cut = length < bytes.len();
        assert_eq!(errors(&host), u64::from(is_cut), "{length} bytes");
        assert_eq!(is_warned(&host, "journal"), is_cut, "{length} bytes");
        drop(host);
        let _ = fs::remove_file(place.beside(".damaged"));
    }
}

/// A truncation is reported once, and a file that the adapter itself has shortened is no truncation.
#[test]
fn a_shorter_journal_of_the_adapters_own_is_no_loss() {
    let place = Place::new();
    let host = place.open_with_entries(8);
    for n in 0..75 {
        assert!(is_new(&host, n));
    }
    drop(host);
    let long = place.records();
    let host = place.open_with_entries(8);
    for n in 75..90 {
        assert!(is_new(&host, n));
    }
    assert!(place.records() < long, "it was compacted");
    drop(host);
    assert_eq!(errors(&place.open_with_entries(8)), 0);
    let bytes = place.bytes();
    fs::write(place.path(), &bytes[..64]).unwrap();
    assert_eq!(errors(&place.open_with_entries(8)), 1);
    assert_eq!(errors(&place.open_with_entries(8)), 0, "told once");
}

/// A kill at any moment, during compaction or not, is not reported as a truncation.
#[test]
fn a_killed_adapter_was_not_cut_off() {
    let place = Place::new();
    let mut first = 0;
    for round in 0..6 {
        let mut child = Accepting::start(&place.path(), 8, first);
        for _ in 0..90 {
            first = child.next().unwrap() + 2;
        }
        first = child.kill().map_or(first, |last| last + 2);
        let host = place.open_with_entries(8);
        assert_eq!(errors(&host), 0, "round {round}: {}", host.log());
    }
}
