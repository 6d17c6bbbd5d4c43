//! The inside of the exported functions: `export_adapter!` exports them under the same names.

mod command;
mod event;
mod lifecycle;

pub use std::ffi::{c_char, c_void};

use workflow_adapter_contract::{result_c_name, wfa_api, wfa_buffer, wfa_result};

pub use command::{
    wfa_cancel_calls, wfa_cancel_command, wfa_execute_command, wfa_poll_completions,
    wfa_submit_command,
};
pub use event::{wfa_register_event_callback, wfa_unregister_event_callback};
pub use lifecycle::{wfa_destroy, wfa_start, wfa_update_properties};

use super::buffer;

/// The size of the table.
#[allow(clippy::cast_possible_truncation)] // about a hundred bytes
pub const API_SIZE: u32 = size_of::<wfa_api>() as u32;

/// See `workflow_adapter_contract::wfa_buffer_release`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_buffer_release(buffer: *mut wfa_buffer) {
    // SAFETY: the caller's promise is this function's.
    unsafe { buffer::release(buffer) }
}

/// See `workflow_adapter_contract::wfa_result_name`.
///
/// # Safety
/// As described there.
pub unsafe extern "C" fn wfa_result_name(result: wfa_result) -> *const c_char {
    result_c_name(result).as_ptr()
}
