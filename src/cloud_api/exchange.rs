//! The exchange that runs on this thread: until when, whether it is cancelled, and how far it got.
//!
//! ureq runs an exchange on the calling thread, and its connectors and transports get no word of it:
//! what they need to know is kept in a thread-local.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::cancel::{Cancel, Connection};
use super::pacing::TooLate;

thread_local! {
    /// Never destroyed, so that a command can also run while its thread's own variables are being
    /// destroyed; `run` always takes the value out again.
    static CURRENT: ManuallyDrop<RefCell<Option<Current>>> =
        const { ManuallyDrop::new(RefCell::new(None)) };
}

struct Current {
    /// Tells exchanges apart.
    number: u64,
    deadline: Instant,
    cancel: Arc<Cancel>,
    marks: Marks,
    streams: bool,
    permit: Option<Permit>,
}

/// Waits until a request that is ready may leave.
pub(super) type Permit = Box<dyn FnOnce() -> Result<Instant, Option<TooLate>>>;

/// How far an exchange got, and what it cost.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Marks {
    /// The last byte of the request was handed to the TLS or socket layer: it may have arrived.
    pub(super) handed_over: bool,
    /// A TLS handshake has begun and is not over.
    pub(super) shaking_hands: bool,
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
        deadline,
        cancel: Arc::clone(cancel),
        marks: Marks::default(),
        streams: false,
        permit: None,
    };
    CURRENT.with(|slot| *slot.borrow_mut() = Some(current));
    let _leave = Leave(cancel);
    let result = call();
    let marks = with_current(|current| current.as_ref().map(|c| c.marks));
    (result, marks.unwrap_or_default())
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

/// Whether the exchange was cancelled.
pub(super) fn is_cancelled() -> bool {
    with_current(|current| {
        let current = current.as_ref();
        current.is_some_and(|current| current.cancel.is_cancelled())
    })
}
