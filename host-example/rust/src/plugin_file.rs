//! Where this program finds the plugin that was built with it, and where its plugin directory is.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

#[cfg(feature = "demo")]
use crate::manifest;
use crate::problem::Problem;
use crate::whatsapp::PLUGIN_FILE;

/// `target/<profile>/plugins` for a program that cargo built: `plugins` beside the program.
pub(crate) fn default_directory() -> Result<PathBuf, Problem> {
    Ok(program_directory()?.join("plugins"))
}

/// The plugin's file: `chosen`, or else the one that cargo built with this program.
///
/// cargo puts that into `deps`; what may lie beside the program is from an earlier build.
pub(crate) fn find(chosen: Option<&Path>) -> Result<PathBuf, Problem> {
    if let Some(chosen) = chosen {
        return match fs::metadata(chosen) {
            Ok(about) if about.is_file() => Ok(chosen.to_owned()),
            Ok(_) => Err(Problem::Input(format!("{} is no file", chosen.display()))),
            Err(error) => Err(Problem::Input(format!("{}: {error}", chosen.display()))),
        };
    }
    let built = program_directory()?.join("deps").join(PLUGIN_FILE);
    if built.is_file() {
        return Ok(built);
    }
    Err(Problem::Input(format!(
        "there is no plugin at {}; name one with --plugin or WFA_PLUGIN",
        built.display()
    )))
}

/// The directory of the running program, without the `deps` that test programs lie in.
fn program_directory() -> Result<PathBuf, Problem> {
    let program = env::current_exe().map_err(|error| {
        Problem::Failed(format!("cannot tell where this program lies: {error}"))
    })?;
    let directory = program.parent().unwrap_or(Path::new("/"));
    let directory = match directory.file_name() {
        Some(name) if name == "deps" => directory.parent().unwrap_or(directory),
        _ => directory,
    };
    Ok(directory.to_owned())
}

/// Copies the plugin into the plugin directory and answers that. Never half a file: whoever loads
/// the old one goes on with the old one.
#[cfg(feature = "demo")]
pub(crate) fn install() -> Result<PathBuf, Problem> {
    let chosen = env::var_os("WFA_PLUGIN").map(PathBuf::from);
    let from = find(chosen.as_deref())?;
    let directory = default_directory()?;
    let unfinished = directory.join(format!(".{PLUGIN_FILE}.{}", std::process::id()));
    let copied = fs::create_dir_all(&directory)
        .and_then(|()| manifest::remove(&directory.join(PLUGIN_FILE)))
        .and_then(|()| fs::copy(&from, &unfinished))
        .and_then(|_| fs::rename(&unfinished, directory.join(PLUGIN_FILE)));
    copied.map_err(|error| {
        let (from, to) = (from.display(), directory.display());
        Problem::Failed(format!("cannot copy {from} to {to}: {error}"))
    })?;
    manifest::write(&directory.join(PLUGIN_FILE))?;
    Ok(directory)
}
