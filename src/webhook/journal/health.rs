//! What went wrong with an adapter's journals: counted, and kept until it is logged.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::lock::unpoisoned;

/// What can go wrong with a journal. None of it stops the adapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Deleted or moved away.
    Missing,
    /// Another file lies in its place.
    Replaced,
    /// Shorter than what was written, or empty.
    Cut,
    /// Changed by somebody else while it was in use.
    Changed,
    /// It has fewer records than it was last known to have.
    Shorter,
    /// It ends within a record.
    Torn,
    /// When it was opened, its header or all of its records were damaged.
    Damaged {
        is_kept: bool,
    },
    Zeros {
        is_kept: bool,
    },
    DamagedRecords,
    NotWritten,
    /// It is too long, and there is no shorter one.
    NotRewritten,
    NotSynced,
    /// Another adapter has the file in its place.
    Taken,
    /// What lies in its place is no journal.
    Foreign,
    /// An expendable file that cannot be used at all.
    Unusable,
}

impl Trouble {
    /// What it means, and what to do.
    pub(crate) const fn message(self) -> &'static str {
        match self {
            Self::Missing => {
                "the journal was deleted or moved: it is written anew as soon as that is possible; what only \
                 the old file knew is forgotten"
            }
            Self::Replaced => {
                "another file was put in the journal's place: the journal is written anew as soon as that is \
                 possible"
            }
            Self::Cut => {
                "the journal was cut off: it is written anew as soon as that is possible; what only the old \
                 file knew is forgotten"
            }
            Self::Changed => {
                "something else has written into the journal: if what is there still begins as a journal it \
                 is written anew, else it is left alone"
            }
            Self::Shorter => {
                "the journal has fewer records than it had: it was cut off, or is an older copy; the events \
                 whose records are missing may come again"
            }
            Self::Torn => {
                "the journal ends within a record: it was cut off, or its last write was not completed; that \
                 record's event, and those of records that are missing, may come again"
            }
            Self::Damaged { is_kept: true } => {
                "the journal is damaged: it was kept beside its place as .damaged, and a new one is written"
            }
            Self::Damaged { is_kept: false } => {
                "the journal is damaged, and there was no place beside it to keep it: a new one is written \
                 over it"
            }
            Self::Zeros { is_kept: true } => {
                "the journal has zeros only, as after a power cut: it was kept beside its place as .damaged, \
                 and a new one is written"
            }
            Self::Zeros { is_kept: false } => {
                "the journal has zeros only, as after a power cut, and there was no place beside it to keep \
                 it: a new one is written over it"
            }
            Self::DamagedRecords => {
                "some records of the journal are damaged: those events may come again"
            }
            Self::NotWritten => {
                "the journal could not be written, perhaps because the disk is full: it is tried again; after \
                 a restart before that, events may come again"
            }
            Self::NotRewritten => {
                "the journal could not be replaced by a shorter one: it grows on, and that is tried again"
            }
            Self::NotSynced => "the journal could not be brought to the disk: it is written anew",
            Self::Taken => {
                "another adapter uses the file in the journal's place: nothing is written to it; give each \
                 adapter a dedupJournal of its own"
            }
            Self::Foreign => {
                "what lies in the journal's place is no journal of this version: it is left alone, and \
                 nothing is journaled until it is moved away"
            }
            Self::Unusable => {
                "the file of the conversation windows beside the journal cannot be used: they are remembered \
                 until the next restart only"
            }
        }
    }
}

/// The state of all journals of one adapter.
#[derive(Debug, Default)]
pub(crate) struct Health {
    errors: AtomicU64,
    /// Each once, until somebody has logged it.
    troubles: Mutex<Vec<(&'static str, Trouble)>>,
}

impl Health {
    /// Counts what went wrong with the file `name`.
    pub(crate) fn report(&self, name: &'static str, trouble: Trouble) {
        self.errors.fetch_add(1, Ordering::Relaxed);
        let mut troubles = unpoisoned(self.troubles.lock());
        if !troubles.contains(&(name, trouble)) {
            troubles.push((name, trouble));
        }
    }

    /// How often something went wrong.
    pub(crate) fn errors(&self) -> u64 {
        self.errors.load(Ordering::Relaxed)
    }

    /// What has not been logged yet.
    pub(crate) fn take(&self) -> Vec<(&'static str, Trouble)> {
        std::mem::take(&mut *unpoisoned(self.troubles.lock()))
    }
}
