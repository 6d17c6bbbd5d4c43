//! The FFI boundary, and the only unsafe code of a plugin: it turns pointers into types, panics into
//! result codes, and holds no rule of any service.
#![allow(unsafe_code)]

mod boundary;
mod buffer;
mod callbacks;
#[cfg(test)]
mod callbacks_tests;
pub mod exports;
mod extensions;
mod failure;
mod foreign;
mod fork;
mod handles;
mod instance;
#[cfg(test)]
mod instance_tests;
mod out;
mod plugin;
mod polled;
#[cfg(feature = "abi_stable")]
pub mod rust_host;
mod sized;
mod tables;
mod text;
mod thread;
mod workers;
#[cfg(test)]
mod workers_tests;

pub use plugin::Plugin;
pub use workflow_adapter_contract as contract;
