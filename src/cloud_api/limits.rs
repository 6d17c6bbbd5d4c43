//! What bounds one call, and where it is logged and counted.

use std::time::{Duration, Instant};

use super::reason::{Cause, Fault, Phase, Reason};
pub(crate) use crate::call::Limits;
use crate::log::Log;
use crate::metrics::Sending;

/// Time reserved for the exchange itself, or a quarter of the call's time if that is less.
const RESERVE_MAX: Duration = Duration::from_secs(2);

/// What the limits of a call mean for a request.
pub(super) trait RequestLimits {
    /// Why a request is not even started, if the call is already over.
    fn already_over(&self) -> Option<Fault>;

    /// The last moment, seen from `now`, at which an exchange may start: without time for its response it
    /// would end as an unknown outcome.
    fn last_start(&self, now: Instant) -> Instant;
}

/// The call was cancelled before its request was started.
pub(super) const CANCELLED: Fault = Fault::new(Phase::Queue, Reason::Cancelled, Cause::Cancelled);
/// The call's time was up before its request was started.
pub(super) const OUT_OF_TIME: Fault = Fault::new(Phase::Queue, Reason::Timeout, Cause::OutOfTime);

impl RequestLimits for Limits {
    fn already_over(&self) -> Option<Fault> {
        if self.cancel.is_cancelled() {
            return Some(CANCELLED);
        }
        (Instant::now() >= self.deadline).then_some(OUT_OF_TIME)
    }

    fn last_start(&self, now: Instant) -> Instant {
        let left = self.deadline.saturating_duration_since(now);
        let reserve = (left / 4).min(RESERVE_MAX);
        self.deadline.checked_sub(reserve).unwrap_or(self.deadline)
    }
}

/// The limits of a call, its log and its counters.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CallContext<'a> {
    pub(crate) limits: &'a Limits,
    pub(crate) log: &'a Log,
    pub(crate) metrics: &'a Sending,
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn time_is_kept_for_the_answer() {
        let now = Instant::now();
        let last_start = |deadline| {
            let cancel = Arc::default();
            Limits { deadline, cancel }.last_start(now)
        };
        for (left_ms, start_ms) in [(30_000, 28_000), (8_000, 6_000), (100, 75), (0, 0)] {
            let deadline = now + Duration::from_millis(left_ms);
            let expected = now + Duration::from_millis(start_ms);
            assert_eq!(last_start(deadline), expected, "{left_ms} ms");
        }
        let past = now.checked_sub(Duration::from_secs(1)).unwrap_or(now);
        assert_eq!(last_start(past), past, "never later than the deadline");
    }
}
