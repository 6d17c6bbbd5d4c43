//! One configured instance: its commands and its callbacks.

use std::fmt;
use std::mem;
use std::num::NonZeroU64;
use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use super::answer::{Buffer, ErrorOut, defect, no_message};
use super::ending::Ending;
use super::handle::Handle;
use super::host_info::{LentHost, LentLog};
use super::later::take_up;
use super::{
    CallOptions, CommandOutput, Failure, HostInfo, Plugin, Registration, Verdict, event, submit,
    table, unwind,
};
use crate::{
    WFA_CALL_POLLED, WFA_ERR_STATE, WFA_ERR_UNSUPPORTED, WFA_OK, wfa_call_options, wfa_result,
};

/// One configured instance of an adapter type. All methods may be called from any thread, any
/// number at once. Dropping it destroys the instance: calls that still run on other threads end,
/// each with its outcome, and every callback is given back.
///
/// Dropped inside a callback, its own one or that of any other adapter, it is destroyed by a thread of the
/// loader as soon as that is possible: what waits there would wait for itself, or for a callback
/// that waits
/// for this one. A closure that needs its own adapter holds a [`Weak`](std::sync::Weak): what it holds
/// itself goes with the adapter only.
///
/// # Examples
/// ```no_run
/// use workflow_adapter_loader::{HostInfo, Plugin, Verdict};
///
/// let plugin = Plugin::load("/opt/host/plugins/libwhatsapp_adapter.so")?;
/// let properties = std::fs::read_to_string("properties.json")?;
/// let adapter = plugin.create(&HostInfo::new("my-host", "1.0.0"), &properties)?;
///
/// let registration = adapter.on_event(None, |name, json| {
///     println!("{name} {json}");
///     Verdict::Accepted
/// })?;
/// let output = adapter.execute(
///     "sendMessageText",
///     r#"{"phoneNumber":"+16505551234","message":"Hello"}"#,
/// )?;
/// println!("{} {}", output.result, output.response);
/// # drop(registration);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Adapter {
    plugin: Plugin,
    handle: Handle,
    /// What the plugin logs to until `destroy` has returned.
    log: Option<LentLog>,
}

impl Plugin {
    /// Creates an adapter: one configured instance. Opens no connection.
    ///
    /// `properties_json` is one JSON object with the descriptor's properties.
    ///
    /// # Errors
    /// A [`Failure`] whose message names the property that is missing, wrong or unknown.
    pub fn create(&self, host: &HostInfo, properties_json: &str) -> Result<Adapter, Failure> {
        Adapter::create(self.clone(), host, properties_json)
    }
}

impl Adapter {
    fn create(plugin: Plugin, host: &HostInfo, properties_json: &str) -> Result<Self, Failure> {
        take_up();
        let host = LentHost::new(host)?;
        let mut handle = ptr::null_mut();
        let mut error = ErrorOut::empty();
        let lent = host.as_c();
        // SAFETY: the texts and places live during the call, and what the log needs is kept until
        // `destroy` has returned.
        let result = unsafe {
            (plugin.table().create)(
                &raw const lent,
                properties_json.as_ptr().cast(),
                properties_json.len(),
                &raw mut handle,
                error.as_out(),
            )
        };
        match error.failure(result) {
            Some(failure) => Err(failure),
            None if handle.is_null() => Err(defect("create answered WFA_OK and no adapter")),
            None => Ok(Self {
                plugin,
                handle: Handle::new(handle),
                log: host.into_log(),
            }),
        }
    }

    /// Runs one command and waits for its end; `json` is the request, one JSON object.
    ///
    /// Events of the command reach the callbacks on this thread before it returns.
    ///
    /// # Errors
    /// Only if there is no response: the command is unknown, the request is no JSON, the adapter is
    /// being destroyed, or the plugin has a defect. A command that failed is a [`CommandOutput`]
    /// with an error.
    pub fn execute(&self, name: &str, json: &str) -> Result<CommandOutput, Failure> {
        self.execute_with(name, json, &CallOptions::default())
    }

    /// As [`Adapter::execute`], with options.
    ///
    /// # Errors
    /// As [`Adapter::execute`], and if the correlation id is too long.
    pub fn execute_with(
        &self,
        name: &str,
        json: &str,
        options: &CallOptions<'_>,
    ) -> Result<CommandOutput, Failure> {
        self.execute_as_c(name, json, &options.as_c())
    }

