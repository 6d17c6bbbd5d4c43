//! The manifest beside a plugin, `<stem>.adapter.json`: its SHA-256 and its descriptor, so that a host can
//! list plugins without loading them, and notices a file that was exchanged.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};
use workflow_adapter_loader::Plugin;

use crate::cli;
use crate::console;
use crate::problem::Problem;

#[derive(Serialize, Deserialize)]
struct Manifest {
    /// Of the plugin's file, in lower-case hexadecimal digits.
    sha256: String,
    /// The plugin's own descriptor JSON.
    descriptor: Box<RawValue>,
}

/// The command `manifest`.
pub(crate) fn command(arguments: &cli::Manifest) -> Result<(), Problem> {
    let written = write(&arguments.plugin)?;
    console::say(format_args!("{}", written.display()))?;
    Ok(())
}

/// Writes the manifest of a plugin beside it and answers its path. Loads the plugin.
pub(crate) fn write(plugin: &Path) -> Result<PathBuf, Problem> {
    let problem = |why: String| Problem::Input(format!("{}: {why}", plugin.display()));
    let file = fs::canonicalize(plugin).map_err(|error| problem(error.to_string()))?;
    let loaded = Plugin::load(&file).map_err(|error| problem(error.to_string()))?;
    let manifest = Manifest {
        sha256: sha256(&file).map_err(problem)?,
        descriptor: RawValue::from_string(loaded.descriptor_json().to_owned())
            .map_err(|error| problem(format!("its descriptor is no JSON: {error}")))?,
    };
    let to = beside(&file);
    let unfinished = to.with_extension(format!("json.{}", std::process::id()));
    serde_json::to_vec(&manifest)
        .map_err(|error| problem(error.to_string()))
        .and_then(|bytes| {
            fs::write(&unfinished, bytes)
                .and_then(|()| fs::rename(&unfinished, &to))
                .map_err(|error| Problem::Failed(format!("cannot write {}: {error}", to.display())))
        })?;
    Ok(to)
}

/// Removes the manifest of a plugin that is about to be replaced, if there is one.
#[cfg(feature = "demo")]
pub(crate) fn remove(plugin: &Path) -> std::io::Result<()> {
    match fs::remove_file(beside(plugin)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Whether the file is the one its manifest was made for; a plugin without one is not checked.
///
/// # Errors
/// What does not fit, and what to do.
pub(crate) fn check(plugin: &Path) -> Result<(), String> {
    let path = beside(plugin);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => {
            return Err(format!(
                "its manifest {} cannot be read: {error}",
                path.display()
            ));
        }
    };
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| format!("its manifest {} is damaged: {error}", path.display()))?;
    if manifest.sha256 == sha256(plugin)? {
        return Ok(());
    }
    Err(format!(
        "it is not the file that {} was made for: install it again, or write a new manifest with \
         `adapter-host manifest`",
        path.display()
    ))
}

/// `libx.so` has `libx.adapter.json`.
fn beside(plugin: &Path) -> PathBuf {
    plugin.with_extension("adapter.json")
}

fn sha256(file: &Path) -> Result<String, String> {
    let bytes = fs::read(file).map_err(|error| error.to_string())?;
    Ok(base16ct::lower::encode_string(&Sha256::digest(&bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_exchanged_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let plugin = folder.path().join("libx.so");
        fs::write(&plugin, "abc").unwrap();
        assert_eq!(check(&plugin), Ok(()), "without a manifest");
        // printf abc | sha256sum
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let manifest = folder.path().join("libx.adapter.json");
        fs::write(
            &manifest,
            format!(r#"{{"sha256":"{sha256}","descriptor":{{}}}}"#),
        )
        .unwrap();
        assert_eq!(check(&plugin), Ok(()));
        fs::write(&plugin, "abd").unwrap();
        assert!(check(&plugin).unwrap_err().contains("libx.adapter.json"));
        fs::write(&manifest, "{").unwrap();
        assert!(check(&plugin).unwrap_err().contains("damaged"));
    }
}
