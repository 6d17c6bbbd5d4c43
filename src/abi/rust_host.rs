//! The third door, for Rust hosts that load with `abi_stable`. Alone in its file: removing it touches
//! nobody else.
#![allow(missing_docs, unreachable_pub, clippy::pedantic)]
#![allow(clippy::undocumented_unsafe_blocks)] // inside the macro

use std::ffi::c_void;

use abi_stable::export_root_module;
use abi_stable::prefix_type::PrefixTypeTrait;
use workflow_adapter_root::{AdapterModule, AdapterModuleRef};

#[export_root_module]
fn root_module() -> AdapterModuleRef {
    AdapterModule { entry }.leak_into_prefix()
}

extern "C" fn entry(host_major: u16, host_minor: u16) -> *const c_void {
    super::exports::wfa_entry(host_major, host_minor).cast()
}
