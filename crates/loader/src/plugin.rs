//! One loaded plugin: its version, its descriptor, and the way to its adapters.

use std::path::Path;
use std::sync::Arc;

use super::foreign::Foreign;
use super::{DescriptorRef, LoadError, check, library, table};
use crate::wfa_api;

/// One loaded plugin. It stays loaded as long as the process lives; a clone is the same plugin.
///
/// # Examples
/// ```no_run
/// use workflow_adapter_loader::{HostInfo, Plugin};
///
/// let plugin = Plugin::load("/opt/host/plugins/libwhatsapp_adapter.so")?;
/// println!("{} {}", plugin.descriptor().id(), plugin.descriptor().version());
///
/// let host = HostInfo::new("my-host", "1.0.0");
/// let adapter = plugin.create(&host, &std::fs::read_to_string("properties.json")?)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Plugin {
    table: Arc<wfa_api>,
    descriptor: DescriptorRef,
    json: &'static str,
    path: Option<Arc<Path>>,
}

impl Plugin {
    /// Loads a plugin and checks its version, its function table and its whole descriptor.
    ///
    /// **Trust.** Loading a library runs its code in this process, with all rights of this process;
    /// no check can come before that. Load files only that you would also execute. The function is
    /// safe all the same, as starting a program is, because there is nothing that the caller could
    /// do right or wrong beyond choosing the file.
    ///
    /// A relative path is taken from the working directory; the system's library path is not
    /// searched.
    ///
    /// # Errors
    /// [`LoadError`] says what is wrong with the file.
    ///
    /// # Examples
    /// ```
    /// let error = workflow_adapter_loader::Plugin::load("/nowhere/libnothing.so").unwrap_err();
    /// assert!(error.to_string().starts_with("the system cannot load it"));
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        let path = library::absolute(path.as_ref())?;
        let library = library::open(&path)?;
        let api = library::entry(&library)?;
        // SAFETY: the contract promises what `wfa_entry` answers, and the library stays loaded.
        unsafe { Self::checked(api, Some(&path)) }
    }

    /// A plugin that is linked into this program, or whose table was obtained in another way.
    ///
    /// It takes a pointer, not a reference, because an older plugin's table is smaller than
    /// [`wfa_api`]; `&'static wfa_api` can be passed as it is.
    ///
    /// # Safety
    /// `api` is NULL or a table that keeps the contract's promises; it and everything it points to
    /// stay valid and unchanged as long as the process lives.
    ///
    /// # Errors
    /// [`LoadError::Version`], [`LoadError::Table`] or [`LoadError::Descriptor`].
    pub unsafe fn from_api(api: *const wfa_api) -> Result<Self, LoadError> {
        // SAFETY: the caller's promise is this function's.
        unsafe { Self::checked(api, None) }
    }

    /// # Safety
    /// As [`Plugin::from_api`].
    pub(super) unsafe fn checked(
        api: *const wfa_api,
        path: Option<&Path>,
    ) -> Result<Self, LoadError> {
        // SAFETY: the caller's promise is this function's.
        let api = unsafe { Foreign::new(api) }.ok_or(LoadError::Version { plugin_major: 0 })?;
        let table = table::complete(api)?;
        // SAFETY: the contract promises a static descriptor.
        let descriptor = unsafe { Foreign::new(table.descriptor) }
            .ok_or_else(|| LoadError::Table("descriptor is NULL".to_owned()))?;
        Ok(Self {
            json: check::descriptor(descriptor)?,
            table: Arc::new(table),
            descriptor: DescriptorRef(descriptor),
            path: path.map(Arc::from),
        })
    }

    /// What the plugin's adapter type offers.
    pub fn descriptor(&self) -> DescriptorRef {
        self.descriptor
    }

    /// The same as one JSON object.
    pub fn descriptor_json(&self) -> &'static str {
        self.json
    }

    /// The version of the contract that the plugin was built for: major and minor.
    pub fn contract(&self) -> (u16, u16) {
        (self.table.abi_major, self.table.abi_minor)
    }

    /// Where it was loaded from; none if it was not loaded from a file.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    pub(super) fn table(&self) -> &Arc<wfa_api> {
        &self.table
    }
}
