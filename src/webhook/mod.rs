//! Meta's notifications: from the bytes to one event per message and per status. No socket, no clock.

mod element;
mod envelope;
mod events;
mod rows;

pub(crate) use envelope::Unreadable;
pub(crate) use events::{Delivery, Scope, process};
pub(crate) use rows::EVENTS;
