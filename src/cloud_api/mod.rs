//! Meta's Cloud API: the only user of the HTTP client. It knows no command, no webhook and no C.

mod cancel;
mod client;
mod exchange;
mod graph_error;
mod message;
mod outcome;
mod resolver;
mod tcp;
mod transport;

pub(crate) use cancel::Cancel;
pub(crate) use client::{Client, Limits};
pub(crate) use message::{Content, Recipient};
pub(crate) use outcome::{Answer, Outcome};
