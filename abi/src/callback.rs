//! What the plugin calls in the host.

use std::ffi::{c_char, c_void};

use crate::{wfa_error, wfa_result};

/// The host has the event safe: it is not delivered again.
pub const WFA_EVENT_ACCEPTED: i32 = 0;
/// The host cannot take the event now: it is delivered again when the sender repeats the webhook.
/// Every value that is none of these three means the same.
pub const WFA_EVENT_RETRY: i32 = 1;
/// The host does not want the event: it is not delivered again.
pub const WFA_EVENT_DROPPED: i32 = 2;

/// Receives one event. [the thread that runs the command; one webhook's events one after another]
///
/// `event` is the event's name in `event_len` bytes, `json` one JSON object in `json_len` bytes; both
/// are UTF-8, followed by a NUL, and lent for the call only. Answers `WFA_EVENT_*`. It may call
/// anything of this contract but `destroy`. It must return: `longjmp` out of it is undefined, and a
/// C++ exception that leaves it ends the process (`workflow_adapter.hpp` catches them).
pub type wfa_event_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        event: *const c_char,
        event_len: usize,
        json: *const c_char,
        json_len: usize,
    ) -> i32,
>;

/// Receives the end of a submitted command. [a thread of the plugin; exactly once per accepted submit]
///
/// `operation` and `result` are what `submit_command` gave and what `execute_command` would have
/// answered; `response` is `len` bytes of UTF-8 followed by a NUL, or NULL where `execute_command`
/// leaves its buffer empty; `error` is never NULL, its `message` has no `release`. All are lent for the
/// call only. It may call anything of this contract but `destroy`.
pub type wfa_completion_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        operation: u64,
        result: wfa_result,
        response: *const c_char,
        len: usize,
        error: *const wfa_error,
    ),
>;

/// Tells the host that `user_data` is not used any more. [any thread; exactly once per registration]
pub type wfa_drop_callback = Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>;
