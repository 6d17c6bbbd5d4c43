//! W58: what becomes of a journal that is deleted, moved, cut off, damaged or replaced, while an adapter
//! runs or before: a warning, a count, and a journal that is right again.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use super::{Place, errors, is_new, is_warned, try_open, until_it_looks};
use crate::webhook_attacks::sender::{Host, message, notification};

/// What happens to a journal.
type Loss = fn(&Place);

/// The ways in which a journal is lost while an adapter runs.
const LOSSES: [(&str, Loss); 8] = [
    ("deleted", |place| fs::remove_file(place.path()).unwrap()),
    ("moved", |place| {
        fs::rename(place.path(), place.beside(".away")).unwrap();
    }),
    ("emptied", |place| cut(&place.path(), 0)),
    ("cut off in its header", |place| cut(&place.path(), 17)),
    ("cut off", |place| cut(&place.path(), 32 * 2 + 5)),
    ("zeros", |place| {
        let zeros = vec![0; place.bytes().len()];
        write_into(&place.path(), &zeros);
    }),
    ("damaged", |place| {
        let mut bytes = place.bytes();
        bytes[20..].fill(0x5a);
        write_into(&place.path(), &bytes);
    }),
    ("replaced by a copy", |place| {
        fs::copy(place.path(), place.beside(".copy")).unwrap();
        fs::rename(place.beside(".copy"), place.path()).unwrap();
    }),
];

fn cut(path: &Path, length: u64) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(length).unwrap();
}

/// Writes over the bytes that are there.
fn write_into(path: &Path, bytes: &[u8]) {
    use std::io::Write;
    let mut file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.write_all(bytes).unwrap();
}

#[test]
fn a_journal_that_is_lost_while_the_adapter_runs_is_written_anew() {
    for (what, lose) in LOSSES {
        let place = Place::new();
        let host = place.open();
        for n in 0..4 {
            assert!(is_new(&host, n), "{what}");
        }
        assert_eq!(errors(&host), 0);
        lose(&place);
        until_it_looks();
        for n in 4..8 {
            assert!(is_new(&host, n), "{what}: the events stand");
        }
        assert_eq!(errors(&host), 1, "{what}: counted once");
        assert!(is_warned(&host, "journal"), "{what}: {}", host.log());
        assert_eq!(place.records(), 8, "{what}");
        drop(host);
        let host = place.open();
        assert!((0..8).all(|n| !is_new(&host, n)), "{what}: all is known");
        assert_eq!(errors(&host), 0, "{what}");
    }
}

#[test]
fn what_somebody_else_puts_in_the_journals_place_is_left_alone() {
    let place = Place::new();
    let host = place.open();
    assert!(is_new(&host, 0));
    fs::remove_file(place.path()).unwrap();
    fs::write(place.path(), "a note of mine").unwrap();
    until_it_looks();
    for n in 1..6 {
        assert!(is_new(&host, n));
    }
    assert_eq!(place.bytes(), b"a note of mine");
    assert!(is_warned(&host, "is no journal"), "{}", host.log());
    assert!(errors(&host) > 0);
    fs::remove_file(place.path()).unwrap();
    fs::create_dir(place.path()).unwrap();
    for n in 6..12 {
        assert!(is_new(&host, n));
    }
    fs::remove_dir(place.path()).unwrap();
    for n in 12..24 {
        assert!(is_new(&host, n));
    }
    drop(host);
    let host = place.open();
    assert!((0..24).all(|n| !is_new(&host, n)), "there was room again");
}

#[test]
fn a_folder_that_is_gone_for_a_while_costs_nothing() {
    let place = Place::new();
    let folder = place.folder.path().join("sub");
    fs::create_dir(&folder).unwrap();
    let properties = super::with_journal(&folder.join("journal"));
    let host = Host::new(&properties);
    assert!(is_new(&host, 0));
    fs::remove_dir_all(&folder).unwrap();
    until_it_looks();
    assert!(is_new(&host, 1));
    assert!(errors(&host) > 0);
    fs::create_dir(&folder).unwrap();
    for n in 2..8 {
        assert!(is_new(&host, n));
    }
    drop(host);
    let host = Host::new(&properties);
    assert!((0..8).all(|n| !is_new(&host, n)));
}

