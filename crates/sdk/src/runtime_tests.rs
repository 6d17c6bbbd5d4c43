//! What the SDK answers for itself, whatever an adapter does: no secret leaves in an error, and a
//! panic stops neither another start nor the end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::adapter::{Adapter, Context, Execution};
use crate::call::{Call, CallOptions};
use crate::descriptor::{Command, Descriptor};
use crate::error::Error;
use crate::event::{Event, EventSink, Verdict};
use crate::runtime::{AdapterOptions, Runtime};
use crate::secret::Secret;

const SECRET: &str = "Quince7";
const COMMAND: Command = Command {
    name: "run",
    ..Command::EXTENSION
};
static DESCRIPTOR: Descriptor = Descriptor {
    commands: &[&COMMAND],
    ..Descriptor::EMPTY
};

/// Names its secret in every error; panics as its properties tell.
struct Careless(String);

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
        _: &str,
        _: &Call<'_>,
        _: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        Ok(String::from("{}").into())
    }

    fn process_webhook(
        &self,
        _: &[u8],
        _: Option<&[u8]>,
        _: &Call<'_>,
        _: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        Err(leaking())
    }

    fn start(&self) -> Result<(), Error> {
        assert_ne!(self.0, "panic in start");
        Err(leaking())
    }

    fn finish(&self) {
        assert_ne!(self.0, "panic in finish");
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
    let limits = runtime.limits(&CallOptions::default());
    let sink = &mut |_: &Event<'_>| Verdict::Accepted;
    let webhook = runtime.process_webhook(b"", None, &limits, sink).unwrap();
    for error in [created, started, webhook.failure.unwrap()] {
        assert_eq!(error.message(), "refused with ***");
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
