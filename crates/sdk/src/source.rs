//! A thread of an adapter that raises events: started with the instance, told to stop, and waited for.

use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use crate::cancel::Cancel;
use crate::error::{Error, Kind};
use crate::lock::unpoisoned;
use crate::spawn::spawn;

/// The source of one instance. An adapter calls [`Source::start`] in its `start`, [`Source::stop`] in its
/// `shutdown` and [`Source::join`] in its `finish`.
#[derive(Debug, Default)]
pub struct Source {
    stop: Arc<Cancel>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Source {
    /// Runs `run` on a thread `wfa-<name>`. It returns soon after its token is cancelled; while it
    /// waits, it waits with [`Cancel::wait`].
    ///
    /// # Errors
    /// `State` if it was started before, `Unavailable` if the system has no thread left.
    pub fn start(
        &self,
        name: &str,
        run: impl FnOnce(&Cancel) + Send + 'static,
    ) -> Result<(), Error> {
        let mut started = unpoisoned(self.thread.lock());
        if started.is_some() {
            return Err(Error::new(Kind::State, "the source was started before"));
        }
        let stop = Arc::clone(&self.stop);
        let thread = spawn(name, move || run(&stop)).map_err(|error| {
            let message = format!("no thread can be started for the source ({})", error.kind());
            Error::new(Kind::Unavailable, message).with_retry(true, Some(1_000))
        })?;
        *started = Some(thread);
        Ok(())
    }

    /// Tells the source to stop, and waits for nothing.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the source has ended. On the source's own thread, whose callback may be the last use of
    /// a closed instance, it waits for nothing.
    pub fn join(&self) {
        let started = unpoisoned(self.thread.lock()).take();
        let other = started.filter(|source| source.thread().id() != thread::current().id());
        if let Some(source) = other {
            // A source that panicked has ended as well.
            let _ = source.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[test]
    fn a_source_that_ends_its_own_instance_does_not_wait_for_itself() {
        let source = Arc::new(Source::default());
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
        let source = Source::default();
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
