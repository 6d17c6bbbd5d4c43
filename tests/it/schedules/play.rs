//! Plays one schedule through the plugin's C table, and compares what it said with the server's count.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use cloud_api_emulator::{Fault, Ledger};
use serde_json::Value;
use workflow_adapter_loader::{Adapter, CallOptions, CommandOutput, Failure, HostInfo};

use super::plan::{Plan, Send, Way};
use super::stalls;
use crate::faults::{MESSAGES, PATIENCE, Server};
use crate::plugin;

/// A call may return this much later than its deadline.
const GRACE: Duration = Duration::from_secs(1);

/// What one call said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) correlation: String,
    /// None if there is no response: then nothing was sent.
    pub(crate) outcome: Option<String>,
    phase: Option<String>,
    /// The id of an accepted message.
    pub(crate) message_id: Option<String>,
    /// When the outcome was reported.
    pub(crate) told: Instant,
    pub(crate) attempts: u64,
    result: i32,
    took: Duration,
    allowed: Duration,
}

pub(crate) type Heard = Arc<Mutex<Vec<Said>>>;

/// What came of one schedule, or of many.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Every promise that was not kept.
    pub(super) broken: Vec<String>,
    pub(super) sends: usize,
    /// Ends by their outcome.
    pub(super) ends: BTreeMap<String, usize>,
    /// Requests that were begun beyond the first of their command.
    pub(super) repeated: u64,
    pub(super) cancelled: usize,
    /// Messages that the server accepted and that were not reported to the caller.
    pub(super) taken_unknown: usize,
}

impl Tally {
    pub(super) fn add(&mut self, other: Self) {
        self.broken.extend(other.broken);
        self.sends += other.sends;
        for (outcome, count) in other.ends {
            *self.ends.entry(outcome).or_default() += count;
        }
        self.repeated += other.repeated;
        self.cancelled += other.cancelled;
        self.taken_unknown += other.taken_unknown;
    }
}

/// Plays one schedule.
pub(super) fn play(seed: u64, server: &Server) -> Tally {
    let plan = Plan::draw(seed);
    let heard = Heard::default();
    let properties = properties(&plan, server).to_string();
    let adapter = plugin::loaded().create(&HostInfo::new("schedules", "1"), &properties);
    let adapter = adapter.unwrap_or_else(|failure| panic!("seed {seed}: {failure}"));
    server.emulator.set_schedule(Some(plan.faults.clone()));
    std::thread::scope(|scope| {
        for (thread, sends) in plan.threads.iter().enumerate() {
            let (adapter, heard, plan, properties) = (&adapter, &heard, &plan, &properties);
            scope.spawn(move || {
                for (at, send) in sends.iter().enumerate() {
                    if thread == 0 {
                        disturb(plan, at, adapter, properties, server);
                    }
                    let correlation = format!("{seed}-{thread}-{at}");
                    let message = MESSAGES[send.message];
                    one(*send, message, correlation, adapter, plan.timeout, heard);
                }
            });
        }
    });
    let count = plan.threads.iter().map(Vec::len).sum();
    if !plan.destroyed_at_once {
        wait_for(&heard, count);
    }
    // Destroying waits for every completion.
    drop(adapter);
    server.emulator.set_schedule(None);
    let settled = server.emulator.settle(PATIENCE);
    let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
    let mut tally = tally(&plan, &heard, &server.emulator.ledger());
    tally.sends = count;
    if heard.len() != count {
        let ends = heard.len();
        tally.broken.push(format!("{count} sends, {ends} ends"));
    }
    if !settled {
        let met = server.emulator.ledger().faults;
        let sockets = sockets_of(&server.emulator.base_url());
        let broken =
            format!("a connection outlives its adapter, after {met:?}: {sockets:#?}, {plan:?}");
        tally.broken.push(broken);
    }
    server.emulator.clear_ledger();
    for broken in &mut tally.broken {
        broken.insert_str(0, &format!("seed {seed}: "));
    }
    tally
}

/// What the system says of the sockets at the emulator's port: both ends of a connection, and who holds
/// them.
fn sockets_of(base_url: &str) -> Vec<String> {
    let port: u16 = base_url.rsplit(':').next().unwrap().parse().unwrap();
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
    let of_port = table.lines().filter(|line| {
        let ends = line.split_whitespace().skip(1).take(2);
        ends.into_iter()
            .any(|end| end.ends_with(&format!(":{port:04X}")))
    });
    // 06 is TIME_WAIT, which no process holds.
    let open = of_port.filter(|line| line.split_whitespace().nth(3) != Some("06"));
    open.map(str::to_owned).collect()
}

fn properties(plan: &Plan, server: &Server) -> Value {
    let mut properties = server.properties.clone();
    properties["timeoutMs"] = u64::try_from(plan.timeout.as_millis()).unwrap().into();
    properties["workers"] = plan.workers.into();
    properties["queue"] = plan.queue.into();
    properties["maxAttempts"] = plan.max_attempts.into();
    properties["keepAliveMs"] = plan.keep_alive_ms.into();
    properties["messagesPerSecond"] = plan.messages_per_second.into();
    properties
}

