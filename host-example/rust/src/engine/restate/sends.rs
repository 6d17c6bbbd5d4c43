//! The calls of this worker: how many go on at once, how far apart they begin, and on whose threads.
//!
//! A send waits here before its intent is journaled. So what waits belongs to nobody: when the worker
//! dies, another one sends it. A call that has its place begins at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep_until};

use crate::lock::unpoisoned;

/// How many calls of all instances go on at once.
const ALL: usize = 1024;
/// How many webhooks are processed at once.
const WEBHOOKS: usize = 256;

/// The right to make one call of the plugin now.
#[derive(Debug)]
pub(super) struct Place(#[allow(dead_code, reason = "given back when dropped")] Option<Permits>);

type Permits = (OwnedSemaphorePermit, OwnedSemaphorePermit);

/// Where the calls of this worker wait and run.
pub(super) struct Sends {
    gates: Mutex<HashMap<String, Arc<Gate>>>,
    /// Of one instance.
    places: usize,
    all: Arc<Semaphore>,
    sends: Pool,
    webhooks: Pool,
}

/// One instance's calls.
struct Gate {
    places: Arc<Semaphore>,
    /// When the next call may begin. Whoever waits for it holds the lock, so that they go in the order in
    /// which they came, and one that is given up takes nobody's time.
    next: tokio::sync::Mutex<Instant>,
}

impl Sends {
    /// With so many calls of one instance at once.
    ///
    /// # Errors
    /// Its threads could not be made.
    pub(super) fn new(places: usize) -> Result<Self, String> {
        Ok(Self {
            gates: Mutex::default(),
            places: places.clamp(1, ALL),
            all: Arc::new(Semaphore::new(ALL)),
            sends: Pool::new("send", ALL)?,
            webhooks: Pool::new("webhook", WEBHOOKS)?,
        })
    }

    /// Waits until a call of the instance may begin, of which there are so many in a second at most; 0 is
    /// no limit.
    pub(super) async fn place(&self, instance: &str, per_second: u32) -> Place {
        let gate = self.gate(instance);
        let Ok(one) = Arc::clone(&gate.places).acquire_owned().await else {
            return Place(None); // they are never closed
        };
        if per_second > 0 {
            gate.wait(per_second).await;
        }
        let all = Arc::clone(&self.all).acquire_owned().await;
        Place(all.ok().map(|all| (one, all)))
    }

    fn gate(&self, instance: &str) -> Arc<Gate> {
        let mut gates = unpoisoned(self.gates.lock());
        let gate = gates.entry(instance.to_owned()).or_insert_with(|| {
            Arc::new(Gate {
                places: Arc::new(Semaphore::new(self.places)),
                next: tokio::sync::Mutex::new(Instant::now()),
            })
        });
        Arc::clone(gate)
    }

    /// Runs a call on a thread of its own kind; it goes on if the handle is dropped.
    pub(super) fn send<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        self.sends.handle.spawn_blocking(call)
    }

    /// Runs what a webhook starts; no send is before it.
    pub(super) fn webhook<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        self.webhooks.handle.spawn_blocking(work)
    }
}

impl Gate {
    async fn wait(&self, per_second: u32) {
        let mut next = self.next.lock().await;
        let now = Instant::now();
        let (start, following) = slot(*next, now, per_second);
        if start > now {
            sleep_until(start).await;
        }
        *next = following;
    }
}

/// When the next call begins, and when the one after it may. After an idle second a tenth of a second's
/// calls may go at once.
fn slot(next: Instant, now: Instant, per_second: u32) -> (Instant, Instant) {
    let gap = Duration::from_secs(1) / per_second.max(1);
    let saved = gap * (per_second / 10);
    let start = next.max(now.checked_sub(saved).unwrap_or(now));
    (start, start + gap)
}

/// Threads that nothing else runs on.
struct Pool {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl Pool {
    fn new(name: &str, threads: usize) -> Result<Self, String> {
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads)
            .thread_name(name)
            .build()
            .map_err(|error| format!("cannot start the threads of a {name}: {error}"))?;
        Ok(Self {
            handle: runtime.handle().clone(),
            runtime: Some(runtime),
        })
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background(); // it may be dropped where nothing may block
        }
    }
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;
    use std::sync::mpsc::channel;
    use std::task::Poll;

    use super::*;

    #[test]
    fn r01_calls_begin_at_the_rate_and_after_a_pause_a_few_at_once() {
        let began = Instant::now() + Duration::from_secs(60);
        let (mut next, mut starts) = (began, Vec::new());
        for _ in 0..100 {
            let (start, following) = slot(next, began, 80);
            starts.push(start.saturating_duration_since(began));
            next = following;
        }
        assert_eq!(starts[0], Duration::ZERO);
        assert_eq!(starts[80], Duration::from_secs(1));
        let later = began + Duration::from_secs(3600);
        let mut at_once = 0;
        while slot(next, later, 80).0 <= later {
            next = slot(next, later, 80).1;
            at_once += 1;
        }
        assert_eq!(at_once, 9, "a tenth of the rate, and the one that is due");
    }

    /// Whether the future is still waiting.
    async fn waits<F: Future>(future: &mut std::pin::Pin<Box<F>>) -> bool {
        poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
    }

    #[tokio::test]
    async fn r01_an_instance_has_so_many_places_and_keeps_no_other_waiting() {
        let sends = Sends::new(2).unwrap();
        let first = sends.place("sales", 0).await;
        let _second = sends.place("sales", 0).await;
        let mut third = Box::pin(sends.place("sales", 0));
        assert!(waits(&mut third).await);
        let _other = sends.place("support", 0).await;
        drop(first);
        assert!(!waits(&mut third).await);
    }

    #[tokio::test]
    async fn one_that_gave_up_waiting_takes_nobodys_turn() {
        let sends = Sends::new(9).unwrap();
        let _first = sends.place("sales", 1).await;
        let mut given_up = Box::pin(sends.place("sales", 1));
        assert!(waits(&mut given_up).await);
        drop(given_up);
        let gate = sends.gate("sales");
        let next = gate.next.lock().await;
        let left = next.saturating_duration_since(Instant::now());
        assert!(left <= Duration::from_secs(1), "{left:?}");
    }

    /// R5: with tokio's own blocking threads, 512 slow calls kept every webhook and health check waiting.
    #[tokio::test]
    async fn r05_webhooks_and_what_else_blocks_do_not_wait_behind_sends() {
        let sends = Sends::new(ALL).unwrap();
        let (go, wait) = channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let calls: Vec<_> = (0..600)
            .map(|_| {
                let wait = Arc::clone(&wait);
                sends.send(move || wait.lock().unwrap().recv().is_err())
            })
            .collect();
        sends.webhook(|| ()).await.unwrap();
        tokio::task::spawn_blocking(|| ()).await.unwrap();
        drop(go);
        for call in calls {
            call.await.unwrap();
        }
    }
}
