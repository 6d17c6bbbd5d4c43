//! Shared by all webhook benches: bodies as Meta sends them, the floor to compare with, CPU time and
//! medians. The program beside it measures a plugin; `peers/` measures other libraries the same way.

mod corpus;
mod cpu;
mod floor;
mod median;
mod notification;

pub use corpus::{Body, Corpus};
pub use cpu::cpu_time;
pub use floor::Floor;
pub use median::{Series, quantile, rounded};
pub use notification::Shape;

/// Whatever ends a bench early: it has no result then.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
