//! One message: its permits, its attempts, and what became of it.
//!
//! A message that has to wait says until when and is advanced again then: who waits, and with what, is
//! the caller's choice.

use std::time::{Duration, Instant};

use super::call::log_warnings;
use super::client::{Client, Scope};
use super::decision::{Again, Cause};
use super::echo::Sent;
use super::exchange::Marks;
use super::fault::over_before_it_began;
use super::governor::{Held, broken, last_start, paced};
use super::message::{Content, Message, Recipient};
use super::outcome::{Answer, Classified, Ending, Fault, Outcome, classify};
use super::reason::{Phase, Reason};
use super::retry;
use super::subject::Subject;
use crate::log::Level;
use crate::random;

/// Most messages fit into it.
const USUAL_BODY_BYTES: usize = 512;

/// What counters call a plain no, which has no reason.
const REJECTED: &str = "rejected";

/// A message on its way, and how far it is.
#[derive(Debug)]
pub(crate) struct Sending {
    recipient: Recipient<'static>,
    content: Content,
    correlation_id: String,
    body: Vec<u8>,
    next: Next,
    /// Where it waits, if it does.
    waits_in: Option<Phase>,
    /// Requests that were begun.
    attempts: u32,
    /// Its recipient's permit, which it keeps over all attempts.
    pair: Option<u64>,
    /// Whether a request of it has left.
    has_left: bool,
    /// What the latest attempt came to.
    latest: Option<Classified>,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// Asking for the recipient's permit.
    Pair,
    /// Asking for a moment to begin.
    Start,
    /// A request, at this moment.
    Request(Instant),
}

/// How far a message got.
#[derive(Debug)]
pub(crate) enum Advanced {
    Ended(Box<Answer>),
    /// It has to be advanced again at this moment, or as soon as it is cancelled.
    Waits(Instant),
}

impl Client {
    /// A message, ready to be sent at most once. Without an id of the caller's it gets one of its own: the
    /// status webhooks carry it, so that an unknown outcome can be told later.
    pub(crate) fn prepare(
        recipient: Recipient<'static>,
        content: Content,
        correlation_id: Option<&str>,
    ) -> Sending {
        let correlation_id = match correlation_id {
            Some(given) => given.to_owned(),
            None => random::id(),
        };
        let message = Message {
            recipient: &recipient,
            content: &content,
            callback_data: Some(&correlation_id),
        };
        let mut body = Vec::with_capacity(USUAL_BODY_BYTES);
        if serde_json::to_writer(&mut body, &message).is_err() {
            // Strings in maps cannot fail to serialise; if they did, nothing would be sent.
            body.clear();
        }
        Sending {
            recipient,
            content,
            correlation_id,
            body,
            next: Next::Pair,
            waits_in: None,
            attempts: 0,
            pair: None,
            has_left: false,
            latest: None,
        }
    }

    /// Goes on with a message until it has ended or has to wait.
    pub(crate) fn advance(&self, sending: &mut Sending, scope: &Scope<'_>) -> Advanced {
        let mut ended = match self.go_on(sending, scope) {
            Ok(wait) => return Advanced::Waits(wait),
            Err(ended) => *ended,
        };
        if let Some(pair) = sending.pair.take_if(|_| !sending.has_left) {
            self.governor.pacing.give_back_pair(pair);
        }
        self.sent(&sending.body).clean(&mut ended);
        Advanced::Ended(Box::new(Answer {
            outcome: ended.outcome,
            attempts: sending.attempts,
            correlation_id: std::mem::take(&mut sending.correlation_id),
            http_status: ended.http_status,
            fbtrace_id: ended.fbtrace_id,
            warnings: ended.warnings,
        }))
    }

    /// Tries until there is an outcome that stands, which is the error, or something to wait for.
    fn go_on(&self, sending: &mut Sending, scope: &Scope<'_>) -> Result<Instant, Box<Classified>> {
        if sending.body.is_empty() {
            let fault = Fault::new(Phase::Request, Reason::Serialise, Cause::Lasting);
            return Err(Box::new(not_sent(fault)));
        }
        if let Some(waited_in) = sending.waits_in.take()
            && scope.limits.cancel.is_cancelled()
        {
            return Err(Box::new(self.cancelled(sending, waited_in, scope)));
        }
        loop {
            let now = Instant::now();
            let at = match sending.next {
                Next::Pair => {
                    self.may_begin(scope, now).map_err(of_held)?;
                    let pair = self.governor.key_of(&sending.recipient);
                    let at = match pair {
                        Some(pair) => self.governor.pair_permit(pair, now, scope),
                        None => Ok(now),
                    };
                    let at = at.map_err(of_held)?;
                    sending.pair = pair;
                    sending.next = Next::Start;
                    sending.waits_in = Some(Phase::Pacing);
                    at
                }
                Next::Start => {
                    self.may_begin(scope, now).map_err(of_held)?;
                    let at = self.governor.start_permit(now, scope).map_err(of_held)?;
                    sending.next = Next::Request(at);
                    sending.waits_in = Some(Phase::Pacing);
                    at
                }
                Next::Request(start) => {
                    sending.next = Next::Start;
                    sending.waits_in = Some(Phase::Backoff);
                    self.send_request(sending, start, scope)?
                }
            };
            if at > now {
                if sending.waits_in == Some(Phase::Pacing) {
                    scope.metrics.waited(at - now);
                }
                return Ok(at);
            }
        }
    }

