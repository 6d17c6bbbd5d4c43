//! Meta's Cloud API: the only user of the HTTP client. It knows no command, no webhook and no C.

mod accepted;
mod acknowledged;
mod breaker;
mod buffer;
mod call;
mod client;
mod codes;
mod connect;
mod connection;
#[cfg(test)]
mod connection_tests;
mod connector;
#[cfg(test)]
mod cut_tests;
mod decision;
#[cfg(test)]
mod decision_tests;
mod echo;
mod error_forms;
mod evidence;
mod exchange;
mod fault;
mod framing;
mod governor;
mod graph_error;
mod headers;
mod http;
mod line;
mod media;
mod message;
mod outcome;
mod pacing;
mod pool;
mod proxy;
mod reading;
mod reason;
mod resolver;
mod retry;
mod send;
mod socket_handle;
mod stream;
mod subject;
mod target;
mod tcp;
mod tls;
mod words;

pub(crate) use call::{Call, Reply};
pub(crate) use client::{Client, Limits, Scope};
pub(crate) use evidence::Evidence;
pub(crate) use media::{Downloaded, Length, NoDownload, Upload};
pub(crate) use message::{Content, Recipient};
pub(crate) use outcome::{Answer, Outcome};
pub(crate) use reason::{Phase, Reason};
pub(crate) use send::{Advanced, Sending};
