//! HTTP/1.1 over a stream this crate owns to the byte, for the server and for the webhook sender.

pub(crate) mod client;
mod head;
mod query;
mod response;
mod stream;
mod wire;

pub(crate) use head::RequestHead;
pub(crate) use query::Query;
pub(crate) use response::{Response, content_length};
pub(crate) use stream::Stream;
pub(crate) use wire::{BodyError, Wire};
