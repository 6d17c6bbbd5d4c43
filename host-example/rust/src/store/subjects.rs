//! Whom or what events are about, if an event says more than two names of it. The first and the last name
//! stand in columns of their own, which have indexes; only what has more needs what is here.

use rusqlite::{Connection, OptionalExtension as _};
use serde_json::json;

use super::{EventRow, NewRun, RunId, Wait};

/// Whether the row's subjects, which are more than two, share one with the list `?1`.
const SHARES: &str = "subjects IS NOT NULL AND EXISTS (SELECT 1 FROM json_each(subjects)
    WHERE value IN (SELECT value FROM json_each(?1)))";

/// The names by which a row's subject is known.
struct Names<'a> {
    first: Option<&'a str>,
    last: Option<&'a str>,
    /// All of them, if they are more: what [`subjects_column`] gives.
    all: Option<&'a str>,
}

impl<'a> Names<'a> {
    fn of_event(event: &'a EventRow) -> Self {
        let (first, last) = (event.customer.as_deref(), event.user_id.as_deref());
        let all = event.subjects.as_deref();
        Self { first, last, all }
    }

    fn of_run(run: &'a NewRun) -> Self {
        let (first, last) = (run.customer.as_deref(), run.user_id.as_deref());
        let all = run.subjects.as_deref();
        Self { first, last, all }
    }

    fn of_wait(wait: &'a Wait) -> Self {
        let (first, last) = (wait.customer.as_deref(), wait.user_id.as_deref());
        let all = wait.subjects.as_deref();
        Self { first, last, all }
    }

    /// The names as a JSON array.
    fn list(&self) -> String {
        let two = || json!([self.first, self.last]).to_string();
        self.all.map_or_else(two, str::to_owned)
    }

    /// The names, two at a time, as the columns of a row have them.
    fn pairs(&self) -> Vec<(Option<String>, Option<String>)> {
        let owned = |name: Option<&str>| name.map(str::to_owned);
        let all = self.all.and_then(|all| serde_json::from_str(all).ok());
        all.map_or_else(
            || vec![(owned(self.first), owned(self.last))],
            |all: Vec<String>| {
                let pair = |name: String| (Some(name.clone()), Some(name));
                all.into_iter().map(pair).collect()
            },
        )
    }
}

/// What the column `subjects` holds for these.
pub(crate) fn subjects_column(subjects: &[String]) -> Option<String> {
    (subjects.len() > 2).then(|| json!(subjects).to_string())
}

/// The first event after `mark` that `wait`, of this run, is for and `fits`.
pub(crate) fn event_after(
    connection: &Connection,
    run: RunId,
    mark: i64,
    wait: &Wait,
    fits: impl Fn(&str) -> bool,
) -> rusqlite::Result<Option<(i64, String)>> {
    let sql = "SELECT id, json FROM events
               WHERE id > ?1 AND name = ?2 AND instance = ?3
                 AND (?4 IS NULL OR customer = ?4 OR (?4 = '' AND customer IS NULL)
                      OR user_id = ?4 OR user_id = ?6
                      OR ((subjects IS NOT NULL OR ?7 IS NOT NULL)
                          AND EXISTS (SELECT 1
                                      FROM json_each(coalesce(subjects, json_array(customer, user_id)))
                                      WHERE value IN (SELECT value FROM json_each(?8)))))
                 AND json IS NOT NULL
                 AND id NOT IN (SELECT event FROM held_back WHERE run = ?5) ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((
        mark,
        &wait.event,
        &wait.instance,
        &wait.customer,
        run,
        &wait.user_id,
        &wait.subjects,
        Names::of_wait(wait).list(),
    ))?;
    while let Some(row) = rows.next()? {
        let json: String = row.get(1)?;
        if fits(&json) {
            return Ok(Some((row.get(0)?, json)));
        }
    }
    Ok(None)
}

/// The waits for such an event, of a customer known by any of its names: run, step and condition.
pub(crate) fn waits_for(
    connection: &Connection,
    event: &EventRow,
) -> rusqlite::Result<Vec<(RunId, i64, Option<String>)>> {
    let names = Names::of_event(event);
    let mut found = Vec::new();
    let sql = "SELECT run, seq, condition FROM waits
               WHERE event = ?1 AND (customer IS NULL OR customer = coalesce(?2, '')
                                    OR customer = ?4 OR user_id = ?4)
                 AND instance = ?3";
    let mut statement = connection.prepare_cached(sql)?;
    for (first, last) in names.pairs() {
        let mut rows = statement.query((&event.name, first, &event.instance, last))?;
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, row.get(1)?, row.get(2)?));
        }
    }
    let sql = format!(
        "SELECT run, seq, condition FROM waits WHERE event = ?2 AND instance = ?3 AND {SHARES}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query((names.list(), &event.name, &event.instance))?;
    while let Some(row) = rows.next()? {
        found.push((row.get(0)?, row.get(1)?, row.get(2)?));
    }
    found.sort_by_key(|(run, ..)| *run);
    found.dedup_by_key(|(run, ..)| *run); // a run waits for one event at a time
    Ok(found)
}