    /// As [`Adapter::execute_with`], under a number of the host's by which [`Adapter::cancel_calls`] ends
    /// it early, from another thread or from one of its events. Calls may share a number.
    ///
    /// # Errors
    /// As [`Adapter::execute_with`].
    pub fn execute_cancellable(
        &self,
        name: &str,
        json: &str,
        options: &CallOptions<'_>,
        call_id: NonZeroU64,
    ) -> Result<CommandOutput, Failure> {
        let options = wfa_call_options {
            call_id: call_id.get(),
            ..options.as_c()
        };
        self.execute_as_c(name, json, &options)
    }

    fn execute_as_c(
        &self,
        name: &str,
        json: &str,
        options: &wfa_call_options,
    ) -> Result<CommandOutput, Failure> {
        let mut response = Buffer::empty();
        let mut error = ErrorOut::empty();
        // SAFETY: the texts and places live during the call.
        let result = unsafe {
            (self.plugin.table().execute_command)(
                self.handle.get(),
                name.as_ptr().cast(),
                name.len(),
                json.as_ptr().cast(),
                json.len(),
                options,
                response.as_out(),
                error.as_out(),
            )
        };
        let error = error.failure(result);
        CommandOutput::new(result, response.text()?, error)
    }

    /// Calls `closure` with name and JSON of every event called `event`, or of all events, until
    /// the [`Registration`] is dropped.
    ///
    /// It is called on the thread that runs the command which brings the event, and after
    /// [`Adapter::start`] on threads of the plugin as well. A panic in it is caught and counts as
    /// [`Verdict::Retry`].
    ///
    /// # Errors
    /// If there is no such event, or the adapter is being destroyed.
    pub fn on_event(
        &self,
        event: Option<&str>,
        closure: impl Fn(&str, &str) -> Verdict + Send + Sync + 'static,
    ) -> Result<Registration, Failure> {
        event::register(self.plugin.table(), self.handle, event, closure)
    }

    /// Queues one command and returns at once. `completion` gets its end exactly once, on a thread
    /// of the plugin: what [`Adapter::execute_with`] would have answered. It also comes if the
    /// command is cancelled or the adapter destroyed, but not if this call fails.
    ///
    /// The answer is the operation's id, for [`Adapter::cancel`].
    ///
    /// # Errors
    /// `WFA_ERR_BUSY` if the queue is full, or as [`Adapter::execute_with`].
    pub fn submit(
        &self,
        name: &str,
        json: &str,
        options: &CallOptions<'_>,
        completion: impl FnOnce(Result<CommandOutput, Failure>) + Send + 'static,
    ) -> Result<u64, Failure> {
        let options = options.as_c();
        submit::submit(
            self.plugin.table(),
            self.handle,
            name,
            json,
            &options,
            completion,
        )
    }

    /// As [`Adapter::submit`], but `completion` waits for [`Adapter::poll_completions`], on the
    /// thread that
    /// calls it: for a host whose runtime has one thread. What is never polled comes when the adapter is
    /// destroyed.
    ///
    /// # Errors
    /// As [`Adapter::submit`]; `WFA_ERR_UNSUPPORTED` if the plugin has no such thing.
    pub fn submit_polled(
        &self,
        name: &str,
        json: &str,
        options: &CallOptions<'_>,
        completion: impl FnOnce(Result<CommandOutput, Failure>) + Send + 'static,
    ) -> Result<u64, Failure> {
        let table = self.plugin.table();
        if !table::polls(table) {
            let message = "this plugin has no poll_completions";
            return Err(Failure::of(WFA_ERR_UNSUPPORTED, message));
        }
        let options = wfa_call_options {
            flags: WFA_CALL_POLLED,
            ..options.as_c()
        };
        submit::submit(table, self.handle, name, json, &options, completion)
    }

