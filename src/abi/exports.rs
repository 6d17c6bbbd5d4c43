//! The exported functions, and the table that holds the same ones.

use std::ffi::{CStr, c_char, c_void};
use std::mem::offset_of;
use std::ptr;
use std::sync::OnceLock;
use std::time::Duration;

use workflow_adapter::{
    WFA_ABI_MAJOR, WFA_ABI_MINOR, WFA_NO_WAIT, WFA_STRLEN, wfa_adapter, wfa_api, wfa_buffer,
    wfa_call_options, wfa_completion_callback, wfa_descriptor, wfa_drop_callback, wfa_error,
    wfa_event_callback, wfa_host, wfa_result,
};

use super::foreign::{Completion, EventCallback};
use super::instance::Instance;
use super::sized::read_member;
use super::text::{optional_text, text};
use super::{boundary, buffer, extensions, foreign, fork, handles, tables, thread};
use crate::adapter::{Adapter, CallOptions};
use crate::error::{Error, Kind};

/// The plugin's function table: what a host with a plugin directory looks up. [any thread]
///
/// `host_major` and `host_minor` are the version the host was built for. Answers NULL if the plugin
/// does not speak that major version; otherwise a static table, the same at every call, which may be
/// of a higher or lower minor version: read its `struct_size`.
///
/// Rationale: one symbol, so that any number of plugins can be loaded beside each other.
///
/// Example: `const wfa_api *api = wfa_entry(WFA_ABI_MAJOR, WFA_ABI_MINOR);`
#[unsafe(no_mangle)]
pub extern "C" fn wfa_entry(host_major: u16, host_minor: u16) -> *const wfa_api {
    static API: OnceLock<wfa_api> = OnceLock::new();
    let _ = host_minor; // every minor version of this major can use the table
    if host_major != WFA_ABI_MAJOR {
        return ptr::null();
    }
    let table = thread::exported(|| {
        ptr::from_ref(API.get_or_init(|| wfa_api {
            #[allow(clippy::cast_possible_truncation)] // about a hundred bytes
            struct_size: size_of::<wfa_api>() as u32,
            abi_major: WFA_ABI_MAJOR,
            abi_minor: WFA_ABI_MINOR,
            descriptor: tables::c_descriptor(),
            get_extension: wfa_get_extension,
            create: wfa_create,
            destroy: wfa_destroy,
            execute_command: wfa_execute_command,
            register_event_callback: wfa_register_event_callback,
            unregister_event_callback: wfa_unregister_event_callback,
            update_properties: wfa_update_properties,
            submit_command: wfa_submit_command,
            cancel_command: wfa_cancel_command,
        }))
    });
    table.unwrap_or(ptr::null())
}

/// What the adapter type offers, as static tables. [any thread]
///
/// Never NULL; valid as long as the process lives. Opens no connection and starts no thread.
#[unsafe(no_mangle)]
pub extern "C" fn wfa_get_descriptor() -> *const wfa_descriptor {
    thread::exported(tables::c_descriptor).unwrap_or(ptr::null())
}

/// What the adapter type offers, as one JSON object, NUL-terminated. [any thread]
///
/// Never NULL; valid as long as the process lives.
#[unsafe(no_mangle)]
pub extern "C" fn wfa_get_descriptor_json() -> *const c_char {
    let descriptor = wfa_get_descriptor();
    if descriptor.is_null() {
        return ptr::null();
    }
    // SAFETY: not NULL, and the table lives as long as the process.
    unsafe { (*descriptor).json }
}

/// An optional feature by its id, e.g. `wfa.webhook/1`; NULL if the plugin has none of that id.
/// [any thread]
///
/// `id`: NUL-terminated; NULL answers NULL. The id is compared whole: anything behind it makes it
/// another id. What is returned is static.
///
/// # Safety
/// `id` is NULL or NUL-terminated.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_get_extension(id: *const c_char) -> *const c_void {
    if id.is_null() {
        return ptr::null();
    }
    // SAFETY: not NULL, and the caller promises a NUL-terminated text.
    extensions::find(unsafe { CStr::from_ptr(id) })
}

