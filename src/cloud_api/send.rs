//! Sends one message: its permits, its attempts and its outcome.
//!
//! A message that has to wait returns until when; the caller waits in its own way and advances it again.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::breaker::Pass;
use super::call::log_warnings;
use super::client::Client;
use super::effect::Effect;
use super::exchange::Marks;
use super::http::PACED;
use super::limits::{CallContext, RequestLimits as _};
use super::message::{Content, Recipient};
use super::reason::{Cause, Fault, Phase, Reason};
use super::redaction::redact;
use super::report::{CallReport, SendReport, decide, millis};
use super::retry::{Attempts, Operation, Progress, REJECTED};
use super::row::Outcome;
use crate::log::Level;
use crate::metrics;
use crate::random;

/// A message on its way.
#[derive(Debug)]
pub(crate) struct PendingSend {
    message: Outgoing,
    attempts: Attempts,
}

#[derive(Debug)]
struct Outgoing {
    recipient: Recipient<'static>,
    content: Content,
    correlation_id: String,
    body: String,
    next: Next,
    /// Its recipient's permit, which it keeps over all attempts.
    pair: Option<u64>,
    /// Whether a request with it was sent.
    has_left: bool,
}

/// What comes next.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// Asking for the recipient's permit.
    Pair,
    /// Asking for a moment to start.
    Start,
    /// A request, which was scheduled for this moment.
    Request(Instant),
}

/// How far a message got.
#[derive(Debug)]
pub(crate) enum Advanced {
    Ended(Box<SendReport>),
    /// Advance it again at this moment, or as soon as it is cancelled.
    Waits(Instant),
}

impl Client {
    /// A message, ready to be sent at most once. Without the caller's correlation id it gets one of its
    /// own, which the status webhooks carry, so that an unknown outcome can be resolved later.
    pub(crate) fn prepare(
        recipient: Recipient<'static>,
        content: Content,
        correlation_id: Option<&str>,
    ) -> PendingSend {
        let correlation_id = match correlation_id {
            Some(given) => given.to_owned(),
            None => random::id(),
        };
        PendingSend {
            message: Outgoing {
                body: content.body(&recipient, &correlation_id),
                recipient,
                content,
                correlation_id,
                next: Next::Pair,
                pair: None,
                has_left: false,
            },
            attempts: Attempts::default(),
        }
    }

    /// Continues a message until it has ended or has to wait.
    pub(crate) fn advance(&self, sending: &mut PendingSend, context: &CallContext<'_>) -> Advanced {
        let PendingSend { message, attempts } = sending;
        let mut attempt = Attempt {
            client: self,
            message,
            pass: Pass::Free,
            context,
        };
        let mut call = match self.retry(&mut attempt, attempts, context) {
            ControlFlow::Continue(wait) => return Advanced::Waits(wait),
            ControlFlow::Break(report) => *report,
        };
        if let Some(pair) = message.pair.take_if(|_| !message.has_left) {
            self.limiter.pacing.give_back_pair(pair);
        }
        call.attempts = attempts.begun;
        Advanced::Ended(Box::new(SendReport {
            call,
            correlation_id: std::mem::take(&mut message.correlation_id),
        }))
    }
}

/// A message's next attempt.
struct Attempt<'a> {
    client: &'a Client,
    message: &'a mut Outgoing,
    /// The pass of the circuit breaker.
    pass: Pass,
    context: &'a CallContext<'a>,
}

impl Operation for Attempt<'_> {
    fn permit(&mut self, now: Instant) -> Progress {
        let (limiter, limits) = (&self.client.limiter, self.context.limits);
        loop {
            let at = match self.message.next {
                Next::Pair => {
                    self.may_begin(now)?;
                    let pair = limiter.key_of(&self.message.recipient);
                    let at = pair.map_or(Ok(now), |pair| limiter.pair_permit(pair, now, limits));
                    self.message.pair = pair.filter(|_| at.is_ok());
                    self.message.next = Next::Start;
                    at
                }
                Next::Start => {
                    self.may_begin(now)?;
                    let at = limiter.start_permit(now, limits);
                    self.message.next = Next::Request(at.unwrap_or(now));
                    at
                }
                Next::Request(start) => return self.begin(start, now),
            };
            match at {
                Ok(at) if at > now => {
                    self.context.metrics.waited(at - now);
                    return ControlFlow::Continue(at);
                }
                Ok(_) => {}
                Err(late) => {
                    self.message.next = Next::Start;
                    return held_back(PACED, late.0);
                }
            }
        }
    }

    fn attempt(&mut self, number: u32) -> CallReport {
        let start = std::mem::replace(&mut self.message.next, Next::Start);
        let report = self.request(number);
        if report.outcome == Outcome::NotSent {
            self.give_back(start);
        } else {
            self.message.has_left = true;
        }
        self.learn(&report);
        report
    }

    fn cancelled(&mut self, phase: Phase, latest: Option<CallReport>) -> CallReport {
        self.give_back(self.message.next);
        let fault = Fault::new(phase, Reason::Cancelled, Cause::Cancelled);
        let cancelled = CallReport::not_sent(fault, Effect::Message);
        let Some(latest) = latest else {
            return cancelled;
        };
        self.context.metrics.gave_up("cancelled");
        CallReport {
            outcome: cancelled.outcome,
            failed: cancelled.failed,
            ..latest
        }
    }

    fn counters(&self) -> Option<&metrics::Sending> {
        Some(self.context.metrics)
    }
}

