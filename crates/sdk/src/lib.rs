//! What every adapter plugin needs and no service decides: errors, events, log, clock, threads, secrets,
//! descriptor rows, and the reading of requests.
//!
//! An author implements [`adapter::Adapter`] and writes [`export_adapter!`]; [`prelude`] has what most
//! adapters name, and `docs/write-an-adapter.md` in the repository leads through a whole one.
//!
//! - **Threads:** every method of [`adapter::Adapter`] may be called on any thread, several at once. The
//!   events of a call are delivered on its thread; [`Emitter::emit`] may be called on any.
//! - **Ownership:** texts are lent for the duration of a call. The SDK copies and frees everything that
//!   crosses the C contract.
//! - **Errors:** what a host does next follows from the [`error::Kind`] of an [`error::Error`], above all
//!   whether a command may be repeated.
//! - **Panics** end at the boundary: the call fails with the place of the panic, and nothing is printed.
#![deny(missing_docs)]
// What returns `Self` is a builder's method; dropping its value is a mistake that nobody makes.
#![allow(clippy::return_self_not_must_use)]

pub mod adapter;
pub mod call;
mod calls;
pub mod cancel;
pub mod clock;
pub mod descriptor;
mod ends;
pub mod error;
pub mod event;
mod export;
#[doc(hidden)]
pub mod ffi;
pub mod json;
pub mod letters;
pub mod lock;
pub mod log;
pub mod memory;
pub mod metrics;
mod native;
mod outbox;
#[cfg(test)]
mod outbox_tests;
mod panics;
mod redelivery;
pub mod rows;
mod runtime;
#[cfg(test)]
mod runtime_tests;
pub mod secret;
pub mod signature;
pub mod source;
#[cfg(test)]
mod source_tests;
pub mod spawn;
mod spellings;
mod startup;
mod sync;

/// What most adapters name.
pub mod prelude {
    pub use crate::adapter::{Adapter, Context, Execution};
    pub use crate::call::Call;
    pub use crate::descriptor::{
        Command, CommandTrait, Descriptor, Event, Field, WebhookDeclaration,
    };
    pub use crate::error::{Error, Kind};
    pub use crate::event::{EventSink, OwnedEvent};
    pub use crate::json::ObjectText;
    pub use crate::outbox::Emitter;
    pub use crate::rows::{Given, Leniency, Mark, Members, Object};
    pub use crate::secret::Secret;
    pub use crate::signature::Verifier;
    pub use crate::source::Source;
}

pub use native::Native;
pub use outbox::Emitter;
pub use runtime::AdapterOptions;

#[cfg(not(panic = "unwind"))]
compile_error!("a plugin catches panics at its FFI boundary: build it with panic = \"unwind\"");
