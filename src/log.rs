//! Log records: filtered before they are formatted, redacted before they leave.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

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

/// Records a second that [`Log::record_limited`] lets through.
const LIMIT_PER_SECOND: u32 = 10;

/// Where an adapter's records go: level, target, message, and a JSON object of fields.
#[derive(Clone, Default)]
pub struct Log {
    max: Option<Level>,
    sink: Option<Arc<Sink>>,
    redactor: Arc<Redactor>,
    limited: Arc<Mutex<Limited>>,
}

/// The second that is being counted.
#[derive(Default)]
struct Limited {
    since: Option<Instant>,
    count: u32,
}

impl Log {
    /// Records up to `max` go to `sink`, which may be called on any thread.
    pub fn new(max: Level, sink: impl Fn(Level, &str, &str, &str) + Send + Sync + 'static) -> Self {
        Self {
            max: Some(max),
            sink: Some(Arc::new(sink)),
            redactor: Arc::default(),
            limited: Arc::default(),
        }
    }

    pub(crate) fn with_redactor(mut self, redactor: Arc<Redactor>) -> Self {
        self.redactor = redactor;
        self
    }

    /// As [`Log::record`], but at most ten a second: for what others can cause at will.
    pub(crate) fn record_limited(
        &self,
        level: Level,
        target: &str,
        describe: impl FnOnce() -> (String, serde_json::Value),
    ) {
        let now = Instant::now();
        let mut limited = self.limited.lock().unwrap_or_else(PoisonError::into_inner);
        if limited
            .since
            .is_none_or(|since| now.duration_since(since) >= Duration::from_secs(1))
        {
            *limited = Limited {
                since: Some(now),
                count: 0,
            };
        }
        limited.count = limited.count.saturating_add(1);
        let wanted = limited.count <= LIMIT_PER_SECOND;
        drop(limited);
        if wanted {
            self.record(level, target, describe);
        }
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
