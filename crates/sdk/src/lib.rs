//! What every adapter plugin needs and no service decides: errors, events, log, clock, threads, secrets,
//! descriptor rows, and the reading of requests.
#![deny(missing_docs)]
// What returns `Self` is a builder's method; dropping its value is a mistake that nobody makes.
#![allow(clippy::return_self_not_must_use)]

pub mod cancel;
pub mod clock;
pub mod descriptor;
pub mod error;
pub mod event;
pub mod json;
pub mod letters;
pub mod log;
pub mod memory;
pub mod metrics;
pub mod rows;
pub mod secret;
pub mod spawn;
