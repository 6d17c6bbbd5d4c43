//! The exchange that runs on this thread: until when, whether it is cancelled, and how far it got.
//!
//! ureq runs an exchange on the calling thread, and its connectors and transports get no word of it:
//! what they need to know is kept in a thread-local.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use ureq::Timeout;
use ureq::unversioned::transport::NextTimeout;
use ureq::unversioned::transport::time::Duration as UreqDuration;

use super::connection::Connection;
use super::governor::last_start;
use super::pacing::TooLate;
use crate::cancel::Cancel;

thread_local! {
    /// Never destroyed, so that a command can also run while its thread's own variables are being
    /// destroyed; `run` always takes the value out again.
    static CURRENT: ManuallyDrop<RefCell<Option<Current>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

struct Current {
    /// Tells exchanges apart.
    number: u64,
    started: Instant,
    deadline: Instant,
    /// Until when the next read waits, where that is not the deadline.
    patience: Option<Instant>,
    cancel: Arc<Cancel>,
    marks: Marks,
    streams: bool,
    permit: Option<Permit>,
}

/// Waits until a request that is ready may leave.
pub(super) type Permit = Box<dyn FnOnce() -> Result<Instant, Option<TooLate>>>;

/// How far an exchange got, and what it cost.
#[derive(Debug, Default, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is something that was seen, and none follows from another"
)]
pub(super) struct Marks {
    /// The first byte of the request was handed over.
    pub(super) begun: bool,
    /// The last byte of the request was handed to the TLS or socket layer: it may have arrived.
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
    /// The request was ready, and was not let go in time: so long it would have taken.
    pub(super) held_back: Option<TooLate>,
}

fn with_current<R>(look: impl FnOnce(&Option<Current>) -> R) -> R {
    CURRENT.with(|slot| look(&slot.borrow()))
}

/// Runs `call` as this thread's exchange. Answers its result, and how far it got.
pub(super) fn run<R>(
    deadline: Instant,
    cancel: &Arc<Cancel>,
    call: impl FnOnce() -> R,
) -> (R, Marks) {
    struct Leave<'a>(&'a Cancel);
    impl Drop for Leave<'_> {
        fn drop(&mut self) {
            self.0.detach();
            let _ = CURRENT.try_with(|current| current.try_borrow_mut().map(|mut c| c.take()));
        }
    }
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let current = Current {
        number: NEXT.fetch_add(1, Ordering::Relaxed),
        started: Instant::now(),
        deadline,
        patience: None,
        cancel: Arc::clone(cancel),
        marks: Marks::default(),
        streams: false,
        permit: None,
    };
    CURRENT.with(|slot| *slot.borrow_mut() = Some(current));
    let _leave = Leave(cancel);
    let result = call();
    (result, marks())
}

/// How far the exchange that runs has got.
pub(super) fn marks() -> Marks {
    with_current(|current| current.as_ref().map(|current| current.marks)).unwrap_or_default()
}

/// Notes something about the exchange that runs.
pub(super) fn mark(note: impl FnOnce(&mut Marks)) {
    CURRENT.with(|slot| {
        if let Some(current) = &mut *slot.borrow_mut() {
            note(&mut current.marks);
        }
    });
}

/// The request that runs is no message and too long to be held: it leaves as it is written.
pub(super) fn stream() {
    CURRENT.with(|slot| {
        if let Some(current) = &mut *slot.borrow_mut() {
            current.streams = true;
        }
    });
}

/// The request that runs asks for this permit when it is ready on its connection.
pub(super) fn pace(permit: Permit) {
    CURRENT.with(|slot| {
        if let Some(current) = &mut *slot.borrow_mut() {
            current.permit = Some(permit);
        }
    });
}

/// Waits until the request that runs may leave. Answers `false` if it may not.
pub(super) fn is_permitted() -> bool {
    let permit = CURRENT.with(|slot| slot.borrow_mut().as_mut()?.permit.take());
    let Some(permit) = permit else {
        return true;
    };
    match permit() {
        Ok(at) => {
            mark(|marks| marks.permitted = Some(at));
            true
        }
        Err(late) => {
            mark(|marks| marks.held_back = late);
            false
        }
    }
}

/// Whether the request leaves as it is written.
pub(super) fn streams() -> bool {
    with_current(|current| current.as_ref().is_some_and(|current| current.streams))
}

/// The number of the exchange that runs, which no other has; none outside an exchange.
pub(super) fn number() -> Option<u64> {
    with_current(|current| current.as_ref().map(|current| current.number))
}

/// Whether some of the request has been handed over: what comes from now on may be its answer.
pub(super) fn has_begun() -> bool {
    with_current(|current| current.as_ref().is_some_and(|current| current.marks.begun))
}

/// Whether the way to the server took so much of the exchange's time that an answer cannot be expected
/// within what is left: less than is kept for it, or less than half of what the way took.
pub(super) fn is_too_late() -> bool {
    with_current(|current| {
        current.as_ref().is_some_and(|current| {
            let now = Instant::now();
            let left = current.deadline.saturating_duration_since(now);
            let spent = now.saturating_duration_since(current.started);
            now > last_start(current.started, current.deadline) || left < spent / 2
        })
    })
}

/// Runs `look`, in which a read waits for `patience` and then ends with `WouldBlock`.
pub(super) fn with_patience<R>(patience: Duration, look: impl FnOnce() -> R) -> R {
    let set = |until| {
        CURRENT.with(|slot| {
            if let Some(current) = &mut *slot.borrow_mut() {
                current.patience = until;
            }
        });
    };
    set(Some(Instant::now() + patience));
    let result = look();
    set(None);
    result
}

/// How long the next read may wait before it ends with `WouldBlock`, if it is to end so.
pub(super) fn patience_left() -> Option<Duration> {
    with_current(|current| {
        let until = current.as_ref()?.patience?;
        Some(until.saturating_duration_since(Instant::now()))
    })
}

/// What is left of the exchange's time; nothing outside an exchange.
pub(super) fn time_left() -> Duration {
    with_current(|current| {
        current.as_ref().map_or(Duration::ZERO, |current| {
            current.deadline.saturating_duration_since(Instant::now())
        })
    })
}

/// The exchange uses `connection` from now on. Answers `false` if it is cancelled.
pub(super) fn attach(connection: &Arc<Connection>) -> bool {
    with_current(|current| current.as_ref().is_none_or(|c| c.cancel.attach(connection)))
}

/// Whether the server has asked for a certificate of the client's.
pub(super) fn wants_certificate() -> bool {
    with_current(|current| {
        current
            .as_ref()
            .is_some_and(|current| current.marks.certificate_wanted)
    })
}

/// What ureq hands on and nobody looks at: the exchange has its own deadline.
pub(super) const NO_TIMEOUT: NextTimeout = NextTimeout {
    after: UreqDuration::NotHappening,
    reason: Timeout::Global,
    per_read: None,
    per_write: None,
};

/// Whether the exchange was cancelled.
pub(super) fn is_cancelled() -> bool {
    with_current(|current| {
        let current = current.as_ref();
        current.is_some_and(|current| current.cancel.is_cancelled())
    })
}
