//! The threads that run submitted commands: started when they are needed, fed by a bounded queue.
//!
//! A command that has to wait gives its thread back and is run again at its moment: one of the idle
//! threads waits for the first of those moments. One more thread, the reaper, runs what must not wait for
//! a worker: cancelled jobs and jobs that are out of time, which by then only say so.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::cancel::Cancel;
use crate::error::{Error, Kind};
use crate::lock::unpoisoned;
use crate::spawn::spawn;

/// Runs until it has ended, or answers when to run it again.
pub(super) type Job = Box<dyn FnMut() -> Option<Instant> + Send>;

pub(super) struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    /// The reaper has something to do, or to look at earlier than before, or the queue was closed.
    reap: Condvar,
}

/// A job that waits.
pub(super) struct Waiting {
    pub(super) operation: u64,
    /// Until when its operation has time.
    pub(super) deadline: Instant,
    pub(super) cancel: Arc<Cancel>,
    pub(super) job: Job,
}

#[derive(Default)]
pub(super) struct State {
    /// Jobs that go on now; before those that begin.
    due: VecDeque<Waiting>,
    /// Jobs that begin.
    queue: VecDeque<Waiting>,
    /// Jobs that go on later, by their moment and in their order.
    parked: BTreeMap<(Instant, u64), Waiting>,
    parkings: u64,
    running: usize,
    idle: usize,
    /// Until when an idle thread waits for the first that is parked, if one does.
    keeps_time: Option<Instant>,
    threads: Vec<JoinHandle<()>>,
    /// Operations that were cancelled while they wait.
    cancelled: VecDeque<u64>,
    /// When the reaper looks again by itself, if there is one.
    looks_at: Option<Instant>,
    /// The reapers that have run: each ends when no job waits.
    reapers: Vec<JoinHandle<()>>,
    closed: bool,
}

/// How much may run and wait at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) threads: usize,
    pub(super) queue: usize,
}

