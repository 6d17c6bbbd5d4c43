//! Optional features: there, absent, of another size, and what their calls answer.

use std::ffi::{CStr, c_char, c_void};
use std::ptr;
use std::slice;

use super::fake_descriptor::{forever, load, sound_table};
use crate::*;

type GetExtension = unsafe extern "C" fn(*const c_char) -> *const c_void;

fn adapter(get_extension: GetExtension) -> Adapter {
    let mut table = sound_table();
    table.get_extension = get_extension;
    let plugin = load(table).unwrap();
    plugin.create(&HostInfo::new("test", "0"), "{}").unwrap()
}

/// A buffer over a text that needs no release.
fn lent(text: &'static CStr) -> wfa_buffer {
    wfa_buffer {
        ptr: text.as_ptr(),
        len: text.count_bytes(),
        ..wfa_buffer::EMPTY
    }
}

fn bytes(pointer: *const c_char, len: usize) -> Option<&'static [u8]> {
    // SAFETY: the loader passes NULL or that many bytes; each is looked at during the call only.
    (!pointer.is_null()).then(|| unsafe { slice::from_raw_parts(pointer.cast(), len) })
}

/// Has both extensions; their calls do what their texts say.
unsafe extern "C" fn both(id: *const c_char) -> *const c_void {
    static WEBHOOK: wfa_webhook_v1 = wfa_webhook_v1 {
        struct_size: size_of::<wfa_webhook_v1>() as u32,
        challenge,
        process,
    };
    static METRICS: wfa_metrics_v1 = wfa_metrics_v1 {
        struct_size: size_of::<wfa_metrics_v1>() as u32,
        snapshot,
    };
    // SAFETY: the loader passes a NUL-terminated id.
    match unsafe { CStr::from_ptr(id) }.to_str() {
        Ok("wfa.webhook/1") => ptr::from_ref(&WEBHOOK).cast(),
        Ok("wfa.metrics/1") => ptr::from_ref(&METRICS).cast(),
        _ => ptr::null(),
    }
}

unsafe extern "C" fn challenge(
    _: *mut wfa_adapter,
    query: *const c_char,
    query_len: usize,
    verify_token: *const c_char,
    verify_token_len: usize,
    body: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    let token = bytes(verify_token, verify_token_len).unwrap();
    match bytes(query, query_len).unwrap() {
        b"silent" => return WFA_OK,
        b"right" if token == b"token" => {}
        _ => {
            // SAFETY: the loader always passes one.
            unsafe { (*error).message = lent(c"another token") };
            return WFA_ERR_UNAUTHENTIC;
        }
    }
    // SAFETY: as above.
    unsafe { *body = lent(c"1158201444") };
    WFA_OK
}

unsafe extern "C" fn process(
    _: *mut wfa_adapter,
    body: *const c_char,
    len: usize,
    signature_header: *const c_char,
    signature_header_len: usize,
    response: *mut wfa_buffer,
    _: *mut wfa_error,
) -> wfa_result {
    assert_eq!(bytes(body, len).unwrap(), b"\xff{}", "bytes, not text");
    let (result, text) = match bytes(signature_header, signature_header_len) {
        None => (WFA_ERR_UNAUTHENTIC, c"{\"status\":\"FAILED\"}"),
        Some(b"closing") => return WFA_ERR_STATE,
        Some(_) => (WFA_OK, c"{\"status\":\"SUCCESS\"}"),
    };
    // SAFETY: the loader always passes one.
    unsafe { *response = lent(text) };
    result
}

unsafe extern "C" fn snapshot(
    _: *mut wfa_adapter,
    json: *mut wfa_buffer,
    _: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the loader always passes one.
    unsafe { *json = lent(c"{\"calls\":1}") };
    WFA_OK
}

#[test]
fn a_webhook_goes_through_as_bytes_and_its_answer_comes_back() {
    let adapter = adapter(both);
    let webhook = adapter.webhook().unwrap();
    let output = webhook.process(b"\xff{}", Some(b"sha256=00")).unwrap();
    assert_eq!(output.response, "{\"status\":\"SUCCESS\"}");
    assert_eq!((output.result, output.error), (WFA_OK, None));
    let refused = webhook.process(b"\xff{}", None).unwrap();
    assert_eq!(refused.result, WFA_ERR_UNAUTHENTIC);
    assert_eq!(refused.response, "{\"status\":\"FAILED\"}");
    assert!(refused.error.is_some());
    let closing = webhook.process(b"\xff{}", Some(b"closing")).unwrap_err();
    assert_eq!(closing.result, WFA_ERR_STATE);
}

#[test]
fn a_challenge_is_answered_or_refused() {
    let adapter = adapter(both);
    let webhook = adapter.webhook().unwrap();
    assert_eq!(webhook.challenge("right", "token").unwrap(), "1158201444");
    let refused = webhook.challenge("right", "").unwrap_err();
    assert_eq!(refused.result, WFA_ERR_UNAUTHENTIC);
    assert_eq!(refused.message, "another token");
    let silent = webhook.challenge("silent", "token").unwrap_err();
    assert_eq!(silent.result, WFA_ERR_INTERNAL);
}

#[test]
fn counters_are_the_plugins_own_text() {
    let json = adapter(both).metrics().unwrap();
    assert_eq!(json.as_deref(), Some("{\"calls\":1}"));
}

#[test]
fn an_extension_that_is_absent_or_too_short_is_none() {
    unsafe extern "C" fn nothing(_: *const c_char) -> *const c_void {
        ptr::null()
    }
    unsafe extern "C" fn only_its_size(_: *const c_char) -> *const c_void {
        ptr::from_ref(forever(size_of::<u32>() as u32)).cast()
    }
    for get_extension in [nothing as GetExtension, only_its_size] {
        let adapter = adapter(get_extension);
        assert!(adapter.webhook().is_none());
        assert_eq!(adapter.metrics(), Ok(None));
    }
}
