//! What the handlers of one worker share.

use std::sync::Arc;
use std::time::Duration;

use super::calls::Calls;
use super::clock::Clock;
use super::listen::Elsewhere;
use super::sends::Sends;
use crate::customer::same;
use crate::engine::Commands;
use crate::engine::definitions::Definitions;
use crate::operations::Metrics;

/// What the handlers of one worker share.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) commands: Arc<dyn Commands>,
    pub(super) metrics: Arc<Metrics>,
    /// The calls of this process.
    pub(super) calls: Arc<Calls>,
    /// Where they wait and run.
    pub(super) sends: Arc<Sends>,
    /// Whether a timer that is set here would be right.
    pub(super) clock: Arc<Clock>,
    /// How the server is told to try another worker.
    pub(super) elsewhere: Elsewhere,
    pub(super) definitions: Arc<Definitions>,
    /// How long a run waits for the status that tells how a command ended.
    pub(super) resolve_within: Duration,
}

/// The key of a customer's object. The line is what the event itself says, so that it does not depend on
/// which worker takes the event, nor on whose instance that worker takes it for.
pub(super) fn key_of(line: &str, customer: &str) -> String {
    format!("{line}:{}", same(customer))
}
