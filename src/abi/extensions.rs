//! Optional features by id.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;

use workflow_adapter::{
    WFA_METRICS_V1, WFA_WEBHOOK_V1, wfa_adapter, wfa_buffer, wfa_error, wfa_metrics_v1, wfa_result,
    wfa_webhook_v1,
};

use super::exports::check_out;
use super::text::{bytes, text};
use super::{boundary, buffer, handles};

/// The extension of exactly that id.
pub(super) fn find(id: &CStr) -> *const c_void {
    if id == WFA_WEBHOOK_V1 {
        ptr::from_ref(&WEBHOOK).cast()
    } else if id == WFA_METRICS_V1 {
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

static WEBHOOK: wfa_webhook_v1 = wfa_webhook_v1 {
    #[allow(clippy::cast_possible_truncation)] // a few bytes
    struct_size: size_of::<wfa_webhook_v1>() as u32,
    challenge,
    process,
};

unsafe extern "C" fn challenge(
    adapter: *mut wfa_adapter,
    query: *const c_char,
    query_len: usize,
    verify_token: *const c_char,
    verify_token_len: usize,
    body: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    let challenge = || {
        check_out(body.cast(), "body")?;
        // SAFETY: not NULL, and the caller promises a place for a buffer.
        unsafe { body.write_unaligned(wfa_buffer::EMPTY) };
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let query = unsafe { text(query, query_len, "query") }?;
        // SAFETY: as above.
        let token = unsafe { text(verify_token, verify_token_len, "verify_token") }?;
        let answer = instance.answer_challenge(query, token)?;
        // SAFETY: as above.
        unsafe { body.write_unaligned(buffer::from_text(answer)) };
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, challenge) }
}

unsafe extern "C" fn process(
    adapter: *mut wfa_adapter,
    body: *const c_char,
    len: usize,
    signature_header: *const c_char,
    signature_header_len: usize,
    response: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    let process = || {
        check_out(response.cast(), "response")?;
        // SAFETY: not NULL, and the caller promises a place for a buffer.
        unsafe { response.write_unaligned(wfa_buffer::EMPTY) };
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let body = unsafe { bytes(body, len, "body") }?;
        let signature = if signature_header.is_null() {
            None
        } else {
            // SAFETY: as above.
            Some(unsafe { bytes(signature_header, signature_header_len, "signature_header") }?)
        };
        let execution = instance.process_webhook(body, signature)?;
        let filled = buffer::from_text(execution.response);
        // SAFETY: as above.
        unsafe { response.write_unaligned(filled) };
        Ok(execution.failure)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, process) }
}
