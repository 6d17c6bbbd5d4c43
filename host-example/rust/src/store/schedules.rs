//! Rows of `schedules`: which occurrences of a schedule have been run.

use rusqlite::{Connection, OptionalExtension as _};

/// What comes of an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Noted {
    /// It has been noted before.
    Before,
    /// It is only where the schedule begins: a trigger that is new has missed nothing.
    Begins,
    ToRun,
}

/// What comes of the occurrence `at`, if the last one that was noted is `known`; `is_due` says that it is
/// now.
pub(crate) fn noted(known: Option<i64>, at: i64, is_due: bool) -> Noted {
    match known {
        Some(known) if known >= at => Noted::Before,
        None if !is_due => Noted::Begins,
        _ => Noted::ToRun,
    }
}

/// Notes the occurrence `at` of a trigger's schedule; whether it is to be run.
pub(crate) fn occurs(
    connection: &Connection,
    trigger: &str,
    at: i64,
    is_due: bool,
) -> rusqlite::Result<bool> {
    let known: Option<i64> = connection
        .prepare_cached("SELECT at FROM schedules WHERE trigger = ?")?
        .query_row([trigger], |row| row.get(0))
        .optional()?;
    let noted = noted(known, at, is_due);
    if noted == Noted::Before {
        return Ok(false);
    }
    let note = "INSERT INTO schedules (trigger, at) VALUES (?1, ?2)
                ON CONFLICT (trigger) DO UPDATE SET at = ?2";
    connection.prepare_cached(note)?.execute((trigger, at))?;
    Ok(noted == Noted::ToRun)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixtures::store;

    /// X9.
    #[test]
    fn x09_an_occurrence_is_run_once_and_a_new_schedule_has_missed_none() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            assert!(!occurs(c, "hourly", 1000, false)?, "nothing was missed");
            assert!(occurs(c, "hourly", 2000, true)?);
            assert!(!occurs(c, "hourly", 2000, true)?, "it was run");
            assert!(!occurs(c, "hourly", 1000, true)?, "the clock went back");
            assert!(
                occurs(c, "hourly", 9000, false)?,
                "several were missed: one run"
            );
            assert!(occurs(c, "daily", 1000, true)?);
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
