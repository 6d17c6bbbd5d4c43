//! Where things are: the plugin under test, and the files of this repository.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use serde_json::Value;
use workflow_adapter_loader::Plugin;

/// The plugin under test: `WFA_PLUGIN` if set, else the library that was built with this program.
pub(crate) fn path() -> PathBuf {
    if let Some(path) = env::var_os("WFA_PLUGIN") {
        return PathBuf::from(path);
    }
    let program = env::current_exe().unwrap();
    program.with_file_name("libwhatsapp_adapter.so")
}

/// The SDK's example, a plugin of another service.
pub(crate) fn echo() -> PathBuf {
    let program = env::current_exe().unwrap();
    program.with_file_name("libecho_adapter.so")
}

/// The plugin, loaded once.
pub(crate) fn loaded() -> &'static Plugin {
    static PLUGIN: OnceLock<Plugin> = OnceLock::new();
    PLUGIN.get_or_init(|| {
        Plugin::load(path()).unwrap_or_else(|error| panic!("{}: {error}", path().display()))
    })
}

/// The descriptor, parsed.
pub(crate) fn descriptor() -> Value {
    serde_json::from_str(loaded().descriptor_json()).unwrap()
}

/// A file or folder of this repository.
pub(crate) fn repository(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}
