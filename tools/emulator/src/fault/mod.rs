//! Faults: what can go wrong, chosen by a test or by a schedule and consumed in order.

pub(crate) mod answer_side;
mod bomb;
mod catalogue;
pub(crate) mod connection_side;
mod encoding;
mod framing;
mod injection;
mod kind;
pub(crate) mod nature;
mod queue;
pub(crate) mod request_side;
mod reuse;
pub(crate) mod scene;
mod schedule;
pub(crate) mod script;
mod status;
mod timing;
pub(crate) mod webhook;

pub use injection::Injection;
pub use kind::{Fault, Then};
pub(crate) use queue::FaultQueue;
pub use schedule::FaultSchedule;
pub use webhook::{BatchShape, WebhookFault};
