//! Sources and starts that fail: one start at a time, each may be tried again, and a panic is told in the
//! log alone.

use std::env;
use std::process::Command as Process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::adapter::{Adapter, Context, Execution};
use crate::call::Call;
use crate::descriptor::Descriptor;
use crate::error::{Error, Kind};
use crate::event::{Event, EventSink, Verdict};
use crate::log::{Level, Log};
use crate::runtime::{AdapterOptions, Runtime};
use crate::secret::Secret;
use crate::source::Source;

const PATIENCE: Duration = Duration::from_secs(60);
const SECRET: &str = "Quince7";

/// Its first start fails behind that of its source.
struct Sourced {
    context: Context,
    source: Source,
    starts: AtomicUsize,
    panics: bool,
}

impl Adapter for Sourced {
    fn descriptor() -> &'static Descriptor {
        &Descriptor::EMPTY
    }

    fn create(properties: &str, context: Context) -> Result<Self, Error> {
        context.secrets.add(&[Secret::new(SECRET.to_owned())]);
        Ok(Self {
            source: Source::new(&context),
            context,
            starts: AtomicUsize::new(0),
            panics: properties == "panics",
        })
    }

    fn execute(
        &self,
        _: &str,
        _: &str,
        _: &Call<'_>,
        _: &mut EventSink<'_>,
    ) -> Result<Execution, Error> {
        Err(Error::rejected("it has no command"))
    }

    fn start(&self) -> Result<(), Error> {
        let count = self.starts.fetch_add(1, Ordering::SeqCst) + 1;
        let (panics, log) = (self.panics, self.context.log.clone());
        self.source.start("test", move |stop| {
            assert!(!panics, "refused with {SECRET}");
            while !stop.wait(Instant::now() + PATIENCE) {}
            tell(&log, format!("source {count} ends"));
        })?;
        tell(&self.context.log, format!("start {count}"));
        if count == 1 && !panics {
            return Err(Error::not_sent("not yet"));
        }
        Ok(())
    }

    fn finish(&self) {
        self.source.join();
    }
}

fn tell(log: &Log, message: String) {
    log.record(Level::Info, "test", || (message, serde_json::json!({})));
}

/// An instance, what it logs, and what lets each of its starts go on.
fn sourced(properties: &str) -> (Arc<Runtime>, Receiver<String>, Sender<()>) {
    let (logged, records) = mpsc::channel();
    let (goes_on, may_go_on) = mpsc::channel();
    let may_go_on = Mutex::new(may_go_on);
    let log = Log::new(Level::Info, move |level, target, message, fields| {
        // Nobody listens any more when an instance is dropped.
        let _ = logged.send(format!("{level:?} {target} {message} {fields}"));
        if message.starts_with("start") {
            may_go_on.lock().unwrap().recv().unwrap();
        }
    });
    let create = |properties: &str, context: Context| {
        Ok(Box::new(Sourced::create(properties, context)?) as Box<dyn Adapter>)
    };
    let options = AdapterOptions {
        log,
        ..AdapterOptions::default()
    };
    let runtime = Runtime::new(&Descriptor::EMPTY, create, properties, options, || ()).unwrap();
    (runtime, records, goes_on)
}

fn start(runtime: &Runtime, may_wait: bool) -> Result<(), Error> {
    runtime.start(Arc::new(|_: &Event<'_>| Verdict::Accepted), may_wait)
}

#[test]
fn one_start_runs_at_a_time_and_one_that_failed_may_be_repeated() {
    let (runtime, records, goes_on) = sourced("");
    let next = || records.recv_timeout(PATIENCE).unwrap();
    thread::scope(|scope| {
        let first = scope.spawn(|| start(&runtime, true));
        assert_eq!(next(), "Info test start 1 {}");
        // In a callback nobody waits.
        let refused = start(&runtime, false).map_err(|error| error.kind());
        let second = scope.spawn(|| start(&runtime, true));
        goes_on.send(()).unwrap();
        assert!(first.join().unwrap().is_err());
        assert_eq!(refused, Err(Kind::Unavailable));
        let mut both = [next(), next()];
        both.sort();
        assert_eq!(both, ["Info test source 1 ends {}", "Info test start 2 {}"]);
        goes_on.send(()).unwrap();
        assert_eq!(second.join().unwrap(), Ok(()));
    });
    assert_eq!(start(&runtime, true), Ok(()), "it is started");
    drop(runtime);
    assert_eq!(next(), "Info test source 2 ends {}");
}

#[test]
fn a_panic_of_a_source_is_in_the_log_and_not_on_the_hosts_stderr() {
    const INSIDE: &str = "SOURCE_TEST_INSIDE";
    if env::var_os(INSIDE).is_some() {
        let (runtime, records, goes_on) = sourced("panics");
        goes_on.send(()).unwrap();
        start(&runtime, true).unwrap();
        let records = [(); 2].map(|()| records.recv_timeout(PATIENCE).unwrap());
        let ended = records.iter().find(|it| it.starts_with("Error source "));
        let ended = ended.unwrap();
        assert!(ended.contains("wfa-test") && ended.contains("source_tests.rs"));
        assert!(!ended.contains("refused"), "{ended}");
        return;
    }
    let name = "source_tests::a_panic_of_a_source_is_in_the_log_and_not_on_the_hosts_stderr";
    let ran = Process::new(env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(INSIDE, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{printed}");
    assert!(
        !printed.contains(SECRET) && !printed.contains("panicked"),
        "{printed}"
    );
}
