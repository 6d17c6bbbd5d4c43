//! What is not kept: texts past their time, and everything of a customer who asks for it.

use rusqlite::{Connection, named_params};

/// How much went, after the time for it was over.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Purged {
    /// Texts that were erased.
    pub(crate) texts: usize,
    /// Whole rows that were deleted.
    pub(crate) rows: usize,
}

/// How much of a customer went.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Erased {
    pub(crate) events: usize,
    pub(crate) runs: usize,
    pub(crate) broadcast_rows: usize,
    /// Webhooks that still wait to be processed and may hold texts of the customer.
    pub(crate) pending: i64,
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

/// Erases every text of a customer, and ends the runs that wait for one. The ids by which an event
/// is known again stay; nobody can read a customer out of them.
pub(crate) fn erase_customer(
    connection: &Connection,
    customer: &str,
    now: i64,
) -> rusqlite::Result<Erased> {
    let of_customer = named_params! { ":customer": customer };
    connection.execute(
        "DELETE FROM waits WHERE customer = :customer
            OR run IN (SELECT id FROM runs WHERE customer = :customer)",
        of_customer,
    )?;
    connection.execute(
        "UPDATE runs SET state = 'failed', wake = NULL, ended = :now,
                error = 'the customer was erased'
         WHERE customer = :customer AND ended IS NULL",
        named_params! { ":customer": customer, ":now": now },
    )?;
    connection.execute(
        "UPDATE steps SET request = NULL, output = NULL
         WHERE run IN (SELECT id FROM runs WHERE customer = :customer)",
        of_customer,
    )?;
    // What has no customer of its own may still quote one: the body of a webhook that failed.
    let contains = "instr(properties, :customer) > 0";
    let pending = connection.query_row(
        &format!("SELECT count(*) FROM runs WHERE ended IS NULL AND {contains}"),
        of_customer,
        |row| row.get(0),
    )?;
    let runs = connection.execute(
        &format!(
            "UPDATE runs SET properties = NULL, output = NULL, customer = NULL, error = NULL
             WHERE customer = :customer OR (ended IS NOT NULL AND {contains})"
        ),
        of_customer,
    )?;
    let events = connection.execute(
        "UPDATE events SET json = NULL, customer = NULL
         WHERE customer = :customer OR instr(json, :customer) > 0",
        of_customer,
    )?;
    let broadcast_rows = connection.execute(
        "UPDATE broadcast_rows SET customer = NULL, error = NULL
         WHERE customer IN (:customer, '+' || :customer)",
        of_customer,
    )?;
    Ok(Erased {
        events,
        runs,
        broadcast_rows,
        pending,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::{
        EventRow, Intent, Key, NewRun, RunId, RunState, Store, add_event, add_run, begin_step,
        end_run, end_step, load_run, now_ms, step_told_of,
    };
    use crate::workflow::Outcome;

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
        }
    }

    fn step(run: RunId) -> Intent {
        Intent {
            run,
            seq: 1,
            name: "s".to_owned(),
            instance: "sales".to_owned(),
            command: "c".to_owned(),
            correlation: "order-7".to_owned(),
            attempt: 1,
            request: "{}".to_owned(),
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

    #[test]
    fn a_status_that_may_be_of_an_erased_message_tells_about_no_other() {
        let (_folder, store) = store();
        let test = |connection: &Connection| {
            let [ada, bob] = ["ada", "bob"].map(run);
            let ada = add_run(connection, &ada, 1)?.unwrap();
            let bob = add_run(connection, &bob, 1)?.unwrap();
            begin_step(connection, &step(ada))?;
            let output = r#"{"messageId":"wamid.1"}"#;
            end_step(connection, ada, 1, Outcome::Success, output, None)?;
            begin_step(connection, &step(bob))?;
            let told_of = |message: &str| {
                let found = step_told_of(connection, "order-7", message)?;
                Ok::<_, rusqlite::Error>(found.map(|(run, ..)| run))
            };
            assert_eq!(told_of("wamid.1")?, None);
            assert_eq!(told_of("wamid.2")?, Some(bob));
            erase_customer(connection, "ada", now_ms())?;
            assert_eq!(told_of("wamid.1")?, None);
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
