#![doc = include_str!("../README.md")]
//!
//! # For readers of the code
//!
//! Imports go downwards only (`tests/it/tidy/imports` computes the order):
//!
//! ```text
//! adapter ──► command ──► cloud_api ──► properties
//!    │           ├──────► webhook
//!    └────► specification
//! ```
//!
//! Everything that is not WhatsApp is the SDK's: the FFI boundary, calls, events, log, metrics, rows.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod adapter;
mod app_secret;
mod cloud_api;
mod command;
mod flow;
mod lock_owner;
mod media_directory;
mod metrics;
mod phone_number;
mod properties;
mod random;
mod specification;
mod webhook;

// The SDK's modules, under the names that the files of this crate know them by.
use workflow_adapter_sdk::{
    call, cancel, clock, descriptor, error, event, json, letters, lock, log, memory, pattern,
    secret, spawn,
};

pub use adapter::WhatsApp;
pub use call::CallOptions;
pub use clock::Clock;
pub use descriptor::{Command, Descriptor, Event as EventRow, Field, Release};
pub use error::{Error, Kind};
pub use event::{Event, Verdict};
pub use log::{Level, Log};
pub use specification::descriptor;
pub use workflow_adapter_sdk::adapter::Execution;
pub use workflow_adapter_sdk::{AdapterOptions, rows};

/// The adapter in a Rust program, without the C contract.
pub type Adapter = workflow_adapter_sdk::Native<WhatsApp>;

workflow_adapter_sdk::export_adapter!(WhatsApp);
