//! The plugin that is measured: a file, never linked in.

use std::env;
use std::path::{Path, PathBuf};

use adapter_bench::Outcome;
use workflow_adapter_loader::Plugin;

const FILE_NAME: &str = "libwhatsapp_adapter.so";

/// Loads `chosen`, or the plugin that was built into the directory of this program.
pub(crate) fn load(chosen: Option<&Path>) -> Outcome<Plugin> {
    let path = match chosen {
        Some(chosen) => chosen.to_owned(),
        None => built()?,
    };
    Plugin::load(&path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn built() -> Outcome<PathBuf> {
    let path = env::current_exe()?.with_file_name(FILE_NAME);
    if path.is_file() {
        return Ok(path);
    }
    Err(format!(
        "there is no plugin at {}: build the one that is shipped with\n  \
         cargo rustc --release --lib --crate-type cdylib\nor name one with --plugin",
        path.display()
    )
    .into())
}
