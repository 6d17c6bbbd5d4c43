//! What came of a broadcast: one line for each recipient, and one sentence for all.

use std::path::Path;

use super::list::List;
use crate::problem::Problem;
use crate::store::Recipient;

const OUTCOMES: [&str; 4] = ["accepted", "rejected", "not_sent", "unknown"];

/// What came of a broadcast.
pub(super) struct Report<'a> {
    list: &'a List,
    found: &'a [Recipient],
}

impl<'a> Report<'a> {
    pub(super) fn new(list: &'a List, found: &'a [Recipient]) -> Self {
        Self { list, found }
    }

    /// Writes one line for each recipient, in the list's order.
    pub(super) fn write(&self, file: &Path) -> Result<(), Problem> {
        let failed = |error: csv::Error| Problem::Failed(format!("{}: {error}", file.display()));
        let mut writer = csv::Writer::from_path(file).map_err(failed)?;
        let head = [
            "line",
            "phoneNumber",
            "outcome",
            "messageId",
            "code",
            "error",
        ];
        writer.write_record(head).map_err(failed)?;
        for (row, recipient) in self.list.rows.iter().zip(self.found) {
            let line = row.line.to_string();
            let record = [
                &line,
                &row.number,
                &recipient.state,
                &recipient.message,
                &recipient.code,
                &recipient.error,
            ];
            writer.write_record(record).map_err(failed)?;
        }
        writer.flush().map_err(|error| failed(error.into()))
    }

    /// `accepted 10, rejected 1, not_sent 0, unknown 0`
    pub(super) fn summary(&self) -> String {
        let count = |outcome: &&str| {
            let same = self
                .found
                .iter()
                .filter(|recipient| recipient.state == **outcome);
            format!("{outcome} {}", same.count())
        };
        OUTCOMES.iter().map(count).collect::<Vec<_>>().join(", ")
    }

    pub(super) fn all_accepted(&self) -> bool {
        self.found
            .iter()
            .all(|recipient| recipient.state == "accepted")
    }
}
