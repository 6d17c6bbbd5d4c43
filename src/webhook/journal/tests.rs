//! A journal by itself: what is kept of it, whatever becomes of its file.

use std::fs;

use super::*;

const SETTINGS: Settings = Settings {
    magic: b"WFADEDUP",
    name: "journal",
    keep: 1_000,
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
    assert_eq!(journal.health.errors(), 1, "somebody is told");
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
    let mut tries = 0;
    for key in 0..5_000 {
        journal.add(record(key), 128, || {
            tries += 1;
            std::iter::once(record(key))
        });
    }
    assert!((5..100).contains(&tries), "{tries} tries");
    assert_eq!(journal.records, 5_000, "each record was written");
    fs::remove_dir_all(&beside).unwrap();
    for key in 5_000..5_200 {
        journal.add(record(key), 128, || std::iter::once(record(key)));
    }
    assert!(
        journal.records < 200,
        "it is compacted once that is possible"
    );
    assert!(!beside.exists());
}
