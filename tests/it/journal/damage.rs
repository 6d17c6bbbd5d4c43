//! Files that were cut off or changed.

use std::fs;

use super::{BLOCK, Place, is_new, is_warned, try_open};

const EVENTS: usize = 4;
const SIZE: usize = 32 * (1 + EVENTS);

/// A journal with events 0 to 3, and its bytes.
fn written() -> (Place, Vec<u8>) {
    let place = Place::new();
    let host = place.open();
    for n in 0..EVENTS {
        assert!(is_new(&host, n));
    }
    drop(host);
    let bytes = place.bytes();
    assert_eq!(bytes.len(), SIZE);
    (place, bytes)
}

#[test]
fn a_torn_tail_is_cut_and_nothing_else_is_lost() {
    let (place, bytes) = written();
    for torn in 1..32 {
        let mut longer = bytes.clone();
        longer.extend(std::iter::repeat_n(0xa5, torn));
        fs::write(place.path(), &longer).unwrap();
        let host = place.open();
        assert_eq!(place.bytes(), bytes, "{torn} bytes were too many");
        for n in 0..EVENTS {
            assert!(!is_new(&host, n), "{n} was lost to a tail of {torn} bytes");
        }
        assert!(is_new(&host, 100));
        drop(host);
        assert!(
            !is_new(&place.open(), 100),
            "what comes after the tail is found"
        );
    }
}

#[test]
fn a_journal_cut_anywhere_keeps_its_whole_records() {
    let (place, bytes) = written();
    for length in 0..=SIZE {
        fs::write(place.path(), &bytes[..length]).unwrap();
        let host = place.open();
        let kept = (length / 32).saturating_sub(1);
        for n in 0..EVENTS {
            assert_eq!(is_new(&host, n), n >= kept, "event {n} of {length} bytes");
        }
        drop(host);
        let host = place.open();
        for n in 0..EVENTS {
            assert!(!is_new(&host, n), "event {n} again, after {length} bytes");
        }
    }
}

#[test]
fn one_changed_byte_costs_one_record_at_most() {
    let (place, bytes) = written();
    for at in 32..SIZE {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        fs::write(place.path(), &changed).unwrap();
        let host = place.open();
        for n in 0..EVENTS {
            assert_eq!(is_new(&host, n), n == at / 32 - 1, "event {n}, byte {at}");
        }
    }
}

#[test]
fn a_changed_header_is_noticed() {
    // With another hash key no event would be recognised, and nothing would report that.
    let (place, bytes) = written();
    for at in 0..32 {
        let mut changed = bytes.clone();
        changed[at] ^= 0x10;
        fs::write(place.path(), &changed).unwrap();
        if at < 8 {
            let error = try_open(&place.path()).unwrap_err();
            assert!(error.message().contains("dedupJournal"), "{error}");
            assert_eq!(place.bytes(), changed, "what is not ours is left alone");
            continue;
        }
        let host = place.open();
        let is_forgotten = is_new(&host, 0);
        assert_eq!(is_forgotten, is_warned(&host, "damaged"), "byte {at}");
        if is_forgotten {
            let kept = fs::read(place.beside(".damaged")).unwrap();
            assert_eq!(kept, changed, "it is kept beside its place");
            fs::remove_file(place.beside(".damaged")).unwrap();
        }
    }
}

#[test]
fn records_of_zeros_or_nonsense_are_no_events() {
    let (place, bytes) = written();
    for filler in [0, 0xff, 0x55] {
        let mut longer = bytes.clone();
        longer.extend(std::iter::repeat_n(filler, 32 * 1_000));
        fs::write(place.path(), &longer).unwrap();
        let host = place.open();
        assert_eq!(host.remembered(), EVENTS as u64);
        for n in 0..EVENTS {
            assert!(!is_new(&host, n));
        }
        assert!(is_new(&host, 100));
        assert!(fs::metadata(place.path()).unwrap().len() >= BLOCK);
        drop(host);
        assert!(!is_new(&place.open(), 100));
    }
}

#[test]
fn what_a_killed_compaction_left_behind_does_not_matter() {
    let (place, bytes) = written();
    let beside = place.folder.path().join("journal.new");
    for left in [&b""[..], b"WFADE", &bytes[..50], &bytes] {
        fs::write(&beside, left).unwrap();
        let host = place.open_with_entries(4);
        for n in 0..EVENTS {
            assert!(!is_new(&host, n));
        }
        // Enough for a compaction over it.
        for n in 1_000..1_100 {
            is_new(&host, n);
        }
        drop(host);
        assert!(!is_new(&place.open_with_entries(4), 1_099));
        fs::write(place.path(), &bytes).unwrap();
    }
}
