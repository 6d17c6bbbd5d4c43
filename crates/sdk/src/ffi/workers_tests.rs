//! The rules of the queue: what holds a thread, what does not, and what closing it leaves to do.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::workers::{Job, Size, State, Waiting, Workers};
use crate::cancel::Cancel;

const PATIENCE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);

/// What jobs have told, in order.
struct Told(Receiver<String>, Sender<String>);

impl Told {
    fn new() -> Self {
        let (sender, told) = mpsc::channel();
        Self(told, sender)
    }

    fn next(&self) -> String {
        self.0.recv_timeout(PATIENCE).unwrap()
    }

    fn nothing(&self) {
        assert!(self.0.try_recv().is_err());
    }
}

struct Rig {
    workers: Workers,
    size: Size,
    told: Told,
    last: u64,
}

impl Rig {
    fn new(threads: usize, queue: usize) -> Self {
        Self {
            workers: Workers::new(),
            size: Size { threads, queue },
            told: Told::new(),
            last: 0,
        }
    }

    /// Submits a job that tells its name each time it runs, and whether it was cancelled by then. It is
    /// parked for as long as `waits` say, one after the other.
    fn submit(&mut self, name: &str, waits: &[Duration]) -> (u64, Arc<Cancel>) {
        let (told, name) = (self.told.1.clone(), name.to_owned());
        let waits: Vec<Duration> = waits.into();
        let mut waits = waits.into_iter();
        self.run(move |cancel| {
            let was = if cancel.is_cancelled() {
                " cancelled"
            } else {
                ""
            };
            told.send(format!("{name}{was}")).unwrap();
            if cancel.is_cancelled() {
                return None;
            }
            waits.next().map(|wait| Instant::now() + wait)
        })
    }

    fn run(
        &mut self,
        mut run: impl FnMut(&Cancel) -> Option<Instant> + Send + 'static,
    ) -> (u64, Arc<Cancel>) {
        self.last += 1;
        let cancel = Arc::<Cancel>::default();
        let given = Arc::clone(&cancel);
        let job: Job = Box::new(move || run(&given));
        let waiting = Waiting {
            operation: self.last,
            deadline: Instant::now() + HOUR,
            cancel: Arc::clone(&cancel),
            job,
        };
        self.workers.submit(self.size, waiting).unwrap();
        (self.last, cancel)
    }

    /// Submits a job that holds its thread until something is sent, or its sender is dropped.
    fn hold(&mut self) -> Sender<()> {
        let (sender, held) = mpsc::channel::<()>();
        let (told, held) = (self.told.1.clone(), Mutex::new(held));
        self.run(move |_| {
            told.send("held".to_owned()).unwrap();
            let _ = held.lock().unwrap().recv();
            None
        });
        assert_eq!(self.told.next(), "held");
        sender
    }
}

/// S36: with one thread, a thousand jobs that wait for an hour delay nobody.
#[test]
fn a_job_that_waits_holds_no_thread() {
    let mut rig = Rig::new(1, 2_000);
    for _ in 0..1_000 {
        rig.submit("waits", &[HOUR]);
        assert_eq!(rig.told.next(), "waits");
    }
    rig.submit("third", &[]);
    assert_eq!(rig.told.next(), "third");
    rig.told.nothing();
    rig.workers.close();
    for _ in 0..1_000 {
        assert_eq!(rig.told.next(), "waits cancelled");
    }
    rig.workers.join();
}

#[test]
fn jobs_go_on_at_their_moments_and_in_their_order() {
    let now = Instant::now();
    let mut state = State::default();
    for (operation, seconds) in [(1, 9), (2, 5), (3, 5), (4, 7), (5, 5)] {
        let waiting = Waiting {
            operation,
            deadline: now + HOUR,
            cancel: Arc::default(),
            job: Box::new(|| None),
        };
        state.park(waiting, now + Duration::from_secs(seconds));
    }
    let mut next = |seconds| {
        let next = state.next(now + Duration::from_secs(seconds));
        next.map(|waiting| waiting.operation)
    };
    assert_eq!(next(4), None);
    assert_eq!(next(5), Some(2));
    assert_eq!(
        [(); 5].map(|()| next(9)),
        [3, 5, 4, 1, 0].map(|it| Some(it).filter(|it| *it > 0))
    );
}

