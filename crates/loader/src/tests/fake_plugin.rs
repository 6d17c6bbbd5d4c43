//! A tiny plugin in Rust: a static table whose adapters do what their commands' names say.

use std::cell::Cell;
use std::ffi::{c_char, c_void};
use std::ptr;
use std::slice;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::fake_submit::{
    cancel_calls, cancel_command, poll_completions, result_name, submit_command,
};
use crate::*;

type EventFunction =
    unsafe extern "C-unwind" fn(*mut c_void, *const c_char, usize, *const c_char, usize) -> i32;

struct Registered {
    id: u64,
    call: EventFunction,
    user_data: *mut c_void,
    drop: wfa_drop_callback,
}

/// One adapter, as this plugin keeps it.
pub(super) struct Instance {
    registered: Mutex<Vec<Registered>>,
    log: Option<(wfa_log_callback, *mut c_void)>,
    /// Buffers given out and not released.
    pub(super) buffers: Arc<AtomicUsize>,
    /// What the last `unregister_event_callback` was called with.
    unregister_flags: AtomicU32,
    is_started: AtomicBool,
}

// SAFETY: the contract lets callbacks be used on any thread.
unsafe impl Send for Instance {}
// SAFETY: as above.
unsafe impl Sync for Instance {}

/// Handles are indexes plus one; a destroyed one stays empty.
static INSTANCES: Mutex<Vec<Option<Arc<Instance>>>> = Mutex::new(Vec::new());
thread_local! {
    /// Whether a log function of the host's runs here: then every call is refused.
    static LOGGING: Cell<bool> = const { Cell::new(false) };
}
static LAST_ID: AtomicUsize = AtomicUsize::new(0);

/// How many buffers an adapter gave out that were not released.
pub(super) fn live_buffers(adapter: &Adapter) -> usize {
    instance(adapter.handle().get()).map_or(0, |instance| instance.buffers.load(Ordering::SeqCst))
}

pub(super) fn instance(handle: *mut wfa_adapter) -> Option<Arc<Instance>> {
    let index = (handle as usize).checked_sub(1)?;
    INSTANCES.lock().unwrap().get(index).cloned().flatten()
}

/// A table with this descriptor.
pub(super) const fn table(descriptor: *const wfa_descriptor) -> wfa_api {
    wfa_api {
        struct_size: size_of::<wfa_api>() as u32,
        abi_major: WFA_ABI_MAJOR,
        abi_minor: 7,
        descriptor,
        get_extension,
        create,
        destroy,
        execute_command,
        register_event_callback,
        unregister_event_callback,
        update_properties,
        submit_command,
        cancel_command,
        result_name,
        cancel_calls,
        poll_completions,
        start,
    }
}

unsafe extern "C" fn get_extension(_: *const c_char) -> *const c_void {
    ptr::null()
}

pub(super) unsafe fn text<'a>(pointer: *const c_char, len: usize) -> &'a str {
    if pointer.is_null() {
        return "";
    }
    // SAFETY: the tests pass texts.
    str::from_utf8(unsafe { slice::from_raw_parts(pointer.cast(), len) }).unwrap()
}

struct Given(Vec<u8>, Arc<AtomicUsize>);

fn buffer(bytes: &[u8], out: &Arc<AtomicUsize>) -> wfa_buffer {
    unsafe extern "C" fn release(buffer: *mut wfa_buffer) {
        // SAFETY: `private_data` is the box below; the struct is emptied, so it is freed once.
        let given = unsafe { Box::from_raw((*buffer).private_data.cast::<Given>()) };
        given.1.fetch_sub(1, Ordering::SeqCst);
        // SAFETY: the caller owns the struct.
        unsafe { *buffer = wfa_buffer::EMPTY };
    }
    out.fetch_add(1, Ordering::SeqCst);
    let given = Box::new(Given([bytes, b"\0"].concat(), Arc::clone(out)));
    wfa_buffer {
        ptr: given.0.as_ptr().cast(),
        len: bytes.len(),
        release: Some(release),
        private_data: Box::into_raw(given).cast(),
    }
}