/// What happens beside the sends.
fn disturb(plan: &Plan, at: usize, adapter: &Adapter, properties: &str, server: &Server) {
    if plan.closed_before == Some(at) {
        server.emulator.inject(Fault::Refuse { ms: 5 });
    }
    if plan.updated_before == Some(at) {
        adapter.update_properties(properties).unwrap();
    }
}

/// One send of this command and request, and its reported outcome.
pub(crate) fn one(
    send: Send,
    (command, request): (&str, &str),
    correlation: String,
    adapter: &Adapter,
    timeout: Duration,
    heard: &Heard,
) {
    std::thread::sleep(send.pause);
    let id = correlation.clone();
    let options = CallOptions {
        timeout: send.timeout,
        correlation_id: Some(&id),
    };
    let allowed = send.timeout.unwrap_or(timeout) + GRACE;
    let (stalled, begun) = (stalls::so_far(), Instant::now());
    // A worker of the plugin's is as old as the schedule at most.
    let waited = match send.way {
        Way::Execute => stalls::of_this_thread(),
        Way::Submit | Way::Cancel(_) => Duration::ZERO,
    };
    let book = Arc::clone(heard);
    let hear = move |ended: Result<CommandOutput, Failure>| {
        let took = begun.elapsed();
        // What the machine itself held up is not the call's.
        let stalled = stalls::so_far().saturating_sub(stalled);
        let waited = stalls::of_this_thread().saturating_sub(waited);
        let allowed = allowed + stalled.max(waited);
        let said = Said::new(correlation, &ended, took, allowed);
        book.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(said);
    };
    match send.way {
        Way::Execute => hear(adapter.execute_with(command, request, &options)),
        Way::Submit | Way::Cancel(_) => {
            let refused = hear.clone();
            match adapter.submit(command, request, &options, hear) {
                Ok(operation) => {
                    if let Way::Cancel(after) = send.way {
                        std::thread::sleep(after);
                        // It may have ended already.
                        let _ = adapter.cancel(operation);
                    }
                }
                // The queue is full.
                Err(failure) => refused(Err(failure)),
            }
        }
    }
}

impl Said {
    fn new(
        correlation: String,
        ended: &Result<CommandOutput, Failure>,
        took: Duration,
        allowed: Duration,
    ) -> Self {
        let response = ended.as_ref().ok().map(|output| &output.response);
        let response = response.and_then(|text| serde_json::from_str::<Value>(text).ok());
        let response = response.unwrap_or_default();
        let details = &response["details"];
        Self {
            correlation,
            outcome: details["outcome"].as_str().map(str::to_owned),
            phase: details["phase"].as_str().map(str::to_owned),
            message_id: response["messageId"].as_str().map(str::to_owned),
            told: Instant::now(),
            attempts: details["attempts"].as_u64().unwrap_or(0),
            result: match ended {
                Ok(output) => output.result,
                Err(failure) => failure.result,
            },
            took,
            allowed,
        }
    }

    /// How many requests a send that was not sent may have made: those that were refused for being too
    /// fast, and not the one that it ended with.
    pub(crate) fn refused(&self) -> u64 {
        match self.phase.as_deref() {
            // It ended before another attempt.
            Some("queue" | "pacing" | "breaker" | "backoff") => self.attempts,
            _ => self.attempts.saturating_sub(1),
        }
    }
}

/// Waits until every send has ended; what does not end shows in the count.
pub(crate) fn wait_for(heard: &Heard, count: usize) {
    let until = Instant::now() + PATIENCE;
    while heard.lock().unwrap_or_else(PoisonError::into_inner).len() < count
        && Instant::now() < until
    {
        std::thread::sleep(Duration::from_micros(500));
    }
}

fn tally(plan: &Plan, heard: &[Said], ledger: &Ledger) -> Tally {
    let mut tally = Tally::default();
    for said in heard {
        let of_this = |accepted: bool| {
            let requests = ledger.requests.iter();
            requests
                .filter(|it| it.correlation.as_deref() == Some(&said.correlation))
                .filter(|it| it.accepted || !accepted)
                .count()
        };
        let (accepted, complete) = (of_this(true), u64::try_from(of_this(false)).unwrap());
        let outcome = said.outcome.as_deref();
        let kept = match outcome {
            Some("accepted") => accepted == 1,
            Some("rejected") => accepted == 0,
            Some("not_sent") => accepted == 0 && complete <= said.refused(),
            Some("unknown") => accepted <= 1,
            // No response: it never came to a send.
            None => complete == 0,
            Some(_) => false,
        };
        if !kept
            || complete > said.attempts
            || said.attempts > plan.max_attempts.into()
            || said.result == workflow_adapter_loader::WFA_ERR_INTERNAL
        {
            let broken = format!("{accepted} of {complete} requests accepted: {said:?}");
            tally.broken.push(broken);
        }
        if said.took > said.allowed {
            tally.broken.push(format!("too late: {said:?}"));
        }
        *tally
            .ends
            .entry(outcome.unwrap_or("no response").to_owned())
            .or_default() += 1;
        tally.repeated += said.attempts.saturating_sub(1);
        tally.cancelled += usize::from(said.result == workflow_adapter_loader::WFA_ERR_CANCELLED);
        tally.taken_unknown += usize::from(outcome == Some("unknown") && accepted == 1);
    }
    tally
}
