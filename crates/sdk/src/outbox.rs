//! Events outside of calls: raised on any thread between `start` and `destroy`, and offered again until
//! the host has taken them.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, Weak};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Instant;

use crate::cancel::Cancel;
use crate::descriptor::Descriptor;
use crate::error::{Error, Kind};
use crate::event::{self, Event, OwnedEvent, Verdict};
use crate::lock::unpoisoned;
use crate::panics;
use crate::redelivery::{Next, Redelivery};
use crate::rows::Mark;
use crate::secret::Redactor;
use crate::spawn::{is_own_thread, spawn};

/// Where events go: to whoever is registered now.
pub(crate) type Deliver = dyn Fn(&Event<'_>) -> Verdict + Send + Sync;

/// Raises events of one instance outside of its calls. Clones raise events of the same instance.
///
/// A source calls [`Emitter::emit`] on any thread and at any time: the SDK keeps what comes before the
/// host has started the instance, and what the host cannot take now, and refuses what comes after the
/// end.
#[derive(Clone)]
pub struct Emitter(pub(crate) Arc<Outbox>);

impl Emitter {
    /// Raises one event. The host's callbacks run on this thread, unless the event has to wait: until the
    /// host has started the instance, or behind an earlier event about the same subject (a member that the
    /// descriptor marks). An event that the host answers with *retry* is kept and offered again, after
    /// 100 ms and then at growing intervals, until the host takes it or the instance is destroyed.
    ///
    /// # Errors
    /// `Busy` if too many events wait: the source raises this event again later. `NotFound` if the
    /// descriptor has no such event, `Internal` if it is no JSON object, `State` if the instance is being
    /// destroyed: the source ends.
    pub fn emit(&self, event: OwnedEvent) -> Result<(), Error> {
        self.0.emit(event)
    }
}

impl fmt::Debug for Emitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emitter")
    }
}

pub(crate) struct Outbox {
    descriptor: &'static Descriptor,
    secrets: Arc<Redactor>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// None before the host has started the instance, and after its end.
    deliver: Option<Arc<Deliver>>,
    closed: bool,
    waiting: Redelivery,
    /// The threads that are in a callback, each as often as it is.
    delivering: Vec<ThreadId>,
    /// Whether a thread offers what waits.
    offers: bool,
    threads: Vec<JoinHandle<()>>,
    /// The tokens of the sources that run.
    sources: Vec<Weak<Cancel>>,
}

impl Outbox {
    pub(crate) fn new(descriptor: &'static Descriptor, secrets: Arc<Redactor>) -> Arc<Self> {
        Arc::new(Self {
            descriptor,
            secrets,
            state: Mutex::default(),
            changed: Condvar::new(),
        })
    }

    /// From now on events reach `deliver`, first those that wait.
    pub(crate) fn start(self: &Arc<Self>, deliver: Arc<Deliver>) {
        let mut state = self.lock();
        if !state.closed {
            state.deliver = Some(deliver);
            self.offer_what_waits(&mut state);
        }
    }

    /// The start failed: events wait again, and the sources that it has begun end.
    pub(crate) fn stop(&self) {
        let mut state = self.lock();
        state.deliver = None;
        let sources = std::mem::take(&mut state.sources);
        drop(state);
        cancel_all(&sources);
    }

