//! Workflows: what a definition says, and what a run of it does next. No clock, no storage, no
//! network: whoever runs one (an [`Engine`](crate::engine::Engine)) brings those.

mod compiled;
mod definition;
mod next;

pub(crate) use compiled::Compiled;
pub(crate) use definition::{Awaited, Case, Definition, END, Step, StepKind};
pub(crate) use next::{Await, CommandCall, Done, Next, Outcome, Passed, Progress};
