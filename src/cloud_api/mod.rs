//! Meta's Cloud API: the only user of the HTTP client. It knows no command, no webhook and no C.

mod accepted;
mod acknowledged;
mod breaker;
mod buffer;
mod call;
mod client;
mod codes;
mod completeness;
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
mod effect;
mod error_forms;
mod evidence;
mod exchange;
mod failure_text;
mod fault;
mod form;
mod graph_error;
mod headers;
mod http;
mod limits;
mod media;
mod message;
mod pacing;
mod pool;
mod proxy;
mod rate_limiter;
mod reading;
mod reason;
mod redaction;
mod report;
mod resolver;
mod resumable;
mod retry;
mod retry_budget;
mod row;
mod schedule;
mod send;
mod socket_handle;
mod target;
mod tcp;
mod tls;

pub(crate) use call::Call;
pub(crate) use client::Client;
pub(crate) use evidence::Evidence;
pub(crate) use form::FormFile;
pub(crate) use limits::CallContext;
pub(crate) use media::{Downloaded, Length, NoDownload, Upload};
pub(crate) use message::{Content, Recipient};
pub(crate) use reason::{Phase, Reason};
pub(crate) use report::{CallReport, SendReport};
pub(crate) use send::{Advanced, PendingSend};