    /// The token of a source that begins now; it ends with the instance, or if the start fails.
    ///
    /// # Errors
    /// `State` if the instance is being destroyed.
    pub(crate) fn token(&self) -> Result<Arc<Cancel>, Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(closed());
        }
        let token = Arc::default();
        state.sources.retain(|known| known.strong_count() > 0);
        state.sources.push(Arc::downgrade(&token));
        Ok(token)
    }

    /// Takes no more events and offers none again.
    pub(crate) fn close(&self) {
        let mut state = self.lock();
        state.closed = true;
        state.deliver = None;
        state.waiting.clear();
        let sources = std::mem::take(&mut state.sources);
        drop(state);
        cancel_all(&sources);
        self.changed.notify_all();
    }

    /// Behind [`Outbox::close`]: waits until no callback runs any more, but for those that this thread is
    /// in. On a thread of the library, which may be the one that offers events, and in a callback, no
    /// thread's end is waited for.
    pub(crate) fn wait_idle(&self) {
        let own = thread::current().id();
        let mut state = self.lock();
        while state.delivering.iter().any(|thread| *thread != own) {
            let woken = self.changed.wait(state);
            state = unpoisoned(woken);
        }
        let is_inside = !state.delivering.is_empty();
        let threads = std::mem::take(&mut state.threads);
        drop(state);
        if !is_inside && !is_own_thread() {
            for thread in threads {
                // A thread that panicked has ended as well.
                let _ = thread.join();
            }
        }
    }

    fn emit(self: &Arc<Self>, event: OwnedEvent) -> Result<(), Error> {
        let redacted = event::sound(&event.as_event(), self.descriptor, &self.secrets);
        let mut state = self.lock();
        if state.closed {
            return Err(closed());
        }
        let event = redacted?.unwrap_or(event);
        let has_company = state.deliver.is_none() || !state.waiting.is_empty();
        let subjects = self.subjects(&event, has_company);
        let deliver = state.deliver.clone();
        let Some(deliver) = deliver.filter(|_| !state.waiting.holds(&subjects)) else {
            return self.keep(&mut state, event, subjects, None);
        };
        let (mut state, verdict) = self.deliver(state, &*deliver, &event);
        if verdict != Verdict::Retry || state.closed {
            return Ok(());
        }
        let subjects = self.subjects(&event, true);
        self.keep(&mut state, event, subjects, Some(Instant::now()))
    }

    /// Calls the host without the lock.
    fn deliver<'a>(
        &'a self,
        mut state: MutexGuard<'a, State>,
        deliver: &Deliver,
        event: &OwnedEvent,
    ) -> (MutexGuard<'a, State>, Verdict) {
        state.delivering.push(thread::current().id());
        drop(state);
        // A receiver that panics has not taken the event.
        let verdict = panics::caught(|| deliver(&event.as_event())).unwrap_or(Verdict::Retry);
        let mut state = self.lock();
        let own = thread::current().id();
        if let Some(at) = state.delivering.iter().rposition(|thread| *thread == own) {
            state.delivering.remove(at);
        }
        self.changed.notify_all();
        (state, verdict)
    }

    fn keep(
        self: &Arc<Self>,
        state: &mut State,
        event: OwnedEvent,
        subjects: Vec<String>,
        refused_at: Option<Instant>,
    ) -> Result<(), Error> {
        if state.waiting.is_full() {
            let message = "too many events wait for the host to take them";
            return Err(Error::new(Kind::Busy, message).with_retry(true, Some(1_000)));
        }
        state.waiting.push(event, subjects, refused_at);
        self.offer_what_waits(state);
        self.changed.notify_all();
        Ok(())
    }

    /// Starts the thread that offers what waits, if it is needed. Where none can be started, the next
    /// event tries again.
    fn offer_what_waits(self: &Arc<Self>, state: &mut State) {
        if state.offers || state.deliver.is_none() || state.waiting.is_empty() {
            return;
        }
        let outbox = Arc::clone(self);
        if let Ok(thread) = spawn("events", move || outbox.offer()) {
            state.offers = true;
            state.threads.retain(|thread| !thread.is_finished());
            state.threads.push(thread);
        }
    }

    /// Offers what waits, each event at its moment, until nothing waits.
    fn offer(&self) {
        let mut state = self.lock();
        while let Some(deliver) = state.deliver.clone() {
            match state.waiting.next(Instant::now()) {
                Next::Offer(number, event) => {
                    let verdict;
                    (state, verdict) = self.deliver(state, &*deliver, &event);
                    if verdict == Verdict::Retry {
                        state.waiting.refused(number, Instant::now());
                    } else {
                        state.waiting.settled(number);
                    }
                }
                Next::Wait(until) => {
                    let left = until.saturating_duration_since(Instant::now());
                    let woken = self.changed.wait_timeout(state, left);
                    state = unpoisoned(woken).0;
                }
                Next::Nothing => break,
            }
        }
        state.offers = false;
    }

    /// Whom the event is about, if `is_asked`: the values of the members that the descriptor marks.
    fn subjects(&self, event: &OwnedEvent, is_asked: bool) -> Vec<String> {
        let row = self.descriptor.event(event.name()).filter(|_| is_asked);
        let fields = row.map_or(&[][..], |row| row.fields).iter();
        let fields = fields.chain(row.map_or(&[][..], |row| row.extension_fields));
        let mut marked = fields
            .filter(|field| field.marks.contains(&Mark::Subject))
            .peekable();
        if marked.peek().is_none() {
            return Vec::new();
        }
        let json: serde_json::Value = serde_json::from_str(event.json()).unwrap_or_default();
        let values = marked.filter_map(|field| json.pointer(&pointer(field.name)));
        let texts = values.map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        });
        texts.filter(|text| !text.is_empty()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Callbacks run without the lock; what it guards is right at every moment.
        unpoisoned(self.state.lock())
    }
}

fn closed() -> Error {
    Error::new(Kind::State, "the adapter is being destroyed")
}

/// Without the lock: cancelling may interrupt what a source uses.
fn cancel_all(sources: &[Weak<Cancel>]) {
    for source in sources.iter().filter_map(Weak::upgrade) {
        source.cancel();
    }
}

/// The JSON Pointer of a member's path: `messages[0].from` is `/messages/0/from`.
fn pointer(path: &str) -> String {
    let path = path.replace('[', ".").replace(']', "");
    path.split('.')
        .fold(String::new(), |pointer, name| pointer + "/" + name)
}
