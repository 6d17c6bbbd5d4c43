//! Log records: filtered before they are formatted, redacted before they leave.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::lock::unpoisoned;
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

/// Records a second that [`Log::record_limited`] lets through from one call site.
const LIMIT_PER_SECOND: u32 = 10;

/// Where an adapter's records go: level, target, message, and a JSON object of fields.
#[derive(Clone, Default)]
pub struct Log {
    max: Option<Level>,
    sink: Option<Arc<Sink>>,
    redactor: Arc<Redactor>,
    limited: Arc<Mutex<HashMap<Site, Limited>>>,
}

/// A place in the source that records: few, and each with a limit of its own.
type Site = (&'static str, u32);

/// The second that is being counted.
struct Limited {
    since: Instant,
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

    /// Whether `text` holds something that must not leave.
    pub fn hides(&self, text: &str) -> bool {
        matches!(self.redactor.redact(text), Cow::Owned(_))
    }

    /// Cuts the secrets of `redactor` out of every record.
    pub fn with_redactor(mut self, redactor: Arc<Redactor>) -> Self {
        self.redactor = redactor;
        self
    }

    /// As [`Log::record`], but at most ten a second from one call site: for what others can cause at will.
    #[track_caller]
    pub fn record_limited(
        &self,
        level: Level,
        target: &str,
        describe: impl FnOnce() -> (String, serde_json::Value),
    ) {
        if self.wants(level) && self.is_within_limit(Location::caller(), Instant::now()) {
            self.record(level, target, describe);
        }
    }

    fn is_within_limit(&self, site: &'static Location<'static>, now: Instant) -> bool {
        let mut limited = unpoisoned(self.limited.lock());
        let new = Limited {
            since: now,
            count: 0,
        };
        let limited = limited.entry((site.file(), site.line())).or_insert(new);
        if now.saturating_duration_since(limited.since) >= Duration::from_secs(1) {
            *limited = Limited {
                since: now,
                count: 0,
            };
        }
        limited.count = limited.count.saturating_add(1);
        limited.count <= LIMIT_PER_SECOND
    }

    fn wants(&self, level: Level) -> bool {
        self.sink.is_some() && self.max.is_some_and(|max| level <= max)
    }

    /// One record. `describe` runs only if somebody wants it; it gives the message and the fields.
    pub fn record(
        &self,
        level: Level,
        target: &str,
        describe: impl FnOnce() -> (String, serde_json::Value),
    ) {
        let Some(sink) = self.sink.as_ref().filter(|_| self.wants(level)) else {
            return;
        };
        let (message, fields) = describe();
        let fields = fields.to_string();
        sink(
            level,
            &self.redactor.redact(target),
            &self.redactor.redact(&message),
            &self.redactor.redact_json(&fields),
        );
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Log(up to {:?})", self.max)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn describe() -> (String, serde_json::Value) {
        ("told".to_owned(), serde_json::json!({}))
    }

    /// What one place is told too often costs another one nothing.
    #[test]
    fn each_call_site_has_a_limit_of_its_own() {
        let count = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&count);
        let log = Log::new(Level::Warn, move |_, _, _, _| {
            counted.fetch_add(1, Ordering::Relaxed);
        });
        let now = Instant::now();
        let flooded = Location::caller();
        for _ in 0..1_000 {
            log.is_within_limit(flooded, now);
        }
        assert!(!log.is_within_limit(flooded, now));
        assert!(log.is_within_limit(flooded, now + Duration::from_secs(1)));
        log.record_limited(Level::Warn, "here", describe);
        log.record_limited(Level::Info, "not wanted", describe);
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }
}
