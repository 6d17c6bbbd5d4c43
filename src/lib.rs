#![doc = include_str!("../README.md")]
//!
//! # For readers of the code
//!
//! Imports go downwards only (`tests/it/tidy.rs` holds the table):
//!
//! ```text
//! abi ──► adapter ──► command ──► cloud_api ──► properties, log, error
//!  │                     ├──────► webhook ────► event, error
//!  └──► specification ◄──┘
//! ```
#![deny(unsafe_code)]
#![deny(missing_docs)]

#[cfg(not(panic = "unwind"))]
compile_error!("the plugin catches panics at its border: build it with panic = \"unwind\"");

mod abi;
mod adapter;
mod app_secret;
mod cloud_api;
mod command;
mod customer;
mod lock_owner;
mod media_directory;
mod metrics;
mod properties;
mod random;
mod specification;
mod webhook;

// The SDK's modules, under the names that the files of this crate know them by.
use workflow_adapter_sdk::{
    cancel, clock, descriptor, error, event, json, letters, log, memory, pattern, secret, spawn,
};

pub use adapter::{Adapter, AdapterOptions, CallOptions, Execution};
pub use clock::Clock;
pub use descriptor::{Command, Descriptor, Event as EventRow, Field, Release};
pub use error::{Error, Kind};
pub use event::{Event, Verdict};
pub use log::{Level, Log};
pub use specification::descriptor;
pub use workflow_adapter_sdk::rows;

/// The exported C functions, for hosts that link the crate instead of loading the library.
pub mod exports {
    pub use crate::abi::exports::*;
}
