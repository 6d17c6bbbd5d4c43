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

/// Erases the texts of what ended before `texts`, and deletes the rows of what ended before `rows`:
/// those are needed for longer, to know an event again that its sender repeats.
pub(crate) fn purge(connection: &Connection, texts: i64, rows: i64) -> rusqlite::Result<Purged> {
    let mut purged = Purged::default();
    for sql in [
        "UPDATE events SET json = NULL, customer = NULL WHERE at < ? AND json IS NOT NULL",
        "UPDATE steps SET request = NULL, output = NULL
         WHERE run IN (SELECT id FROM runs WHERE ended < ?)
           AND (request IS NOT NULL OR output IS NOT NULL)",
        "UPDATE runs SET properties = NULL, output = NULL, customer = NULL, error = NULL
         WHERE ended < ? AND (properties IS NOT NULL OR output IS NOT NULL OR error IS NOT NULL)",
        "UPDATE broadcast_rows SET customer = NULL, error = NULL
         WHERE customer IS NOT NULL AND broadcast IN (SELECT id FROM broadcasts WHERE at < ?)",
    ] {
        purged.texts += connection.execute(sql, [texts])?;
    }
    for sql in [
        "DELETE FROM runs WHERE ended < ?",
        "DELETE FROM events WHERE at < ?",
        "DELETE FROM broadcasts WHERE at < ?",
    ] {
        purged.rows += connection.execute(sql, [rows])?;
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
    use crate::store::{
        EventRow, Key, NewRun, RunState, Store, add_event, add_run, end_run, load_run, now_ms,
    };

    const TEXT: &str = "only Ada knows this";

    fn run(customer: &str) -> NewRun {
        NewRun {
            definition: r#"{"name":"w","steps":[]}"#.into(),
            workflow: "w".to_owned(),
            trigger: "t".to_owned(),
            instance: "sales".to_owned(),
            customer: Some(customer.to_owned()),
            key: Some(Key::of(&["m|1", customer])),
            lane: 0,
            properties: json!({"text": TEXT}).to_string(),
            one_per_customer: false,
        }
    }

    /// A store with one event and one run of it that has ended.
    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("host.db")).unwrap();
        let fill = |connection: &Connection| {
            let event = EventRow {
                key: Key::of(&["m|1"]),
                name: "customer_message".to_owned(),
                instance: "sales".to_owned(),
                customer: Some("1650".to_owned()),
                correlation: None,
                json: json!({"text": TEXT}).to_string(),
            };
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
        let (_folder, store) = store();
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
            let event = EventRow {
                key: Key::of(&["m|1"]),
                name: "customer_message".to_owned(),
                instance: "sales".to_owned(),
                customer: None,
                correlation: None,
                json: "{}".to_owned(),
            };
            add_event(connection, &event)
        };
        assert_eq!(store.writer().ask(again).wait().unwrap(), None);
        assert_eq!(purge(now + 60_000, now + 60_000).rows, 2);
    }
}