/// Content after which a journal is replaced, and the part of it that is kept.
#[test]
fn a_journal_that_was_damaged_before_starts_anew_and_the_old_one_is_kept() {
    let place = Place::new();
    let host = place.open();
    assert!(is_new(&host, 0));
    drop(host);
    let good = place.bytes();
    let mut records = good.clone();
    records[32..].fill(0x5a);
    let mut header = good.clone();
    header[16..32].fill(0x5a);
    for (what, content) in [
        ("zeros", vec![0; 4096]),
        ("few zeros", vec![0; 7]),
        ("three bytes of a header", good[..3].to_vec()),
        ("half a header", good[..16].to_vec()),
        ("a damaged header", header),
        ("no record that is right", records),
    ] {
        fs::write(place.path(), &content).unwrap();
        let host = place.open();
        assert!(errors(&host) >= 1, "{what}: counted");
        assert!(is_warned(&host, "journal"), "{what}: {}", host.log());
        assert_eq!(
            fs::read(place.beside(".damaged")).unwrap(),
            content,
            "{what}"
        );
        assert!(is_new(&host, 1), "{what}");
        drop(host);
        assert!(!is_new(&place.open(), 1), "{what}: it works again");
        fs::remove_file(place.beside(".damaged")).unwrap();
    }
}

#[test]
fn a_journal_that_is_missing_or_empty_is_told_unless_it_is_the_first() {
    let place = Place::new();
    let host = place.open();
    assert_eq!(errors(&host), 0, "the first one is nothing to tell of");
    assert!(is_new(&host, 0));
    drop(host);
    for lose in [
        |place: &Place| fs::remove_file(place.path()).unwrap(),
        |place: &Place| {
            cut(&place.path(), 0);
        },
    ] {
        lose(&place);
        let host = place.open();
        assert_eq!(errors(&host), 1);
        assert!(is_warned(&host, "journal"), "{}", host.log());
        assert!(is_new(&host, 0), "nobody knows it");
    }
}

#[test]
fn what_can_be_no_journal_is_refused_by_name() {
    let place = Place::new();
    let one = place.folder.path().join("one");
    symlink(place.path(), &one).unwrap();
    symlink(&one, place.path()).unwrap();
    for path in [place.path(), "/dev/null".into(), "/dev/zero".into()] {
        let error = try_open(&path).unwrap_err();
        assert!(error.message().contains("dedupJournal"), "{error}");
    }
}

/// The file of the conversation windows is expendable: whatever is in its place, the adapter works.
#[test]
fn a_file_of_windows_that_cannot_be_used_stops_nobody() {
    let plain = Place::new();
    drop(plain.open());
    let good = fs::read(plain.beside(".windows")).unwrap();
    let mut header = good.clone();
    header[20] ^= 1;
    let contents: [(&str, &[u8], bool); 6] = [
        ("zeros", &[0; 64], false),
        ("a damaged header", &header, false),
        ("half a header", &good[..16], false),
        ("a note", b"a note of mine", true),
        ("a long note", &[b'x'; 4096], true),
        (
            "of a newer plugin",
            b"WFAWINDS\x02\0\0\0\0\0\0\0................",
            true,
        ),
    ];
    for (what, content, is_left) in contents {
        let place = Place::new();
        fs::write(place.beside(".windows"), content).unwrap();
        let host = place.open();
        assert!(is_new(&host, 0), "{what}");
        assert!(errors(&host) >= 1, "{what}: counted");
        assert!(is_warned(&host, "dedupJournal"), "{what}: {}", host.log());
        let left = fs::read(place.beside(".windows")).unwrap();
        assert_eq!(left == content, is_left, "{what}");
    }
    let makes: [fn(&Path); 3] = [
        |path| fs::create_dir(path).unwrap(),
        |path| symlink(path, path).unwrap(),
        |path| {
            let made = std::process::Command::new("mkfifo").arg(path).status();
            assert!(made.unwrap().success());
        },
    ];
    for make in makes {
        let place = Place::new();
        make(&place.beside(".windows"));
        let host = place.open();
        assert!(is_new(&host, 0) && errors(&host) >= 1);
    }
}

/// W60: from its first byte, whatever the umask says.
#[test]
fn every_file_of_a_journal_is_its_owners_alone() {
    let place = Place::new();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.unwrap().as_secs().to_string();
    let host = place.open_with_entries(1);
    for n in 0..200 {
        let mut message = message(&format!("wamid.{n}"));
        message["timestamp"] = now.clone().into();
        host.post_signed(notification(&[message], &[]).as_bytes());
    }
    let mut names = Vec::new();
    for file in fs::read_dir(place.folder.path()).unwrap() {
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        names.push(file.file_name().into_string().unwrap());
        assert_eq!(mode & 0o777, 0o600, "{names:?}");
    }
    names.sort_unstable();
    assert_eq!(names, ["journal", "journal.lock", "journal.windows"]);
    drop(host);
    // Of a version that left it to the umask.
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(place.open());
    let mode = fs::metadata(place.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
