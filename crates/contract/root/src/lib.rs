//! The third entry point: a root module for Rust hosts that load with `abi_stable`, which checks the
//! wrapper's layout at load time. It hands out the same table as `wfa_entry`.
//!
//! Alone in its crate. `abi_stable` has had no commit since 2023-10, and removing it must never touch a
//! host that uses the other two entry points. It refuses a library whose root module, or a type of it,
//! comes from another version of its crate. So this crate's version is the contract's, and hosts built
//! with any version of `workflow-adapter-loader` load every plugin of the same contract.
#![allow(
    unsafe_code,
    missing_docs,
    clippy::pedantic,
    clippy::expect_used,
    clippy::unwrap_used
)]
#![allow(clippy::undocumented_unsafe_blocks)] // inside the derive
#![allow(non_local_definitions, unreachable_pub)]

use std::ffi::c_void;

use abi_stable::StableAbi;
use abi_stable::library::RootModule;
use abi_stable::package_version_strings;
use abi_stable::sabi_types::VersionStrings;

/// What a plugin exports through `abi_stable`.
#[repr(C)]
#[derive(StableAbi)]
#[sabi(kind(Prefix(prefix_ref = AdapterModuleRef)))]
pub struct AdapterModule {
    /// `wfa_entry`: answers a `const wfa_api *`, as an opaque pointer because the derive refuses the
    /// function pointers in it.
    #[sabi(last_prefix_field)]
    pub entry: extern "C" fn(host_major: u16, host_minor: u16) -> *const c_void,
}

impl RootModule for AdapterModuleRef {
    abi_stable::declare_root_module_statics! {AdapterModuleRef}
    const BASE_NAME: &'static str = "workflow_adapter";
    const NAME: &'static str = "workflow_adapter";
    const VERSION_STRINGS: VersionStrings = package_version_strings!();
}

#[cfg(test)]
mod tests {
    use abi_stable::abi_stability::PrefixStableAbi;
    use abi_stable::library::RootModule;

    use super::{AdapterModule_Prefix, AdapterModuleRef};

    /// C19: what abi_stable compares between host and plugin names this crate's version only.
    #[test]
    fn what_abi_stable_compares_is_the_version_of_the_contract() {
        let version = env!("CARGO_PKG_VERSION");
        let (package, of_type) =
            <AdapterModule_Prefix as PrefixStableAbi>::LAYOUT.package_and_version();
        assert_eq!(package.as_str(), "workflow-adapter-root");
        assert_eq!(of_type.version.as_str(), version);
        assert_eq!(AdapterModuleRef::VERSION_STRINGS.version.as_str(), version);
    }
}
