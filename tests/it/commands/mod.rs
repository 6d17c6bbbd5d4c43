//! The commands beyond the specification, and what the specification's take beyond it.

mod accepted;
mod calls;
mod conversation;
pub(crate) mod examples;
mod limits;
mod media;
mod setup;
