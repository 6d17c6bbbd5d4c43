//! Calls of the Graph API that send no message: reading, changing, deleting.
//!
//! What may be repeated without harm is tried again, also after a lost answer; the rest is at most once,
//! as messages are.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use ureq::http::header::CONTENT_TYPE;
use ureq::http::{self, Method, Request};

use super::client::{Client, Scope};
use super::echo::Sent;
use super::evidence::Evidence;
use super::exchange::Marks;
use super::fault::over_before_it_began;
use super::governor::last_start;
use super::http::Body;
use super::outcome::{Classified, Ending, Outcome, classify};
use super::reason::{Phase, Reason};
use super::retry;
use super::subject::Subject;
use crate::error::{Error, Kind};
use crate::json::ObjectText;
use crate::log::Level;

/// What a value in a query cannot have as it is (URL Standard, and what sets values apart).
const ENCODED_IN_QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'(')
    .remove(b')')
    .remove(b'*');

/// One request.
#[derive(Debug)]
pub(crate) struct Call {
    method: Method,
    /// Below the version.
    path: String,
    query: Vec<(&'static str, String)>,
    body: Option<String>,
    /// Whether doing it twice is the same as doing it once.
    repeatable: bool,
    evidence: Evidence,
}

impl Call {
    /// Reads; may be repeated.
    pub(crate) fn get(path: String, evidence: Evidence) -> Self {
        Self {
            repeatable: true,
            ..Self::new(Method::GET, path, evidence)
        }
    }

    /// Changes something: at most once, unless it is said to be [`Call::repeatable`].
    pub(crate) fn post(path: String, body: ObjectText, evidence: Evidence) -> Self {
        Self::new(Method::POST, path, evidence).body(body)
    }

    /// Deletes; at most once, because the second time there is nothing to delete.
    pub(crate) const fn delete(path: String, evidence: Evidence) -> Self {
        Self::new(Method::DELETE, path, evidence)
    }

    const fn new(method: Method, path: String, evidence: Evidence) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            body: None,
            repeatable: false,
            evidence,
        }
    }

    /// What goes out as its body.
    pub(crate) fn json(&self) -> Value {
        let body = self.body.as_deref().unwrap_or_default();
        serde_json::from_str(body).unwrap_or_default()
    }

    /// With a body.
    pub(crate) fn body(mut self, body: ObjectText) -> Self {
        self.body = Some(body.end());
        self
    }

    /// With one more parameter of the query.
    pub(crate) fn query(self, name: &'static str, value: &str) -> Self {
        self.maybe_query(name, Some(value.to_owned()))
    }

    /// With one more parameter of the query, if there is one.
    pub(crate) fn maybe_query(mut self, name: &'static str, value: Option<String>) -> Self {
        self.query.extend(value.map(|value| (name, value)));
        self
    }

    /// Doing it twice is the same as doing it once.
    pub(crate) const fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }
}

/// What became of a call.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) outcome: Outcome,
    /// What Meta answered, if it was JSON.
    pub(crate) json: Option<Value>,
    pub(crate) attempts: u32,
    pub(crate) http_status: Option<u16>,
    pub(crate) fbtrace_id: Option<String>,
    pub(crate) warnings: Vec<String>,
    /// Why the answer proves no success, if Meta refused nothing, and the word for that.
    unproven: Option<(Error, Option<Reason>)>,
}

impl Reply {
    /// Why it failed.
    pub(crate) fn failure(&self) -> Option<Error> {
        let refused = self.outcome.failure(self.http_status);
        refused.or_else(|| Some(self.unproven.as_ref()?.0.clone()))
    }

    /// The word for why it failed.
    pub(crate) fn reason(&self) -> Option<Reason> {
        let unproven = || self.unproven.as_ref()?.1;
        self.outcome.reason().or_else(unproven)
    }

    /// What has to be in the answer of a call that was not refused.
    pub(super) fn proven_by(mut self, evidence: Evidence, subject: Subject) -> Self {
        let is_question = matches!(subject, Subject::Repeatable);
        if self.outcome.failed().is_none() {
            let lacks = evidence.lacks(self.json.as_ref(), is_question);
            self.unproven = lacks.map(|error| {
                let reason = (error.kind() != Kind::CommandFailed).then_some(Reason::NoEvidence);
                (error, reason)
            });
        }
        self
    }

    /// The parts of the answer are no success, for this reason; a failure that is known already stays.
    pub(crate) fn fail(&mut self, error: Error) {
        if self.failure().is_none() {
            self.unproven = Some((error, None));
        }
    }

    /// The answer says nothing about any part of what was asked for.
    pub(crate) fn fail_unproven(&mut self, what: &str) {
        if self.failure().is_none() {
            let message = format!("the answer says HTTP 200 and not {what}");
            let error = Error::new(Kind::Unavailable, message).with_retry(true, None);
            self.unproven = Some((error, Some(Reason::NoEvidence)));
        }
    }

