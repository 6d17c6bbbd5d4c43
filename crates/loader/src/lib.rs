//! The safe way for a Rust host to use any plugin: [`Plugin`] loads one, [`Adapter`] runs it.
//!
//! Everything the contract asks of a host is done here once: sizes set, buffers released, callbacks
//! given back, panics kept on their own side. What the contract promises about pointers is relied
//! on; each `unsafe` block names the promise.
//!
//! The contract's types are handed on, so that a host needs this crate only.
#![allow(unsafe_code)] // this is where raw pointers become types; nothing above it needs to

mod adapter;
mod answer;
mod call;
mod check;
mod descriptor;
mod ending;
mod event;
mod extensions;
mod failure;
mod foreign;
mod handle;
mod host_info;
mod later;
mod library;
mod load_error;
mod plugin;
#[cfg(feature = "abi_stable")]
mod root_module;
mod row;
mod submit;
mod table;
mod unwind;

#[cfg(test)]
mod tests;

pub use workflow_adapter_contract::*;
#[cfg(feature = "abi_stable")]
pub use workflow_adapter_root::{AdapterModule, AdapterModuleRef};

pub use adapter::Adapter;
pub use call::{CallOptions, CommandOutput};
pub use descriptor::DescriptorRef;
pub use event::{Registration, Verdict};
pub use extensions::Webhook;
pub use failure::{Failure, result_name};
pub use host_info::{HostInfo, LogFunction, LogLevel, LogRecord};
pub use load_error::LoadError;
pub use plugin::Plugin;
pub use row::{CommandRef, EventRef, FieldRef, ReleaseRef, WebhookRef};
