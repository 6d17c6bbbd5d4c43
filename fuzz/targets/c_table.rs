//! Bytes through the C table: the first one chooses the function, a line end divides its arguments.
#![no_main]

use std::ffi::{c_char, c_void};
use std::{ptr, slice};

use libfuzzer_sys::fuzz_target;
use whatsapp_adapter::exports::wfa_entry;
use whatsapp_adapter::{Adapter, Verdict};
use whatsapp_adapter_fuzz::{adapter, deliver, properties, signature};
use workflow_adapter_contract::{
    WFA_ABI_MAJOR, WFA_ABI_MINOR, WFA_ERR_INTERNAL, WFA_ERR_INVALID_ARGUMENT, WFA_EVENT_RETRY,
    WFA_OK, WFA_WEBHOOK_V1, wfa_adapter, wfa_api, wfa_buffer, wfa_error, wfa_webhook_v1,
};

type Events = Vec<(String, String)>;

/// One adapter behind the table, and its twin behind the Rust interface; both refuse every event, so that
/// nothing is remembered from input to input.
struct Host {
    api: &'static wfa_api,
    webhook: &'static wfa_webhook_v1,
    handle: *mut wfa_adapter,
    events: *mut Events,
    twin: Adapter,
}

fuzz_target!(|input: &[u8]| {
    thread_local!(static HOST: Host = Host::new());
    let Some((choice, rest)) = input.split_first() else {
        return;
    };
    let line_end = rest.iter().position(|byte| *byte == b'\n');
    let (first, second) = match line_end {
        Some(at) => (&rest[..at], &rest[at + 1..]),
        None => (rest, &[][..]),
    };
    HOST.with(|host| match choice % 5 {
        0 => host.signed(rest),
        1 => drop(host.process(second, first)),
        2 => host.challenge(second, first),
        3 => host.execute(b"processWebhook", rest),
        _ => host.execute(first, second),
    });
});

impl Host {
    fn new() -> Self {
        let api = unsafe { wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR).as_ref() }.expect("a table");
        let webhook = unsafe { (api.get_extension)(WFA_WEBHOOK_V1.as_ptr()) };
        let webhook = unsafe { webhook.cast::<wfa_webhook_v1>().as_ref() }.expect("an extension");
        let properties = properties();
        let mut handle = ptr::null_mut();
        let events = Box::into_raw(Box::new(Events::new()));
        let result = unsafe {
            (api.create)(
                ptr::null(),
                properties.as_ptr().cast(),
                properties.len(),
                &raw mut handle,
                ptr::null_mut(),
            )
        };
        assert_eq!(result, WFA_OK);
        let result = unsafe {
            (api.register_event_callback)(
                handle,
                ptr::null(),
                0,
                Some(refuse),
                events.cast(),
                None,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        assert_eq!(result, WFA_OK);
        Self {
            api,
            webhook,
            handle,
            events,
            twin: adapter(),
        }
    }

    /// Runs one function: its result, and its response if there is one.
    fn call(
        &self,
        call: impl FnOnce(*mut wfa_buffer, *mut wfa_error) -> i32,
    ) -> (i32, Option<String>) {
        let mut response = wfa_buffer::EMPTY;
        let mut error = wfa_error {
            struct_size: u32::try_from(size_of::<wfa_error>()).expect("small"),
            result: 0,
            flags: 0,
            http_status: 0,
            remote_code: 0,
            retry_after_ms: 0,
            message: wfa_buffer::EMPTY,
        };
        let result = call(&raw mut response, &raw mut error);
        assert_ne!(result, WFA_ERR_INTERNAL, "a panic inside");
        assert_eq!(error.result, result);
        let message = taken(&mut error.message);
        assert_eq!(
            message.is_some_and(|text| !text.is_empty()),
            result != WFA_OK
        );
        (result, taken(&mut response))
    }

    /// A body with the right signature: the same events and response as through the Rust interface.
    fn signed(&self, body: &[u8]) {
        let header = signature(body);
        let response = self.process(body, header.as_bytes());
        let through = std::mem::take(unsafe { &mut *self.events });
        let (events, execution) =
            deliver(&self.twin, body, Some(header.as_bytes()), Verdict::Retry);
        assert_eq!(through, events);
        assert_eq!(response.as_deref(), Some(execution.response.as_str()));
    }

    fn process(&self, body: &[u8], header: &[u8]) -> Option<String> {
        unsafe { &mut *self.events }.clear();
        let (_, response) = self.call(|response, error| unsafe {
            (self.webhook.process)(
                self.handle,
                body.as_ptr().cast(),
                body.len(),
                header.as_ptr().cast(),
                header.len(),
                response,
                error,
            )
        });
        response
    }

    fn challenge(&self, query: &[u8], token: &[u8]) {
        let (result, answer) = self.call(|response, error| unsafe {
            (self.webhook.challenge)(
                self.handle,
                query.as_ptr().cast(),
                query.len(),
                token.as_ptr().cast(),
                token.len(),
                response,
                error,
            )
        });
        assert_eq!(answer.is_some(), result == WFA_OK);
        let text = std::str::from_utf8(query).is_ok() && std::str::from_utf8(token).is_ok();
        assert!(text || result == WFA_ERR_INVALID_ARGUMENT);
    }

    fn execute(&self, name: &[u8], json: &[u8]) {
        let (result, response) = self.call(|response, error| unsafe {
            (self.api.execute_command)(
                self.handle,
                name.as_ptr().cast(),
                name.len(),
                json.as_ptr().cast(),
                json.len(),
                ptr::null(),
                response,
                error,
            )
        });
        let text = std::str::from_utf8(name).is_ok() && std::str::from_utf8(json).is_ok();
        assert!(text || result == WFA_ERR_INVALID_ARGUMENT);
        if let Some(response) = response {
            serde_json::from_str::<serde_json::Value>(&response).expect("a response is JSON");
        }
    }
}

unsafe extern "C-unwind" fn refuse(
    events: *mut c_void,
    event: *const c_char,
    event_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32 {
    let text = |from: *const c_char, len: usize| {
        let bytes = unsafe { slice::from_raw_parts(from.cast::<u8>(), len + 1) };
        assert_eq!(bytes[len], 0, "texts have a NUL behind them");
        String::from_utf8(bytes[..len].to_vec()).expect("texts are UTF-8")
    };
    let event = (text(event, event_len), text(json, json_len));
    unsafe { &mut *events.cast::<Events>() }.push(event);
    WFA_EVENT_RETRY
}

/// The text of a buffer, which is released.
fn taken(buffer: &mut wfa_buffer) -> Option<String> {
    let release = buffer.release?;
    let bytes = unsafe { slice::from_raw_parts(buffer.ptr.cast::<u8>(), buffer.len + 1) };
    assert_eq!(bytes[buffer.len], 0);
    let text = String::from_utf8(bytes[..buffer.len].to_vec()).expect("texts are UTF-8");
    unsafe { release(buffer) };
    assert!(buffer.ptr.is_null() && buffer.release.is_none());
    Some(text)
}
