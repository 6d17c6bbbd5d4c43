//! The rows as JSON Schema (draft 2020-12): what the reader takes, and what responses and events have.

mod digits;
mod event;
mod input;
mod keywords;
mod output;
mod rule;

pub use event::of_event;
pub use input::of_request;
pub use output::of_response;
