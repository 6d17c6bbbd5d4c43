//! The root module, for Rust hosts that load with `abi_stable`. It is alone in its file, so that removing
//! it changes no other.
#![allow(missing_docs)]

use std::ffi::c_void;

pub use abi_stable::library::{
    __call_root_module_loader as call, CheckTypeLayout, LibHeader, RootModuleResult,
};
use abi_stable::prefix_type::PrefixTypeTrait;
pub use workflow_adapter_root::{AdapterModule, AdapterModuleRef};

/// The root module that hands out `entry`.
pub fn root_module(entry: extern "C" fn(u16, u16) -> *const c_void) -> AdapterModuleRef {
    AdapterModule { entry }.leak_into_prefix()
}