/// Fills the error's every member.
pub(super) unsafe fn fail(
    error: *mut wfa_error,
    result: wfa_result,
    message: &[u8],
    out: &Arc<AtomicUsize>,
) -> wfa_result {
    // SAFETY: the loader always passes one of this version.
    let error = unsafe { &mut *error };
    assert_eq!(error.struct_size as usize, size_of::<wfa_error>());
    error.result = result;
    error.flags = WFA_ERROR_RETRYABLE | WFA_ERROR_MAYBE_SENT;
    error.http_status = 429;
    error.remote_code = 131_056;
    error.retry_after_ms = 1_500;
    if !message.is_empty() {
        error.message = buffer(message, out);
    }
    result
}

/// `{}` creates an adapter, `{"null":true}` answers `WFA_OK` without one, everything else fails.
unsafe extern "C" fn create(
    host: *const wfa_host,
    properties_json: *const c_char,
    len: usize,
    out: *mut *mut wfa_adapter,
    error: *mut wfa_error,
) -> wfa_result {
    // SAFETY: the loader passes what the contract asks for.
    let (host, properties) = unsafe { (&*host, text(properties_json, len)) };
    let buffers = Arc::new(AtomicUsize::new(0));
    if properties == r#"{"null":true}"# {
        return WFA_OK;
    }
    if properties != "{}" {
        let message = b"no such property";
        // SAFETY: as above.
        return unsafe { fail(error, WFA_ERR_INVALID_REQUEST, message, &buffers) };
    }
    let mut instances = INSTANCES.lock().unwrap();
    instances.push(Some(Arc::new(Instance {
        registered: Mutex::default(),
        log: (host.log_level >= WFA_LOG_INFO).then_some((host.log, host.user_data)),
        buffers,
        unregister_flags: AtomicU32::new(u32::MAX),
        is_started: AtomicBool::new(false),
    })));
    // SAFETY: as above.
    unsafe { *out = instances.len() as *mut wfa_adapter };
    WFA_OK
}

unsafe extern "C" fn destroy(adapter: *mut wfa_adapter, _flags: u32) -> wfa_result {
    let Some(instance) = instance(adapter).filter(|_| !LOGGING.get()) else {
        return WFA_ERR_STATE;
    };
    INSTANCES.lock().unwrap()[adapter as usize - 1] = None;
    for registered in std::mem::take(&mut *instance.registered.lock().unwrap()) {
        give_back(&registered);
    }
    record(&instance, "destroyed", "{}");
    WFA_OK
}

fn give_back(registered: &Registered) {
    if let Some(drop) = registered.drop {
        // SAFETY: called once, when the registration is gone.
        unsafe { drop(registered.user_data) };
    }
}

fn record(instance: &Instance, message: &str, fields: &str) {
    if let Some((Some(log), user_data)) = instance.log {
        let (target, level) = (c"fake".as_ptr(), WFA_LOG_INFO);
        let (text, json) = (message.as_ptr().cast(), fields.as_ptr().cast());
        LOGGING.set(true);
        // SAFETY: the host lends both until `destroy` has returned.
        unsafe {
            log(
                user_data,
                level,
                target,
                text,
                message.len(),
                json,
                fields.len(),
            );
        };
        LOGGING.set(false);
    }
}

/// The commands are called after what they do.
unsafe extern "C" fn execute_command(
    adapter: *mut wfa_adapter,
    name: *const c_char,
    name_len: usize,
    json: *const c_char,
    json_len: usize,
    options: *const wfa_call_options,
    response: *mut wfa_buffer,
    error: *mut wfa_error,
) -> wfa_result {
    let Some(instance) = instance(adapter) else {
        return WFA_ERR_STATE;
    };
    // SAFETY: the loader passes what the contract asks for.
    let (name, json, options) = unsafe { (text(name, name_len), text(json, json_len), &*options) };
    let out = &instance.buffers;
    // SAFETY: as above.
    let answer = |bytes: &[u8]| unsafe { *response = buffer(bytes, out) };
    // SAFETY: as above.
    let fail = |result, message: &[u8]| unsafe { fail(error, result, message, out) };
    match name {
        "echo" => answer(json.as_bytes()),
        "options" => {
            // SAFETY: as above.
            let id = unsafe { text(options.correlation_id, options.correlation_id_len) };
            answer(format!("{} {id}", options.timeout_ms).as_bytes());
        }
        "callId" => answer(options.call_id.to_string().as_bytes()),
        "unregisterFlags" => {
            let flags = instance.unregister_flags.load(Ordering::SeqCst);
            answer(flags.to_string().as_bytes());
        }
        "failWithResponse" => {
            answer(b"{}");
            return fail(WFA_ERR_COMMAND_FAILED, b"the service said no");
        }
        "failWithout" => return fail(WFA_ERR_INTERNAL, b""),
        "answerNothing" => {}
        "answerBytes" => answer(b"\xff"),
        "log" => {
            record(&instance, "hello", "{\"n\":1}");
            answer(b"{}");
        }
        "emit" => answer(emit(&instance, json).to_string().as_bytes()),
        _ => return fail(WFA_ERR_NOT_FOUND, b"no such command"),
    }
    WFA_OK
}

