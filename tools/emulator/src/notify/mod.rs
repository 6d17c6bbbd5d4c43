//! Notifications: what they say, how they are signed, who posts them, and what goes wrong.

mod batch;
pub(crate) mod envelope;
mod escape;
pub(crate) mod handshake;
mod inbound_default;
pub(crate) mod inbound_message;
mod post;
pub(crate) mod sample;
pub(crate) mod sender;
pub(crate) mod status;
