//! One configured instance of a plugin, as this host keeps it.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use workflow_adapter_loader::{
    Adapter, CallOptions, CommandOutput, Failure, HostInfo, Plugin, Verdict,
    WFA_ERR_COMMAND_FAILED, WFA_ERR_INTERNAL, WFA_ERR_OUTCOME_UNKNOWN, WFA_ERR_STATE,
    WFA_ERR_TIMEOUT, WFA_ERR_UNSUPPORTED, WFA_ERROR_MAYBE_SENT, WFA_ERROR_RETRYABLE, WFA_OK,
    wfa_result,
};

use crate::declared::CommandTraits;
use crate::lock::unpoisoned;
use crate::log;

/// How long a command may take that names no timeout, and one that may take minutes.
const USUAL: Duration = Duration::from_secs(5 * 60);
const LONG: Duration = Duration::from_secs(60 * 60);
/// How long after its timeout a command is cancelled, and how long after that the host gives it up.
const UNTIL_CANCELLED: Duration = Duration::from_secs(1);
const UNTIL_GIVEN_UP: Duration = Duration::from_secs(2);
/// A command that has not ended by then is slow: its thread is replaced meanwhile.
const SLOW: Duration = Duration::from_millis(100);
/// How often a slow command's waiter looks whether the host, or the instance, is being stopped.
const LOOK: Duration = Duration::from_millis(20);

/// The number of the next call that a thread of the host runs.
static NEXT_CALL: AtomicU64 = AtomicU64::new(1);

/// One configured instance.
pub(crate) struct Instance {
    adapter: Arc<Adapter>,
    /// Commands whose end the host waits for.
    waiting: AtomicUsize,
    /// From then on commands are cancelled, since the host, or the instance, is being stopped.
    cancels: Mutex<Option<Instant>>,
    is_closing: AtomicBool,
}

/// One command to run.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    pub(crate) command: String,
    /// One JSON object.
    pub(crate) request: String,
    pub(crate) correlation_id: Option<String>,
    pub(crate) timeout: Option<Duration>,
}

pub(crate) type End = Result<CommandOutput, Failure>;

/// How a command that runs is cancelled.
enum Running {
    Submitted(u64),
    /// A thread of the host runs it, for a plugin without `submit_command`.
    OnThread(NonZeroU64),
}

impl Instance {
    /// Creates an instance whose events, all of them, go to `on_event`. Events outside of commands come
    /// after [`Instance::start`].
    pub(crate) fn create(
        plugin: &Plugin,
        name: &str,
        properties: &str,
        on_event: impl Fn(&str, &str) -> Verdict + Send + Sync + 'static,
    ) -> Result<Self, Failure> {
        let id = plugin.descriptor().id();
        let host = HostInfo::new(env!("CARGO_PKG_NAME"), env!("CARGO_PKG_VERSION"))
            .instance(name)
            .log(log::level(), move |record| log::record(id, record));
        let adapter = plugin.create(&host, properties)?;
        adapter.on_event(None, on_event)?.keep();
        Ok(Self {
            adapter: Arc::new(adapter),
            waiting: AtomicUsize::new(0),
            cancels: Mutex::new(None),
            is_closing: AtomicBool::new(false),
        })
    }

    /// Lets the adapter raise events outside of commands.
    pub(crate) fn start(&self) -> Result<(), Failure> {
        self.adapter.start()
    }

    /// Runs a command on this thread, for as long as it takes.
    pub(crate) fn execute(&self, call: &Call) -> End {
        self.adapter
            .execute_with(&call.command, &call.request, &options(call))
    }

    /// Submits a command and waits for its end. The host has a bound of its own: what a plugin does not
    /// end within the timeout is cancelled a second later, and given up two seconds after that. `is_slow`
    /// is called once if the command takes longer than most.
    pub(crate) fn run(
        &self,
        call: &Call,
        traits: &CommandTraits,
        is_slow: &mut dyn FnMut(),
    ) -> End {
        self.waiting.fetch_add(1, Ordering::SeqCst);
        let ended = if self.is_closing.load(Ordering::SeqCst) {
            Err(closed())
        } else {
            self.ended(call, traits, is_slow)
        };
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        ended
    }

