//! The threads that run submitted commands: started when they are needed, fed by a bounded queue.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::error::{Error, Kind};
use crate::spawn::spawn;

type Job = Box<dyn FnOnce() + Send>;

pub(super) struct Workers {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    /// The jobs that wait, each with its operation.
    queue: VecDeque<(u64, Job)>,
    idle: usize,
    threads: Vec<JoinHandle<()>>,
    /// Operations whose jobs are not to wait for a thread of `threads`.
    hurry: VecDeque<u64>,
    /// Whether a thread runs those.
    hurrying: bool,
    hurried: Vec<JoinHandle<()>>,
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
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Runs `job` on a thread of the library, later.
    ///
    /// # Errors
    /// `Busy` if the queue is full or no thread can be started, `State` if it is closed. The job is
    /// dropped.
    pub(super) fn submit(&self, size: Size, operation: u64, job: Job) -> Result<(), Error> {
        let mut state = self.shared.lock();
        if state.closed {
            return Err(Error::new(Kind::State, "the adapter is being destroyed"));
        }
        let needed = state.idle <= state.queue.len() && state.threads.len() < size.threads;
        if !needed && state.queue.len() >= size.queue {
            let waiting = state.queue.len();
            let message = format!("{waiting} commands are waiting already (property queue)");
            return Err(Error::new(Kind::Busy, message).with_retry(true, Some(100)));
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
                // Those that run already will come to it.
                Err(_) => {}
            }
        }
        state.queue.push_back((operation, job));
        drop(state);
        self.shared.work.notify_one();
        Ok(())
    }

    /// The job of `operation`, if it still waits, runs now: it has been cancelled, and will end at once.
    /// Where no thread can be started for it, it waits on.
    pub(super) fn hurry(&self, operation: u64) {
        let mut state = self.shared.lock();
        let waits_behind = state.queue.iter().position(|(id, _)| *id == operation);
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
                state.hurried.retain(|thread| !thread.is_finished());
                state.hurried.push(thread);
            }
            Err(_) => state.hurry.clear(),
        }
    }

    /// Takes no more jobs; the queue is run to its end.
    pub(super) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.work.notify_all();
    }

    /// Waits until every thread has ended. Never from one of them.
    pub(super) fn join(&self) {
        let (threads, hurried) = {
            let mut state = self.shared.lock();
            (
                std::mem::take(&mut state.threads),
                std::mem::take(&mut state.hurried),
            )
        };
        for thread in threads.into_iter().chain(hurried) {
            // A thread that panicked has ended as well.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some((_, job)) = state.queue.pop_front() {
                drop(state);
                job();
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
            let at = state.queue.iter().position(|(id, _)| *id == operation);
            if let Some((_, job)) = at.and_then(|at| state.queue.remove(at)) {
                drop(state);
                job();
                state = self.lock();
            }
        }
        state.hurrying = false;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Jobs run without the lock; what it guards is right at every moment.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
