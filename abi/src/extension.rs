//! Optional features, each looked up by an id with a revision.

use crate::{wfa_adapter, wfa_buffer, wfa_error, wfa_result};

/// The id of [`wfa_metrics_v1`].
pub const WFA_METRICS_V1: &std::ffi::CStr = c"wfa.metrics/1";

/// Extension `wfa.metrics/1`: an adapter's counters. Static; read only what lies within `struct_size`.
#[repr(C)]
#[derive(Debug)]
pub struct wfa_metrics_v1 {
    /// Size of this struct in the plugin's version.
    pub struct_size: u32,
    /// Writes the counters as one JSON object into `json`, which the host releases. [any thread]
    ///
    /// `error` may be NULL. `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
    pub snapshot: unsafe extern "C" fn(
        adapter: *mut wfa_adapter,
        json: *mut wfa_buffer,
        error: *mut wfa_error,
    ) -> wfa_result,
}