impl Workers {
    pub(super) fn new() -> Self {
        let shared = Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            reap: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Runs `waiting` on a thread of the library, later; at its deadline even if all of them are busy, on
    /// one thread for all such jobs: by then every command only says that its time is up.
    ///
    /// # Errors
    /// `Busy` if the queue is full or no thread can be started, `State` if it is closed. The job is
    /// dropped.
    pub(super) fn submit(&self, size: Size, waiting: Waiting) -> Result<(), Error> {
        let mut state = self.shared.lock();
        if state.closed {
            return Err(Error::new(Kind::State, "the adapter is being destroyed"));
        }
        // What is parked has been taken on as well, though it holds no thread.
        let inside = state.running + state.ready() + state.parked.len();
        let full = |threads: usize| inside >= threads.saturating_add(size.queue);
        if full(size.threads.max(state.threads.len())) {
            return Err(queue_full(state.ready() + state.parked.len()));
        }
        if state.idle <= state.ready() && state.threads.len() < size.threads {
            let name = format!("worker-{}", state.threads.len() + 1);
            let shared = Arc::clone(&self.shared);
            match spawn(&name, move || shared.work()) {
                Ok(thread) => state.threads.push(thread),
                Err(error) if state.threads.is_empty() => {
                    let message = format!("no worker thread can be started ({})", error.kind());
                    return Err(Error::new(Kind::Busy, message).with_retry(true, Some(1_000)));
                }
                Err(_) if full(state.threads.len()) => {
                    return Err(queue_full(state.ready() + state.parked.len()));
                }
                // Those that run already will come to it.
                Err(_) => {}
            }
        }
        let deadline = waiting.deadline;
        state.queue.push_back(waiting);
        if state.ready() > state.idle {
            self.shared.wake_reaper(&mut state, deadline);
        }
        drop(state);
        self.shared.work.notify_one();
        Ok(())
    }

    /// The job of `operation`, if it still waits, runs now: it has been cancelled, and will end at once.
    /// Where no thread can be started for it, it waits on.
    pub(super) fn hurry(&self, operation: u64) {
        let mut state = self.shared.lock();
        state.unpark(operation);
        let mut ready = state.due.iter().chain(&state.queue);
        let behind = ready.position(|it| it.operation == operation);
        // The first jobs are those that idle threads are about to take.
        match behind {
            None => return,
            Some(behind) if behind < state.idle => {
                drop(state);
                self.shared.work.notify_one();
                return;
            }
            Some(_) => state.cancelled.push_back(operation),
        }
        self.shared.wake_reaper(&mut state, Instant::now());
        if state.looks_at.is_none() {
            state.cancelled.clear();
        }
    }

    /// Takes no more jobs, and cancels those that wait: a thread that gets free from now on finds none
    /// that would still do something. They are run to their end.
    pub(super) fn close(&self) {
        let mut state = self.shared.lock();
        state.closed = true;
        let parked = std::mem::take(&mut state.parked);
        state.due.extend(parked.into_values());
        for waiting in state.due.iter().chain(&state.queue) {
            waiting.cancel.cancel();
        }
        drop(state);
        self.shared.work.notify_all();
        self.shared.reap.notify_all();
    }

    /// Waits until every thread has ended. Never from one of them.
    pub(super) fn join(&self) {
        let (threads, reapers) = {
            let mut state = self.shared.lock();
            (
                std::mem::take(&mut state.threads),
                std::mem::take(&mut state.reapers),
            )
        };
        for thread in threads.into_iter().chain(reapers) {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

impl State {
    /// How many jobs wait for nothing but a thread.
    fn ready(&self) -> usize {
        self.due.len() + self.queue.len()
    }

    /// The next job whose moment has come.
    pub(super) fn next(&mut self, now: Instant) -> Option<Waiting> {
        while let Some(first) = self.parked.first_entry()
            && first.key().0 <= now
        {
            self.due.push_back(first.remove());
        }
        self.due.pop_front().or_else(|| self.queue.pop_front())
    }

    /// Keeps a job for its moment; one that has been cancelled meanwhile has come to it already.
    pub(super) fn park(&mut self, waiting: Waiting, until: Instant) {
        if self.closed {
            waiting.cancel.cancel();
        }
        if waiting.cancel.is_cancelled() {
            self.due.push_back(waiting);
        } else {
            self.parkings += 1;
            self.parked.insert((until, self.parkings), waiting);
        }
    }

    /// The job of `operation` does not wait for its moment any more.
    fn unpark(&mut self, operation: u64) {
        let parked = self.parked.iter();
        let found = parked.filter(|(_, waiting)| waiting.operation == operation);
        let key = found.map(|(key, _)| *key).next();
        let waiting = key.and_then(|key| self.parked.remove(&key));
        self.due.extend(waiting);
    }

    /// Takes the job of `operation` out of those that wait for a thread.
    fn take(&mut self, operation: u64) -> Option<Waiting> {
        for jobs in [&mut self.due, &mut self.queue] {
            let at = jobs.iter().position(|it| it.operation == operation);
            if let Some(waiting) = at.and_then(|at| jobs.remove(at)) {
                return Some(waiting);
            }
        }
        None
    }

    /// The job whose time is up first.
    fn most_urgent(&self) -> Option<(u64, Instant)> {
        let waiting = self
            .due
            .iter()
            .chain(&self.queue)
            .chain(self.parked.values());
        let waiting = waiting.map(|waiting| (waiting.operation, waiting.deadline));
        waiting.min_by_key(|(_, deadline)| *deadline)
    }
}

fn queue_full(waiting: usize) -> Error {
    let message = format!("{waiting} commands are waiting already (property queue)");
    Error::new(Kind::Busy, message).with_retry(true, Some(100))
}

impl Shared {
    fn work(self: &Arc<Self>) {
        let mut state = self.lock();
        loop {
            if let Some(waiting) = state.next(Instant::now()) {
                state.running += 1;
                if state.idle > 0 && (state.ready() > 0 || !state.parked.is_empty()) {
                    // Somebody has to take the next one, or keep the time for it.
                    self.work.notify_one();
                }
                state = self.run(waiting, state);
                state.running -= 1;
            } else if state.closed {
                return;
            } else {
                state = self.idle(state);
            }
        }
    }

    /// Runs a job without the lock, and keeps it if it goes on later.
    fn run<'a>(
        self: &'a Arc<Self>,
        mut waiting: Waiting,
        state: MutexGuard<'a, State>,
    ) -> MutexGuard<'a, State> {
        drop(state);
        let until = (waiting.job)();
        let deadline = waiting.deadline;
        // A job that has ended may hold the last of what it used: it goes without the lock.
        let waiting = until.map(|until| (waiting, until));
        let mut state = self.lock();
        if let Some((waiting, until)) = waiting {
            state.park(waiting, until);
            self.wake_reaper(&mut state, deadline);
        }
        state
    }

    /// Waits for work; where nobody else does, until the first job that is parked.
    fn idle<'a>(&'a self, mut state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        state.idle += 1;
        let first = state.parked.first_key_value().map(|((at, _), _)| *at);
        let kept = state.keeps_time;
        if let Some(first) = first.filter(|first| kept.is_none_or(|kept| *first < kept)) {
            state.keeps_time = Some(first);
            let left = first.saturating_duration_since(Instant::now());
            let woken = self.work.wait_timeout(state, left);
            state = unpoisoned(woken).0;
            if state.keeps_time == Some(first) {
                state.keeps_time = None;
            }
        } else {
            let woken = self.work.wait(state);
            state = unpoisoned(woken);
        }
        state.idle -= 1;
        state
    }

    /// Makes sure that the reaper looks at what waits by the moment `by`. Where no thread can be started
    /// for it, jobs wait for a worker.
    fn wake_reaper(self: &Arc<Self>, state: &mut State, by: Instant) {
        match state.looks_at {
            Some(looks_at) if looks_at <= by => {}
            Some(_) => self.reap.notify_all(),
            // Behind a closed queue every job has been cancelled, and the workers run them.
            None if state.closed && state.cancelled.is_empty() => {}
            None => {
                let shared = Arc::clone(self);
                if let Ok(thread) = spawn("reaper", move || shared.reap()) {
                    state.looks_at = Some(by);
                    state.reapers.retain(|thread| !thread.is_finished());
                    state.reapers.push(thread);
                }
            }
        }
    }

    /// Runs cancelled jobs, and those whose time is up while they wait, until none waits.
    fn reap(self: &Arc<Self>) {
        let mut state = self.lock();
        loop {
            if let Some(operation) = state.cancelled.pop_front() {
                if let Some(waiting) = state.take(operation) {
                    state = self.run(waiting, state);
                }
                continue;
            }
            let Some((operation, deadline)) = state.most_urgent().filter(|_| !state.closed) else {
                state.looks_at = None;
                return;
            };
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                state.unpark(operation);
                if let Some(waiting) = state.take(operation) {
                    state = self.run(waiting, state);
                }
            } else {
                state.looks_at = Some(deadline);
                let woken = self.reap.wait_timeout(state, left);
                state = unpoisoned(woken).0;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Jobs run without the lock; what it guards is right at every moment.
        unpoisoned(self.state.lock())
    }
}
