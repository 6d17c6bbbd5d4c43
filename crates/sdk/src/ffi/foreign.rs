//! What the host handed over: its callbacks and its log, with the pointers they want back.

use std::ffi::{CStr, CString, c_char, c_void};
use std::mem::offset_of;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use workflow_adapter_contract::{
    WFA_ABI_MAJOR, WFA_CLOCK_V1, WFA_EVENT_ACCEPTED, WFA_EVENT_DROPPED, WFA_LOG_DEBUG,
    WFA_LOG_ERROR, WFA_LOG_INFO, WFA_LOG_TRACE, WFA_LOG_WARN, wfa_clock_v1,
    wfa_completion_callback, wfa_drop_callback, wfa_error, wfa_event_callback, wfa_host,
    wfa_host_extension_callback, wfa_log_callback, wfa_result,
};

use super::sized::read_member;
use super::text::text;
use super::{boundary, failure, thread};
use crate::adapter::Execution;
use crate::clock::Clock;
use crate::error::{Error, Kind};
use crate::event::{Event, Verdict};
use crate::log::{Level, Log};
use crate::runtime::AdapterOptions;

/// One registered event callback.
pub(super) struct EventCallback {
    call:
        unsafe extern "C-unwind" fn(*mut c_void, *const c_char, usize, *const c_char, usize) -> i32,
    user_data: *mut c_void,
    give_back: wfa_drop_callback,
}

// SAFETY: the contract lets callbacks and their `user_data` be used on any thread.
unsafe impl Send for EventCallback {}
// SAFETY: as above; nothing in it changes.
unsafe impl Sync for EventCallback {}

impl EventCallback {
    /// # Errors
    /// `InvalidArgument` if there is no function.
    pub(super) fn new(
        call: wfa_event_callback,
        user_data: *mut c_void,
        give_back: wfa_drop_callback,
    ) -> Result<Self, Error> {
        let call = call.ok_or_else(|| {
            Error::new(
                Kind::InvalidArgument,
                "the event callback is NULL; pass a function",
            )
        })?;
        Ok(Self {
            call,
            user_data,
            give_back,
        })
    }

    pub(super) fn call(&self, event: &Event<'_>) -> Verdict {
        let (name, json) = (event.name(), event.json());
        let call = || {
            // SAFETY: the host promises that the function may be called with its `user_data` until it
            // is given back; both texts live until the call returns and have a NUL behind them.
            unsafe {
                (self.call)(
                    self.user_data,
                    name.as_ptr().cast(),
                    name.len(),
                    json.as_ptr().cast(),
                    json.len(),
                )
            }
        };
        // A Rust callback of the same build may panic: then the event was not accepted.
        match thread::callback(|| catch_unwind(AssertUnwindSafe(call))) {
            Ok(WFA_EVENT_ACCEPTED) => Verdict::Accepted,
            Ok(WFA_EVENT_DROPPED) => Verdict::Dropped,
            _ => Verdict::Retry,
        }
    }

    /// Tells the host that `user_data` is not used any more.
    pub(super) fn give_back(&self) {
        if let Some(give_back) = self.give_back {
            // SAFETY: the host promises that it may be called once with its `user_data`; `Callbacks`
            // sees to the once.
            let call = || unsafe { give_back(self.user_data) };
            let _ = thread::callback(|| catch_unwind(AssertUnwindSafe(call)));
        }
    }
}

/// Who is told the end of a submitted command.
pub(super) struct Completion {
    call: unsafe extern "C-unwind" fn(
        *mut c_void,
        u64,
        wfa_result,
        *const c_char,
        usize,
        *const wfa_error,
    ),
    user_data: *mut c_void,
}

// SAFETY: the contract lets the callback and its `user_data` be used on any thread.
unsafe impl Send for Completion {}

impl Completion {
    /// # Errors
    /// `InvalidArgument` if there is no function.
    pub(super) fn new(
        call: wfa_completion_callback,
        user_data: *mut c_void,
    ) -> Result<Self, Error> {
        let call = call.ok_or_else(|| {
            Error::new(
                Kind::InvalidArgument,
                "the completion callback is NULL; pass a function",
            )
        })?;
        Ok(Self { call, user_data })
    }

    /// Tells the host how the operation ended; the error of `ended` is the place of a panic.
    pub(super) fn call(self, operation: u64, ended: Result<Result<Execution, Error>, String>) {
        let panicked = ended.is_err();
        let ended = ended.unwrap_or_else(|place| Err(boundary::panic_error(&place)));
        let (response, failure) = match ended {
            Ok(execution) => (Some(execution.response + "\0"), execution.failure),
            Err(error) => (None, Some(error)),
        };
        let message = failure
            .as_ref()
            .map(|error| format!("{}\0", error.message()));
        let error = failure::lent(failure.as_ref(), message.as_deref(), panicked);
        let text = response.as_deref().unwrap_or_default();
        let call = || {
            // SAFETY: the host promises that the function may be called once with its `user_data`; the
            // texts and the error live until the call returns.
            unsafe {
                (self.call)(
                    self.user_data,
                    operation,
                    error.result,
                    if text.is_empty() {
                        ptr::null()
                    } else {
                        text.as_ptr().cast()
                    },
                    text.len().saturating_sub(1),
                    &raw const error,
                );
            }
        };
        let _ = thread::callback(|| catch_unwind(AssertUnwindSafe(call)));
    }
}

