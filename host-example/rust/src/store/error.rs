//! Why something could not be stored or read.

use std::fmt;
use std::path::Path;

/// Why something could not be stored or read. The message holds no stored text.
#[derive(Debug, Clone)]
pub(crate) struct StoreError(String);

impl StoreError {
    pub(super) fn new(path: &Path, why: &str) -> Self {
        Self(format!("the store {}: {why}", path.display()))
    }

    pub(super) fn at(path: &Path, error: &rusqlite::Error) -> Self {
        Self::new(path, &error.to_string())
    }

    pub(super) fn stopped() -> Self {
        Self::other("it is closed")
    }

    pub(crate) fn other(why: &str) -> Self {
        Self(format!("the store: {why}"))
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("the store: {error}"))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StoreError {}
