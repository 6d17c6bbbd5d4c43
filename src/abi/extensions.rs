//! Optional features by id.

use std::ffi::{CStr, c_void};
use std::ptr;

use workflow_adapter::{
    WFA_METRICS_V1, wfa_adapter, wfa_buffer, wfa_error, wfa_metrics_v1, wfa_result,
};

use super::exports::check_out;
use super::{boundary, buffer, handles};

/// The extension of exactly that id.
pub(super) fn find(id: &CStr) -> *const c_void {
    if id == WFA_METRICS_V1 {
        ptr::from_ref(&METRICS).cast()
    } else {
        ptr::null()
    }
}

static METRICS: wfa_metrics_v1 = wfa_metrics_v1 {
    #[allow(clippy::cast_possible_truncation)] // a few bytes
    struct_size: size_of::<wfa_metrics_v1>() as u32,
    snapshot,
};

unsafe extern "C" fn snapshot(
    adapter: *mut wfa_adapter,
    json: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    let snapshot = || {
        check_out(json.cast(), "json")?;
        // SAFETY: not NULL, and the caller promises a place for a buffer.
        unsafe { json.write_unaligned(wfa_buffer::EMPTY) };
        let text = handles::get(adapter)?.metrics()?;
        // SAFETY: as above.
        unsafe { json.write_unaligned(buffer::from_text(text)) };
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, snapshot) }
}
