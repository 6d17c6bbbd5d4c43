//! The workflow-adapter ABI, version 1: the contract between a host and an adapter plugin.
//!
//! A *plugin* is a shared library that exports [`wfa_entry`](WFA_ENTRY_SYMBOL). A *host* loads it,
//! asks for the function table [`wfa_api`], creates *adapters* (configured instances) and runs
//! their commands. This crate holds the `repr(C)` types both sides share; the C header
//! `include/workflow_adapter.h` is generated from them. Rust hosts load plugins with the crate
//! `workflow-adapter-loader`, which hands these types on.
//!
//! It knows no HTTP, no message service and no JSON rules: a plugin for another service implements
//! the same contract unchanged.
//!
//! The type names are the C names, so that a page on the contract reads the same in every language.
#![allow(non_camel_case_types)]

mod buffer;
mod callback;
mod descriptor;
mod error;
mod exports;
mod extension;
mod host;
mod result;
mod table;

pub use buffer::wfa_buffer;
pub use callback::{
    WFA_EVENT_ACCEPTED, WFA_EVENT_DROPPED, WFA_EVENT_RETRY, wfa_completion_callback,
    wfa_drop_callback, wfa_event_callback,
};
pub use descriptor::{
    WFA_COMMAND_IDEMPOTENT, WFA_COMMAND_LONG_RUNNING, WFA_COMMAND_SENDS, WFA_COMMAND_WEBHOOK,
    WFA_FIELD_CORRELATION_ID, WFA_FIELD_EVENT_ID, WFA_FIELD_OUTCOME, WFA_FIELD_REQUIRED,
    WFA_FIELD_SECRET, WFA_FIELD_SUBJECT, WFA_UNSET, wfa_command, wfa_descriptor, wfa_event,
    wfa_field, wfa_release, wfa_spec_release, wfa_webhook_declaration,
};
pub use error::{WFA_ERROR_MAYBE_SENT, WFA_ERROR_PANIC, WFA_ERROR_RETRYABLE, wfa_error};
pub use exports::{
    wfa_buffer_release, wfa_cancel_calls, wfa_cancel_command, wfa_create, wfa_destroy, wfa_entry,
    wfa_execute_command, wfa_get_descriptor, wfa_get_descriptor_json, wfa_get_extension,
    wfa_poll_completions, wfa_register_event_callback, wfa_result_name, wfa_start,
    wfa_submit_command, wfa_unregister_event_callback, wfa_update_properties,
};
pub use extension::{
    WFA_CLOCK_V1, WFA_METRICS_V1, WFA_WEBHOOK_V1, wfa_clock_v1, wfa_metrics_v1, wfa_webhook_v1,
};
pub use host::{
    WFA_LOG_DEBUG, WFA_LOG_ERROR, WFA_LOG_INFO, WFA_LOG_OFF, WFA_LOG_TRACE, WFA_LOG_WARN, wfa_host,
    wfa_host_extension_callback, wfa_log_callback,
};
pub use result::*;
pub use table::{
    WFA_ABI_MAJOR, WFA_ABI_MINOR, WFA_CALL_POLLED, WFA_ENTRY_SYMBOL, WFA_NO_WAIT, wfa_adapter,
    wfa_api, wfa_call_options, wfa_entry_fn,
};

/// The length that means "NUL-terminated": `WFA_STRLEN` in C.
pub const WFA_STRLEN: usize = usize::MAX;
