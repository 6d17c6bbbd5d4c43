//! Where things are: the plugin under test, and the files of this repository.

use std::collections::BTreeSet;
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

/// Every row of `list`, the specification's and those beyond it.
pub(crate) fn all(list: &str) -> Vec<Value> {
    let descriptor = descriptor();
    let own = descriptor[list].as_array().unwrap().iter();
    let beyond = descriptor["extensions"][list].as_array().unwrap().iter();
    own.chain(beyond).cloned().collect()
}

/// The names of the commands with this trait.
pub(crate) fn commands_with(name: &str) -> BTreeSet<String> {
    let has = |command: &Value| {
        let traits = command["traits"].as_array();
        traits.is_some_and(|traits| traits.iter().any(|one| one == name))
    };
    let commands = all("commands").into_iter().filter(has);
    commands
        .map(|command| command["name"].as_str().unwrap().to_owned())
        .collect()
}
