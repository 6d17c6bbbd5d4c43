//! The commands `serve` and `check`.

use std::env;
use std::path::Path;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::cli::{Check, Serve};
use crate::config::Draft;
use crate::console;
use crate::host::{self, Edition, Host};
use crate::problem::Problem;

/// How often it is looked whether the configuration has changed.
const LOOK: Duration = Duration::from_secs(1);

/// How long threads that still run are waited for at the end.
const LAST: Duration = Duration::from_secs(1);

/// The command `serve`: runs until it is told to end.
pub(crate) fn serve(arguments: &Serve) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Problem::Failed(format!("cannot start the runtime: {error}")))?;
    let ended = runtime.block_on(async {
        let edition = host::edition(&arguments.config);
        let (config, plugins) = host::read(Draft::read(&arguments.config), &variable)?;
        let signals = Signals::listen()?; // before anybody is told that it is ready
        let host = Host::start(&arguments.config, config, plugins, arguments.engine).await?;
        console::note(format_args!("ready on {}", host.url()));
        tokio::select! {
            () = until_told(&host, signals, &arguments.config, edition) => {}
            () = host.keep_clean() => {}
        }
        host.stop().await;
        console::note("ended");
        Ok(())
    });
    runtime.shutdown_timeout(LAST); // a thread of a plugin that never returns holds nobody
    ended
}

/// What a person may tell a host that runs.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    hang_up: Signal,
}

impl Signals {
    fn listen() -> Result<Self, Problem> {
        let listen = |kind| {
            let cannot = |error| Problem::Failed(format!("cannot wait for signals: {error}"));
            signal(kind).map_err(cannot)
        };
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            hang_up: listen(SignalKind::hangup())?,
        })
    }
}

/// Waits for the signal to end; on the way reads a configuration that has changed.
async fn until_told(host: &Host, mut signals: Signals, file: &Path, mut known: Edition) {
    let mut looks = tokio::time::interval(LOOK);
    loop {
        tokio::select! {
            _ = signals.terminate.recv() => return,
            _ = signals.interrupt.recv() => return,
            _ = signals.hang_up.recv() => reload(host),
            _ = looks.tick() => {
                let changed = host::edition(file);
                if changed.is_some() && changed != known {
                    known = changed;
                    reload(host);
                }
            }
        }
    }
}

/// Reads the configuration again. It may wait for commands of instances that are replaced, and nobody
/// else waits meanwhile.
fn reload(host: &Host) {
    tokio::task::block_in_place(|| host.reload(&variable));
}

/// The command `check`.
pub(crate) fn check(arguments: &Check) -> Result<(), Problem> {
    let (config, _) = host::read(Draft::read(&arguments.config), &variable)?;
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    console::say(format_args!(
        "{}: OK: {}, {}, {}",
        arguments.config.display(),
        count(config.instances.len(), "instance"),
        count(config.triggers.len(), "trigger"),
        count(config.workflows.len(), "workflow"),
    ))?;
    Ok(())
}

fn variable(name: &str) -> Option<String> {
    env::var(name).ok()
}
