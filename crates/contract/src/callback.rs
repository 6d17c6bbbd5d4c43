//! What the plugin calls in the host.

use std::ffi::{c_char, c_void};

use crate::{wfa_error, wfa_result};

/// The host has stored the event. It is not delivered again, unless another callback of the same event
/// returns `WFA_EVENT_RETRY`.
pub const WFA_EVENT_ACCEPTED: i32 = 0;
/// The host cannot process the event now: it is delivered again, to every callback that is registered
/// for it. An event of a call is delivered again when the sender repeats the webhook; the adapter itself
/// redelivers events outside of calls: see `wfa_start`. Any value other than these three means the same.
pub const WFA_EVENT_RETRY: i32 = 1;
/// The host does not want the event: like an accepted event, it is not delivered again.
pub const WFA_EVENT_DROPPED: i32 = 2;

/// Receives one event. [the thread that runs the command, several at once if several commands run; the
/// events of one webhook one after another; after `start` also threads of the plugin, several at once]
///
/// `event` is the event's name in `event_len` bytes, `json` one JSON object in `json_len` bytes; both
/// are UTF-8, followed by a NUL, never NULL, and lent for the call only. Returns `WFA_EVENT_*`. It may
/// call every function of this contract except `destroy`, and must not wait: see the beginning of this
/// header. It must return: `longjmp` out of it is undefined behaviour, and a C++ exception or
/// `pthread_exit` that leaves it terminates the process (`workflow_adapter.hpp` catches exceptions).
///
/// If several callbacks are registered for an event, and one returns `WFA_EVENT_RETRY`, it is delivered
/// again to all of them. A member that is marked `WFA_FIELD_EVENT_ID` is unique within the instance's
/// name and the event's name, and the same at every delivery, so that a host can detect duplicates.
/// Events of different instances or names may have the same value.
pub type wfa_event_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        event: *const c_char,
        event_len: usize,
        json: *const c_char,
        json_len: usize,
    ) -> i32,
>;

/// Receives the result of a submitted command. [a thread of the plugin, several at once; exactly once
/// per accepted submit; with `WFA_CALL_POLLED` a thread of the host, inside `poll_completions` or
/// `destroy`]
///
/// `operation` is the id that `submit_command` returned, and `result` what `execute_command` would have
/// returned; `response` is `len` bytes of UTF-8 followed by a NUL, or NULL if `execute_command` would
/// leave its buffer empty; `error` is never NULL, also after `WFA_OK`; its `message` has no `release`.
/// All are lent for the call only. What an event callback may and must do applies to it as well. After
/// the call the plugin no longer uses `user_data`: there is no drop callback.
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

/// Tells the host that `user_data` is no longer used. [any thread; exactly once per registration, after
/// the last call of its callback]
///
/// It is called on the thread that unregisters or destroys, or on that of the last call; after a
/// `wfa_destroy` with `WFA_NO_WAIT` perhaps on a thread of the plugin. What an event callback may and
/// must do applies to it as well.
pub type wfa_drop_callback = Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>;
