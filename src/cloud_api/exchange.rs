//! One exchange with a server: what bounds it, and how far it got. Everything that works for the exchange
//! receives it by reference.

use std::time::{Duration, Instant};

use ureq::Error;

use super::limits::{Limits, RequestLimits as _};
use super::reason::Fault;
use super::schedule::TooLate;

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
    /// The last byte of the request was handed to the TLS or socket layer, so it may have arrived. Set
    /// before that byte is handed over: without this mark the request was not sent.
    pub(super) handed_over: bool,
    /// A TLS handshake has begun and is not over.
    pub(super) shaking_hands: bool,
    /// The server has asked for a client certificate.
    pub(super) certificate_wanted: bool,
    /// The server closed its side of the connection, or the connection broke.
    pub(super) ended: bool,
    /// Bytes followed the response.
    pub(super) left_over: bool,
    /// The response arrived before the server had received the whole request.
    pub(super) early: bool,
    /// Connections opened.
    pub(super) connections: u32,
    /// Names looked up.
    pub(super) lookups: u32,
    /// The moment at which the rate limiter counts the request.
    pub(super) permitted: Option<Instant>,
    /// How long the request would have had to wait, if the rate limiter held it back.
    pub(super) held_back: Option<TooLate>,
    /// Why the exchange was abandoned, where no error of the HTTP client says so.
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

    /// Whether connecting took so much time that a response cannot be expected in the rest: less than the
    /// reserve is left, or less than half of what connecting took.
    pub(super) fn is_too_late(&self) -> bool {
        let now = Instant::now();
        let spent = now.saturating_duration_since(self.started);
        now > self.limits.last_start(self.started) || self.time_left() < spent / 2
    }

    /// Abandons the exchange for a reason that no error of the HTTP client expresses.
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
    /// A later `cancel` must not interrupt the next exchange on the connection.
    fn drop(&mut self) {
        self.limits.cancel.detach();
    }
}
