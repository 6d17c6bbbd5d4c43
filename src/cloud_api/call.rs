//! Calls of the Graph API that send no message: they read, change or delete.
//!
//! Idempotent calls are retried, even after a lost response; all others are made at most once, like
//! messages.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::ops::ControlFlow;
use std::time::Instant;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ureq::http::header::CONTENT_TYPE;
use ureq::http::{self, Method, Request};

use super::client::Client;
use super::effect::Effect;
use super::evidence::Evidence;
use super::exchange::Marks;
use super::form::{Form, FormFile};
use super::http::Body;
use super::limits::{CallContext, RequestLimits as _};
use super::reason::{Cause, Fault, Phase, Reason};
use super::redaction::{Private, redact};
use super::report::{CallReport, Ending, decide};
use super::retry::{Attempts, Operation, Progress};
use super::row::Outcome;
use crate::json::ObjectText;
use crate::log::Level;
use crate::metrics::Sending;

/// Characters that a query value must percent-encode (URL Standard, and the separators).
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
    /// The path below the Graph API version.
    path: String,
    query: Vec<(Cow<'static, str>, String)>,
    body: Option<String>,
    /// Whether it goes to the host beside Graph's, which has no versions.
    at_api_host: bool,
    /// The body in place of the other one, if a file leaves.
    form: Option<(Form, FormFile)>,
    /// Whether the call is idempotent.
    idempotent: bool,
    evidence: Evidence,
}

impl Call {
    /// A call that reads, and is therefore idempotent.
    pub(crate) fn get(path: String, evidence: Evidence) -> Self {
        Self {
            idempotent: true,
            ..Self::new(Method::GET, path, evidence)
        }
    }

    /// Changes something: at most once, unless it is said to be [`Call::idempotent`].
    pub(crate) fn post(path: String, body: ObjectText, evidence: Evidence) -> Self {
        Self::post_at(path, evidence).body(body)
    }

    /// The same without a body, which [`Call::body`] adds.
    pub(crate) const fn post_at(path: String, evidence: Evidence) -> Self {
        Self::new(Method::POST, path, evidence)
    }

    /// Posts a file as a form.
    pub(crate) fn post_file(path: String, file: FormFile, evidence: Evidence) -> Self {
        let texts = file.texts.iter().map(|(name, text)| (*name, text.as_str()));
        let fields = file.fields.iter().copied().chain(texts);
        let form = Form::new(fields, file.part, file.name, file.mime_type);
        Self {
            form: Some((form, file)),
            ..Self::post_at(path, evidence)
        }
    }

    /// A call that deletes: made at most once, because a second one would fail.
    pub(crate) const fn delete(path: String, evidence: Evidence) -> Self {
        Self::new(Method::DELETE, path, evidence)
    }

    const fn new(method: Method, path: String, evidence: Evidence) -> Self {
        Self {
            method,
            path,
            query: Vec::new(),
            body: None,
            at_api_host: false,
            form: None,
            idempotent: false,
            evidence,
        }
    }

    /// Texts of the call that errors must not repeat.
    fn private(&self) -> Private {
        let mut private = Private::default();
        private.add_json("", self.body.as_deref().unwrap_or_default());
        if let Some((_, file)) = &self.form {
            file.texts.iter().for_each(|(_, text)| private.add(text));
            private.add_json("", str::from_utf8(&file.bytes).unwrap_or_default());
        }
        for (name, value) in &self.query {
            // Field names, a template's name and a flag help to understand an error.
            let explains = ["fields", "limit", "name"].contains(&name.as_ref());
            if !explains && !["true", "false"].contains(&value.as_str()) {
                private.add(value);
            }
        }
        private
    }

    /// The body as it is sent.
    fn sent_body(&self) -> Option<Cow<'_, [u8]>> {
        match &self.form {
            Some((form, file)) => Some(form.around(&file.bytes).into()),
            None => Some(self.body.as_deref()?.as_bytes().into()),
        }
    }

    /// With a body.
    pub(crate) fn body(mut self, body: ObjectText) -> Self {
        self.body = Some(body.end());
        self
    }

    /// With one more parameter of the query.
    pub(crate) fn query(self, name: impl Into<Cow<'static, str>>, value: &str) -> Self {
        self.maybe_query(name, Some(value.to_owned()))
    }

    /// With one more parameter of the query, if there is one.
    pub(crate) fn maybe_query(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: Option<String>,
    ) -> Self {
        self.query.extend(value.map(|value| (name.into(), value)));
        self
    }

    /// The same call to api.facebook.com, where the archive of templates is.
    pub(crate) const fn at_api_host(mut self) -> Self {
        self.at_api_host = true;
        self
    }

    /// The same call, marked as idempotent.
    pub(crate) const fn idempotent(mut self) -> Self {
        self.idempotent = true;
        self
    }
}

