//! What reaches the host's callbacks, and what they answer.

use crate::error::{Error, Kind};

/// One event: a name of the descriptor and one JSON object.
///
/// Both texts are kept with a NUL behind them, so that the C contract can lend them without a copy.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    name: &'a str,
    json: &'a str,
}

impl<'a> Event<'a> {
    /// `name` and `json` each end in a NUL, which is not part of the text.
    pub fn terminated(name: &'a str, json: &'a str) -> Self {
        debug_assert!(name.ends_with('\0') && json.ends_with('\0'));
        Self { name, json }
    }

    /// The event's name, as the descriptor has it.
    pub fn name(&self) -> &'a str {
        self.name.strip_suffix('\0').unwrap_or(self.name)
    }

    /// One JSON object.
    pub fn json(&self) -> &'a str {
        self.json.strip_suffix('\0').unwrap_or(self.json)
    }
}

/// An event with its own texts, for sources and for adapters whose events are few.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEvent {
    name: String,
    json: String,
}

impl OwnedEvent {
    /// The event `name` of the descriptor with one JSON object.
    pub fn new(name: &str, json: impl Into<String>) -> Self {
        Self {
            name: format!("{name}\0"),
            json: json.into() + "\0",
        }
    }

    /// The event's name.
    pub fn name(&self) -> &str {
        self.as_event().name()
    }

    /// One JSON object.
    pub fn json(&self) -> &str {
        self.as_event().json()
    }

    /// Hands the event to the host, as a part of the call that runs.
    ///
    /// # Errors
    /// `EventNotAccepted` if the host cannot take it now.
    pub fn raise(&self, events: &mut EventSink<'_>) -> Result<(), Error> {
        match events(&self.as_event()) {
            Verdict::Retry => {
                let message = "the host cannot take the event now; repeat the call";
                Err(Error::new(Kind::EventNotAccepted, message).with_retry(true, None))
            }
            Verdict::Accepted | Verdict::Dropped | Verdict::Unhandled => Ok(()),
        }
    }

    /// The event with lent texts.
    pub fn as_event(&self) -> Event<'_> {
        Event::terminated(&self.name, &self.json)
    }
}

/// What a receiver answered to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The host has stored it.
    Accepted,
    /// The host cannot take it now; the sender must repeat it.
    Retry,
    /// The host does not want it.
    Dropped,
    /// Nobody registered for it.
    Unhandled,
}

/// Receives events one after another, on the thread that runs the command.
pub type EventSink<'a> = dyn FnMut(&Event<'_>) -> Verdict + 'a;
