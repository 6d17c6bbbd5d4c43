//! W57: a journal that cannot be replaced by a shorter one: its records are written all the same.

use std::fs;
use std::os::unix::fs::symlink;
use std::time::Duration;

use super::child::Accepting;
use super::{Place, bound, errors, is_new, is_warned, try_open};

#[test]
fn a_journal_that_cannot_be_compacted_grows_on_and_is_compacted_when_it_can_be() {
    let place = Place::new();
    let host = place.open_with_entries(8);
    // Nothing can be made in the place of a folder that is not empty.
    fs::create_dir_all(place.beside(".new").join("full")).unwrap();
    for n in 0..400 {
        assert!(is_new(&host, n));
        assert_eq!(place.records(), n as u64 + 1);
    }
    assert!(is_warned(&host, "grows on"), "{}", host.log());
    let tries = errors(&host);
    assert!((1..40).contains(&tries), "{tries} tries for 400 events");
    fs::remove_dir_all(place.beside(".new")).unwrap();
    // However long the pause has become: within a minute.
    let mut last = 400;
    while fs::metadata(place.path()).unwrap().len() > bound(8) {
        assert!(is_new(&host, last));
        last += 1;
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!place.beside(".new").exists());
    drop(host);
    let host = place.open_with_entries(8);
    assert!((last - 8..last).all(|n| !is_new(&host, n)));
}

/// A name that leads elsewhere is not written through.
#[test]
fn a_link_in_the_place_of_the_shorter_file_is_not_followed() {
    let place = Place::new();
    let mine = place.folder.path().join("mine");
    fs::write(&mine, "a note of mine").unwrap();
    symlink(&mine, place.beside(".new")).unwrap();
    let host = place.open_with_entries(8);
    for n in 0..200 {
        assert!(is_new(&host, n));
    }
    assert_eq!(fs::read(&mine).unwrap(), b"a note of mine");
    assert_eq!(errors(&host), 0);
}

#[test]
fn a_journal_that_is_mounted_by_itself_is_written_and_known_again() {
    let place = Place::new();
    fs::write(place.path(), "").unwrap();
    let Some(mut child) = Accepting::start_on_a_mount(&place.path(), 16) else {
        // Mounting is not permitted here; the test above has the same failing rename.
        return;
    };
    let last = std::iter::from_fn(|| child.next()).nth(400).unwrap();
    let last = child.kill().unwrap_or(last);
    assert!(place.records() > last as u64, "each record was written");
    assert!(!place.beside(".new").exists(), "nothing is left of a try");
    let host = place.open_with_entries(16);
    assert!((last - 14..=last).all(|n| !is_new(&host, n)));
}

/// W58: as in a container whose volume is one file: there can be no lock file beside it.
#[test]
fn a_journal_in_a_folder_that_takes_no_file_is_locked_itself() {
    let place = Place::new();
    fs::write(place.path(), "").unwrap();
    let Some(mut child) = Accepting::start_in_a_closed_folder(&place.path(), 1_000) else {
        // Mounting is not permitted here; `strangers` tests lock files that cannot be created.
        return;
    };
    let last = std::iter::from_fn(|| child.next()).nth(100).unwrap();
    assert!(!place.beside(".lock").exists());
    let error = try_open(&place.path()).unwrap_err();
    for part in ["another adapter", &child.id().to_string(), "/journal: "] {
        assert!(error.message().contains(part), "{error}");
    }
    assert!(!place.beside(".lock").exists(), "nothing is left of a try");
    let last = child.kill().unwrap_or(last);
    let host = place.open();
    assert!((0..=last).all(|n| !is_new(&host, n)));
}