/// Calls every callback with this JSON; the worst verdict.
fn emit(instance: &Instance, json: &str) -> i32 {
    let registered = instance.registered.lock().unwrap();
    let json = json.as_bytes();
    let call = |one: &Registered| {
        let event = c"customer_message";
        // SAFETY: registered, and not yet given back.
        unsafe {
            (one.call)(
                one.user_data,
                event.as_ptr(),
                event.count_bytes(),
                json.as_ptr().cast(),
                json.len(),
            )
        }
    };
    registered.iter().map(call).max().unwrap_or(-1)
}

unsafe extern "C" fn register_event_callback(
    adapter: *mut wfa_adapter,
    event: *const c_char,
    event_len: usize,
    callback: wfa_event_callback,
    user_data: *mut c_void,
    drop_user_data: wfa_drop_callback,
    registration: *mut u64,
    error: *mut wfa_error,
) -> wfa_result {
    let Some(instance) = instance(adapter) else {
        return WFA_ERR_STATE;
    };
    // SAFETY: the loader passes what the contract asks for.
    let event = unsafe { text(event, event_len) };
    if !matches!(event, "" | "customer_message") {
        // SAFETY: as above.
        return unsafe {
            fail(
                error,
                WFA_ERR_NOT_FOUND,
                b"no such event",
                &instance.buffers,
            )
        };
    }
    let id = LAST_ID.fetch_add(1, Ordering::SeqCst) as u64 + 1;
    instance.registered.lock().unwrap().push(Registered {
        id,
        call: callback.unwrap(),
        user_data,
        drop: drop_user_data,
    });
    // SAFETY: as above.
    unsafe { *registration = id };
    WFA_OK
}

unsafe extern "C" fn unregister_event_callback(
    adapter: *mut wfa_adapter,
    registration: u64,
    flags: u32,
) -> wfa_result {
    let Some(instance) = instance(adapter).filter(|_| !LOGGING.get()) else {
        return WFA_ERR_STATE;
    };
    instance.unregister_flags.store(flags, Ordering::SeqCst);
    let mut all = instance.registered.lock().unwrap();
    let Some(index) = all.iter().position(|one| one.id == registration) else {
        return WFA_ERR_NOT_FOUND;
    };
    give_back(&all.remove(index));
    WFA_OK
}

/// Raises one event on a thread of its own before it answers.
unsafe extern "C" fn start(adapter: *mut wfa_adapter, error: *mut wfa_error) -> wfa_result {
    let Some(instance) = instance(adapter) else {
        return WFA_ERR_STATE;
    };
    if instance.is_started.swap(true, Ordering::SeqCst) {
        let message = b"the source is gone";
        // SAFETY: the loader passes what the contract asks for.
        return unsafe { fail(error, WFA_ERR_UNAVAILABLE, message, &instance.buffers) };
    }
    std::thread::scope(|scope| {
        scope.spawn(|| emit(&instance, "{\"outside\":true}"));
    });
    WFA_OK
}

unsafe extern "C" fn update_properties(
    adapter: *mut wfa_adapter,
    properties_json: *const c_char,
    len: usize,
    error: *mut wfa_error,
) -> wfa_result {
    let Some(instance) = instance(adapter) else {
        return WFA_ERR_STATE;
    };
    // SAFETY: the loader passes what the contract asks for.
    match unsafe { text(properties_json, len) } {
        "{}" => WFA_OK,
        // SAFETY: as above.
        _ => unsafe {
            fail(
                error,
                WFA_ERR_INVALID_REQUEST,
                b"no such property",
                &instance.buffers,
            )
        },
    }
}