    fn ended(&self, call: &Call, traits: &CommandTraits, is_slow: &mut dyn FnMut()) -> End {
        let usual = if traits.is_long_running { LONG } else { USUAL };
        let deadline = Instant::now().checked_add(call.timeout.unwrap_or(usual));
        let (running, end) = self.begin(call)?;
        match end.recv_timeout(SLOW) {
            Ok(ended) => return ended,
            Err(RecvTimeoutError::Timeout) => is_slow(),
            Err(RecvTimeoutError::Disconnected) => return Err(no_end()),
        }
        let cancel_at = deadline.and_then(|deadline| deadline.checked_add(UNTIL_CANCELLED));
        let mut cancelled: Option<Instant> = None;
        loop {
            match end.recv_timeout(LOOK) {
                Ok(ended) => return ended,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(no_end()),
            }
            let now = Instant::now();
            match cancelled {
                Some(at) if now >= at + UNTIL_GIVEN_UP => break,
                Some(_) => {}
                None => {
                    let stop = *self.cancels();
                    let mut times = [cancel_at, stop].into_iter().flatten();
                    if times.any(|at| now >= at) {
                        self.cancel(&running);
                        cancelled = Some(now);
                    }
                }
            }
        }
        let command = &call.command;
        tracing::warn!(
            command,
            "the plugin has not ended the command within its timeout, and not after it was cancelled"
        );
        tell_late_end(call.command.clone(), end);
        Err(given_up(traits))
    }

    /// Begins a command; its end comes through the channel.
    fn begin(&self, call: &Call) -> Result<(Running, Receiver<End>), Failure> {
        let (tell, end) = sync_channel(1);
        let submitted = {
            let tell = tell.clone();
            let complete = move |ended| drop(tell.try_send(ended)); // nobody may wait any more
            self.adapter
                .submit(&call.command, &call.request, &options(call), complete)
        };
        match submitted {
            Ok(operation) => return Ok((Running::Submitted(operation), end)),
            Err(failure) if failure.result == WFA_ERR_UNSUPPORTED => {}
            Err(failure) => return Err(failure),
        }
        let id = NEXT_CALL.fetch_add(1, Ordering::Relaxed);
        let id = NonZeroU64::new(id).unwrap_or(NonZeroU64::MIN);
        let (adapter, call) = (Arc::clone(&self.adapter), call.clone());
        let execute = move || {
            let (name, request) = (&call.command, &call.request);
            let ended = adapter.execute_cancellable(name, request, &options(&call), id);
            drop(adapter); // before the end is told: whoever is told may destroy the instance
            let _ = tell.try_send(ended);
        };
        let thread = thread::Builder::new().name("command".to_owned());
        let spawned = thread.spawn(execute);
        spawned.map_err(|error| failure(WFA_ERR_STATE, 0, &error.to_string()))?;
        Ok((Running::OnThread(id), end))
    }

    fn cancel(&self, running: &Running) {
        let cancelled = match running {
            Running::Submitted(operation) => self.adapter.cancel(*operation),
            Running::OnThread(id) => self.adapter.cancel_calls(*id),
        };
        if let Err(failure) = cancelled {
            tracing::debug!(%failure, "a command could not be cancelled");
        }
    }

    fn cancels(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        unpoisoned(self.cancels.lock())
    }

    /// Its own counters as one JSON object, if it keeps any.
    pub(crate) fn counters(&self) -> Option<String> {
        self.adapter.metrics().ok().flatten()
    }

    /// Gives it other properties, for instance a new access token.
    pub(crate) fn update(&self, properties: &str) -> Result<(), Failure> {
        self.adapter.update_properties(properties)
    }

    /// From now on it takes no commands, and those that run are cancelled after `patience`.
    pub(crate) fn close(&self, patience: Duration) {
        self.is_closing.store(true, Ordering::SeqCst);
        let at = Instant::now() + patience;
        self.cancels().get_or_insert(at);
    }

    /// Takes commands again, because there is no other instance in its place.
    pub(crate) fn reopen(&self) {
        *self.cancels() = None;
        self.is_closing.store(false, Ordering::SeqCst);
    }

    /// Waits until the host waits for no command of it any more.
    pub(crate) fn drain(&self, within: Duration) -> bool {
        let begin = Instant::now();
        while self.waiting.load(Ordering::SeqCst) > 0 {
            if begin.elapsed() >= within {
                return false;
            }
            thread::sleep(LOOK);
        }
        true
    }

    /// Runs a command on a thread that may wait.
    #[cfg(feature = "demo")]
    pub(crate) async fn execute_apart(&self, call: Call) -> Result<CommandOutput, String> {
        let adapter = Arc::clone(&self.adapter);
        let running = tokio::task::spawn_blocking(move || {
            adapter.execute_with(&call.command, &call.request, &options(&call))
        });
        let ended = running.await.map_err(|error| error.to_string())?;
        ended.map_err(|failure| failure.to_string())
    }