/// Creates an adapter: one configured instance. Opens no connection. [any thread]
///
/// - `host`: who the host is; may be NULL. Lent for the call; its functions and `user_data` are used
///   until `wfa_destroy` has returned.
/// - `properties_json`, `len`: one JSON object with the descriptor's properties, UTF-8. Lent.
/// - `out`: receives the handle, NULL on failure. Destroy it with `wfa_destroy`.
/// - `error`: may be NULL.
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not JSON) · `WFA_ERR_INVALID_REQUEST` (a
/// property is missing, wrong or unknown; the message names it) · `WFA_ERR_UNSUPPORTED` (the host's
/// major version is another).
///
/// Example: `api->create(&host, "{\"apiVersion\":\"v26.0\",…}", WFA_STRLEN, &adapter, &error)`
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_create(
    host: *const wfa_host,
    properties_json: *const c_char,
    len: usize,
    out: *mut *mut wfa_adapter,
    error: *mut wfa_error,
) -> wfa_result {
    let create = || {
        check_out(out.cast(), "out")?;
        // SAFETY: not NULL, and the caller promises a place for a pointer.
        unsafe { out.write_unaligned(ptr::null_mut()) };
        // SAFETY: the caller's promise is this function's.
        let properties = unsafe { text(properties_json, len, "properties_json") }?;
        // SAFETY: as above.
        let options = unsafe { foreign::options(host) }?;
        let adapter = Adapter::new(properties, options)?;
        fork::watch();
        let handle = handles::insert(Instance::new(adapter))?;
        // SAFETY: as above.
        unsafe { out.write_unaligned(handle) };
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, create) }
}

/// Destroys an adapter: refuses new calls, ends those in flight (each with its outcome), and gives
/// every event callback back. [any thread, not inside a callback]
///
/// Without flags it returns when no call and no callback of the adapter runs any more, so that the
/// host may free what it lent. With `WFA_NO_WAIT` it returns at once; what the host lent stays in use
/// until the last drop callback has run.
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (never given out) · `WFA_ERR_STATE` (destroyed already, or
/// called inside a callback).
///
/// Example: `api->destroy(adapter, 0);`
///
/// # Safety
/// `adapter` may be any value: it is looked up, not followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_destroy(adapter: *mut wfa_adapter, flags: u32) -> wfa_result {
    let destroy = || {
        if thread::in_callback() {
            let message = "destroy inside a callback would wait for itself";
            return Err(Error::new(Kind::State, message));
        }
        handles::remove(adapter)?.close(flags & WFA_NO_WAIT == 0);
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), destroy) }
}

/// Runs one command and waits for its end. [any thread, any number at once]
///
/// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`. Lent.
/// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
/// - `options`: may be NULL.
/// - `response`: receives one JSON object; release it. It is there with every result but
///   `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
///   `WFA_ERR_UNSUPPORTED` and `WFA_ERR_INTERNAL`, which leave it empty.
/// - `error`: may be NULL.
///
/// Events of the command reach the callbacks on this thread before it returns.
///
/// `WFA_OK` or any `WFA_ERR_*`. After `WFA_ERR_OUTCOME_UNKNOWN` the host must not run the command
/// again by itself.
///
/// Example: `api->execute_command(adapter, "sendMessageText", WFA_STRLEN, json, len, NULL, &response,
/// &error)`
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_execute_command(
    adapter: *mut wfa_adapter,
    name: *const c_char,
    name_len: usize,
    json: *const c_char,
    json_len: usize,
    options: *const wfa_call_options,
    response: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    let execute = || {
        check_out(response.cast(), "response")?;
        // SAFETY: not NULL, and the caller promises a place for a buffer.
        unsafe { response.write_unaligned(wfa_buffer::EMPTY) };
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let name = unsafe { text(name, name_len, "name") }?;
        // SAFETY: as above.
        let json = unsafe { text(json, json_len, "json") }?;
        // SAFETY: as above.
        let options = unsafe { call_options(options) }?;
        let execution = instance.execute(name, json, &options)?;
        let filled = buffer::from_text(execution.response);
        // SAFETY: as above.
        unsafe { response.write_unaligned(filled) };
        Ok(execution.failure)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, execute) }
}

