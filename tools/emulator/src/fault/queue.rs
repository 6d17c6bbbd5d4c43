//! The faults that wait, first in, first out, and the schedule that stands in for an empty queue.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::nature::Phase;
use super::{FaultSchedule, Injection};

/// Faults in the order in which they will be met.
#[derive(Debug, Default)]
pub(crate) struct FaultQueue {
    waiting: Mutex<Waiting>,
}

#[derive(Debug, Default)]
struct Waiting {
    injections: VecDeque<Injection>,
    schedule: Option<FaultSchedule>,
    /// How many requests the schedule has been asked about.
    requests: u64,
    /// How many connections.
    connections: u64,
}

impl FaultQueue {
    pub(crate) fn push(&self, injection: Injection) {
        self.waiting().injections.push_back(injection);
    }

    /// The fault of the connection that has just been accepted.
    pub(crate) fn take_for_connection(&self) -> Option<Injection> {
        let mut waiting = self.waiting();
        let injected = take(&mut waiting.injections, |phase| phase == Phase::Connection);
        if injected.is_some() {
            return injected;
        }
        let index = waiting.connections;
        waiting.connections += 1;
        waiting.schedule.as_ref()?.connection_fault(index)
    }

    /// The fault of the request that has just begun.
    pub(crate) fn take_for_request(&self) -> Option<Injection> {
        let mut waiting = self.waiting();
        let for_request = |phase| matches!(phase, Phase::Request | Phase::Answer);
        let injected = take(&mut waiting.injections, for_request);
        if injected.is_some() {
            return injected;
        }
        let index = waiting.requests;
        waiting.requests += 1;
        waiting
            .schedule
            .as_ref()
            .and_then(|schedule| schedule.fault(index))
    }

    pub(crate) fn set_schedule(&self, schedule: Option<FaultSchedule>) {
        let mut waiting = self.waiting();
        waiting.schedule = schedule;
        waiting.requests = 0;
        waiting.connections = 0;
    }

    pub(crate) fn copy(&self) -> Vec<Injection> {
        self.waiting().injections.iter().cloned().collect()
    }

    pub(crate) fn clear(&self) {
        self.waiting().injections.clear();
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(
    injections: &mut VecDeque<Injection>,
    strikes: impl Fn(Phase) -> bool,
) -> Option<Injection> {
    injections.retain(|injection| injection.times > 0);
    let index = injections
        .iter()
        .position(|injection| strikes(injection.fault.phase()))?;
    let first = injections.get_mut(index)?;
    first.times -= 1;
    let taken = first.clone().times(1);
    injections.retain(|injection| injection.times > 0);
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Fault;

    #[test]
    fn faults_come_out_in_order_and_as_often_as_asked() {
        let queue = FaultQueue::default();
        queue.push(Fault::Garbage.times(2));
        queue.push(Fault::HalfBody.times(0));
        queue.push(Fault::AcceptReset.into());
        queue.push(Fault::ResetAfterHeaders.into());
        let names: Vec<_> = std::iter::from_fn(|| queue.take_for_request())
            .map(|it| it.fault.name())
            .collect();
        assert_eq!(names, ["garbage", "garbage", "reset_after_headers"]);
        assert_eq!(queue.take_for_connection(), Some(Fault::AcceptReset.into()));
        assert_eq!(queue.take_for_connection(), None);
    }

    #[test]
    fn the_schedule_is_asked_when_nothing_was_injected() {
        let queue = FaultQueue::default();
        let schedule = FaultSchedule::random(1)
            .percent(100)
            .among(vec![Fault::Gzip.into()]);
        queue.set_schedule(Some(schedule));
        queue.push(Fault::Bom.into());
        let names: Vec<_> = (0..3)
            .filter_map(|_| queue.take_for_request())
            .map(|it| it.fault.name())
            .collect();
        assert_eq!(names, ["bom", "gzip", "gzip"]);
    }
}
