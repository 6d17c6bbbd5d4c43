//! Log records: filtered before they are formatted, redacted before they leave.

use std::fmt;
use std::sync::Arc;

use crate::secret::Redactor;

/// How important a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Level {
    /// Something failed that a person should see.
    Error = 1,
    /// Something unexpected was dealt with.
    Warn = 2,
    /// What operators want to see in normal running.
    Info = 3,
    /// One record per attempt and more.
    Debug = 4,
    /// Everything.
    Trace = 5,
}

type Sink = dyn Fn(Level, &str, &str, &str) + Send + Sync;

/// Where an adapter's records go: level, target, message, and a JSON object of fields.
#[derive(Clone, Default)]
pub struct Log {
    max: Option<Level>,
    sink: Option<Arc<Sink>>,
    redactor: Arc<Redactor>,
}

impl Log {
    /// Records up to `max` go to `sink`, which may be called on any thread.
    pub fn new(max: Level, sink: impl Fn(Level, &str, &str, &str) + Send + Sync + 'static) -> Self {
        Self {
            max: Some(max),
            sink: Some(Arc::new(sink)),
            redactor: Arc::default(),
        }
    }

    pub(crate) fn with_redactor(mut self, redactor: Arc<Redactor>) -> Self {
        self.redactor = redactor;
        self
    }

    /// One record. `describe` runs only if somebody wants it; it gives the message and the fields.
    pub(crate) fn record(
        &self,
        level: Level,
        target: &str,
        describe: impl FnOnce() -> (String, serde_json::Value),
    ) {
        if self.max.is_none_or(|max| level > max) {
            return;
        }
        let Some(sink) = &self.sink else { return };
        let (message, fields) = describe();
        let fields = fields.to_string();
        sink(
            level,
            target,
            &self.redactor.redact(&message),
            &self.redactor.redact(&fields),
        );
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log(up to {:?})", self.max)
    }
}
