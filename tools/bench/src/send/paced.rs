//! 1,000 messages a second to a server that takes 100 ms for each, through `submit_command`.

use std::fs;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use adapter_bench::{Outcome, cpu_time, quantile, rounded};
use serde::Serialize;
use workflow_adapter_loader::{Adapter, CallOptions, CommandOutput, WFA_OK};

use super::callers::request;

/// So many messages are submitted together …
const BURST: usize = 10;
/// … once in this time.
const INTERVAL: Duration = Duration::from_millis(10);
/// Connections are opened before the clock runs.
const WARM_UP: Duration = Duration::from_secs(1);
/// No answer takes longer.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Serialize)]
pub(super) struct Figure {
    pub(super) msgs_per_s: f64,
    pub(super) core_percent: f64,
    pub(super) rss_mib: f64,
    pub(super) p99_ms: f64,
}

/// How the submitted commands ended.
#[derive(Default)]
struct Ended {
    milliseconds: Vec<f64>,
    failure: Option<String>,
}

/// Sends for `time`.
pub(super) fn measure(adapter: &Adapter, time: Duration) -> Outcome<Figure> {
    let ended = Arc::new(Mutex::new(Ended::default()));
    let warmed = run(adapter, &ended, WARM_UP)?;
    let (started, used) = (Instant::now(), cpu_time()?);
    let early = lock(&ended).milliseconds.len();
    let submitted = run(adapter, &ended, time)?;
    let (seconds, used) = (started.elapsed(), cpu_time()?.saturating_sub(used));
    let late = lock(&ended).milliseconds.len();
    let rss_mib = resident_mib()?;
    wait(&ended, warmed + submitted)?;
    let mut all = lock(&ended).milliseconds.split_off(early);
    let seconds = seconds.as_secs_f64();
    #[allow(clippy::cast_precision_loss)] // far below 2^52
    let messages = (late - early) as f64;
    Ok(Figure {
        msgs_per_s: rounded(messages / seconds, 1),
        core_percent: rounded(used.as_secs_f64() / seconds * 100.0, 2),
        rss_mib: rounded(rss_mib, 1),
        p99_ms: rounded(quantile(&mut all, 0.99), 2),
    })
}

/// Submits for `time`, and answers how many.
fn run(adapter: &Adapter, ended: &Arc<Mutex<Ended>>, time: Duration) -> Outcome<usize> {
    let started = Instant::now();
    let mut next = started;
    let mut submitted = 0;
    while next < started + time {
        for _ in 0..BURST {
            let (ended, began) = (Arc::clone(ended), Instant::now());
            let completion = move |output| end(&ended, began, output);
            let request = request(submitted);
            adapter.submit(
                "sendMessageText",
                &request,
                &CallOptions::default(),
                completion,
            )?;
            submitted += 1;
        }
        next += INTERVAL;
        thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    Ok(submitted)
}

fn end(
    ended: &Mutex<Ended>,
    began: Instant,
    output: Result<CommandOutput, workflow_adapter_loader::Failure>,
) {
    let mut ended = lock(ended);
    ended.milliseconds.push(began.elapsed().as_secs_f64() * 1e3);
    match output {
        Ok(output) if output.result == WFA_OK => {}
        Ok(output) => ended.failure = Some(output.response),
        Err(failure) => ended.failure = Some(failure.to_string()),
    }
}

/// Waits until so many have ended, all well.
fn wait(ended: &Mutex<Ended>, submitted: usize) -> Outcome<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        let now = lock(ended);
        if let Some(failure) = &now.failure {
            return Err(format!("a message was not accepted: {failure}").into());
        }
        if now.milliseconds.len() == submitted {
            return Ok(());
        }
        if Instant::now() > until {
            let missing = submitted.abs_diff(now.milliseconds.len());
            return Err(format!("{missing} of {submitted} completions did not come").into());
        }
        drop(now);
        thread::sleep(Duration::from_millis(5));
    }
}

/// Memory of this process that is in use, the bench's own included.
fn resident_mib() -> Outcome<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.split_whitespace().next());
    let kib: f64 = kib
        .ok_or("the system does not tell the memory in use")?
        .parse()?;
    Ok(kib / 1024.0)
}

fn lock(ended: &Mutex<Ended>) -> MutexGuard<'_, Ended> {
    // Updates are atomic, so a poisoned lock is ignored.
    ended.lock().unwrap_or_else(PoisonError::into_inner)
}
