//! Meta's Cloud API: the only user of the HTTP client. It knows no command, no webhook and no C.

mod client;
mod graph_error;
mod message;
mod outcome;
mod transport;

pub(crate) use client::Client;
pub(crate) use message::{Content, Recipient};
pub(crate) use outcome::{Answer, Outcome};
