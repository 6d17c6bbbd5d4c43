#![doc = include_str!("../README.md")]
//!
//! # For readers of the code
//!
//! Imports go downwards only (`tests/it/tidy.rs` holds the table):
//!
//! ```text
//! abi ──► adapter ──► command ──► cloud_api ──► properties, log, error
//!  │                     ├──────► webhook ────► event, error
//!  └──► descriptor ◄─────┘
//! ```
#![deny(unsafe_code)]
#![deny(missing_docs)]

#[cfg(not(panic = "unwind"))]
compile_error!("the plugin catches panics at its border: build it with panic = \"unwind\"");

mod abi;
mod adapter;
mod app_secret;
mod clock;
mod cloud_api;
mod command;
mod customer;
mod descriptor;
mod error;
mod event;
mod json;
mod letters;
mod lock_owner;
mod log;
mod media_directory;
mod members;
mod memory;
mod metrics;
mod properties;
mod random;
mod secret;
mod spawn;
mod webhook;

pub use adapter::{Adapter, AdapterOptions, CallOptions, Execution};
pub use clock::Clock;
pub use descriptor::{Command, Descriptor, Event as EventRow, Field, Release, descriptor};
pub use error::{Error, Kind};
pub use event::{Event, Verdict};
pub use log::{Level, Log};

/// The exported C functions, for hosts that link the crate instead of loading the library.
pub mod exports {
    pub use crate::abi::exports::*;
}