    /// Destroys the instance.
    pub(crate) fn destroy(self) -> Result<(), Failure> {
        match Arc::into_inner(self.adapter) {
            Some(adapter) => adapter.destroy(),
            None => Ok(()), // a command still runs: its thread destroys it at the end
        }
    }
}

/// Destroys instances, each on a thread of its own, and waits so long for it: whether all are destroyed. A
/// plugin whose thread never returns holds its own thread, and nobody else.
pub(crate) fn destroy_within(instances: Vec<Arc<Instance>>, within: Duration) -> bool {
    let (tell, ended) = channel();
    let count = instances.len();
    for instance in instances {
        let tell = tell.clone();
        let destroy = move || {
            let mut instance = instance;
            // Whoever still has a hand on it, to read its counters, lets go first.
            while let Err(shared) = Arc::try_unwrap(instance) {
                thread::sleep(LOOK);
                instance = shared;
            }
            let _ = tell.send(()); // nobody may wait any more
        };
        if thread::Builder::new().spawn(destroy).is_err() {
            return false;
        }
    }
    let deadline = Instant::now() + within;
    (0..count).all(|_| {
        let left = deadline.saturating_duration_since(Instant::now());
        ended.recv_timeout(left).is_ok()
    })
}

fn options(call: &Call) -> CallOptions<'_> {
    CallOptions {
        timeout: call.timeout,
        correlation_id: call.correlation_id.as_deref(),
    }
}

/// What is said of a command that the host has given up: a send may have happened; what can be repeated
/// without harm is.
fn given_up(traits: &CommandTraits) -> Failure {
    let why =
        "the plugin has not ended the command within its timeout, and not after it was cancelled";
    if traits.sends {
        failure(WFA_ERR_OUTCOME_UNKNOWN, WFA_ERROR_MAYBE_SENT, why)
    } else if traits.may_be_repeated() {
        failure(WFA_ERR_TIMEOUT, WFA_ERROR_RETRYABLE, why)
    } else {
        let why = format!("{why}; nobody knows whether it has changed anything");
        failure(WFA_ERR_TIMEOUT, 0, &why)
    }
}

/// A success whose response is no JSON is a defect of the plugin, and proves nothing of a send.
pub(crate) fn sound(ended: End, sends: bool) -> End {
    match ended {
        Ok(output) if output.result == WFA_OK && crate::json::parse(&output.response).is_none() => {
            let why = "the plugin is at fault: its response is no JSON";
            Err(if sends {
                failure(WFA_ERR_OUTCOME_UNKNOWN, WFA_ERROR_MAYBE_SENT, why)
            } else {
                failure(WFA_ERR_COMMAND_FAILED, 0, why)
            })
        }
        ended => ended,
    }
}

/// A command that was given up may end all the same: whoever looks into it finds that in the log.
fn tell_late_end(command: String, end: Receiver<End>) {
    let wait = move || {
        if let Ok(ended) = end.recv() {
            let result = ended.map_or_else(|failure| failure.result, |output| output.result);
            let result = workflow_adapter_loader::result_name(result);
            tracing::warn!(
                command,
                result,
                "a command has ended after the host had given it up"
            );
        }
    };
    drop(thread::Builder::new().name("late".to_owned()).spawn(wait)); // only a line is lost
}

fn no_end() -> Failure {
    let why = "the plugin has dropped the command without an end";
    failure(WFA_ERR_INTERNAL, 0, why)
}

/// What a command is told that begins while its instance is replaced or stopped: it has not been sent.
pub(crate) fn closed() -> Failure {
    failure(
        WFA_ERR_STATE,
        0,
        "the instance is being replaced or stopped",
    )
}

/// A failure that the host itself tells.
pub(crate) fn failure(result: wfa_result, flags: u32, message: &str) -> Failure {
    Failure {
        result,
        flags,
        http_status: 0,
        remote_code: 0,
        retry_after_ms: 0,
        message: message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// X7: only a send that was given up is an unknown outcome.
    #[test]
    fn x07_what_is_said_of_a_command_that_was_given_up_follows_from_its_traits() {
        let said = |traits: CommandTraits| {
            let failure = given_up(&traits);
            (failure.result, failure.flags)
        };
        let sends = CommandTraits {
            sends: true,
            ..CommandTraits::default()
        };
        assert_eq!(said(sends), (WFA_ERR_OUTCOME_UNKNOWN, WFA_ERROR_MAYBE_SENT));
        let idempotent = CommandTraits {
            is_idempotent: true,
            ..CommandTraits::default()
        };
        assert_eq!(said(idempotent), (WFA_ERR_TIMEOUT, WFA_ERROR_RETRYABLE));
        assert_eq!(said(CommandTraits::default()), (WFA_ERR_TIMEOUT, 0));
    }
}
