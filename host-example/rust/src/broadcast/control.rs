//! How fast a broadcast goes, and when it stops.

use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};

use crate::console;
use crate::lock::unpoisoned;
use crate::problem::Problem;
use crate::store::StoreError;

/// The exit code of a program that SIGINT has ended.
const INTERRUPTED: i32 = 130;

/// Why a broadcast stops before its end.
#[derive(Debug, Clone)]
pub(super) enum Stop {
    /// A person or the system wants it.
    Told,
    /// What it was refused for, everybody would be refused for.
    Refused(String),
    Store(StoreError),
}

/// Who wants to send waits here for the moment to begin; nothing is claimed before.
pub(super) struct Control {
    gap: Duration,
    state: Mutex<State>,
    stopped: Condvar,
}

struct State {
    next: Instant,
    stop: Option<Stop>,
}

impl Control {
    /// So many messages a second, evenly.
    pub(super) fn new(per_second: f64) -> Self {
        Self {
            gap: Duration::from_secs_f64(1.0 / per_second.clamp(0.001, 1000.0)),
            state: Mutex::new(State {
                next: Instant::now(),
                stop: None,
            }),
            stopped: Condvar::new(),
        }
    }

    /// Waits until this caller may send; false if nobody may any more.
    pub(super) fn permit(&self) -> bool {
        let mut state = self.lock();
        let turn = state.next.max(Instant::now());
        state.next = turn + self.gap;
        drop(state);
        self.wait_until(turn)
    }

    /// Waits that long; false if it stops meanwhile.
    pub(super) fn pause(&self, time: Duration) -> bool {
        self.wait_until(Instant::now() + time)
    }

    fn wait_until(&self, moment: Instant) -> bool {
        let mut state = self.lock();
        loop {
            if state.stop.is_some() {
                return false;
            }
            let left = moment.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            let waited = self.stopped.wait_timeout(state, left);
            state = unpoisoned(waited).0;
        }
    }

    /// Nobody begins to send any more; what has begun is finished. The first reason stays.
    pub(super) fn stop(&self, why: Stop) {
        self.lock().stop.get_or_insert(why);
        self.stopped.notify_all();
    }

    /// Why it stops, if it does.
    pub(super) fn stopped(&self) -> Option<Stop> {
        self.lock().stop.clone()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}

/// Stops the broadcast on SIGINT, on SIGTERM and when its terminal goes (SIGHUP); the second one
/// ends the program at once.
pub(super) fn listen(control: &Arc<Control>) -> Result<(), Problem> {
    let cannot = |error| Problem::Failed(format!("cannot wait for signals: {error}"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(cannot)?;
    let entered = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot)?;
    let mut hangup = signal(SignalKind::hangup()).map_err(cannot)?;
    drop(entered);
    let control = Arc::clone(control);
    let thread = std::thread::Builder::new().name("signals".to_owned());
    let waiting = async move {
        for again in [false, true] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
            if again {
                std::process::exit(INTERRUPTED);
            }
            console::note(
                "stopping: messages on their way are finished; once more ends it at once",
            );
            control.stop(Stop::Told);
        }
    };
    let started = thread.spawn(move || runtime.block_on(waiting));
    started.map(drop).map_err(cannot)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn h04_who_waits_for_a_permit_gets_none_after_a_stop() {
        let control = Control::new(0.001);
        assert!(control.permit(), "the first waits for nobody");
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| control.permit());
            control.stop(Stop::Told);
            control.stop(Stop::Refused("later".to_owned()));
            assert!(!waits.join().unwrap());
        });
        assert!(matches!(control.stopped(), Some(Stop::Told)));
        assert!(!control.pause(Duration::ZERO));
    }
}
