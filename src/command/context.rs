//! What a command is given: one instance's properties, client and memories, and one call's bounds.

use std::time::Instant;

use workflow_adapter_sdk::adapter::Execution;

use super::parking::Parking;
use crate::call::Limits;
use crate::clock::Now;
use crate::cloud_api::{CallContext, Client};
use crate::event::EventSink;
use crate::flow::UsedKeys;
use crate::log::Log;
use crate::metrics::Metrics;
use crate::properties::Properties;
use crate::webhook::{Dedup, Windows};

/// What a command may use.
pub(crate) struct Context<'a, 's> {
    pub(crate) properties: &'a Properties,
    pub(crate) client: &'a Client,
    pub(crate) log: &'a Log,
    pub(crate) metrics: &'a Metrics,
    pub(crate) dedup: &'a Dedup,
    pub(crate) windows: &'a Windows,
    pub(crate) reply_keys: &'a UsedKeys,
    /// The moment at which `now` was read.
    pub(crate) at: Instant,
    pub(crate) now: Now,
    /// The instance's name, if the host gave one.
    pub(crate) instance_name: Option<&'a str>,
    pub(crate) limits: &'a Limits,
    pub(crate) correlation_id: Option<&'a str>,
    /// Where it leaves what it has done if it has to wait.
    pub(crate) parking: &'a Parking,
    pub(crate) sink: &'a mut EventSink<'s>,
}

impl Context<'_, '_> {
    /// What a call of the Cloud API is bounded by, and where it tells what it did.
    pub(super) fn call_context(&self) -> CallContext<'_> {
        CallContext {
            limits: self.limits,
            log: self.log,
            metrics: &self.metrics.sending,
        }
    }
}

/// Stands for the end of a command that has left what it has done in its [`Parking`].
pub(super) const fn waiting() -> Execution {
    Execution {
        response: String::new(),
        failure: None,
    }
}
