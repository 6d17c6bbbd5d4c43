//! Opens a journal: reads its records, and leaves files alone that belong to another owner.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::block::{Kind, Record, header};
use super::health::{Health, Trouble};
use super::owner::Owner;
use super::{Journal, Settings, aside, owner, place, read};

/// How often a file is opened that is replaced meanwhile.
const OPENINGS: usize = 16;

impl Journal {
    /// Opens or makes the journal at `path` and reads what it holds; `new_key` is used if it is new. A
    /// torn tail is cut, a damaged record is left out; a file that is cut off, damaged or zeros as a whole
    /// is put aside.
    ///
    /// # Errors
    /// Another adapter has it, it is no journal, or the file system says no.
    pub(in crate::webhook) fn open(
        path: &Path,
        settings: Settings,
        new_key: [u8; 16],
        health: &Arc<Health>,
    ) -> io::Result<(Self, Vec<Record>)> {
        Self::open_real(path, settings, new_key, health).map_err(|error| place::named(path, &error))
    }

    fn open_real(
        path: &Path,
        settings: Settings,
        new_key: [u8; 16],
        health: &Arc<Health>,
    ) -> io::Result<(Self, Vec<Record>)> {
        let (path, was_there) = place::real_path(path)?;
        // Before anything is changed or made: it may be somebody else's file.
        read::ours(&place::open(&path)?, settings.magic)?;
        let owner = settings.is_owned.then(|| Owner::of(&path)).transpose()?;
        let report = |trouble| health.report(settings.name, trouble);
        let opened = Self::read(&path, settings, report);
        if let (Err(_), Some(owner)) = (&opened, &owner) {
            owner.give_up();
        }
        let (file, found, is_told) = opened?;
        let is_known = owner.as_ref().is_some_and(|owner| owner.is_known);
        let known_records = owner.as_ref().map_or(0, |owner| owner.known_records);
        let records = found.records.len() + found.skipped + found.damaged;
        match found.key {
            _ if is_told => {}
            None if is_known && was_there => report(Trouble::Cut),
            None if is_known => report(Trouble::Missing),
            Some(_) if records < known_records => report(Trouble::Shorter),
            Some(_) if found.is_torn => report(Trouble::Torn),
            _ => {}
        }
        if found.damaged > 0 {
            report(Trouble::DamagedRecords);
        }
        let mut journal = Self {
            path,
            settings,
            file: Arc::new(file),
            owner,
            key: found.key.unwrap_or(new_key),
            records,
            is_torn: found.is_torn,
            is_lost: false,
            is_stale: false,
            is_unsynced: false,
            pending: VecDeque::new(),
            now: None,
            looked_at: None,
            retry_at: None,
            pause: Duration::ZERO,
            health: Arc::clone(health),
        };
        if found.key.is_none() {
            journal.begin();
        } else if journal.is_torn {
            journal.is_torn = journal.cut().is_err();
        }
        journal.note(records);
        Ok((journal, found.records.into()))
    }

    /// Opens, locks and reads the file at `path`; answers as well whether it was told of one that could
    /// not be used.
    fn read(
        path: &Path,
        settings: Settings,
        report: impl Fn(Trouble),
    ) -> io::Result<(File, read::Content, bool)> {
        let (mut is_told, mut openings) = (false, 0);
        loop {
            openings += 1;
            let file = place::open(path)?;
            owner::lock(&file)?;
            if !place::is_at(&file, path) && openings < OPENINGS {
                // Its owner has just put a shorter one in its place.
                continue;
            }
            let bad = match read::file(&file, &settings)? {
                read::Found::Good(found) => return Ok((file, found, is_told)),
                read::Found::Bad(kind) => kind,
            };
            // Nobody is refused because of what cannot be used: where it cannot be kept, it is not.
            let is_kept = aside::put_aside(path).is_ok();
            if !is_kept {
                file.set_len(0)?;
            }
            report(match bad {
                Kind::Zeros => Trouble::Zeros { is_kept },
                _ => Trouble::Damaged { is_kept },
            });
            is_told = true;
        }
    }

    /// Writes the header of a new file. Where there is no room for it yet, it comes with the
    /// first records.
    fn begin(&mut self) {
        let began = self.file.set_len(0);
        let began =
            began.and_then(|()| (&*self.file).write_all(&header(self.settings.magic, self.key)));
        if began.is_err() {
            self.is_lost = true;
            self.report(Trouble::NotWritten);
        } else {
            place::protect(&self.file);
        }
    }
}