/// The open run of the same trigger for the same customer, if `run` may not be stored beside one.
pub(crate) fn open_run_before(
    connection: &Connection,
    run: &NewRun,
) -> rusqlite::Result<Option<RunId>> {
    if !run.one_per_customer || run.customer.is_none() {
        return Ok(None);
    }
    let names = Names::of_run(run);
    let mut found: Option<RunId> = None;
    let mut note = |id: Option<RunId>| found = found.into_iter().chain(id).min();
    let sql = "SELECT id FROM runs WHERE (customer IN (?1, ?4) OR user_id = ?4) AND trigger = ?2
               AND instance = ?3 AND ended IS NULL ORDER BY id LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    for (first, last) in names.pairs() {
        let of = (first, &run.trigger, &run.instance, last);
        note(statement.query_row(of, |row| row.get(0)).optional()?);
    }
    let sql = format!(
        "SELECT id FROM runs WHERE instance = ?3 AND ended IS NULL AND {SHARES} AND trigger = ?2
         ORDER BY id LIMIT 1"
    );
    let of = (names.list(), &run.trigger, &run.instance);
    let mut statement = connection.prepare_cached(&sql)?;
    note(statement.query_row(of, |row| row.get(0)).optional()?);
    Ok(found)
}

/// The lane of a new run: that of the newest open run which shares one of more than two names with it,
/// else its own, which follows from the last name.
pub(crate) fn lane(connection: &Connection, run: &NewRun) -> rusqlite::Result<i64> {
    if run.lane == 0 || run.customer.is_none() {
        return Ok(run.lane);
    }
    let names = Names::of_run(run);
    let mut newest: Option<(RunId, i64)> = None;
    let mut note = |found: Option<(RunId, i64)>| newest = newest.into_iter().chain(found).max();
    let sql = format!(
        "SELECT id, lane FROM runs WHERE instance = ?2 AND ended IS NULL AND {SHARES} AND lane <> 0
         ORDER BY id DESC LIMIT 1"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
    note(
        statement
            .query_row((names.list(), &run.instance), read)
            .optional()?,
    );
    if run.subjects.is_some() {
        let sql =
            "SELECT id, lane FROM runs WHERE (customer = ?1 OR user_id = ?1) AND instance = ?2
                   AND ended IS NULL AND lane <> 0 ORDER BY id DESC LIMIT 1";
        let mut statement = connection.prepare_cached(sql)?;
        for (name, _) in names.pairs() {
            note(
                statement
                    .query_row((name, &run.instance), read)
                    .optional()?,
            );
        }
    }
    Ok(newest.map_or(run.lane, |(_, lane)| lane))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::fixtures::{message, run, store};
    use crate::store::{add_event, add_run, add_wait};

    fn event(key: &str, subjects: &[&str]) -> EventRow {
        let subjects: Vec<String> = subjects.iter().map(|name| (*name).to_owned()).collect();
        EventRow {
            user_id: subjects.last().cloned(),
            subjects: subjects_column(&subjects),
            ..message(
                key,
                subjects.first().map(String::as_str),
                &json!({"key": key}),
            )
        }
    }

    fn started_by(event: &EventRow, lane: i64) -> NewRun {
        NewRun {
            user_id: event.user_id.clone(),
            subjects: event.subjects.clone(),
            key: Some(event.key),
            lane,
            one_per_customer: true,
            ..run(event.customer.as_deref().unwrap())
        }
    }

    #[test]
    fn an_event_is_known_by_each_of_its_subjects() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            let three = event("1", &["a", "b", "c"]);
            let mark = add_event(c, &three)?.unwrap();
            let id = add_run(c, &started_by(&three, 7), mark)?.unwrap();
            let wait = Wait {
                event: three.name.clone(),
                instance: three.instance.clone(),
                customer: three.customer.clone(),
                user_id: three.user_id.clone(),
                subjects: three.subjects.clone(),
                condition: None,
            };
            // Before it waits, and while it does.
            assert_eq!(event_after(c, id, mark, &wait, |_| true)?, None);
            for (number, name) in ["a", "b", "c"].into_iter().enumerate() {
                let one = event(&format!("one {name}"), &[name]);
                let row = add_event(c, &one)?.unwrap();
                let found = event_after(c, id, row - 1, &wait, |_| true)?;
                assert_eq!(found.map(|(row, _)| row), Some(row), "{name}");
                assert_eq!(
                    open_run_before(c, &started_by(&one, 9))?,
                    Some(id),
                    "{name}"
                );
                let other = NewRun {
                    trigger: format!("other {number}"),
                    ..started_by(&one, 9)
                };
                assert_eq!(lane(c, &other)?, 7, "{name}: one after the other");
            }
            add_wait(c, id, 1, "w", Some(&wait))?;
            let waits = |subjects: &[&str]| Ok(waits_for(c, &event("2", subjects))?.len());
            for subjects in [&["a"][..], &["b"], &["c"], &["x", "b"], &["x", "b", "y"]] {
                assert_eq!(waits(subjects), Ok::<_, rusqlite::Error>(1), "{subjects:?}");
            }
            assert_eq!(waits(&["x", "y", "z"]), Ok(0));
            assert_eq!(waits(&[]), Ok(0));
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }

    #[test]
    fn an_event_of_three_subjects_belongs_to_a_run_of_one_of_them() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            let one = event("1", &["b"]);
            let mark = add_event(c, &one)?.unwrap();
            let id = add_run(c, &started_by(&one, 7), mark)?.unwrap();
            let three = event("2", &["a", "b", "c"]);
            let row = add_event(c, &three)?.unwrap();
            let wait = Wait {
                event: one.name.clone(),
                instance: one.instance.clone(),
                customer: one.customer.clone(),
                user_id: one.user_id.clone(),
                subjects: None,
                condition: None,
            };
            let found = event_after(c, id, mark, &wait, |_| true)?;
            assert_eq!(found.map(|(row, _)| row), Some(row));
            add_wait(c, id, 1, "w", Some(&wait))?;
            assert_eq!(waits_for(c, &three)?.len(), 1);
            let new = started_by(&three, 9);
            assert_eq!(open_run_before(c, &new)?, Some(id));
            assert_eq!(lane(c, &new)?, 7);
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
