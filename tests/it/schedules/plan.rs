//! What one schedule does: properties, faults and sends, all drawn from its seed.

use std::time::Duration;

use cloud_api_emulator::{Fault, FaultSchedule, Injection};
use fastrand::Rng;

use crate::outcomes::cases::{graph, retry_after};

/// One schedule.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) tls: bool,
    pub(super) max_attempts: u32,
    pub(super) timeout: Duration,
    pub(super) keep_alive_ms: u64,
    pub(super) messages_per_second: u64,
    pub(super) workers: u64,
    pub(super) queue: u64,
    pub(super) faults: FaultSchedule,
    /// Each thread's sends, one after the other.
    pub(super) threads: Vec<Vec<Send>>,
    /// Before this send of the first thread, the port is closed for a moment.
    pub(super) closed_before: Option<usize>,
    /// Before this send of the first thread the properties are set again.
    pub(super) updated_before: Option<usize>,
    /// Submitted sends are not waited for: the adapter is destroyed while they run.
    pub(super) destroyed_at_once: bool,
}

/// One send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Send {
    /// Which of [`MESSAGES`](crate::faults::MESSAGES).
    pub(super) message: usize,
    pub(crate) way: Way,
    /// The call's own timeout.
    pub(crate) timeout: Option<Duration>,
    /// Between this send and the one before.
    pub(crate) pause: Duration,
}

/// How it is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way {
    /// The thread waits for it.
    Execute,
    /// The thread goes on at once.
    Submit,
    /// The thread goes on, and cancels it after this time.
    Cancel(Duration),
}

impl Plan {
    pub(super) fn draw(seed: u64) -> Self {
        let mut rng = Rng::with_seed(seed);
        let tls = rng.u8(..4) == 0;
        let count = rng.usize(1..=4);
        Self {
            tls,
            max_attempts: rng.u32(1..=4),
            timeout: if rng.u8(..8) == 0 {
                Duration::from_millis(rng.u64(300..600))
            } else {
                Duration::from_millis(rng.u64(15..120))
            },
            keep_alive_ms: *one_of(&mut rng, &[0, 1, 5, 4_000, 60_000]),
            messages_per_second: *one_of(&mut rng, &[0, 0, 20, 1_000]),
            workers: rng.u64(1..=8),
            queue: *one_of(&mut rng, &[1, 4, 1_024]),
            faults: FaultSchedule::random(rng.u64(..))
                .percent(rng.u8(0..=100))
                .among(choices(&mut rng, tls)),
            threads: (0..count).map(|_| sends(&mut rng)).collect(),
            closed_before: (rng.u8(..20) == 0).then(|| rng.usize(..4)),
            updated_before: (rng.u8(..10) == 0).then(|| rng.usize(..4)),
            destroyed_at_once: rng.u8(..10) == 0,
        }
    }
}

fn one_of<'a, T>(rng: &mut Rng, all: &'a [T]) -> &'a T {
    &all[rng.usize(..all.len())]
}

fn sends(rng: &mut Rng) -> Vec<Send> {
    (0..rng.usize(1..=4)).map(|_| Send::draw(rng)).collect()
}

impl Send {
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self {
            message: rng.usize(..3),
            way: match rng.u8(..6) {
                0..3 => Way::Execute,
                3..5 => Way::Submit,
                _ => Way::Cancel(Duration::from_micros(rng.u64(..15_000))),
            },
            timeout: (rng.u8(..5) == 0).then(|| Duration::from_millis(rng.u64(1..60))),
            pause: Duration::from_micros(if rng.bool() { 0 } else { rng.u64(..4_000) }),
        }
    }
}

/// What can go wrong under this schedule: everything, or a few things only, so that they meet often.
fn choices(rng: &mut Rng, tls: bool) -> Vec<Injection> {
    let mut all: Vec<Injection> = Fault::catalogue()
        .into_iter()
        .map(|fault| brief(fault).into())
        .collect();
    all.extend(lost_answers());
    all.extend(throttled());
    all.extend(of_connections(tls));
    if rng.u8(..20) != 0 {
        // What closes the way for half a minute comes in few schedules.
        all.retain(|choice| !matches!(choice.fault, Fault::Graph { code: 190, .. }));
    }
    if rng.bool() {
        let some = rng.usize(1..=5);
        rng.shuffle(&mut all);
        all.truncate(some);
    }
    all
}

/// The same fault, small.
fn brief(fault: Fault) -> Fault {
    match fault {
        Fault::GzipBomb { .. } => Fault::GzipBomb { mib: 2 },
        Fault::HugeHeader { .. } => Fault::HugeHeader { bytes: 40_000 },
        fault => fault,
    }
}

/// The message is taken, and the client does not hear of it.
fn lost_answers() -> Vec<Injection> {
    let server_error = Fault::Graph {
        code: 131_000,
        status: None,
        transient: Some(true),
        retry_after: None,
    };
    [
        Fault::CloseAfterBody,
        Fault::ResetAfterBody,
        Fault::Silence { ms: 25 },
        Fault::Garbage,
        Fault::HtmlOk,
        Fault::ErrorIn200,
        Fault::Html { status: 502 },
        Fault::Empty { status: 503 },
        server_error,
    ]
    .map(Fault::accepted)
    .into()
}

fn throttled() -> Vec<Injection> {
    let mut all = vec![
        retry_after("0"),
        Fault::TooManyRequests { retry_after: None },
    ];
    all.extend([130_429, 131_056, 131_057, 4, 131_048, 190].map(graph));
    all.into_iter().map(Injection::from).collect()
}

fn of_connections(tls: bool) -> Vec<Injection> {
    let mut all = vec![Fault::AcceptReset, Fault::AcceptHang { ms: 20 }];
    if tls {
        all.extend([
            Fault::TlsClose,
            Fault::TlsPlaintext,
            Fault::TlsOldVersion,
            Fault::Tls11,
            Fault::TlsSlow { ms: 10 },
            Fault::TlsExpired,
            Fault::TlsUnknownCa,
        ]);
    }
    all.into_iter().map(Injection::from).collect()
}
