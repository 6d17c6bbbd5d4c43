//! W58: foreign files are never touched, and unusable expendable files do not stop the adapter.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::Command;

use super::{Place, errors, is_new, is_warned, try_open};

fn names(place: &Place) -> Vec<String> {
    let files = fs::read_dir(place.folder.path()).unwrap();
    let mut names: Vec<_> = files
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().mode() & 0o777
}

#[test]
fn a_file_that_is_refused_keeps_its_mode_and_gets_no_lock_file() {
    let zeros_and_note = [&[0; 4096], b"note".as_slice()].concat();
    let newer = b"WFADEDUP\x02\0\0\0\0\0\0\0................................";
    for content in [&b"x\n"[..], &[b'x'; 4096], &zeros_and_note, newer, b"WFX"] {
        for is_linked in [false, true] {
            let place = Place::new();
            let file = place.folder.path().join("mine");
            fs::write(&file, content).unwrap();
            set_mode(&file, 0o644);
            let before = fs::metadata(&file).unwrap();
            let path = if is_linked {
                place.path()
            } else {
                file.clone()
            };
            if is_linked {
                symlink(&file, &path).unwrap();
            }
            let files = names(&place);
            let error = try_open(&path).unwrap_err();
            assert!(error.message().contains(path.to_str().unwrap()), "{error}");
            let after = fs::metadata(&file).unwrap();
            let facts =
                |found: &fs::Metadata| (found.mode(), found.mtime_nsec(), found.ctime_nsec());
            assert_eq!(facts(&after), facts(&before), "{content:?}");
            assert_eq!(fs::read(&file).unwrap(), content);
            assert_eq!(names(&place), files, "nothing was made beside it");
        }
    }
}

#[test]
fn a_foreign_file_in_the_place_of_the_windows_keeps_its_mode() {
    let place = Place::new();
    fs::write(place.beside(".windows"), "precious").unwrap();
    set_mode(&place.beside(".windows"), 0o664);
    let host = place.open();
    assert!(is_new(&host, 0));
    drop(host);
    assert_eq!(mode(&place.beside(".windows")), 0o664);
    assert_eq!(fs::read(place.beside(".windows")).unwrap(), b"precious");
}

/// An empty file that somebody made for the journal becomes one, and its owner's alone.
#[test]
fn a_file_is_its_owners_alone_once_it_is_a_journal() {
    let place = Place::new();
    fs::write(place.path(), "").unwrap();
    set_mode(&place.path(), 0o644);
    drop(place.open());
    assert_eq!(mode(&place.path()), 0o600);
    // And one that is put aside.
    let mut bytes = place.bytes();
    bytes[20] ^= 1;
    fs::write(place.path(), &bytes).unwrap();
    set_mode(&place.path(), 0o644);
    drop(place.open());
    assert_eq!(mode(&place.beside(".damaged")), 0o600);
}

/// The second owner is refused by the journal's own lock.
#[test]
fn whatever_lies_in_the_lock_files_place_stops_nobody() {
    let makes: [fn(&Path); 4] = [
        |path| fs::create_dir(path).unwrap(),
        |path| symlink(path, path).unwrap(),
        |path| symlink("/nowhere/at/all", path).unwrap(),
        |path| {
            let made = Command::new("mkfifo").arg(path).status();
            assert!(made.unwrap().success());
        },
    ];
    for make in makes {
        let place = Place::new();
        make(&place.beside(".lock"));
        let host = place.open_with_entries(8);
        // Enough for the journal to be replaced by a shorter one.
        for n in 0..200 {
            assert!(is_new(&host, n));
        }
        let error = try_open(&place.path()).unwrap_err();
        let own_id = std::process::id().to_string();
        for part in ["another adapter", &own_id, "/journal: "] {
            assert!(error.message().contains(part), "{error}");
        }
        drop(host);
        let host = place.open_with_entries(8);
        assert!((192..200).all(|n| !is_new(&host, n)));
    }
}

#[test]
fn a_damaged_journal_that_cannot_be_kept_stops_nobody() {
    let make = |place: &Place, upto: u32| {
        for n in 1..=upto {
            let suffix = match n {
                1 => ".damaged".to_owned(),
                n => format!(".damaged-{n}"),
            };
            fs::create_dir(place.beside(&suffix)).unwrap();
        }
    };
    for (upto, is_kept) in [(9, true), (99, false)] {
        for content in [vec![0; 100], b"WFADEDUP\x01".to_vec()] {
            let place = Place::new();
            make(&place, upto);
            fs::write(place.path(), &content).unwrap();
            let host = place.open();
            assert_eq!(errors(&host), 1);
            assert_eq!(is_warned(&host, "it was kept beside"), is_kept);
            assert_eq!(is_warned(&host, "there was no place"), !is_kept);
            let kept = fs::read(place.beside(".damaged-10"));
            assert_eq!(kept.is_ok_and(|kept| kept == content), is_kept);
            assert!(is_new(&host, 0));
            drop(host);
            assert!(!is_new(&place.open(), 0));
        }
    }
}
