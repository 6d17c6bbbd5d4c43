//! Counters of an adapter: what is the same for every adapter.

mod histogram;

pub use histogram::{Histogram, Percentiles};
