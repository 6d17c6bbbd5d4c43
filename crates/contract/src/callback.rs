//! What the plugin calls in the host.

use std::ffi::{c_char, c_void};

use crate::{wfa_error, wfa_result};

/// The host has the event safe. It is not delivered again, unless another callback of the same event
/// answers `WFA_EVENT_RETRY`.
pub const WFA_EVENT_ACCEPTED: i32 = 0;
/// The host cannot take the event now: it is delivered again, to every callback that wants it. An event
/// of a call comes again when the sender repeats the webhook; an event outside of calls is offered again
/// by the adapter: see `wfa_start`. Every value that is none of these three means the same.
pub const WFA_EVENT_RETRY: i32 = 1;
/// The host does not want the event: as accepted, it is not delivered again.
pub const WFA_EVENT_DROPPED: i32 = 2;

/// Receives one event. [the thread that runs the command, also several at once where commands run at
/// once; one webhook's events one after another; after `start` also threads of the plugin, several at
/// once]
///
/// `event` is the event's name in `event_len` bytes, `json` one JSON object in `json_len` bytes; both
/// are UTF-8, followed by a NUL, never NULL, and lent for the call only. Answers `WFA_EVENT_*`. It may
/// call anything of this contract but `destroy`, and waits for nothing: see the beginning of this
/// header. It must return: `longjmp` out of it is undefined, and a C++ exception or `pthread_exit`
/// that leaves it ends the process (`workflow_adapter.hpp` catches exceptions).
///
/// Where several callbacks want an event, one that answers `WFA_EVENT_RETRY` has it delivered again to
/// all of them. The member that is marked `WFA_FIELD_EVENT_ID`, in events that have one, is unique within
/// the instance's name and the event's name, and the same at every delivery: by it a host knows what it
/// has taken before. Two instances, or two events of other names, may have the same value.
pub type wfa_event_callback = Option<
    unsafe extern "C-unwind" fn(
        user_data: *mut c_void,
        event: *const c_char,
        event_len: usize,
        json: *const c_char,
        json_len: usize,
    ) -> i32,
>;

/// Receives the end of a submitted command. [a thread of the plugin, several at once; exactly once per
/// accepted submit; with `WFA_CALL_POLLED` a thread of the host, inside `poll_completions` or `destroy`]
///
/// `operation` and `result` are what `submit_command` gave and what `execute_command` would have
/// answered; `response` is `len` bytes of UTF-8 followed by a NUL, or NULL where `execute_command`
/// leaves its buffer empty; `error` is never NULL, also after `WFA_OK`; its `message` has no `release`.
/// All are lent for the call only. It may call what an event callback may, and must return as that.
/// `user_data` is the host's again once it is called: there is no drop callback.
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

/// Tells the host that `user_data` is not used any more. [any thread; exactly once per registration,
/// after the last call of its callback]
///
/// It comes on the thread that unregisters or destroys, or on that of the last call. It may call what an
/// event callback may, and must return as that.
pub type wfa_drop_callback = Option<unsafe extern "C-unwind" fn(user_data: *mut c_void)>;