    /// Calls the completions of [`Adapter::submit_polled`] whose commands have ended, at most `max`
    /// of them
    /// if that is not 0, and waits up to `timeout` for the first; inside a callback it does not wait.
    /// Answers how many it called.
    ///
    /// # Errors
    /// `WFA_ERR_STATE` if the adapter is being destroyed, `WFA_ERR_UNSUPPORTED`.
    pub fn poll_completions(&self, max: u32, timeout: Duration) -> Result<u64, Failure> {
        let timeout = if unwind::in_callback() {
            Duration::ZERO
        } else {
            timeout
        };
        let mut delivered = 0;
        let mut error = ErrorOut::empty();
        // SAFETY: the handle is looked up and not followed; the places live during the call.
        let result = unsafe {
            (self.plugin.table().poll_completions)(
                self.handle.get(),
                max,
                u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX),
                &raw mut delivered,
                error.as_out(),
            )
        };
        error.failure(result).map_or(Ok(delivered), Err)
    }

    /// Ends early what runs or waits under this number: see [`Adapter::execute_cancellable`]. Each call
    /// still ends with its outcome.
    ///
    /// # Errors
    /// `WFA_ERR_NOT_FOUND` if there is none, or it has not got as far as the plugin yet,
    /// `WFA_ERR_UNSUPPORTED` if the plugin has no such thing.
    pub fn cancel_calls(&self, call_id: NonZeroU64) -> Result<(), Failure> {
        // SAFETY: the handle is looked up and not followed.
        done(unsafe { (self.plugin.table().cancel_calls)(self.handle.get(), call_id.get()) })
    }

    /// Ends a submitted command early. Its completion still comes.
    ///
    /// # Errors
    /// `WFA_ERR_NOT_FOUND` if there is no such operation, or it has ended.
    pub fn cancel(&self, operation: u64) -> Result<(), Failure> {
        // SAFETY: the handle is looked up and not followed.
        let result = unsafe { (self.plugin.table().cancel_command)(self.handle.get(), operation) };
        done(result)
    }

    /// Lets the adapter raise events outside of calls, if it has a source of such events. Call it once,
    /// after [`Adapter::on_event`]: no such event comes before it. Does nothing for a plugin without a
    /// source, and for an adapter that is started already.
    ///
    /// Such events come on threads of the plugin until the adapter is destroyed; one that is answered
    /// [`Verdict::Retry`] is offered again later.
    ///
    /// # Errors
    /// If the source cannot be opened; [`Failure::retry_after_ms`] says when to try again. The adapter
    /// can be used without it.
    pub fn start(&self) -> Result<(), Failure> {
        let mut error = ErrorOut::empty();
        // SAFETY: the place lives during the call; the handle is looked up and not followed.
        let result = unsafe { (self.plugin.table().start)(self.handle.get(), error.as_out()) };
        // A plugin without the function has no source.
        let failure = error.failure(result);
        let failure = failure.filter(|failure| failure.result != WFA_ERR_UNSUPPORTED);
        failure.map_or(Ok(()), Err)
    }

    /// Replaces all properties, for instance with a new access token. Registrations and submitted
    /// commands stay; on failure nothing changes.
    ///
    /// # Errors
    /// As [`Plugin::create`].
    pub fn update_properties(&self, properties_json: &str) -> Result<(), Failure> {
        let mut error = ErrorOut::empty();
        // SAFETY: the text and the place live during the call.
        let result = unsafe {
            (self.plugin.table().update_properties)(
                self.handle.get(),
                properties_json.as_ptr().cast(),
                properties_json.len(),
                error.as_out(),
            )
        };
        error.failure(result).map_or(Ok(()), Err)
    }

    /// The plugin that it is an instance of.
    pub fn plugin(&self) -> &Plugin {
        &self.plugin
    }

    /// Destroys the adapter, as dropping it does, and says whether that is done.
    ///
    /// # Errors
    /// `WFA_ERR_STATE` inside a callback: then a thread of the loader destroys it later.
    pub fn destroy(mut self) -> Result<(), Failure> {
        done(self.close())
    }

    pub(super) fn handle(&self) -> Handle {
        self.handle
    }

    fn close(&mut self) -> wfa_result {
        let handle = mem::replace(&mut self.handle, Handle::NULL);
        if handle.get().is_null() {
            return WFA_OK;
        }
        let ending = Ending {
            table: Arc::clone(self.plugin.table()),
            handle,
            log: self.log.take(),
        };
        if unwind::in_callback() {
            ending.destroy_later();
            return WFA_ERR_STATE;
        }
        take_up();
        match ending.destroy() {
            Ok(()) => WFA_OK,
            Err((refused, ending)) => {
                // Perhaps inside a callback that the host registered past this loader.
                ending.destroy_later();
                refused
            }
        }
    }
}

/// The end of a call that has no `wfa_error`.
fn done(result: wfa_result) -> Result<(), Failure> {
    if result == WFA_OK {
        return Ok(());
    }
    Err(Failure::of(result, no_message(result)))
}

impl Drop for Adapter {
    fn drop(&mut self) {
        self.close();
    }
}

impl fmt::Debug for Adapter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapter")
            .field("plugin", &self.plugin.descriptor().id())
            .finish_non_exhaustive()
    }
}
