//! What an adapter remembers of events and conversations: in a journal, or in this process alone.

use std::time::Instant;

use crate::clock::{Clock, Now};
use crate::command;
use crate::error::Error;
use crate::flow::UsedKeys;
use crate::log::Log;
use crate::properties::Properties;
use crate::webhook::{Dedup, Windows};

#[derive(Debug)]
pub(super) struct Remembered {
    pub(super) dedup: Dedup,
    pub(super) windows: Windows,
    pub(super) reply_keys: UsedKeys,
}

impl Remembered {
    pub(super) fn open(properties: &Properties, clock: &Clock, log: &Log) -> Result<Self, Error> {
        let secrets = properties.customer_secrets();
        let Some(path) = &properties.journal else {
            return Ok(Self {
                dedup: Dedup::new(properties.memory),
                windows: Windows::new(secrets),
                reply_keys: UsedKeys::default(),
            });
        };
        let now_s = clock.unix_s(Instant::now());
        let dedup = Dedup::with_journal(properties.memory, path, properties.sync, now_s);
        let dedup = dedup.map_err(|error| {
            Error::invalid_request(format!(
                "property \"dedupJournal\": the file cannot be used ({error}); each adapter needs a journal \
                 of its own in a folder it may write to"
            ))
        })?;
        let windows = Windows::beside(path, secrets, now_s, dedup.health());
        command::log_journal_troubles(&dedup, log);
        Ok(Self {
            dedup,
            windows,
            reply_keys: UsedKeys::default(),
        })
    }

    /// Writes to the journals what could not be written before, if that is possible by now.
    pub(super) fn tend_journals(&self, now: Now, log: &Log) {
        self.dedup.tend_journal();
        self.windows.tend_journal(now);
        command::log_journal_troubles(&self.dedup, log);
    }
}
