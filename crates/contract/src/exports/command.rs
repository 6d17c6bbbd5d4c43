//! Running commands.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

use std::ffi::{c_char, c_void};

use crate::{
    wfa_adapter, wfa_buffer, wfa_call_options, wfa_completion_callback, wfa_error, wfa_result,
};

unsafe extern "C" {
    /// Runs one command and waits for its result. [any thread, any number at once, also inside an event,
    /// drop or completion callback]
    ///
    /// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`; compared over
    ///   its whole length. Lent.
    /// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
    /// - `options`: may be NULL. With a `call_id` in it, `wfa_cancel_calls` can cancel this call.
    /// - `response`: receives one JSON object; release it. Must not be NULL. It is present with every
    ///   result except `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
    ///   `WFA_ERR_UNSUPPORTED`, `WFA_ERR_INTERNAL` and `WFA_ERR_NO_MEMORY`, which leave it empty.
    /// - `error`: may be NULL.
    ///
    /// Events of the command are delivered on this thread before it returns. The call waits for the
    /// service, at most as long as `options` or the properties allow, and not for callbacks of other
    /// calls.
    ///
    /// `WFA_OK` or any `WFA_ERR_*`. After `WFA_ERR_OUTCOME_UNKNOWN` the host must not run the command
    /// again by itself.
    ///
    /// Example: `api->execute_command(adapter, "sendMessageText", WFA_STRLEN, json, len, NULL, &response,
    /// &error)`
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description names.
    pub fn wfa_execute_command(
        adapter: *mut wfa_adapter,
        name: *const c_char,
        name_len: usize,
        json: *const c_char,
        json_len: usize,
        options: *const wfa_call_options,
        response: *mut wfa_buffer,
        error: *mut wfa_error,
    ) -> wfa_result;

    /// Queues one command and returns at once. [any thread, any number at once, also inside an event, drop or
    /// completion callback]
    ///
    /// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time limit in `options`
    ///   includes the time in the queue.
    /// - `completion`: receives the result exactly once, on a thread of the plugin, possibly before this
    ///   call returns, never from inside it; also if the command is cancelled or the adapter destroyed.
    ///   Must not be NULL. It is not called if this call fails. With `WFA_CALL_POLLED` in `options` it
    ///   is called inside `wfa_poll_completions`; the command itself, and its events, still run on a
    ///   thread of the plugin.
    /// - `user_data`: given to `completion`; may be NULL.
    /// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
    ///   may be NULL.
    /// - `error`: may be NULL.
    ///
    /// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full, or too many completions wait to be
    /// polled) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_NOT_FOUND` · `WFA_ERR_STATE` ·
    /// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description names.
    pub fn wfa_submit_command(
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
    ) -> wfa_result;

    /// Cancels a submitted command. [any thread, any number at once, also inside an event, drop or
    /// completion callback; does not wait]
    ///
    /// The command's completion is still called, exactly once: with `WFA_ERR_CANCELLED` if nothing was
    /// sent, with `WFA_ERR_OUTCOME_UNKNOWN` if the request was sent, or with the result that it already
    /// had. A command that is still in the queue ends at once.
    ///
    /// `WFA_OK` (it will complete soon) · `WFA_ERR_NOT_FOUND` (there is no such operation, or it has
    /// completed) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (the plugin
    /// does not implement it).
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not dereferenced.
    pub fn wfa_cancel_command(adapter: *mut wfa_adapter, operation: u64) -> wfa_result;

    /// Cancels every command, executed or submitted, with this `wfa_call_options.call_id`, whether it is
    /// running or waiting. [any thread, any number at once, also inside an event, drop or completion
    /// callback; does not wait]
    ///
    /// Each of them still completes: an executed one returns, the completion of a submitted one is
    /// called; with `WFA_ERR_CANCELLED` if nothing was sent, with `WFA_ERR_OUTCOME_UNKNOWN` if the
    /// request was sent, or with the result that it already had. A call that has not reached the plugin
    /// yet is not found: a host that must be sure repeats this until its call has returned.
    ///
    /// `WFA_OK` (they will complete soon) · `WFA_ERR_NOT_FOUND` (no such command is running or
    /// waiting) · `WFA_ERR_INVALID_ARGUMENT` (also if `call_id` is 0) · `WFA_ERR_STATE` ·
    /// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not dereferenced.
    pub fn wfa_cancel_calls(adapter: *mut wfa_adapter, call_id: u64) -> wfa_result;

    /// Calls the completions of finished commands that were submitted with `WFA_CALL_POLLED`, on this
    /// thread, before it returns: for hosts with a single-threaded runtime. [any thread, several at
    /// once, also inside an event, drop or completion callback]
    ///
    /// - `max`: the largest number of completions to call; 0: all that are ready when it begins.
    /// - `timeout_ms`: how long to wait for the first completion; with 0, and inside a callback, it does
    ///   not wait.
    /// - `delivered`: receives the number of completions that were called; may be NULL.
    /// - `error`: may be NULL.
    ///
    /// Completions that were never polled are called inside `wfa_destroy`, on its thread; with
    /// `WFA_NO_WAIT` those of commands that end later are called on a thread of the plugin.
    ///
    /// `WFA_OK` (also if there was no completion) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` ·
    /// `WFA_ERR_UNSUPPORTED` (the plugin does not implement it).
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description names.
    pub fn wfa_poll_completions(
        adapter: *mut wfa_adapter,
        max: u32,
        timeout_ms: u64,
        delivered: *mut u64,
        error: *mut wfa_error,
    ) -> wfa_result;
}
