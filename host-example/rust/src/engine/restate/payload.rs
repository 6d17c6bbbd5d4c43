//! What goes through the server: the payloads of the handlers.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::store::Settles;

/// A run to begin.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Begin {
    /// Tells it from the customer's other runs; empty: its invocation's id does.
    #[serde(default)]
    pub(super) id: String,
    /// It goes on with the definition that it began with, whatever the configuration says by then.
    pub(super) definition: Box<RawValue>,
    /// The instance that it belongs to.
    pub(super) instance: String,
    /// The customer that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) customer: Option<String>,
    /// One JSON object, or null.
    #[serde(default)]
    pub(super) properties: Box<RawValue>,
    /// The awakeable of whoever lets nothing else of this customer happen until the run pauses or ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) lane: Option<String>,
    /// As [`About::line`](crate::engine::About::line), of the event that it began with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<String>,
    /// The type of the adapter that raised that event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) adapter: Option<String>,
    /// The key of the object where it began, which knows of it until it is told that the run ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) home: Option<String>,
}

/// An event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Event {
    /// The descriptor's name of it.
    pub(super) name: String,
    /// The correlation id of the command that it tells about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) correlation: Option<String>,
    /// How that command ended, if it says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) settles: Option<Settles>,
    /// The line that it came to, as a run journals it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<String>,
    /// One JSON object.
    pub(super) json: Box<RawValue>,
}

/// What came of a customer: an event, and the runs that it or a webhook starts.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Taken {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<Event>,
    pub(super) starts: Vec<Begin>,
}

/// A run that waits for an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// Its id.
    pub(super) run: String,
    /// Its invocation's id: if that ends without a word, it was killed.
    #[serde(default)]
    pub(super) invocation: String,
    /// What wakes it.
    pub(super) awakeable: String,
    /// The event's name; empty: only the time ends the wait.
    pub(super) name: String,
    /// Asked of the event's members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<String>,
    /// How long it waits, in milliseconds.
    pub(super) for_ms: u64,
}

/// What a run that waited is woken with.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Woken {
    /// The event; none: the time is up.
    pub(super) event: Option<Box<RawValue>>,
    /// As [`Begin::lane`].
    pub(super) lane: String,
}

/// Who wants to know how a command ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Asking {
    /// What to resolve.
    pub(super) awakeable: String,
    /// The line of the command, as a run journals it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<String>,
    /// How long it waits, in milliseconds.
    pub(super) for_ms: u64,
}
