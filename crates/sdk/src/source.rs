//! A thread of an adapter that raises events: started with the instance, told to stop, and waited for.

use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::adapter::Context;
use crate::cancel::Cancel;
use crate::error::{Error, Kind};
use crate::lock::unpoisoned;
use crate::log::{Level, Log};
use crate::outbox::Outbox;
use crate::panics;
use crate::spawn::spawn;

/// The source of one instance. An adapter calls [`Source::start`] in its `start`, [`Source::stop`] in its
/// `shutdown` and [`Source::join`] in its `finish`.
pub struct Source {
    log: Log,
    outbox: Arc<Outbox>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The token of the thread that was started last.
    stop: Option<Arc<Cancel>>,
    threads: Vec<JoinHandle<()>>,
}

impl Source {
    /// The source of the instance that has this context.
    pub fn new(context: &Context) -> Self {
        Self {
            log: context.log.clone(),
            outbox: Arc::clone(&context.emitter.0),
            state: Mutex::default(),
        }
    }

    /// Runs `run` on a thread `wfa-<name>`. It returns soon after its token is cancelled, also when the
    /// adapter's `start` fails after all; while it waits, it waits with [`Cancel::wait`]. A panic in it
    /// ends it and is logged.
    ///
    /// # Errors
    /// `State` if it was started before and not stopped since, or the instance is being destroyed;
    /// `Unavailable` if the system has no thread left.
    pub fn start(
        &self,
        name: &str,
        run: impl FnOnce(&Cancel) + Send + 'static,
    ) -> Result<(), Error> {
        let mut state = unpoisoned(self.state.lock());
        if state.stop.as_ref().is_some_and(|stop| !stop.is_cancelled()) {
            return Err(Error::new(Kind::State, "the source was started before"));
        }
        let stop = self.outbox.token()?;
        let (own, log, thread) = (Arc::clone(&stop), self.log.clone(), format!("wfa-{name}"));
        let source = move || {
            let Err(place) = panics::caught(|| run(&own)) else {
                return;
            };
            log.record(Level::Error, "source", || {
                let message =
                    "a source has ended by a panic: it raises no more events; please report it";
                let fields = serde_json::json!({ "thread": thread, "place": place });
                (message.to_owned(), fields)
            });
        };
        let thread = spawn(name, source).map_err(|error| {
            let message = format!("no thread can be started for the source ({})", error.kind());
            Error::new(Kind::Unavailable, message).with_retry(true, Some(1_000))
        })?;
        state.stop = Some(stop);
        state.threads.retain(|thread| !thread.is_finished());
        state.threads.push(thread);
        Ok(())
    }

    /// Tells the source to stop, and waits for nothing.
    pub fn stop(&self) {
        let stop = unpoisoned(self.state.lock()).stop.clone();
        if let Some(stop) = stop {
            stop.cancel();
        }
    }

    /// Waits until the source has ended. On the source's own thread, whose callback may be the last use of
    /// a closed instance, it waits for nothing.
    pub fn join(&self) {
        let threads = std::mem::take(&mut unpoisoned(self.state.lock()).threads);
        let own = thread::current().id();
        for source in threads.into_iter().filter(|it| it.thread().id() != own) {
            let _ = source.join();
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Source")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;
    use crate::descriptor::Descriptor;

    fn new_source() -> Source {
        Source {
            log: Log::default(),
            outbox: Outbox::new(&Descriptor::EMPTY, Arc::default()),
            state: Mutex::default(),
        }
    }

    #[test]
    fn a_source_that_ends_its_own_instance_does_not_wait_for_itself() {
        let source = Arc::new(new_source());
        let (begin, begun) = mpsc::channel();
        let (end, ended) = mpsc::channel();
        let own = Arc::clone(&source);
        let run = move |_: &Cancel| {
            // Only now its handle is known to be stored.
            let _ = begun.recv();
            own.join();
            let _ = end.send(());
        };
        source.start("own", run).unwrap();
        begin.send(()).unwrap();
        assert_eq!(ended.recv(), Ok(()));
    }

    #[test]
    fn a_source_starts_once() {
        let source = new_source();
        source
            .start("first", |stop| {
                while !stop.is_cancelled() {
                    stop.wait(std::time::Instant::now() + std::time::Duration::from_secs(60));
                }
            })
            .unwrap();
        let again = source.start("second", |_| ()).unwrap_err();
        assert_eq!(again.kind(), Kind::State);
        source.stop();
        source.join();
    }
}
