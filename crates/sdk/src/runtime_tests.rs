//! What the SDK answers for itself, whatever an adapter does: no secret leaves in an error, and a
//! panic stops neither another start nor the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use crate::adapter::{Adapter, Context, Execution};
use crate::call::{Call, CallOptions, Limits, Parking};
use crate::descriptor::{Command, CommandTrait, Descriptor, Event as EventRow, Field};
use crate::error::{Error, Kind};
use crate::event::{Event, EventSink, OwnedEvent, Verdict};
use crate::metrics::Commands;
use crate::rows::Words;
use crate::runtime::{AdapterOptions, Runtime};
use crate::secret::Secret;

const SECRET: &str = "Quince7";
const RESPONSE: &[Field] = &[
    Field::string("status", "", "").words(&Words::only(&["DONE", "BROKEN"])),
    Field::integer("count", "", ""),
    Field::string("code", "", ""),
];
const RUN: Command = Command {
    name: "run",
    response: RESPONSE,
    ..Command::EXTENSION
};
const SEND: Command = Command {
    name: "send",
    traits: &[CommandTrait::Sends],
    ..RUN
};
const TAKE: Command = Command {
    name: "take",
    traits: &[CommandTrait::Webhook],
    ..RUN
};
const TOLD: EventRow = EventRow::new("told", "", "", &[]);
static DESCRIPTOR: Descriptor = Descriptor {
    commands: &[&RUN, &SEND, &TAKE],
    events: &[&TOLD],
    ..Descriptor::EMPTY
};

/// Names its secret in every error; panics as its properties tell.
struct Careless(String);

/// Answers what it was asked; fails if that was nothing or names a code, and with a response if it was a
/// dash.
fn ended(request: &str) -> Result<Execution, Error> {
    match request {
        "" => Err(leaking()),
        "rejected with 17" => Err(leaking().with_answer(Some(404), Some(17))),
        "unknown with 17" => Err(Error::maybe_sent("").with_answer(Some(500), Some(17))),
        "-" => Ok(Execution {
            response: request.to_owned(),
            failure: Some(leaking()),
        }),
        request => Ok(request.to_owned().into()),
    }
}

fn raised(name: &str, json: &str, events: &mut EventSink<'_>) -> Result<Execution, Error> {
    OwnedEvent::new(name, json).raise(events)?;
    ended("{}")
}

