//! One exchange with a server: what bounds it, and how far it got. Whatever works for the exchange gets
//! it by reference.

use std::time::{Duration, Instant};

use ureq::Error;

use super::limits::Limits;
use super::line::TooLate;
use super::reason::Fault;

/// An exchange while it runs.
#[derive(Debug)]
pub(super) struct Exchange {
    limits: Limits,
    started: Instant,
    /// Until when the next read waits, where that is not the deadline.
    patience: Option<Instant>,
    pub(super) marks: Marks,
}

/// How far an exchange got, and what it cost.
#[derive(Debug, Default, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that was seen, and none follows from another"
)]
pub(super) struct Marks {
    /// The last byte of the request was handed to the TLS or socket layer: it may have arrived. Set
    /// before that byte is handed over, so that without this mark the request was not sent.
    pub(super) handed_over: bool,
    /// A TLS handshake has begun and is not over.
    pub(super) shaking_hands: bool,
    /// The server has asked for a certificate of the client's.
    pub(super) certificate_wanted: bool,
    /// The server's side of the connection ended, or broke.
    pub(super) ended: bool,
    /// More came than the answer.
    pub(super) left_over: bool,
    /// The answer was here before all of the request had arrived there.
    pub(super) early: bool,
    /// Connections opened.
    pub(super) connections: u32,
    /// Names looked up.
    pub(super) lookups: u32,
    /// The moment that the request is counted with in the number's rate.
    pub(super) permitted: Option<Instant>,
    /// The rate limiter did not let the request go in time: it would have taken so long.
    pub(super) held_back: Option<TooLate>,
    /// Why the exchange was given up, where no error of the HTTP client's says so.
    pub(super) fault: Option<Fault>,
}

impl Exchange {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            limits: limits.clone(),
            started: Instant::now(),
            patience: None,
            marks: Marks::default(),
        }
    }

    pub(super) const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// What is left of the exchange's time.
    pub(super) fn time_left(&self) -> Duration {
        self.limits
            .deadline
            .saturating_duration_since(Instant::now())
    }

    pub(super) fn is_cancelled(&self) -> bool {
        self.limits.cancel.is_cancelled()
    }

    /// Whether reaching the server took so much of the exchange's time that an answer cannot be expected
    /// within what is left: less than is reserved for it, or less than half of what connecting took.
    pub(super) fn is_too_late(&self) -> bool {
        let now = Instant::now();
        let spent = now.saturating_duration_since(self.started);
        now > self.limits.last_start(self.started) || self.time_left() < spent / 2
    }

    /// The exchange ends for this reason, which no error of the HTTP client's says.
    pub(super) fn give_up(&mut self, fault: Fault) -> Error {
        self.marks.fault = Some(fault);
        Error::ConnectionFailed
    }

    /// Runs `look`, in which a read waits for `patience` and then ends with `WouldBlock`.
    pub(super) fn with_patience<R>(
        &mut self,
        patience: Duration,
        look: impl FnOnce(&mut Self) -> R,
    ) -> R {
        self.patience = Some(Instant::now() + patience);
        let result = look(self);
        self.patience = None;
        result
    }

    /// How long the next read may wait before it ends with `WouldBlock`, if it is to end so.
    pub(super) fn patience_left(&self) -> Option<Duration> {
        let until = self.patience?;
        Some(until.saturating_duration_since(Instant::now()))
    }
}

impl Drop for Exchange {
    /// A later `cancel` must not hit whichever exchange uses the connection next.
    fn drop(&mut self) {
        self.limits.cancel.detach();
    }
}
