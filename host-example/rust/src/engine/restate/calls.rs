//! At most one call of the plugin for each intent, whatever the engine repeats.
//!
//! A durable step runs at least once: if its worker, or the connection to it, dies before the result is
//! in the journal, the engine runs the step again. A send must not. So a step has two parts. The first
//! journals an *intent*, a name that only this process knows. The second calls the plugin only if this
//! process made the intent and has not used it. A second run in the same process gets the result of the
//! first; in any other process, where nobody can say how far the first one came, the outcome is unknown.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::engine::Answer;

/// How many intents are remembered. One that was forgotten counts as another process's: unknown.
const REMEMBERED: usize = 100_000;
/// How many bytes of answers are kept; the oldest intents are forgotten for them.
const ANSWERS: usize = 16 << 20;

/// The intents of this process.
#[derive(Debug, Default)]
pub(super) struct Calls(Mutex<Intents>);

#[derive(Debug, Default)]
struct Intents {
    unused: HashSet<String>,
    used: HashMap<String, Used>,
    order: VecDeque<String>,
    /// Of all answers.
    bytes: usize,
}

#[derive(Debug)]
struct Used {
    result: watch::Receiver<Option<Answer>>,
    bytes: usize,
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
}

impl Calls {
    fn intents(&self) -> MutexGuard<'_, Intents> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new intent.
    pub(super) fn intend(&self) -> String {
        let intent = uuid::Uuid::new_v4().to_string();
        let mut intents = self.intents();
        intents.remember(&intent);
        intents.unused.insert(intent.clone());
        intent
    }

    /// The outcome of `call`, which runs on a thread of its own and is run once for each intent. It goes
    /// on if the engine drops this future.
    pub(super) async fn once(
        self: &Arc<Self>,
        intent: &str,
        call: impl FnOnce() -> Answer + Send + 'static,
    ) -> Answer {
        let mut result = {
            let mut intents = self.intents();
            if intents.unused.remove(intent) {
                let (sender, receiver) = watch::channel(None);
                let result = receiver.clone();
                let used = Used { result, bytes: 0 };
                intents.used.insert(intent.to_owned(), used);
                let (this, intent) = (Arc::clone(self), intent.to_owned());
                tokio::task::spawn_blocking(move || {
                    let answer = call();
                    let bytes = serde_json::to_vec(&answer).map_or(ANSWERS, |json| json.len());
                    sender.send_replace(Some(answer));
                    this.intents().ended(&intent, bytes);
                });
                receiver
            } else if let Some(used) = intents.used.get(intent) {
                used.result.clone()
            } else {
                return Answer::Unknown; // the worker that began this call died or was replaced
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

    fn done() -> Answer {
        Answer::Success(serde_json::Value::Null)
    }

    #[tokio::test]
    async fn an_intent_is_used_once_and_its_result_given_again() {
        let (calls, count) = (Arc::new(Calls::default()), Arc::new(AtomicUsize::new(0)));
        let intent = calls.intend();
        for _ in 0..3 {
            let count = Arc::clone(&count);
            let outcome = calls.once(&intent, move || {
                count.fetch_add(1, Ordering::SeqCst);
                done()
            });
            assert_eq!(outcome.await, done());
        }
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_call_goes_on_when_its_future_is_dropped() {
        let calls = Arc::new(Calls::default());
        let intent = calls.intend();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let call = move || wait.recv().map_or_else(|_| done(), |()| done());
        let mut first = Box::pin(calls.once(&intent, call));
        let polled =
            std::future::poll_fn(|context| std::task::Poll::Ready(first.as_mut().poll(context)));
        assert!(polled.await.is_pending());
        drop(first);
        drop(go);
        let second = || Answer::Error("called twice".into());
        assert_eq!(calls.once(&intent, second).await, done());
    }

    #[tokio::test]
    async fn another_processes_intent_is_unknown() {
        let calls = Arc::new(Calls::default());
        let outcome = calls.once("made elsewhere", done).await;
        assert_eq!(outcome, Answer::Unknown);
    }

    #[tokio::test]
    async fn a_panic_is_an_unknown_outcome() {
        let calls = Arc::new(Calls::default());
        let intent = calls.intend();
        let outcome = calls
            .once(&intent, || std::panic::resume_unwind(Box::new(())))
            .await;
        assert_eq!(outcome, Answer::Unknown);
    }

    #[test]
    fn what_is_forgotten_is_unused_no_more() {
        let calls = Calls::default();
        let first = calls.intend();
        for _ in 0..REMEMBERED {
            calls.intend();
        }
        let intents = calls.intents();
        assert!(!intents.unused.contains(&first));
        assert_eq!(intents.unused.len(), REMEMBERED);
    }

    #[test]
    fn the_oldest_answers_are_forgotten_when_all_are_too_long() {
        let calls = Calls::default();
        let made = [(); 3].map(|()| calls.intend());
        let mut intents = calls.intents();
        for intent in &made {
            intents.unused.remove(intent);
            let (_, result) = watch::channel(Some(done()));
            let used = Used { result, bytes: 0 };
            intents.used.insert(intent.clone(), used);
            intents.ended(intent, ANSWERS / 2);
        }
        let kept = made.map(|intent| intents.used.contains_key(&intent));
        assert_eq!(kept, [false, true, true]);
        assert_eq!(intents.bytes, ANSWERS / 2 * 2);
    }
}
