//! Why a plugin could not be loaded.

use std::error::Error;
use std::fmt;
use std::io;

use crate::WFA_ABI_MAJOR;

/// Why a plugin could not be loaded. The message says what is wrong, without the plugin's path.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The path cannot be made absolute.
    Path(io::Error),
    /// The system could not load the library.
    Open(libloading::Error),
    /// The library exports no `wfa_entry`: it is no plugin.
    NoEntry,
    /// The plugin speaks another major version of the contract; 0 if it does not say which.
    Version {
        /// What the plugin speaks.
        plugin_major: u16,
    },
    /// The function table breaks the contract.
    Table(String),
    /// The descriptor breaks the contract.
    Descriptor(String),
    /// The load-time layout check failed.
    #[cfg(feature = "abi_stable")]
    Layout(abi_stable::library::LibraryError),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path(error) => write!(f, "the path cannot be made absolute: {error}"),
            Self::Open(error) => write!(f, "the system cannot load it: {}", Innermost(error)),
            Self::NoEntry => f.write_str("it is no adapter plugin: it exports no wfa_entry"),
            Self::Version { plugin_major: 0 } => {
                write!(
                    f,
                    "it does not speak version {WFA_ABI_MAJOR} of the contract"
                )
            }
            Self::Version { plugin_major } => write!(
                f,
                "it speaks version {plugin_major} of the contract, this host {WFA_ABI_MAJOR}"
            ),
            Self::Table(what) => write!(f, "its function table is defective: {what}"),
            Self::Descriptor(what) => write!(f, "its descriptor is defective: {what}"),
            #[cfg(feature = "abi_stable")]
            Self::Layout(error) => write!(f, "abi_stable refuses it: {error}"),
        }
    }
}

impl Error for LoadError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Path(error) => Some(error),
            Self::Open(error) => Some(error),
            #[cfg(feature = "abi_stable")]
            Self::Layout(error) => Some(error),
            _ => None,
        }
    }
}

/// The last error of a chain: the system's own words.
struct Innermost<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Innermost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut error = self.0;
        while let Some(source) = error.source() {
            error = source;
        }
        fmt::Display::fmt(error, f)
    }
}
