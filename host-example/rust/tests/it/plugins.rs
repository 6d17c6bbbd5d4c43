//! The command `plugins`: which files of a directory are loaded, and which are not and why.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use tempfile::TempDir;

use crate::program::{Ended, plugin, program, run};

fn directory() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    fs::copy(plugin(), directory.path().join("libgood.so")).unwrap();
    directory
}

fn list(directory: &Path) -> Ended {
    run(program().arg("plugins").arg("--dir").arg(directory))
}

#[test]
fn a_broken_plugin_is_skipped_with_a_message_and_stops_nobody() {
    let directory = directory();
    let path = directory.path();
    fs::write(path.join("libbroken.so"), "not a library").unwrap();
    fs::write(path.join("README.txt"), "not considered").unwrap();
    fs::copy(path.join("libgood.so"), path.join("libopen.so")).unwrap();
    fs::set_permissions(path.join("libopen.so"), Permissions::from_mode(0o777)).unwrap();
    symlink(path.join("libgood.so"), path.join("liblink.so")).unwrap();
    fs::create_dir(path.join("libdirectory.so")).unwrap();
    let ended = list(path);
    assert_eq!(ended.code, 0);
    assert_eq!(ended.stdout.lines().count(), 1, "{}", ended.stdout);
    assert!(ended.stdout.starts_with("whatsapp "), "{}", ended.stdout);
    assert!(ended.stdout.contains("libgood.so"), "{}", ended.stdout);
    let skipped: Vec<_> = ended.stderr.lines().collect();
    let reasons = [
        ("libbroken.so", "the system cannot load it"),
        ("libdirectory.so", "no regular file"),
        ("liblink.so", "no regular file"),
        ("libopen.so", "writable by everybody"),
    ];
    assert_eq!(skipped.len(), reasons.len(), "{}", ended.stderr);
    for (line, (name, reason)) in skipped.iter().zip(reasons) {
        assert!(line.contains(name) && line.contains(reason), "{line}");
    }
}

#[test]
fn a_directory_that_everybody_may_write_to_is_refused() {
    let directory = directory();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o777)).unwrap();
    let ended = list(directory.path());
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(
        ended.stderr.contains("writable by everybody"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_directory_without_plugins_or_without_existence_is_named() {
    let empty = tempfile::tempdir().unwrap();
    let ended = list(empty.path());
    assert_eq!((ended.code, ended.stdout.as_str()), (0, ""));
    assert!(ended.stderr.contains("holds no plugin"), "{}", ended.stderr);
    let ended = list(Path::new("/nowhere/plugins"));
    assert_eq!(ended.code, 2);
    assert!(
        ended.stderr.contains("/nowhere/plugins"),
        "{}",
        ended.stderr
    );
}
