//! One message: its turn, its attempts, and what became of it.

use std::time::{Duration, Instant};

use super::call::log_warnings;
use super::client::{Client, Scope};
use super::decision::{Again, Cause};
use super::echo;
use super::exchange::Marks;
use super::governor::{Held, last_start};
use super::message::{Content, Message, Recipient};
use super::outcome::{Answer, Classified, Exchange, Fault, Outcome, classify};
use super::retry;
use super::subject::Subject;
use crate::log::Level;
use crate::random;

/// Most messages fit into it.
const USUAL_BODY_BYTES: usize = 512;

impl Client {
    /// Sends one message, at most once. Without an id of the caller's the message gets one of its own:
    /// the status webhooks carry it, so that an unknown outcome can be told later.
    pub(crate) fn send(
        &self,
        recipient: &Recipient<'_>,
        content: &Content,
        correlation_id: Option<&str>,
        scope: &Scope<'_>,
    ) -> Answer {
        let correlation_id = match correlation_id {
            Some(given) => given.to_owned(),
            None => random::id(),
        };
        let message = Message {
            recipient,
            content,
            callback_data: Some(&correlation_id),
        };
        let mut body = Vec::with_capacity(USUAL_BODY_BYTES);
        let (attempts, mut ended) = match serde_json::to_writer(&mut body, &message) {
            Ok(()) => self.attempts(&body, &message, scope),
            // Strings in maps cannot fail to serialise; if they did, nothing has been sent.
            Err(_) => (
                0,
                not_sent(Fault::new("request", "serialise", Cause::Lasting)),
            ),
        };
        if let Some(failed) = ended.outcome.failed_mut() {
            failed.message = echo::cut_out(&failed.message, recipient, content);
        }
        Answer {
            outcome: ended.outcome,
            attempts,
            correlation_id,
            http_status: ended.http_status,
            fbtrace_id: ended.fbtrace_id,
            warnings: ended.warnings,
        }
    }

    /// Tries until there is an outcome that stands. Answers how many requests were begun.
    fn attempts(&self, body: &[u8], message: &Message<'_>, scope: &Scope<'_>) -> (u32, Classified) {
        let mut attempt = 0;
        loop {
            let turn =
                self.governor
                    .wait_for_turn(&self.breaker, message.recipient, attempt == 0, scope);
            let pass = match turn {
                Ok(pass) => pass,
                Err(held) => return (attempt, of_held(held)),
            };
            attempt += 1;
            let mut ended = self.attempt(body, message, attempt, scope);
            self.governor
                .learn(&self.breaker, pass, &ended.outcome, scope);
            let pause = match self.pause(&ended.outcome, attempt, scope) {
                Ok(pause) => pause,
                Err(hint) => {
                    if let (Some(hint), Some(failed)) = (hint, ended.outcome.failed_mut()) {
                        failed.retry_after_ms = failed.retry_after_ms.max(Some(millis(hint)));
                    }
                    return (attempt, ended);
                }
            };
            if scope.limits.cancel.wait(pause) {
                scope.metrics.gave_up("cancelled");
                let fault = Fault::new("backoff", "cancelled", Cause::Cancelled);
                let cancelled = not_sent(fault);
                ended.outcome = cancelled.outcome;
                return (attempt, ended);
            }
        }
    }

    /// When to try again after the `attempt`-th try; if not, how long the host should wait, where that
    /// is known.
    fn pause(
        &self,
        outcome: &Outcome,
        attempt: u32,
        scope: &Scope<'_>,
    ) -> Result<Instant, Option<Duration>> {
        let Some(failed) = outcome.failed() else {
            return Err(None);
        };
        // A row's own wait is advice for the host; what Meta asked for binds both.
        let told = failed.told_ms.map(Duration::from_millis);
        let Some(pause) = retry::pause(failed.again, attempt, told) else {
            return Err(None);
        };
        let reason = failed.reason.unwrap_or("rejected");
        let now = Instant::now();
        let next = now + pause;
        let hint = match failed.again {
            Again::Pair => Some(pause),
            _ => None,
        };
        if attempt >= self.max_attempts {
            scope.metrics.gave_up("attempts");
            Err(hint)
        } else if next >= last_start(now, scope.limits.deadline) {
            scope.metrics.gave_up("deadline");
            Err(hint)
        } else if self.governor.budget.take(failed.again) {
            scope.metrics.resend(reason);
            Ok(next)
        } else {
            scope.metrics.gave_up("budget");
            Err(hint)
        }
    }

    /// One request, counted and logged.
    fn attempt(
        &self,
        body: &[u8],
        message: &Message<'_>,
        attempt: u32,
        scope: &Scope<'_>,
    ) -> Classified {
        let started = Instant::now();
        let (exchange, marks) = self.exchange(message.content, body, scope.limits);
        let ended = classify(exchange, Subject::Message);
        let took = started.elapsed();
        count(&ended, marks, took, scope);
        scope.log.record(Level::Debug, "cloud_api", || {
            let fields = serde_json::json!({
                "type": message.content.kind(),
                "attempt": attempt,
                "row": ended.row,
                "outcome": ended.outcome.name(),
                "reason": ended.outcome.reason(),
                "phase": ended.outcome.phase(),
                "code": ended.outcome.failed().and_then(|failed| failed.code),
                "httpStatus": ended.http_status,
                "fbtraceId": ended.fbtrace_id,
                "correlationId": message.callback_data,
                "ms": millis(took),
            });
            ("send attempt".to_owned(), fields)
        });
        if ended.outcome.failed().is_some_and(|failed| failed.auth) {
            scope.log.record_limited(Level::Error, "cloud_api", || {
                let fields = serde_json::json!({ "hint": ended.outcome.hint() });
                ("Meta refused the access token".to_owned(), fields)
            });
        }
        log_warnings(&ended, scope);
        ended
    }
}

fn count(ended: &Classified, marks: Marks, took: Duration, scope: &Scope<'_>) {
    let failed = ended.outcome.failed();
    let error = failed.map(|failed| failed.reason.unwrap_or("rejected"));
    scope.metrics.attempt(ended.outcome.name(), error, took);
    scope.metrics.network(marks.connections, marks.lookups);
    if let Some(failed) = failed.filter(|_| error == Some("throttled")) {
        scope.metrics.throttled(failed.code);
    }
}

fn not_sent(fault: Fault) -> Classified {
    classify(Exchange::NotSent(fault), Subject::Message)
}

/// A message that did not get its turn.
fn of_held(held: Held) -> Classified {
    let mut ended = not_sent(held.fault);
    if let (Some(wait), Some(failed)) = (held.retry_after, ended.outcome.failed_mut()) {
        failed.retry_after_ms = Some(millis(wait));
    }
    ended
}

/// Rounded up: whoever waits that long has waited long enough.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
