//! What came of a broadcast: one line for each recipient, and one sentence for all.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use super::list::List;
use crate::problem::Problem;
use crate::store::Recipient;

const OUTCOMES: [&str; 4] = ["accepted", "rejected", "not_sent", "unknown"];

/// What came of a broadcast.
pub(super) struct Report<'a> {
    list: &'a List,
    /// None: nothing was begun.
    found: &'a [Option<Recipient>],
}

impl<'a> Report<'a> {
    pub(super) fn new(list: &'a List, found: &'a [Option<Recipient>]) -> Self {
        Self { list, found }
    }

    /// Checks before anything is sent that the report can be written to this file. An existing report is
    /// not changed.
    ///
    /// # Errors
    /// It cannot, or the file is one of `others`, which are needed.
    pub(super) fn prepare(file: &Path, others: &[&Path]) -> Result<(), Problem> {
        let name = file.display();
        let id = |path: &Path| {
            let about = std::fs::metadata(path).ok();
            about.map(|about| (about.dev(), about.ino()))
        };
        let own = id(file);
        let is_other = |other: &&&Path| file == **other || (own.is_some() && own == id(other));
        if let Some(other) = others.iter().find(is_other) {
            return Err(Problem::Input(format!(
                "nothing was sent: the report would overwrite {}; name another file with --report",
                other.display()
            )));
        }
        let opened = open(file, false);
        opened.map(drop).map_err(|error| {
            let what = "nothing was sent: the report cannot be written";
            Problem::Input(format!(
                "{what}: {name}: {error}; name another file with --report"
            ))
        })
    }

    /// Writes one line for each recipient, in the list's order. It has customers' numbers: nobody else
    /// on the machine may read it.
    pub(super) fn write(&self, file: &Path) -> Result<(), Problem> {
        let failed = |error: csv::Error| Problem::Failed(format!("{}: {error}", file.display()));
        let opened = open(file, true);
        let mut writer = csv::Writer::from_writer(opened.map_err(|error| failed(error.into()))?);
        let head = [
            "line",
            "phoneNumber",
            "outcome",
            "messageId",
            "code",
            "error",
        ];
        writer.write_record(head).map_err(failed)?;
        let nothing = ("not_tried", "", "", "");
        let rows = self.list.rows.iter().zip(self.found).map(|(row, found)| {
            let of = |found: &'a Recipient| {
                let Recipient {
                    state,
                    message,
                    code,
                    error,
                    ..
                } = found;
                (
                    state.as_str(),
                    message.as_str(),
                    code.as_str(),
                    error.as_str(),
                )
            };
            (
                row.line,
                row.number.as_str(),
                found.as_ref().map_or(nothing, of),
            )
        });
        let invalid = self.list.invalid.iter().map(|invalid| {
            let why = ("invalid", "", "", invalid.why.as_str());
            (invalid.line, invalid.number.as_str(), why)
        });
        let mut all: Vec<_> = rows.chain(invalid).collect();
        all.sort_by_key(|(line, ..)| *line);
        for (line, number, (outcome, message, code, error)) in all {
            let line = line.to_string();
            let record = [&line, number, outcome, message, code, error];
            writer.write_record(record).map_err(failed)?;
        }
        writer.flush().map_err(|error| failed(error.into()))
    }

    /// `accepted 10, rejected 1, not_sent 0, unknown 0`
    pub(super) fn summary(&self) -> String {
        let count = |outcome: &&str| {
            let same = self.known().filter(|known| known.state == **outcome);
            format!("{outcome} {}", same.count())
        };
        let mut counts: Vec<_> = OUTCOMES.iter().map(count).collect();
        let more = [
            ("not_tried", self.found.len() - self.known().count()),
            ("invalid", self.list.invalid.len()),
        ];
        let more = more.into_iter().filter(|(_, count)| *count > 0);
        counts.extend(more.map(|(name, count)| format!("{name} {count}")));
        counts.join(", ")
    }

    /// How many need no message any more, or may have got it.
    pub(super) fn settled(&self) -> usize {
        self.known().filter(|known| !known.may_be_sent()).count()
    }

    pub(super) fn all_accepted(&self) -> bool {
        let accepted = self.known().filter(|known| known.state == "accepted");
        accepted.count() == self.list.rows.len()
    }

    fn known(&self) -> impl Iterator<Item = &Recipient> {
        self.found.iter().flatten()
    }
}

/// Opens the file, or makes it; nobody else may read it.
fn open(file: &Path, truncate: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(truncate);
    let opened = options.mode(0o600).open(file)?;
    if opened.metadata()?.is_file() {
        opened.set_permissions(Permissions::from_mode(0o600))?; // it may have been there
    }
    Ok(opened)
}
