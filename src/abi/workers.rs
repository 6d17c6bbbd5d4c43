//! The threads that run submitted commands: started when they are needed, fed by a bounded queue.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::error::{Error, Kind};
use crate::spawn::spawn;

type Job = Box<dyn FnOnce() + Send>;

pub(super) struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    /// A job came that is due earlier than those before, or the queue was closed.
    earlier: Condvar,
}

/// A job that waits, and until when its operation has time.
struct Waiting {
    operation: u64,
    deadline: Instant,
    job: Job,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Waiting>,
    idle: usize,
    threads: Vec<JoinHandle<()>>,
    /// Operations whose jobs are not to wait for a thread of `threads`.
    hurry: VecDeque<u64>,
    /// Whether a thread runs those.
    hurrying: bool,
    /// When the thread that looks after deadlines looks again, if there is one.
    looks_at: Option<Instant>,
    /// The threads for what is hurried and for what is overdue.
    helpers: Vec<JoinHandle<()>>,
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
            earlier: Condvar::new(),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Runs `job` on a thread of the library, later; at `deadline` even if all of them are busy, on one
    /// thread for all such jobs: by then every command only says that its time is up.
    ///
    /// # Errors
    /// `Busy` if the queue is full or no thread can be started, `State` if it is closed. The job is
    /// dropped.
    pub(super) fn submit(
        &self,
        size: Size,
        operation: u64,
        deadline: Instant,
        job: Job,
    ) -> Result<(), Error> {
        let mut state = self.shared.lock();
        if state.closed {
            return Err(Error::new(Kind::State, "the adapter is being destroyed"));
        }
        let needed = state.idle <= state.queue.len() && state.threads.len() < size.threads;
        if !needed && state.queue.len() >= size.queue {
            return Err(queue_full(state.queue.len()));
        }
        if needed {
            let name = format!("worker-{}", state.threads.len() + 1);
            let shared = Arc::clone(&self.shared);
            match spawn(&name, move || shared.work()) {
                Ok(thread) => state.threads.push(thread),
                Err(error) if state.threads.is_empty() => {
                    let message = format!("no worker thread can be started ({})", error.kind());
                    return Err(Error::new(Kind::Busy, message).with_retry(true, Some(1_000)));
                }
                Err(_) if state.queue.len() >= size.queue => {
                    return Err(queue_full(state.queue.len()));
                }
                // Those that run already will come to it.
                Err(_) => {}
            }
        }
        state.queue.push_back(Waiting {
            operation,
            deadline,
            job,
        });
        if state.queue.len() > state.idle {
            self.look_after(&mut state, deadline);
        }
        drop(state);
        self.shared.work.notify_one();
        Ok(())
    }

    /// Makes sure that a job that waits is looked at by its deadline. Where no thread can be started for
    /// that, it waits on.
    fn look_after(&self, state: &mut State, deadline: Instant) {
        match state.looks_at {
            Some(looks_at) if looks_at <= deadline => {}
            Some(_) => self.shared.earlier.notify_all(),
            None => {
                let shared = Arc::clone(&self.shared);
                if let Ok(thread) = spawn("deadlines", move || shared.run_overdue()) {
                    state.looks_at = Some(deadline);
                    state.keep(thread);
                }
            }
        }
    }

    /// The job of `operation`, if it still waits, runs now: it has been cancelled, and will end at once.
    /// Where no thread can be started for it, it waits on.
    pub(super) fn hurry(&self, operation: u64) {
        let mut state = self.shared.lock();
        let waits_behind = state.queue.iter().position(|it| it.operation == operation);
        // The first jobs are those that idle threads are about to take.
        if waits_behind.is_none_or(|behind| behind < state.idle) {
            return;
        }
        state.hurry.push_back(operation);
        if state.hurrying {
            return;
        }
        let shared = Arc::clone(&self.shared);
        match spawn("cancelled", move || shared.run_hurried()) {
            Ok(thread) => {
                state.hurrying = true;
                state.keep(thread);
            }
            Err(_) => state.hurry.clear(),
        }
    }

    /// Takes no more jobs; the queue is run to its end.
    pub(super) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
        self.shared.earlier.notify_all();
    }

    /// Waits until every thread has ended. Never from one of them.
    pub(super) fn join(&self) {
        let (threads, helpers) = {
            let mut state = self.shared.lock();
            (
                std::mem::take(&mut state.threads),
                std::mem::take(&mut state.helpers),
            )
        };
        for thread in threads.into_iter().chain(helpers) {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

impl State {
    /// Keeps a thread that may end by itself until it is waited for.
    fn keep(&mut self, thread: JoinHandle<()>) {
        self.helpers.retain(|thread| !thread.is_finished());
        self.helpers.push(thread);
    }
}

fn queue_full(waiting: usize) -> Error {
    let message = format!("{waiting} commands are waiting already (property queue)");
    Error::new(Kind::Busy, message).with_retry(true, Some(100))
}

impl Shared {
    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some(waiting) = state.queue.pop_front() {
                drop(state);
                (waiting.job)();
                state = self.lock();
            } else if state.closed {
                return;
            } else {
                state.idle += 1;
                state = self
                    .work
                    .wait(state)
                    .unwrap_or_else(PoisonError::into_inner);
                state.idle -= 1;
            }
        }
    }

    /// Runs the jobs that are not to wait, until there is none.
    fn run_hurried(&self) {
        let mut state = self.lock();
        while let Some(operation) = state.hurry.pop_front() {
            let at = state.queue.iter().position(|it| it.operation == operation);
            if let Some(waiting) = at.and_then(|at| state.queue.remove(at)) {
                drop(state);
                (waiting.job)();
                state = self.lock();
            }
        }
        state.hurrying = false;
    }

    /// Runs the jobs whose time is up while they wait, until none waits.
    fn run_overdue(&self) {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let first = state.queue.iter().enumerate();
            let first = first.min_by_key(|(_, waiting)| waiting.deadline);
            let first = first.map(|(at, waiting)| (at, waiting.deadline));
            let Some((at, deadline)) = first.filter(|_| !state.closed) else {
                // Behind a closed queue every job has been cancelled.
                state.looks_at = None;
                return;
            };
            if deadline > now {
                state.looks_at = Some(deadline);
                let woken = self.earlier.wait_timeout(state, deadline - now);
                state = woken.unwrap_or_else(PoisonError::into_inner).0;
            } else if let Some(waiting) = state.queue.remove(at) {
                drop(state);
                (waiting.job)();
                state = self.lock();
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Jobs run without the lock; what it guards is right at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
