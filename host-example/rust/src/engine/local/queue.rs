//! Which run goes on next: those that can, in their order; those that wait, when their time has come;
//! never two of one lane at once, and never one run on two threads.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

use crate::lock::unpoisoned;
use crate::store::{RunId, now_ms};

/// Runs to go on with.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    turned: Condvar,
}

#[derive(Default)]
struct State {
    ready: VecDeque<(RunId, i64)>,
    /// Turns that waited for a place, and go on before others begin.
    resumed: VecDeque<Turn>,
    /// What waits for another run of its lane to pause.
    parked: HashMap<i64, VecDeque<RunId>>,
    parked_count: usize,
    timers: BTreeMap<(i64, RunId), i64>,
    /// What runs, and whether it was woken meanwhile.
    running: HashMap<RunId, bool>,
    lanes: HashSet<i64>,
    stopped: bool,
}

/// The right to go on with a run; give it back with [`Queue::release`].
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub(super) run: RunId,
    pub(super) lane: i64,
    /// The instance for whose place it waited.
    pub(super) woken_for: Option<String>,
}

impl Queue {
    /// This run can go on.
    pub(super) fn add(&self, run: RunId, lane: i64) {
        self.lock().ready.push_back((run, lane));
        self.turned.notify_one();
    }

    /// This run goes on at this time, Unix milliseconds.
    pub(super) fn add_at(&self, run: RunId, lane: i64, at: i64) {
        self.lock().timers.insert((at, run), lane);
        self.turned.notify_one();
    }

    /// This turn, which was never given back, goes on.
    pub(super) fn resume(&self, turn: Turn) {
        self.lock().resumed.push_back(turn);
        self.turned.notify_one();
    }

    /// Waits for the next run; none once the queue is stopped.
    pub(super) fn take(&self) -> Option<Turn> {
        let mut state = self.lock();
        loop {
            if state.stopped {
                return None;
            }
            let now = now_ms();
            state.wake(now);
            if let Some(turn) = state.next() {
                if !(state.ready.is_empty() && state.resumed.is_empty()) {
                    self.turned.notify_one();
                }
                return Some(turn);
            }
            let next = state.timers.first_key_value().map(|((at, _), _)| at - now);
            let pause = next.map_or(3_600_000, |ms| ms.clamp(1, 3_600_000));
            let pause = Duration::from_millis(pause.unsigned_abs());
            let waited = self.turned.wait_timeout(state, pause);
            state = unpoisoned(waited).0;
        }
    }

    /// The run has paused or ended.
    pub(super) fn release(&self, turn: &Turn) {
        let mut state = self.lock();
        if state.running.remove(&turn.run) == Some(true) {
            state.ready.push_back((turn.run, turn.lane));
        }
        state.lanes.remove(&turn.lane);
        let mut emptied = false;
        if let Some(parked) = state.parked.get_mut(&turn.lane) {
            let next = parked.pop_front();
            emptied = parked.is_empty();
            if let Some(next) = next {
                state.parked_count -= 1;
                state.ready.push_front((next, turn.lane));
            }
        }
        if emptied {
            state.parked.remove(&turn.lane);
        }
        drop(state);
        self.turned.notify_one();
    }

    /// Gives out no more turns.
    pub(super) fn stop(&self) {
        self.lock().stopped = true;
        self.turned.notify_all();
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.lock().stopped
    }

    /// How many runs could go on if there were threads for them.
    pub(super) fn backlog(&self) -> usize {
        let state = self.lock();
        state.ready.len() + state.parked_count
    }

    /// A panic elsewhere leaves a whole state behind, so a poisoned lock is no reason to stop.
    fn lock(&self) -> MutexGuard<'_, State> {
        unpoisoned(self.state.lock())
    }
}

impl State {
    fn wake(&mut self, now: i64) {
        while let Some(first) = self.timers.first_entry() {
            if first.key().0 > now {
                return;
            }
            let ((_, run), lane) = first.remove_entry();
            self.ready.push_back((run, lane));
        }
    }

    fn next(&mut self) -> Option<Turn> {
        if let Some(turn) = self.resumed.pop_front() {
            return Some(turn);
        }
        while let Some((run, lane)) = self.ready.pop_front() {
            if let Some(again) = self.running.get_mut(&run) {
                *again = true;
                continue;
            }
            if lane != 0 && !self.lanes.insert(lane) {
                self.parked.entry(lane).or_default().push_back(run);
                self.parked_count += 1;
                continue;
            }
            self.running.insert(run, false);
            return Some(Turn {
                run,
                lane,
                woken_for: None,
            });
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(queue: &Queue) -> Turn {
        queue.take().unwrap()
    }

    #[test]
    fn runs_of_one_lane_come_one_after_the_other_and_others_pass() {
        let queue = Queue::default();
        for (run, lane) in [(1, 7), (2, 7), (3, 8), (4, 0), (5, 0), (6, 7)] {
            queue.add(RunId(run), lane);
        }
        let first: Vec<Turn> = (0..4).map(|_| turn(&queue)).collect();
        let runs = |turns: &[Turn]| turns.iter().map(|turn| turn.run.0).collect::<Vec<_>>();
        assert_eq!(runs(&first), [1, 3, 4, 5]);
        assert_eq!(queue.backlog(), 2);
        queue.release(&first[0]);
        let second = turn(&queue);
        assert_eq!(second.run, RunId(2));
        queue.release(&second);
        assert_eq!(turn(&queue).run, RunId(6));
        assert_eq!(queue.backlog(), 0);
    }

    #[test]
    fn a_run_that_is_woken_while_it_runs_gets_another_turn_afterwards() {
        let queue = Queue::default();
        queue.add(RunId(1), 7);
        let first = turn(&queue);
        queue.add(RunId(1), 7);
        queue.add(RunId(2), 0);
        assert_eq!(turn(&queue).run, RunId(2), "never on two threads");
        queue.release(&first);
        assert_eq!(turn(&queue).run, RunId(1));
    }

    #[test]
    fn what_waits_for_a_time_comes_when_it_is_over_the_earliest_first() {
        let queue = Queue::default();
        let now = now_ms();
        queue.add_at(RunId(2), 0, now + 5);
        queue.add_at(RunId(1), 0, now - 5);
        queue.add_at(RunId(3), 0, now + 3_600_000);
        assert_eq!(turn(&queue).run, RunId(1));
        assert_eq!(turn(&queue).run, RunId(2));
        assert!(now_ms() >= now + 5);
        queue.stop();
        assert_eq!(queue.take(), None);
    }
}