impl Client {
    /// Makes one call; retries it if it is idempotent.
    pub(crate) fn call(&self, call: &Call, context: &CallContext<'_>) -> CallReport {
        let effect = if call.idempotent {
            Effect::Idempotent
        } else {
            Effect::Change
        };
        let mut perhaps_done = false;
        let mut report = self.repeat(
            effect,
            || call.private(),
            context,
            |earlier| {
                perhaps_done |= call.method != Method::GET && earlier == Some(Outcome::Unknown);
                let mut ended = self.run(context.limits, |exchange| {
                    let body = call.sent_body();
                    let body = body.as_deref().map_or(Body::None, Body::Bytes);
                    self.open(self.request(call)?, body, None, exchange)
                });
                if let (Ending::Answered { told, .. }, true) = (&mut ended.0, call.at_api_host) {
                    *told = std::mem::take(told).of_any_version();
                }
                ended
            },
        );
        if perhaps_done && let Some(failed) = &mut report.failed {
            failed
                .message
                .push_str("; an earlier attempt of this call may have been done");
        }
        report.proven_by(call.evidence, effect)
    }

    /// Runs `exchange` until its outcome is final; it receives the outcome of the attempt before.
    pub(super) fn repeat(
        &self,
        effect: Effect,
        private: impl Fn() -> Private,
        context: &CallContext<'_>,
        exchange: impl FnMut(Option<Outcome>) -> (Ending, Marks),
    ) -> CallReport {
        let mut attempts = Attempts::default();
        let mut repeated = Repeated {
            client: self,
            effect,
            private,
            context,
            exchange,
            earlier: None,
        };
        loop {
            match self.retry(&mut repeated, &mut attempts, context) {
                ControlFlow::Continue(next) => {
                    let _ = context.limits.cancel.wait(next);
                }
                ControlFlow::Break(report) => return *report,
            }
        }
    }

    /// Runs `exchange` once, unless the call is cancelled or out of time.
    pub(super) fn once(
        &self,
        effect: Effect,
        private: impl FnOnce() -> Private,
        context: &CallContext<'_>,
        exchange: impl FnOnce() -> (Ending, Marks),
    ) -> CallReport {
        let started = Instant::now();
        let (ending, marks) = match context.limits.already_over() {
            Some(fault) => (Ending::NotSent(fault), Marks::default()),
            None => exchange(),
        };
        let mut report = decide(ending, effect, b"");
        report.attempts = 1;
        redact(&mut report, &self.redactor, private);
        context.metrics.network(marks.connections, marks.lookups);
        log(&report, started, context);
        report
    }

    fn request(&self, call: &Call) -> Result<Request<()>, http::Error> {
        let base = if call.at_api_host {
            &self.api_url
        } else {
            &self.version_url
        };
        let mut url = format!("{base}/{}", call.path);
        let mut before = '?';
        for (name, value) in &call.query {
            let [name, value] =
                [name.as_ref(), value].map(|text| utf8_percent_encode(text, ENCODED_IN_QUERY));
            let _ = write!(url, "{before}{name}={value}");
            before = '&';
        }
        let mut request = self.request_to(call.method.clone(), &url);
        if let Some((form, _)) = &call.form {
            request = request.header(CONTENT_TYPE, form.content_type());
        } else if call.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        request.body(())
    }
}

/// A call and its retries.
struct Repeated<'a, P, E> {
    client: &'a Client,
    effect: Effect,
    /// Texts that errors must not repeat.
    private: P,
    context: &'a CallContext<'a>,
    exchange: E,
    earlier: Option<Outcome>,
}

impl<P, E> Operation for Repeated<'_, P, E>
where
    P: Fn() -> Private,
    E: FnMut(Option<Outcome>) -> (Ending, Marks),
{
    /// Calls that send no message are not paced.
    fn permit(&mut self, now: Instant) -> Progress {
        ControlFlow::Continue(now)
    }

    fn attempt(&mut self, _: u32) -> CallReport {
        let earlier = self.earlier;
        let exchange = || (self.exchange)(earlier);
        let report = self
            .client
            .once(self.effect, &self.private, self.context, exchange);
        self.earlier = Some(report.outcome);
        report
    }

    /// The report of the latest attempt says more than "cancelled".
    fn cancelled(&mut self, phase: Phase, latest: Option<CallReport>) -> CallReport {
        latest.unwrap_or_else(|| {
            let fault = Fault::new(phase, Reason::Cancelled, Cause::Cancelled);
            CallReport::not_sent(fault, self.effect)
        })
    }

    fn counters(&self) -> Option<&Sending> {
        None
    }
}

/// Logs the warnings in a response's headers.
pub(super) fn log_warnings(report: &CallReport, context: &CallContext<'_>) {
    for warning in &report.warnings {
        context.log.record_limited(Level::Warn, "cloud_api", || {
            (warning.clone(), serde_json::json!({}))
        });
    }
}

fn log(report: &CallReport, started: Instant, context: &CallContext<'_>) {
    context.log.record(Level::Debug, "cloud_api", || {
        let fields = serde_json::json!({
            "row": report.row,
            "reason": report.reason().map(Reason::as_str),
            "phase": report.phase().map(Phase::as_str),
            "httpStatus": report.http_status,
            "fbtraceId": report.fbtrace_id,
            "ms": u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        ("call attempt".to_owned(), fields)
    });
    log_warnings(report, context);
}
