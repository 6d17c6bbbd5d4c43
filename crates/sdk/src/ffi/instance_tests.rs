//! How an instance ends while the thread of its source is in a callback of the host.

use std::ffi::{c_char, c_void};
use std::ptr;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use workflow_adapter_contract::{
    WFA_ERR_CANCELLED, WFA_ERR_COMMAND_FAILED, WFA_ERR_STATE, WFA_ERR_TIMEOUT, WFA_EVENT_ACCEPTED,
    WFA_OK, wfa_error, wfa_result,
};

use super::exports::wfa_destroy;
use super::foreign::{Completion, EventCallback};
use super::instance::{HostCall, Instance};
use crate::adapter::{Adapter, Bounds, Context, Execution};
use crate::call::{Call, CallOptions};
use crate::descriptor::{Command, Descriptor, Event};
use crate::error::{Error, Kind};
use crate::event::{EventSink, OwnedEvent};
use crate::runtime::AdapterOptions;
use crate::source::Source;

const PATIENCE: Duration = Duration::from_secs(60);
/// A request that waits until its deadline.
const PARKS: &str = r#"{"parks":true}"#;

const ECHO: Command = Command {
    name: "echo",
    ..Command::EXTENSION
};
const ECHOED: Event = Event::new("echoed", "", "", &[]);
const TICK: Event = Event::new("tick", "", "", &[]);
static DESCRIPTOR: Descriptor = Descriptor {
    commands: &[&ECHO],
    events: &[&ECHOED, &TICK],
    ..Descriptor::EMPTY
};

/// Raises one event from a thread of its own, and one in each command, which it runs whenever it is asked.
struct Ticker {
    context: Context,
    source: Source,
}

impl Adapter for Ticker {
    fn descriptor() -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn create(_: &str, context: Context) -> Result<Self, Error> {
        Ok(Self {
            source: Source::new(&context),
            context,
        })
    }

    fn execute(
        &self,
        _: &str,
        request: &str,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        if call.resume::<()>().is_some() {
            return Err(Error::rejected("it goes on"));
        }
        OwnedEvent::new("echoed", "{}").raise(events)?;
        if request == PARKS {
            call.park(call.limits.deadline, ());
        }
        Ok(String::from("{}").into())
    }

    fn bounds(&self) -> Bounds {
        Bounds {
            timeout: Duration::from_secs(3_600),
            // As one.
            threads: 0,
            ..Bounds::default()
        }
    }

    fn start(&self) -> Result<(), Error> {
        let emitter = self.context.emitter.clone();
        self.source.start("ticks", move |_| {
            let _ = emitter.emit(OwnedEvent::new("tick", "{}"));
        })
    }

    fn shutdown(&self) {
        self.source.stop();
    }

    fn finish(&self) {
        self.source.join();
    }
}

/// What the host lends: every callback tells that it has begun, and returns when it may.
struct Host {
    instance: Mutex<Option<Arc<Instance>>>,
    entered: Sender<()>,
    may_leave: Mutex<Receiver<()>>,
    dropped: Sender<()>,
}

extern "C-unwind" fn block(
    user_data: *mut c_void,
    name: *const c_char,
    _: usize,
    _: *const c_char,
    _: usize,
) -> i32 {
    // SAFETY: it is the `Host` that `started` leaks.
    let host = unsafe { &*user_data.cast::<Host>() };
    // SAFETY: a name has at least one byte, and a NUL behind it.
    let is_tick = unsafe { name.read() }.to_ne_bytes() == *b"t";
    let instance = host.instance.lock().unwrap().take();
    if let Some(instance) = instance.filter(|_| is_tick) {
        let ran = instance.execute("echo", "{}", &HostCall::default());
        assert_eq!(ran.unwrap().failure, None);
        return WFA_EVENT_ACCEPTED;
    }
    // SAFETY: any value is allowed.
    let refused = unsafe { wfa_destroy(ptr::null_mut(), 0) };
    assert_eq!(refused, WFA_ERR_STATE, "it would wait for itself");
    host.entered.send(()).unwrap();
    host.may_leave.lock().unwrap().recv().unwrap();
    WFA_EVENT_ACCEPTED
}

extern "C-unwind" fn give_back(user_data: *mut c_void) {
    // SAFETY: it is the `Host` that `started` leaks.
    let host = unsafe { &*user_data.cast::<Host>() };
    host.dropped.send(()).unwrap();
}

/// What the test knows of a started instance whose callback has begun.
struct Started {
    instance: Arc<Instance>,
    entered: Receiver<()>,
    may_leave: Sender<()>,
    dropped: Receiver<()>,
}

fn new_instance() -> Arc<Instance> {
    let create = |properties: &str, context: Context| {
        Ok(Box::new(Ticker::create(properties, context)?) as Box<dyn Adapter>)
    };
    Instance::new(&DESCRIPTOR, create, "{}", AdapterOptions::default()).unwrap()
}

/// With `nests`, the callback of a tick runs a command, whose callback it is that blocks.
fn started(nests: bool) -> Started {
    let instance = new_instance();
    let (entered, has_entered) = mpsc::channel();
    let (may_leave, leaves) = mpsc::channel();
    let (dropped, was_dropped) = mpsc::channel();
    let host: &Host = Box::leak(Box::new(Host {
        instance: Mutex::new(nests.then(|| Arc::clone(&instance))),
        entered,
        may_leave: Mutex::new(leaves),
        dropped,
    }));
    let host = ptr::from_ref(host).cast_mut().cast();
    let callback = EventCallback::new(Some(block), host, Some(give_back)).unwrap();
    instance.register(None, callback).unwrap();
    instance.start().unwrap();
    has_entered.recv_timeout(PATIENCE).unwrap();
    Started {
        instance,
        entered: has_entered,
        may_leave,
        dropped: was_dropped,
    }
}

