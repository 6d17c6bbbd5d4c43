//! Attempts one operation, a message or a call, until its outcome is final.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::client::Client;
use super::limits::{CallContext, Limits, RequestLimits as _};
use super::reason::{Phase, Reason};
use super::report::{CallReport, Failure, millis};
use super::row::{Again, Outcome};
use crate::metrics::Sending;
use crate::random;

/// The first pause after a failure of the network is at most this long.
const BACKOFF_BASE: Duration = Duration::from_millis(200);
/// The first pause after a throttle rejection is at most this long.
const THROTTLE_BASE: Duration = Duration::from_secs(1);
/// No pause is longer, unless Meta says so.
const PAUSE_MAX: Duration = Duration::from_secs(20);
/// The word in counters for a rejection without a reason.
pub(super) const REJECTED: &str = "rejected";

/// Until when an operation waits, or its final report.
pub(super) type Progress = ControlFlow<Box<CallReport>, Instant>;

/// An operation that may be attempted several times.
pub(super) trait Operation {
    /// When the next attempt may start, or the report if there is to be none.
    fn permit(&mut self, now: Instant) -> Progress;

    /// Makes the attempt with this number.
    fn attempt(&mut self, number: u32) -> CallReport;

    /// The report of an operation that was cancelled while it waited in `phase`; `latest` is the attempt
    /// before, if it waited for another one.
    fn cancelled(&mut self, phase: Phase, latest: Option<CallReport>) -> CallReport;

    /// Where retries are counted, if they are.
    fn counters(&self) -> Option<&Sending>;
}

/// How far the attempts of an operation have got.
#[derive(Debug, Default)]
pub(super) struct Attempts {
    /// Requests that were started.
    pub(super) begun: u32,
    /// The phase in which the operation waits, if it does.
    waits_in: Option<Phase>,
    /// The report of the latest attempt, while another one is to follow.
    latest: Option<CallReport>,
}

impl Client {
    /// Continues `operation` until its outcome is final or it has to wait. The caller waits, and calls
    /// this again then or as soon as the call is cancelled.
    pub(super) fn retry(
        &self,
        operation: &mut impl Operation,
        attempts: &mut Attempts,
        context: &CallContext<'_>,
    ) -> Progress {
        if let Some(phase) = attempts.waits_in.take()
            && context.limits.cancel.is_cancelled()
        {
            let latest = attempts.latest.take().filter(|_| phase == Phase::Backoff);
            return ControlFlow::Break(Box::new(operation.cancelled(phase, latest)));
        }
        let now = Instant::now();
        let at = operation.permit(now)?;
        if at > now {
            attempts.waits_in = Some(Phase::Pacing);
            return ControlFlow::Continue(at);
        }
        let mut report = operation.attempt(attempts.begun + 1);
        // A request that the rate limiter held back on its connection was not started.
        if report.phase() != Some(Phase::Pacing) {
            attempts.begun += 1;
        }
        report.attempts = attempts.begun;
        if report.outcome == Outcome::Accepted {
            self.budget.earn();
        }
        let Some(failure) = &mut report.failed else {
            return ControlFlow::Break(Box::new(report));
        };
        let counters = operation.counters();
        match self.next_attempt(failure, attempts.begun, context.limits, counters) {
            Some(next) => {
                attempts.latest = Some(report);
                attempts.waits_in = Some(Phase::Backoff);
                ControlFlow::Continue(next)
            }
            None => ControlFlow::Break(Box::new(report)),
        }
    }

    /// When to try again after the `attempt`-th attempt, if at all.
    fn next_attempt(
        &self,
        failure: &mut Failure,
        attempt: u32,
        limits: &Limits,
        counters: Option<&Sending>,
    ) -> Option<Instant> {
        // A row's own wait is advice for the host; Meta's wait binds the adapter as well.
        let asked = failure.asked_wait_ms.map(Duration::from_millis);
        let pause = pause(failure.again, attempt, asked)?;
        let now = Instant::now();
        let next = now
            .checked_add(pause)
            .filter(|next| *next < limits.last_start(now));
        let gave_up = if attempt >= self.max_attempts {
            "attempts"
        } else if next.is_none() {
            "deadline"
        } else if self.budget.take(failure.again) {
            if let Some(counters) = counters {
                counters.resend(failure.reason.map_or(REJECTED, Reason::as_str));
            }
            return next;
        } else {
            "budget"
        };
        if let Some(counters) = counters {
            counters.gave_up(gave_up);
            if failure.again == Again::Pair {
                // The host should wait as long as the adapter would have.
                failure.retry_after_ms = failure.retry_after_ms.max(Some(millis(pause)));
            }
        }
        None
    }
}

/// The pause before the attempt after the `attempt`-th one, if there is to be one. `asked` is what Meta
/// asked for.
fn pause(again: Again, attempt: u32, asked: Option<Duration>) -> Option<Duration> {
    let doubled = |base: Duration| {
        let factor = 2_u32.saturating_pow(attempt.saturating_sub(1));
        jitter(base.saturating_mul(factor).min(PAUSE_MAX))
    };
    let own = match again {
        Again::No => return None,
        Again::BackoffOnce | Again::OnceAfter(_) if attempt > 1 => return None,
        Again::Backoff | Again::BackoffOnce => doubled(BACKOFF_BASE),
        Again::Throttled => doubled(THROTTLE_BASE),
        // Meta's own rule for this limit: 4^X seconds, without jitter, because it concerns one recipient.
        Again::Pair => Duration::from_secs(4_u64.saturating_pow(attempt.saturating_sub(1))),
        Again::OnceAfter(ms) => Duration::from_millis(ms),
    };
    Some(asked.map_or(own, |asked| asked.max(own)))
}

/// A random duration up to `max`, so that many callers do not retry at once.
fn jitter(max: Duration) -> Duration {
    let us = u64::try_from(max.as_micros()).unwrap_or(u64::MAX);
    Duration::from_micros(random::below(us.saturating_add(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_keep_their_bounds() {
        for attempt in 1..40 {
            for _ in 0..20 {
                let factor = 2_u32.saturating_pow(attempt - 1);
                for (again, base) in [
                    (Again::Backoff, BACKOFF_BASE),
                    (Again::Throttled, THROTTLE_BASE),
                ] {
                    let pause = pause(again, attempt, None).unwrap();
                    assert!(pause <= base.saturating_mul(factor).min(PAUSE_MAX));
                }
            }
        }
        let spread = (0..200).map(|_| pause(Again::Throttled, 1, None).unwrap());
        assert!(spread.clone().min() < Some(Duration::from_millis(300)));
        assert!(spread.max() > Some(Duration::from_millis(700)));
        let pairs = [1, 2, 3].map(|attempt| pause(Again::Pair, attempt, None));
        assert_eq!(pairs, [1, 4, 16].map(|s| Some(Duration::from_secs(s))));
    }

    #[test]
    fn meta_may_ask_for_a_longer_pause_and_some_rows_for_one_try() {
        let told = Some(Duration::from_secs(30));
        for again in [Again::Backoff, Again::Throttled, Again::Pair] {
            assert_eq!(pause(again, 1, told), told);
        }
        assert_eq!(pause(Again::No, 1, told), None);
        for again in [Again::BackoffOnce, Again::OnceAfter(5_000)] {
            assert!(pause(again, 1, None).is_some());
            assert_eq!(pause(again, 2, None), None);
        }
    }
}
