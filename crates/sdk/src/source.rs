//! A thread of an adapter that raises events: started with the instance, told to stop, and waited for.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

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
    /// `Unavailable` if the system has no thread left.
    pub fn start(
        &self,
        name: &str,
        run: impl FnOnce(&Cancel) + Send + 'static,
    ) -> Result<(), Error> {
        let stop = Arc::clone(&self.stop);
        let thread = spawn(name, move || run(&stop)).map_err(|error| {
            let message = format!("no thread can be started for the source ({})", error.kind());
            Error::new(Kind::Unavailable, message).with_retry(true, Some(1_000))
        })?;
        *unpoisoned(self.thread.lock()) = Some(thread);
        Ok(())
    }

    /// Tells the source to stop, and waits for nothing.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the source has ended.
    pub fn join(&self) {
        let thread = unpoisoned(self.thread.lock()).take();
        if let Some(thread) = thread {
            // A source that panicked has ended as well.
            let _ = thread.join();
        }
    }
}
