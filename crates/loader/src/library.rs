//! From a path to the plugin's table, through `dlopen` and `wfa_entry`.

use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

use super::LoadError;
use crate::{WFA_ABI_MAJOR, WFA_ABI_MINOR, WFA_ENTRY_SYMBOL, wfa_api, wfa_entry_fn};

/// Loads the library at an absolute path, for as long as the process lives.
///
/// It is never unloaded: its threads, its thread-local destructors and the texts that it handed out
/// outlive any handle, and a plugin keeps itself mapped anyway.
pub(super) fn open(path: &Path) -> Result<ManuallyDrop<Library>, LoadError> {
    // SAFETY: the library's initialisers run. `Plugin::load` tells its caller to trust the file.
    let library = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) };
    library.map(ManuallyDrop::new).map_err(LoadError::Open)
}

/// What the library's `wfa_entry` answers; NULL if it does not speak this version.
pub(super) fn entry(library: &Library) -> Result<*const wfa_api, LoadError> {
    // SAFETY: the contract gives this symbol this type.
    let entry = unsafe { library.get::<wfa_entry_fn>(WFA_ENTRY_SYMBOL) };
    let entry = entry.map_err(|_| LoadError::NoEntry)?;
    // SAFETY: the contract allows the call with any version, on any thread.
    Ok(unsafe { entry(WFA_ABI_MAJOR, WFA_ABI_MINOR) })
}

/// The path from the root on, so that the system does not search for the library.
pub(super) fn absolute(path: &Path) -> Result<PathBuf, LoadError> {
    std::path::absolute(path).map_err(LoadError::Path)
}
