//! W57: what could not be written while something was in the way is written once it is gone, also if no
//! event comes any more.

use std::fs;

use super::child::end_after_a_full_disk;
use super::{Place, errors, is_new, is_warned, until_it_looks, with_journal};

/// Puts a folder in the place of the journal, lets three events come, and takes it away again.
fn obstructed() -> (Place, crate::webhook_attacks::sender::Host) {
    let place = Place::new();
    let host = place.open();
    assert!(is_new(&host, 0));
    fs::rename(place.path(), place.beside(".away")).unwrap();
    fs::create_dir(place.path()).unwrap();
    until_it_looks();
    for n in 1..4 {
        assert!(is_new(&host, n));
    }
    fs::remove_dir(place.path()).unwrap();
    (place, host)
}

#[test]
fn what_could_not_be_journaled_is_written_when_the_adapter_is_destroyed() {
    let (place, host) = obstructed();
    drop(host);
    let host = place.open();
    assert!((0..4).all(|n| !is_new(&host, n)));
}

#[test]
fn what_could_not_be_journaled_is_written_when_properties_change() {
    let (place, host) = obstructed();
    host.adapter
        .update_properties(&with_journal(&place.path()).to_string())
        .unwrap();
    assert_eq!(place.records(), 4, "no event was needed");
    drop(host);
}

#[test]
fn a_loss_that_nobody_looked_at_is_mended_when_the_adapter_is_destroyed() {
    let place = Place::new();
    let host = place.open();
    for n in 0..4 {
        assert!(is_new(&host, n));
    }
    fs::remove_file(place.path()).unwrap();
    fs::remove_file(place.beside(".windows")).unwrap();
    drop(host);
    assert_eq!(place.records(), 4);
    assert!(place.beside(".windows").exists());
    let host = place.open();
    assert!((0..4).all(|n| !is_new(&host, n)));
    assert_eq!(errors(&host), 0);
}

#[test]
fn a_disk_with_room_again_gets_everything_when_the_adapter_is_destroyed() {
    let place = Place::new();
    end_after_a_full_disk(&place.path());
    let host = place.open();
    assert!((0..10).all(|n| !is_new(&host, n)));
}

/// The warning about a journal that another program has written into is true.
#[test]
fn a_warning_promises_nothing_that_does_not_happen() {
    let place = Place::new();
    let host = place.open();
    assert!(is_new(&host, 0));
    let mut bytes = place.bytes();
    bytes[..2].fill(b'x');
    {
        use std::io::Write;
        let file = fs::OpenOptions::new().write(true).open(place.path());
        file.unwrap().write_all(&bytes).unwrap();
    }
    until_it_looks();
    assert!(is_new(&host, 1), "the event stands");
    assert!(is_warned(&host, "has written into"), "{}", host.log());
    assert!(is_warned(&host, "left alone"), "{}", host.log());
    assert!(!host.log().contains("kept beside"), "{}", host.log());
    assert!(!place.beside(".damaged").exists());
    assert_eq!(place.bytes(), bytes);
    fs::remove_file(place.path()).unwrap();
    drop(host);
    let host = place.open();
    assert!((0..2).all(|n| !is_new(&host, n)));
}