#[test]
fn a_parked_job_goes_on() {
    let mut rig = Rig::new(1, 100);
    let ms = Duration::from_millis;
    rig.submit("a", &[ms(10), ms(1), ms(20)]);
    for _ in 0..4 {
        assert_eq!(rig.told.next(), "a");
    }
    rig.workers.close();
    rig.workers.join();
    rig.told.nothing();
}

#[test]
fn a_parked_job_that_is_cancelled_ends_at_once_also_if_every_thread_is_busy() {
    let mut rig = Rig::new(1, 100);
    let (first, cancel) = rig.submit("first", &[HOUR]);
    assert_eq!(rig.told.next(), "first");
    let (second, cancel_second) = rig.submit("second", &[HOUR]);
    assert_eq!(rig.told.next(), "second");
    cancel.cancel();
    rig.workers.hurry(first);
    assert_eq!(rig.told.next(), "first cancelled");
    let free = rig.hold();
    cancel_second.cancel();
    rig.workers.hurry(second);
    assert_eq!(rig.told.next(), "second cancelled");
    drop(free);
    rig.workers.close();
    rig.workers.join();
}

#[test]
fn a_job_that_was_cancelled_before_it_was_parked_does_not_wait() {
    let mut rig = Rig::new(1, 100);
    let (running, go_on) = (rig.told.1.clone(), mpsc::channel::<()>());
    let go_on_there = Mutex::new(go_on.1);
    let mut runs = 0;
    let (operation, cancel) = rig.run(move |_| {
        runs += 1;
        running.send(format!("run {runs}")).unwrap();
        if runs == 1 {
            let _ = go_on_there.lock().unwrap().recv();
            return Some(Instant::now() + HOUR);
        }
        None
    });
    assert_eq!(rig.told.next(), "run 1");
    cancel.cancel();
    rig.workers.hurry(operation);
    go_on.0.send(()).unwrap();
    assert_eq!(rig.told.next(), "run 2");
    rig.workers.close();
    rig.workers.join();
}

/// C21: whoever gets free behind a closed queue finds nothing there that would still do something.
#[test]
fn closing_the_queue_cancels_what_waits_before_any_thread_can_take_it() {
    let mut rig = Rig::new(1, 100);
    let parked = rig.submit("parked", &[HOUR]).1;
    assert_eq!(rig.told.next(), "parked");
    let free = rig.hold();
    let queued: Vec<_> = (0..20).map(|_| rig.submit("queued", &[]).1).collect();
    rig.workers.close();
    assert!(parked.is_cancelled());
    assert!(queued.iter().all(|cancel| cancel.is_cancelled()));
    rig.told.nothing();
    drop(free);
    assert_eq!(rig.told.next(), "parked cancelled");
    for _ in 0..20 {
        assert_eq!(rig.told.next(), "queued cancelled");
    }
    rig.workers.join();
    let job = Waiting {
        operation: 99,
        deadline: Instant::now(),
        cancel: Arc::default(),
        job: Box::new(|| None),
    };
    assert!(rig.workers.submit(rig.size, job).is_err());
}

#[test]
fn what_is_parked_counts_as_taken_on() {
    let mut rig = Rig::new(1, 2);
    for _ in 0..3 {
        rig.submit("waits", &[HOUR]);
        assert_eq!(rig.told.next(), "waits");
    }
    // The last of them may not have been parked yet: it counts as running until then.
    let job = Waiting {
        operation: 99,
        deadline: Instant::now(),
        cancel: Arc::default(),
        job: Box::new(|| None),
    };
    assert!(rig.workers.submit(rig.size, job).is_err());
    rig.workers.close();
    rig.workers.join();
}

#[test]
fn a_queue_without_a_limit_takes_every_job() {
    let mut rig = Rig::new(1, usize::MAX);
    rig.submit("a job", &[]);
    assert_eq!(rig.told.next(), "a job");
}
