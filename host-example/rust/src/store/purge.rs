//! What is not kept for ever: texts past their time.

use rusqlite::Connection;

/// How much went, after the time for it was over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Purged {
    /// Texts that were erased.
    pub(crate) texts: usize,
    /// Whole rows that were deleted.
    pub(crate) rows: usize,
}

/// The most rows of one statement: the whole of it is one transaction, which others wait for and which the
/// log has to hold. Who purges calls again until nothing is left.
const AT_ONCE: i64 = 5000;

/// Erases the texts of what ended before `texts`, and deletes the rows of what ended before `rows`:
/// those are needed for longer, to know an event again that its sender repeats. So many at a time.
pub(crate) fn purge(connection: &Connection, texts: i64, rows: i64) -> rusqlite::Result<Purged> {
    let mut purged = Purged::default();
    for sql in [
        "UPDATE events SET json = NULL, settles = NULL, customer = NULL, user_id = NULL, subjects = NULL WHERE id IN
           (SELECT id FROM events WHERE at < ?1 AND json IS NOT NULL LIMIT ?2)",
        "UPDATE steps SET request = NULL, output = NULL WHERE (run, seq) IN
           (SELECT s.run, s.seq FROM steps s JOIN runs r ON r.id = s.run
            WHERE r.ended < ?1 AND (s.request IS NOT NULL OR s.output IS NOT NULL) LIMIT ?2)",
        "UPDATE runs SET properties = NULL, output = NULL, customer = NULL, user_id = NULL, subjects = NULL,
           error = NULL WHERE id IN
           (SELECT id FROM runs WHERE ended < ?1
            AND (properties IS NOT NULL OR output IS NOT NULL OR error IS NOT NULL) LIMIT ?2)",
        "UPDATE broadcast_rows SET customer = NULL, error = NULL WHERE (broadcast, recipient) IN
           (SELECT w.broadcast, w.recipient FROM broadcast_rows w
            JOIN broadcasts b ON b.id = w.broadcast
            WHERE b.at < ?1 AND w.customer IS NOT NULL LIMIT ?2)",
    ] {
        purged.texts += connection.execute(sql, (texts, AT_ONCE))?;
    }
    for sql in [
        "DELETE FROM runs WHERE id IN (SELECT id FROM runs WHERE ended < ?1 LIMIT ?2)",
        "DELETE FROM events WHERE id IN (SELECT id FROM events WHERE at < ?1 LIMIT ?2)",
        "DELETE FROM broadcast_rows WHERE (broadcast, recipient) IN
           (SELECT w.broadcast, w.recipient FROM broadcast_rows w
            JOIN broadcasts b ON b.id = w.broadcast WHERE b.at < ?1 LIMIT ?2)",
        "DELETE FROM broadcasts WHERE id IN
           (SELECT id FROM broadcasts b WHERE at < ?1 AND NOT EXISTS
              (SELECT 1 FROM broadcast_rows WHERE broadcast = b.id) LIMIT ?2)",
    ] {
        purged.rows += connection.execute(sql, (rows, AT_ONCE))?;
    }
    connection.execute(
        "DELETE FROM definitions WHERE hash NOT IN (SELECT definition FROM runs)",
        [],
    )?;
    Ok(purged)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::fixtures::{message, run, store};
    use crate::store::{RunState, Store, add_event, add_run, end_run, load_run, now_ms};

    const TEXT: &str = "only Ada knows this";

    /// A store with one event and one run of it that has ended.
    fn with_a_run() -> (tempfile::TempDir, Store) {
        let (folder, store) = store();
        let fill = |connection: &Connection| {
            let event = message("m|1", Some("1650"), &json!({"text": TEXT}));
            let row = add_event(connection, &event)?.unwrap();
            let run = run("1650");
            let id = add_run(connection, &run, row)?.unwrap();
            assert!(
                add_run(connection, &run, row)?.is_none(),
                "the same event starts one run"
            );
            let (run, definition) = load_run(connection, id, |_| false)?.unwrap();
            assert!(definition.is_some());
            end_run(connection, &run, RunState::Done, None, "{}")
        };
        store.writer().ask(fill).wait().unwrap();
        (folder, store)
    }

    fn texts(store: &Store) -> i64 {
        let sql = "SELECT (SELECT count(json) FROM events) + (SELECT count(properties) FROM runs)";
        store
            .reader()
            .unwrap()
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn texts_go_when_their_time_is_over_and_rows_later() {
        let (_folder, store) = with_a_run();
        let now = now_ms();
        let purge = |texts: i64, rows: i64| {
            let ask = move |connection: &Connection| purge(connection, texts, rows);
            store.writer().ask(ask).wait().unwrap()
        };
        assert_eq!(purge(now - 60_000, now - 60_000), Purged::default());
        assert_eq!(texts(&store), 2);
        let purged = purge(now + 60_000, now - 60_000);
        assert_eq!((purged.texts, purged.rows), (2, 0));
        assert_eq!(texts(&store), 0);
        // The event is still known, so its sender may repeat it.
        let again = |connection: &Connection| {
            let event = message("m|1", None, &json!({}));
            add_event(connection, &event)
        };
        assert_eq!(store.writer().ask(again).wait().unwrap(), None);
        assert_eq!(purge(now + 60_000, now + 60_000).rows, 2);
    }

    #[test]
    fn h17_what_is_past_its_time_goes_in_bounded_transactions() {
        let (_folder, store) = store();
        let fill = |c: &Connection| {
            let sql = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
                       INSERT INTO events (key, at, name, instance, json)
                       SELECT 'k' || i, 0, 'e', 'sales', 'text' FROM n";
            c.execute(
                &sql.replace("'k' || i", "CAST('k' || i AS BLOB)"),
                [AT_ONCE + 1],
            )
        };
        store.writer().ask(fill).wait().unwrap();
        let mut passes = Vec::new();
        loop {
            let now = now_ms();
            let ask = move |c: &Connection| purge(c, now, now - 1);
            let purged = store.writer().ask(ask).wait().unwrap();
            if purged == Purged::default() {
                break;
            }
            passes.push(purged.rows);
        }
        assert_eq!(passes, [usize::try_from(AT_ONCE).unwrap(), 1]);
        assert_eq!(texts(&store), 0);
    }
}