    /// Whether a message need not even wait.
    fn may_begin(&self, scope: &Scope<'_>, now: Instant) -> Result<(), Held> {
        if let Some(fault) = over_before_it_began(scope.limits) {
            return Err(Held::now(fault));
        }
        self.breaker.is_closed(now).map_err(broken)
    }

    /// The end of a message that was cancelled while it waited.
    fn cancelled(&self, sending: &mut Sending, waited_in: Phase, scope: &Scope<'_>) -> Classified {
        if let Next::Request(start) = sending.next {
            let pacing = &self.governor.pacing;
            pacing.give_back_start(start, Instant::now());
        }
        let cancelled = not_sent(Fault::new(waited_in, Reason::Cancelled, Cause::Cancelled));
        match sending.latest.take() {
            Some(mut latest) if waited_in == Phase::Backoff => {
                scope.metrics.gave_up("cancelled");
                latest.outcome = cancelled.outcome;
                latest
            }
            _ => cancelled,
        }
    }

    /// One request. When to try again, or the outcome that stands.
    fn send_request(
        &self,
        sending: &mut Sending,
        start: Instant,
        scope: &Scope<'_>,
    ) -> Result<Instant, Box<Classified>> {
        let now = Instant::now();
        // The claim on the breaker is made now that the work begins: the token may have been refused
        // while this message waited.
        let begins = match over_before_it_began(scope.limits) {
            Some(fault) => Err(Held::now(fault)),
            None => self.breaker.check(now).map_err(broken),
        };
        let pass = begins.map_err(|held| {
            self.governor.pacing.give_back_start(start, now);
            of_held(held)
        })?;
        sending.attempts += 1;
        let attempt = sending.attempts;
        let message = Message {
            recipient: &sending.recipient,
            content: &sending.content,
            callback_data: Some(&sending.correlation_id),
        };
        let mut ended = self.attempt(&sending.body, &message, attempt, scope);
        if ended.outcome.phase() == Some(Phase::Pacing) {
            // It had a connection, and was held back before its first byte.
            sending.attempts -= 1;
        }
        if matches!(ended.outcome, Outcome::NotSent(_)) {
            let pacing = &self.governor.pacing;
            pacing.give_back_start(start, Instant::now());
        } else {
            sending.has_left = true;
        }
        self.governor
            .learn(&self.breaker, pass, &ended.outcome, scope);
        match self.pause(&ended.outcome, attempt, scope) {
            Ok(next) => {
                sending.latest = Some(ended);
                Ok(next)
            }
            Err(hint) => {
                if let (Some(hint), Some(failed)) = (hint, ended.outcome.failed_mut()) {
                    failed.retry_after_ms = failed.retry_after_ms.max(Some(millis(hint)));
                }
                Err(Box::new(ended))
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
        let reason = failed.reason.map_or(REJECTED, Reason::as_str);
        let now = Instant::now();
        let next = now.checked_add(pause);
        let hint = match failed.again {
            Again::Pair => Some(pause),
            _ => None,
        };
        if attempt >= self.max_attempts {
            scope.metrics.gave_up("attempts");
            Err(hint)
        } else if let Some(next) =
            next.filter(|next| *next < last_start(now, scope.limits.deadline))
        {
            if self.governor.budget.take(failed.again) {
                scope.metrics.resend(reason);
                return Ok(next);
            }
            scope.metrics.gave_up("budget");
            Err(hint)
        } else {
            scope.metrics.gave_up("deadline");
            Err(hint)
        }
    }

    fn sent<'a>(&'a self, body: &'a [u8]) -> Sent<'a> {
        Sent::new(&self.redactor, body)
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
        let mut ended = classify(exchange, Subject::Message, body);
        if let (Some(late), Some(failed)) = (marks.held_back, ended.outcome.failed_mut()) {
            failed.retry_after_ms = paced(late).retry_after.map(millis);
        }
        self.sent(body).clean(&mut ended);
        let took = started.elapsed();
        count(&ended, marks, took, scope);
        scope.log.record(Level::Debug, "cloud_api", || {
            let fields = serde_json::json!({
                "type": message.content.kind(),
                "attempt": attempt,
                "row": ended.row,
                "outcome": ended.outcome.name(),
                "reason": ended.outcome.reason().map(Reason::as_str),
                "phase": ended.outcome.phase().map(Phase::as_str),
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
    let error = failed.map(|failed| failed.reason.map_or(REJECTED, Reason::as_str));
    scope.metrics.attempt(ended.outcome.name(), error, took);
    scope.metrics.network(marks.connections, marks.lookups);
    if let Some(failed) = failed.filter(|failed| failed.reason == Some(Reason::Throttled)) {
        scope.metrics.throttled(failed.code);
    }
}

fn not_sent(fault: Fault) -> Classified {
    classify(Ending::NotSent(fault), Subject::Message, b"")
}

/// A message that did not get its permit.
fn of_held(held: Held) -> Box<Classified> {
    let mut ended = not_sent(held.fault);
    if let (Some(wait), Some(failed)) = (held.retry_after, ended.outcome.failed_mut()) {
        failed.retry_after_ms = Some(millis(wait));
    }
    Box::new(ended)
}

/// Rounded up: whoever waits that long has waited long enough.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX)
}
