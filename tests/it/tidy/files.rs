//! The files of this repository.

use std::fs;
use std::path::Path;
use std::sync::{LazyLock, OnceLock};

use super::source::{self, Token};
use crate::plugin;

/// One file, its path from the repository's root on.
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
    tokens: OnceLock<Vec<Token>>,
}

impl File {
    pub(super) fn of(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            tokens: OnceLock::new(),
        }
    }

    /// The tokens of a Rust file.
    pub(super) fn tokens(&self) -> &[Token] {
        self.tokens.get_or_init(|| source::tokens(&self.text))
    }
}

/// Folders with generated files and copies of other projects.
const SKIPPED: [&str; 4] = ["target", "node_modules", ".git", "proptest-regressions"];

/// Every file that is text.
pub(super) fn text_files() -> Vec<File> {
    let mut files = Vec::new();
    let root = plugin::repository("");
    collect(&root, &root, &mut files);
    assert!(
        files.len() > 100,
        "{} files in {}",
        files.len(),
        root.display()
    );
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Every Rust file; they are read and taken apart once for all rules.
pub(super) fn rust_files() -> &'static [File] {
    static FILES: LazyLock<Vec<File>> = LazyLock::new(|| {
        let mut files = text_files();
        files.retain(|file| {
            Path::new(&file.path)
                .extension()
                .is_some_and(|end| end == "rs")
        });
        files
    });
    &FILES
}

/// Whether the file is this one, or in this folder (which ends in `/`).
pub(super) fn is_in(file: &File, place: &str) -> bool {
    file.path == place || (place.ends_with('/') && file.path.starts_with(place))
}

fn collect(folder: &Path, root: &Path, files: &mut Vec<File>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy();
        if SKIPPED.contains(&name.as_ref()) {
            continue;
        }
        if path.is_dir() {
            collect(&path, root, files);
        } else if let Ok(text) = fs::read_to_string(&path) {
            let path = path.strip_prefix(root).unwrap().to_string_lossy();
            files.push(File::of(&path, &text));
        }
    }
}
