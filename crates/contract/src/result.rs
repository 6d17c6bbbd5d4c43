//! Result codes: what a call of the contract returns.

use std::ffi::CStr;

/// The result of a call. 0 is success; every other value is one of `WFA_ERR_*`. Numbers are never
/// reused; a host treats an unknown one as `WFA_ERR_INTERNAL`. `wfa_result_name` names them; the flags
/// of a `wfa_error` are called `WFA_ERROR_*`.
pub type wfa_result = i32;

/// The command succeeded; the response is present.
pub const WFA_OK: wfa_result = 0;
/// A bug in the host: NULL for a required pointer, a length out of range, text that is not UTF-8, a
/// payload that is not JSON, a handle that the plugin never returned. No response.
pub const WFA_ERR_INVALID_ARGUMENT: wfa_result = 1;
/// No such command, event, registration or operation. No response.
pub const WFA_ERR_NOT_FOUND: wfa_result = 2;
/// The JSON does not match the descriptor: a member is missing, of the wrong type, too long or unknown.
/// The response names it. Nothing was sent.
pub const WFA_ERR_INVALID_REQUEST: wfa_result = 3;
/// The remote service refused the request; the response has its code and message.
pub const WFA_ERR_COMMAND_FAILED: wfa_result = 4;
/// The request was provably not sent, or was throttled: `WFA_ERROR_RETRYABLE` and `retry_after_ms` say
/// when to try again.
pub const WFA_ERR_UNAVAILABLE: wfa_result = 5;
/// The request was sent, and no conclusive response arrived. Never run the command again automatically.
pub const WFA_ERR_OUTCOME_UNKNOWN: wfa_result = 6;
/// A callback rejected an event: answer the webhook with 5xx, so that the sender repeats it.
pub const WFA_ERR_EVENT_NOT_ACCEPTED: wfa_result = 7;
/// The submit queue is full; nothing was queued. No response.
pub const WFA_ERR_BUSY: wfa_result = 8;
/// The call was cancelled before anything was sent.
pub const WFA_ERR_CANCELLED: wfa_result = 9;
/// The deadline passed before anything was sent.
pub const WFA_ERR_TIMEOUT: wfa_result = 10;
/// The adapter was destroyed or is being destroyed, the process is a forked child, or the call is not
/// allowed inside this callback. No response.
pub const WFA_ERR_STATE: wfa_result = 11;
/// The plugin does not support this: the host uses another major version, or the plugin does not
/// implement `update_properties` or a later member of `wfa_api`. No response.
pub const WFA_ERR_UNSUPPORTED: wfa_result = 12;
/// A webhook's signature is missing or wrong: answer 401 or 403.
pub const WFA_ERR_UNAUTHENTIC: wfa_result = 13;
/// A bug in the plugin, for instance a caught panic. No response.
pub const WFA_ERR_INTERNAL: wfa_result = 14;
/// The system has no memory for the data that the host passed, or for a copy of it. Nothing was sent or
/// emitted; no response. A plugin in Rust aborts the process if an allocation of a few bytes fails.
pub const WFA_ERR_NO_MEMORY: wfa_result = 15;

/// The name of a result code in the C header; `WFA_ERR_INTERNAL` for a number that this version does not
/// know, as the contract has it.
pub const fn result_c_name(result: wfa_result) -> &'static CStr {
    match result {
        WFA_OK => c"WFA_OK",
        WFA_ERR_INVALID_ARGUMENT => c"WFA_ERR_INVALID_ARGUMENT",
        WFA_ERR_NOT_FOUND => c"WFA_ERR_NOT_FOUND",
        WFA_ERR_INVALID_REQUEST => c"WFA_ERR_INVALID_REQUEST",
        WFA_ERR_COMMAND_FAILED => c"WFA_ERR_COMMAND_FAILED",
        WFA_ERR_UNAVAILABLE => c"WFA_ERR_UNAVAILABLE",
        WFA_ERR_OUTCOME_UNKNOWN => c"WFA_ERR_OUTCOME_UNKNOWN",
        WFA_ERR_EVENT_NOT_ACCEPTED => c"WFA_ERR_EVENT_NOT_ACCEPTED",
        WFA_ERR_BUSY => c"WFA_ERR_BUSY",
        WFA_ERR_CANCELLED => c"WFA_ERR_CANCELLED",
        WFA_ERR_TIMEOUT => c"WFA_ERR_TIMEOUT",
        WFA_ERR_STATE => c"WFA_ERR_STATE",
        WFA_ERR_UNSUPPORTED => c"WFA_ERR_UNSUPPORTED",
        WFA_ERR_UNAUTHENTIC => c"WFA_ERR_UNAUTHENTIC",
        WFA_ERR_NO_MEMORY => c"WFA_ERR_NO_MEMORY",
        _ => c"WFA_ERR_INTERNAL",
    }
}
