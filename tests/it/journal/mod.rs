//! The journal: accepted events stay accepted, after a kill and after damage to the file.

mod child;
mod cut;
mod damage;
mod killed;
mod later;
mod lost;
mod mounted;
mod owners;
mod restarts;
mod strangers;
mod synced;

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use whatsapp_adapter::{Adapter, AdapterOptions, Error};

use crate::webhook_attacks::sender::{Host, message, notification, properties};

/// Bytes of the header, and of each record.
const BLOCK: u64 = 32;

/// A folder with a place for a journal.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    /// The file beside the journal that has its name and `suffix`.
    fn beside(&self, suffix: &str) -> PathBuf {
        self.folder.path().join(format!("journal{suffix}"))
    }

    fn bytes(&self) -> Vec<u8> {
        std::fs::read(self.path()).unwrap()
    }

    /// Whole records in the file.
    fn records(&self) -> u64 {
        std::fs::metadata(self.path()).unwrap().len() / BLOCK - 1
    }

    /// A host with this journal.
    fn open(&self) -> Host {
        Host::new(&with_journal(&self.path()))
    }

    fn open_with_entries(&self, entries: usize) -> Host {
        let mut properties = with_journal(&self.path());
        properties["dedupEntries"] = entries.into();
        Host::new(&properties)
    }
}

fn with_journal(path: &Path) -> Value {
    let mut properties = properties();
    properties["dedupJournal"] = path.to_str().unwrap().into();
    properties
}

fn try_open(path: &Path) -> Result<Adapter, Error> {
    Adapter::new(&with_journal(path).to_string(), AdapterOptions::default())
}

/// Waits until an adapter looks again what has become of its files.
fn until_it_looks() {
    std::thread::sleep(std::time::Duration::from_millis(20));
}

/// What went wrong with the journals so far.
fn errors(host: &Host) -> u64 {
    host.metrics()["wfa.dedup"]["journal_errors"]
        .as_u64()
        .unwrap()
}

/// Whether a person was warned of a journal in these words.
fn is_warned(host: &Host, words: &str) -> bool {
    let log = host.log();
    let mut lines = log.lines();
    lines.any(|line| line.starts_with("Warn") && line.contains(words))
}

/// Delivers message number `n`; answers whether it was emitted.
fn is_new(host: &Host, n: usize) -> bool {
    let body = notification(&[message(&format!("wamid.{n}"))], &[]);
    let posted = host.post_signed(body.as_bytes());
    assert_eq!(posted.result, "OK", "{posted:?}");
    posted.counts()[0] == 1
}

/// The journal may hold this much with `entries` remembered.
const fn bound(entries: u64) -> u64 {
    BLOCK * (1 + 2 * entries + 64)
}
