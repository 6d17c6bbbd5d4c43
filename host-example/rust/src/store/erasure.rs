//! What is not kept if a customer asks for it: everything of that customer, and of nobody else.

use rusqlite::types::Value as Sql;
use rusqlite::{Connection, named_params};
use serde_json::Value;

use super::personal::{take_out, take_out_of_members};
use super::{Json, RunId};
use crate::customer::Identity;
use crate::json;

/// How much of a customer went.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Erased {
    pub(crate) events: usize,
    pub(crate) runs: usize,
    pub(crate) broadcast_rows: usize,
    /// Webhooks that still wait to be processed and hold texts of the customer.
    pub(crate) pending: usize,
    /// What other customers' runs had sent to the customer, or got from this one.
    steps: usize,
}

impl Erased {
    /// Whether nothing was there of the customer.
    pub(crate) fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Erases every text of a customer, and ends the runs that wait for one. The ids by which an event
/// is known again stay; nobody can read a customer out of them.
pub(crate) fn erase_customer(
    connection: &Connection,
    customer: &Identity,
    now: i64,
) -> rusqlite::Result<Erased> {
    let mut erased = Erased::default();
    for spelling in spellings(connection, "waits", customer)? {
        connection.execute("DELETE FROM waits WHERE customer = ?", [spelling])?;
    }
    for spelling in spellings(connection, "runs", customer)? {
        erased.runs += end_runs(connection, &spelling, now)?;
    }
    for spelling in spellings(connection, "events", customer)? {
        let sql = "UPDATE events SET json = NULL, customer = NULL WHERE customer = ?";
        erased.events += connection.execute(sql, [spelling])?;
    }
    for spelling in spellings(connection, "broadcast_rows", customer)? {
        let sql = "UPDATE broadcast_rows SET customer = NULL, error = NULL WHERE customer = ?";
        erased.broadcast_rows += connection.execute(sql, [spelling])?;
    }
    // What belongs to somebody else, or to nobody, may have parts of this customer all the same.
    events(connection, customer, &mut erased)?;
    runs(connection, customer, &mut erased)?;
    steps(connection, customer, &mut erased)?;
    Ok(erased)
}

/// How the customer is written in a table.
fn spellings(
    connection: &Connection,
    table: &str,
    customer: &Identity,
) -> rusqlite::Result<Vec<String>> {
    let sql = format!("SELECT DISTINCT customer FROM {table} WHERE customer IS NOT NULL");
    let mut statement = connection.prepare(&sql)?;
    let mut found = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let spelling: String = row.get(0)?;
        if customer.is(&spelling) {
            found.push(spelling);
        }
    }
    Ok(found)
}

fn end_runs(connection: &Connection, customer: &str, now: i64) -> rusqlite::Result<usize> {
    let of_customer = named_params! { ":customer": customer };
    connection.execute(
        "DELETE FROM waits WHERE run IN (SELECT id FROM runs WHERE customer = :customer)",
        of_customer,
    )?;
    connection.execute(
        "UPDATE steps SET request = NULL, output = NULL
         WHERE run IN (SELECT id FROM runs WHERE customer = :customer)",
        of_customer,
    )?;
    connection.execute(
        "UPDATE runs SET state = 'failed', wake = NULL, ended = :now WHERE customer = :customer
            AND ended IS NULL",
        named_params! { ":customer": customer, ":now": now },
    )?;
    connection.execute(
        "UPDATE runs SET properties = NULL, output = NULL, customer = NULL,
                error = CASE WHEN ended = :now THEN 'the customer was erased' END
         WHERE customer = :customer",
        named_params! { ":customer": customer, ":now": now },
    )
}

/// The rows that may name the customer: by id and text. An escape may hide the name.
fn candidates(
    connection: &Connection,
    select: &str,
    column: &str,
    customer: &Identity,
) -> rusqlite::Result<Vec<(Vec<Sql>, String)>> {
    let sql = format!("{select} WHERE instr({column}, ?1) > 0 OR instr({column}, '\\u') > 0");
    let mut statement = connection.prepare(&sql)?;
    let keys = statement.column_count() - 1;
    let mut rows = statement.query([customer.core()])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let key: rusqlite::Result<Vec<Sql>> = (0..keys).map(|at| row.get(at)).collect();
        found.push((key?, row.get(keys)?));
    }
    Ok(found)
}

