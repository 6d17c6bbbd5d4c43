//! What reaches the host's callbacks, and what they answer.

/// One event: a name of the descriptor and one JSON object.
///
/// Both texts are kept with a NUL behind them, so that the C contract can lend them without a copy.
#[derive(Debug, Clone, Copy)]
pub struct Event<'a> {
    name: &'static str,
    json: &'a str,
}

impl<'a> Event<'a> {
    /// `name` and `json` each end in a NUL, which is not part of the text.
    pub fn terminated(name: &'static str, json: &'a str) -> Self {
        debug_assert!(name.ends_with('\0') && json.ends_with('\0'));
        Self { name, json }
    }

    /// The event's name, as the descriptor has it.
    pub fn name(&self) -> &'static str {
        self.name.strip_suffix('\0').unwrap_or(self.name)
    }

    /// One JSON object.
    pub fn json(&self) -> &'a str {
        self.json.strip_suffix('\0').unwrap_or(self.json)
    }
}

/// What a receiver answered to one event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The host has it safe.
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
