//! Event callbacks: a closure on this side, a function pointer and `user_data` on the other.

use std::ffi::{c_char, c_void};
use std::fmt;
use std::ptr;
use std::str;
use std::sync::Arc;

use super::Failure;
use super::answer::ErrorOut;
use super::handle::Handle;
use super::host_info::lent;
use super::later::later;
use super::unwind;
use crate::{WFA_EVENT_ACCEPTED, WFA_EVENT_DROPPED, WFA_EVENT_RETRY, WFA_NO_WAIT, wfa_api};

/// What a callback answers to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Verdict {
    /// The host has the event safe: it is not delivered again.
    Accepted = WFA_EVENT_ACCEPTED,
    /// The host cannot take the event now: it is delivered again when the sender repeats it, or by the
    /// adapter after a while if it came outside of a call.
    Retry = WFA_EVENT_RETRY,
    /// The host does not want the event: it is not delivered again.
    Dropped = WFA_EVENT_DROPPED,
}

/// A callback's registration: dropping it unregisters the callback.
///
/// Dropping waits until no call of the callback runs on another thread; so hold no lock meanwhile
/// that the callback takes. Inside a callback of any plugin it does not wait; inside a log function, where
/// plugins refuse every call, a thread of the loader does it. After the adapter is gone it does nothing.
#[must_use = "dropping it unregisters the callback; `keep` leaves it registered"]
pub struct Registration {
    table: Arc<wfa_api>,
    adapter: Handle,
    id: u64,
}

impl Registration {
    /// Leaves the callback registered as long as the adapter lives.
    pub fn keep(mut self) {
        self.id = 0;
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        if self.id == 0 {
            return;
        }
        let (table, adapter, id) = (Arc::clone(&self.table), self.adapter, self.id);
        let unregister = move |flags| {
            // SAFETY: the handle is looked up and not followed, so it may be a destroyed one.
            unsafe { (table.unregister_event_callback)(adapter.get(), id, flags) };
        };
        if unwind::in_log() {
            later(move || unregister(0));
        } else if unwind::in_callback() {
            // Whose callback it is the plugin cannot know, if it is another one's.
            unregister(WFA_NO_WAIT);
        } else {
            unregister(0);
        }
    }
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Registration").field(&self.id).finish()
    }
}

/// Registers a closure for one event, or for every event.
pub(super) fn register<F>(
    table: &Arc<wfa_api>,
    adapter: Handle,
    event: Option<&str>,
    closure: F,
) -> Result<Registration, Failure>
where
    F: Fn(&str, &str) -> Verdict + Send + Sync + 'static,
{
    let user_data = Box::into_raw(Box::new(closure));
    let mut id = 0;
    let mut error = ErrorOut::empty();
    // SAFETY: the texts and places live during the call. `user_data` is a closure of the type that
    // the two functions expect; it may be used on any thread, and only `drop_closure` frees it.
    let result = unsafe {
        (table.register_event_callback)(
            adapter.get(),
            event.map_or(ptr::null(), str::as_ptr).cast(),
            event.map_or(0, str::len),
            Some(call_closure::<F>),
            user_data.cast(),
            Some(drop_closure::<F>),
            &raw mut id,
            error.as_out(),
        )
    };
    if let Some(failure) = error.failure(result) {
        // SAFETY: on failure `user_data` stays the host's and is not dropped by the plugin.
        drop(unsafe { Box::from_raw(user_data) });
        return Err(failure);
    }
    Ok(Registration {
        table: Arc::clone(table),
        adapter,
        id,
    })
}

unsafe extern "C-unwind" fn call_closure<F>(
    user_data: *mut c_void,
    event: *const c_char,
    event_len: usize,
    json: *const c_char,
    json_len: usize,
) -> i32
where
    F: Fn(&str, &str) -> Verdict + Send + Sync + 'static,
{
    let verdict = unwind::callback(|| {
        // SAFETY: `user_data` is the box that `register` made; it is shared by calls only, and
        // lives until the plugin drops it after the last of them.
        let closure = unsafe { &*user_data.cast::<F>() };
        // SAFETY: the contract lends both texts for this call.
        let texts = unsafe { (lent(event, event_len), lent(json, json_len)) };
        match (str::from_utf8(texts.0), str::from_utf8(texts.1)) {
            (Ok(event), Ok(json)) => closure(event, json),
            _ => Verdict::Retry, // the contract promises UTF-8: what this says cannot be trusted
        }
    });
    verdict.unwrap_or(Verdict::Retry) as i32
}

unsafe extern "C-unwind" fn drop_closure<F>(user_data: *mut c_void) {
    // SAFETY: the plugin calls this once per registration, after the last call of the closure, with
    // the box that `register` made.
    let closure = unsafe { Box::from_raw(user_data.cast::<F>()) };
    unwind::callback(move || drop(closure));
}
