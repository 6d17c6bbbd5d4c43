//! Running commands.
#![allow(unsafe_code)] // declarations of foreign functions
#![allow(improper_ctypes)] // `wfa_adapter` is opaque: its pointer is a token

use std::ffi::{c_char, c_void};

use crate::{
    wfa_adapter, wfa_buffer, wfa_call_options, wfa_completion_callback, wfa_error, wfa_result,
};

unsafe extern "C" {
    /// Runs one command and waits for its end. [any thread, any number at once, also inside an event, drop or
    /// completion callback]
    ///
    /// - `name`, `name_len`: a command of the descriptor, UTF-8, e.g. `sendMessageText`; compared whole. Lent.
    /// - `json`, `json_len`: the request, one JSON object, UTF-8. Lent.
    /// - `options`: may be NULL. With a `call_id` in it, `wfa_cancel_calls` ends this call early.
    /// - `response`: receives one JSON object; release it. Must not be NULL. It is there with every result but
    ///   `WFA_ERR_INVALID_ARGUMENT`, `WFA_ERR_NOT_FOUND`, `WFA_ERR_STATE`, `WFA_ERR_BUSY`,
    ///   `WFA_ERR_UNSUPPORTED`, `WFA_ERR_INTERNAL` and `WFA_ERR_NO_MEMORY`, which leave it empty.
    /// - `error`: may be NULL.
    ///
    /// Events of the command reach the callbacks on this thread before it returns. No callback is waited for:
    /// what is waited for is the service, at most as long as `options` or the properties allow.
    ///
    /// `WFA_OK` or any `WFA_ERR_*`. After `WFA_ERR_OUTCOME_UNKNOWN` the host must not run the command
    /// again by itself.
    ///
    /// Example: `api->execute_command(adapter, "sendMessageText", WFA_STRLEN, json, len, NULL, &response,
    /// &error)`
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description says.
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
    /// - `name`, `json`, `options`: as in `wfa_execute_command`; copied. The time in `options` counts from
    ///   now, the wait in the queue included.
    /// - `completion`: gets the end of the command exactly once, on a thread of the plugin, possibly before
    ///   this call returns, never from inside it; also when the command is cancelled or the adapter
    ///   destroyed. Must not be NULL. It is not called if this call fails. With `WFA_CALL_POLLED` in
    ///   `options` it comes inside `wfa_poll_completions`; the command itself, and its events, still run on a
    ///   thread of the plugin.
    /// - `user_data`: given to `completion`; may be NULL.
    /// - `operation`: receives the id for `wfa_cancel_command`, before `completion` can be called; never 0;
    ///   may be NULL.
    /// - `error`: may be NULL.
    ///
    /// `WFA_OK` (queued) · `WFA_ERR_BUSY` (the queue is full, or too many ends wait to be polled) ·
    /// `WFA_ERR_INVALID_ARGUMENT` ·
    /// `WFA_ERR_NOT_FOUND` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description says.
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

    /// Ends a submitted command early. [any thread, any number at once, also inside an event, drop or
    /// completion callback; does not wait]
    ///
    /// The command's completion still comes, exactly once: with `WFA_ERR_CANCELLED` if nothing was sent,
    /// with `WFA_ERR_OUTCOME_UNKNOWN` if the request had left, or with what it came to before. One that
    /// still waits in the queue does not wait any longer.
    ///
    /// `WFA_OK` (it will end soon) · `WFA_ERR_NOT_FOUND` (no such operation, or ended already) ·
    /// `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not followed.
    pub fn wfa_cancel_command(adapter: *mut wfa_adapter, operation: u64) -> wfa_result;

    /// Ends early what runs or waits under a number of the host's: every command, executed or submitted, whose
    /// `wfa_call_options.call_id` it is. [any thread, any number at once, also inside an event, drop or
    /// completion callback; does not wait]
    ///
    /// Each of them still ends as it would: an executed one returns, a submitted one gets its completion; with
    /// `WFA_ERR_CANCELLED` if nothing was sent, with `WFA_ERR_OUTCOME_UNKNOWN` if the request had left, or
    /// with what it came to before. A call that has not got as far as the plugin yet is not found: a host that
    /// must be sure repeats this until its call has returned.
    ///
    /// `WFA_OK` (they will end soon) · `WFA_ERR_NOT_FOUND` (none runs or waits) · `WFA_ERR_INVALID_ARGUMENT`
    /// (also if `call_id` is 0) · `WFA_ERR_STATE` · `WFA_ERR_UNSUPPORTED` (of a plugin without it).
    ///
    /// # Safety
    /// `adapter` may be any value: it is looked up, not followed.
    pub fn wfa_cancel_calls(adapter: *mut wfa_adapter, call_id: u64) -> wfa_result;

    /// Calls the completions of commands that were submitted with `WFA_CALL_POLLED` and have ended, on this
    /// thread, before it returns: for hosts whose runtime has one thread. [any thread, several at once, also
    /// inside an event, drop or completion callback]
    ///
    /// - `max`: at most so many; 0: all that have ended when it begins.
    /// - `timeout_ms`: how long to wait for the first; 0 only looks. Inside a callback it does not wait.
    /// - `delivered`: receives how many were called; may be NULL.
    /// - `error`: may be NULL.
    ///
    /// What was not polled is delivered inside `wfa_destroy`, on its thread; with `WFA_NO_WAIT` what ends
    /// after that is delivered on a thread of the plugin.
    ///
    /// `WFA_OK` (also if there was none) · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_STATE` ·
    /// `WFA_ERR_UNSUPPORTED` (of a plugin without it).
    ///
    /// # Safety
    /// Every pointer is NULL or points to what its description says.
    pub fn wfa_poll_completions(
        adapter: *mut wfa_adapter,
        max: u32,
        timeout_ms: u64,
        delivered: *mut u64,
        error: *mut wfa_error,
    ) -> wfa_result;
}
