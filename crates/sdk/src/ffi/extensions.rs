//! Optional features by id.

use std::ffi::c_char;

use workflow_adapter_contract::{
    wfa_adapter, wfa_buffer, wfa_error, wfa_metrics_v1, wfa_result, wfa_webhook_v1,
};

use super::out::Out;
use super::text::{bytes, optional_bytes, text};
use super::{boundary, buffer, handles};

pub(super) static METRICS: wfa_metrics_v1 = wfa_metrics_v1 {
    #[allow(clippy::cast_possible_truncation)] // a few bytes
    struct_size: size_of::<wfa_metrics_v1>() as u32,
    snapshot,
};

unsafe extern "C" fn snapshot(
    adapter: *mut wfa_adapter,
    json: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the caller's promise is this function's.
    let out = unsafe { Out::new(json, "json") };
    let snapshot = || {
        out.check()?;
        let text = handles::get(adapter)?.metrics()?;
        out.put(buffer::from_text(text));
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, snapshot) }
}

pub(super) static WEBHOOK: wfa_webhook_v1 = wfa_webhook_v1 {
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
    // SAFETY: the caller's promise is this function's.
    let out = unsafe { Out::new(body, "body") };
    let challenge = || {
        out.check()?;
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let query = unsafe { text(query, query_len, "query") }?;
        // SAFETY: as above.
        let token = unsafe { text(verify_token, verify_token_len, "verify_token") }?;
        let answer = instance.with(|adapter| adapter.answer_challenge(query, token))?;
        out.put(buffer::from_text(answer));
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
    // SAFETY: the caller's promise is this function's.
    let out = unsafe { Out::new(response, "response") };
    let process = || {
        out.check()?;
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let body = unsafe { bytes(body, len, "body") }?;
        // SAFETY: as above.
        let signature =
            unsafe { optional_bytes(signature_header, signature_header_len, "signature_header") }?;
        let execution = instance.process_webhook(body, signature)?;
        let filled = buffer::from_text(execution.response);
        out.put(filled);
        Ok(execution.failure)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, process) }
}
