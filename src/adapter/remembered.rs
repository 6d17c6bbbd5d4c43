//! What an adapter remembers, and writing what could not be written of it.

use std::time::Instant;

use super::WhatsApp;
use crate::clock::Clock;
use crate::command;
use crate::error::Error;
use crate::properties::Properties;
use crate::webhook::{Dedup, Windows};

impl WhatsApp {
    /// Writes what could not be written of what is remembered, if that is possible by now.
    pub(super) fn tend_journals(&self) {
        if self.configured().properties.journal.is_none() {
            return;
        }
        self.dedup.tend_journal();
        self.windows.tend_journal(self.clock.now(Instant::now()));
        command::log_journal_troubles(&self.dedup, &self.log);
    }
}

/// What is remembered: in a journal, or in this process alone.
pub(super) fn memories(properties: &Properties, clock: &Clock) -> Result<(Dedup, Windows), Error> {
    let secrets = properties.customer_secrets();
    let Some(path) = &properties.journal else {
        return Ok((Dedup::new(properties.memory), Windows::new(secrets)));
    };
    let now_s = clock.unix_s(Instant::now());
    let dedup = Dedup::with_journal(properties.memory, path, properties.sync, now_s);
    let dedup = dedup.map_err(|error| {
        Error::invalid_request(format!(
            "property \"dedupJournal\": the file cannot be used ({error}); each adapter needs a journal of \
             its own in a folder it may write to"
        ))
    })?;
    let windows = Windows::beside(path, secrets, now_s, dedup.health());
    Ok((dedup, windows))
}
