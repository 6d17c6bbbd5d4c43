//! At most one call of the plugin for each intent, whatever the engine repeats.
//!
//! A durable step runs at least once: if its worker, or the connection to it, dies before the result is
//! in the journal, the engine runs the step again. A send must not. So a step has two parts. The first
//! journals an *intent*, a name that only this process knows. The second calls the plugin only if this
//! process made the intent and has not used it. A second run in the same process gets the result of the
//! first; in any other process, where nobody can say how far the first one came, the outcome is unknown.
//!
//! An intent does not last for ever: a run whose outcome is unknown is told so some time after, and
//! whoever is told may send again. A process that stood still meanwhile does not begin that call any
//! more.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime};

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::sends::{Place, Sends};
use crate::engine::Answer;
use crate::lock::unpoisoned;

/// How many intents are remembered. One that was forgotten counts as another process's: unknown.
const REMEMBERED: usize = 100_000;
/// How many bytes of answers are kept; the oldest intents are forgotten for them.
const ANSWERS: usize = 16 << 20;
/// The pause before another intent is made for a call whose first one came too late.
const AGAIN_MS: u64 = 100;

/// What is journaled before a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Intent {
    /// Known to the process that made it.
    name: String,
    /// So long after it, and not before, the run may be told that the outcome is unknown. Journaled, so
    /// that every worker goes by the same, whatever its configuration says.
    pub(super) within_ms: u64,
    /// What the command declares, for the response of an outcome that is resolved later.
    #[serde(default)]
    pub(super) texts: Vec<String>,
    /// The line of the instance, for the event that tells how it ended.
    #[serde(default)]
    pub(super) line: Option<String>,
}

/// The intents of this process.
#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<Intents>);

#[derive(Debug, Default)]
struct Intents {
    unused: HashMap<String, Made>,
    used: HashMap<String, Used>,
    order: VecDeque<String>,
    /// Of all answers.
    bytes: usize,
}

/// When an intent was made.
#[derive(Debug, Clone, Copy)]
struct Made {
    instant: Instant,
    wall: SystemTime,
}

impl Made {
    /// By the clock that says more: the one stands still while the machine sleeps, the other may be set.
    fn age(self) -> Duration {
        let wall = self.wall.elapsed().unwrap_or_default();
        self.instant.elapsed().max(wall)
    }
}

#[derive(Debug)]
struct Used {
    result: watch::Receiver<Option<Answer>>,
    bytes: usize,
}

/// What is to be done about an intent.
enum Turn {
    /// Its call was begun here, and this tells its result.
    Begun(watch::Receiver<Option<Answer>>),
    /// Its call may begin, and has so much time.
    Begins(watch::Sender<Option<Answer>>, Duration),
    /// It came too late: proved not begun, here or anywhere.
    TooLate,
    /// Another process made it, or it was forgotten.
    Unknown,
}

impl Intents {
    fn remember(&mut self, intent: &str) {
        self.order.push_back(intent.to_owned());
        self.forget();
    }

    /// The call has ended with an answer of so many bytes.
    fn ended(&mut self, intent: &str, bytes: usize) {
        if let Some(used) = self.used.get_mut(intent) {
            used.bytes = bytes;
            self.bytes += bytes;
            self.forget();
        }
    }

    fn forget(&mut self) {
        while self.order.len() > REMEMBERED || self.bytes > ANSWERS {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            self.unused.remove(&oldest);
            self.bytes -= self.used.remove(&oldest).map_or(0, |used| used.bytes);
        }
    }

    /// Uses the intent if it may be used.
    fn turn(&mut self, intent: &Intent) -> Turn {
        if let Some(used) = self.used.get(&intent.name) {
            return Turn::Begun(used.result.clone());
        }
        let Some(made) = self.unused.get(&intent.name) else {
            return Turn::Unknown;
        };
        let within = Duration::from_millis(intent.within_ms);
        let left = within.saturating_sub(made.age());
        if left.is_zero() {
            return Turn::TooLate;
        }
        self.unused.remove(&intent.name);
        let (sender, result) = watch::channel(None);
        let used = Used { result, bytes: 0 };
        self.used.insert(intent.name.clone(), used);
        Turn::Begins(sender, left)
    }
}

