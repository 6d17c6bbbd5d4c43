//! Loads a plugin through `abi_stable`, which checks the layout of its root module, and takes the table
//! from there. It is alone in its file, as `ffi/rust_host.rs` is on the plugin's side.

use std::path::Path;

use abi_stable::library::lib_header_from_path;

use super::{LoadError, Plugin, library};
use crate::{AdapterModuleRef, WFA_ABI_MAJOR, WFA_ABI_MINOR};

impl Plugin {
    /// As [`Plugin::load`], through the plugin's `abi_stable` root module instead of `wfa_entry`.
    ///
    /// It is the same plugin with the same table; what is gained is a check that both sides agree
    /// on the layout of the root module. Only plugins written in Rust have one.
    ///
    /// # Errors
    /// As [`Plugin::load`], and [`LoadError::Layout`].
    pub fn load_with_abi_stable(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = library::absolute(path.as_ref())?;
        let _kept = library::open(&path)?;
        let header = lib_header_from_path(&path).map_err(LoadError::Layout)?;
        let module = header.init_root_module::<AdapterModuleRef>();
        let entry = module.map_err(LoadError::Layout)?.entry();
        let api = entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);
        // SAFETY: the root module answers what `wfa_entry` answers, and the library stays loaded.
        unsafe { Self::checked(api.cast(), Some(&path)) }
    }
}

#[cfg(test)]
mod tests {
    use abi_stable::library::RootModule;

    use crate::{AdapterModuleRef, WFA_ABI_MAJOR};

    /// C19: this crate may be of any version; what is compared is the contract's major version.
    #[test]
    fn the_root_modules_version_is_the_contracts() {
        let version = AdapterModuleRef::VERSION_STRINGS.version.as_str();
        let major = format!("{WFA_ABI_MAJOR}.");
        assert!(version.starts_with(&major), "{version}");
    }
}
