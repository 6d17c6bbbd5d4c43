//! One journal has one owner, and a file that is no journal is not touched.

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use whatsapp_adapter::Kind;

use super::{Place, is_new, try_open, until_it_looks};

#[test]
fn a_second_adapter_is_refused_when_it_is_created() {
    let place = Place::new();
    let host = place.open();
    assert!(is_new(&host, 1));
    let before = place.bytes();
    let error = try_open(&place.path()).unwrap_err();
    assert_eq!(error.kind(), Kind::InvalidRequest);
    let own_id = std::process::id().to_string();
    for part in ["dedupJournal", "another adapter", "of its own", &own_id] {
        assert!(error.message().contains(part), "{error}");
    }
    assert_eq!(place.bytes(), before);
    assert!(is_new(&host, 2), "the first one is not disturbed");
    drop(host);
    let host = place.open();
    assert!(!is_new(&host, 1) && !is_new(&host, 2));
}

/// Two names in two folders have two lock files; the file itself is one.
#[test]
fn a_hard_link_in_another_folder_is_the_same_journal() {
    let (place, other) = (Place::new(), Place::new());
    let host = place.open();
    fs::hard_link(place.path(), other.path()).unwrap();
    let error = try_open(&other.path()).unwrap_err();
    let own_id = std::process::id().to_string();
    for part in ["another adapter", &own_id] {
        assert!(error.message().contains(part), "{error}");
    }
    drop(host);
}

/// Who deletes the lock file as well does not get a journal that is in use.
#[test]
fn a_deleted_lock_file_makes_no_second_owner() {
    let place = Place::new();
    let host = place.open();
    fs::remove_file(place.beside(".lock")).unwrap();
    assert!(try_open(&place.path()).is_err());
    assert!(!place.beside(".lock").exists(), "nothing is left of a try");
    // A new file in its place is another journal, with another owner: the first one leaves it alone.
    fs::remove_file(place.path()).unwrap();
    let second = place.open();
    assert!(is_new(&second, 1));
    let bytes = place.bytes();
    until_it_looks();
    assert!(is_new(&host, 2), "the event stands");
    assert_eq!(place.bytes(), bytes, "one writer");
    assert!(
        host.log().contains("another adapter uses"),
        "{}",
        host.log()
    );
    drop((host, second));
}

/// A lock file that has somebody's words in it is locked all the same, and left as it is.
#[test]
fn somebody_elses_file_in_the_lock_files_place_is_not_written_to() {
    let place = Place::new();
    fs::write(place.beside(".lock"), "a note of mine").unwrap();
    let host = place.open();
    assert!(is_new(&host, 1));
    assert!(try_open(&place.path()).is_err());
    assert_eq!(fs::read(place.beside(".lock")).unwrap(), b"a note of mine");
}

#[test]
fn another_name_of_the_same_file_is_the_same_journal() {
    let place = Place::new();
    let host = place.open();
    let folder = place.folder.path();
    fs::create_dir(folder.join("sub")).unwrap();
    let dotted = folder.join("sub").join("..").join("journal");
    let linked = folder.join("linked");
    std::os::unix::fs::symlink(place.path(), &linked).unwrap();
    std::os::unix::fs::symlink(folder, folder.join("here")).unwrap();
    for name in [dotted, folder.join("here").join("journal"), linked] {
        let opened = try_open(&name);
        assert!(
            opened.is_err(),
            "{} was opened a second time",
            name.display()
        );
    }
    drop(host);
}

#[test]
fn a_link_that_was_made_before_its_journal_is_opened_once() {
    let place = Place::new();
    let linked = place.folder.path().join("linked");
    std::os::unix::fs::symlink(place.path(), &linked).unwrap();
    let first = try_open(&linked).unwrap();
    for name in [linked.clone(), place.path()] {
        let opened = try_open(&name);
        assert!(
            opened.is_err(),
            "{} was opened a second time",
            name.display()
        );
    }
    drop(first);
    assert!(linked.is_symlink(), "the link is still one");
    assert!(is_new(&place.open(), 1));
}

/// A process that was started and is not yet another program has copies of every descriptor.
#[test]
fn a_journal_can_be_opened_again_at_once_while_the_host_starts_processes() {
    let place = Place::new();
    let stop = AtomicBool::new(false);
    let opened = thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                Command::new("true").status().unwrap();
            }
        });
        let opened = (0..300).try_for_each(|_| try_open(&place.path()).map(drop));
        stop.store(true, Ordering::Relaxed);
        opened
    });
    assert!(opened.is_ok(), "{opened:?}");
}

#[test]
fn what_is_no_journal_is_refused_and_left_as_it_is() {
    let place = Place::new();
    for (content, why) in [
        (
            b"{\"this\":\"is somebody's configuration file\"}".as_slice(),
            "something else",
        ),
        (&[&[0; 4096], b"note".as_slice()].concat(), "something else"),
        (
            b"WFADEDUP\x02\0\0\0\0\0\0\0................................",
            "another version",
        ),
    ] {
        fs::write(place.path(), content).unwrap();
        let error = try_open(&place.path()).unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidRequest);
        assert!(error.message().contains("dedupJournal"), "{error}");
        assert!(error.message().contains(why), "{error}");
        assert_eq!(place.bytes(), content, "nothing was changed");
    }
}

#[test]
fn a_short_file_that_is_no_journal_is_left_as_it_is() {
    // Only the beginning of a header is a journal that was killed while it was made.
    let place = Place::new();
    let content = b"a note of mine";
    fs::write(place.path(), content).unwrap();
    let opened = try_open(&place.path());
    assert!(opened.is_err(), "it was taken for a journal");
    assert_eq!(place.bytes(), content, "nothing was changed");
}

#[test]
fn a_place_where_no_file_can_be_is_refused() {
    let place = Place::new();
    let folder = place.folder.path().join("folder");
    fs::create_dir(&folder).unwrap();
    let missing = folder.join("missing").join("journal");
    for path in [folder, missing] {
        let error = try_open(&path).unwrap_err();
        assert_eq!(error.kind(), Kind::InvalidRequest, "{}", path.display());
        assert!(error.message().contains("dedupJournal"), "{error}");
    }
    let relative = try_open("journal".as_ref()).unwrap_err();
    assert!(relative.message().contains("absolute"), "{relative}");
}

#[test]
fn what_is_no_regular_file_is_refused_without_waiting_for_it() {
    let place = Place::new();
    let socket = place.folder.path().join("socket");
    let _listener = UnixListener::bind(&socket).unwrap();
    let pipe = place.folder.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    for path in [socket, pipe] {
        let (ended, end) = mpsc::channel();
        let shown = path.display().to_string();
        thread::spawn(move || ended.send(try_open(&path).err().map(|error| error.kind())));
        let opened = end.recv_timeout(Duration::from_secs(20));
        let opened = opened.unwrap_or_else(|_| panic!("{shown}: it is still waiting"));
        assert_eq!(opened, Some(Kind::InvalidRequest), "{shown}");
    }
}
