//! Meta's notifications: from the bytes to one event per message and per status. No socket, no clock.

mod calls;
mod challenge;
mod companions;
mod contacts;
mod dedup;
mod element;
mod envelope;
mod event_json;
mod events;
mod fields;
mod identity;
mod journal;
mod rows;
mod scope;
mod signature;
mod windows;

pub(crate) use challenge::answer as answer_challenge;
pub(crate) use dedup::{Dedup, Memory};
pub(crate) use envelope::{NotRead, Unreadable};
pub(crate) use events::{process, process_unreadable};
pub(crate) use fields::fields_of;
pub(crate) use journal::Sync;
pub(crate) use rows::{DECLARATION, EVENTS, EXTENSION_EVENTS};
pub(crate) use scope::{Delivery, Scope};
pub(crate) use signature::{Refusal, Verifier};
pub(crate) use windows::Windows;
