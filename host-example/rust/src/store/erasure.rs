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

/// Runs of others, and those of webhooks, whose body may tell of several customers and is needed until
/// it has been processed.
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

/// The steps that sent something to the customer; how the number is written there is the workflow's
/// choice.
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
#[path = "erasure_tests.rs"]
mod tests;
