//! One call: until when it may run, whether it was cancelled, what the host said of it, and where a
//! command that has to wait leaves its work, so that no thread waits with it.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;
use crate::error::{Error, Kind};

/// What bounds one call.
#[derive(Debug, Clone)]
pub struct Limits {
    /// When the call is out of time.
    pub deadline: Instant,
    /// Tells that the call was cancelled.
    pub cancel: Arc<Cancel>,
}

impl Limits {
    /// Of a call that starts at `now`. A timeout beyond what a clock can hold is a year.
    pub fn new(now: Instant, timeout: Duration) -> Self {
        let year = Duration::from_secs(31_536_000);
        Self {
            deadline: now.checked_add(timeout).unwrap_or(now + year),
            cancel: Arc::default(),
        }
    }
}

/// What a host may say for one call.
#[derive(Debug, Default, Clone, Copy)]
pub struct CallOptions<'a> {
    /// How long the call may take in all; the adapter's own setting if none.
    pub timeout: Option<Duration>,
    /// The host's id for this call, 1 to 512 bytes, as the contract has it.
    pub correlation_id: Option<&'a str>,
}

impl CallOptions<'_> {
    /// # Errors
    /// `InvalidArgument` if the correlation id is out of its limits.
    pub(crate) fn check(&self) -> Result<(), Error> {
        match self.correlation_id.map(str::len) {
            None | Some(1..=512) => Ok(()),
            Some(bytes) => {
                let message = format!("the correlation id has {bytes} bytes; it needs 1 to 512");
                Err(Error::new(Kind::InvalidArgument, message))
            }
        }
    }
}

/// A call as the adapter sees it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// What bounds it.
    pub limits: &'a Limits,
    /// The host's id for it, if the host gave one.
    pub correlation_id: Option<&'a str>,
    pub(crate) parking: &'a Parking,
}

impl Call<'_> {
    /// Whether the call was cancelled or is out of time: then the adapter ends it soon.
    pub fn is_over(&self) -> bool {
        self.limits.cancel.is_cancelled() || Instant::now() >= self.limits.deadline
    }

    /// Refuses a call that is over before anything was done.
    ///
    /// # Errors
    /// `Cancelled` or, retryable, `Timeout`.
    pub fn check(&self) -> Result<(), Error> {
        if self.limits.cancel.is_cancelled() {
            return Err(Error::new(
                Kind::Cancelled,
                "the call was cancelled; nothing was done",
            ));
        }
        if Instant::now() >= self.limits.deadline {
            return Err(Error::timed_out(
                "the call is out of time; nothing was done",
            ));
        }
        Ok(())
    }

    /// Whether a command that has to wait gives its thread back with [`Call::park`]. Otherwise the thread
    /// is the host's, which waits for the call: the command may as well wait itself, best with
    /// [`Cancel::wait`].
    pub const fn may_park(&self) -> bool {
        self.parking.may_park
    }

    /// The command waits until `until`, or until it is cancelled or out of time, and is then executed
    /// again with the same arguments; what this execution returns is ignored. An execution that begins
    /// when the call is over is the last one: if it parks, the call fails. [`Call::resume`] hands `work`
    /// out again. Where the call [keeps its thread](Call::may_park), the SDK waits on it.
    pub fn park(&self, until: Instant, work: impl Any + Send) {
        self.parking.until.set(Some(until));
        *self.parking.parked.borrow_mut() = Some(Box::new(work));
    }

    /// The work that an earlier execution of this call has parked.
    pub fn resume<T: Any>(&self) -> Option<T> {
        let work = self.parking.parked.borrow_mut().take()?;
        work.downcast().ok().map(|work| *work)
    }

    /// Executes once; work that was parked before and is not asked for parks nothing.
    pub(crate) fn work<R>(&self, work: &mut impl FnMut() -> R) -> R {
        self.parking.until.set(None);
        work()
    }
}

/// The place of one call's parked work. The default is for a call that keeps its thread.
#[derive(Debug, Default)]
pub(crate) struct Parking {
    may_park: bool,
    until: Cell<Option<Instant>>,
    parked: RefCell<Option<Box<dyn Any + Send>>>,
    started: Cell<Option<Instant>>,
}

impl Parking {
    /// For a call that is executed again when its moment has come.
    pub(crate) fn allowed() -> Self {
        Self {
            may_park: true,
            ..Self::default()
        }
    }

    /// The call has ended, whatever it has parked.
    pub(crate) fn end(&self) {
        self.until.set(None);
        self.parked.borrow_mut().take();
    }

    /// When the call is to be executed again; none if it has ended.
    pub(crate) const fn until(&self) -> Option<Instant> {
        self.until.get()
    }

    /// Whether the call was not executed yet.
    pub(crate) const fn is_new(&self) -> bool {
        self.started.get().is_none()
    }

    /// When the call was executed for the first time.
    pub(crate) fn started(&self, now: Instant) -> Instant {
        let started = self.started.get().unwrap_or(now);
        self.started.set(Some(started));
        started
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parked_work_is_handed_out_once() {
        let limits = Limits::new(Instant::now(), Duration::MAX);
        let parking = Parking::allowed();
        let call = Call {
            limits: &limits,
            correlation_id: None,
            parking: &parking,
        };
        assert_eq!(call.resume::<String>(), None);
        call.park(limits.deadline, "work".to_owned());
        assert_eq!(parking.until(), Some(limits.deadline));
        call.work(&mut || assert_eq!(call.resume::<String>().as_deref(), Some("work")));
        assert_eq!(parking.until(), None);
        assert_eq!(call.resume::<String>(), None);
    }
}
