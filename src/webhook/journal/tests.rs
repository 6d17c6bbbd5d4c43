//! A journal by itself: what is kept of it, whatever becomes of its file.

use std::fs;
use std::path::Path;

use super::*;

const SETTINGS: Settings = Settings {
    magic: b"WFADEDUP",
    name: "journal",
    keep: 1_000,
    share: 1 << 127,
    sync: Sync::Never,
    is_owned: true,
};

fn record(key: u128) -> Record {
    Record {
        key,
        unix_s: 1_750_000_000,
    }
}

fn open(path: &Path, key: [u8; 16]) -> io::Result<(Journal, Vec<Record>)> {
    Journal::open(path, SETTINGS, key, &Arc::default())
}

fn add(journal: &mut Journal, key: u128) {
    journal.add(record(key), 1_000, || std::iter::once(record(key)));
}

#[test]
fn records_come_back_and_damage_costs_only_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (mut journal, old) = open(&path, [7; 16]).unwrap();
    assert!(old.is_empty());
    for key in 1..=4 {
        add(&mut journal, key);
    }
    drop(journal);
    let mut bytes = fs::read(&path).unwrap();
    bytes[BLOCK * 2 + 3] ^= 1; // inside the second record
    bytes.extend_from_slice(&[9; 11]); // a torn tail
    fs::write(&path, &bytes).unwrap();

    let (mut journal, old) = open(&path, [8; 16]).unwrap();
    assert_eq!(old, [record(1), record(3), record(4)]);
    assert_eq!(journal.key(), [7; 16], "the key of the file, not a new one");
    assert_eq!(journal.health.errors(), 2, "somebody is told of both");
    add(&mut journal, 5);
    journal.rewrite([record(5)].into_iter()).unwrap();
    add(&mut journal, 6);
    assert_eq!(journal.records, 2);
    drop(journal);
    assert_eq!(open(&path, [8; 16]).unwrap().1, [record(5), record(6)]);
}

#[test]
fn a_second_opener_and_a_foreign_file_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (first, _) = open(&path, [1; 16]).unwrap();
    let error = open(&path, [1; 16]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    drop(first);
    open(&path, [1; 16]).unwrap();

    let other = folder.path().join("other");
    fs::write(&other, [b'x'; 64]).unwrap();
    let error = open(&other, [1; 16]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert_eq!(fs::read(&other).unwrap(), [b'x'; 64], "nothing was changed");
}

/// However long the file has become, only the last records are taken into memory.
#[test]
fn of_a_long_file_the_last_records_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (mut journal, _) = open(&path, [1; 16]).unwrap();
    for key in 0..1_500 {
        journal.add(record(key), usize::MAX, std::iter::empty);
    }
    drop(journal);
    let (journal, records) = open(&path, [1; 16]).unwrap();
    assert_eq!(records.len(), 1_000);
    assert_eq!(records.first(), Some(&record(500)));
    assert_eq!(journal.records, 1_500);
}

/// W57: a try that fails is repeated ever more rarely, and costs the records between nothing.
#[test]
fn a_file_that_cannot_be_replaced_grows_on_and_is_tried_ever_more_rarely() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (mut journal, _) = open(&path, [1; 16]).unwrap();
    // No file can be made in the place of a folder that is not empty.
    let beside = folder.path().join("journal.new");
    fs::create_dir_all(beside.join("full")).unwrap();
    let began = Instant::now();
    let mut tries = 0;
    for second in 0..3_600 {
        let mut live = || {
            tries += 1;
            std::iter::once(record(1))
        };
        journal.tend(began + Duration::from_secs(second), 128, &mut live);
        journal.add(record(second.into()), 128, live);
    }
    assert!((60..80).contains(&tries), "{tries} tries in an hour");
    assert_eq!(journal.records, 3_600, "each record was written");
    fs::remove_dir_all(&beside).unwrap();
    let minute = began + Duration::from_secs(3_660);
    journal.tend(minute, 128, || std::iter::once(record(1)));
    assert_eq!(journal.records, 1, "it is compacted a minute later");
    assert!(!beside.exists());
}

/// W57: however many events come or do not come, the pause is a time, and the last try waits for none.
#[test]
fn what_could_not_be_written_is_written_a_minute_later_or_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (mut journal, _) = open(&path, [1; 16]).unwrap();
    let live = || (0..2_000).map(record);
    let now = Instant::now();
    for (is_end, began) in [(false, now), (true, now + Duration::from_secs(2_000))] {
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        for second in 0..1_000 {
            journal.tend(began + Duration::from_secs(second), 8_000, live);
            journal.add(record(second.into()), 8_000, live);
        }
        assert!(journal.is_lost);
        fs::remove_dir(&path).unwrap();
        if is_end {
            journal.tend_now(8_000, live);
        } else {
            journal.tend(began + Duration::from_secs(1_060), 8_000, live);
        }
        assert!(!journal.is_lost, "at the end: {is_end}");
        assert_eq!(journal.records, 2_000);
    }
}

/// A record costs its write; whether the file is still there is asked at most once in ten milliseconds.
#[test]
fn the_file_is_looked_at_once_in_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let (mut journal, _) = open(&path, [1; 16]).unwrap();
    let began = Instant::now();
    journal.tend(began, 1_000, std::iter::empty);
    fs::remove_file(&path).unwrap();
    journal.tend(began + LOOK_EVERY / 2, 1_000, std::iter::empty);
    add(&mut journal, 1);
    assert_eq!(journal.health.errors(), 0, "nobody has looked");
    journal.tend(began + LOOK_EVERY, 1_000, || std::iter::once(record(1)));
    assert_eq!(journal.health.errors(), 1);
    drop(journal);
    assert_eq!(open(&path, [2; 16]).unwrap().1, [record(1)]);
}