/// Registers a callback for one event, or for every event. [any thread, also inside a callback]
///
/// - `event`, `event_len`: an event of the descriptor, UTF-8; NULL or empty means every event.
/// - `callback`: must not be NULL.
/// - `user_data`: given to the callback; may be NULL.
/// - `drop_user_data`: called once when `user_data` is not used any more; may be NULL. On failure it
///   is not called: `user_data` stays the host's.
/// - `registration`: receives the id for `wfa_unregister_event_callback`; never 0; may be NULL.
/// - `error`: may be NULL.
///
/// Several callbacks may want one event: each is called, in the order of registration, and the worst
/// answer counts (retry, then dropped, then accepted).
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such event) · `WFA_ERR_STATE`.
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_register_event_callback(
    adapter: *mut wfa_adapter,
    event: *const c_char,
    event_len: usize,
    callback: wfa_event_callback,
    user_data: *mut c_void,
    drop_user_data: wfa_drop_callback,
    registration: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    let register = || {
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let event = unsafe { optional_text(event, event_len, "event") }?;
        let callback = EventCallback::new(callback, user_data, drop_user_data)?;
        let id = instance.register(event.filter(|event| !event.is_empty()), callback)?;
        if !registration.is_null() {
            // SAFETY: not NULL, and the caller promises a place for a number.
            unsafe { registration.write_unaligned(id) };
        }
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, register) }
}

/// Removes a callback: no call of it starts any more. [any thread, also inside a callback]
///
/// Returns when no call of it runs on another thread; inside any callback, or with `WFA_NO_WAIT`, it
/// does not wait. The drop callback runs once, after the last call has returned.
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` (no such registration) ·
/// `WFA_ERR_STATE`.
///
/// # Safety
/// `adapter` may be any value: it is looked up, not followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_unregister_event_callback(
    adapter: *mut wfa_adapter,
    registration: u64,
    flags: u32,
) -> wfa_result {
    let unregister = || {
        handles::get(adapter)?.unregister(registration, flags & WFA_NO_WAIT == 0)?;
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), unregister) }
}

/// Replaces all properties, for instance with a new access token. [any thread]
///
/// - `properties_json`, `len`: as in `wfa_create`: the whole set, not a part of it. Lent.
/// - `error`: may be NULL.
///
/// Registrations, submitted commands and everything the adapter remembers stay; calls that run keep
/// the old properties. On failure nothing changes.
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_INVALID_REQUEST` · `WFA_ERR_STATE`.
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_update_properties(
    adapter: *mut wfa_adapter,
    properties_json: *const c_char,
    len: usize,
    error: *mut wfa_error,
) -> wfa_result {
    let update = || {
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let properties = unsafe { text(properties_json, len, "properties_json") }?;
        instance.update_properties(properties)?;
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, update) }
}

