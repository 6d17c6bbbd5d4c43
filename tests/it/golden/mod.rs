//! Golden files: what the plugin says today, in plain files that a reviewer reads in the diff.
//!
//! `BLESS=1 cargo test` rewrites them.

pub(crate) mod events;
mod lossless;
pub(crate) mod requests;

use std::fs;
use std::path::Path;

use crate::plugin;

/// Compares with `tests/golden/<name>`, or rewrites it if `BLESS` is set.
pub(crate) fn compare(name: &str, actual: &[u8]) {
    let path = plugin::repository("tests/golden").join(name);
    compare_file(&path, actual);
}

/// Compares with any committed file, or rewrites it if `BLESS` is set.
pub(crate) fn compare_file(path: &Path, actual: &[u8]) {
    if std::env::var_os("BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, actual).unwrap();
        return;
    }
    let expected = fs::read(path).unwrap_or_default();
    if expected == actual {
        return;
    }
    panic!(
        "{} differs.\n{}\nIf the change is wanted: BLESS=1 cargo test, then read the diff.",
        path.display(),
        first_difference(
            &String::from_utf8_lossy(&expected),
            &String::from_utf8_lossy(actual)
        )
    );
}

fn first_difference(expected: &str, actual: &str) -> String {
    let (mut expected, mut actual) = (expected.lines(), actual.lines());
    let mut line = 1;
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return "They differ in line ends only.".to_owned(),
            (old, new) if old == new => line += 1,
            (old, new) => {
                let shown = |side: Option<&str>| side.map_or("(end)".to_owned(), str::to_owned);
                return format!(
                    "line {line}\n  expected: {}\n  actual:   {}",
                    shown(old),
                    shown(new)
                );
            }
        }
    }
}
