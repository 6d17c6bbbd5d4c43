//! Who may read the files of the store.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::error::StoreError;

/// Lets nobody but the owner read or write this file: customers' texts are in it.
pub(super) fn only_for_the_owner(path: &Path) -> Result<(), StoreError> {
    match std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)) {
        // A file beside the store that another process has just removed.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        done => done.map_err(|error| StoreError::new(path, &error.to_string())),
    }
}