fn events(
    connection: &Connection,
    customer: &Identity,
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    let select = "SELECT id, json FROM events";
    for (key, text) in candidates(connection, select, "json", customer)? {
        let Some(mut event) = json::parse(&text) else {
            continue;
        };
        let parts = take_out_of_members(&mut event, customer);
        if parts.taken == 0 {
            continue;
        }
        erased.events += 1;
        let rest = (parts.left > 0).then(|| event.to_string());
        let sql = "UPDATE events SET json = ?2 WHERE id = ?1";
        connection.execute(sql, (key.first(), rest))?;
    }
    Ok(())
}

/// Runs of others, and those of webhooks, whose body may tell of several customers and is needed until it has
/// been processed.
fn runs(connection: &Connection, customer: &Identity, erased: &mut Erased) -> rusqlite::Result<()> {
    let select = "SELECT id, ended IS NULL AND event = 0, properties FROM runs";
    for (key, text) in candidates(connection, select, "properties", customer)? {
        let Some(mut properties) = json::parse(&text) else {
            continue;
        };
        if take_out_of_members(&mut properties, customer).taken == 0 {
            continue;
        }
        if key.get(1) == Some(&Sql::Integer(1)) {
            erased.pending += 1;
            continue;
        }
        erased.runs += 1;
        let sql = "UPDATE runs SET properties = ?2, error = NULL WHERE id = ?1";
        connection.execute(sql, (key.first(), properties.to_string()))?;
    }
    Ok(())
}

/// The steps that sent something to the customer; how the number is written there is the workflow's choice.
fn sent_to(connection: &Connection, customer: &Identity) -> rusqlite::Result<Vec<(RunId, i64)>> {
    let sql = "SELECT run, seq, request FROM steps WHERE instr(request, 'phoneNumber') > 0";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let Json(request) = row.get(2)?;
        let to = request.get("phoneNumber").and_then(Value::as_str);
        if to.is_some_and(|to| customer.is(to)) {
            found.push((row.get(0)?, row.get(1)?));
        }
    }
    Ok(found)
}