    fn of(ended: Classified, attempts: u32) -> Self {
        Self {
            outcome: ended.outcome,
            json: ended.json,
            attempts,
            http_status: ended.http_status,
            fbtrace_id: ended.fbtrace_id,
            warnings: ended.warnings,
            unproven: None,
        }
    }
}

impl Client {
    /// Makes one call, more than once if that does no harm.
    pub(crate) fn call(&self, call: &Call, scope: &Scope<'_>) -> Reply {
        let subject = if call.repeatable {
            Subject::Repeatable
        } else {
            Subject::Change
        };
        let mut perhaps_done = false;
        let mut sent = Sent::new(
            &self.redactor,
            call.body.as_deref().unwrap_or_default().as_bytes(),
        );
        for (name, value) in &call.query {
            // What is asked for, and the name of a template, explain an error.
            if !["fields", "limit", "name"].contains(name) {
                sent = sent.text(value);
            }
        }
        let mut reply = self.repeat(subject, &sent, scope, |earlier| {
            perhaps_done |= call.method != Method::GET && is_unknown(earlier);
            let body = call.body.as_deref().map(str::as_bytes);
            self.run(scope.limits, |exchange| {
                let body = body.map_or(Body::None, Body::Bytes);
                self.open(self.request(call)?, body, None, exchange)
            })
        });
        if perhaps_done && let Some(failed) = reply.outcome.failed_mut() {
            failed
                .message
                .push_str("; an earlier attempt of this call may have been done");
        }
        reply.proven_by(call.evidence, subject)
    }

    /// Makes `attempt` until there is an outcome that stands; it gets the one before.
    pub(super) fn repeat(
        &self,
        subject: Subject,
        sent: &Sent<'_>,
        scope: &Scope<'_>,
        mut attempt: impl FnMut(Option<&Outcome>) -> (Ending, Marks),
    ) -> Reply {
        let mut attempts = 0;
        let mut earlier = None;
        loop {
            attempts += 1;
            let mut reply = once(subject, sent, scope, || attempt(earlier.as_ref()));
            reply.attempts = attempts;
            if matches!(reply.outcome, Outcome::Accepted(_)) {
                self.governor.budget.earn();
            }
            let Some(next) = self.next_call(&reply.outcome, attempts, scope) else {
                return reply;
            };
            if scope.limits.cancel.wait(next) {
                return reply;
            }
            earlier = Some(reply.outcome);
        }
    }

    /// When to call again after the `attempts`-th time, if at all.
    fn next_call(&self, outcome: &Outcome, attempts: u32, scope: &Scope<'_>) -> Option<Instant> {
        let failed = outcome.failed()?;
        let told = failed.told_ms.map(Duration::from_millis);
        let now = Instant::now();
        let next = now.checked_add(retry::pause(failed.again, attempts, told)?)?;
        let in_time = next < last_start(now, scope.limits.deadline);
        let again = attempts < self.max_attempts && in_time;
        (again && self.governor.budget.take(failed.again)).then_some(next)
    }

    fn request(&self, call: &Call) -> Result<Request<()>, http::Error> {
        let mut url = format!("{}/{}", self.version_url, call.path);
        let mut before = '?';
        for (name, value) in &call.query {
            let value = utf8_percent_encode(value, ENCODED_IN_QUERY);
            let _ = write!(url, "{before}{name}={value}");
            before = '&';
        }
        let mut request = self.request_to(call.method.clone(), &url);
        if call.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        request.body(())
    }
}

const fn is_unknown(outcome: Option<&Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Unknown(_)))
}

/// Makes `attempt` once, unless it is too late already.
pub(super) fn once(
    subject: Subject,
    sent: &Sent<'_>,
    scope: &Scope<'_>,
    attempt: impl FnOnce() -> (Ending, Marks),
) -> Reply {
    let started = Instant::now();
    let (exchange, marks) = match over_before_it_began(scope.limits) {
        Some(fault) => (Ending::NotSent(fault), Marks::default()),
        None => attempt(),
    };
    let mut ended = classify(exchange, subject, b"");
    sent.clean(&mut ended);
    scope.metrics.network(marks.connections, marks.lookups);
    log(&ended, started, scope);
    Reply::of(ended, 1)
}

/// What an answer's headers warn of, for whoever reads the log.
pub(super) fn log_warnings(ended: &Classified, scope: &Scope<'_>) {
    for warning in &ended.warnings {
        scope.log.record_limited(Level::Warn, "cloud_api", || {
            (warning.clone(), serde_json::json!({}))
        });
    }
}

fn log(ended: &Classified, started: Instant, scope: &Scope<'_>) {
    scope.log.record(Level::Debug, "cloud_api", || {
        let fields = serde_json::json!({
            "row": ended.row,
            "reason": ended.outcome.reason().map(Reason::as_str),
            "phase": ended.outcome.phase().map(Phase::as_str),
            "httpStatus": ended.http_status,
            "fbtraceId": ended.fbtrace_id,
            "ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        ("call attempt".to_owned(), fields)
    });
    log_warnings(ended, scope);
}
