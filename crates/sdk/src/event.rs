//! What reaches the host's callbacks, and what they answer.

use std::borrow::Cow;

use crate::descriptor::Descriptor;
use crate::error::{Error, Kind};
use crate::json::is_object;
use crate::rows::shown;
use crate::secret::Redactor;

/// One event: a name of the descriptor and one JSON object.
///
/// Both texts are kept with a NUL behind them, so that the C contract can lend them without a copy.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    name: &'a str,
    json: &'a str,
    /// Whether the SDK looks at it before the host gets it.
    is_checked: bool,
}

impl<'a> Event<'a> {
    /// `name` and `json` each end in a NUL, which is not part of the text.
    ///
    /// For adapters with many events a second: the host gets it as it is. That the descriptor has it, that
    /// it is one JSON object, and that no secret is in it, is the adapter's care; of an [`OwnedEvent`] it
    /// is the SDK's.
    pub fn terminated(name: &'a str, json: &'a str) -> Self {
        debug_assert!(name.ends_with('\0') && json.ends_with('\0'));
        Self {
            name,
            json,
            is_checked: false,
        }
    }

    pub(crate) const fn is_checked(&self) -> bool {
        self.is_checked
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

/// An event with its own texts, for sources and for adapters whose events are few. Secrets are cut out of
/// it. One that the descriptor does not have, or that is no JSON object, reaches nobody.
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

    /// Hands the event to the host, as a part of the call that runs. With an event that can reach nobody
    /// the call fails, whatever the adapter answers.
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
        Event {
            is_checked: true,
            ..Event::terminated(&self.name, &self.json)
        }
    }
}

/// `event` without secrets; none if it has none.
///
/// # Errors
/// `NotFound` if the descriptor has no such event, `Internal` if it is no JSON object.
pub(crate) fn sound(
    event: &Event<'_>,
    descriptor: &Descriptor,
    secrets: &Redactor,
) -> Result<Option<OwnedEvent>, Error> {
    let name = event.name();
    if descriptor.event(name).is_none() {
        let message = "a defect in the adapter: the descriptor has no event";
        let message = format!("{message} {}", shown(name));
        return Err(Error::new(Kind::NotFound, message));
    }
    if !is_object(event.json()) {
        let message = format!("a defect in the adapter: its event {name} is no JSON object");
        return Err(Error::new(Kind::Internal, message));
    }
    match secrets.redact_json(event.json()) {
        Cow::Owned(redacted) => Ok(Some(OwnedEvent::new(name, redacted))),
        Cow::Borrowed(_) => Ok(None),
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