/// Steps of other customers' runs: what was sent to the customer, and what the customer answered.
fn steps(
    connection: &Connection,
    customer: &Identity,
    erased: &mut Erased,
) -> rusqlite::Result<()> {
    for (run, seq) in sent_to(connection, customer)? {
        erased.steps += 1;
        let sql = "UPDATE steps SET request = NULL WHERE run = ? AND seq = ?";
        connection.execute(sql, (run, seq))?;
    }
    let select = "SELECT run, seq, output FROM steps";
    for (key, text) in candidates(connection, select, "output", customer)? {
        let mut output = json::parse(&text).unwrap_or_default();
        if take_out(&mut output, customer).taken > 0 {
            erased.steps += 1;
            let sql = "UPDATE steps SET output = ?3 WHERE run = ?1 AND seq = ?2";
            connection.execute(sql, (key.first(), key.get(1), output.to_string()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::store::{
        EventRow, Intent, Key, NewRun, Store, add_event, add_run, begin_step, end_step, now_ms,
        step_told_of,
    };
    use crate::workflow::Outcome;

    const ADA: &str = "16505551234";

    fn run(customer: &str) -> NewRun {
        NewRun {
            definition: r#"{"name":"w","steps":[]}"#.into(),
            workflow: "w".to_owned(),
            trigger: "t".to_owned(),
            instance: "sales".to_owned(),
            customer: Some(customer.to_owned()),
            key: Some(Key::of(&["m|1", customer])),
            lane: 0,
            properties: json!({"messages": [{"from": customer}]}).to_string(),
            one_per_customer: false,
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

    fn store() -> (tempfile::TempDir, Store) {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("host.db")).unwrap();
        (folder, store)
    }

    fn event(connection: &Connection, customer: Option<&str>, json: &Value) -> i64 {
        let row = EventRow {
            key: Key::of(&[&json.to_string()]),
            name: "customer_message".to_owned(),
            instance: "sales".to_owned(),
            customer: customer.map(str::to_owned),
            correlation: None,
            json: json.to_string(),
        };
        add_event(connection, &row).unwrap().unwrap()
    }

    fn json_of(connection: &Connection, event: i64) -> Option<Value> {
        let sql = "SELECT json FROM events WHERE id = ?";
        let json: Option<Json> = connection
            .query_row(sql, [event], |row| row.get(0))
            .unwrap();
        json.map(|json| json.0)
    }

    #[test]
    fn h02_exactly_one_customer_is_erased() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            let message = |from: &str, text: &str| json!({"messages": [{"from": from, "text": {"body": text}}]});
            let own = message(ADA, "mine");
            let longer = message("165055512345", "not mine");
            let quoted = message("4411", &format!("call {ADA}"));
            let mut of_two = message("4411", "hi");
            of_two["contacts"] = json!([{"wa_id": "4411"}, {"wa_id": ADA}]);
            let call = json!({"calls": [{"from": ADA}]});
            let own = event(c, Some(ADA), &own);
            let call = event(c, None, &call);
            let others = [("165055512345", longer), ("4411", quoted), ("4411", of_two)];
            let others = others.map(|(from, json)| (event(c, Some(from), &json), json));
            let bob = add_run(c, &run("4411"), 1)?.unwrap();
            let open = add_run(c, &run(ADA), 1)?.unwrap();
            let nobody = Identity::parse("165055").unwrap();
            assert!(erase_customer(c, &nobody, now_ms())?.is_nothing());
            let ada = Identity::parse("+1 (650) 555-1234").unwrap();
            let erased = erase_customer(c, &ada, now_ms())?;
            assert_eq!(
                (erased.events, erased.runs, erased.pending),
                (3, 1, 0),
                "{erased:?}"
            );
            assert_eq!((json_of(c, own), json_of(c, call)), (None, None));
            for (at, (row, mut json)) in others.into_iter().enumerate() {
                if at == 2 {
                    json["contacts"] = json!([{"wa_id": "4411"}]);
                }
                assert_eq!(json_of(c, row), Some(json));
            }
            let state = |run: RunId| {
                c.query_row("SELECT state FROM runs WHERE id = ?", [run], |row| {
                    row.get::<_, String>(0)
                })
            };
            assert_eq!(
                (state(bob)?.as_str(), state(open)?.as_str()),
                ("ready", "failed")
            );
            assert!(erase_customer(c, &ada, now_ms())?.is_nothing());
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }

    #[test]
    fn h02_every_spelling_of_a_number_is_erased_wherever_it_stands() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            c.execute_batch(
                "INSERT INTO broadcasts VALUES (1, x'01', 0, 'sales', 't');
                 INSERT INTO broadcast_rows (broadcast, recipient, customer, state, correlation) VALUES
                     (1, x'01', '+55 (11) 98765-4321', 'accepted', 'a'),
                     (1, x'02', '5511987654322', 'accepted', 'b');",
            )?;
            let other = add_run(c, &run("4411"), 1)?.unwrap();
            let request = json!({"phoneNumber": "+55 11 98765 4321", "message": "to you"});
            let mut intent = step(other);
            intent.request = request.to_string();
            begin_step(c, &intent)?;
            let customer = Identity::parse("551187654321").unwrap();
            let erased = erase_customer(c, &customer, now_ms())?;
            assert_eq!((erased.broadcast_rows, erased.steps), (1, 1));
            let left: String = c.query_row(
                "SELECT group_concat(customer) FROM broadcast_rows",
                [],
                |row| row.get(0),
            )?;
            assert_eq!(left, "5511987654322");
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }

    #[test]
    fn h02_a_webhook_that_still_waits_is_told_and_one_that_failed_keeps_what_is_of_others() {
        let (_folder, store) = store();
        let test = |c: &Connection| {
            let messages = json!([{"from": ADA}, {"from": "4411"}]);
            let body = json!({"entry": [{"changes": [{"value": {"messages": messages}}]}]});
            let mut webhook = run(ADA);
            webhook.customer = None;
            webhook.key = None;
            webhook.properties = json!({"whatsAppEvent": body.to_string()}).to_string();
            let waits = add_run(c, &webhook, 0)?.unwrap();
            let failed = add_run(c, &webhook, 0)?.unwrap();
            c.execute(
                "UPDATE runs SET state = 'failed', ended = 1 WHERE id = ?",
                [failed],
            )?;
            let ada = Identity::parse(ADA).unwrap();
            let erased = erase_customer(c, &ada, now_ms())?;
            assert_eq!((erased.runs, erased.pending), (1, 1));
            for (run, left) in [(waits, 2), (failed, 1)] {
                let sql = "SELECT properties FROM runs WHERE id = ?";
                let text: String = c.query_row(sql, [run], |row| row.get(0))?;
                assert_eq!(text.matches("from").count(), left, "{text}");
                assert!(text.contains("4411"), "{text}");
            }
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
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
            erase_customer(connection, &Identity::parse("ada").unwrap(), now_ms())?;
            assert_eq!(told_of("wamid.1")?, None);
            Ok(())
        };
        store.writer().ask(test).wait().unwrap();
    }
}