impl Calls {
    fn intents(&self) -> MutexGuard<'_, Intents> {
        unpoisoned(self.0.lock())
    }

    /// A new intent, for a call that begins when it is journaled.
    pub(super) fn intend(&self, within: Duration) -> Intent {
        let name = uuid::Uuid::new_v4().to_string();
        let mut intents = self.intents();
        intents.remember(&name);
        let made = Made {
            instant: Instant::now(),
            wall: SystemTime::now(),
        };
        intents.unused.insert(name.clone(), made);
        Intent {
            name,
            within_ms: u64::try_from(within.as_millis()).unwrap_or(u64::MAX),
            texts: Vec::new(),
            line: None,
        }
    }

    /// Whether a call may still begin with this intent.
    fn may_begin(&self, intent: &Intent) -> bool {
        self.intents().unused.contains_key(&intent.name)
    }

    /// The outcome of `call`, which runs on a thread of its own, is run once for each intent, and is told
    /// how much time it has. It goes on if the engine drops this future. `place` is the right to call
    /// that was had when the intent was made; without it, since that was in an earlier turn of the step,
    /// `again` gets another.
    pub(super) async fn once(
        self: &Arc<Self>,
        sends: &Sends,
        intent: &Intent,
        place: Option<Place>,
        again: impl Future<Output = Place>,
        call: impl FnOnce(Duration) -> Answer + Send + 'static,
    ) -> Answer {
        let place = match place {
            None if self.may_begin(intent) => Some(again.await),
            place => place,
        };
        let turn = self.intents().turn(intent);
        let mut result = match turn {
            Turn::Begun(result) => result,
            Turn::TooLate => return Answer::Later(AGAIN_MS),
            Turn::Unknown => return Answer::Unknown,
            Turn::Begins(sender, left) => {
                let (this, name) = (Arc::clone(self), intent.name.clone());
                let result = sender.subscribe();
                sends.send(move || {
                    let answer = call(left);
                    drop(place);
                    let bytes = serde_json::to_vec(&answer).map_or(ANSWERS, |json| json.len());
                    sender.send_replace(Some(answer));
                    this.intents().ended(&name, bytes);
                });
                result
            }
        };
        let ended = result.wait_for(Option::is_some).await;
        let ended = ended.ok().and_then(|answer| answer.clone());
        ended.unwrap_or(Answer::Unknown) // the call ended without a result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const LONG: Duration = Duration::from_secs(600);

    fn done() -> Answer {
        Answer::Success(serde_json::Value::Null)
    }

    /// The calls of a process.
    struct Process(Arc<Calls>, Sends);

    impl Process {
        fn new() -> Self {
            Self(Arc::default(), Sends::new(4).unwrap())
        }

        async fn once(
            &self,
            intent: &Intent,
            call: impl FnOnce(Duration) -> Answer + Send + 'static,
        ) -> Answer {
            let again = self.1.place("sales", 0);
            self.0.once(&self.1, intent, None, again, call).await
        }
    }

    #[tokio::test]
    async fn an_intent_is_used_once_and_its_result_given_again() {
        let (process, count) = (Process::new(), Arc::new(AtomicUsize::new(0)));
        let intent = process.0.intend(LONG);
        for _ in 0..3 {
            let count = Arc::clone(&count);
            let outcome = process.once(&intent, move |left| {
                assert!(left <= LONG);
                count.fetch_add(1, Ordering::SeqCst);
                done()
            });
            assert_eq!(outcome.await, done());
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    /// R6: a worker that stood still for longer than the outcome was waited for sent what had been told as
    /// unknown.
    #[tokio::test]
    async fn r06_a_call_whose_run_may_have_been_told_is_not_begun_any_more() {
        let process = Process::new();
        let intent = process.0.intend(Duration::from_millis(5));
        std::thread::sleep(Duration::from_millis(6));
        let outcome = process.once(&intent, |_| done()).await;
        assert_eq!(outcome, Answer::Later(AGAIN_MS));
        let outcome = process.once(&intent, |_| done()).await;
        assert_eq!(outcome, Answer::Later(AGAIN_MS), "and never will be");
        let slept = Made {
            instant: Instant::now(),
            wall: SystemTime::now() - LONG,
        };
        assert!(slept.age() >= LONG, "the machine slept");
    }

    #[tokio::test]
    async fn a_call_goes_on_when_its_future_is_dropped() {
        let process = Process::new();
        let intent = process.0.intend(LONG);
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let call = move |_| wait.recv().map_or_else(|_| done(), |()| done());
        let mut first = Box::pin(process.once(&intent, call));
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(first.as_mut().poll(context)));
        assert!(polled.await.is_pending());
        drop(first);
        drop(go);
        let second = |_| Answer::Error("called twice".into());
        assert_eq!(process.once(&intent, second).await, done());
    }

    #[tokio::test]
    async fn another_processes_intent_is_unknown() {
        let made_elsewhere = Process::new().0.intend(LONG);
        let outcome = Process::new().once(&made_elsewhere, |_| done()).await;
        assert_eq!(outcome, Answer::Unknown);
    }

    #[tokio::test]
    async fn a_panic_is_an_unknown_outcome() {
        let process = Process::new();
        let intent = process.0.intend(LONG);
        let outcome = process
            .once(&intent, |_| std::panic::resume_unwind(Box::new(())))
            .await;
        assert_eq!(outcome, Answer::Unknown);
    }

    #[test]
    fn what_is_forgotten_is_unused_no_more() {
        let calls = Calls::default();
        let first = calls.intend(LONG);
        for _ in 0..REMEMBERED {
            calls.intend(LONG);
        }
        let intents = calls.intents();
        assert!(!intents.unused.contains_key(&first.name));
        assert_eq!(intents.unused.len(), REMEMBERED);
    }

    #[test]
    fn the_oldest_answers_are_forgotten_when_all_are_too_long() {
        let calls = Calls::default();
        let made = [(); 3].map(|()| calls.intend(LONG));
        let mut intents = calls.intents();
        for intent in &made {
            assert!(matches!(intents.turn(intent), Turn::Begins(..)));
            intents.ended(&intent.name, ANSWERS / 2);
        }
        let kept = made.map(|intent| intents.used.contains_key(&intent.name));
        assert_eq!(kept, [false, true, true]);
        assert_eq!(intents.bytes, ANSWERS / 2 * 2);
    }
}
