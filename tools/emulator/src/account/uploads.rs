//! Uploads in progress.

use std::collections::BTreeMap;

/// What the ids of upload sessions begin with.
pub(crate) const PREFIX: &str = "upload:";

/// One file on its way.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// What the id ends in.
    pub(crate) signature: String,
    /// How many bytes were announced.
    pub(crate) length: usize,
    pub(crate) bytes: Vec<u8>,
}

/// All of them, by id without signature.
pub(crate) type Uploads = BTreeMap<String, Session>;