/// Parks twice, and answers in between what would be no end.
fn parked(call: &Call<'_>) -> Result<Execution, Error> {
    let parked = call.resume::<u8>().unwrap_or(0);
    if parked < 2 {
        call.park(Instant::now(), parked + 1);
        return ended(r#"{"parked":"Quince7"}"#);
    }
    ended(r#"{"a":"Quince7"}"#)
}

fn leaking() -> Error {
    Error::rejected(format!("refused with {SECRET}"))
}

impl Adapter for Careless {
    fn descriptor() -> &'static Descriptor {
        &DESCRIPTOR
    }

    fn create(properties: &str, context: Context) -> Result<Self, Error> {
        context.secrets.add(&[Secret::new(SECRET.to_owned())]);
        match properties {
            "refuse" => Err(leaking()),
            properties => Ok(Self(properties.to_owned())),
        }
    }

    fn execute(
        &self,
        _: &str,
        request: &str,
        call: &Call<'_>,
        events: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        match request {
            "park" => parked(call),
            "raise" => raised("told", "{}", events),
            "raise a secret" => raised("told", r#"{"a":"Quince7"}"#, events),
            "raise another" => raised("quince", "{}", events),
            "raise no object" => raised("told", "[]", events),
            "raise no object and park" => {
                call.park(Instant::now(), ());
                raised("told", "{", events)
            }
            "park for ever" => {
                call.park(Instant::now(), ());
                ended("{}")
            }
            "panic" => panic!("as it was told"),
            _ => ended(request),
        }
    }

    fn process_webhook(
        &self,
        body: &[u8],
        _: Option<&[u8]>,
        call: &Call<'_>,
        _: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        match body {
            b"park" => parked(call),
            body => ended(std::str::from_utf8(body).unwrap()),
        }
    }

    fn update_properties(&self, _: &str) -> Result<(), Error> {
        Err(leaking())
    }

    fn answer_challenge(&self, _: &str, _: &str) -> Result<String, Error> {
        Err(leaking())
    }

    fn start(&self) -> Result<(), Error> {
        assert_ne!(self.0, "panic in start");
        Err(leaking())
    }

    fn finish(&self) {
        assert_ne!(self.0, "panic in finish");
    }

    fn metrics(&self, commands: &Commands) -> String {
        match self.0.as_str() {
            "metrics that tell" => r#"{"a":"of Quince7"}"#.to_owned(),
            "metrics that are none" => "a: 1".to_owned(),
            _ => serde_json::to_string(&commands.snapshot()).unwrap(),
        }
    }
}

fn runtime(properties: &str, idle: &Arc<AtomicUsize>) -> Result<Arc<Runtime>, Error> {
    let idle = Arc::clone(idle);
    let create = |properties: &str, context: Context| {
        Ok(Box::new(Careless::create(properties, context)?) as Box<dyn Adapter>)
    };
    let on_idle = move || {
        idle.fetch_add(1, Ordering::SeqCst);
    };
    let options = AdapterOptions::default();
    Runtime::new(&DESCRIPTOR, create, properties, options, on_idle)
}

#[test]
fn a_secret_leaves_in_no_error() {
    let idle = Arc::default();
    let created = runtime("refuse", &idle).err().unwrap();
    let runtime = runtime("", &idle).unwrap();
    let started = runtime
        .start(Arc::new(|_: &Event<'_>| Verdict::Accepted), true)
        .unwrap_err();
    let updated = runtime.with(|adapter| adapter.update_properties("{}"));
    let challenge = runtime.with(|adapter| adapter.answer_challenge("", ""));
    let ends = each_way(&runtime, "", |run| run.failure.unwrap());
    let others = [
        created,
        started,
        updated.unwrap_err(),
        challenge.unwrap_err(),
    ];
    for error in others.into_iter().chain(ends) {
        assert_eq!(error.message(), "refused with ***");
    }
}

/// How `run` and a webhook end that are asked for the same.
fn each_way<R>(runtime: &Runtime, asked: &str, look: impl Fn(Execution) -> R) -> [R; 2] {
    let webhook = {
        let limits = runtime.limits(&CallOptions::default());
        let sink = &mut |_: &Event<'_>| Verdict::Accepted;
        runtime.process_webhook(asked.as_bytes(), None, &limits, sink)
    };
    [execute(runtime, "run", asked), webhook].map(|ran| look(ran.unwrap()))
}

fn execute(runtime: &Runtime, name: &str, request: &str) -> Result<Execution, Error> {
    let limits = runtime.limits(&CallOptions::default());
    let sink = &mut |_: &Event<'_>| Verdict::Accepted;
    let parking = Parking::default();
    runtime.execute(name, request, None, &limits, &parking, sink)
}

#[test]
fn a_secret_leaves_in_no_response_which_stays_json() {
    let runtime = runtime("", &Arc::default()).unwrap();
    let answered = r#"{"Quince7":"a\u0051uince7","n":[1,"Quince"]}"#;
    for response in each_way(&runtime, answered, |ran| ran.response) {
        assert_eq!(response, r#"{"Quince7":"a***","n":[1,"Quince"]}"#);
    }
}

/// H5: whatever an adapter answers, a host that reads the response finds an object.
#[test]
fn no_success_leaves_with_a_response_that_is_no_object() {
    let runtime = runtime("", &Arc::default()).unwrap();
    for response in [" ", "[]", "{", "{} {}", r#"{"a":}"#, "null"] {
        let refused = execute(&runtime, "run", response).unwrap_err();
        assert_eq!(refused.kind(), Kind::Internal, "{response}");
        let sent = execute(&runtime, "send", response).unwrap();
        let failure = sent.failure.unwrap();
        assert_eq!(failure.kind(), Kind::OutcomeUnknown, "{response}");
        assert_eq!(
            sent.response,
            r#"{"status":"BROKEN","count":0,"code":"OUTCOME_UNKNOWN"}"#
        );
    }
    for response in each_way(&runtime, "-", |ran| ran.response) {
        let own = r#"{"status":"BROKEN","count":0,"code":"COMMAND_FAILED"}"#;
        assert_eq!(response, own, "a failure as well");
    }
}

#[test]
fn a_response_has_the_services_code_unless_the_outcome_is_unknown() {
    let runtime = runtime("", &Arc::default()).unwrap();
    for (request, code) in [
        ("", "COMMAND_FAILED"),
        ("rejected with 17", "17"),
        ("unknown with 17", "OUTCOME_UNKNOWN"),
    ] {
        let ran = execute(&runtime, "run", request).unwrap();
        let wanted = format!(r#"{{"status":"BROKEN","count":0,"code":"{code}"}}"#);
        assert_eq!(ran.response, wanted, "{request}");
    }
}

#[test]
fn a_start_that_panicked_may_be_tried_again() {
    let runtime = runtime("panic in start", &Arc::default()).unwrap();
    for _ in 0..2 {
        let start = || runtime.start(Arc::new(|_: &Event<'_>| Verdict::Accepted), true);
        assert!(catch_unwind(AssertUnwindSafe(start)).is_err());
    }
}

#[test]
fn an_end_that_panics_is_an_end() {
    let idle = Arc::new(AtomicUsize::new(0));
    let runtime = runtime("panic in finish", &idle).unwrap();
    assert!(runtime.calls.close(false));
    runtime.clean_up_behind();
    assert_eq!(idle.load(Ordering::SeqCst), 1);
}

/// A call that keeps its thread waits on it: what the first execution answers is not its end.
#[test]
fn a_call_that_may_not_park_is_executed_again() {
    let runtime = runtime("", &Arc::default()).unwrap();
    for ran in each_way(&runtime, "park", |ran| ran) {
        assert_eq!(ran.response, r#"{"a":"***"}"#);
        assert_eq!(ran.failure, None);
    }
    assert!(
        runtime
            .metrics()
            .unwrap()
            .contains(r#""command":"run","result":"OK","count":1"#)
    );
}

/// A host that repeats it would send it twice.
#[test]
fn a_command_that_sends_is_not_repeated_for_a_refused_event() {
    let runtime = runtime("", &Arc::default()).unwrap();
    let sink = &mut |_: &Event<'_>| Verdict::Retry;
    for (name, kind) in [
        ("run", Kind::EventNotAccepted),
        ("send", Kind::OutcomeUnknown),
    ] {
        let limits = runtime.limits(&CallOptions::default());
        let ran = runtime.execute(name, "raise", None, &limits, &Parking::default(), sink);
        let failure = ran.unwrap().failure.unwrap();
        assert_eq!(failure.kind(), kind);
        assert_eq!(failure.is_retryable(), name == "run");
    }
}

/// Runs a command; answers its end and what the host was told.
fn told(runtime: &Runtime, name: &str, request: &str) -> (Execution, Vec<String>) {
    let mut told = Vec::new();
    let limits = runtime.limits(&CallOptions::default());
    let sink = &mut |event: &Event<'_>| {
        told.push(event.json().to_owned());
        Verdict::Accepted
    };
    let parking = Parking::allowed();
    let ran = runtime.execute(name, request, None, &limits, &parking, sink);
    assert_eq!(parking.until(), None, "{request}: it goes on");
    (
        ran.unwrap_or_else(|failure| Execution {
            response: String::new(),
            failure: Some(failure),
        }),
        told,
    )
}

#[test]
fn what_an_author_does_wrong_with_an_event_reaches_no_host() {
    let runtime = runtime("", &Arc::default()).unwrap();
    let (ran, events) = told(&runtime, "run", "raise a secret");
    assert_eq!(
        (ran.failure, events),
        (None, vec![r#"{"a":"***"}"#.to_owned()])
    );
    for request in [
        "raise another",
        "raise no object",
        "raise no object and park",
    ] {
        for (name, kind) in [("run", Kind::Internal), ("send", Kind::OutcomeUnknown)] {
            let (ran, events) = told(&runtime, name, request);
            let failure = ran.failure.unwrap();
            assert_eq!(
                (failure.kind(), failure.is_retryable()),
                (kind, false),
                "{request}"
            );
            assert!(failure.message().contains("its event told") || request == "raise another");
            assert_eq!(events, [""; 0], "{request}");
        }
    }
}

/// A call that is over and waits again and again would keep its thread for ever.
#[test]
fn a_call_that_is_over_parks_no_more() {
    let runtime = runtime("", &Arc::default()).unwrap();
    for (name, kind) in [("run", Kind::Timeout), ("send", Kind::OutcomeUnknown)] {
        for parking in [Parking::default(), Parking::allowed()] {
            let limits = runtime.limits(&CallOptions::default());
            let sink = &mut |_: &Event<'_>| Verdict::Accepted;
            // Executed before, so that it is not the SDK that says it never began.
            parking.started(Instant::now());
            let over = Limits {
                deadline: Instant::now(),
                ..limits
            };
            let ran = runtime.execute(name, "park for ever", None, &over, &parking, sink);
            let kinds = ran.map(|ran| ran.failure.map(|failure| failure.kind()));
            assert_eq!(
                kinds.unwrap_or_else(|failure| Some(failure.kind())),
                Some(kind)
            );
            assert_eq!(parking.until(), None);
        }
    }
}

#[test]
fn a_call_that_panicked_is_counted() {
    let runtime = runtime("", &Arc::default()).unwrap();
    let panicking = || execute(&runtime, "run", "panic");
    assert!(crate::panics::caught(panicking).is_err());
    let counted = r#""command":"run","result":"INTERNAL","count":1"#;
    assert!(runtime.metrics().unwrap().contains(counted));
}

#[test]
fn metrics_leave_as_one_object_without_a_secret() {
    let metrics = |properties| runtime(properties, &Arc::default()).unwrap().metrics();
    assert_eq!(metrics("metrics that tell").unwrap(), r#"{"a":"of ***"}"#);
    let refused = metrics("metrics that are none").unwrap_err();
    assert_eq!(refused.kind(), Kind::Internal);
}
