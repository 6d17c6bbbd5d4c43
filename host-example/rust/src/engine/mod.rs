//! The interface between the host and the engine that runs its workflows.
//!
//! The host owns the listener, the triggers and the adapters; an [`Engine`] owns everything that must
//! last. What an engine has to do:
//!
//! - a run, or an event with the runs that it starts, is stored when the answer comes;
//! - a run asks [`Progress`](crate::workflow::Progress) what comes next, does that, stores how it
//!   ended, and asks again; what has been stored is never done again, whatever is killed and when;
//! - before a command runs that may not be repeated, its intent (with the correlation id) is stored.
//!   An intent without an end is an unknown outcome: the command is never run again, and the event
//!   with its correlation id tells how it ended ([`resolve`]);
//! - events that start nothing may still be what a run waits for;
//! - each occurrence of a schedule starts one run, also if it came while no host ran.
//!
//! [`local`] does it on one machine, in one `SQLite` file; `restate`, with the feature of that name, on
//! any number of machines, in the journal of Restate's server.

pub(crate) mod local;
#[cfg(feature = "restate")]
pub(crate) mod restate;

mod answer;
mod definitions;
mod resolve;

use std::future::Future;
use std::pin::Pin;
#[cfg(feature = "restate")]
use std::time::Duration;

use serde_json::Value;
use tokio::sync::oneshot;
use workflow_adapter_loader::{CommandOutput, Failure};

pub(crate) use answer::{Answer, classify, correlation_of, correlation_sent, said};
#[cfg(feature = "restate")]
pub(crate) use answer::{named_by, without_response};
pub(crate) use resolve::{resolved, unresolved};

use crate::declared::CommandTraits;
use crate::instance::Call;
use crate::store::StoreError;
pub(crate) use crate::store::{EventRow, NewRun, RunId, RunView, Stored};

/// What runs workflows. All methods may be called from any thread, any number at once.
pub(crate) trait Engine: Send + Sync {
    /// Stores a run; it is on the disk when the answer comes. `ended` gets how it ended, if it does
    /// before this process does.
    fn start(&self, run: NewRun, ended: Option<oneshot::Sender<Ended>>) -> Starting;

    /// Stores an event, unless it is stored already, together with the runs that it starts. Blocks
    /// until it is on the disk: it is called where an adapter waits for a verdict.
    ///
    /// # Errors
    /// It is not stored; the adapter must keep it and raise it again.
    fn event(&self, event: EventRow, starts: Vec<NewRun>) -> Result<Stored, StoreError>;

    /// Stores a run that an occurrence of a schedule starts, unless that occurrence has been run. Without
    /// `is_due` it is one that may have been missed. Blocks until it is on the disk.
    ///
    /// # Errors
    /// It is not stored.
    fn occurrence(&self, at: i64, is_due: bool, run: NewRun) -> Result<bool, StoreError>;

    /// The newest runs, the newest first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn recent_runs(&self, limit: u32) -> Result<Vec<RunView>, StoreError>;

    /// How many runs have not ended, by where they stand.
    ///
    /// # Errors
    /// The store cannot be read.
    fn open_runs(&self) -> Result<Vec<(&'static str, i64)>, StoreError>;

    /// Whether a run could be stored now.
    ///
    /// # Errors
    /// Why not.
    fn healthy(&self) -> Result<(), StoreError>;

    /// Lets the steps that run now end, starts no other, and closes.
    fn stop(&self);
}

/// A run that is being stored.
pub(crate) type Starting = Pin<Box<dyn Future<Output = Result<RunId, Refused>> + Send>>;

/// Why a run was not stored.
#[derive(Debug)]
pub(crate) enum Refused {
    /// Too many runs wait.
    Busy,
    Store(StoreError),
}

/// How a run ended.
#[derive(Debug)]
pub(crate) enum Ended {
    Done(Value),
    Failed(String),
}

/// The way from an engine to the adapters.
pub(crate) trait Commands: Send + Sync {
    /// Runs a command of an instance, and waits for its end, but no longer than the call's timeout and a
    /// short time more. `is_slow` is called once if it has not ended soon.
    ///
    /// # Errors
    /// As [`Adapter::execute_with`](workflow_adapter_loader::Adapter::execute_with), and if there is no
    /// such instance.
    fn execute(
        &self,
        instance: &str,
        call: &Call,
        is_slow: &mut dyn FnMut(),
    ) -> Result<CommandOutput, Failure>;

    /// What the adapter of an instance declares of a command; nothing if it is not known here.
    fn traits(&self, instance: &str, command: &str) -> CommandTraits;

    /// The type of an instance's adapter; empty if there is no such instance here.
    fn adapter_type(&self, instance: &str) -> String;

    /// What an engine has to know of an instance; none if there is no such instance here.
    #[cfg(feature = "restate")]
    fn about(&self, instance: &str) -> Option<About>;
}

/// What an engine has to know of an instance.
#[cfg(feature = "restate")]
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// By which its customers' order is kept, as its events have it: what routes them, or its name.
    pub(crate) line: String,
    /// How many messages it sends in a second at most; 0 is no limit.
    pub(crate) per_second: u32,
    /// How long a command may take that says nothing else.
    pub(crate) timeout: Option<Duration>,
}
