//! Creating, changing and destroying an adapter.

use std::ffi::c_char;
use std::ptr;

use workflow_adapter_contract::{WFA_NO_WAIT, wfa_adapter, wfa_error, wfa_host, wfa_result};

use crate::abi::instance::Instance;
use crate::abi::out::Out;
use crate::abi::text::text;
use crate::abi::{boundary, foreign, fork, handles, thread};
use crate::adapter::Adapter;
use crate::error::{Error, Kind};

/// Creates an adapter: one configured instance. Opens no connection. [any thread, any number at once, also
/// inside an event, drop or completion callback; does not wait]
///
/// - `host`: who the host is; may be NULL. Lent for the call; its functions and `user_data` are used
///   until `wfa_destroy` has returned, or with `WFA_NO_WAIT` until the end that is described there.
/// - `properties_json`, `len`: one JSON object with the descriptor's properties, UTF-8. Lent.
/// - `out`: receives the handle, NULL on failure. Destroy it with `wfa_destroy`.
/// - `error`: may be NULL.
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` (NULL, not UTF-8, not JSON) · `WFA_ERR_INVALID_REQUEST` (a
/// property is missing, wrong or unknown; the message names it) · `WFA_ERR_UNSUPPORTED` (the host's
/// major version is another).
///
/// Example: `api->create(&host, "{\"apiVersion\":\"v27.0\",…}", WFA_STRLEN, &adapter, &error)`
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
    // SAFETY: the caller's promise is this function's.
    let out = unsafe { Out::new(out, "out") };
    let create = || {
        out.check()?;
        // SAFETY: the caller's promise is this function's.
        let properties = unsafe { text(properties_json, len, "properties_json") }?;
        // SAFETY: as above.
        let options = unsafe { foreign::options(host) }?;
        let adapter = Adapter::new(properties, options)?;
        fork::watch();
        let handle = handles::insert(Instance::new(adapter))?;
        out.put(handle);
        Ok(None)
    };
    // SAFETY: the caller's promise is this function's.
    unsafe { boundary::enter(error, create) }
}

/// Destroys an adapter: refuses new calls, ends those in flight (each with its outcome), and gives
/// every event callback back. [any thread, beside all other calls; not inside a callback of any plugin]
///
/// - `flags`: 0 or `WFA_NO_WAIT`; other bits are ignored.
///
/// Without flags it returns when no call and no callback of the adapter runs any more, so that the
/// host may free what it lent. With `WFA_NO_WAIT` it returns at once; what the host lent stays in use
/// until the last drop callback has run: a host that has no registration with one registers one first, or
/// lends until the process ends. Completions that wait to be polled are delivered on this thread. A
/// look-up in the system's name service cannot be ended: one that
/// hangs goes on, on a thread of the plugin, with nothing that the host lent.
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

/// Replaces all properties, for instance with a new access token. [any thread, any number at once:
/// one after
/// another; also inside an event, drop or completion callback; waits for no call]
///
/// - `properties_json`, `len`: as in `wfa_create`: the whole set, not a part of it. Lent.
/// - `error`: may be NULL.
///
/// Registrations, submitted commands and everything the adapter remembers stay; calls that run keep
/// the old properties. On failure nothing changes.
///
/// `WFA_OK` · `WFA_ERR_INVALID_ARGUMENT` · `WFA_ERR_INVALID_REQUEST` · `WFA_ERR_STATE` ·
/// `WFA_ERR_UNSUPPORTED` (of a plugin without it).
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
