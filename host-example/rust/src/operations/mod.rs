//! What a person who runs the host sees of it: counters, and a feed of what happens.

mod adapter_counters;
mod feed;
mod metrics;

pub(crate) use adapter_counters::{Counters, Rows, rows};
pub(crate) use feed::{Feed, Line, StepTold, Told};
pub(crate) use metrics::Metrics;
