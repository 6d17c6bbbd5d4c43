//! How many commands of one instance run at once. Where a plugin is slow, its own runs wait, and no
//! others.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard};

use super::queue::{Queue, Turn};
use crate::lock::unpoisoned;

/// The commands of each instance.
pub(super) struct Places {
    /// Of one instance.
    most: usize,
    instances: Mutex<HashMap<String, Instance>>,
}

#[derive(Default)]
struct Instance {
    used: usize,
    /// Runs whose next command waits for another one to end; each keeps its lane.
    parked: VecDeque<Turn>,
}

impl Places {
    pub(super) fn new(most: usize) -> Self {
        Self {
            most: most.max(1),
            instances: Mutex::default(),
        }
    }

    /// Takes a place among the instance's commands, unless all are taken.
    pub(super) fn take(&self, instance: &str) -> bool {
        let mut instances = self.lock();
        let instance = instances.entry(instance.to_owned()).or_default();
        let is_free = instance.used < self.most;
        instance.used += usize::from(is_free);
        is_free
    }

    /// A command of the instance has ended.
    pub(super) fn leave(&self, instance: &str, queue: &Queue) {
        let mut instances = self.lock();
        if let Some(found) = instances.get_mut(instance) {
            found.used -= 1;
        }
        self.wake(&mut instances, instance, queue);
    }

    /// The run waits for a place: it goes on when there is one.
    pub(super) fn park(&self, instance: &str, turn: Turn, queue: &Queue) {
        let mut instances = self.lock();
        let found = instances.entry(instance.to_owned()).or_default();
        found.parked.push_back(turn);
        self.wake(&mut instances, instance, queue); // a place may have become free meanwhile
    }

    /// A run that was woken for a place of this instance may have ended without taking it.
    pub(super) fn look(&self, instance: &str, queue: &Queue) {
        self.wake(&mut self.lock(), instance, queue);
    }

    /// How many runs wait for a place.
    pub(super) fn parked(&self) -> usize {
        self.lock().values().map(|it| it.parked.len()).sum()
    }

    fn wake(&self, instances: &mut HashMap<String, Instance>, name: &str, queue: &Queue) {
        let Some(instance) = instances.get_mut(name) else {
            return;
        };
        let free = self.most.saturating_sub(instance.used);
        for _ in 0..free {
            let Some(mut turn) = instance.parked.pop_front() else {
                break;
            };
            turn.woken_for = Some(name.to_owned());
            queue.resume(turn);
        }
        if instance.used == 0 && instance.parked.is_empty() {
            instances.remove(name);
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Instance>> {
        unpoisoned(self.instances.lock())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::RunId;

    /// X7: four slow commands kept every other workflow waiting.
    #[test]
    fn x07_the_runs_of_a_slow_instance_wait_for_it_and_keep_their_lanes() {
        let (queue, places) = (Queue::default(), Places::new(1));
        for (run, lane) in [(1, 7), (2, 7), (3, 0)] {
            queue.add(RunId(run), lane);
        }
        let first = queue.take().unwrap();
        assert!(places.take("slow"));
        assert!(!places.take("slow") && places.take("other"));
        let third = queue.take().unwrap();
        assert_eq!(third.run, RunId(3), "the second waits for its lane");
        queue.release(&first);
        let second = queue.take().unwrap();
        places.park("slow", second, &queue);
        queue.add(RunId(4), 7); // of the lane that the second keeps
        places.park("slow", third, &queue);
        assert_eq!(places.parked(), 2);
        places.leave("slow", &queue);
        let woken = queue.take().unwrap();
        assert_eq!((woken.run, places.parked()), (RunId(2), 1));
        // It ended without a command: the place is the next one's.
        queue.release(&woken);
        places.look("slow", &queue);
        let next: Vec<_> = (0..2).map(|_| queue.take().unwrap().run).collect();
        assert_eq!(next, [RunId(3), RunId(4)]);
        assert_eq!(places.parked(), 0);
    }
}
