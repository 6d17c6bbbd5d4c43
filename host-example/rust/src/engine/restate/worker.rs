//! What the handlers of one worker share.

use std::sync::Arc;
use std::time::Duration;

use super::calls::Calls;
use super::clock::Clock;
use super::listen::Elsewhere;
use super::sends::Sends;
use crate::customer::known_as;
use crate::engine::Commands;
use crate::engine::definitions::Definitions;
use crate::operations::Metrics;
use crate::whatsapp::ADAPTER_TYPE;

/// Between an adapter type and a line, in neither of which it stands.
const SEPARATOR: char = '\n';

/// What the handlers of one worker share.
#[derive(Clone)]
pub(super) struct Worker {
    pub(super) commands: Arc<dyn Commands>,
    pub(super) metrics: Arc<Metrics>,
    /// The calls of this process.
    pub(super) calls: Arc<Calls>,
    /// Where they wait and run.
    pub(super) sends: Arc<Sends>,
    /// Whether a timer that is set here would be right.
    pub(super) clock: Arc<Clock>,
    /// How the server is told to try another worker.
    pub(super) elsewhere: Elsewhere,
    pub(super) definitions: Arc<Definitions>,
    /// How long a run waits for the status that tells how a command ended.
    pub(super) resolve_within: Duration,
}

impl Worker {
    /// The line of an instance that this worker knows.
    pub(super) fn line_of(&self, instance: &str) -> Line {
        let about = self.commands.about(instance).unwrap_or_default();
        Line::new(&about.line, Some(&self.commands.adapter_type(instance)))
    }
}

/// The key of a customer's object; the customer is named as it is known again. The line is what the event
/// itself says, so that it does not depend on which worker takes the event, nor on whose instance that
/// worker takes it for.
pub(super) fn key_of(line: &str, customer: &str) -> String {
    format!("{line}:{customer}")
}

/// Where an instance's events go, and how their subjects are written: what a run must know of an instance
/// to wait for its events.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line {
    text: String,
    adapter_type: String,
}

impl Line {
    /// Earlier versions of this program kept the line without the adapter type; the subjects of every
    /// adapter were phone numbers to them.
    pub(super) fn new(text: &str, adapter_type: Option<&str>) -> Self {
        Self {
            text: text.to_owned(),
            adapter_type: adapter_type.unwrap_or(ADAPTER_TYPE).to_owned(),
        }
    }

    /// Reads what a run has journaled.
    pub(super) fn parse(journaled: &str) -> Self {
        match journaled.split_once(SEPARATOR) {
            Some((adapter_type, text)) => Self::new(text, Some(adapter_type)),
            None => Self::new(journaled, None),
        }
    }

    /// What a run journals.
    pub(super) fn journaled(&self) -> String {
        format!("{}{SEPARATOR}{}", self.adapter_type, self.text)
    }

    /// The key of the object of a customer whom a workflow names, in whatever spelling.
    pub(super) fn key(&self, named: &str) -> String {
        key_of(&self.text, &known_as(&self.adapter_type, named))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x10_whom_a_run_waits_for_is_spelled_as_the_adapters_events_have_it() {
        for (adapter, named, key) in [
            (Some("whatsapp"), "+52 1 55 9999 0001", "7:525599990001"),
            (Some("depot"), "5215599990001", "7:5215599990001"),
            (None, "5215599990001", "7:525599990001"),
        ] {
            let line = Line::new("7", adapter);
            assert_eq!(line.key(named), key);
            assert_eq!(Line::parse(&line.journaled()), line);
        }
        let former = Line::parse("7"); // of an earlier version
        assert_eq!(former, Line::new("7", None));
    }
}
