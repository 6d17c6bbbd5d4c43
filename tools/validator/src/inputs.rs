//! The inputs of the checks: the user's files, read and validated before the first check runs.

use std::ffi::CString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::arguments::Arguments;
use crate::samples;

/// The user's files, as C strings.
pub(crate) struct Inputs {
    pub(crate) plugin: PathBuf,
    pub(crate) plugin_path: CString,
    pub(crate) properties: Option<CString>,
    pub(crate) raise_command: Option<CString>,
    pub(crate) raise_request: Option<CString>,
    pub(crate) raise_outside: bool,
}

impl Inputs {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// A file cannot be read, or is not what it must be; the message names it.
    pub(crate) fn read(arguments: &Arguments) -> io::Result<Self> {
        let given = arguments.plugin.clone().unwrap_or_default();
        // An absolute path, so that `dlopen` searches nowhere.
        let plugin = given
            .canonicalize()
            .map_err(|error| named(&given, &error.to_string()))?;
        if !plugin.is_file() {
            return Err(named(&given, "it is no file"));
        }
        let plugin_path = CString::new(plugin.as_os_str().as_bytes())
            .map_err(|error| named(&given, &error.to_string()))?;
        // Whoever gives properties means them, and nothing beside them.
        let sample = samples::of(&plugin).filter(|_| arguments.properties.is_none());
        let text = |text: &str| CString::new(text).map_err(io::Error::other);
        let given_or = |file: Option<&Path>, sample: Option<&str>| match file {
            Some(file) => object(file).map(Some),
            None => sample.map(text).transpose(),
        };
        let command = arguments.raise_command.as_deref();
        Ok(Self {
            properties: given_or(
                arguments.properties.as_deref(),
                sample.map(|sample| sample.properties),
            )?,
            raise_command: command
                .or(sample.map(|sample| sample.raise_command))
                .map(text)
                .transpose()?,
            raise_request: given_or(
                arguments.raise_request.as_deref(),
                sample.map(|sample| sample.raise_request),
            )?,
            raise_outside: arguments.raise_outside,
            plugin,
            plugin_path,
        })
    }
}

/// The text of a file that holds one JSON object.
fn object(path: &Path) -> io::Result<CString> {
    let text = fs::read_to_string(path).map_err(|error| named(path, &error.to_string()))?;
    // Its members are the plugin's business.
    serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(&text)
        .map_err(|error| named(path, &format!("no JSON object: {error}")))?;
    CString::new(text).map_err(|error| named(path, &error.to_string()))
}

fn named(path: &Path, why: &str) -> io::Error {
    io::Error::other(format!("{}: {why}", path.display()))
}