impl Attempt<'_> {
    /// Fails a message that need not even wait.
    fn may_begin(&self, now: Instant) -> Progress {
        if let Some(fault) = self.context.limits.already_over() {
            let report = CallReport::not_sent(fault, Effect::Message);
            return ControlFlow::Break(Box::new(report));
        }
        match self.client.breaker.is_closed(now) {
            Ok(()) => ControlFlow::Continue(now),
            Err(left) => held_back(BROKEN, left),
        }
    }

    /// The message's moment has come. It takes its pass from the circuit breaker only now, because the
    /// token may have been refused while it waited.
    fn begin(&mut self, start: Instant, now: Instant) -> Progress {
        let held_back = match self.context.limits.already_over() {
            Some(fault) => {
                let report = CallReport::not_sent(fault, Effect::Message);
                ControlFlow::Break(Box::new(report))
            }
            None => match self.client.breaker.check(now) {
                Ok(pass) => {
                    self.pass = pass;
                    return ControlFlow::Continue(now);
                }
                Err(left) => held_back(BROKEN, left),
            },
        };
        self.give_back(Next::Request(start));
        held_back
    }

    /// Returns a start moment that was not used.
    fn give_back(&self, next: Next) {
        if let Next::Request(start) = next {
            let pacing = &self.client.limiter.pacing;
            pacing.give_back_start(start, Instant::now());
        }
    }

    /// One request, counted and logged.
    fn request(&self, number: u32) -> CallReport {
        let Outgoing {
            recipient,
            content,
            correlation_id,
            body,
            ..
        } = &*self.message;
        let body = body.as_bytes();
        let started = Instant::now();
        let (ending, marks) = self.client.exchange(content, body, self.context.limits);
        let mut report = decide(ending, Effect::Message, body);
        if let (Some(late), Some(failed)) = (marks.held_back, &mut report.failed) {
            failed.retry_after_ms = Some(millis(late.0));
        }
        redact(&mut report, &self.client.redactor, || {
            content.private(recipient, correlation_id)
        });
        let took = started.elapsed();
        self.count(&report, marks, took);
        self.log(&report, number, took);
        report
    }

    fn count(&self, report: &CallReport, marks: Marks, took: Duration) {
        let metrics = self.context.metrics;
        let error = report.failed.as_ref();
        let error = error.map(|failed| failed.reason.map_or(REJECTED, Reason::as_str));
        metrics.attempt(report.outcome.as_str(), error, took);
        metrics.network(marks.connections, marks.lookups);
        if report.reason() == Some(Reason::Throttled) {
            metrics.throttled(report.failed.as_ref().and_then(|failed| failed.code));
        }
    }

    fn log(&self, report: &CallReport, number: u32, took: Duration) {
        let (log, failed) = (self.context.log, report.failed.as_ref());
        log.record(Level::Debug, "cloud_api", || {
            let fields = serde_json::json!({
                "type": self.message.content.kind(),
                "attempt": number,
                "row": report.row,
                "outcome": report.outcome.as_str(),
                "reason": report.reason().map(Reason::as_str),
                "phase": report.phase().map(Phase::as_str),
                "code": failed.and_then(|failed| failed.code),
                "httpStatus": report.http_status,
                "fbtraceId": report.fbtrace_id,
                "correlationId": self.message.correlation_id,
                "ms": millis(took),
            });
            ("send attempt".to_owned(), fields)
        });
        if failed.is_some_and(|failed| failed.refuses_token) {
            log.record_limited(Level::Error, "cloud_api", || {
                let fields = serde_json::json!({ "hint": report.hint() });
                ("Meta refused the access token".to_owned(), fields)
            });
        }
        log_warnings(report, self.context);
    }

    /// Tells the circuit breaker what an attempt says about the token.
    fn learn(&self, report: &CallReport) {
        let (breaker, metrics) = (&self.client.breaker, self.context.metrics);
        let failed = report.failed.as_ref();
        match report.outcome {
            Outcome::Accepted => breaker.taken(self.pass),
            Outcome::Rejected if failed.is_some_and(|failed| failed.refuses_token) => {
                metrics.auth_failure();
                if breaker.open(Instant::now()) {
                    metrics.breaker_opened();
                }
            }
            Outcome::Rejected if failed.is_some_and(|failed| failed.code.is_some()) => {
                breaker.taken(self.pass);
            }
            _ => breaker.undecided(self.pass, Instant::now()),
        }
        metrics.breaker_is_open(breaker.is_open());
    }
}

const BROKEN: Fault = Fault::new(Phase::Breaker, Reason::BreakerOpen, Cause::BreakerOpen);

/// The report of a message that is held back for this long.
fn held_back(fault: Fault, wait: Duration) -> Progress {
    let mut report = CallReport::not_sent(fault, Effect::Message);
    if let Some(failed) = &mut report.failed {
        failed.retry_after_ms = Some(millis(wait));
    }
    ControlFlow::Break(Box::new(report))
}