/// What `host` says, copied; NULL is a host that says nothing.
///
/// # Safety
/// `host` is NULL, or points to as many readable bytes as its `struct_size` says (at least 4), whose
/// texts are NULL or NUL-terminated.
pub(super) unsafe fn options(host: *const wfa_host) -> Result<AdapterOptions, Error> {
    if host.is_null() {
        return Ok(AdapterOptions::default());
    }
    // SAFETY: not NULL, and the caller promises the first four bytes.
    let room = unsafe { ptr::addr_of!((*host).struct_size).read_unaligned() } as usize;
    macro_rules! read {
        ($member:ident: $type:ty, $absent:expr) => {
            read_member!(wfa_host, host, room, $member: $type, $absent)
        };
    }
    if room < offset_of!(wfa_host, name) {
        let message = format!("wfa_host.struct_size is {room}; set it to sizeof(wfa_host)");
        return Err(Error::new(Kind::InvalidArgument, message));
    }
    let major = read!(abi_major: u16, 0);
    if major != WFA_ABI_MAJOR {
        let message =
            format!("the host speaks version {major} of the contract, this plugin {WFA_ABI_MAJOR}");
        return Err(Error::new(Kind::Unsupported, message));
    }
    let instance_name = read!(instance_name: *const c_char, ptr::null());
    let instance_name = if instance_name.is_null() {
        None
    } else {
        // SAFETY: the caller promises a NUL-terminated text.
        let len = unsafe { CStr::from_ptr(instance_name) }.count_bytes();
        // SAFETY: as above.
        Some(unsafe { text(instance_name, len, "wfa_host.instance_name") }?.to_owned())
    };
    let log = read!(log: wfa_log_callback, None);
    let user_data = read!(user_data: *mut c_void, ptr::null_mut());
    let level = level_of(read!(log_level: i32, 0));
    let get_extension = read!(get_extension: wfa_host_extension_callback, None);
    let clock = match get_extension {
        // SAFETY: the host promises that the function may be called with its `user_data`.
        Some(get_extension) => unsafe { clock_of(get_extension, user_data) },
        None => Clock::default(),
    };
    Ok(AdapterOptions {
        instance_name,
        log: log_to(level, log, user_data),
        clock,
    })
}

type UnixMs = Option<unsafe extern "C-unwind" fn(*mut c_void) -> i64>;

/// The host's clock if it has one, else the system's.
///
/// # Safety
/// `get_extension` may be called with `user_data`; what it answers is NULL or a `wfa_clock_v1` that stays
/// valid until the adapter is destroyed.
unsafe fn clock_of(
    get_extension: unsafe extern "C-unwind" fn(*mut c_void, *const c_char) -> *const c_void,
    user_data: *mut c_void,
) -> Clock {
    // SAFETY: the caller's promise is this function's.
    let asked = || unsafe { get_extension(user_data, WFA_CLOCK_V1.as_ptr()) };
    let found = thread::callback(|| catch_unwind(AssertUnwindSafe(asked)));
    let found = found.unwrap_or(ptr::null()).cast::<wfa_clock_v1>();
    if found.is_null() {
        return Clock::default();
    }
    // SAFETY: not NULL, and the caller promises a clock, which begins with its size.
    let room = unsafe { ptr::addr_of!((*found).struct_size).read_unaligned() } as usize;
    let unix_ms = read_member!(wfa_clock_v1, found, room, unix_ms: UnixMs, None);
    let Some(unix_ms) = unix_ms else {
        return Clock::default();
    };
    let user_data = UserData(user_data);
    Clock::of_host(move || {
        // SAFETY: the host promises that it may be called with its `user_data` until `destroy` has
        // returned.
        let call = || unsafe { unix_ms(user_data.get()) };
        let mut now = 0;
        // As in the log, a call of the contract from inside it is refused.
        thread::logging(|| now = catch_unwind(AssertUnwindSafe(call)).unwrap_or(0));
        now
    })
}

const fn level_of(level: i32) -> Option<Level> {
    match level {
        WFA_LOG_ERROR => Some(Level::Error),
        WFA_LOG_WARN => Some(Level::Warn),
        WFA_LOG_INFO => Some(Level::Info),
        WFA_LOG_DEBUG => Some(Level::Debug),
        WFA_LOG_TRACE.. => Some(Level::Trace),
        _ => None,
    }
}

/// The host's pointer, for closures that run on any thread.
struct UserData(*mut c_void);
// SAFETY: the contract lets the host's functions and their `user_data` be used on any thread.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}
impl UserData {
    /// A method, so that the closure captures the wrapper and not the bare pointer.
    fn get(&self) -> *mut c_void {
        self.0
    }
}

fn log_to(level: Option<Level>, log: wfa_log_callback, user_data: *mut c_void) -> Log {
    let (Some(level), Some(log)) = (level, log) else {
        return Log::default();
    };
    let user_data = UserData(user_data);
    Log::new(level, move |level, target, message, fields| {
        // Targets are this library's own and hold no NUL.
        let target = CString::new(target).unwrap_or_default();
        let call = || {
            // SAFETY: the host promises that `log` may be called with its `user_data` until `destroy`
            // has returned; the texts live until the call returns.
            unsafe {
                log(
                    user_data.get(),
                    level as i32,
                    target.as_ptr(),
                    message.as_ptr().cast(),
                    message.len(),
                    fields.as_ptr().cast(),
                    fields.len(),
                );
            }
        };
        thread::logging(|| {
            let _ = catch_unwind(AssertUnwindSafe(call));
        });
    })
}