/// Ends the instance on a thread of its own, and tells when that is done.
fn close(instance: &Arc<Instance>, wait: bool) -> Receiver<()> {
    let (closed, is_closed) = mpsc::channel();
    let instance = Arc::clone(instance);
    thread::spawn(move || {
        instance.close(wait);
        closed.send(()).unwrap();
    });
    is_closed
}

/// H1: not even for the adapter's own thread.
#[test]
fn an_end_without_waiting_waits_for_no_callback_of_a_source() {
    let started = started(false);
    let closed = close(&started.instance, false);
    closed.recv_timeout(PATIENCE).unwrap();
    assert!(started.dropped.try_recv().is_err(), "it is in use");
    started.may_leave.send(()).unwrap();
    started.dropped.recv_timeout(PATIENCE).unwrap();
}

/// C1: the last call of the instance ends on the thread of its source.
#[test]
fn an_instance_ends_whose_last_call_is_in_a_callback_of_its_source() {
    for wait in [true, false] {
        let started = started(true);
        let closed = close(&started.instance, wait);
        while started.instance.metrics().is_ok() {
            thread::yield_now();
        }
        let refused = started.instance.execute("echo", "{}", &HostCall::default());
        assert_eq!(refused.unwrap_err().kind(), Kind::State);
        assert!(started.dropped.try_recv().is_err(), "it is in use");
        started.may_leave.send(()).unwrap();
        closed.recv_timeout(PATIENCE).unwrap();
        started.dropped.recv_timeout(PATIENCE).unwrap();
        assert!(started.dropped.try_recv().is_err(), "once");
    }
}

extern "C-unwind" fn tell_end(
    user_data: *mut c_void,
    operation: u64,
    result: wfa_result,
    _: *const c_char,
    _: usize,
    _: *const wfa_error,
) {
    // SAFETY: it is what `Ends::new` leaks.
    let sender = unsafe { &*user_data.cast::<Sender<(u64, wfa_result)>>() };
    sender.send((operation, result)).unwrap();
}

/// How submitted commands have ended.
struct Ends {
    instance: Arc<Instance>,
    sender: &'static Sender<(u64, wfa_result)>,
    ended: Receiver<(u64, wfa_result)>,
}

impl Ends {
    fn new(instance: &Arc<Instance>) -> Self {
        let (sender, ended) = mpsc::channel();
        Self {
            instance: Arc::clone(instance),
            sender: Box::leak(Box::new(sender)),
            ended,
        }
    }

    fn submit(&self, request: &str, timeout: Option<Duration>) -> u64 {
        let call = HostCall {
            options: CallOptions {
                timeout,
                correlation_id: None,
            },
            ..HostCall::default()
        };
        let sender = ptr::from_ref(self.sender).cast_mut().cast();
        let completion = Completion::new(Some(tell_end), sender).unwrap();
        let mut operation = 0;
        let id = |id| operation = id;
        let submitted = self.instance.submit("echo", request, &call, completion, id);
        submitted.unwrap();
        operation
    }

    fn next(&self) -> (u64, wfa_result) {
        self.ended.recv_timeout(PATIENCE).unwrap()
    }
}

/// H3: the adapter of this test runs whatever it is handed, so only the SDK can have ended these.
#[test]
fn a_command_that_is_over_before_it_begins_never_reaches_the_adapter() {
    let started = started(false);
    started.may_leave.send(()).unwrap();
    let ends = Ends::new(&started.instance);
    // One that has begun goes on, cancelled or not: the adapter knows what it has done.
    let parked = ends.submit(PARKS, None);
    started.entered.recv_timeout(PATIENCE).unwrap();
    started.may_leave.send(()).unwrap();
    started.instance.cancel(parked).unwrap();
    assert_eq!(ends.next(), (parked, WFA_ERR_COMMAND_FAILED));
    // The only thread is in a callback now.
    let runs = ends.submit("{}", None);
    started.entered.recv_timeout(PATIENCE).unwrap();
    let cancelled = ends.submit("{}", None);
    started.instance.cancel(cancelled).unwrap();
    assert_eq!(ends.next(), (cancelled, WFA_ERR_CANCELLED));
    let late = ends.submit("{}", Some(Duration::from_millis(1)));
    assert_eq!(ends.next(), (late, WFA_ERR_TIMEOUT));
    let queued = ends.submit("{}", None);
    let closed = close(&started.instance, true);
    while started.instance.metrics().is_ok() {
        thread::yield_now();
    }
    started.may_leave.send(()).unwrap();
    assert_eq!(ends.next(), (runs, WFA_OK));
    assert_eq!(ends.next(), (queued, WFA_ERR_CANCELLED));
    closed.recv_timeout(PATIENCE).unwrap();
    // Whoever executes has a thread, and what is over is not begun there either.
    let call = HostCall {
        options: CallOptions {
            timeout: Some(Duration::ZERO),
            correlation_id: None,
        },
        ..HostCall::default()
    };
    let instance = new_instance();
    let ran = instance.execute("echo", "{}", &call).unwrap();
    let failure = ran.failure.unwrap();
    assert_eq!(failure.kind(), Kind::Timeout);
    assert!(failure.is_retryable(), "nothing was done");
    instance.close(true);
}
