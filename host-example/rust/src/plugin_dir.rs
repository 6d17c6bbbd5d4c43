//! The plugin directory: which files of it are loaded, and which are not and why.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use workflow_adapter_loader::Plugin;

use crate::cli::Plugins;
use crate::problem::Problem;
use crate::{console, manifest, plugin_file};

/// The bit that lets everybody on the machine write.
const WORLD_WRITABLE: u32 = 0o002;

/// The command `plugins`.
pub(crate) fn list(arguments: &Plugins) -> Result<(), Problem> {
    let directory = match &arguments.dir {
        Some(directory) => directory.clone(),
        None => plugin_file::default_directory()?,
    };
    let plugins = load(&directory)?;
    if plugins.is_empty() {
        console::note(format_args!("{} holds no plugin", directory.display()));
    }
    for plugin in plugins {
        let (major, minor) = plugin.contract();
        let about = plugin.descriptor();
        console::say(format_args!(
            "{} {}: {}, specification {}, contract {major}.{minor}, {}",
            about.id(),
            about.version(),
            about.display(),
            about.spec_version(),
            plugin.path().unwrap_or(&directory).display(),
        ))?;
    }
    Ok(())
}

/// Loads every plugin of a directory, in name order. A file that cannot be one is skipped with a
/// word on standard error: one broken plugin never stops the others.
pub(crate) fn load(directory: &Path) -> Result<Vec<Plugin>, Problem> {
    let unreadable = |error: io::Error| {
        let directory = directory.display();
        Problem::Input(format!(
            "cannot read the plugin directory {directory}: {error}"
        ))
    };
    let directory = &fs::canonicalize(directory).map_err(unreadable)?;
    if is_world_writable(&fs::metadata(directory).map_err(unreadable)?) {
        let path = directory.display();
        let message =
            format!("{path} is writable by everybody, so nothing in it is loaded; chmod o-w");
        return Err(Problem::Input(message));
    }
    let mut files = fs::read_dir(directory)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<io::Result<Vec<_>>>()
        })
        .map_err(unreadable)?;
    files.retain(|file| is_library_name(file));
    files.sort();
    Ok(files.iter().filter_map(|file| load_or_skip(file)).collect())
}

/// One plugin of each adapter type: of several versions the one that `versions` names.
///
/// # Errors
/// Which files are of one type, and what to do.
pub(crate) fn select(
    plugins: &[Plugin],
    versions: &BTreeMap<String, String>,
) -> Result<Vec<Plugin>, String> {
    let mut selected: Vec<Plugin> = Vec::new();
    let all = plugins.iter().map(|plugin| plugin.descriptor().id());
    let known: BTreeSet<&str> = all.collect();
    for (id, version) in versions {
        let mut of_type = plugins.iter().filter(|it| it.descriptor().id() == id);
        if !of_type.any(|plugin| plugin.descriptor().version() == version) {
            let wanted = format!("there is no plugin {id} {version}");
            return Err(format!("{wanted}: [plugins] version names it"));
        }
    }
    for id in known {
        let wanted = versions.get(id);
        let fits = |plugin: &&Plugin| {
            let about = plugin.descriptor();
            about.id() == id && wanted.is_none_or(|wanted| wanted == about.version())
        };
        match plugins.iter().filter(fits).collect::<Vec<_>>().as_slice() {
            [] => {}
            [only] => selected.push((*only).clone()),
            several => return Err(several_of(id, several)),
        }
    }
    Ok(selected)
}

fn several_of(id: &str, plugins: &[&Plugin]) -> String {
    let files = plugins.iter().map(|plugin| {
        let file = plugin.path().unwrap_or(Path::new("")).display();
        format!("{file} ({})", plugin.descriptor().version())
    });
    let files = files.collect::<Vec<_>>().join(" and ");
    let version = plugins.first().map(|plugin| plugin.descriptor().version());
    let is_one_version = plugins
        .iter()
        .all(|plugin| Some(plugin.descriptor().version()) == version);
    let todo = if is_one_version {
        "remove all but one".to_owned()
    } else {
        let version = version.unwrap_or_default();
        format!("remove all but one, or choose: [plugins] version = {{ {id} = \"{version}\" }}")
    };
    format!("several plugins have the adapter type {id}: {files}: {todo}")
}

fn load_or_skip(file: &Path) -> Option<Plugin> {
    let checked = check(file);
    let loaded = checked.and_then(|()| Plugin::load(file).map_err(|error| error.to_string()));
    loaded
        .map_err(|why| console::note(format_args!("skipped {}: {why}", file.display())))
        .ok()
}

/// What must hold before any code of the file runs.
fn check(file: &Path) -> Result<(), String> {
    let about = fs::symlink_metadata(file).map_err(|error| error.to_string())?;
    if !about.is_file() {
        return Err("it is no regular file".to_owned());
    }
    if is_world_writable(&about) {
        return Err("it is writable by everybody; chmod o-w".to_owned());
    }
    manifest::check(file)
}

fn is_world_writable(about: &fs::Metadata) -> bool {
    about.permissions().mode() & WORLD_WRITABLE != 0
}

fn is_library_name(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().as_encoded_bytes();
    name.starts_with(b"lib") && name.ends_with(b".so")
}