/// Queues one command and returns at once. [any thread, also inside a callback]
///
/// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time in `options` counts from
///   now, the wait in the queue included.
/// - `completion`: gets the end of the command exactly once, on a thread of the plugin, never from
///   inside this call; also when the command is cancelled or the adapter destroyed. Must not be NULL.
///   It is not called if this call fails.
/// - `user_data`: given to `completion`; may be NULL.
/// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
///   may be NULL.
/// - `error`: may be NULL.
///
/// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full) · `WFA_ERR_INVALID_ARGUMENT` ·
/// `WFA_ERR_NOT_FOUND` · `WFA_ERR_STATE`.
///
/// # Safety
/// Every pointer is NULL or points to what its description says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_submit_command(
    adapter: *mut wfa_adapter,
    name: *const c_char,
    name_len: usize,
    json: *const c_char,
    json_len: usize,
    options: *const wfa_call_options,
    completion: wfa_completion_callback,
    user_data: *mut c_void,
    operation: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    let submit = || {
        let instance = handles::get(adapter)?;
        // SAFETY: the caller's promise is this function's.
        let name = unsafe { text(name, name_len, "name") }?;
        // SAFETY: as above.
        let json = unsafe { text(json, json_len, "json") }?;
        // SAFETY: as above.
        let options = unsafe { call_options(options) }?;
        let completion = Completion::new(completion, user_data)?;
        instance.submit(name, json, &options, completion, |id| {
            if !operation.is_null() {
                // SAFETY: not NULL, and the caller promises a place for a number.
                unsafe { operation.write_unaligned(id) };
            }
        })?;
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, submit) }
}

/// Ends a submitted command early. [any thread, also inside a callback]
///
/// The command's completion still comes, exactly once: with `WFA_ERR_CANCELLED` if nothing was sent,
/// with `WFA_ERR_OUTCOME_UNKNOWN` if the request had left, or with what it came to before.
///
/// `WFA_OK` (it will end soon) · `WFA_ERR_NOT_FOUND` (no such operation, or ended already) ·
/// `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE`.
///
/// # Safety
/// `adapter` may be any value: it is looked up, not followed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_cancel_command(
    adapter: *mut wfa_adapter,
    operation: u64,
) -> wfa_result {
    let cancel = || {
        handles::get(adapter)?.cancel(operation)?;
        Ok(None)
    };
    // SAFETY: NULL is allowed.
    unsafe { boundary::enter(ptr::null_mut(), cancel) }
}

/// Releases a buffer, as its own `release` does. [any thread]
///
/// `buffer`: may be NULL or empty.
///
/// # Safety
/// `buffer` is NULL or points to a struct that this plugin filled and that was not copied.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn wfa_buffer_release(buffer: *mut wfa_buffer) {
    // SAFETY: the caller's promise is this function's.
    unsafe { buffer::release(buffer) }
}

pub(super) fn check_out(out: *const c_void, what: &str) -> Result<(), Error> {
    if out.is_null() {
        let message = format!("{what} is NULL; pass the address of a variable");
        return Err(Error::new(Kind::InvalidArgument, message));
    }
    Ok(())
}

/// # Safety
/// `options` is NULL, or points to as many readable bytes as its `struct_size` says (at least 4), whose
/// text is NULL or as long as it says and lives for `'a`.
unsafe fn call_options<'a>(options: *const wfa_call_options) -> Result<CallOptions<'a>, Error> {
    if options.is_null() {
        return Ok(CallOptions::default());
    }
    // SAFETY: not NULL, and the caller promises the first four bytes.
    let room = unsafe { ptr::addr_of!((*options).struct_size).read_unaligned() } as usize;
    if room < offset_of!(wfa_call_options, timeout_ms) {
        let message =
            format!("wfa_call_options.struct_size is {room}; set it to sizeof(wfa_call_options)");
        return Err(Error::new(Kind::InvalidArgument, message));
    }
    macro_rules! read {
        ($member:ident: $type:ty, $absent:expr) => {
            read_member!(wfa_call_options, options, room, $member: $type, $absent)
        };
    }
    let timeout_ms = read!(timeout_ms: u64, 0);
    let id = read!(correlation_id: *const c_char, ptr::null());
    let id_len = read!(correlation_id_len: usize, WFA_STRLEN);
    // SAFETY: the caller's promise is this function's.
    let correlation_id = unsafe { optional_text(id, id_len, "correlation_id") }?;
    Ok(CallOptions {
        timeout: (timeout_ms > 0).then(|| Duration::from_millis(timeout_ms)),
        correlation_id,
    })
}
